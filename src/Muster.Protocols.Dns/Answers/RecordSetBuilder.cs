using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Dns.Naming;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Answers;

/// <summary>
/// Encodes instances as DNS records: addresses once each, SRV once per node, address and port. Used once per
/// change of a service, not per query.
/// </summary>
internal sealed class RecordSetBuilder(TargetNames[] zones, uint timeToLive, bool nodeText)
{
    private const ushort Priority = 1;
    private const int SrvFixedSize = 6;

    private readonly ArrayBufferWriter<byte> _v4 = new();
    private readonly ArrayBufferWriter<byte> _v6 = new();
    private readonly List<byte[]> _aliases = [];
    private readonly HashSet<UInt128> _seenV4 = [];
    private readonly HashSet<UInt128> _seenV6 = [];
    private readonly HashSet<string> _seenAliases = [];
    private readonly HashSet<(string Node, string Address, int Port)> _seenServices = [];
    private readonly Dictionary<string, int>[] _targets = Array.ConvertAll(zones, static _ => new Dictionary<string, int>());
    private readonly ArrayBufferWriter<byte>[] _services = Array.ConvertAll(zones, static _ => new ArrayBufferWriter<byte>());
    private readonly List<ServiceRecord>[] _serviceRecords = Array.ConvertAll(zones, static _ => new List<ServiceRecord>());

    /// <summary>Adds one instance that is to be answered, with the port to tell.</summary>
    public void Add(Instance instance, ushort port)
    {
        ReadOnlySpan<byte> own = instance.Data.Address;
        string nodeAddress = instance.Node.Definition.Address;
        string addressText = own.IsEmpty ? nodeAddress : Encoding.UTF8.GetString(own);
        Span<byte> buffer = stackalloc byte[AddressText.V6Size];
        ReadOnlySpan<byte> address = AddressText.TryParse(Encoding.UTF8.GetBytes(addressText), buffer, out int size) ? buffer[..size] : default;
        AddAddress(address, addressText);

        if (_seenServices.Add((instance.Node.Name, addressText, port)))
        {
            bool onNode = own.IsEmpty || addressText == nodeAddress;
            for (int zone = 0; zone < zones.Length; zone++)
            {
                AddService(zone, instance, port, onNode, address, addressText);
            }
        }
    }

    /// <summary>The records of everything added.</summary>
    public RecordSet Build()
    {
        ServiceRecords[] services = new ServiceRecords[zones.Length];
        for (int i = 0; i < zones.Length; i++)
        {
            ServiceRecord[] records = [.. _serviceRecords[i]];
            services[i] = new ServiceRecords(_services[i].WrittenSpan.ToArray(), records, records.Length > _targets[i].Count);
        }

        return new RecordSet
        {
            V4 = _v4.WrittenSpan.ToArray(),
            V6 = _v6.WrittenSpan.ToArray(),
            Aliases = [.. _aliases],
            Services = services,
            TimeToLive = timeToLive,
        };
    }

    private void AddAddress(ReadOnlySpan<byte> address, string text)
    {
        switch (address.Length)
        {
            case AddressText.V4Size when _seenV4.Add(BinaryPrimitives.ReadUInt32BigEndian(address)):
                WriteHeader(_v4, DnsRecordType.A, address.Length);
                _v4.Write(address);
                break;
            case AddressText.V6Size when _seenV6.Add(BinaryPrimitives.ReadUInt128BigEndian(address)):
                WriteHeader(_v6, DnsRecordType.Aaaa, address.Length);
                _v6.Write(address);
                break;
            case 0 when text.Length > 0 && _seenAliases.Add(text):
                Span<byte> name = stackalloc byte[DnsName.MaxLength];
                if (DnsName.TryEncode(text, name, out int length))
                {
                    _aliases.Add(name[..length].ToArray());
                }

                break;
        }
    }

    private void AddService(int zone, Instance instance, ushort port, bool onNode, ReadOnlySpan<byte> address, string addressText)
    {
        Span<byte> target = stackalloc byte[DnsName.MaxLength];
        int length = onNode ? zones[zone].NameNode(instance.Node.Name, target) : 0;
        if (length == 0 && !address.IsEmpty)
        {
            length = zones[zone].NameAddress(address, target);
        }

        // An address that is a host name is the target itself, and its address is not ours to tell.
        if (length == 0 && !DnsName.TryEncode(addressText, target, out length))
        {
            return;
        }

        int weight = instance.Status == HealthStatus.Passing ? instance.Data.PassingWeight : instance.Data.WarningWeight;
        ArrayBufferWriter<byte> output = _services[zone];
        int start = output.WrittenCount;
        WriteHeader(output, DnsRecordType.Srv, SrvFixedSize + length);
        Span<byte> data = output.GetSpan(SrvFixedSize);
        BinaryPrimitives.WriteUInt16BigEndian(data, Priority);
        BinaryPrimitives.WriteUInt16BigEndian(data[2..], (ushort)weight);
        BinaryPrimitives.WriteUInt16BigEndian(data[4..], port);
        output.Advance(SrvFixedSize);
        output.Write(target[..length]);
        int recordLength = output.WrittenCount - start;
        output.Write(address);
        int textLength = nodeText ? NodeText.WriteAll(instance.Node.Definition, output) : 0;
        _serviceRecords[zone].Add(
            new ServiceRecord(start, (ushort)recordLength, (byte)address.Length, TargetNumber(target[..length], zone), textLength));
    }

    private int TargetNumber(ReadOnlySpan<byte> target, int zone)
    {
        Dictionary<string, int> targets = _targets[zone];
        string text = Encoding.Latin1.GetString(target);
        targets.TryAdd(text, targets.Count);
        return targets[text];
    }

    private void WriteHeader(ArrayBufferWriter<byte> output, DnsRecordType type, int dataLength)
    {
        Span<byte> header = output.GetSpan(DnsResponseWriter.PointerRecordHeaderSize);
        BinaryPrimitives.WriteUInt16BigEndian(header, 0xC000 | DnsResponseWriter.QuestionNameOffset);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)DnsClass.Internet);
        BinaryPrimitives.WriteUInt32BigEndian(header[6..], timeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], (ushort)dataLength);
        output.Advance(DnsResponseWriter.PointerRecordHeaderSize);
    }
}
