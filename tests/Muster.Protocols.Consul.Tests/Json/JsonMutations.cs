namespace Muster.Protocols.Consul.Tests.Json;

/// <summary>Damages valid JSON in ways that reach deep into a decoder, reproducibly from a seed.</summary>
internal static class JsonMutations
{
    private static readonly string[] Snippets =
        ["\"", "\\", "{", "}", "[", "]", ":", ",", "null", "true", "0", "-1", "1e9", "1.5", "\\u12", "\\ud800", "\"\"", "{}", "[]", " ", "\n", "\t", "x", "\u0001", "99999999999999999999"];

    /// <summary>One damaged copy.</summary>
    public static byte[] Mutate(ReadOnlySpan<byte> json, Random random)
    {
        var bytes = new List<byte>(json.ToArray());
        int changes = random.Next(1, 4);
        for (int i = 0; i < changes && bytes.Count > 0; i++)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(0x80);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 8), bytes.Count - at));
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.InsertRange(at, System.Text.Encoding.UTF8.GetBytes(Snippets[random.Next(Snippets.Length)]));
                    break;
            }
        }

        return [.. bytes];
    }
}
