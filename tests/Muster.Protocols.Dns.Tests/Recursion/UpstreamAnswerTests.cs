using System.Buffers.Binary;
using Muster.Protocols.Dns.Recursion;
using Muster.Protocols.Dns.Tests.Fuzz;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Tests.Recursion;

/// <summary>What comes back from a recursor is as untrusted as what comes from clients.</summary>
public sealed class UpstreamAnswerTests
{
    [Fact]
    public void MutatedAnswers_AreRefusedOrPassedOnWellFormed()
    {
        byte[] query = DnsTester.Query("db.example.com", DnsRecordType.A, 1232);
        DnsQuery.Parse(query, out DnsQuery parsed);
        UpstreamQuestion question = new(parsed.Name, parsed.Type, UpstreamQuestion.UdpSize, dnssecOk: false);
        byte[] own = AliasTo(query, parsed.Name);
        PacketMutator mutator = new([AnswerTo(question), AliasTo(question.Packet.ToArray(), "\u0001a\u0001b\0"u8)], new Random(7));
        byte[] response = new byte[512];
        int taken = 0;
        for (int round = 0; round < 200_000; round++)
        {
            ReadOnlySpan<byte> packet = mutator.Next();
            if (question.IsAnsweredBy(packet))
            {
                taken++;
                DnsAnswer.Read(response.AsSpan(0, UpstreamAnswer.Join(query, own, packet, response)));
                int length = UpstreamAnswer.Relay(query, packet, response);
                Assert.InRange(length, DnsHeader.Size, response.Length);
                Assert.Equal(BinaryPrimitives.ReadUInt16BigEndian(query), BinaryPrimitives.ReadUInt16BigEndian(response));
            }
        }

        Assert.InRange(taken, 10_000, 150_000); // else the mutator spoils nothing, or everything
    }

    [Fact]
    public void AliasOf_OurOwnAlias_AsksForItsTarget()
    {
        byte[] query = DnsTester.Query("named.service.consul", DnsRecordType.Aaaa);
        UpstreamQuestion? question = UpstreamAnswer.AliasOf(query, AliasTo(query, "\u0002db\0"u8));
        Assert.NotNull(question);
        Assert.True(DnsQuery.Parse(question.Packet.Span, out DnsQuery parsed) == DnsQueryVerdict.Accepted);
        Assert.Equal("db.", DnsName.ToText(parsed.Name));
        Assert.Equal(DnsRecordType.Aaaa, parsed.Type);
        Assert.True(parsed.Header.RecursionDesired);
        Assert.Null(UpstreamAnswer.AliasOf(query, FakeUpstream.Answer(query)));
    }

    private static byte[] AnswerTo(UpstreamQuestion question) =>
        FakeUpstream.Answer(question.Packet.ToArray(), DnsResponseCode.NoError, "192.0.2.1", "192.0.2.2", "192.0.2.3");

    private static byte[] AliasTo(byte[] query, ReadOnlySpan<byte> target)
    {
        DnsQuery.Parse(query, out DnsQuery parsed);
        byte[] space = new byte[512];
        DnsResponseWriter writer = new(space, parsed);
        writer.TryAppend(DnsSection.Answer, DnsResponseWriter.QuestionNameOffset, DnsRecordType.Cname, 60, target);
        return space[..writer.Finish(DnsResponseCode.NoError, authoritative: true)];
    }
}
