using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Muster.Checks.Probing;

namespace Muster.Checks.Tests;

public sealed class OutputTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("HTTP GET http://a/: 200 OK Output: pong")]
    [InlineData("äöü 日本 🙂")]
    public void Cap_Short_Unchanged(string text) => Assert.Equal(text, OutputText.Cap(text));

    [Fact]
    public void Cap_LongMultibyte_CutBetweenCharacters()
    {
        string capped = OutputText.Cap("a" + string.Concat(Enumerable.Repeat("🙂", 2000)));

        Assert.Equal(4093, Encoding.UTF8.GetByteCount(capped));
        Assert.EndsWith("🙂", capped);
    }

    [Fact]
    public void Cap_LoneSurrogate_Replaced() => Assert.Equal("a\uFFFDb", OutputText.Cap("a\ud800b"));

    [Fact]
    public void Decode_CutCharacterAtEnd_DroppedOnlyWhenCut()
    {
        byte[] bytes = [(byte)'a', 0xE6, 0x97];

        Assert.Equal("a", OutputText.Decode(bytes, cut: true));
        Assert.Equal("a\uFFFD", OutputText.Decode(bytes, cut: false));
    }

    [Fact]
    public void Decode_AnyBytes_CapsToValidBoundedText()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<bool>(), (bytes, cut) =>
        {
            byte[] many = [.. Enumerable.Repeat(bytes ?? [], 200).SelectMany(part => part)];
            string capped = OutputText.Cap(OutputText.Decode(many, cut));
            byte[] encoded = new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(capped);
            return encoded.Length <= OutputText.MaxBytes;
        }).QuickCheckThrowOnFailure();
    }
}
