using System.Globalization;

namespace Muster.Protocols.Consul.Json;

/// <summary>Floating-point numbers as Go's <c>encoding/json</c> writes them: shortest digits, an exponent only for the very large and very small.</summary>
internal static class GoNumber
{
    private const int MostPlainDigits = 21;
    private const int MostLeadingZeros = 6;

    /// <summary>The text of a finite number.</summary>
    public static string Format(double value)
    {
        if (value == 0)
        {
            return double.IsNegative(value) ? "-0" : "0";
        }

        (string digits, int exponent) = Split(Math.Abs(value).ToString("R", CultureInfo.InvariantCulture));
        string text = exponent is >= MostPlainDigits or < -MostLeadingZeros ? Scientific(digits, exponent)
            : exponent < 0 ? "0." + new string('0', -exponent - 1) + digits
            : digits.Length <= exponent + 1 ? digits.PadRight(exponent + 1, '0')
            : $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
        return value < 0 ? "-" + text : text;
    }

    private static string Scientific(string digits, int exponent) =>
        string.Create(CultureInfo.InvariantCulture, $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits.AsSpan(1)}e{(exponent < 0 ? "" : "+")}{exponent}");

    /// <summary>The digits without zeros around them, and the power of ten of the first.</summary>
    private static (string Digits, int Exponent) Split(string shortest)
    {
        int end = shortest.IndexOf('E');
        string mantissa = end < 0 ? shortest : shortest[..end];
        int power = end < 0 ? 0 : int.Parse(shortest.AsSpan(end + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        int point = mantissa.IndexOf('.');
        int whole = point < 0 ? mantissa.Length : point;
        string all = mantissa.Replace(".", "", StringComparison.Ordinal);
        string digits = all.TrimStart('0');
        return (digits.TrimEnd('0'), power + whole - (all.Length - digits.Length) - 1);
    }
}
