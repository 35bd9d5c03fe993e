using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Tests.Json;

public class GoNumberTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.0, "-0")]
    [InlineData(1, "1")]
    [InlineData(-12.5, "-12.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(0.000001, "0.000001")]
    [InlineData(0.0000001, "1e-7")]
    [InlineData(0.00000123, "0.00000123")]
    [InlineData(1.5e-10, "1.5e-10")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(123456789012345680, "123456789012345680")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(1e21, "1e+21")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(9.9999999999999995e22, "1e+23")]
    public void Format_AnyNumber_IsWrittenAsGoDoes(double value, string text) => Assert.Equal(text, GoNumber.Format(value));
}
