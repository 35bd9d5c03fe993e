using System.Text;

namespace Muster.Journal.Tests;

public sealed class Crc32CTests
{
    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xE3069283u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x22620404u)]
    public void Compute_KnownText_KnownChecksum(string text, uint expected) =>
        Assert.Equal(expected, Crc32C.Compute(0, Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Compute_VectorsOfRfc3720_Match()
    {
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(0, new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute(0, Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute(0, Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));
    }

    [Fact]
    public void Compute_AnotherSalt_AnotherChecksum() =>
        Assert.NotEqual(Crc32C.Compute(1, "record"u8), Crc32C.Compute(2, "record"u8));
}
