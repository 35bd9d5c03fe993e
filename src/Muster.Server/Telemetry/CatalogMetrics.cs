using System.Diagnostics.Metrics;
using Muster.Catalog;

namespace Muster.Server.Telemetry;

/// <summary>The catalog's and the process's figures as instruments. All are read from lock-free counters: a busy catalog never delays a scrape.</summary>
internal static class CatalogMetrics
{
    /// <summary>Adds the instruments to a meter.</summary>
    public static void Add(Meter meter, Catalog.Catalog catalog)
    {
        CatalogStatistics counts = catalog.Statistics;
        meter.CreateObservableGauge("muster.catalog.instances", () => counts.Instances, "{instance}", "Registered instances");
        meter.CreateObservableGauge("muster.catalog.services", () => counts.Services, "{service}", "Services with at least one instance");
        meter.CreateObservableGauge("muster.catalog.nodes", () => counts.Nodes, "{node}", "Registered nodes");
        meter.CreateObservableGauge("muster.catalog.deadlines", () => counts.Deadlines, "{deadline}", "Running TTLs, leases and pending removals");
        meter.CreateObservableGauge("muster.catalog.tombstones", () => counts.Tombstones, "{tombstone}", "Deregistrations remembered");
        meter.CreateObservableGauge("muster.catalog.expiry_backlog", () => counts.ExpiryBacklog, "{expiry}", "Due expiries that wait for the rate limit");
        meter.CreateObservableGauge("muster.catalog.answer_cache", () => catalog.Answers.Bytes, "By", "Encoded answers kept");
        meter.CreateObservableCounter("muster.catalog.answer_cache.evictions", () => catalog.Answers.Evictions, "{answer}", "Encoded answers that made room for others");
        meter.CreateObservableCounter("muster.catalog.changes", () => counts.Changes, "{change}", "Transitions: registrations, removals, changes of health");
        meter.CreateObservableCounter("muster.catalog.renewals", () => counts.Renewals, "{renewal}", "Heartbeats that changed nothing");
        meter.CreateObservableCounter("muster.catalog.expiries", () => counts.Expiries, "{expiry}", "Expired TTLs and leases, and removals of critical instances");
        meter.CreateObservableCounter("muster.catalog.stale_calls", () => counts.StaleCalls, "{call}", "Calls refused because they came from an earlier life of their instance");
        AddPreservation(meter, catalog.Preservation);
        meter.CreateObservableCounter("muster.server.pauses", () => counts.Pauses, "{pause}", "Times the server stood still");
        meter.CreateObservableCounter("muster.server.paused", () => counts.Paused.TotalSeconds, "s", "Time the server stood still; leases were lengthened by it");
        meter.CreateObservableGauge("muster.process.managed_heap", LiveHeap, "By", "Managed objects that were alive after the last collection");
        meter.CreateObservableGauge("muster.process.heap_fragmented", () => GC.GetGCMemoryInfo(GCKind.Any).FragmentedBytes, "By", "Gaps between managed objects after the last collection");
        meter.CreateObservableGauge("muster.process.heap_committed", () => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes, "By", "Memory that the managed heap holds");
        meter.CreateObservableGauge("muster.process.working_set", () => Environment.WorkingSet, "By", "Memory of the process");
        meter.CreateObservableGauge("muster.process.threads", () => ThreadPool.ThreadCount, "{thread}", "Threads of the pool");
        meter.CreateObservableCounter("muster.process.collections", () => GC.CollectionCount(0), "{collection}", "Garbage collections");
    }

    private static void AddPreservation(Meter meter, Preservation preservation)
    {
        meter.CreateObservableGauge("muster.preservation.holding", () => preservation.View.Holds.Count, "{hold}", "Holds that are on");
        meter.CreateObservableCounter("muster.preservation.holds", () => preservation.View.Begun, "{hold}", "Holds that began");
        meter.CreateObservableGauge("muster.preservation.held", () => BySignal(preservation, static (view, signal) => view.Held(signal)), "{deadline}", "Leases and checks that are kept, by signal");
        meter.CreateObservableGauge("muster.preservation.expected", () => BySignal(preservation, static (view, signal) => view.All(signal).Expected), "{deadline}", "Leases and checks to be heard of, by signal");
        meter.CreateObservableGauge("muster.preservation.missed", () => BySignal(preservation, static (view, signal) => view.All(signal).Missed), "{deadline}", "Leases and checks that are missing, by signal");
        meter.CreateObservableGauge("muster.preservation.survey.duration", () => preservation.View.Survey.TotalSeconds, "s", "How long the last survey of the catalog took");
    }

    private static IEnumerable<Measurement<int>> BySignal(Preservation preservation, Func<PreservationView, PreservationSignal, int> count)
    {
        PreservationView view = preservation.View;
        foreach (PreservationSignal signal in (PreservationSignal[])[PreservationSignal.Heartbeats, PreservationSignal.Probes, PreservationSignal.Cluster])
        {
            yield return new Measurement<int>(count(view, signal), new KeyValuePair<string, object?>("signal", signal.ToText()));
        }
    }

    private static long LiveHeap()
    {
        GCMemoryInfo last = GC.GetGCMemoryInfo(GCKind.Any);
        return last.HeapSizeBytes - last.FragmentedBytes;
    }
}
