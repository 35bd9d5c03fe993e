using System.Diagnostics;

namespace Muster.Bench.Load;

/// <summary>Renews each instance once a second, in requests of many, evenly over the second.</summary>
internal sealed class RenewalLoad
{
    private const int RequestsPerSecond = 20;

    private readonly byte[][] _requests;
    private readonly int _batch;

    public RenewalLoad(IReadOnlyCollection<string> ids)
    {
        _batch = ids.Count / RequestsPerSecond;
        _requests = [.. ids.Chunk(_batch).Select(RestInstances.RenewalOf)];
    }

    /// <summary>Returns how many instances it renewed.</summary>
    public int Run(int port, TimeSpan length)
    {
        using var connection = HttpConnection.Open(port);
        var clock = Stopwatch.StartNew();
        var sent = 0;
        while (clock.Elapsed < length)
        {
            var due = TimeSpan.FromSeconds(sent / (double)_requests.Length);
            var ahead = (due < length ? due : length) - clock.Elapsed;
            Thread.Sleep(ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero);
            if (due < length)
            {
                RestInstances.Renew(connection, _requests[sent % _requests.Length]);
                sent++;
            }
        }

        return sent * _batch;
    }
}
