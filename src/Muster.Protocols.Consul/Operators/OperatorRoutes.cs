using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Muster.Catalog;
using Muster.Cluster;
using Muster.Protocols.Consul.Agent;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;
using Muster.Protocols.Consul.Status;

namespace Muster.Protocols.Consul.Operators;

/// <summary>
/// The reads under <c>/v1/operator</c>. Exporters and dashboards ask for them to learn whether there is a leader and how
/// the servers fare.
/// </summary>
/// <remarks>"Index" in them is the catalog's: Muster has no Raft log.</remarks>
internal sealed class OperatorRoutes(LiveCatalog catalog, ICluster cluster, ConsulOptions options)
{
    public static void Map(RouteTable routes, LiveCatalog catalog, ICluster cluster, ConsulOptions options)
    {
        var reads = new OperatorRoutes(catalog, cluster, options);
        routes.Map("/v1/operator/raft/configuration", HttpVerbs.Get, request => AnswerAsync(request, reads.WriteRaft));
        routes.Map("/v1/operator/autopilot/configuration", HttpVerbs.Get, request => AnswerAsync(request, WriteAutopilot));
        routes.Map("/v1/operator/autopilot/health", HttpVerbs.Get, request => AnswerAsync(request, reads.WriteHealth));
        routes.Map("/v1/operator/autopilot/state", HttpVerbs.Get, request => AnswerAsync(request, reads.WriteState));
        routes.Map("/v1/operator/usage", HttpVerbs.Get, request => AnswerAsync(request, reads.WriteUsage));
    }

    private static Task AnswerAsync(in ConsulRequest request, Action<GoJsonWriter> write)
    {
        if (request.Query.ReadRefusal is { } refusal)
        {
            return WriteResponse.RefuseAsync(request, refusal);
        }

        if (request.Query.ForeignDatacenter)
        {
            return ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status500InternalServerError, Refusals.NoPathToDatacenter);
        }

