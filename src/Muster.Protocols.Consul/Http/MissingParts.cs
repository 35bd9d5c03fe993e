using Microsoft.AspNetCore.Http;

namespace Muster.Protocols.Consul.Http;

/// <summary>
/// The paths of Consul's API that belong to parts Muster does not have. They are not unknown: a 404 would tell a client
/// that a key or a session does not exist, which nobody knows. They answer 501 and say which part is missing; those of
/// access control answer as Consul does while that is off. Methods are checked as for any path.
/// </summary>
internal static class MissingParts
{
    private const HttpVerbs Read = HttpVerbs.Get;
    private const HttpVerbs ReadWrite = HttpVerbs.Get | HttpVerbs.Put;
    private const HttpVerbs ReadWriteDelete = ReadWrite | HttpVerbs.Delete;
    private const HttpVerbs All = ReadWriteDelete | HttpVerbs.Post;

    private static readonly (string Part, (string Path, HttpVerbs Verbs)[] Routes)[] s_parts =
    [
        ("key/value store", [("/v1/kv/", ReadWriteDelete), ("/v1/txn", HttpVerbs.Put)]),
        ("sessions and locks",
        [
            ("/v1/session/create", HttpVerbs.Put), ("/v1/session/destroy/", HttpVerbs.Put), ("/v1/session/renew/", HttpVerbs.Put),
            ("/v1/session/info/", Read), ("/v1/session/node/", Read), ("/v1/session/list", Read),
        ]),
        ("events", [("/v1/event/fire/", HttpVerbs.Put), ("/v1/event/list", Read)]),
        ("prepared queries", [("/v1/query", HttpVerbs.Get | HttpVerbs.Post), ("/v1/query/", All)]),
        ("configuration entries", [("/v1/config", HttpVerbs.Put), ("/v1/config/", HttpVerbs.Get | HttpVerbs.Delete), ("/v1/discovery-chain/", HttpVerbs.Get | HttpVerbs.Post), ("/v1/exported-services", Read)]),
        ("service mesh",
        [
            ("/v1/agent/connect/authorize", HttpVerbs.Post), ("/v1/agent/connect/ca/roots", Read), ("/v1/agent/connect/ca/leaf/", Read),
            ("/v1/connect/ca/configuration", ReadWrite), ("/v1/connect/ca/roots", Read), ("/v1/connect/intentions", HttpVerbs.Get | HttpVerbs.Post),
            ("/v1/connect/intentions/match", Read), ("/v1/connect/intentions/check", Read), ("/v1/connect/intentions/exact", ReadWriteDelete),
            ("/v1/connect/intentions/", ReadWriteDelete),
        ]),
        ("peering of clusters", [("/v1/peering/token", HttpVerbs.Post), ("/v1/peering/establish", HttpVerbs.Post), ("/v1/peering/", HttpVerbs.Get | HttpVerbs.Delete), ("/v1/peerings", Read)]),
        ("snapshots over HTTP", [("/v1/snapshot", ReadWrite)]),
        ("gossip keyring", [("/v1/operator/keyring", All)]),
        ("changes of Raft peers", [("/v1/operator/raft/peer", HttpVerbs.Delete), ("/v1/operator/raft/transfer-leader", HttpVerbs.Post)]),
        ("stream of metrics", [("/v1/agent/metrics/stream", Read)]),
    ];

    private static readonly (string Path, HttpVerbs Verbs)[] s_accessControl =
    [
        ("/v1/acl/bootstrap", HttpVerbs.Put), ("/v1/acl/login", HttpVerbs.Post), ("/v1/acl/logout", HttpVerbs.Post), ("/v1/acl/replication", Read),
        ("/v1/acl/policies", Read), ("/v1/acl/policy", HttpVerbs.Put), ("/v1/acl/policy/", ReadWriteDelete), ("/v1/acl/policy/name/", Read),
        ("/v1/acl/roles", Read), ("/v1/acl/role", HttpVerbs.Put), ("/v1/acl/role/", ReadWriteDelete), ("/v1/acl/role/name/", Read),
        ("/v1/acl/binding-rules", Read), ("/v1/acl/binding-rule", HttpVerbs.Put), ("/v1/acl/binding-rule/", ReadWriteDelete),
        ("/v1/acl/auth-methods", Read), ("/v1/acl/auth-method", HttpVerbs.Put), ("/v1/acl/auth-method/", ReadWriteDelete),
        ("/v1/acl/tokens", Read), ("/v1/acl/token", HttpVerbs.Put), ("/v1/acl/token/", ReadWriteDelete), ("/v1/acl/token/self", Read),
        ("/v1/acl/templated-policies", Read), ("/v1/acl/templated-policy/name/", Read), ("/v1/acl/templated-policy/preview/", HttpVerbs.Post),
        ("/v1/agent/token/", HttpVerbs.Put),
    ];

    /// <summary>Adds them all.</summary>
    public static void Map(RouteTable routes)
    {
        foreach ((string part, (string Path, HttpVerbs Verbs)[] paths) in s_parts)
        {
            string text = $"Muster does not have this part of Consul: {part}";
            foreach ((string path, HttpVerbs verbs) in paths)
            {
                routes.Map(path, verbs, request => ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status501NotImplemented, text));
            }
        }

        foreach ((string path, HttpVerbs verbs) in s_accessControl)
        {
            routes.Map(path, verbs, static request =>
                ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status401Unauthorized, Refusals.AccessControlOff));
        }
    }
}
