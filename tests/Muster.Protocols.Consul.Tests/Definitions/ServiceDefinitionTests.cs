using System.Text;
using Muster.Model;
using Muster.Protocols.Consul.Definitions;
using Muster.Protocols.Consul.Tests.Json;

namespace Muster.Protocols.Consul.Tests.Definitions;

public class ServiceDefinitionTests
{
    private const string Decode = "Request decode failed: ";

    [Theory]
    // decoding
    [InlineData("", Decode + "EOF")]
    [InlineData("{", Decode + "unexpected EOF")]
    [InlineData("[]", Decode + "json: cannot unmarshal array into Go value of type structs.ServiceDefinition")]
    [InlineData("{\"Nam\":\"x\"}", Decode + "json: unknown field \"Nam\"")]
    [InlineData("{\"Name\":\"x\",\"Service\":\"y\"}", Decode + "json: unknown field \"Service\"")]
    [InlineData("{\"Name\":1}", Decode + "json: cannot unmarshal number into Go struct field .Name of type string")]
    [InlineData("{\"Name\":\"x\",\"Port\":\"80\"}", Decode + "json: cannot unmarshal string into Go struct field .Port of type int")]
    [InlineData("{\"Name\":\"x\",\"Port\":80.5}", Decode + "json: cannot unmarshal number 80.5 into Go struct field .Port of type int")]
    [InlineData("{\"Name\":\"x\",\"Tags\":\"a\"}", Decode + "json: cannot unmarshal string into Go struct field .Tags of type []string")]
    [InlineData("{\"Name\":\"x\",\"Tags\":[1]}", Decode + "json: cannot unmarshal number into Go struct field .Tags of type string")]
    [InlineData("{\"Name\":\"x\",\"Meta\":[]}", Decode + "json: cannot unmarshal array into Go struct field .Meta of type map[string]string")]
    [InlineData("{\"Name\":\"x\",\"EnableTagOverride\":\"yes\"}", Decode + "json: cannot unmarshal string into Go struct field .EnableTagOverride of type bool")]
    [InlineData("{\"Name\":\"x\",\"Weights\":{\"Passing\":\"1\"}}", Decode + "json: cannot unmarshal string into Go struct field Weights.Weights.Passing of type int")]
    [InlineData("{\"Name\":\"x\",\"Weights\":{\"Failing\":1}}", Decode + "json: unknown field \"Failing\"")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"TTL\":\"10\"}}", Decode + "time: missing unit in duration \"10\"")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"TTL\":true}}", Decode + "json: cannot unmarshal bool into Go struct field .TTL of type time.Duration")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"Htp\":\"\"}}", Decode + "json: unknown field \"Htp\"")]
    [InlineData("{\"Name\":\"x\",\"Lease\":\"abc\"}", Decode + "time: invalid duration \"abc\"")]
    [InlineData("{\"Name\":\"x\",\"Proxy\":{\"Destination\":\"a\"}}", Decode + "json: unknown field \"Destination\"")]
    [InlineData("{\"Name\":\"x\",\"Proxy\":{\"Config\":[]}}", Decode + "json: cannot unmarshal array into Go struct field Proxy.Config of type map[string]interface {}")]
    [InlineData("{\"Name\":\"x\",\"Proxy\":{\"Config\":{\"a\":1e999}}}", Decode + "json: cannot unmarshal number 1e999 into Go struct field Proxy.Config of type float64")]
    [InlineData("{\"Name\":\"x\",\"Connect\":{\"Sidecar\":{}}}", Decode + "json: unknown field \"Sidecar\"")]
    [InlineData("{\"Name\":\"x\",\"Connect\":{\"Native\":\"yes\"}}", Decode + "json: cannot unmarshal string into Go struct field ServiceConnect.Connect.Native of type bool")]
    // rules about the service
    [InlineData("{}", "Missing service name")]
    [InlineData("null", "Missing service name")]
    [InlineData("{\"Name\":\"x\",\"Address\":\"0.0.0.0\"}", "Invalid service address")]
    [InlineData("{\"Name\":\"x\",\"Address\":\"::\"}", "Invalid service address")]
    [InlineData("{\"Name\":\"x\",\"Address\":\"[::]\"}", "Invalid service address")]
    [InlineData("{\"Name\":\"x\",\"Address\":\"0:0::0\"}", "Invalid service address")]
    [InlineData("{\"Name\":\"x\",\"Port\":65536}", "Invalid service port 65536: must be between 0 and 65535")]
    [InlineData("{\"Name\":\"x\",\"Port\":-1}", "Invalid service port -1: must be between 0 and 65535")]
    [InlineData("{\"Name\":\"x\",\"Weights\":{\"Passing\":0,\"Warning\":1}}", "Invalid Weights: Passing must be greater than 0")]
    [InlineData("{\"Name\":\"x\",\"Weights\":{}}", "Invalid Weights: Passing must be greater than 0")]
    [InlineData("{\"Name\":\"x\",\"Weights\":{\"Passing\":1,\"Warning\":-1}}", "Invalid Weights: Warning must be greater or equal than 0")]
    [InlineData("{\"Name\":\"x\",\"Weights\":{\"Passing\":65536}}", "Invalid Weights: DNS Weight must be between 0 and 65535")]
    [InlineData("{\"Name\":\"x\",\"Meta\":{\"\":\"v\"}}", "Invalid Service Meta: Couldn't load metadata pair ('', 'v'): Key cannot be blank")]
    [InlineData("{\"Name\":\"x\",\"Meta\":{\"a b\":\"v\"}}", "Invalid Service Meta: Couldn't load metadata pair ('a b', 'v'): Key contains invalid characters")]
    [InlineData("{\"Name\":\"x\",\"Meta\":{\"consul-x\":\"v\"}}", "Invalid Service Meta: Couldn't load metadata pair ('consul-x', 'v'): Key prefix 'consul-' is reserved for internal use")]
    [InlineData("{\"Name\":\"x\",\"Namespace\":\"team\"}", "Invalid \"Namespace\" - Namespaces are a Consul Enterprise feature")]
    [InlineData("{\"Name\":\"x\",\"Partition\":\"team\"}", "Invalid \"Partition\" - Partitions are a Consul Enterprise feature")]
    [InlineData("{\"Name\":\"x\",\"Kind\":\"banana\"}", "Validation failed: unknown service kind \"banana\"")]
    [InlineData("{\"Name\":\"x\",\"Lease\":\"49ms\"}", "Invalid Lease: must be at least 50ms")]
    [InlineData("{\"Name\":\"x\",\"Lease\":\"-1s\"}", "Invalid Lease: must be at least 50ms")]
    [InlineData("{\"Name\":\"x\",\"Ports\":{\"admin\":0}}", "Invalid Ports: \"admin\": 0 must be a name and a number between 1 and 65535")]
    [InlineData("{\"Name\":\"x\",\"TaggedAddresses\":{\"lan_ipv4\":{\"Address\":\"::1\"}}}", "Service tagged address \"lan_ipv4\" must be a valid ipv4 address")]
    [InlineData("{\"Name\":\"x\",\"TaggedAddresses\":{\"wan_ipv6\":{\"Address\":\"1.2.3.4\"}}}", "Service tagged address \"wan_ipv6\" must be a valid ipv6 address")]
    // rules about proxies
    [InlineData("{\"Name\":\"x\",\"Kind\":\"connect-proxy\"}", "Validation failed: 2 errors occurred:\n\t* Port or SocketPath must be set for a connect-proxy\n\t* Proxy.DestinationServiceName must be non-empty for Connect proxy services\n\n")]
    [InlineData("{\"Name\":\"x\",\"Kind\":\"connect-proxy\",\"Port\":1,\"Proxy\":{\"DestinationServiceName\":\"*\"},\"Connect\":{\"Native\":true}}", "Validation failed: 2 errors occurred:\n\t* Proxy.DestinationServiceName must not be a wildcard for Connect proxy services\n\t* A Proxy cannot also be Connect Native, only typical services\n\n")]
    [InlineData("{\"Name\":\"x\",\"Kind\":\"mesh-gateway\",\"Proxy\":{\"DestinationServiceName\":\"a\",\"LocalServicePort\":1,\"Upstreams\":[{}]}}", "Validation failed: 4 errors occurred:\n\t* Port must be non-zero for a mesh-gateway\n\t* The Proxy.DestinationServiceName configuration is invalid for a mesh-gateway\n\t* The Proxy.LocalServicePort configuration is invalid for a mesh-gateway\n\t* The Proxy.Upstreams configuration is invalid for a mesh-gateway\n\n")]
    [InlineData("{\"Name\":\"x\",\"Kind\":\"api-gateway\",\"Connect\":{\"SidecarService\":{}}}", "Validation failed: 1 error occurred:\n\t* A api-gateway cannot have a sidecar service defined\n\n")]
    [InlineData("{\"Name\":\"x\",\"Connect\":{\"Native\":true}}", "Validation failed: 1 error occurred:\n\t* Port or SocketPath must be set for a Connect native service.\n\n")]
    [InlineData("{\"Name\":\"x\",\"Connect\":{\"SidecarService\":{\"ID\":\"y\",\"Connect\":{\"SidecarService\":{}}}}}", "Validation failed: 2 errors occurred:\n\t* A SidecarService cannot specify an ID as this is managed by the agent\n\t* A SidecarService cannot have a nested SidecarService\n\n")]
    [InlineData("{\"Name\":\"x\",\"Connect\":{\"SidecarService\":{\"Proxy\":{\"Upstreams\":[{}]}}}}", "Failed Validation: 1 error occurred:\n\t* upstream destination name cannot be empty\n\n")]
    [InlineData("{\"Name\":\"x\",\"Proxy\":{\"Mode\":\"odd\",\"MeshGateway\":{\"Mode\":\"odd\"}}}", "Validation failed: 2 errors occurred:\n\t* Invalid Proxy Mode: \"odd\"\n\t* Invalid Mesh Gateway Mode: \"odd\"\n\n")]
    [InlineData("{\"Name\":\"x\",\"Kind\":\"connect-proxy\",\"Port\":1,\"Proxy\":{\"DestinationServiceName\":\"a\",\"Upstreams\":[{\"DestinationType\":\"odd\"}]}}", "Validation failed: 1 error occurred:\n\t* unknown upstream destination type: \"odd\"\n\n")]
    [InlineData("{\"Name\":\"x\",\"Kind\":\"connect-proxy\",\"Port\":1,\"Proxy\":{\"DestinationServiceName\":\"a\",\"Upstreams\":[{\"DestinationName\":\"*\"}]}}", "Validation failed: 1 error occurred:\n\t* upstream destination name cannot be a wildcard\n\n")]
    [InlineData("{\"Name\":\"x\",\"Kind\":\"connect-proxy\",\"Port\":1,\"Proxy\":{\"DestinationServiceName\":\"a\",\"Upstreams\":[{\"DestinationName\":\"b\",\"DestinationPeer\":\"p\",\"Datacenter\":\"d\"}]}}", "Validation failed: 1 error occurred:\n\t* upstream cannot specify both destination peer and datacenter\n\n")]
    [InlineData("{\"Name\":\"x\",\"Kind\":\"connect-proxy\",\"Port\":1,\"Proxy\":{\"DestinationServiceName\":\"a\",\"Upstreams\":[{\"DestinationName\":\"b\"}]}}", "Validation failed: 1 error occurred:\n\t* upstream local bind port or local socket path must be defined and nonzero\n\n")]
    [InlineData("{\"Name\":\"x\",\"Kind\":\"connect-proxy\",\"Port\":1,\"Proxy\":{\"DestinationServiceName\":\"a\",\"Upstreams\":[{\"DestinationName\":\"b\",\"LocalBindPort\":1,\"LocalBindSocketPath\":\"/s\"}]}}", "Validation failed: 1 error occurred:\n\t* only one of upstream local bind port or local socket path can be defined and nonzero\n\n")]
    [InlineData("{\"Name\":\"x\",\"Kind\":\"connect-proxy\",\"Port\":1,\"Proxy\":{\"DestinationServiceName\":\"a\",\"Upstreams\":[{\"DestinationName\":\"b\",\"LocalBindPort\":1},{\"DestinationName\":\"b\",\"LocalBindPort\":2}]}}", "Validation failed: 1 error occurred:\n\t* upstreams cannot contain duplicates of [type=\"service\", name=\"b\", partition=\"\", namespace=\"\", peer=\"\", datacenter=\"\"]\n\n")]
    [InlineData("{\"Name\":\"x\",\"Kind\":\"connect-proxy\",\"Port\":1,\"Proxy\":{\"DestinationServiceName\":\"a\",\"Upstreams\":[{\"DestinationName\":\"b\",\"LocalBindPort\":1},{\"DestinationName\":\"c\",\"LocalBindPort\":1}]}}", "Validation failed: 1 error occurred:\n\t* upstreams cannot contain duplicates by local bind address and port or unix path; \"127.0.0.1:1\" is specified twice\n\n")]
    [InlineData("{\"Name\":\"x\",\"Kind\":\"connect-proxy\",\"Port\":1,\"Proxy\":{\"DestinationServiceName\":\"a\",\"Expose\":{\"Paths\":[{\"ListenerPort\":1},{\"Path\":\"/\",\"ListenerPort\":1,\"Protocol\":\"tcp\"},{\"Path\":\"/a\"}]}}}", "Validation failed: 4 errors occurred:\n\t* expose.paths: empty path exposed\n\t* expose.paths: duplicate listener ports exposed\n\t* protocol 'tcp' not supported for path: /, must be in: [http http2]\n\t* expose.paths: invalid listener port: 0\n\n")]
    // rules about its checks
    [InlineData("{\"Name\":\"x\",\"Check\":{\"TTL\":\"10s\",\"Interval\":\"10s\"}}", "Invalid check: Interval and TTL cannot both be specified")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"HTTP\":\"http://a/\"}}", "Invalid check: Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks")]
    [InlineData("{\"Name\":\"x\",\"Checks\":[{}]}", "Invalid check: TTL must be > 0 for TTL checks")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"Name\":\"c\"}}", "Invalid check: TTL must be > 0 for TTL checks")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"AliasService\":\"y\",\"Interval\":\"1s\"}}", "Invalid check: Interval cannot be set for Alias checks")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"TTL\":\"1s\",\"FailuresBeforeWarning\":2,\"FailuresBeforeCritical\":1}}", "Invalid check: FailuresBeforeWarning can't be higher than FailuresBeforeCritical")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"TTL\":\"1s\",\"OutputMaxSize\":-1}}", "Invalid check: MaxOutputMaxSize must be positive")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"TTL\":\"1s\",\"Status\":\"ok\"}}", "Status for checks must 'passing', 'warning', 'critical'")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"Args\":[\"/bin/true\"],\"Interval\":\"1s\"}}", "Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"UDP\":\"a\",\"Interval\":\"1s\"}}", "Invalid check: UDP must be host:port")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"GRPC\":\"a\",\"Interval\":\"1s\"}}", "Invalid check: GRPC must be host:port or host:port/service")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"H2PING\":\"a\",\"Interval\":\"1s\"}}", "Invalid check: H2PING must be host:port")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"OSService\":\"a\",\"Interval\":\"1s\"}}", "Invalid check: OSService checks are not supported; use a TTL check, or a script check that asks the service manager")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"DockerContainerID\":\"a\",\"Interval\":\"1s\"}}", "Invalid check: Docker checks are not supported: nothing is run inside containers; use an HTTP, TCP or TTL check")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"HTTP\":\"ftp://a\",\"Interval\":\"1s\"}}", "Invalid check: HTTP must be an absolute http or https URL")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"TCP\":\"nohost\",\"Interval\":\"1s\"}}", "Invalid check: TCP must be host:port")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"TCP\":\"a:0\",\"Interval\":\"1s\"}}", "Invalid check: TCP must be host:port")]
    public void TryReadService_Invalid_IsRefusedInTheWordsOfConsul(string json, string problem)
    {
        Assert.False(ConsulDefinitions.TryReadService(Encoding.UTF8.GetBytes(json), ScriptRule.RefusedRemotely, out _, out string? text));
        Assert.Equal(problem, text);
    }

    [Theory]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"Args\":[\"/bin/true\"],\"Interval\":\"1s\"}}", 500)]
    [InlineData("{\"Name\":\"x\",\"TaggedAddresses\":{\"lan_ipv4\":{\"Address\":\"::1\"}}}", 500)]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"UDP\":\"a\",\"Interval\":\"1s\"}}", 400)]
    [InlineData("{\"Name\":\"x\",\"Nope\":1}", 400)]
    public void ReadService_Invalid_CarriesTheStatusCodeOfConsul(string json, int status) =>
        Assert.Equal(status, ConsulDefinitions.ReadService(Encoding.UTF8.GetBytes(json), ScriptRule.RefusedRemotely, out _)!.StatusCode);

    [Fact]
    public void TryReadService_EveryField_ArrivesInTheModel()
    {
        ServiceRegistration service = Read("""
            {"ID":"full-1","Name":"full","Tags":["t2","t1"],"Address":"10.1.1.1","Port":8080,"SocketPath":"/run/x","Kind":"mesh-gateway",
             "Meta":{"z":"1","a":"2","z":"3"},"Weights":{"Passing":10,"Warning":0},"EnableTagOverride":true,"Token":"secret",
             "TaggedAddresses":{"wan":{"Address":"198.51.100.1","Port":80}},"Locality":{"Region":"eu","Zone":"eu-a"},
             "Namespace":"default","Partition":"","Proxy":null,"Connect":{"Native":false,"SidecarService":null},
             "Lease":"1h2m3.5s","Ports":{"metrics":9100,"admin":9000}}
            """);
        InstanceDefinition instance = service.Instance;
        Assert.Equal(("full-1", "full", "10.1.1.1", 8080, "/run/x", "mesh-gateway"), (instance.Id, instance.Service, instance.Address, instance.Port, instance.SocketPath, instance.Kind));
        Assert.Equal(["t2", "t1"], instance.Tags);
        Assert.Equal([new("a", "2"), new("z", "3")], instance.Metadata);
        Assert.Equal([new("wan", new ServiceAddress("198.51.100.1", 80))], instance.TaggedAddresses);
        Assert.Equal([new("admin", 9000), new("metrics", 9100)], instance.Ports);
        Assert.Equal((new Weights(10, 0), new Locality("eu", "eu-a"), true, TimeSpan.FromMilliseconds(3_723_500)), (instance.Weights, instance.Locality, instance.EnableTagOverride, instance.Lease));
        Assert.Empty(service.Checks);
    }

    [Fact]
    public void TryReadService_OnlyAName_GetsDefaults()
    {
        ServiceRegistration service = Read("{\"name\":\"web\",\"Check\":{},\"Checks\":null,\"Tags\":null}");
        Assert.Equal(("web", "web", 0, Weights.Default), (service.Instance.Id, service.Instance.Service, service.Instance.Port, service.Instance.Weights));
        Assert.Empty(service.Checks);
        Assert.Empty(service.Instance.Tags);
    }

    [Fact]
    public void TryReadService_SnakeCaseAsInConfigurationFiles_IsTheSame()
    {
        ServiceRegistration service = Read("""
            {"name":"web","enable_tag_override":true,"tagged_addresses":{"lan":{"address":"10.0.0.1","port":1}},"socket_path":"/s",
             "check":{"id":"c","http":"https://h/","interval":"10s","timeout":"2s","tls_skip_verify":true,"tls_server_name":"n",
             "deregister_critical_service_after":"30s","success_before_passing":2,"failures_before_warning":1,"failures_before_critical":3,
             "output_max_size":100,"header":{"X-B":["1","2"],"Accept":["a"]},"method":"POST","body":"{}","disable_redirects":true}}
            """);
        Assert.True(service.Instance.EnableTagOverride);
        Assert.Equal("/s", service.Instance.SocketPath);
        CheckDefinition check = Assert.Single(service.Checks);
        Assert.Equal(("c", CheckKind.Http, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30)), (check.Id, check.Kind, check.Interval, check.Timeout, check.DeregisterAfter));
        Assert.Equal((2, 1, 3, 100), (check.SuccessBeforePassing, check.FailuresBeforeWarning, check.FailuresBeforeCritical, check.OutputMaxSize));
        Assert.Equal(("https://h/", "POST", "{}", "n", true), (check.Http!.Url, check.Http.Method, check.Http.Body, check.Http.TlsServerName, check.Http.TlsSkipVerify));
        Assert.Equal(["Accept", "X-B"], check.Http.Headers.Select(header => header.Key));
        Assert.Equal(["1", "2"], check.Http.Headers[1].Value);
    }

    [Theory]
    [InlineData("\"Check\":{\"TTL\":\"30s\"}", new[] { "-" })]
    [InlineData("\"Check\":{\"TTL\":\"30s\",\"CheckID\":\"service:web-1\"}", new[] { "-" })]
    [InlineData("\"Check\":{\"TTL\":\"30s\",\"CheckID\":\"mine\"}", new[] { "mine" })]
    [InlineData("\"Checks\":[{\"TTL\":\"30s\"}]", new[] { "-" })]
    [InlineData("\"Checks\":[{\"TTL\":\"30s\"},{\"TTL\":\"40s\"}]", new[] { "service:web-1:1", "service:web-1:2" })]
    [InlineData("\"Check\":{\"TTL\":\"30s\"},\"Checks\":[{\"TTL\":\"30s\",\"CheckID\":\"mine\"},{\"TTL\":\"40s\"}]", new[] { "service:web-1:1", "mine", "service:web-1:3" })]
    [InlineData("\"Checks\":[{\"TTL\":\"30s\",\"CheckID\":\"a\"},{\"TTL\":\"40s\",\"CheckID\":\"a\"}]", new[] { "a" })]
    public void TryReadService_CheckIds_DefaultAsInConsul(string checks, string[] ids)
    {
        ServiceRegistration service = Read($"{{\"ID\":\"web-1\",\"Name\":\"web\",{checks}}}");
        Assert.Equal(ids, service.Checks.Select(check => check.Id ?? "-"));
    }

    [Fact]
    public void TryReadService_TtlCheck_StartsCriticalAndNamedAfterTheService()
    {
        CheckDefinition check = Assert.Single(Read("{\"Name\":\"web\",\"Check\":{\"TTL\":\"30s\",\"Notes\":\"n\",\"DeregisterCriticalServiceAfter\":\"30s\"}}").Checks);
        Assert.Equal(("Service 'web' check", "n", CheckKind.Ttl, TimeSpan.FromSeconds(30), HealthStatus.Critical, TimeSpan.FromSeconds(30)), (check.Name, check.Notes, check.Kind, check.Ttl, check.InitialStatus, check.DeregisterAfter));
    }

    [Theory]
    [InlineData("\"1ns\"", 1.0)]
    [InlineData("\"999ms\"", 1.0)]
    [InlineData("1500000000", 1.5)]
    [InlineData("\"1m0.5s\"", 60.5)]
    public void TryReadService_Interval_IsAtLeastASecond(string interval, double seconds)
    {
        CheckDefinition check = Assert.Single(Read($"{{\"Name\":\"web\",\"Check\":{{\"TCP\":\"[::1]:80\",\"Interval\":{interval},\"Status\":\"passing\"}}}}").Checks);
        Assert.Equal((TimeSpan.FromSeconds(seconds), "[::1]:80", HealthStatus.Passing), (check.Interval, check.Target!.Address, check.InitialStatus));
    }

    [Fact]
    public void TryReadService_MetadataAtItsLimits_IsAcceptedAndBeyondRefused()
    {
        string pairs = string.Join(',', Enumerable.Range(0, 64).Select(i => $"\"k{i}\":\"v\""));
        Assert.Equal(64, Read($"{{\"Name\":\"x\",\"Meta\":{{{pairs}}}}}").Instance.Metadata.Count);
        AssertProblem($"{{\"Name\":\"x\",\"Meta\":{{{pairs},\"more\":\"v\"}}}}", "Invalid Service Meta: Node metadata cannot contain more than 64 key/value pairs");

        string key = new('k', 128), value = new('ä', 256);
        Assert.Single(Read($"{{\"Name\":\"x\",\"Meta\":{{\"{key}\":\"{value}\"}}}}").Instance.Metadata);
        AssertProblem($"{{\"Name\":\"x\",\"Meta\":{{\"{key}k\":\"v\"}}}}", $"Invalid Service Meta: Couldn't load metadata pair ('{key}k', 'v'): Key is too long (limit: 128 characters)");
        AssertProblem($"{{\"Name\":\"x\",\"Meta\":{{\"k\":\"{value}x\"}}}}", $"Invalid Service Meta: Couldn't load metadata pair ('k', '{value}x'): Value is too long (limit: 512 characters)");
    }

    [Fact]
    public void TryReadService_TooManyTags_IsRefused() =>
        AssertProblem($"{{\"Name\":\"x\",\"Tags\":[{string.Join(',', Enumerable.Repeat("\"t\"", 5000))}]}}", Decode + "json: more than 4096 entries in .Tags");

    [Fact]
    public void TryReadService_SeededMutations_NeverThrowAndNeverGiveHalfAnAnswer()
    {
        byte[] valid = """
            {"ID":"a-1","Name":"a","Address":"10.0.0.1","Port":80,"Tags":["x","y"],"Meta":{"k":"v"},"Weights":{"Passing":3,"Warning":1},
             "TaggedAddresses":{"lan":{"Address":"10.0.0.1","Port":80}},"Locality":{"Region":"r"},"Ports":{"m":1},"Lease":"1s",
             "Connect":{"SidecarService":{"Proxy":{"Config":{"a":{"b":[1.5e3,"x",{}]}},"Upstreams":[{"DestinationName":"db","LocalBindPort":1}],
             "Expose":{"Paths":[{"Path":"/","ListenerPort":1}]},"TransparentProxy":{"DialedDirectly":true}}}},
             "Check":{"HTTP":"http://10.0.0.1/","Interval":"10s","Header":{"A":["b"]}},"Checks":[{"TTL":"1s"},{"TCP":"a:1","Interval":1000000000}]}
            """u8.ToArray();
        var random = new Random(11);
        int accepted = 0;
        for (int i = 0; i < 24_000; i++)
        {
            byte[] json = JsonMutations.Mutate(valid, random);
            if (ConsulDefinitions.TryReadService(json, ScriptRule.RefusedRemotely, out ServiceRegistration? service, out string? problem))
            {
                accepted++;
                Assert.NotEmpty(service.Instance.Service);
                Assert.NotEmpty(service.Instance.Id);
                InstanceDefinition back = InstanceData.Pack(service.Instance, new PackWriter()).Unpack();
                Assert.Equal(service.Instance.Id, back.Id);
                if (service.Sidecar?.Instance.Proxy is { } proxy)
                {
                    using var settings = System.Text.Json.JsonDocument.Parse(proxy.Settings);
                    Assert.Equal(proxy.Destination, settings.RootElement.GetProperty("DestinationServiceName").GetString());
                }
            }
            else
            {
                Assert.NotEmpty(problem);
                Assert.Null(service);
            }
        }

        Assert.InRange(accepted, 500, 15_000);
    }

    private static ServiceRegistration Read(string json)
    {
        Assert.True(ConsulDefinitions.TryReadService(Encoding.UTF8.GetBytes(json), ScriptRule.RefusedRemotely, out ServiceRegistration? service, out string? problem), problem);
        return service;
    }

    private static void AssertProblem(string json, string problem)
    {
        Assert.False(ConsulDefinitions.TryReadService(Encoding.UTF8.GetBytes(json), ScriptRule.RefusedRemotely, out _, out string? text));
        Assert.Equal(problem, text);
    }
}
