using FsCheck;
using FsCheck.Fluent;
using Muster.Wire.Dns;

namespace Muster.Wire.Tests.Dns;

public sealed class DnsRoundTripProperties
{
    private static readonly Gen<string> Names =
        from labels in Gen.Choose(1, 8)
        from text in Gen.ArrayOf(Gen.Elements("abcXYZ019-_".ToCharArray()), 20).ListOf(labels)
        from cut in Gen.Choose(1, 20)
        select string.Join('.', text.Select(label => new string(label, 0, cut)));

    private static readonly Gen<(int Kind, int Section, uint Ttl, byte[] Data)> Records =
        from kind in Gen.Choose(0, 2)
        from section in Gen.Choose(0, 2)
        from ttl in Gen.Choose(0, int.MaxValue)
        from size in Gen.Choose(0, 40)
        from data in Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value), size)
        select (kind, section, (uint)ttl, data);

    [Fact]
    public void NameText_RoundTripsThroughTheWire() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Names.ToArbitrary(), name =>
        {
            byte[] wire = Packets.Name(name);
            return DnsName.ToText(wire) == name + "." && DnsName.TryMeasure(wire, out int length) && length == wire.Length;
        }));

    [Fact]
    public void LowerCase_EqualsTheOriginalIgnoringCase() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Names.ToArbitrary(), name =>
        {
            byte[] wire = Packets.Name(name);
            byte[] lower = new byte[wire.Length];
            DnsName.ToLower(wire, lower);
            return DnsName.EqualsIgnoreCase(wire, lower) && DnsName.ToText(lower) == name.ToLowerInvariant() + ".";
        }));

    [Fact]
    public void WrittenRecords_AreReadBackInOrderOrLeftOutWhole() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Names.ToArbitrary(), Records.ListOf(30).ToArbitrary(), (name, unsorted) =>
        {
            var records = unsorted.OrderBy(record => record.Section).ToList();
            DnsQuery.Parse(Packets.Query(name, DnsRecordType.A, Packets.Opt(512)), out DnsQuery query);
            byte[] buffer = new byte[700];
            DnsResponseWriter writer = new(buffer, query);
            List<(int Section, uint Ttl, byte[] Data)> kept = [];
            foreach (var (kind, section, ttl, data) in records)
            {
                bool fitted = kind switch
                {
                    0 => writer.TryAppend((DnsSection)section, 12, DnsRecordType.Txt, ttl, data),
                    1 => writer.TryAppend((DnsSection)section, query.Name, DnsRecordType.Txt, ttl, data),
                    _ => writer.TryAppend((DnsSection)section, [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0]),
                };
                if (fitted)
                {
                    kept.Add(kind == 2 ? (section, 0, []) : (section, ttl, data));
                }
            }

            int length = writer.Finish(DnsResponseCode.NoError, authoritative: true);
            Assert.True(length <= buffer.Length);
            AssertReads(buffer.AsSpan(0, length), name, kept);
        }));

    private static void AssertReads(ReadOnlySpan<byte> message, string name, List<(int Section, uint Ttl, byte[] Data)> expected)
    {
        Assert.True(DnsMessageReader.TryCreate(message, out DnsMessageReader reader));
        Assert.True(reader.TryReadQuestion(out int question, out _, out _));
        byte[] buffer = new byte[255];
        Assert.True(reader.TryExpandName(question, buffer, out int length));
        Assert.Equal(name + ".", DnsName.ToText(buffer.AsSpan(0, length)));
        foreach (var (section, ttl, data) in expected)
        {
            Assert.True(reader.TryReadRecord(out DnsRecord record, out DnsSection read));
            Assert.Equal((DnsSection)section, read);
            Assert.Equal(ttl, record.TimeToLive);
            Assert.Equal(data, record.Data.ToArray());
            Assert.True(reader.TryExpandName(record.NameOffset, buffer, out length));
            Assert.Equal(name + ".", DnsName.ToText(buffer.AsSpan(0, length)));
        }

        Assert.True(reader.TryReadRecord(out DnsRecord opt, out _));
        Assert.Equal(DnsRecordType.Opt, opt.Type);
        Assert.True(reader.IsComplete);
    }
}
