using System.Text;
using Muster.Protocols.Consul.Definitions;

namespace Muster.Protocols.Consul.Tests.Definitions;

public class IpTextTests
{
    [Theory]
    [InlineData("10.1.2.3", "V4")]
    [InlineData("0.0.0.0", "V4")]
    [InlineData("255.255.255.255", "V4")]
    [InlineData("::1", "V6")]
    [InlineData("2001:db8::1", "V6")]
    [InlineData("::ffff:10.1.2.3", "V6")]
    [InlineData("", "None")]
    [InlineData("1", "None")]
    [InlineData("1.2.3", "None")]
    [InlineData("1.2.3.4.5", "None")]
    [InlineData("1.2.3.", "None")]
    [InlineData(".1.2.3", "None")]
    [InlineData("1..2.3", "None")]
    [InlineData("1.2.3.256", "None")]
    [InlineData("01.2.3.4", "None")]
    [InlineData("00.2.3.4", "None")]
    [InlineData("0x1.2.3.4", "None")]
    [InlineData("[::1]", "None")]
    [InlineData("fe80::1%eth0", "None")]
    [InlineData(":", "None")]
    [InlineData("db.example.com", "None")]
    public void FamilyOf_Text_IsAsStrictAsGo(string text, string family)
    {
        Assert.Equal(family, IpText.FamilyOf(text).ToString());
        Assert.Equal(family, IpText.FamilyOf(Encoding.UTF8.GetBytes(text)).ToString());
    }
}
