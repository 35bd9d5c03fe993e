using System.Text;
using Muster.Model;

namespace Muster.Protocols.Registry.Tests;

public class HostileBodyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Read_AnyDamage_NeverThrows(int seed)
    {
        byte[][] corpus = [.. new[]
        {
            "{\"instance_id\":\"a\",\"service_name\":\"b\",\"host\":\"c\",\"port\":80}",
            "{\"instance_id\":\"\\u00e4\",\"service_name\":\"b\",\"host\":\"::1\",\"port\":1e2,\"ttl_seconds\":0.5,\"metadata\":{\"a\":\"1\",\"b\":2,\"c\":true},\"status\":\"starting\"}",
        }.Select(Encoding.UTF8.GetBytes)];
        var mutator = new JsonMutator(seed);
        for (int i = 0; i < 20_000; i++)
        {
            var errors = new List<FieldError>();
            InstanceDefinition? definition = RegistrationReader.Read(mutator.Next(corpus), errors);
            Assert.Equal(errors.Count > 0, definition is null);
            Assert.True(definition is null || (definition.Id.Length > 0 && definition.Lease > TimeSpan.Zero && definition.Port > 0));
        }
    }
}
