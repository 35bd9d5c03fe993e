using Muster.Client;

namespace Muster.TestFleet;

/// <summary>
/// Many clients that follow one service, as many processes have them. Says <c>ready</c> when each has its first answer,
/// then answers each line of its input: <c>fewest</c> with the size of the shortest list that any of them has shown since,
/// anything else with the number of those that hear the registry.
/// </summary>
/// <remarks>--registry URLS, --service NAME, --count.</remarks>
internal static class ClientsRole
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(Arguments arguments)
    {
        MusterClient[] clients = [.. Enumerable.Range(0, (int)arguments.Number("count", 1)).Select(number => Clients.Make(arguments, number))];
        ServiceHandle[] handles = [.. clients.Select(client => client.Service(arguments.Required("service")))];
        foreach (ServiceHandle handle in handles)
        {
            await handle.GetAsync();
        }

        int fewest = int.MaxValue;
        await using var timer = new Timer(_ => fewest = Math.Min(fewest, handles.Min(handle => handle.View.Instances.Length)), null, TimeSpan.Zero, s_look);
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Console.WriteLine(line == "fewest" ? fewest : handles.Count(handle => !handle.Freshness.IsStale));
        }
    }
}
