using Muster.Wire.Dns;

namespace Muster.Wire.Tests.Dns;

public sealed class DnsAllocationTests
{
    [Fact]
    public void ParseAndRespond_AllocateNothing()
    {
        byte[] packet = Packets.Query("web.service.consul", DnsRecordType.A, Packets.Opt(1232, 0, 0, 8, 0, 7, 0, 1, 24, 0, 192, 0, 2));
        byte[] buffer = new byte[512];
        Answer(packet, buffer);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Answer(packet, buffer);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Answer(byte[] packet, byte[] buffer)
    {
        DnsQuery.Parse(packet, out DnsQuery query);
        Span<byte> lower = stackalloc byte[DnsName.MaxLength];
        DnsName.ToLower(query.Name, lower);
        DnsResponseWriter writer = new(buffer, query);
        writer.TryAppend(DnsSection.Answer, 12, DnsRecordType.A, 0, [10, 0, 0, 1]);
        writer.Finish(DnsResponseCode.NoError, authoritative: true);
    }
}
