using System.Text;
using Muster.Model;
using Muster.Protocols.Consul.Definitions;

namespace Muster.Protocols.Consul.Tests.Definitions;

public class CheckDefinitionTests
{
    [Theory]
    [InlineData("{\"TTL\":\"1s\"}", "Missing check name")]
    [InlineData("{\"Name\":\"c\",\"TTL\":\"1s\",\"Status\":\"ok\"}", "Bad check status")]
    [InlineData("{\"Name\":\"c\"}", "Invalid check: TTL must be > 0 for TTL checks")]
    [InlineData("{\"Name\":\"c\",\"HTTP\":\"http://a\",\"Interval\":\"0s\"}", "Invalid check: Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks")]
    [InlineData("{\"Name\":\"c\",\"Nope\":1}", "Request decode failed: json: unknown field \"Nope\"")]
    public void TryReadCheck_Invalid_IsRefusedInTheWordsOfConsul(string json, string problem)
    {
        Assert.False(ConsulDefinitions.TryReadCheck(Encoding.UTF8.GetBytes(json), ScriptRule.RefusedRemotely, out _, out string? text));
        Assert.Equal(problem, text);
    }

    [Theory]
    [InlineData("{\"Name\":\"mem\",\"TTL\":\"1s\"}", "mem", "", false)]
    [InlineData("{\"ID\":\"m\",\"Name\":\"mem\",\"TTL\":\"1s\",\"Status\":\"passing\"}", "m", "", true)]
    [InlineData("{\"id\":\"m\",\"name\":\"mem\",\"ttl\":\"1s\",\"service_id\":\"web\"}", "m", "web", false)]
    [InlineData("{\"ID\":\"service:web\",\"Name\":\"mem\",\"TTL\":\"1s\",\"ServiceID\":\"web\"}", null, "web", false)]
    public void TryReadCheck_Valid_NamesItsIdAndService(string json, string? id, string service, bool hasStatus)
    {
        Assert.True(ConsulDefinitions.TryReadCheck(Encoding.UTF8.GetBytes(json), ScriptRule.RefusedRemotely, out CheckRegistration? check, out string? problem), problem);
        Assert.Equal((id, "mem", service, hasStatus, CheckKind.Ttl), (check.Check.Id, check.Check.Name, check.ServiceId, check.HasStatus, check.Check.Kind));
    }

    public static TheoryData<string, CheckDefinition> Kinds => new()
    {
        { """{"UDP":"[::1]:53","Interval":"1s"}""", Of(CheckKind.Udp, new ProbeTarget("[::1]:53")) },
        { """{"TCP":"a:1","TCPUseTLS":true,"TLSServerName":"b","Interval":"1s"}""", Of(CheckKind.Tcp, new ProbeTarget("a:1") { Tls = new ProbeTls { ServerName = "b" } }) },
        { """{"tcp":"a:1","tcp_use_tls":true,"tls_skip_verify":true,"interval":"1s"}""", Of(CheckKind.Tcp, new ProbeTarget("a:1") { Tls = new ProbeTls { SkipVerify = true } }) },
        { """{"TCP":"a:1","TLSServerName":"b","Interval":"1s"}""", Of(CheckKind.Tcp, new ProbeTarget("a:1")) },
        { """{"GRPC":"a:1/shop","Interval":"1s"}""", Of(CheckKind.Grpc, new ProbeTarget("a:1/shop")) },
        { """{"grpc":"a:1","grpc_use_tls":true,"interval":"1s"}""", Of(CheckKind.Grpc, new ProbeTarget("a:1") { Tls = new ProbeTls() }) },
        { """{"H2PING":"a:1","Interval":"1s"}""", Of(CheckKind.H2Ping, new ProbeTarget("a:1") { Tls = new ProbeTls() }) },
        { """{"h2ping":"a:1","h2ping_use_tls":false,"interval":"1s"}""", Of(CheckKind.H2Ping, new ProbeTarget("a:1")) },
        { """{"AliasService":"web","AliasNode":"n"}""", Of(CheckKind.Alias, null) with { Interval = TimeSpan.Zero, Alias = new AliasTarget("n", "web") } },
        { """{"alias_node":"n"}""", Of(CheckKind.Alias, null) with { Interval = TimeSpan.Zero, Alias = new AliasTarget("n", "") } },
        { """{"Args":["a","b c"],"Interval":"1s"}""", Of(CheckKind.Script, null) with { Script = new ScriptCommand(["a", "b c"]) } },
        { """{"script_args":["a"],"interval":"1s"}""", Of(CheckKind.Script, null) with { Script = new ScriptCommand(["a"]) } },
        { """{"HTTP":"http://a/","TCP":"b:1","UDP":"c:1","Interval":"1s"}""", Of(CheckKind.Http, null) with { Http = new HttpProbe("http://a/") } },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TryReadCheck_Kind_IsTranslated(string json, CheckDefinition expected)
    {
        string named = json.Replace("{\"", "{\"Name\":\"c\",\"", StringComparison.Ordinal);

        Assert.True(ConsulDefinitions.TryReadCheck(Encoding.UTF8.GetBytes(named), ScriptRule.AllowedRemotely, out CheckRegistration? check, out string? problem), problem);
        Assert.Equal(expected, check.Check);
    }

    [Fact]
    public void TryReadCheck_Script_AsTheRuleSays()
    {
        byte[] json = Encoding.UTF8.GetBytes("""{"Name":"c","Args":["a"],"Interval":"1s"}""");

        Assert.False(ConsulDefinitions.TryReadCheck(json, ScriptRule.RefusedLocally, out _, out string? problem));
        Assert.Equal("Scripts are disabled on this agent; to enable, configure 'enable_script_checks' or 'enable_local_script_checks' to true", problem);
        Assert.True(ConsulDefinitions.TryReadCheck(json, ScriptRule.AllowedLocally, out CheckRegistration? local, out _));
        Assert.True(local.Check.Script!.IsLocal);
    }

    private static CheckDefinition Of(CheckKind kind, ProbeTarget? target) =>
        new() { Id = "c", Name = "c", Kind = kind, Target = target, Interval = TimeSpan.FromSeconds(1) };
}
