using System.Globalization;
using System.Runtime.InteropServices;
using Muster.Catalog;
using Muster.Cluster;
using Muster.Model;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;
using Muster.Protocols.Consul.Status;

namespace Muster.Protocols.Consul.Agent;

/// <summary><c>GET /v1/agent/self</c> and <c>/members</c>: the server as a Consul agent would describe itself, and the others of its pool.</summary>
internal sealed class SelfReads(LiveCatalog catalog, AgentLookup lookup, ICluster cluster, ConsulOptions options)
{
    private readonly MemberEncoder _members = new(catalog.Options.Datacenter, options);

    /// <summary><c>GET /v1/agent/self</c></summary>
    public Task SelfAsync(ConsulRequest request)
    {
        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginObject();
        json.Name("Config"u8);
        WriteConfig(json);
        json.Name("DebugConfig"u8);
        WriteDebugConfig(json);
        json.Name("Coord"u8);
        json.Raw("{\"Vec\":[0,0,0,0,0,0,0,0],\"Error\":1.5,\"Adjustment\":0,\"Height\":0.00001}"u8);
        json.Name("Member"u8);
        _members.Write(json, cluster.View.Members.First(static member => member.IsSelf), wide: false);
        json.Name("Stats"u8);
        WriteStats(json);
        json.Name("Meta"u8);
        json.BeginObject();
        foreach ((string key, string value) in catalog.LocalNode.Definition.Metadata)
        {
            json.Key(key);
            json.Text(value);
        }

        json.EndObject();
        json.Name("xDS"u8);
        json.Raw("{\"SupportedProxies\":{},\"Port\":-1,\"Ports\":{\"Plaintext\":-1,\"TLS\":-1}}"u8);
        json.EndObject();
        return ConsulResponse.JsonAsync(request, json);
    }

    /// <summary><c>GET /v1/agent/version</c></summary>
    public Task VersionAsync(ConsulRequest request)
    {
        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginObject();
        Text(json, "SHA"u8, options.Revision);
        Text(json, "BuildDate"u8, options.BuildDate);
        Text(json, "HumanVersion"u8, options.ApiVersion);
        Text(json, "FIPS"u8, "");
        json.EndObject();
        return ConsulResponse.JsonAsync(request, json);
    }

    /// <summary><c>GET /v1/agent/members</c>; among datacenters a member's name ends in its datacenter's.</summary>
    public Task MembersAsync(ConsulRequest request)
    {
        GoJsonWriter json = GoJsonWriter.Rent();
        bool wide = request.Find("wan") is { Length: > 0 };
        json.BeginArray();
        foreach (MemberView member in cluster.View.Members)
        {
            _members.Write(json, member, wide);
        }

        json.EndArray();
        return ConsulResponse.JsonAsync(request, json);
    }

    private void WriteConfig(GoJsonWriter json)
    {
        CatalogOptions self = catalog.Options;
        json.BeginObject();
        Text(json, "Datacenter"u8, self.Datacenter);
        Text(json, "PrimaryDatacenter"u8, self.Datacenter);
        Text(json, "NodeName"u8, self.NodeName);
        Text(json, "NodeID"u8, self.NodeId);
        Text(json, "Revision"u8, options.Revision);
        json.Name("Server"u8);
        json.Bool(true);
        Text(json, "Version"u8, options.ApiVersion);
        Text(json, "BuildDate"u8, options.BuildDate);
        json.EndObject();
    }

    private void WriteDebugConfig(GoJsonWriter json)
    {
        CatalogOptions self = catalog.Options;
        json.BeginObject();
        json.Name("ACLsEnabled"u8);
        json.Bool(false);
        Text(json, "AdvertiseAddrLAN"u8, self.NodeAddress);
        Text(json, "AdvertiseAddrWAN"u8, self.NodeAddress);
        Text(json, "Datacenter"u8, self.Datacenter);
        json.Name("EnableLocalScriptChecks"u8);
        json.Bool(options.LocalScripts.Refusal is null);
        json.Name("EnableRemoteScriptChecks"u8);
        json.Bool(options.Scripts.Refusal is null);
        Text(json, "NodeID"u8, self.NodeId);
        Text(json, "NodeName"u8, self.NodeName);
        Text(json, "PrimaryDatacenter"u8, self.Datacenter);
        json.Name("ServerMode"u8);
        json.Bool(true);
        json.Name("ServerPort"u8);
        json.Number(options.ServerPort);
        Text(json, "Version"u8, options.ApiVersion);
        json.EndObject();
    }

    private void WriteStats(GoJsonWriter json)
    {
        (int services, int checks, int ttls) = Count();
        ClusterView view = cluster.View;
        MemberView leader = Servers.Leader(view);
        string peers = Number(Servers.Of(view).Count() - 1);
        (string, string)[] pool =
        [
            ("failed", Number(view.Members.Count(static member => member.Status == MemberStatus.Failed))),
            ("left", Number(view.Members.Count(static member => member.Status == MemberStatus.Left))), ("members", Number(view.Members.Length)),
        ];
        json.BeginObject();
        Section(json, "agent"u8, ("check_monitors", "0"), ("check_ttls", Number(ttls)), ("checks", Number(checks)), ("services", Number(services)));
        Section(json, "build"u8, ("prerelease", ""), ("revision", options.Revision), ("version", options.ApiVersion));
        Section(
            json, "consul"u8, ("acl", "disabled"), ("bootstrap", "true"), ("known_datacenters", "1"), ("leader", leader.IsSelf ? "true" : "false"),
            ("leader_addr", Servers.AddressOf(leader, options.ServerPort)), ("server", "true"));
        Section(json, "raft"u8, ("num_peers", peers), ("state", leader.IsSelf ? "Leader" : "Follower"));
        Section(
            json, "runtime"u8, ("arch", RuntimeInformation.OSArchitecture == Architecture.X64 ? "amd64" : "arm64"),
            ("cpu_count", Number(Environment.ProcessorCount)), ("max_procs", Number(Environment.ProcessorCount)),
            ("os", OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux"),
            ("version", RuntimeInformation.FrameworkDescription));
        Section(json, "serf_lan"u8, pool);
        Section(json, "serf_wan"u8, pool);
        json.EndObject();
    }

    private (int Services, int Checks, int Ttls) Count()
    {
        int services = 0, checks = 0, ttls = 0;
        foreach (Instance instance in catalog.InstancesOn(catalog.LocalNode))
        {
            services += lookup.IsSelf(instance) ? 0 : 1;
            checks += instance.Checks.Count;
            foreach (Check check in instance.Checks)
            {
                ttls += check.Definition.Kind == CheckKind.Ttl ? 1 : 0;
            }
        }

        return (services, checks, ttls);
    }

    private static void Section(GoJsonWriter json, ReadOnlySpan<byte> name, params ReadOnlySpan<(string Name, string Value)> values)
    {
        json.Name(name);
        json.BeginObject();
        foreach ((string key, string value) in values)
        {
            json.Key(key);
            json.Text(value);
        }

        json.EndObject();
    }

    private static void Text(GoJsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        json.Name(name);
        json.Text(value);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
