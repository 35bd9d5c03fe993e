using System.Diagnostics;
using System.Globalization;
using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Client;
using Muster.Client.Balancing;

namespace Muster.Bench.Rows;

/// <summary>
/// What choosing an instance costs the caller: nanoseconds and bytes of one pick, from a held handle, by name, and from two
/// threads at once, for each policy and size. The calibration is the least a balancer could do: the next element of an
/// array, behind a virtual call, with a counter that threads do not share.
/// </summary>
internal sealed class ClientPickRow : IBenchRow
{
    private const int BatchSize = 4_096;
    private const double HeldTarget = 10;
    private const double NamedTarget = 50;
    private const string Service = "payments";
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(0.6);
    private static readonly int[] Sizes = [3, 10, 100, 1_000];

    private static readonly PickSubject[] Subjects =
    [
        new("round_robin", HasTarget: true),
        new("p2c", HasTarget: true),
        new("round_robin", HasTarget: true) { Zones = "own zone keeps all" },
        new("p2c", HasTarget: true) { Zones = "own zone keeps all" },
        new("round_robin", HasTarget: true) { Zones = "own zone spills over", Spills = true },
        new("p2c") { Zones = "own zone spills over", Spills = true },
        new("random"),
        new("weighted"),
        new("p2c") { Weights = true },
        new("ewma"),
        new("consistent_hash") { HasKey = true },
    ];

    public string Name => "client-pick";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        int batches = context.Options.Quick ? 400 : 4_000;
        foreach (PickSubject subject in Subjects)
        {
            // three zones of one instance each do not spill over
            foreach (int size in Sizes.Where(size => size > 3 || !subject.Spills))
            {
                report(Measure(subject, size, batches));
            }
        }

        report(MeasureRebuild(Subjects[3], batches / 10));
        report(MeasureRebuild(Subjects[^1], batches / 10));
    }

    /// <summary>What a new list costs that lacks one instance of many, or has it again.</summary>
    private static ResultLine MeasureRebuild(PickSubject subject, int times)
    {
        int size = Sizes[^1];
        using var balancer = new Balancer(subject.Settings());
        ServiceView all = subject.View(Service, size);
        ServiceView[] views = [all, new ServiceView(Service, all.Instances.RemoveAt(size / 2), 2, ViewSource.Stream)];
        WarmUp([() => balancer.Update(views[0]), () => balancer.Update(views[1])]);
        var micros = new List<double>();
        for (int i = 0; i < times; i++)
        {
            long start = Stopwatch.GetTimestamp();
            balancer.Update(views[i & 1]);
            micros.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        return new ResultLine($"new list of {size:#,0} instances put to use, {subject}", $"p50 {Statistics.Median(micros):#,0} us, not on a caller's path", "", "", "", Reached: null);
    }

    private static ResultLine Measure(PickSubject subject, int size, int batches)
    {
        MusterClient client = subject.Client();
        ServiceHandle handle = client.Service(Service);
        handle.Publish(subject.View(Service, size));
        foreach (Target target in handle.Balancer.Targets)
        {
            subject.Load(target);
        }

        var least = new LeastPicker([.. handle.Balancer.Targets]);
        Action held = subject.HasKey ? () => PickByKey(handle) : () => Pick(handle);
        Action[] loops = [() => PickLeast(least), held, () => PickByName(client)];
        List<double>[] times = [.. loops.Select(_ => new List<double>())];
        WarmUp(loops);
        for (int batch = 0; batch < batches; batch++)
        {
            for (int i = 0; i < loops.Length; i++)
            {
                times[i].Add(Time(loops[i]));
            }
        }

        double[] medians = [.. times.Select(Statistics.Median)];
        long bytes = Allocated(held) + Allocated(loops[2]);
        double contended = OnTwoThreads(held, batches);
        client.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return new ResultLine(
            $"pick, {subject}, {size:#,0} instances",
            $"{medians[1]:0.0} ns held (best tenth {Statistics.Percentile(times[1], 0.1):0.0}), {medians[2]:0.0} ns by name, {contended:0.0} ns on 2 threads, {bytes} B",
            $"array element {medians[0]:0.0} ns",
            (medians[1] / medians[0]).ToString("0.0x", CultureInfo.InvariantCulture),
            subject.HasTarget ? $"<= {HeldTarget:0} ns, <= {NamedTarget:0} ns by name, 0 B" : "0 B",
            bytes == 0 && (!subject.HasTarget || (medians[1] <= HeldTarget && medians[2] <= NamedTarget)));
    }

    /// <summary>Runs the loops until the JIT has had the time to compile them for good, with what it learned of this subject.</summary>
    private static void WarmUp(Action[] loops)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < WarmUpTime)
        {
            Array.ForEach(loops, loop => loop());
        }
    }

    private static double Time(Action loop)
    {
        long start = Stopwatch.GetTimestamp();
        loop();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / BatchSize;
    }

    private static long Allocated(Action loop)
    {
        loop();
        long before = GC.GetAllocatedBytesForCurrentThread();
        loop();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>The median cost of a pick to each of two threads that pick from the same handle all the time.</summary>
    private static double OnTwoThreads(Action loop, int batches)
    {
        var times = new List<double>[2];
        using var start = new Barrier(times.Length);
        Thread[] threads = [.. times.Select((_, i) => new Thread(() =>
        {
            times[i] = [];
            start.SignalAndWait();
            for (int batch = 0; batch < batches; batch++)
            {
                times[i].Add(Time(loop));
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return Statistics.Median(times[0].Concat(times[1]));
    }

    private static void PickLeast(LeastPicker picker)
    {
        for (int i = 0; i < BatchSize; i++)
        {
            picker.Pick(default);
        }
    }

    private static void Pick(ServiceHandle handle)
    {
        for (int i = 0; i < BatchSize; i++)
        {
            handle.Pick();
        }
    }

    private static void PickByKey(ServiceHandle handle)
    {
        for (int i = 0; i < BatchSize; i++)
        {
            handle.Pick(new PickContext((ulong)i + 1, Tried: null));
        }
    }

    private static void PickByName(MusterClient client)
    {
        for (int i = 0; i < BatchSize; i++)
        {
            client.Service(Service).Pick();
        }
    }

    private sealed class LeastPicker(Target[] targets) : TargetPicker
    {
        private uint _next;

        public override Target Pick(in PickContext context) => targets[_next++ % (uint)targets.Length];
    }
}
