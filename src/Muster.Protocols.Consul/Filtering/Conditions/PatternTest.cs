using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Protocols.Consul.Filtering.Conditions;

/// <summary>Has a match of a pattern somewhere in it. The time is linear in the text whatever the pattern.</summary>
internal sealed class PatternTest(Regex pattern) : TextTest
{
    private const int StackCharacters = 256;

    public override bool Passes(FilterText text)
    {
        if (text.Text is { } shown)
        {
            return pattern.IsMatch(shown);
        }

        // never more characters than bytes
        if (text.Utf8.Length <= StackCharacters)
        {
            Span<char> characters = stackalloc char[StackCharacters];
            return pattern.IsMatch(characters[..Encoding.UTF8.GetChars(text.Utf8, characters)]);
        }

        char[] rented = ArrayPool<char>.Shared.Rent(text.Utf8.Length);
        bool passes = pattern.IsMatch(rented.AsSpan(0, Encoding.UTF8.GetChars(text.Utf8, rented)));
        ArrayPool<char>.Shared.Return(rented);
        return passes;
    }
}
