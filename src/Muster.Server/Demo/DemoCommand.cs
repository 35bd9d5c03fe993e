using System.CommandLine;
using Muster.Server.Cli;
using Muster.Server.Cli.Api;
using Muster.Server.Cli.Commands;
using Muster.Server.Cli.Output;
using Muster.Server.Configuration;
using Muster.Server.Hosting;

namespace Muster.Server.Demo;

/// <summary>
/// <c>muster demo</c>: a server on embedded defaults, three small services that register themselves, a live view of what
/// the registry sees, and lines to try.
/// </summary>
internal sealed class DemoCommand(CommandOutput output, string program, Func<AgentLaunch, CancellationToken, Task> host)
{
    private const int DefaultHttpPort = 8500;
    private const int DefaultDnsPort = 8600;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_startWithin = TimeSpan.FromSeconds(20);

    // payments twice, so that something is left to resolve when one is killed
    private static readonly (string Service, string Id)[] s_services =
        [("orders", "orders-1"), ("payments", "payments-1"), ("payments", "payments-2"), ("inventory", "inventory-1")];

    public static Command Create(CommandOutput output, Func<string, string?> environment, Func<AgentLaunch, CancellationToken, Task> host)
    {
        // the launcher says how it was called, so that the lines to try can be pasted; else the file's own path will do
        string program = environment("MUSTER_COMMAND") ?? Environment.ProcessPath ?? "muster";
        var command = new Command("demo", "Run a server with three small services and watch them: nothing to install, nothing left behind");
        Option<TimeSpan?> lasting = DurationOption.Create("--for", "End by itself after this long; default: at Ctrl-C");
        command.Options.Add(lasting);
        command.SetAction((arguments, cancellation) => new DemoCommand(output, program, host).RunAsync(arguments.GetValue(lasting), cancellation));
        return command;
    }

    private async Task<int> RunAsync(TimeSpan? lasting, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (lasting is { } time)
        {
            end.CancelAfter(time);
        }

        int httpPort = DemoPorts.Http(DefaultHttpPort);
        int dnsPort = DemoPorts.Dns(DefaultDnsPort);
        var registry = new Uri($"http://127.0.0.1:{httpPort}");
        AgentOptions options = AgentConfiguration.Read(
            ["-dev", "-node=demo", $"-http-port={httpPort}", $"-dns-port={dnsPort}", "-log-level=error"], HostFacts.OfThisMachine()).Options!;

        // the server outlives the services, which want to deregister
        using var stopServer = new CancellationTokenSource();
        Task server = host(new AgentLaunch(options), stopServer.Token);
        var processes = new List<DemoProcess>();
        try
        {
            using var client = new RegistryClient(registry);
            await WaitForAsync(server, () => IsReadyAsync(client, end.Token), end.Token);
            output.Out.WriteLine($"Muster {BuildInfo.Version}: HTTP on {registry.GetLeftPart(UriPartial.Authority)}, DNS on 127.0.0.1:{dnsPort}, everything in memory");
            processes.AddRange(s_services.Select(service => DemoProcess.Start(registry, service.Service, service.Id)));
            await ShowAsync(client, server, registry, dnsPort, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // the end everybody waited for
        }
        finally
        {
            await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));
            await stopServer.CancelAsync();
            await server.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        output.Out.WriteLine("Everything has ended.");
        return ExitCode.Ok;
    }

    private async Task ShowAsync(RegistryClient client, Task server, Uri registry, int dnsPort, CancellationToken cancellation)
    {
        string[] services = [.. s_services.Select(service => service.Service).Distinct()];
        DemoView view = new([], []);
        await WaitForAsync(server, async () =>
        {
            view = await DemoView.ReadAsync(client, services, cancellation);
            return view.Instances.Count(instance => instance.Usable) == s_services.Length;
        }, cancellation);

        InstanceView victim = view.Instances.First(instance => instance.Service == "payments");
        byte[] staleness = await client.GetAsync($"services/{victim.Service}/staleness", cancellation);
        IReadOnlyList<string> hints = DemoHints.For(program, registry, dnsPort, victim, client.Parse(staleness, RegistryJson.Default.StalenessView));
        output.Out.WriteLine("Try, in another terminal:");
        foreach (string hint in hints)
        {
            output.Out.WriteLine("  " + hint);
        }

        output.Out.WriteLine();
        Task<DemoView> Read(CancellationToken token) => DemoView.ReadAsync(client, services, token);
        await (output.IsTerminal
            ? DemoScreen.RunAsync(Read, s_pause, cancellation)
            : DemoLog.RunAsync(output.Out, Read, s_pause, cancellation));
    }

    private static async Task<bool> IsReadyAsync(RegistryClient client, CancellationToken cancellation)
    {
        try
        {
            await client.GetAsync("services", cancellation);
            return true;
        }
        catch (CommandFailedException)
        {
            return false;
        }
    }

    /// <summary>Waits until something holds; fails when the server ends or it takes too long.</summary>
    private static async Task WaitForAsync(Task server, Func<Task<bool>> condition, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(s_startWithin);
        while (!await condition())
        {
            if (server.IsCompleted)
            {
                await server;
            }

            if (server.IsCompleted || patience.IsCancellationRequested)
            {
                throw new CommandFailedException(ExitCode.Error, "the demo did not start");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }
}
