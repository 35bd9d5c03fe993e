using System.Text;
using Muster.Protocols.Consul.Definitions;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Tests.Definitions;

/// <summary>Whatever arrives as a body is understood or refused with a reason: never an exception, never a long time.</summary>
public class HostileBodyTests
{
    private const int Mutations = 60_000;
    private static readonly TimeSpan s_longTime = TimeSpan.FromMilliseconds(500); // it takes milliseconds

    private static readonly byte[][] s_corpus = [.. new[]
    {
        """{"Name":"web","ID":"web-1","Port":80,"Address":"10.0.0.1","Tags":["a","b"],"Meta":{"k":"v"},"Weights":{"Passing":1,"Warning":1},"EnableTagOverride":true,"Check":{"TTL":"10s","DeregisterCriticalServiceAfter":"1m","Status":"passing"}}""",
        """{"Name":"api","Checks":[{"HTTP":"http://127.0.0.1/","Interval":"10s","Timeout":"1s","Header":{"X":["1","2"]},"Method":"POST","Body":"b"},{"TCP":"127.0.0.1:80","Interval":"5s"}],"TaggedAddresses":{"lan":{"Address":"10.0.0.1","Port":80}}}""",
        """{"ID":"c","Name":"check","ServiceID":"web-1","Notes":"n","TTL":30000000000,"OutputMaxSize":4096,"SuccessBeforePassing":2}""",
        """{"Node":"n1","Address":"10.0.0.1","ID":"11111111-1111-1111-1111-111111111111","NodeMeta":{"a":"b"},"Service":{"Service":"web","ID":"w","Port":80,"Tags":["x"]},"Checks":[{"CheckID":"c","Name":"c","Status":"passing","ServiceID":"w"}],"SkipNodeUpdate":true}""",
        """{"Name":"proxied","Kind":"connect-proxy","Proxy":{"DestinationServiceName":"web","Upstreams":[{"DestinationName":"db","LocalBindPort":9191}],"Config":{"a":[1,2,{"b":null}]}},"Connect":{"SidecarService":{}}}""",
    }.Select(Encoding.UTF8.GetBytes)];

    public static TheoryData<string> Refused =>
    [
        "", "   ", "[]", "5", "\"x\"", "{", "{\"Name\":", "{\"Name\":\"a\"", "{\"Name\":NaN}", "{\"Name\":5}", "{\"Name\":[\"a\"]}", "{\"Name\":\"a\",\"Port\":\"80\"}",
        "{\"Name\":\"a\",\"Port\":1e9}", "{\"Name\":\"a\",\"Port\":80.5}", "{\"Name\":\"a\",\"Port\":-1}", "{\"Name\":\"a\",\"Tags\":{}}", "{\"Name\":\"a\",\"Meta\":[]}",
        "{\"Name\":\"a\",\"Check\":{\"TTL\":\"soon\"}}", "{\"Name\":\"a\"", "/**/{\"Name\":\"a\"}", "\uFEFF{\"Name\":\"a\"}", "Name=a&Port=80", "{\"Name\":\"a\\u0000b\"}", "{\"Name\":\"a\\nb\"}",
        "{\"Name\":\".\"}", "{\"Name\":\"..\"}", "{\"Name\":\"a\",\"ID\":\"..\"}", "{\"Name\":\"a\",\"ID\":\"\\u007f\"}",
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void TryReadService_BodyThatIsNone_IsRefusedWithAReason(string body)
    {
        Assert.False(ConsulDefinitions.TryReadService(Encoding.UTF8.GetBytes(body), ScriptRule.RefusedRemotely, out _, out string? problem));
        Assert.NotEmpty(problem!);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"Meta\":", "}")]
    [InlineData("{\"Proxy\":{\"Config\":{\"a\":", "}}}")]
    [InlineData("{\"Unknown\":[", "]}")]
    public void TryReadService_NestedAHundredThousandDeep_IsRefusedQuickly(string open, string close)
    {
        byte[] body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(open, 100_000)) + string.Concat(Enumerable.Repeat(close, 100_000)));
        Cost.AssertBelow(s_longTime, () =>
        {
            Assert.False(ConsulDefinitions.TryReadService(body, ScriptRule.RefusedRemotely, out _, out string? problem));
            Assert.NotEmpty(problem!);
        });
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a%2fb")]
    [InlineData("...")]
    [InlineData("a;<b>\"c\"")]
    [InlineData("ünïcödé")]
    [InlineData("a b")]
    [InlineData("\uFFFD")]
    public void TryReadService_NameThatAPathCanCarry_IsTaken(string name)
    {
        byte[] body = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { Name = name });
        Assert.True(ConsulDefinitions.TryReadService(body, ScriptRule.RefusedRemotely, out ServiceRegistration? service, out string? problem), problem);
        Assert.Equal(name, service.Instance.Service);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Readers_AnyDamage_NeverThrowAndNeverTakeLong(int seed)
    {
        var mutator = new JsonMutator(seed);
        for (int i = 0; i < Mutations; i++)
        {
            byte[] body = mutator.Next(s_corpus);
            Cost.AssertBelow(s_longTime, () =>
            {
                bool service = ConsulDefinitions.TryReadService(body, ScriptRule.RefusedRemotely, out _, out string? serviceProblem);
                bool check = ConsulDefinitions.TryReadCheck(body, ScriptRule.RefusedRemotely, out _, out string? checkProblem);
                bool catalog = IsCatalogRegistration(body, out string? catalogProblem);
                Assert.Equal((service, check, catalog), (serviceProblem is null, checkProblem is null, catalogProblem is null));
                Assert.False(serviceProblem == "" || checkProblem == "" || catalogProblem == "", "refused without a reason");
            });
        }
    }

    private static bool IsCatalogRegistration(byte[] json, out string? problem)
    {
        var reader = new GoJsonReader(json);
        CatalogRegistrationBody? body = CatalogRegistrationReader.Read(ref reader);
        problem = body is null ? reader.Error : CatalogTranslator.Translate(body, "dc1", out _)?.Text;
        return body is not null && problem is null;
    }
}
