using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Muster.Protocols.Consul.Http;

/// <summary>What a request's <c>Cache-Control</c> says, as far as Consul reads it.</summary>
/// <param name="IsValid">False when a number in it is none.</param>
/// <param name="MustRevalidate">The client wants no cached answer: <c>must-revalidate</c>, or a <c>max-age</c> of zero.</param>
internal readonly record struct CacheDirectives(bool IsValid, bool MustRevalidate)
{
    /// <summary>Reads the header. Nearly every request has none.</summary>
    public static CacheDirectives Of(IHeaderDictionary headers)
    {
        bool valid = true, revalidate = false;
        foreach (string? line in headers.CacheControl)
        {
            ReadOnlySpan<char> text = line;
            foreach (Range part in text.Split(','))
            {
                ReadOnlySpan<char> directive = text[part].Trim();
                bool isAge = IsNumbered(directive, "max-age=", ref valid, out long age);
                revalidate |= (isAge && age == 0) || directive.Equals("must-revalidate", StringComparison.OrdinalIgnoreCase);
                _ = IsNumbered(directive, "stale-if-error=", ref valid, out _);
            }
        }

        return new CacheDirectives(valid, revalidate);
    }

    private static bool IsNumbered(ReadOnlySpan<char> directive, ReadOnlySpan<char> name, ref bool valid, out long seconds)
    {
        seconds = 0;
        if (!directive.StartsWith(name, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        bool isNumber = long.TryParse(directive[name.Length..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out seconds);
        valid &= isNumber;
        return isNumber;
    }
}
