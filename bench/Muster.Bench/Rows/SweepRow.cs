using System.Diagnostics;
using System.Globalization;
using System.Text;
using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;

namespace Muster.Bench.Rows;

/// <summary>
/// A service that grows: what one change and the answer to its watcher cost with 100 to 2,000 instances, and what a
/// read costs. Linear is the price of sending the bytes; more than linear would be a cliff.
/// </summary>
internal sealed class SweepRow : IBenchRow
{
    private const string Service = "large";
    private const string Question = $"/v1/health/service/{Service}?passing";
    private const double Target = 1.3;
    private static readonly int[] Sizes = [100, 500, 1_000, 2_000];

    private int _generation;

    public string Name => "sweep";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var muster = context.StartMusterInMemory();
        using var writer = muster.Connect();
        using var watcher = muster.Connect();
        var registered = 0;
        Costs? least = null;
        foreach (var size in Sizes)
        {
            while (registered < size)
            {
                writer.Put("/v1/agent/service/register", Body(registered++)).EnsureOk("register");
            }

            // as many bytes for each size, so that the counters of the kernel tell each equally well
            var work = (context.Options.Quick ? 100_000 : 300_000) / size;
            Run(muster, writer, watcher, work / 4);
            var costs = Run(muster, writer, watcher, work);
            least ??= costs;
            var change = costs.ChangeMicros / least.ChangeMicros * Sizes[0] / size;
            var read = costs.ReadMicros / least.ReadMicros * Sizes[0] / size;
            var wake = costs.WakeMillis / least.WakeMillis * Sizes[0] / size;
            report(new ResultLine(
                $"1 change, 1 watcher, {size:#,0} instances ({costs.Bytes / 1024:#,0} KiB)",
                $"wake p50 {costs.WakeMillis:0.00} ms, {costs.ChangeMicros:0} us CPU a change, {costs.ReadMicros:0} us CPU a read",
                size == Sizes[0] ? "" : $"linear from {Sizes[0]}: {least.WakeMillis * size / Sizes[0]:0.00} ms, {least.ChangeMicros * size / Sizes[0]:0} us, {least.ReadMicros * size / Sizes[0]:0} us",
                $"wake {wake:0.00}x, change {change:0.00}x, read {read:0.00}x linear",
                $"<= {Target:0.0}x",
                Math.Max(wake, Math.Max(change, read)) <= Target));
        }
    }

    private Costs Run(MusterServer muster, HttpConnection writer, HttpConnection watcher, int times)
    {
        var wakes = new List<double>();
        var answer = watcher.Get(Question).EnsureOk("read");
        var (index, bytes) = (answer.Index, answer.Body.Length);
        var cpu = muster.Process.CpuTime();
        for (var i = 0; i < times; i++)
        {
            watcher.Send(HttpConnection.Request("GET", $"{Question}&index={index}&wait=5m"));
            _generation++;
            var change = HttpConnection.Request("PUT", "/v1/agent/service/register", Body(7));
            var clock = Stopwatch.StartNew();
            writer.Send(change);
            writer.Receive().EnsureOk("change");
            var woken = watcher.Receive().EnsureOk("wake");
            wakes.Add(clock.Elapsed.TotalMilliseconds);
            index = woken.Index;
            if (woken.Body.IndexOf(Encoding.ASCII.GetBytes(Generation())) < 0)
            {
                throw new BenchException("the watcher was not told of the change");
            }
        }

        var changed = muster.Process.CpuTime() - cpu;
        for (var i = 0; i < times; i++)
        {
            watcher.Get(Question).EnsureOk("read");
        }

        var read = muster.Process.CpuTime() - cpu - changed;
        return new Costs(Statistics.Median(wakes), changed.TotalMicroseconds / times, read.TotalMicroseconds / times, bytes);
    }

    private byte[] Body(int instance) => Registrations.Common(
        $"{Service}-{instance}", Service, Registrations.Address(instance), 8080, instance == 7 ? Generation() : "000000000");

    private string Generation() => _generation.ToString("D9", CultureInfo.InvariantCulture);

    private sealed record Costs(double WakeMillis, double ChangeMicros, double ReadMicros, int Bytes);
}
