namespace Muster.Wire.Dns;

/// <summary>
/// Walks a whole message, as a client does with a response: the header, the questions, then each record with
/// its section. Every step returns false at the end or at the first thing that does not add up; it never
/// throws, and it ends within the packet whatever the counts claim.
/// </summary>
public ref struct DnsMessageReader
{
    private readonly ReadOnlySpan<byte> _message;
    private readonly DnsHeader _header;
    private int _offset;
    private int _questionsRead;
    private int _recordsRead;

    private DnsMessageReader(ReadOnlySpan<byte> message, DnsHeader header)
    {
        _message = message;
        _header = header;
        _offset = DnsHeader.Size;
    }

    /// <summary>The message's header.</summary>
    public readonly DnsHeader Header => _header;

    /// <summary>True once everything the header announced was read.</summary>
    public readonly bool IsComplete =>
        _questionsRead == _header.QuestionCount
        && _recordsRead == _header.AnswerCount + _header.AuthorityCount + _header.AdditionalCount;

    /// <summary>Starts reading; false when there is not even a header.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> message, out DnsMessageReader reader)
    {
        bool whole = DnsHeader.TryRead(message, out DnsHeader header);
        reader = whole ? new DnsMessageReader(message, header) : default;
        return whole;
    }

    /// <summary>Reads the next question.</summary>
    public bool TryReadQuestion(out int nameOffset, out DnsRecordType type, out DnsClass questionClass)
    {
        nameOffset = _offset;
        type = DnsRecordType.None;
        questionClass = default;
        int offset = _offset;
        if (_questionsRead >= _header.QuestionCount || !DnsName.TrySkip(_message, ref offset) || _message.Length - offset < 4)
        {
            return false;
        }

        type = (DnsRecordType)((_message[offset] << 8) | _message[offset + 1]);
        questionClass = (DnsClass)((_message[offset + 2] << 8) | _message[offset + 3]);
        _offset = offset + 4;
        _questionsRead++;
        return true;
    }

    /// <summary>Reads the next record; questions must have been read before.</summary>
    public bool TryReadRecord(out DnsRecord record, out DnsSection section)
    {
        record = default;
        section = DnsSection.Additional;
        int total = _header.AnswerCount + _header.AuthorityCount + _header.AdditionalCount;
        if (_questionsRead < _header.QuestionCount || _recordsRead >= total)
        {
            return false;
        }

        int offset = _offset;
        if (!DnsRecord.TryRead(_message, ref offset, out record))
        {
            return false;
        }

        if (_recordsRead < _header.AnswerCount)
        {
            section = DnsSection.Answer;
        }
        else if (_recordsRead < _header.AnswerCount + _header.AuthorityCount)
        {
            section = DnsSection.Authority;
        }

        _offset = offset;
        _recordsRead++;
        return true;
    }

    /// <summary>Expands the name at <paramref name="nameOffset"/> into wire form; false when it is malformed.</summary>
    public readonly bool TryExpandName(int nameOffset, Span<byte> destination, out int length) =>
        DnsName.TryExpand(_message, ref nameOffset, destination, out length);
}
