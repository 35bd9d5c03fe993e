using System.Text;

namespace Muster.Model;

/// <summary>One spelling for all that are one name to <see cref="StringComparer.OrdinalIgnoreCase"/>.</summary>
public static class NameCase
{
    /// <summary>
    /// The name in lower case, but for letters that would become another name so: two names have the same result exactly
    /// when <see cref="StringComparer.OrdinalIgnoreCase"/> takes them for one.
    /// </summary>
    /// <remarks>
    /// That comparer goes by the upper case, which is not the same: both Greek sigmas have one upper case and two lower
    /// ones, and the Kelvin sign is its own upper case though its lower case is a k.
    /// </remarks>
    public static string Fold(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Ascii.IsValid(name) ? name.ToLowerInvariant() : FoldAll(name);
    }

    private static string FoldAll(string name)
    {
        string upper = name.ToUpperInvariant(), lower = upper.ToLowerInvariant();
        return string.Create(name.Length, (upper, lower), static (letters, spellings) =>
        {
            for (int i = 0; i < letters.Length; i++)
            {
                char small = spellings.lower[i], large = spellings.upper[i];
                letters[i] = char.ToUpperInvariant(small) == large ? small : large;
            }
        });
    }
}
