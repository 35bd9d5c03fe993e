namespace Muster.Protocols.Consul.Json;

/// <summary>
/// Lays out compact JSON the way Consul answers <c>?pretty</c>: four spaces a level, empty objects and arrays on one
/// line, a newline at the end. The input must come from <see cref="GoJsonWriter"/>: it is not checked again.
/// </summary>
internal static class GoJsonIndenter
{
    /// <summary>The indented form of <paramref name="compact"/>.</summary>
    public static byte[] Indent(ReadOnlySpan<byte> compact)
    {
        var output = new MemoryStream(compact.Length * 2);
        int depth = 0;
        bool inText = false;
        for (int i = 0; i < compact.Length; i++)
        {
            byte current = compact[i];
            if (inText)
            {
                output.WriteByte(current);
                if (current == '\\' && i + 1 < compact.Length)
                {
                    output.WriteByte(compact[++i]);
                }
                else if (current == '"')
                {
                    inText = false;
                }

                continue;
            }

            switch (current)
            {
                case (byte)'{' or (byte)'[':
                    output.WriteByte(current);
                    if (i + 1 < compact.Length && compact[i + 1] == current + 2)
                    {
                        // '{' + 2 is '}' and '[' + 2 is ']'
                        output.WriteByte(compact[++i]);
                        break;
                    }

                    NewLine(output, ++depth);
                    break;
                case (byte)'}' or (byte)']':
                    NewLine(output, --depth);
                    output.WriteByte(current);
                    break;
                case (byte)',':
                    output.WriteByte(current);
                    NewLine(output, depth);
                    break;
                case (byte)':':
                    output.Write(": "u8);
                    break;
                default:
                    inText = current == '"';
                    output.WriteByte(current);
                    break;
            }
        }

        output.WriteByte((byte)'\n');
        return output.ToArray();
    }

    private static void NewLine(MemoryStream output, int depth)
    {
        output.WriteByte((byte)'\n');
        for (int i = 0; i < depth; i++)
        {
            output.Write("    "u8);
        }
    }
}
