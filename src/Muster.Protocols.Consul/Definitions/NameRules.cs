namespace Muster.Protocols.Consul.Definitions;

/// <summary>
/// What a service, an instance, a node or a check may be named: anything that the path of a request can carry back. So
/// whatever was registered can also be asked for, changed and removed.
/// </summary>
internal static class NameRules
{
    /// <summary>The most characters of a name, an id, an address or a tag.</summary>
    public const int LongestText = 1024;

    /// <summary>Says why <paramref name="text"/> is no name, null when it is one. Empty ones are somebody else's to refuse.</summary>
    public static string? Check(string what, string text) =>
        text.Length > LongestText ? $"{what} is longer than {LongestText} characters"
        : text is "." or ".." ? $"{what} must not be \"{text}\": in a path that means something else"
        : HasControl(text) ? $"{what} must not contain control characters"
        : null;

    private static bool HasControl(string text)
    {
        foreach (char letter in text)
        {
            if (char.IsControl(letter))
            {
                return true;
            }
        }

        return false;
    }
}
