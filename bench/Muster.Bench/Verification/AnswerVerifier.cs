using System.Text;
using System.Text.Json;
using Muster.Bench.Load;

namespace Muster.Bench.Verification;

/// <summary>
/// Reads services and checks every answer against their histories: not older than what was confirmed before the
/// question, not newer than what was sent before the answer, the right instances, an index that never goes back.
/// </summary>
internal sealed class AnswerVerifier(ChangingFleet fleet)
{
    private long _verified;
    private long _wrong;

    public long Verified => Interlocked.Read(ref _verified);

    public long Wrong => Interlocked.Read(ref _wrong);

    /// <summary>The first wrong answer, described.</summary>
    public string? FirstFault { get; private set; }

    /// <summary>Reads random services on one connection until told to stop, resting between reads if asked to.</summary>
    public void VerifyUntil(Func<bool> stop, int port, TimeSpan rest)
    {
        using var connection = HttpConnection.Open(port);
        var random = new Random(Environment.CurrentManagedThreadId ^ Environment.TickCount);
        var indexes = new long[ChangingFleet.Services];
        while (!stop())
        {
            VerifyOne(connection, random.Next(ChangingFleet.Services), indexes);
            if (rest > TimeSpan.Zero)
            {
                Thread.Sleep(rest);
            }
        }
    }

    private void VerifyOne(HttpConnection connection, int service, long[] indexes)
    {
        var oldest = fleet[service].Acknowledged;
        var answer = connection.Get(ChangingFleet.Path(service) + "?passing");
        var newest = fleet[service].Sent;

        var fault = Fault(answer, service, oldest, newest);
        if (fault is null && answer.Index < indexes[service])
        {
            fault = $"index went back from {indexes[service]} to {answer.Index}";
        }

        indexes[service] = answer.Index;
        Interlocked.Increment(ref _verified);
        if (fault is not null)
        {
            Interlocked.Increment(ref _wrong);
            FirstFault ??= $"{Registrations.ServiceName(service)}: {fault}";
        }
    }

    private static string? Fault(HttpAnswer answer, int service, int oldest, int newest)
    {
        if (answer.Status != 200 || answer.Index == 0)
        {
            return $"status {answer.Status}, index {answer.Index}";
        }

        using var json = JsonDocument.Parse(answer.Body.ToArray());
        var instances = json.RootElement.EnumerateArray().Select(entry => entry.GetProperty("Service")).ToArray();
        for (var i = 0; i < instances.Length; i++)
        {
            if (instances[i].GetProperty("Service").GetString() != Registrations.ServiceName(service)
                || instances[i].GetProperty("ID").GetString() != ChangingFleet.InstanceId(service, i))
            {
                return $"instance {i} is {instances[i].GetProperty("ID")}";
            }
        }

        var generation = instances.Length == 0 ? "" : instances[0].GetProperty("Meta").GetProperty("generation").GetString();
        for (var version = oldest; version <= newest; version++)
        {
            if (instances.Length == ServiceHistory.Passing(version) && generation == ServiceHistory.Generation(version))
            {
                return null;
            }
        }

        return $"{instances.Length} instances of generation {generation} after {oldest} to {newest} changes: {Encoding.UTF8.GetString(answer.Head)}";
    }
}
