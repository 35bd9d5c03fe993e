using System.Text.Json;
using Muster.Client;

namespace Muster.TestFleet;

/// <summary>
/// Calls a service through discovery, so many times a second whatever happens (open loop), as one or several independent
/// callers. Says <c>ready</c>, then answers each line of its input with the report of the round that ends there.
/// </summary>
/// <remarks>
/// --registry URLS, --service NAME; --rate calls a second of all callers together (100), --callers (1), --sequential yes, --timeout
/// milliseconds of a call (30000), --snapshot FILE, --policy NAME.
/// </remarks>
internal static class CallerRole
{
    public static async Task RunAsync(Arguments arguments)
    {
        using var metrics = new ClientMetricsReader();
        Caller[] callers = [.. Enumerable.Range(0, (int)arguments.Number("callers", 1)).Select(number => new Caller(arguments, number))];
        foreach (Caller caller in callers)
        {
            await caller.BeginAsync();
        }

        using var stop = new CancellationTokenSource();
        var load = new OpenLoop(callers, arguments.Number("rate", 100), arguments.Text("sequential") == "yes", metrics);
        Task loop = load.RunAsync(stop.Token);
        Console.WriteLine("ready");
        load.TakeReport();
        while (await Console.In.ReadLineAsync() is { } word && word != "stop")
        {
            Console.WriteLine(JsonSerializer.Serialize(load.TakeReport(), JsonSerializerOptions.Web));
        }

        await stop.CancelAsync();
        await loop;
        foreach (Caller caller in callers)
        {
            await caller.DisposeAsync();
        }
    }
}
