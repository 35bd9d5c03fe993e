namespace Muster.Protocols.Consul.Tests.Http;

/// <summary>
/// What each path of the API does with what it cannot use. One line a route: path | methods | how it reads parameters and
/// body | what it says when its argument is missing (of a missing part: its name).
/// </summary>
/// <remarks>
/// How it reads: Q = parameters of a query are checked, F = and a filter, P = and passing; H = hash query and D = list of
/// datacenters, which do not look at the datacenter; I = parameters are ignored, F = but a filter; B = a body is decoded,
/// D = and the datacenter is looked at; N = a part that is missing; A = access control, which is off; V = as I, but the answer
/// changes by itself.
/// </remarks>
internal static class RouteErrorTable
{
    public const string Lines = """
        /v1/agent/check/deregister/ | Put | I | 400 Missing check ID
        /v1/agent/check/fail/ | Put | I | 400 Missing check ID
        /v1/agent/check/pass/ | Put | I | 400 Missing check ID
        /v1/agent/check/register | Put | B |
        /v1/agent/check/update/ | Put | B | 400 Request decode failed: EOF
        /v1/agent/check/warn/ | Put | I | 400 Missing check ID
        /v1/agent/checks | Get | IF |
        /v1/agent/force-leave/ | Put | I | ?
        /v1/agent/health/service/id/ | Get | I | 400 Missing serviceID
        /v1/agent/health/service/name/ | Get | I | 400 Missing service Name
        /v1/agent/host | Get | I |
        /v1/agent/join/ | Put | I | ?
        /v1/agent/leave | Put | I |
        /v1/agent/maintenance | Put | I |
        /v1/agent/members | Get | I |
        /v1/agent/metrics | Get | V |
        /v1/agent/monitor | Get | I |
        /v1/agent/reload | Put | I |
        /v1/agent/self | Get | I |
        /v1/agent/service/ | Get | H | 400 Missing service ID
        /v1/agent/service/deregister/ | Put | I | 400 Missing service ID
        /v1/agent/service/maintenance/ | Put | I | 400 Missing service ID
        /v1/agent/service/register | Put | B |
        /v1/agent/services | Get | IF |
        /v1/agent/version | Get | I |
        /v1/catalog/connect/ | Get | QF | 400 Missing service name
        /v1/catalog/datacenters | Get | D |
        /v1/catalog/deregister | Put | BD |
        /v1/catalog/gateway-services/ | Get | QP | 400 Missing service name
        /v1/catalog/node-services/ | Get | QF | 400 Missing node name
        /v1/catalog/node/ | Get | QF | 400 Missing node name
        /v1/catalog/nodes | Get | QF |
        /v1/catalog/register | Put | BD |
        /v1/catalog/service/ | Get | QF | 400 Missing service name
        /v1/catalog/services | Get | QF |
        /v1/coordinate/datacenters | Get | I |
        /v1/coordinate/node/ | Get | Q | 400 Missing node name
        /v1/coordinate/nodes | Get | Q |
        /v1/coordinate/update | Put | BD |
        /v1/health/checks/ | Get | QF | 400 Missing service name
        /v1/health/connect/ | Get | QFP | 400 Missing service name
        /v1/health/ingress/ | Get | QFP | 400 Missing service name
        /v1/health/node/ | Get | QF | 400 Missing node name
        /v1/health/service/ | Get | QFP | 400 Missing service name
        /v1/health/state/ | Get | QF | 400 Missing check state
        /v1/operator/autopilot/configuration | Get | Q |
        /v1/operator/autopilot/health | Get | Q |
        /v1/operator/autopilot/state | Get | Q |
        /v1/operator/raft/configuration | Get | Q |
        /v1/operator/usage | Get | Q |
        /v1/status/leader | Get | I |
        /v1/status/peers | Get | I |
        /v1/acl/auth-method | Put | A |
        /v1/acl/auth-method/ | Get, Put, Delete | A |
        /v1/acl/auth-methods | Get | A |
        /v1/acl/binding-rule | Put | A |
        /v1/acl/binding-rule/ | Get, Put, Delete | A |
        /v1/acl/binding-rules | Get | A |
        /v1/acl/bootstrap | Put | A |
        /v1/acl/login | Post | A |
        /v1/acl/logout | Post | A |
        /v1/acl/policies | Get | A |
        /v1/acl/policy | Put | A |
        /v1/acl/policy/ | Get, Put, Delete | A |
        /v1/acl/policy/name/ | Get | A |
        /v1/acl/replication | Get | A |
        /v1/acl/role | Put | A |
        /v1/acl/role/ | Get, Put, Delete | A |
        /v1/acl/role/name/ | Get | A |
        /v1/acl/roles | Get | A |
        /v1/acl/templated-policies | Get | A |
        /v1/acl/templated-policy/name/ | Get | A |
        /v1/acl/templated-policy/preview/ | Post | A |
        /v1/acl/token | Put | A |
        /v1/acl/token/ | Get, Put, Delete | A |
        /v1/acl/token/self | Get | A |
        /v1/acl/tokens | Get | A |
        /v1/agent/connect/authorize | Post | N | service mesh
        /v1/agent/connect/ca/leaf/ | Get | N | service mesh
        /v1/agent/connect/ca/roots | Get | N | service mesh
        /v1/agent/metrics/stream | Get | N | stream of metrics
        /v1/agent/token/ | Put | A |
        /v1/config | Put | N | configuration entries
        /v1/config/ | Get, Delete | N | configuration entries
        /v1/connect/ca/configuration | Get, Put | N | service mesh
        /v1/connect/ca/roots | Get | N | service mesh
        /v1/connect/intentions | Get, Post | N | service mesh
        /v1/connect/intentions/ | Get, Put, Delete | N | service mesh
        /v1/connect/intentions/check | Get | N | service mesh
        /v1/connect/intentions/exact | Get, Put, Delete | N | service mesh
        /v1/connect/intentions/match | Get | N | service mesh
        /v1/discovery-chain/ | Get, Post | N | configuration entries
        /v1/event/fire/ | Put | N | events
        /v1/event/list | Get | N | events
        /v1/exported-services | Get | N | configuration entries
        /v1/kv/ | Get, Put, Delete | N | key/value store
        /v1/operator/keyring | Get, Put, Post, Delete | N | gossip keyring
        /v1/operator/raft/peer | Delete | N | changes of Raft peers
        /v1/operator/raft/transfer-leader | Post | N | changes of Raft peers
        /v1/peering/ | Get, Delete | N | peering of clusters
        /v1/peering/establish | Post | N | peering of clusters
        /v1/peering/token | Post | N | peering of clusters
        /v1/peerings | Get | N | peering of clusters
        /v1/query | Get, Post | N | prepared queries
        /v1/query/ | Get, Put, Post, Delete | N | prepared queries
        /v1/session/create | Put | N | sessions and locks
        /v1/session/destroy/ | Put | N | sessions and locks
        /v1/session/info/ | Get | N | sessions and locks
        /v1/session/list | Get | N | sessions and locks
        /v1/session/node/ | Get | N | sessions and locks
        /v1/session/renew/ | Put | N | sessions and locks
        /v1/snapshot | Get, Put | N | snapshots over HTTP
        /v1/txn | Put | N | key/value store
        """;
}
