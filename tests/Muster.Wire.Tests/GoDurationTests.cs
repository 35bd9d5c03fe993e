using FsCheck;
using FsCheck.Fluent;

namespace Muster.Wire.Tests;

public class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("+0", 0)]
    [InlineData("0s", 0)]
    [InlineData("10s", 10_000_000_000)]
    [InlineData("-1s", -1_000_000_000)]
    [InlineData("+1.5m", 90_000_000_000)]
    [InlineData("1h2m3.5s", 3_723_500_000_000)]
    [InlineData("250ms", 250_000_000)]
    [InlineData("1us", 1_000)]
    [InlineData("1µs", 1_000)]
    [InlineData("1μs", 1_000)]
    [InlineData("7ns", 7)]
    [InlineData(".5s", 500_000_000)]
    [InlineData("5.s", 5_000_000_000)]
    [InlineData("1s1s", 2_000_000_000)]
    [InlineData("0.1000000000000000000000001s", 100_000_000)]
    [InlineData("9223372036854775807ns", long.MaxValue)]
    [InlineData("-9223372036854775808ns", long.MinValue)]
    public void TryParse_ValidText_GivesNanoseconds(string text, long expected)
    {
        Assert.True(GoDuration.TryParse(text, out long nanoseconds));
        Assert.Equal(expected, nanoseconds);
    }

    [Theory]
    [InlineData("", "time: invalid duration \"\"")]
    [InlineData("-", "time: invalid duration \"-\"")]
    [InlineData("s", "time: invalid duration \"s\"")]
    [InlineData(".s", "time: invalid duration \".s\"")]
    [InlineData(" 1s", "time: invalid duration \" 1s\"")]
    [InlineData("1..5s", "time: invalid duration \"1..5s\"")]
    [InlineData("10", "time: missing unit in duration \"10\"")]
    [InlineData("1h2", "time: missing unit in duration \"1h2\"")]
    [InlineData("10x", "time: unknown unit \"x\" in duration \"10x\"")]
    [InlineData("1d", "time: unknown unit \"d\" in duration \"1d\"")]
    [InlineData("1s ", "time: unknown unit \"s \" in duration \"1s \"")]
    [InlineData("1\"", "time: unknown unit \"\\\"\" in duration \"1\\\"\"")]
    [InlineData("9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\"")]
    [InlineData("3000000h", "time: invalid duration \"3000000h\"")]
    [InlineData("9223372036854775808ns9223372036854775808ns", "time: invalid duration \"9223372036854775808ns9223372036854775808ns\"")]
    public void TryParse_InvalidText_IsRefusedAndExplained(string text, string why)
    {
        Assert.False(GoDuration.TryParse(text, out long _));
        Assert.Equal(why, GoDuration.Explain(text));
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("10s")]
    [InlineData("1m0s")]
    [InlineData("1h0m0s")]
    [InlineData("1h1m1.5s")]
    [InlineData("250ms")]
    [InlineData("1.5µs")]
    [InlineData("100ns")]
    [InlineData("-1m30s")]
    public void Format_ParsedText_GivesGoSpelling(string text)
    {
        Assert.True(GoDuration.TryParse(text, out TimeSpan duration));
        Assert.Equal(text, GoDuration.Format(duration));
    }

    [Fact]
    public void TryParse_FormattedDuration_GivesItBack() =>
        Prop.ForAll(ArbMap.Default.ArbFor<DoNotSize<long>>(), seed =>
        {
            var duration = TimeSpan.FromTicks(seed.Item % (TimeSpan.TicksPerDay * 1000));
            return GoDuration.TryParse(GoDuration.Format(duration), out TimeSpan back) && back == duration;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryParse_AnyText_NeverThrowsAndExplains()
    {
        Gen<string> text = Gen.Elements("0", "1", "99999999999999999999", ".", "s", "ms", "h", "m", "µ", "-", "+", "x", "\"", "ns")
            .ListOf().Select(parts => string.Concat(parts));
        Prop.ForAll(Arb.From(text), candidate =>
            GoDuration.TryParse(candidate, out long _) || GoDuration.Explain(candidate).StartsWith("time: ", StringComparison.Ordinal))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void FromNanoseconds_TinyButNotZero_IsNotZero()
    {
        Assert.Equal(1, GoDuration.FromNanoseconds(1).Ticks);
        Assert.Equal(-1, GoDuration.FromNanoseconds(-99).Ticks);
        Assert.Equal(0, GoDuration.FromNanoseconds(0).Ticks);
    }
}
