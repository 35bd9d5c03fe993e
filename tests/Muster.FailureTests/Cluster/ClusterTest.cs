using System.Diagnostics;
using System.Globalization;
using Muster.FailureTests.Cluster.Harness;
using Muster.FailureTests.Cluster.Readers;
using Muster.FailureTests.Processes;

namespace Muster.FailureTests.Cluster;

/// <summary>What the tests of real clusters share.</summary>
/// <remarks>
/// <c>./test.sh</c> runs them short, with shorter timeouts where a fault must outlive them; <c>eng/nightly.py</c> with
/// MUSTER_CLUSTER_FULL=1 in full length and with the defaults.
/// </remarks>
public abstract class ClusterTest(ITestOutputHelper output) : FailureTest(output)
{
    private const int MostOfAView = 3000;

    private readonly ITestOutputHelper _output = output;

    /// <summary>Whether this is the long form.</summary>
    private protected static bool IsFull { get; } = Environment.GetEnvironmentVariable("MUSTER_CLUSTER_FULL") == "1";

    /// <summary>A little longer than it takes servers to call a silent one failed.</summary>
    private protected static TimeSpan OwnerTimeout { get; } = TimeSpan.FromSeconds(IsFull ? 10 : 6);

    /// <summary>From the heal to equal digests: five seconds are asked for, of a machine that does nothing else.</summary>
    private protected static double MostSecondsToEqual { get; } = Of(10, 5);

    /// <summary>A cluster whose owner timeout suits the length of the tests.</summary>
    private protected static Task<ClusterUnderTest> StartClusterAsync() =>
        ClusterUnderTest.StartAsync(new ClusterSettings { OwnerTimeout = IsFull ? null : OwnerTimeout });

    /// <summary>A number of the short form, or of the long one.</summary>
    private protected static int Of(int shortForm, int longForm) => IsFull ? longForm : shortForm;

    /// <summary>So many seconds in the short form, or in the long one.</summary>
    private protected static TimeSpan Seconds(double shortForm, double longForm) => TimeSpan.FromSeconds(IsFull ? longForm : shortForm);

    private protected static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private protected Table TableOf(string title, params string[] columns) => new(_output, title, columns);

    /// <summary>Instances of a service with numbers that follow each other.</summary>
    private protected static IReadOnlyList<Instance> Instances(string service, int first, int count, double leaseSeconds = 0) =>
        [.. Enumerable.Range(first, count).Select(number => new Instance(service, number) { LeaseSeconds = leaseSeconds })];

    /// <summary>Waits until every reader sees exactly so many.</summary>
    private protected static async Task UntilSeenAsync(IReadOnlyCollection<Reader> readers, int count, TimeSpan within)
    {
        try
        {
            await Eventually.HoldsAsync(
                () => Task.FromResult(readers.All(reader => reader.Sightings.Present.Count == count)), within,
                () => $"{count} seen by all; " + string.Join(", ", readers.Select(reader => $"{reader.Server.Name} {reader.Kind}: {reader.Sightings.Present.Count}, {reader.Sightings.Failures} failures")));
        }
        catch (TimeoutException error)
        {
            // what is not gone may be held on purpose
            IEnumerable<ServerProcess> servers = readers.Select(reader => reader.Server).Distinct();
            string[] views = await Task.WhenAll(servers.Where(server => !server.HasExited).Select(PreservationAsync));
            throw new TimeoutException(error.Message + '\n' + string.Join('\n', views), error);
        }
    }

    /// <summary>The beginning of what a server says about self-preservation.</summary>
    private static async Task<string> PreservationAsync(ServerProcess server)
    {
        using HttpResponseMessage answer = await server.Http.GetAsync(new Uri("/api/v1/preservation", UriKind.Relative));
        string view = await answer.Content.ReadAsStringAsync();
        return $"{server.Name}: {view[..Math.Min(view.Length, MostOfAView)]}\n{server.Said}";
    }

    /// <summary>Waits until every reader sees the same.</summary>
    private protected static Task UntilSameAsync(IReadOnlyCollection<Reader> readers, IEnumerable<string> addresses, TimeSpan within)
    {
        string[] expected = [.. addresses];
        return Eventually.HoldsAsync(
            () => Task.FromResult(readers.All(reader => reader.Sightings.Present.Count == expected.Length && expected.All(reader.Sightings.Present.Contains))), within,
            () => $"{string.Join(' ', expected)} seen by all; " + string.Join(", ", readers.Select(reader => $"{reader.Server.Name} {reader.Kind}: {string.Join(' ', reader.Sightings.Present)}")));
    }

    /// <summary>Seconds between two timestamps, as text; a dash for never.</summary>
    private protected static string After(long began, long? happened) =>
        happened is { } at ? string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(began, at).TotalSeconds:F2} s") : "-";

    private protected static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>No server said anything of an unhandled exception.</summary>
    private protected static void AssertNoCrash(ClusterUnderTest cluster) => Assert.All(cluster.Servers, server =>
    {
        Assert.DoesNotContain("Unhandled exception", server.Said, StringComparison.OrdinalIgnoreCase);
        Assert.False(server.HasExited, server.Said);
    });

    private protected static new async Task DisposeAsync(IEnumerable<IAsyncDisposable> things)
    {
        foreach (IAsyncDisposable thing in things)
        {
            await thing.DisposeAsync();
        }
    }
}
