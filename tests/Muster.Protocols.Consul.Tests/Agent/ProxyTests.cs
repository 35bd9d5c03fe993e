using System.Text.Json.Nodes;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Agent;

public sealed class ProxyTests : IAsyncLifetime
{
    private const string Register = "/v1/agent/service/register";

    private const string FullProxy = """
        {"ID":"side","Name":"web-proxy","Kind":"connect-proxy","Port":20000,"Proxy":{
         "AccessLogs":{"Enabled":true,"Type":"stdout"},"TransparentProxy":{"OutboundListenerPort":15001,"DialedDirectly":true},
         "EnvoyExtensions":[{"Name":"builtin/lua","Arguments":{"z":1,"a":"b"}}],
         "destination_service_name":"web","DestinationServiceID":"web-1","LocalServiceAddress":"127.0.0.1","LocalServicePort":8080,"Mode":"transparent",
         "Config":{"z":1.50,"a":{"y":[1e21,-0.0000001,100000000000000000000,true,null],"b":"<&>"},"empty":{}},
         "Upstreams":[{"DestinationName":"db","LocalBindPort":9191,"Config":{"connect_timeout_ms":1000},"MeshGateway":{"Mode":"local"}},
                      {"DestinationType":"prepared_query","DestinationName":"q","Datacenter":"dc2","LocalBindSocketPath":"/run/q","LocalBindSocketMode":"0600"}],
         "mesh_gateway":{"mode":"remote"},"Expose":{"Checks":true,"Paths":[{"Path":"/m","LocalPathPort":1,"ListenerPort":2,"Protocol":"http2"}]}}}
        """;

    private const string Config = "\"Config\":{\"a\":{\"b\":\"\\u003c\\u0026\\u003e\",\"y\":[1e+21,-1e-7,100000000000000000000,true,null]},\"empty\":{},\"z\":1.5},";
    private const string Extensions = "\"EnvoyExtensions\":[{\"Name\":\"builtin/lua\",\"Required\":false,\"Arguments\":{\"a\":\"b\",\"z\":1},\"ConsulVersion\":\"\",\"EnvoyVersion\":\"\"}],";
    private const string Local = "\"DestinationServiceName\":\"web\",\"DestinationServiceID\":\"web-1\",\"LocalServiceAddress\":\"127.0.0.1\",\"LocalServicePort\":8080,\"Mode\":\"transparent\",";
    private const string Transparent = "\"TransparentProxy\":{\"OutboundListenerPort\":15001,\"DialedDirectly\":true},";
    private const string Rest = "\"MeshGateway\":{\"Mode\":\"remote\"},\"Expose\":{\"Checks\":true,\"Paths\":[{\"ListenerPort\":2,\"Path\":\"/m\",\"LocalPathPort\":1,\"Protocol\":\"http2\"}]}";
    private const string AccessLogs = "\"AccessLogs\":{\"Enabled\":true,\"Type\":\"stdout\"}";

    private const string CatalogShape = "{" + Transparent + AccessLogs + "," + Extensions + Local + Config
        + "\"Upstreams\":[{\"DestinationType\":\"service\",\"DestinationName\":\"db\",\"Datacenter\":\"\",\"LocalBindPort\":9191,\"Config\":{\"connect_timeout_ms\":1000},\"MeshGateway\":{\"Mode\":\"local\"}},"
        + "{\"DestinationType\":\"prepared_query\",\"DestinationName\":\"q\",\"Datacenter\":\"dc2\",\"LocalBindSocketPath\":\"/run/q\",\"LocalBindSocketMode\":\"0600\",\"MeshGateway\":{}}]," + Rest + "}";

