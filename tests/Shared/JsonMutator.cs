using System.Text;

namespace Muster.Testing;

/// <summary>
/// Damages JSON as bugs and attackers do, all of it decided by a seed: bytes flipped, lost, doubled and moved, texts cut
/// off, and pieces put in that have broken parsers before.
/// </summary>
internal sealed class JsonMutator(int seed)
{
    private static readonly byte[][] s_pieces =
    [
        "NaN"u8.ToArray(), "-Infinity"u8.ToArray(), "1e999"u8.ToArray(), "-0"u8.ToArray(), "9223372036854775808"u8.ToArray(), "0x10"u8.ToArray(),
        "\"\\ud800\""u8.ToArray(), "\\udfff"u8.ToArray(), "\\u0000"u8.ToArray(), "\\x"u8.ToArray(), "\""u8.ToArray(), "\\"u8.ToArray(),
        "null"u8.ToArray(), "true"u8.ToArray(), "{}"u8.ToArray(), "[]"u8.ToArray(), ","u8.ToArray(), ":"u8.ToArray(), "}"u8.ToArray(), "]"u8.ToArray(),
        "/**/"u8.ToArray(), [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x00], [0x1F, 0x8B], "\"30s\""u8.ToArray(), "\"9999999h\""u8.ToArray(),
        Encoding.UTF8.GetBytes(new string('[', 5000)), Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 2000))),
        Encoding.UTF8.GetBytes('"' + new string('n', 70_000) + '"'), Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("\"t\",", 5000))),
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next damaged form of one of the texts.</summary>
    public byte[] Next(IReadOnlyList<byte[]> corpus)
    {
        var text = new List<byte>(corpus[_random.Next(corpus.Count)]);
        for (int damages = 1 + _random.Next(4); damages > 0 && text.Count > 0; damages--)
        {
            int at = _random.Next(text.Count), length = Math.Min(text.Count - at, 1 + _random.Next(20));
            switch (_random.Next(7))
            {
                case 0:
                    text[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 1:
                    text.RemoveRange(at, length);
                    break;
                case 2:
                    text.InsertRange(_random.Next(text.Count), text.GetRange(at, length));
                    break;
                case 3:
                    text.RemoveRange(at, text.Count - at);
                    break;
                case 4:
                    byte[] other = corpus[_random.Next(corpus.Count)];
                    text.InsertRange(at, other);
                    break;
                default:
                    text.InsertRange(at, s_pieces[_random.Next(s_pieces.Length)]);
                    break;
            }
        }

        return [.. text];
    }
}
