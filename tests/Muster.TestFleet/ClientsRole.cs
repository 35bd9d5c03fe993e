using Muster.Client;

namespace Muster.TestFleet;

/// <summary>
/// Many clients that follow one service, as many processes have them. Says <c>ready</c> when each has its first answer,
/// then answers each line of its input with the number of those that hear the registry.
/// </summary>
/// <remarks>--registry URLS, --service NAME, --count.</remarks>
internal static class ClientsRole
{
    public static async Task RunAsync(Arguments arguments)
    {
        MusterClient[] clients = [.. Enumerable.Range(0, (int)arguments.Number("count", 1)).Select(number => Clients.Make(arguments, number))];
        ServiceHandle[] handles = [.. clients.Select(client => client.Service(arguments.Required("service")))];
        foreach (ServiceHandle handle in handles)
        {
            await handle.GetAsync();
        }

        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is not null)
        {
            Console.WriteLine(handles.Count(handle => !handle.Freshness.IsStale));
        }
    }
}
