using System.Diagnostics;

namespace Muster.Bench.Load;

/// <summary>Registers instances at a fixed rate; latency counts from when the write was due, so that queueing shows.</summary>
internal static class WriteLatency
{
    public const int PerSecond = 1_000;

    private const int Connections = 4;
    private const int Services = 1_000;

    public static LoadSample Measure(int port, TimeSpan length)
    {
        var latencies = new List<double>[Connections];
        var clock = Stopwatch.StartNew();
        Workers.Run(Connections, worker => latencies[worker] = Write(port, worker, clock, length));
        var all = latencies.SelectMany(list => list).ToArray();
        return new LoadSample(
            all.Length, all.Length / length.TotalSeconds, Statistics.Percentile(all, 0.5), Statistics.Percentile(all, 0.99));
    }

    private static List<double> Write(int port, int worker, Stopwatch clock, TimeSpan length)
    {
        using var connection = HttpConnection.Open(port);
        var latencies = new List<double>();
        for (var sent = 0; ; sent++)
        {
            var due = TimeSpan.FromSeconds((sent + (worker / (double)Connections)) * Connections / PerSecond);
            if (due > length)
            {
                return latencies;
            }

            var ahead = due - clock.Elapsed;
            if (ahead > TimeSpan.Zero)
            {
                Thread.Sleep(ahead);
            }

            var number = (sent * Connections) + worker;
            var service = Registrations.ServiceName(number % Services);
            var start = clock.Elapsed;
            connection.Put(
                "/v1/agent/service/register",
                Registrations.Common($"{service}-0", service, "10.9.9.9", 8080, $"{number:D9}")).EnsureOk("register");
            // A late wake-up of this thread is not the server's doing; a write delayed by the one before it is.
            latencies.Add((clock.Elapsed - (sent > 0 && ahead <= TimeSpan.Zero ? due : start)).TotalMilliseconds);
        }
    }
}
