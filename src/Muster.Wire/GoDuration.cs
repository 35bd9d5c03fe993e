using System.Buffers;
using System.Globalization;
using System.Text;

namespace Muster.Wire;

/// <summary>
/// Durations as Go writes them, which is how Consul's API and configuration spell them: <c>10s</c>, <c>1h2m3.5s</c>,
/// <c>-1s</c>, <c>250ms</c>, and plain <c>0</c>.
/// </summary>
/// <remarks>
/// Units are ns, us (also with either micro sign), ms, s, m and h; each number may have a fraction. As in Go the range is
/// that of a 64-bit count of nanoseconds, about 292 years. See https://pkg.go.dev/time#ParseDuration.
/// </remarks>
public static class GoDuration
{
    private const ulong Second = 1_000_000_000;
    private static readonly SearchValues<char> NumberChars = SearchValues.Create("0123456789.");

    /// <summary>Reads a duration as nanoseconds. False for anything Go would refuse.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long nanoseconds)
    {
        nanoseconds = 0;
        bool negative = !text.IsEmpty && text[0] == '-';
        ReadOnlySpan<char> rest = negative || (!text.IsEmpty && text[0] == '+') ? text[1..] : text;
        if (rest is "0")
        {
            return true;
        }

        if (rest.IsEmpty)
        {
            return false;
        }

        // like Go, sum up without a sign so that the most negative value can be read
        ulong sum = 0;
        while (!rest.IsEmpty)
        {
            if (!TryTerm(ref rest, out ulong term) || term > (1UL << 63) - sum)
            {
                return false;
            }

            sum += term;
        }

        if (sum > long.MaxValue && !negative)
        {
            return false;
        }

        nanoseconds = negative ? unchecked(-(long)sum) : (long)sum;
        return true;
    }

    /// <summary>Reads a duration. What is shorter than 100 ns but not zero becomes 100 ns.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        bool valid = TryParse(text, out long nanoseconds);
        duration = FromNanoseconds(nanoseconds);
        return valid;
    }

    /// <summary>A duration from nanoseconds. What is shorter than 100 ns but not zero becomes 100 ns.</summary>
    public static TimeSpan FromNanoseconds(long nanoseconds)
    {
        long ticks = nanoseconds / 100;
        return ticks == 0 ? TimeSpan.FromTicks(Math.Sign(nanoseconds)) : TimeSpan.FromTicks(ticks);
    }

    /// <summary>Go's words for why <paramref name="text"/> is no duration.</summary>
    public static string Explain(string text)
    {
        string quoted = Quote(text);
        ReadOnlySpan<char> rest = text is ['+' or '-', ..] ? text.AsSpan(1) : text;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(NumberChars);
            if (digits < 0)
            {
                return rest.ContainsAnyInRange('0', '9') && rest.Count('.') < 2
                    ? "time: missing unit in duration " + quoted
                    : "time: invalid duration " + quoted;
            }

            if (digits == 0 || !rest[..digits].ContainsAnyInRange('0', '9') || rest[..digits].Count('.') > 1)
            {
                break;
            }

            rest = rest[digits..];
            int end = rest.IndexOfAny(NumberChars);
            ReadOnlySpan<char> unit = end < 0 ? rest : rest[..end];
            if (UnitOf(unit) == 0)
            {
                return $"time: unknown unit {Quote(unit.ToString())} in duration {quoted}";
            }

            rest = rest[unit.Length..];
        }

        return "time: invalid duration " + quoted;
    }

    /// <summary>Writes a duration as Go does: <c>1m0s</c>, <c>1.5s</c>, <c>250ms</c>, <c>0s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        ulong ticks = duration.Ticks < 0 ? (ulong)-(duration.Ticks + 1) + 1 : (ulong)duration.Ticks;
        var text = new StringBuilder(duration < TimeSpan.Zero ? "-" : "");
        if (ticks < TimeSpan.TicksPerMillisecond)
        {
            // below a microsecond Go would count nanoseconds
            return (ticks < TimeSpan.TicksPerMicrosecond ? text.Append(ticks * 100).Append("ns") : Decimal(text, ticks, TimeSpan.TicksPerMicrosecond, "µs")).ToString();
        }

        if (ticks < TimeSpan.TicksPerSecond)
        {
            return Decimal(text, ticks, TimeSpan.TicksPerMillisecond, "ms").ToString();
        }

        if (ticks >= TimeSpan.TicksPerHour)
        {
            text.Append(ticks / TimeSpan.TicksPerHour).Append('h');
        }

        if (ticks >= TimeSpan.TicksPerMinute)
        {
            text.Append(ticks % TimeSpan.TicksPerHour / TimeSpan.TicksPerMinute).Append('m');
        }

        return Decimal(text, ticks % TimeSpan.TicksPerMinute, TimeSpan.TicksPerSecond, "s").ToString();
    }

    private static StringBuilder Decimal(StringBuilder text, ulong ticks, long unit, string name) =>
        text.Append(((decimal)ticks / unit).ToString("0.#######", CultureInfo.InvariantCulture)).Append(name);

    /// <summary>Reads one number with its unit, such as <c>1.5h</c>.</summary>
    private static bool TryTerm(ref ReadOnlySpan<char> rest, out ulong nanoseconds)
    {
        nanoseconds = 0;
        int at = 0;
        ulong whole = 0;
        for (; at < rest.Length && char.IsAsciiDigit(rest[at]); at++)
        {
            if (whole > (1UL << 63) / 10)
            {
                return false;
            }

            whole = (whole * 10) + (ulong)(rest[at] - '0');
        }

        bool hasDigits = at > 0;
        double fraction = 0, scale = 1;
        if (at < rest.Length && rest[at] == '.')
        {
            int start = ++at;
            for (; at < rest.Length && char.IsAsciiDigit(rest[at]); at++)
            {
                // beyond 18 digits nothing is left to gain
                if (at - start < 18)
                {
                    fraction = (fraction * 10) + (rest[at] - '0');
                    scale *= 10;
                }
            }

            hasDigits |= at > start;
        }

        int end = rest[at..].IndexOfAny(NumberChars);
        ReadOnlySpan<char> name = end < 0 ? rest[at..] : rest.Slice(at, end);
        ulong unit = UnitOf(name);
        if (!hasDigits || unit == 0 || whole > (1UL << 63) / unit)
        {
            return false;
        }

        nanoseconds = (whole * unit) + (ulong)(fraction * (unit / scale));
        rest = rest[(at + name.Length)..];
        return nanoseconds <= 1UL << 63;
    }

    private static ulong UnitOf(ReadOnlySpan<char> name) => name switch
    {
        "ns" => 1,
        "us" or "µs" or "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => Second,
        "m" => 60 * Second,
        "h" => 3600 * Second,
        _ => 0,
    };

    private static string Quote(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
}