    private const string AgentShape = "{" + Extensions + Local + Transparent + Config
        + "\"Upstreams\":[{\"DestinationType\":\"service\",\"DestinationName\":\"db\",\"LocalBindPort\":9191,\"Config\":{\"connect_timeout_ms\":1000},\"MeshGateway\":{\"Mode\":\"local\"}},"
        + "{\"DestinationType\":\"prepared_query\",\"DestinationName\":\"q\",\"Datacenter\":\"dc2\",\"LocalBindSocketPath\":\"/run/q\",\"LocalBindSocketMode\":\"0600\",\"MeshGateway\":{}}]," + Rest + "," + AccessLogs + "}";

    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ConsulHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("Proxy.DestinationServiceName == web and Proxy.LocalServicePort == 8080 and Proxy.Mode == transparent", true)]
    [InlineData("Proxy.Upstreams.DestinationName == db", true)]
    [InlineData("Proxy.Upstreams.DestinationName == cache", false)]
    [InlineData("Proxy.Upstreams.Datacenter == dc2 and Proxy.Upstreams.LocalBindPort == 9191", true)]
    [InlineData("Proxy.Upstreams.LocalBindPort == 0 and Proxy.Upstreams.MeshGateway.Mode == local", true)]
    [InlineData("Proxy.Upstreams is empty or Proxy.EnvoyExtensions is empty or Proxy.Expose.Paths is empty", false)]
    [InlineData("Proxy.EnvoyExtensions.Name matches `^builtin/`", true)]
    [InlineData("Proxy.EnvoyExtensions.Required == true", false)]
    [InlineData("Proxy.Expose.Checks == true and Proxy.Expose.Paths.Path == `/m` and Proxy.Expose.Paths.Protocol != http", true)]
    [InlineData("Proxy.TransparentProxy.OutboundListenerPort == 15001 and Proxy.TransparentProxy.DialedDirectly == true", true)]
    [InlineData("Proxy.AccessLogs.Enabled == true and Proxy.AccessLogs.TextFormat == ``", true)]
    [InlineData("Proxy.MeshGateway.Mode == remote and Connect.Native == false and Kind == `connect-proxy`", true)]
    public async Task Filter_OnSettings_ReadsThem(string filter, bool expected)
    {
        await _host.PutOkAsync(Register, FullProxy);
        string query = "?filter=" + Uri.EscapeDataString(filter);

        Assert.Equal(expected, (await _host.GetAsync("/v1/agent/services" + query)).Text != "{}");
        Assert.Equal(expected, (await _host.GetAsync("/v1/health/connect/web" + query.Replace("Proxy.", "Service.Proxy.", StringComparison.Ordinal)
            .Replace("Connect.", "Service.Connect.", StringComparison.Ordinal).Replace("Kind", "Service.Kind", StringComparison.Ordinal))).Text != "[]");
    }

    [Theory]
    [InlineData("/v1/catalog/service/web-proxy", "\"ServiceProxy\":" + CatalogShape + ",\"ServiceConnect\":{}")]
    [InlineData("/v1/catalog/connect/web", "\"ServiceKind\":\"connect-proxy\",\"ServiceID\":\"side\"")]
    [InlineData("/v1/health/service/web-proxy", "\"Proxy\":" + CatalogShape + ",\"Connect\":{}")]
    [InlineData("/v1/health/connect/web", "\"Kind\":\"connect-proxy\",\"ID\":\"side\"")]
    [InlineData("/v1/catalog/node/vm", "\"Proxy\":" + CatalogShape + ",\"Connect\":{}")]
    [InlineData("/v1/catalog/node-services/vm", "\"Proxy\":" + CatalogShape + ",\"Connect\":{}")]
    [InlineData("/v1/agent/services", "\"EnableTagOverride\":false,\"Proxy\":" + AgentShape + ",\"Datacenter\":\"dc1\"")]
    [InlineData("/v1/agent/service/side", "\"Proxy\":" + AgentShape + ",\"Datacenter\":\"dc1\"")]
    public async Task Register_ProxyWithEverySetting_IsShownInEveryShape(string path, string expected)
    {
        await _host.PutOkAsync(Register, FullProxy);
        Assert.Contains(expected, (await _host.GetAsync(path)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_SameSettingsInAnotherSpelling_ChangeNothing()
    {
        await _host.PutOkAsync(Register, FullProxy);
        long index = (await _host.GetAsync("/v1/health/service/web-proxy")).Index;
        await _host.PutOkAsync(Register, FullProxy.Replace("\"z\":1.50,", "", StringComparison.Ordinal).Replace("\"empty\":{}", "\"z\":15e-1,\"empty\":{}", StringComparison.Ordinal).Replace("mesh_gateway", "MeshGateway", StringComparison.Ordinal));
        Assert.Equal(index, (await _host.GetAsync("/v1/health/service/web-proxy")).Index);
    }

    [Fact]
    public async Task Register_Sidecar_IsExpandedAsInConsul()
    {
        await _host.PutOkAsync(Register, """
            {"ID":"web-1","Name":"web","Port":8080,"Tags":["v1"],"Meta":{"k":"v"},"Connect":{"SidecarService":{"Proxy":{"Upstreams":[{"DestinationName":"db","LocalBindPort":9191}]}}}}
            """);
        JsonNode sidecar = (await _host.GetAsync("/v1/agent/services")).Json!["web-1-sidecar-proxy"]!;
        Assert.Equal(
            """
            {"Kind":"connect-proxy","ID":"web-1-sidecar-proxy","Service":"web-sidecar-proxy","Tags":["v1"],"Meta":{"k":"v"},"Port":21000,"Address":"","Weights":{"Passing":1,"Warning":1},"EnableTagOverride":false,"Proxy":{"DestinationServiceName":"web","DestinationServiceID":"web-1","LocalServiceAddress":"127.0.0.1","LocalServicePort":8080,"Upstreams":[{"DestinationType":"service","DestinationName":"db","LocalBindPort":9191,"MeshGateway":{}}],"MeshGateway":{},"Expose":{}},"Datacenter":"dc1"}
            """, sidecar.ToJsonString());
        JsonNode checks = (await _host.GetAsync("/v1/agent/checks")).Json!;
        Assert.Equal(("Connect Sidecar Listening", "tcp", "10s"), ((string)checks["service:web-1-sidecar-proxy:1"]!["Name"]!, (string)checks["service:web-1-sidecar-proxy:1"]!["Type"]!, (string)checks["service:web-1-sidecar-proxy:1"]!["Interval"]!));
        Assert.Equal(["web-1-sidecar-proxy"], (await _host.GetAsync("/v1/health/connect/web")).HealthIds);
        Assert.DoesNotContain("Connect\":{\"Sidecar", (await _host.GetAsync("/v1/agent/services")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_Sidecars_GetTheLowestFreePortAndKeepIt()
    {
        await _host.PutOkAsync(Register, "{\"Name\":\"a\",\"Connect\":{\"sidecar_service\":{}}}");
        await _host.PutOkAsync(Register, "{\"Name\":\"taken\",\"Port\":21001}");
        await _host.PutOkAsync(Register, "{\"Name\":\"b\",\"Connect\":{\"SidecarService\":{}}}");
        await _host.PutOkAsync(Register, "{\"Name\":\"c\",\"Connect\":{\"SidecarService\":{\"Port\":30000}}}");
        await _host.PutOkAsync("/v1/agent/service/deregister/a");
        await _host.PutOkAsync(Register, "{\"Name\":\"b\",\"Tags\":[\"x\"],\"Connect\":{\"SidecarService\":{}}}");
        await _host.PutOkAsync(Register, "{\"Name\":\"d\",\"Connect\":{\"SidecarService\":{}}}");
        JsonObject services = (await _host.GetAsync("/v1/agent/services")).Json!.AsObject();
        Assert.Equal(
            ["b-sidecar-proxy:21002", "c-sidecar-proxy:30000", "d-sidecar-proxy:21000"],
            services.Where(service => service.Key.EndsWith("-proxy", StringComparison.Ordinal)).Select(service => $"{service.Key}:{service.Value!["Port"]}"));
    }

    [Fact]
    public async Task Register_NoPortLeft_IsRefused()
    {
        await using ConsulHost host = await ConsulHost.StartAsync(new ConsulOptions { SidecarMinPort = 21_000, SidecarMaxPort = 21_000 });
        await host.PutOkAsync(Register, "{\"Name\":\"a\",\"Connect\":{\"SidecarService\":{}}}");
        await host.PutRefusedAsync(
            Register, "{\"Name\":\"b\",\"Connect\":{\"SidecarService\":{}}}", 429,
            "Limit reached: no port provided for sidecar_service and none left in the configured range [21000, 21000]");
    }

    [Fact]
    public async Task Register_AgainWithoutSidecar_RemovesIt()
    {
        await _host.PutOkAsync(Register, "{\"Name\":\"web\",\"Port\":80,\"Connect\":{\"SidecarService\":{}}}");
        await _host.PutOkAsync(Register, "{\"Name\":\"web\",\"Port\":80}");
        Assert.Equal("[]", (await _host.GetAsync("/v1/catalog/connect/web")).Text);
        await _host.PutOkAsync(Register, "{\"ID\":\"web-sidecar-proxy\",\"Name\":\"p\",\"Port\":1,\"Kind\":\"connect-proxy\",\"Proxy\":{\"DestinationServiceName\":\"web\"}}");
        await _host.PutOkAsync(Register, "{\"Name\":\"web\",\"Port\":80}");
        Assert.Equal(["web-sidecar-proxy"], (await _host.GetAsync("/v1/health/connect/web")).HealthIds);
    }

    [Fact]
    public async Task Register_NativeService_TakesMeshTrafficItself()
    {
        await _host.PutOkAsync(Register, "{\"Name\":\"web\",\"Port\":80,\"Connect\":{\"Native\":true}}");
        Assert.Equal(["web"], (await _host.GetAsync("/v1/health/connect/WEB?passing")).HealthIds);
        Assert.Contains("\"ServiceConnect\":{\"Native\":true}", (await _host.GetAsync("/v1/catalog/connect/web")).Text, StringComparison.Ordinal);
        Assert.Contains("\"EnableTagOverride\":false,\"Connect\":{\"Native\":true},\"Datacenter\"", (await _host.GetAsync("/v1/agent/services")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HealthConnect_Blocking_WakesWhenAProxyAppears()
    {
        long index = (await _host.GetAsync("/v1/health/connect/web")).Index;
        Task<ConsulAnswer> blocked = await _host.BlockAsync($"/v1/health/connect/web?index={index}");
        await _host.PutOkAsync(Register, "{\"Name\":\"web\",\"Port\":80}");
        await _host.PutOkAsync(Register, FullProxy);
        Assert.Equal(["side"], (await blocked).HealthIds);
    }

    [Fact]
    public async Task Register_Gateway_ShowsItsSettings()
    {
        await _host.PutOkAsync(Register, "{\"Name\":\"gw\",\"Kind\":\"mesh-gateway\",\"Port\":443}");
        Assert.Contains("\"Proxy\":{\"MeshGateway\":{},\"Expose\":{}},\"Datacenter\"", (await _host.GetAsync("/v1/agent/services")).Text, StringComparison.Ordinal);
        Assert.Equal("[]", (await _host.GetAsync("/v1/catalog/gateway-services/gw")).Text);
        Assert.Equal("[]", (await _host.GetAsync("/v1/health/ingress/gw")).Text);
    }

    [Fact]
    public async Task CatalogRegister_Proxy_IsKeptAsItCame()
    {
        ConsulAnswer answer = await _host.PutAsync("/v1/catalog/register", """
            {"Node":"ext","Address":"10.0.0.9","Service":{"ID":"p","Service":"p","Port":1,"Kind":"connect-proxy","Connect":{"Native":false},
             "Proxy":{"DestinationServiceName":"web","Upstreams":[{"DestinationName":"db","LocalBindPort":1}]}}}
            """);
        Assert.Equal("true", answer.Text);
        Assert.Contains(
            "\"ServiceProxy\":{\"DestinationServiceName\":\"web\",\"Mode\":\"\",\"Upstreams\":[{\"DestinationType\":\"\",\"DestinationName\":\"db\",\"Datacenter\":\"\",\"LocalBindPort\":1,\"MeshGateway\":{}}],\"MeshGateway\":{},\"Expose\":{}}",
            (await _host.GetAsync("/v1/catalog/connect/web")).Text, StringComparison.Ordinal);
        await _host.PutRefusedAsync(
            "/v1/catalog/register", "{\"Node\":\"ext\",\"Address\":\"10.0.0.9\",\"Service\":{\"Service\":\"p\",\"Kind\":\"connect-proxy\",\"Port\":1}}", 500,
            "1 error occurred:\n\t* Proxy.DestinationServiceName must be non-empty for Connect proxy services\n\n");
    }

    [Fact]
    public async Task CatalogRegister_TagsOfAnAgentService_StayOnlyWhereTheyMayBeOverridden()
    {
        foreach (string may in (string[])["true", "false"])
        {
            string mine = $"{{\"Name\":\"web\",\"Tags\":[\"mine\"],\"EnableTagOverride\":{may}}}";
            await _host.PutOkAsync(Register, mine);
            await _host.PutAsync("/v1/catalog/register", $"{{\"Node\":\"vm\",\"Address\":\"127.0.0.1\",\"Service\":{{\"Service\":\"web\",\"Tags\":[\"theirs\"],\"EnableTagOverride\":{may}}}}}");
            await _host.PutOkAsync(Register, mine);
            Assert.Contains(may == "true" ? "\"ServiceTags\":[\"theirs\"]" : "\"ServiceTags\":[\"mine\"]", (await _host.GetAsync("/v1/catalog/service/web")).Text, StringComparison.Ordinal);
        }
    }
}
