using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Muster.Protocols.Dns.Naming;

namespace Muster.Protocols.Dns.Tests.Naming;

public sealed class AddressTextTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.20.30.255")]
    [InlineData("::1")]
    [InlineData("2001:db8::3")]
    public void TryParse_Address_EqualsTheFrameworks(string text)
    {
        byte[] address = new byte[16];
        Assert.True(AddressText.TryParse(Encoding.UTF8.GetBytes(text), address, out int size));
        Assert.Equal(IPAddress.Parse(text).GetAddressBytes(), address[..size]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("10.1")]
    [InlineData("10.1.2.3.4")]
    [InlineData("10.1.2.")]
    [InlineData(".10.1.2")]
    [InlineData("010.1.2.3")]
    [InlineData("10.1.2.256")]
    [InlineData("10.1.2.99999999999999999999")]
    [InlineData("0x0a.1.2.3")]
    [InlineData("fe80::1%eth0")]
    [InlineData("db.example.com")]
    public void TryParse_AnythingElse_IsRefused(string text) =>
        Assert.False(AddressText.TryParse(Encoding.UTF8.GetBytes(text), new byte[16], out _));

    [Fact]
    public void TryParse_MappedAddress_IsIpv4()
    {
        byte[] address = new byte[16];
        Assert.True(AddressText.TryParse("::ffff:10.0.0.1"u8, address, out int size));
        Assert.Equal([10, 0, 0, 1], address[..size]);
    }

    [Fact]
    public void Hexadecimal_RoundTrips() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.ArrayOf(Gen.Choose(0, 255), 16).ToArbitrary(), values =>
        {
            foreach (int size in (int[])[4, 16])
            {
                byte[] expected = [.. values.Take(size).Select(value => (byte)value)];
                byte[] read = new byte[16];
                byte[] text = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(expected));
                Assert.True(AddressText.TryParseHex(text, read, out int readSize));
                Assert.Equal(expected, read[..readSize]);
            }
        }));

    [Theory]
    [InlineData("0a00000")]
    [InlineData("0a00000g")]
    [InlineData("+a000001")]
    [InlineData("0a0000010a000001")]
    public void TryParseHex_AnythingElse_IsRefused(string text) =>
        Assert.False(AddressText.TryParseHex(Encoding.UTF8.GetBytes(text), new byte[16], out _));
}
