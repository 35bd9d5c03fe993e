using System.Text;
using Muster.Protocols.Rest.Writing;

namespace Muster.Protocols.Rest.Tests.Writing;

/// <summary>Whatever arrives as a body is understood or refused with a reason: never an exception, never a long time.</summary>
public class HostileBodyTests
{
    private static readonly TimeSpan s_longTime = TimeSpan.FromMilliseconds(500); // it takes milliseconds

    private static readonly byte[][] s_corpus = [.. new[]
    {
        """{"service":"web","id":"web-1","port":80,"address":"10.0.0.1","tags":["a","b"],"metadata":{"k":"v"},"weights":{"passing":1,"warning":1},"leaseSeconds":30}""",
        """{"service":"api","node":"n1","address":"10.0.0.1","ports":{"metrics":9090},"region":"r","zone":"z","checks":[{"type":"ttl","ttlSeconds":10}]}""",
        """{"service":"db","port":5432,"checks":[{"type":"http","url":"http://127.0.0.1/","intervalSeconds":10,"timeoutSeconds":1},{"type":"tcp","target":"127.0.0.1:1","intervalSeconds":5}]}""",
    }.Select(Encoding.UTF8.GetBytes)];

    public static TheoryData<string> Refused =>
    [
        "", "[]", "null", "5", "{", "{\"service\":NaN}", "{\"service\":5}", "{\"service\":\"a\",\"service\":\"b\"}", "{\"service\":\"a\"}{}", "/**/{\"service\":\"a\"}", "service=a",
        "{\"service\":\"a\\ud800\"}", "{\"service\":\"a\\u0000\"}", "{\"service\":\"a/b\"}", "{\"service\":\"..\"}", "{\"service\":\".\"}", "{\"service\":\"a\",\"id\":\"..\"}", "{\"service\":\"ü\"}",
        "{\"service\":\"a\",\"port\":\"80\"}", "{\"service\":\"a\",\"port\":1e9}", "{\"service\":\"a\",\"port\":80.5}", "{\"service\":\"a\",\"tags\":{}}", "{\"service\":\"a\",\"leaseSeconds\":-1}",
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void Read_BodyThatIsNone_IsRefusedWithAReason(string body)
    {
        var errors = new FieldErrors();
        Assert.Null(RequestBody.Parse(Encoding.UTF8.GetBytes(body), errors, RegistrationReader.Read));
        Assert.All(errors.All, error => Assert.NotEmpty(error.Message));
        Assert.True(errors.Any);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Read_AnyDamage_NeverThrowsAndNeverTakesLong(int seed)
    {
        var mutator = new JsonMutator(seed);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] body = mutator.Next(s_corpus);
            Cost.AssertBelow(s_longTime, () =>
            {
                var errors = new FieldErrors();
                Registration? registration = RequestBody.Parse(body, errors, RegistrationReader.Read);
                Assert.Equal(errors.Any, registration is null);
            });
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ReadRenewals_AnyDamage_NeverThrows(int seed)
    {
        byte[][] corpus = [.. new[]
        {
            "{\"instances\":[{\"id\":\"a\"},{\"id\":\"b\",\"node\":\"n\",\"epoch\":1763720000000}]}", "{\"instances\":[{\"id\":\"\\u00e4\",\"epoch\":0}]}", "{\"instances\":[]}",
        }.Select(Encoding.UTF8.GetBytes)];
        var mutator = new JsonMutator(seed);
        for (int i = 0; i < 20_000; i++)
        {
            var errors = new FieldErrors();
            List<Renewal> renewals = RenewalReader.Read(mutator.Next(corpus), errors);
            Assert.True(errors.Any || renewals.TrueForAll(renewal => renewal.Id.Length > 0 && renewal.Epoch >= 0));
        }
    }
}
