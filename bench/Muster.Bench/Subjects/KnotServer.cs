using System.Net.Sockets;
using Muster.Bench.Load;
using Muster.Bench.Processes;

namespace Muster.Bench.Subjects;

/// <summary>Debian's knotd with one UDP worker, authoritative for a zone named consul.</summary>
internal static class KnotServer
{
    public static DnsSubject Start(BenchContext context, IEnumerable<string> zone)
    {
        var port = FreePort.Next();
        var directory = Directory.CreateDirectory(context.PathOf("knot")).FullName;
        File.WriteAllLines(Path.Combine(directory, "consul.zone"), zone);
        var configuration = Path.Combine(directory, "knot.conf");
        File.WriteAllText(configuration, $"""
            server:
                rundir: "{directory}"
                listen: 127.0.0.1@{port}
                udp-workers: 1
                tcp-workers: 1
                background-workers: 1
            log:
              - target: stderr
                any: warning
            database:
                storage: "{directory}"
            template:
              - id: default
                storage: "{directory}"
                zonefile-sync: -1
                journal-content: none
            zone:
              - domain: consul.
                file: "consul.zone"

            """);
        var process = context.Start("knot", "/usr/sbin/knotd", "-c", configuration);
        WaitUntilAnswering(port);
        return new DnsSubject("knotd, 1 worker", process, port);
    }

    private static void WaitUntilAnswering(int port)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var client = new DnsClient(port);
                if (client.Ask("ns.consul", DnsType.A).Answers == 1)
                {
                    return;
                }
            }
            catch (SocketException) when (attempt < 100)
            {
                // Not listening yet.
            }

            if (attempt == 100)
            {
                throw new BenchException("knotd does not answer");
            }

            Thread.Sleep(50);
        }
    }
}
