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
        Assert.False(ConsulDefinitions.TryReadCheck(Encoding.UTF8.GetBytes(json), out _, out string? text));
        Assert.Equal(problem, text);
    }

    [Theory]
    [InlineData("{\"Name\":\"mem\",\"TTL\":\"1s\"}", "mem", "", false)]
    [InlineData("{\"ID\":\"m\",\"Name\":\"mem\",\"TTL\":\"1s\",\"Status\":\"passing\"}", "m", "", true)]
    [InlineData("{\"id\":\"m\",\"name\":\"mem\",\"ttl\":\"1s\",\"service_id\":\"web\"}", "m", "web", false)]
    [InlineData("{\"ID\":\"service:web\",\"Name\":\"mem\",\"TTL\":\"1s\",\"ServiceID\":\"web\"}", null, "web", false)]
    public void TryReadCheck_Valid_NamesItsIdAndService(string json, string? id, string service, bool hasStatus)
    {
        Assert.True(ConsulDefinitions.TryReadCheck(Encoding.UTF8.GetBytes(json), out CheckRegistration? check, out string? problem), problem);
        Assert.Equal((id, "mem", service, hasStatus, CheckKind.Ttl), (check.Check.Id, check.Check.Name, check.ServiceId, check.HasStatus, check.Check.Kind));
    }
}
