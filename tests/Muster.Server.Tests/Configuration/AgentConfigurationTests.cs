using System.Net;
using Microsoft.Extensions.Logging;
using Muster.Protocols.Dns;
using Muster.Server.Configuration;

namespace Muster.Server.Tests.Configuration;

public sealed class AgentConfigurationTests
{
    private static readonly HostFacts s_host = new("some-host", () => IPAddress.Parse("10.1.2.3"));

    [Fact]
    public void Read_OnlyDev_GivesTheDefaults()
    {
        AgentOptions options = Good("-dev");

        Assert.Equal((true, "some-host", "dc1", ""), (options.DevMode, options.NodeName, options.Datacenter, options.DataDirectory));
        Assert.Equal((8500, 8600), (options.HttpPort, options.DnsPort));
        Assert.Equal([IPAddress.Loopback], options.HttpAddresses);
        Assert.Equal([IPAddress.Loopback], options.DnsAddresses);
        Assert.Equal(IPAddress.Loopback, options.AdvertiseAddress);
        Assert.Equal("consul", options.Dns.Domain);
        Assert.Equal(LogLevel.Information, options.LogLevel);
    }

    [Theory]
    [InlineData("-http-port=9500")]
    [InlineData("--http-port=9500")]
    [InlineData("-http-port", "9500")]
    [InlineData("--http-port", "9500")]
    [InlineData("-http-port=1", "-http-port=9500")]
    public void Read_FlagInGoSyntax_IsUnderstood(params string[] flags) => Assert.Equal(9500, Good(["-dev", .. flags]).HttpPort);

    [Theory]
    [InlineData("-dev=true", true)]
    [InlineData("-dev=1", true)]
    [InlineData("-dev=false", false)]
    public void Read_SwitchWithValue_IsUnderstood(string flag, bool expected)
    {
        AgentConfigurationResult result = Read(flag);
        Assert.Equal(expected, result.Options is not null);
    }

    [Fact]
    public void Read_Files_MergeInOrderAndFlagsWin()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("a.json", """
            // comments are fine
            { "node_name": "file", "datacenter": "East", "ports": { "http": 1111, "dns": 2222 }, "node_meta": { "b": "1", "a": "1" },
              "service": { "name": "one" }, "dns_config": { "service_ttl": { "*": "5s" } }, "log_level": "DEBUG", }
            """);
        Directory.CreateDirectory(Path.Combine(folder.Path, "conf.d"));
        folder.Write("conf.d/2.json", """{ "ports": { "http": 4444 }, "services": [ { "name": "three" } ] }""");
        folder.Write("conf.d/1.json", """{ "ports": { "http": 3333 }, "service": { "name": "two" }, "node_meta": { "b": "2" } }""");

        AgentOptions options = Good("-dev", "-node", "flag", "-config-file", file, "-config-dir", Path.Combine(folder.Path, "conf.d"));

