namespace Muster.Protocols.Consul.Http;

/// <summary>Text from outside, made fit for a header.</summary>
internal static class HeaderText
{
    /// <summary>What is no visible ASCII becomes a question mark: a name must neither break a header nor the answer it is in.</summary>
    public static string Of(string text) =>
        string.Create(text.Length, text, static (room, source) =>
        {
            for (int i = 0; i < source.Length; i++)
            {
                room[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
            }
        });
}
