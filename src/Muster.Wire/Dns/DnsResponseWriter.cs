using System.Buffers.Binary;

namespace Muster.Wire.Dns;

/// <summary>
/// Writes the response to one query into a buffer: header and echoed question first, then whole records in
/// section order, then the OPT record whose room is kept back from the start. A record that does not fit
/// leaves the buffer as it was. Compression pointers only ever name bytes already written.
/// </summary>
public ref struct DnsResponseWriter
{
    /// <summary>What every DNS client can take over UDP without EDNS.</summary>
    public const int PlainUdpSize = 512;

    /// <summary>Where the question's name starts: the pointer most owners use.</summary>
    public const int QuestionNameOffset = DnsHeader.Size;

    /// <summary>Bytes of an address, SRV or other record before its data, when the owner is a pointer.</summary>
    public const int PointerRecordHeaderSize = 12;

    private const int FixedRecordSize = 10;
    private const int OptSize = 11;
    private const int OptionHeaderSize = 4;
    private const ushort ClientSubnetOption = 8;
    private const uint DnssecOkFlag = 0x8000;

    private readonly Span<byte> _buffer;
    private readonly DnsQuery _query;
    private readonly ushort _advertisedSize;
    private readonly int _limit;
    private int _position;
    private int _answers;
    private int _authorities;
    private int _additionals;
    private bool _truncated;

    /// <summary>Starts a response.</summary>
    /// <param name="buffer">At least 512 bytes; its length is the most the response may take.</param>
    /// <param name="query">The query to answer, also when it was only partly readable.</param>
    /// <param name="advertisedSize">The UDP size this server takes, told to clients that use EDNS.</param>
    public DnsResponseWriter(Span<byte> buffer, scoped in DnsQuery query, int advertisedSize = 1232)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buffer.Length, PlainUdpSize, nameof(buffer));
        _buffer = buffer[..Math.Min(buffer.Length, ushort.MaxValue)];
        _query = query;
        _advertisedSize = (ushort)advertisedSize;
        _position = DnsHeader.Size;
        if (!query.Name.IsEmpty)
        {
            query.Name.CopyTo(_buffer[_position..]);
            _position += query.Name.Length;
            BinaryPrimitives.WriteUInt16BigEndian(_buffer[_position..], (ushort)query.Type);
            BinaryPrimitives.WriteUInt16BigEndian(_buffer[(_position + 2)..], (ushort)query.Class);
            _position += 4;
        }

        _limit = _buffer.Length;
        if (query.HasEdns)
        {
            _limit -= OptSize + (query.ClientSubnet.IsEmpty ? 0 : OptionHeaderSize + query.ClientSubnet.Length);
        }
    }

    /// <summary>Where the next record starts: remember it to point an owner at a name inside that record.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes left for records.</summary>
    public readonly int Remaining => _limit - _position;

    /// <summary>TC will be set.</summary>
    public readonly bool IsTruncated => _truncated;

    /// <summary>Sets TC: something that belongs to the answer was left out.</summary>
    public void MarkTruncated() => _truncated = true;

    /// <summary>Takes TC back, for clients that must not hear of it.</summary>
    public void ClearTruncated() => _truncated = false;

    /// <summary>The uncompressed name written at an offset.</summary>
    public readonly ReadOnlySpan<byte> NameAt(int offset) =>
        DnsName.TryMeasure(_buffer[offset.._position], out int length) ? _buffer.Slice(offset, length) : default;

    /// <summary>Appends a record encoded beforehand, owner included.</summary>
    public bool TryAppend(DnsSection section, scoped ReadOnlySpan<byte> encodedRecord)
    {
        if (encodedRecord.Length > _limit - _position)
        {
            return false;
        }

        encodedRecord.CopyTo(_buffer[_position..]);
        _position += encodedRecord.Length;
        Count(section);
        return true;
    }

    /// <summary>
    /// Appends a record encoded beforehand with a pointer as its owner, pointing it at another name already written,
    /// which must lie within a pointer's reach.
    /// </summary>
    public bool TryAppend(DnsSection section, int nameOffset, scoped ReadOnlySpan<byte> encodedRecord)
    {
        int start = _position;
        if (nameOffset > DnsName.MaxPointer || !TryAppend(section, encodedRecord))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_buffer[start..], (ushort)(0xC000 | nameOffset));
        return true;
    }

    /// <summary>
    /// Appends a record whose owner is the uncompressed name already written at <paramref name="nameOffset"/>:
    /// as a pointer, or spelled out when it lies beyond what a pointer reaches.
    /// </summary>
    public bool TryAppend(DnsSection section, int nameOffset, DnsRecordType type, uint timeToLive, scoped ReadOnlySpan<byte> data)
    {
        int start = _position;
        if (nameOffset > DnsName.MaxPointer)
        {
            ReadOnlySpan<byte> written = _buffer[nameOffset.._position];
            return DnsName.TryMeasure(written, out int length)
                && TryAppend(section, written[..length], type, timeToLive, data);
        }

        if (2 + FixedRecordSize + data.Length > _limit - start)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_buffer[start..], (ushort)(0xC000 | nameOffset));
        _position = start + 2;
        AppendBody(type, timeToLive, data);
        Count(section);
        return true;
    }

    /// <summary>Appends a record with its owner spelled out in wire form.</summary>
    public bool TryAppend(
        DnsSection section, scoped ReadOnlySpan<byte> owner, DnsRecordType type, uint timeToLive, scoped ReadOnlySpan<byte> data)
    {
        if (owner.Length + FixedRecordSize + data.Length > _limit - _position)
        {
            return false;
        }

        owner.CopyTo(_buffer[_position..]);
        _position += owner.Length;
        AppendBody(type, timeToLive, data);
        Count(section);
        return true;
    }

    /// <summary>
    /// Writes the OPT record when the query had one and the header; returns the response's length.
    /// </summary>
    public int Finish(DnsResponseCode code, bool authoritative, bool recursionAvailable = false)
    {
        if (_query.HasEdns)
        {
            AppendOpt(code);
        }

        const int Copied = DnsHeader.OpcodeMask | DnsHeader.RecursionDesiredFlag | DnsHeader.CheckingDisabledFlag;
        int flags = DnsHeader.ResponseFlag
            | (_query.Header.Flags & Copied)
            | (authoritative ? DnsHeader.AuthoritativeFlag : 0)
            | (_truncated ? DnsHeader.TruncatedFlag : 0)
            | (recursionAvailable ? DnsHeader.RecursionAvailableFlag : 0)
            | ((int)code & DnsHeader.ResponseCodeMask);
        new DnsHeader(
            _query.Header.Id,
            (ushort)flags,
            (ushort)(_query.Name.IsEmpty ? 0 : 1),
            (ushort)_answers,
            (ushort)_authorities,
            (ushort)_additionals).Write(_buffer);
        return _position;
    }

    private void AppendOpt(DnsResponseCode code)
    {
        ReadOnlySpan<byte> subnet = _query.ClientSubnet;
        Span<byte> opt = _buffer[_position..];
        uint flags = ((uint)code >> 4 << 24) | (_query.DnssecOk ? DnssecOkFlag : 0);
        int dataLength = subnet.IsEmpty ? 0 : OptionHeaderSize + subnet.Length;
        opt[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(opt[1..], (ushort)DnsRecordType.Opt);
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], _advertisedSize);
        BinaryPrimitives.WriteUInt32BigEndian(opt[5..], flags);
        BinaryPrimitives.WriteUInt16BigEndian(opt[9..], (ushort)dataLength);
        if (!subnet.IsEmpty)
        {
            BinaryPrimitives.WriteUInt16BigEndian(opt[11..], ClientSubnetOption);
            BinaryPrimitives.WriteUInt16BigEndian(opt[13..], (ushort)subnet.Length);
            subnet.CopyTo(opt[15..]);
            opt[18] = 0; // scope 0: the answer is the same for every subnet
        }

        _position += OptSize + dataLength;
        _additionals++;
    }

    private void AppendBody(DnsRecordType type, uint timeToLive, scoped ReadOnlySpan<byte> data)
    {
        Span<byte> body = _buffer[_position..];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(body[2..], (ushort)DnsClass.Internet);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], timeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(body[8..], (ushort)data.Length);
        data.CopyTo(body[FixedRecordSize..]);
        _position += FixedRecordSize + data.Length;
    }

    private void Count(DnsSection section)
    {
        switch (section)
        {
            case DnsSection.Answer:
                _answers++;
                break;
            case DnsSection.Authority:
                _authorities++;
                break;
            default:
                _additionals++;
                break;
        }
    }
}