        Assert.Equal(("flag", "east", 4444, 2222), (options.NodeName, options.Datacenter, options.HttpPort, options.DnsPort));
        Assert.Equal([new("a", "1"), new("b", "2")], options.NodeMetadata);
        Assert.Equal(["one", "two", "three"], options.Services.Select(service => service.Value.GetProperty("name").GetString()!));
        Assert.Equal(TimeSpan.FromSeconds(5), options.Dns.ServiceTtl["*"]);
        Assert.Equal(LogLevel.Debug, options.LogLevel);
    }

    [Fact]
    public void Read_EverythingWrong_IsNamedAtOnce()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("bad.json", """
            { "ports": { "http": 70000, "dns": "x" }, "client_addr": "nonsense", "log_level": "shout", "dns_config": 7,
              "services": [ 5, { "port": 1 } ], "retry_join": [ "10.0.0.1:x" ], "encrypt": "short", "default_query_time": "1 minute" }
            """);
        string broken = folder.Write("broken.json", "{");

        AgentConfigurationResult result = Read(
            "-config-file", file, "-config-file", broken, "-config-file", "/absent.json", "-config-dir", "/absent",
            "-node=", "-datacenter=a b", "-bind=here", "-bootstrap-expect=300", "-join=provider=aws", "-join-wan=x", "-nonsense", "stray", "-pid-file");

        Assert.Null(result.Options);
        string[] expected =
        [
            "bad.json: ports.http: must be a whole number from -1 to 65535, got 70000", "bad.json: ports.dns", "bad.json: client_addr",
            "bad.json: log_level", "bad.json: dns_config: must be an object", "bad.json: services[0]", "bad.json: services[1]",
            "bad.json: retry_join: must be host or host:port, got [ \"10.0.0.1:x\" ]", "encrypt: must have at least 16 characters, has 5", "bad.json: default_query_time",
            "broken.json", "absent.json", "-config-dir", "node_name cannot be empty", "-datacenter", "-bind", "-bootstrap-expect", "-join: Muster asks no cloud for addresses", "-join-wan: Muster has one datacenter",
            "flag provided but not defined: -nonsense", "unexpected argument \"stray\"", "flag needs an argument: -pid-file", "data_dir cannot be empty",
        ];
        Assert.All(expected, part => Assert.Contains(result.Errors, error => error.Contains(part, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, result.Errors.Count);
    }

    [Fact]
    public void Read_ConsulsKeysWithoutEffect_Warn()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("consul.json", """
            { "acl": { "tokens": { "default": "sesame" } }, "performance": {}, "enable_script_checks": true, "disable_remote_exec": true, "no_such_key": 1, "ports": { "grpc": 1 }, "server": false,
              "services": [ { "name": "a", "token": "sesame" } ], "check": { "name": "b", "ttl": "10s", "Token": "sesame" } }
            """);

        AgentConfigurationResult result = Read("-dev", "-config-file", file, "-ui", "-raft-protocol", "3", "-client=0.0.0.0", "-bind=0.0.0.0");

        Assert.NotNull(result.Options);
        Assert.Equal("10.1.2.3", result.Options.AdvertiseAddress.ToString());
        string[] expected =
        [
            "acl: accepted and ignored: Muster has no tokens", "performance: has no effect: Muster has no Raft", "enable_script_checks: whoever reaches client_addr can run any program on this machine", "disable_remote_exec: has no effect: Muster has one datacenter",
            "no_such_key: unknown key", "ports.grpc: has no effect: Muster has no service mesh", "server: Muster has no client agents", "-ui", "-raft-protocol",
            "services[0].token: accepted and ignored", "check.token: accepted and ignored",
            "client_addr: 0.0.0.0 is off loopback", "bind_addr: 0.0.0.0 is off loopback",
        ];
        Assert.All(expected, part => Assert.Contains(result.Warnings, warning => warning.Contains(part, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, result.Warnings.Count);
        Assert.DoesNotContain(result.Warnings, warning => warning.Contains("sesame", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_DnsSettings_AreTakenOver()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("dns.json", """
            { "recursors": ["192.0.2.1", "[2001:db8::1]:5353"], "dns_config": { "recursor_strategy": "random", "recursor_timeout": "500ms",
              "udp_answer_limit": 3, "enable_truncate": false, "enable_additional_node_meta_txt": true, "cluster_domain": "",
              "responses_per_second": 100, "response_slip": 1, "tcp_max_conns_per_client": 7 } }
            """);

        AgentConfigurationResult result = Read("-dev", "-config-file", file, "-recursor", "192.0.2.2:54");

        Assert.Empty(result.Warnings);
        DnsSettings dns = result.Options!.Dns;
        Assert.Equal(["192.0.2.1:53", "192.0.2.2:54", "[2001:db8::1]:5353"], dns.Recursors.Select(server => server.ToString()).Order());
        Assert.Equal((RecursorStrategy.Random, TimeSpan.FromMilliseconds(500)), (dns.RecursorStrategy, dns.RecursorTimeout));
        Assert.Equal((3, false, true, ""), (dns.UdpAnswerLimit, dns.EnableTruncate, dns.NodeMetadataText, dns.ClusterDomain));
        Assert.Equal((100, 1, 7), (dns.ResponsesPerSecond, dns.ResponseSlip, dns.TcpConnectionsPerClient));
    }

    [Theory]
    [InlineData("""{ "recursors": ["dns.example.com"] }""", "recursors: must be IP addresses")]
    [InlineData("""{ "recursors": ["127.0.0.1:8600"] }""", "recursors: 127.0.0.1:8600 is this server itself")]
    [InlineData("""{ "dns_config": { "recursor_strategy": "clever" } }""", "dns_config.recursor_strategy: must be one of sequential, random")]
    [InlineData("""{ "dns_config": { "cluster_domain": "a..b" } }""", "dns_config.cluster_domain: must be a domain name")]
    public void Read_WrongDnsSetting_IsRefused(string json, string expected)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(expected, Assert.Single(Read("-dev", "-config-file", folder.Write("dns.json", json)).Errors), StringComparison.Ordinal);
    }

    /// <summary>The flags of Consul 1.21's agent; those that join others, and -hcl, have tests of their own.</summary>
    [Theory]
    [InlineData("advertise=127.0.0.1 advertise-wan=127.0.0.1 allow-write-http-from=10.0.0.0/8 alt-domain=alt auto-reload-config bind=127.0.0.1 bootstrap bootstrap-expect=1")]
    [InlineData("check_output_max_size=4096 client=127.0.0.1 config-format=json datacenter=dc1 default-query-time=5m disable-host-node-id=true disable-keyring-file dns-port=8600")]
    [InlineData("domain=consul enable-local-script-checks=false enable-script-checks=false encrypt=0123456789abcdef grpc-port=8502 grpc-tls-port=8503 http-port=8500 https-port=8501")]
    [InlineData("log-file=/tmp/x log-json log-level=info log-rotate-bytes=1 log-rotate-duration=1h log-rotate-max-files=1 max-query-time=10m node=n node-meta=a:b")]
    [InlineData("node-id=6a95413e-c1a5-42e3-c54b-8d3ddbe864e1 non-voting-server partition=default pid-file=/tmp/x primary-gateway=x protocol=2 raft-protocol=3 read-replica")]
    [InlineData("recursor=8.8.8.8 rejoin retry-interval=1s retry-interval-wan=1s retry-max=1 retry-max-wan=1 segment=x serf-lan-allowed-cidrs=x serf-lan-bind=127.0.0.1 serf-lan-port=8301")]
    [InlineData("serf-wan-allowed-cidrs=x serf-wan-bind=127.0.0.1 serf-wan-port=8302 server server-port=8300 syslog ui ui-content-path=/x ui-dir=/x")]
    public void Read_EveryFlagOfConsuls_IsTaken(string flags) => Good(["-dev", .. flags.Split(' ').Select(flag => "-" + flag)]);

    [Fact]
    public void Read_AddressesOfTheirOwn_WinOverTheClients()
    {
        AgentOptions options = Good("-dev", "-client=127.0.0.1", "-hcl", """{ "addresses": { "http": "127.0.0.2 127.0.0.3" } }""");
        Assert.Equal(["127.0.0.2", "127.0.0.3"], options.HttpAddresses.Select(address => address.ToString()));
        Assert.Equal([IPAddress.Loopback], options.DnsAddresses);
        Assert.Contains(Read("-dev", "-hcl", """{ "addresses": { "dns": "0.0.0.0" } }""").Warnings, warning => warning.StartsWith("addresses.dns: 0.0.0.0", StringComparison.Ordinal));
        Assert.Contains("addresses.http: must be IP addresses", Assert.Single(Read("-dev", "-hcl", """{ "addresses": { "http": "unix:///x" } }""").Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PieceInAFlag_CountsAfterFilesAndBeforeFlags()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("a.json", """{ "node_name": "file", "datacenter": "file", "domain": "file" }""");
        AgentOptions options = Good("-dev", "-node=flag", "-hcl", """{ "node_name": "piece", "datacenter": "piece" }""", "-config-file", file);
        Assert.Equal(("flag", "piece", "file"), (options.NodeName, options.Datacenter, options.Dns.Domain));
        Assert.Contains("-hcl: HCL is not supported", Assert.Single(Read("-dev", "-hcl", "datacenter = \"x\"").Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FormatIsJson_ReadsAnyName()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("agent.hcl", """{ "datacenter": "east" }""");
        Assert.Equal("east", Good("-dev", "-config-format=json", "-config-file", file).Datacenter);
        Assert.Equal("east", Good("-dev", "-config-format=json", "-config-dir", folder.Path).Datacenter);
        Assert.Contains("-config-format: must be json", Assert.Single(Read("-dev", "-config-format=hcl").Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HclFile_IsRefused()
    {
        using var folder = new TemporaryFolder();
        AgentConfigurationResult result = Read("-dev", "-config-file", folder.Write("a.hcl", "datacenter = \"x\""));
        Assert.Contains("HCL", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SamePortTwice_IsRefused() =>
        Assert.Contains("must differ", Assert.Single(Read("-dev", "-http-port=9000", "-dns-port=9000").Errors), StringComparison.Ordinal);

    [Fact]
    public void Read_Help_AsksForNothingElse() => Assert.True(Read("-help", "-nonsense").WantsHelp);

    /// <summary>A value that every setting of the kind takes, and one that it refuses, for each key.</summary>
    [Fact]
    public void EveryScalarSetting_RefusesAWrongType()
    {
        using var folder = new TemporaryFolder();
        foreach (Setting setting in AgentSettings.All.Where(setting => setting.Key is not null && !setting.Key.StartsWith("check", StringComparison.Ordinal)))
        {
            string[] names = setting.Key!.Split('.');
            string json = "[[]]";
            foreach (string name in names.Reverse())
            {
                json = $$"""{ "{{name}}": {{json}} }""";
            }

            AgentConfigurationResult result = Read("-dev", "-config-file", folder.Write("wrong.json", json));
            if (setting.Key != "bootstrap")
            {
                Assert.True(result.Errors.Any(error => error.Contains(setting.Key, StringComparison.Ordinal)), setting.Key);
            }
        }
    }

    private static AgentOptions Good(params string[] arguments)
    {
        AgentConfigurationResult result = Read(arguments);
        Assert.Empty(result.Errors);
        return result.Options!;
    }

    private static AgentConfigurationResult Read(params string[] arguments) => AgentConfiguration.Read(arguments, s_host);
}