        GoJsonWriter json = GoJsonWriter.Rent();
        write(json);
        return ConsulResponse.JsonAsync(request, json);
    }

    private void WriteRaft(GoJsonWriter json)
    {
        ClusterView view = cluster.View;
        MemberView leader = Servers.Leader(view);
        json.BeginObject();
        json.Name("Servers"u8);
        json.BeginArray();
        foreach (MemberView server in Servers.Of(view))
        {
            json.BeginObject();
            Text(json, "ID"u8, server.Record.NodeId);
            Text(json, "Node"u8, server.Record.Name);
            Text(json, "Address"u8, AddressOf(server));
            Bool(json, "Leader"u8, server == leader);
            Text(json, "ProtocolVersion"u8, "3");
            Bool(json, "Voter"u8, true);
            Number(json, "LastIndex"u8, LastIndex);
            json.EndObject();
        }

        json.EndArray();
        Number(json, "Index"u8, 0);
        json.EndObject();
    }

    private static void WriteAutopilot(GoJsonWriter json)
    {
        json.BeginObject();
        Bool(json, "CleanupDeadServers"u8, true);
        Text(json, "LastContactThreshold"u8, "200ms");
        Number(json, "MaxTrailingLogs"u8, 250);
        Number(json, "MinQuorum"u8, 0);
        Text(json, "ServerStabilizationTime"u8, "10s");
        Text(json, "RedundancyZoneTag"u8, "");
        Bool(json, "DisableUpgradeMigration"u8, false);
        Text(json, "UpgradeVersionTag"u8, "");
        Number(json, "CreateIndex"u8, 1);
        Number(json, "ModifyIndex"u8, 1);
        json.EndObject();
    }

    private void WriteHealth(GoJsonWriter json)
    {
        ClusterView view = cluster.View;
        MemberView leader = Servers.Leader(view);
        json.BeginObject();
        Bool(json, "Healthy"u8, Servers.AreHealthy(view));
        Number(json, "FailureTolerance"u8, Servers.FailureTolerance(view));
        json.Name("Servers"u8);
        json.BeginArray();
        foreach (MemberView server in Servers.Of(view))
        {
            json.BeginObject();
            Text(json, "ID"u8, server.Record.NodeId);
            Text(json, "Name"u8, server.Record.Name);
            Text(json, "Address"u8, AddressOf(server));
            Text(json, "SerfStatus"u8, server.Status.ToText());
            Text(json, "Version"u8, options.ApiVersion);
            Bool(json, "Leader"u8, server == leader);
            WriteProgress(json);
            Bool(json, "Healthy"u8, server.Status != MemberStatus.Failed);
            Bool(json, "Voter"u8, true);
            Text(json, "StableSince"u8, Time(server.Since));
            json.EndObject();
        }

        json.EndArray();
        json.EndObject();
    }

    private void WriteState(GoJsonWriter json)
    {
        ClusterView view = cluster.View;
        MemberView leader = Servers.Leader(view);
        json.BeginObject();
        Bool(json, "Healthy"u8, Servers.AreHealthy(view));
        Number(json, "FailureTolerance"u8, Servers.FailureTolerance(view));
        Number(json, "OptimisticFailureTolerance"u8, Servers.FailureTolerance(view));
        json.Name("Servers"u8);
        json.BeginObject();
        foreach (MemberView server in Servers.Of(view))
        {
            json.Key(server.Record.NodeId);
            json.BeginObject();
            Text(json, "ID"u8, server.Record.NodeId);
            Text(json, "Name"u8, server.Record.Name);
            Text(json, "Address"u8, AddressOf(server));
            Text(json, "NodeStatus"u8, server.Status.ToText());
            Text(json, "Version"u8, options.ApiVersion);
            WriteProgress(json);
            Bool(json, "Healthy"u8, server.Status != MemberStatus.Failed);
            Text(json, "StableSince"u8, Time(server.Since));
            Text(json, "Status"u8, server == leader ? "leader" : "voter");
            json.Name("Meta"u8);
            json.BeginObject();
            json.EndObject();
            Text(json, "NodeType"u8, "voter");
            json.EndObject();
        }

        json.EndObject();
        Text(json, "Leader"u8, leader.Record.NodeId);
        json.Name("Voters"u8);
        json.BeginArray();
        foreach (MemberView server in Servers.Of(view))
        {
            json.Text(server.Record.NodeId);
        }

        json.EndArray();
        json.EndObject();
    }

    private string AddressOf(MemberView member) => Servers.AddressOf(member, options.ServerPort);

    private void WriteUsage(GoJsonWriter json)
    {
        CatalogStatistics counts = catalog.Statistics;
        json.BeginObject();
        json.Name("Usage"u8);
        json.BeginObject();
        json.Key(catalog.Options.Datacenter);
        json.BeginObject();
        Number(json, "Nodes"u8, counts.Nodes);
        Number(json, "Services"u8, counts.Services);
        Number(json, "ServiceInstances"u8, counts.Instances);
        WriteMeshUsage(json);
        json.EndObject();
        json.EndObject();
        Number(json, "Index"u8, LastIndex);
        Number(json, "LastContact"u8, 0);
        Bool(json, "KnownLeader"u8, true);
        Text(json, "ConsistencyLevel"u8, "leader");
        Bool(json, "NotModified"u8, false);
        Number(json, "Backend"u8, 0);
        Bool(json, "ResultsFilteredByACLs"u8, false);
        json.EndObject();
    }

    /// <summary>Proxies and gateways by kind, and how many instances are neither these nor the server itself.</summary>
    private void WriteMeshUsage(GoJsonWriter json)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        int native = 0, plain = 0;
        foreach (ServiceSnapshot service in catalog.Services)
        {
            foreach (Instance instance in service.Instances)
            {
                string kind = Encoding.UTF8.GetString(instance.Data.Kind);
                counts[kind] = counts.GetValueOrDefault(kind) + 1;
                native += instance.Data.IsMeshNative ? 1 : 0;
                plain += kind.Length == 0 && service.Name != AgentLookup.SelfService ? 1 : 0;
            }
        }

        json.Name("ConnectServiceInstances"u8);
        json.BeginObject();
        Number(json, "connect-native"u8, native);
        Number(json, "connect-proxy"u8, counts.GetValueOrDefault("connect-proxy"));
        Number(json, "ingress-gateway"u8, counts.GetValueOrDefault("ingress-gateway"));
        Number(json, "mesh-gateway"u8, counts.GetValueOrDefault("mesh-gateway"));
        Number(json, "terminating-gateway"u8, counts.GetValueOrDefault("terminating-gateway"));
        json.EndObject();
        Number(json, "BillableServiceInstances"u8, plain);
    }

    private void WriteProgress(GoJsonWriter json)
    {
        Text(json, "LastContact"u8, "0s");
        Number(json, "LastTerm"u8, 1);
        Number(json, "LastIndex"u8, LastIndex);
    }

    private long LastIndex => Math.Max(catalog.ServicesPoint.Index, Math.Max(catalog.NodesPoint.Index, catalog.ChecksPoint.Index));

    private static string Time(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static void Text(GoJsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        json.Name(name);
        json.Text(value);
    }

    private static void Bool(GoJsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        json.Name(name);
        json.Bool(value);
    }

    private static void Number(GoJsonWriter json, ReadOnlySpan<byte> name, long value)
    {
        json.Name(name);
        json.Number(value);
    }
}
