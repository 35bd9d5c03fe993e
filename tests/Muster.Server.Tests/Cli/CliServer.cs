using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Server.Cli;
using Muster.Server.Cli.Output;
using Muster.Server.Configuration;
using Muster.Server.Hosting;

namespace Muster.Server.Tests.Cli;

/// <summary>A whole agent on a free port, and the command line against it.</summary>
internal sealed class CliServer : IAsyncDisposable
{
    private readonly Agent _agent;
    private readonly string _address;

    private CliServer(Agent agent)
    {
        _agent = agent;
        _address = agent.HttpAddresses.First();
    }

    public static async Task<CliServer> StartAsync()
    {
        AgentOptions options = AgentConfiguration.Read(
            ["-dev", "-node=cli-node", "-http-port=0", "-dns-port=-1"], new HostFacts("host", () => IPAddress.Loopback)).Options!;
        return new CliServer(await Agent.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None));
    }

    /// <summary>Runs a command against this server.</summary>
    public Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) => RunAsync(new StringWriter(), arguments);

    /// <summary>Runs a command that a test listens to.</summary>
    public Task<(int Code, string Out, string Error)> RunAsync(TextWriter output, params string[] arguments) =>
        RunAgainstAsync(_address, output, arguments);

    /// <summary>Runs a command against some address.</summary>
    public static async Task<(int Code, string Out, string Error)> RunAgainstAsync(string address, TextWriter output, params string[] arguments)
    {
        var errors = new StringWriter();
        var commandLine = new CommandLine(
            new CommandOutput(output, errors, IsTerminal: false),
            name => name == "MUSTER_HTTP_ADDR" ? address : null,
            (_, _) => throw new InvalidOperationException("no agent is to be run"));
        int code = await commandLine.RunAsync(arguments);
        return (code, output.ToString()!, errors.ToString());
    }

    public Task StopAsync() => _agent.StopAsync(TimeSpan.FromSeconds(5));

    public ValueTask DisposeAsync() => _agent.DisposeAsync();
}
