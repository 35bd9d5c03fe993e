using Muster.Protocols.Consul.Filtering.Patterns;

namespace Muster.Protocols.Consul.Tests.Filtering;

public sealed class GoPatternTests
{
    [Theory]
    [InlineData("^a$", "a\n", false)]
    [InlineData("(?m)^a$", "b\na\n", true)]
    [InlineData("(?m:^a$)|b$", "a\nb\n", true)]
    [InlineData("(?m:x)b$", "xb\n", false)]
    [InlineData("a.c", "a\nc", false)]
    [InlineData("(?s)a.c", "a\nc", true)]
    [InlineData("(?i)ÄB", "äb", true)]
    [InlineData(@"^\d+$", "٣", false)]
    [InlineData(@"^\w+$", "ü", false)]
    [InlineData(@"^\W+$", "ü", true)]
    [InlineData(@"^[\d_]+$", "4_2", true)]
    [InlineData(@"^[^\s]+$", "a b", false)]
    [InlineData("^[[:upper:][:digit:]]+$", "A1", true)]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("^[^]a]+$", "]", false)]
    [InlineData("^[a-z[]+$", "[q", true)]
    [InlineData("^[a-c-[b]]$", "a]", true)]
    [InlineData(@"^\Qa.b*\E$", "a.b*", true)]
    [InlineData(@"^\x41\x{42}\103\t$", "ABC\t", true)]
    [InlineData(@"^\x{1F600}$", "😀", true)]
    [InlineData(@"^\pL\p{Lu}$", "äÄ", true)]
    [InlineData("^(?P<a>x)(?<b>y)$", "xy", true)]
    [InlineData("^a{2,3}$", "aaa", true)]
    [InlineData("^a{,3}$", "a{,3}", true)]
    [InlineData(@"^1\.2\.\d$", "1.2.3", true)]
    [InlineData("", "anything", true)]
    public void Match_OfAPattern_IsAsInGo(string pattern, string text, bool expected)
    {
        Assert.Equal(expected, GoPattern.Compile(pattern, out string problem)?.IsMatch(text));
        Assert.Equal("", problem);
    }

    [Theory]
    [InlineData(@"\")]
    [InlineData(@"\y")]
    [InlineData(@"\Z")]
    [InlineData(@"\k<a>")]
    [InlineData(@"\1")]
    [InlineData(@"\x{110000}")]
    [InlineData(@"\x4")]
    [InlineData("(?<=a)b")]
    [InlineData("(?!a)")]
    [InlineData("(?>a)")]
    [InlineData("(?x)a")]
    [InlineData("(?#a)")]
    [InlineData("(?")]
    [InlineData("a**")]
    [InlineData("a*+")]
    [InlineData("+")]
    [InlineData("[b-a]")]
    [InlineData("[[:odd:]]")]
    [InlineData("a{3,2}")]
    [InlineData(@"\p{Nonsense}")]
    public void Pattern_GoWouldRefuse_IsRefused(string pattern)
    {
        Assert.Null(GoPattern.Compile(pattern, out string problem));
        Assert.NotEmpty(problem);
    }
}
