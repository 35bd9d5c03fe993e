using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Muster.Protocols.Consul.Json;

/// <summary>The grammar: white space, literals, numbers, strings and their escapes (RFC 8259).</summary>
internal ref partial struct GoJsonReader
{
    // what ends a plain run inside a string: the quote, an escape, or a control character, which must not be there
    private static readonly SearchValues<byte> EndsRun = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    private static bool IsDigit(byte value) => (uint)(value - '0') <= 9;

    /// <summary>The first byte of what comes next, 0 at the end of the input or after an error.</summary>
    private byte Peek()
    {
        if (Failed)
        {
            return 0;
        }

        while (_at < _json.Length)
        {
            byte next = _json[_at];
            if (next is not ((byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r'))
            {
                return next;
            }

            _at++;
        }

        return 0;
    }

    private bool Expect(byte wanted, byte next, string where)
    {
        if (next != wanted)
        {
            FailAt(where);
            return false;
        }

        _at++;
        return true;
    }

    private bool Literal(ReadOnlySpan<byte> word)
    {
        for (int i = 0; i < word.Length; i++, _at++)
        {
            if (_at >= _json.Length || _json[_at] != word[i])
            {
                FailAt($"in literal {Encoding.ASCII.GetString(word)} (expecting '{(char)word[i]}')");
                return false;
            }
        }

        return true;
    }

    /// <summary>The bytes of a number, checked against the grammar.</summary>
    private ReadOnlySpan<byte> NumberBytes()
    {
        byte next = Peek();
        if (Failed)
        {
            return default;
        }

        if (next != '-' && !IsDigit(next))
        {
            FailAt("looking for beginning of value");
            return default;
        }

        int start = _at;
        _at += next == '-' ? 1 : 0;
        bool valid = _at < _json.Length && _json[_at] == '0' ? ++_at > 0 : Digits();
        if (valid && _at < _json.Length && _json[_at] == '.')
        {
            _at++;
            valid = Digits();
        }

        if (valid && _at < _json.Length && (_json[_at] | 0x20) == 'e')
        {
            _at++;
            _at += _at < _json.Length && _json[_at] is (byte)'+' or (byte)'-' ? 1 : 0;
            valid = Digits();
        }

        if (!valid)
        {
            FailAt("in numeric literal");
            return default;
        }

        return _json[start.._at];
    }

    private bool Digits()
    {
        int start = _at;
        while (_at < _json.Length && IsDigit(_json[_at]))
        {
            _at++;
        }

        return _at > start;
    }

    private string? TextHere()
    {
        ReadOnlySpan<byte> bytes = StringBytes();
        return Failed ? null : bytes.IsEmpty ? "" : Encoding.UTF8.GetString(bytes);
    }

    /// <summary>The UTF-8 of the string that starts here: a view of the input when it has no escapes.</summary>
    private ReadOnlySpan<byte> StringBytes()
    {
        ReadOnlySpan<byte> rest = _json[++_at..];
        int end = rest.IndexOfAny(EndsRun);
        if (end >= 0 && rest[end] == '"')
        {
            _at += end + 1;
            return rest[..end];
        }

        return UnescapedBytes();
    }

    private ReadOnlySpan<byte> UnescapedBytes()
    {
        // an escape is never shorter than what it stands for
        var text = new ArrayBufferWriter<byte>();
        while (true)
        {
            int run = _json[_at..].IndexOfAny(EndsRun);
            if (run < 0)
            {
                _at = _json.Length;
                FailAt("in string literal");
                return default;
            }

            text.Write(_json.Slice(_at, run));
            _at += run;
            byte next = _json[_at];
            if (next == '"')
            {
                _at++;
                return text.WrittenSpan;
            }

            if (next != '\\')
            {
                FailAt("in string literal");
                return default;
            }

            _at++;
            if (!Escape(text))
            {
                return default;
            }
        }
    }

    private bool Escape(ArrayBufferWriter<byte> text)
    {
        byte letter = _at < _json.Length ? _json[_at] : (byte)0;
        if (letter == 'u')
        {
            return UnicodeEscape(text);
        }

        byte plain = letter switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' => letter,
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            _ => 0,
        };
        if (plain == 0)
        {
            FailAt("in string escape code");
            return false;
        }

        _at++;
        text.Write([plain]);
        return true;
    }

    private bool UnicodeEscape(ArrayBufferWriter<byte> text)
    {
        _at++;
        if (!Hex(out char unit))
        {
            return false;
        }

        Rune rune = Rune.ReplacementChar;
        if (char.IsHighSurrogate(unit) && _json[_at..].StartsWith("\\u"u8))
        {
            // only a low surrogate belongs to it; anything else is left to be read by itself
            int before = _at;
            _at += 2;
            if (!Hex(out char low))
            {
                return false;
            }

            if (!Rune.TryCreate(unit, low, out rune))
            {
                rune = Rune.ReplacementChar;
                _at = before;
            }
        }
        else if (!Rune.TryCreate(unit, out rune))
        {
            rune = Rune.ReplacementChar;
        }

        Span<byte> utf8 = stackalloc byte[4];
        text.Write(utf8[..rune.EncodeToUtf8(utf8)]);
        return true;
    }

    private bool Hex(out char unit)
    {
        unit = '\0';
        for (int i = 0; i < 4; i++, _at++)
        {
            if (_at >= _json.Length || !char.IsAsciiHexDigit((char)_json[_at]))
            {
                FailAt("in \\u hexadecimal character escape");
                return false;
            }
        }

        bool valid = Utf8Parser.TryParse(_json.Slice(_at - 4, 4), out ushort value, out _, 'x');
        unit = (char)value;
        return valid;
    }

    /// <summary>Refuses the character reached, or the end of the input.</summary>
    private void FailAt(string where)
    {
        if (_at >= _json.Length)
        {
            Fail(_json.Trim(" \t\r\n"u8).IsEmpty ? "EOF" : "unexpected EOF");
            return;
        }

        byte found = _json[_at];
        string quoted = found switch
        {
            (byte)'\'' => "'\\''",
            (byte)'"' => "'\"'",
            (byte)'\\' => "'\\\\'",
            (byte)'\n' => "'\\n'",
            (byte)'\r' => "'\\r'",
            (byte)'\t' => "'\\t'",
            < 0x20 or 0x7f => $"'\\x{found:x2}'",
            _ => $"'{(char)found}'",
        };
        Fail($"invalid character {quoted} {where}");
    }
}
