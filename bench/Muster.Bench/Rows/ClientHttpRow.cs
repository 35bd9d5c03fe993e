using System.Diagnostics;
using System.Globalization;
using System.Text;
using Muster.Bench.Calibration;
using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Client;
using Muster.Client.Http;

namespace Muster.Bench.Rows;

/// <summary>
/// What discovery adds to a call of an <see cref="HttpClient"/>: the same GETs against the same server, by a fixed address and by
/// a service's name, one call at a time and by turns.
/// </summary>
internal sealed class ClientHttpRow : IBenchRow
{
    private const int Instances = 3;
    private const int WarmUpCalls = 5_000;
    private const int CallsPerRound = 2_000;
    private const double AddedMicros = 5;
    private const double AddedBytes = 200;
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"accepted":true}""");

    public string Name => "client-http";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var answer = new CapturedAnswer("/charge", [new("Content-Type", "application/json; charset=utf-8")], Body);
        var server = context.StartKestrel("bytes", [answer]);
        MeasureAsync(context.Options.Rounds, server.Port, report).GetAwaiter().GetResult();
    }

    private static async Task MeasureAsync(int rounds, int port, Action<ResultLine> report)
    {
        await using var muster = new MusterClient(new MusterClientOptions { Addresses = { new Uri("http://127.0.0.1:1") } });
        muster.Service("payments").Publish(new ServiceView("payments", [.. Enumerable.Range(0, Instances).Select(i => Instance(i, port))], 1, ViewSource.Stream));
        using var direct = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        using var discovered = new HttpClient(new DiscoveryHandler(muster) { InnerHandler = new SocketsHttpHandler() }) { BaseAddress = new Uri("http://payments") };
        await CompareAsync("the same few paths", rounds, direct, discovered, static i => "charge/" + Text(i % 4), report, isTarget: true);
        await CompareAsync("another path each time", rounds, direct, discovered, static i => "charge/" + Text(i), report, isTarget: false);
    }

    private static async Task CompareAsync(
        string what, int rounds, HttpClient direct, HttpClient discovered, Func<int, string> path, Action<ResultLine> report, bool isTarget)
    {
        var times = new Times(WarmUpCalls);
        await CallByTurnsAsync(direct, discovered, path, times);
        var latencies = new List<(double Direct, double Discovered)>();
        var bytes = new List<(double Direct, double Discovered)>();
        for (var round = 0; round < rounds; round++)
        {
            times = new Times(CallsPerRound);
            await CallByTurnsAsync(direct, discovered, path, times);
            latencies.Add((Statistics.Median(times.Direct), Statistics.Median(times.Discovered)));
            bytes.Add((await BytesPerCallAsync(direct, path), await BytesPerCallAsync(discovered, path)));
        }

        var added = Statistics.Median(latencies.Select(round => round.Discovered - round.Direct));
        var addedBytes = Statistics.Median(bytes.Select(round => round.Discovered - round.Direct));
        report(new ResultLine(
            $"HttpClient GET through discovery, {what}",
            $"p50 {Statistics.Median(latencies.Select(round => round.Discovered)):0.0} us, {Statistics.Median(bytes.Select(round => round.Discovered)):0} B",
            $"fixed address p50 {Statistics.Median(latencies.Select(round => round.Direct)):0.0} us, {Statistics.Median(bytes.Select(round => round.Direct)):0} B",
            $"{added:+0.0;-0.0} us, {addedBytes:+0;-0} B",
            isTarget ? $"<= +{AddedMicros:0} us, <= +{AddedBytes:0} B" : "",
            isTarget ? added <= AddedMicros && addedBytes <= AddedBytes : null));
    }

    private static async Task CallByTurnsAsync(HttpClient direct, HttpClient discovered, Func<int, string> path, Times times)
    {
        for (var i = 0; i < times.Direct.Length; i++)
        {
            times.Direct[i] = await TimeAsync(direct, path(i));
            times.Discovered[i] = await TimeAsync(discovered, path(i));
        }
    }

    private static async Task<double> TimeAsync(HttpClient client, string path)
    {
        var begin = Stopwatch.GetTimestamp();
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        var elapsed = Stopwatch.GetElapsedTime(begin);
        return response.IsSuccessStatusCode ? elapsed.TotalMicroseconds : throw new BenchException($"the server answered {response.StatusCode}");
    }

    private static async Task<double> BytesPerCallAsync(HttpClient client, Func<int, string> path)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < CallsPerRound; i++)
        {
            await TimeAsync(client, path(i));
        }

        return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / CallsPerRound;
    }

    private static ServiceInstance Instance(int number, int port) =>
        new() { Service = "payments", Id = $"payments-{Text(number)}", Address = "127.0.0.1", Port = port };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Times(int calls)
    {
        public double[] Direct { get; } = new double[calls];

        public double[] Discovered { get; } = new double[calls];
    }
}
