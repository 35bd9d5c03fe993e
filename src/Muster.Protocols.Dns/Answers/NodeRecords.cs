using System.Text;
using Muster.Catalog;
using Muster.Protocols.Dns.Naming;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Answers;

/// <summary>Writes what DNS can say about a node or a bare address.</summary>
internal sealed class NodeRecords(uint timeToLive)
{
    /// <summary>Time to live of every record.</summary>
    public uint TimeToLive => timeToLive;

    /// <summary>The record type of an address of 4 or 16 bytes.</summary>
    public static DnsRecordType TypeOf(int addressSize) =>
        addressSize == AddressText.V4Size ? DnsRecordType.A : DnsRecordType.Aaaa;

    /// <summary>Writes the node's address when it is of the asked type; false when it is not.</summary>
    public bool WriteAddress(Node node, DnsRecordType asked, DnsSection section, int owner, ref DnsResponseWriter writer) =>
        WriteAddress(node.Definition.Address, asked, section, owner, ref writer);

    /// <summary>Writes the address when it is of the asked type; false when it is not, or is a host name.</summary>
    public bool WriteAddress(string address, DnsRecordType asked, DnsSection section, int owner, ref DnsResponseWriter writer)
    {
        Span<byte> text = stackalloc byte[DnsName.MaxLength];
        Span<byte> data = stackalloc byte[AddressText.V6Size];
        if (!Encoding.UTF8.TryGetBytes(address, text, out int length) || !AddressText.TryParse(text[..length], data, out int size))
        {
            return false;
        }

        DnsRecordType type = TypeOf(size);
        return (asked == type || asked == DnsRecordType.Any) && writer.TryAppend(section, owner, type, timeToLive, data[..size]);
    }

    /// <summary>Writes a CNAME to the host name that stands for an address; false when it is an address.</summary>
    public bool WriteAlias(string address, int owner, ref DnsResponseWriter writer)
    {
        Span<byte> text = stackalloc byte[DnsName.MaxLength];
        Span<byte> data = stackalloc byte[DnsName.MaxLength];
        bool isAddress = Encoding.UTF8.TryGetBytes(address, text, out int length) && AddressText.TryParse(text[..length], data, out _);
        return !isAddress && address.Length > 0 && DnsName.TryEncode(address, data, out int size)
            && AnswerWriter.TryAppendAlias(ref writer, owner, timeToLive, data[..size]);
    }

    /// <summary>Writes the node's metadata as TXT records; in an answer what does not fit sets TC.</summary>
    public void WriteTexts(Node node, DnsSection section, ref DnsResponseWriter writer)
    {
        Span<byte> data = stackalloc byte[NodeText.MaxData];
        IReadOnlyList<KeyValuePair<string, string>> metadata = node.Definition.Metadata;
        for (int i = 0; i < metadata.Count; i++)
        {
            (string key, string value) = metadata[i];
            if (!NodeText.TryEncode(key, value, data, out int length))
            {
                continue;
            }

            if (!writer.TryAppend(section, DnsResponseWriter.QuestionNameOffset, DnsRecordType.Txt, timeToLive, data[..length]))
            {
                if (section == DnsSection.Answer)
                {
                    writer.MarkTruncated();
                }

                return;
            }
        }
    }
}
