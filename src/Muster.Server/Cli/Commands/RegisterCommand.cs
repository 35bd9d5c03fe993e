using System.CommandLine;
using System.Text.Json;
using Muster.Server.Cli.Api;

namespace Muster.Server.Cli.Commands;

/// <summary><c>muster register</c>: registers an instance from the command line.</summary>
internal sealed class RegisterCommand
{
    private readonly Option<string> _name = new("--name") { Description = "The service", Required = true };
    private readonly Option<string?> _id = new("--id") { Description = "The instance's id; default: the service's name" };
    private readonly Option<string?> _node = new("--node") { Description = "The node it lives on; default: the server's own" };
    private readonly Option<string?> _address = new("--address") { Description = "IP address or host name; default: the node's" };
    private readonly Option<int?> _port = new("--port") { Description = "The port" };
    private readonly Option<string[]> _tags = new("--tag") { Description = "A tag; may be repeated", DefaultValueFactory = _ => [] };
    private readonly Option<string[]> _metadata = new("--meta") { Description = "Metadata, KEY=VALUE; may be repeated", DefaultValueFactory = _ => [] };
    private readonly Option<string?> _region = new("--region") { Description = "The region it runs in" };
    private readonly Option<string?> _zone = new("--zone") { Description = "The zone it runs in" };
    private readonly Option<TimeSpan?> _lease = DurationOption.Create("--lease", "Remove it when it is not renewed for this long, such as 30s", "--ttl");
    private readonly Option<string?> _http = new("--http-check") { Description = "A URL that the server asks; 2xx is healthy" };
    private readonly Option<string?> _tcp = new("--tcp-check") { Description = "HOST:PORT that the server connects to" };
    private readonly Option<string?> _udp = new("--udp-check") { Description = "HOST:PORT that the server sends a datagram to; healthy unless refused" };
    private readonly Option<string?> _grpc = new("--grpc-check") { Description = "HOST:PORT or HOST:PORT/SERVICE whose gRPC health the server asks for" };
    private readonly Option<TimeSpan?> _interval = DurationOption.Create("--interval", "Pause between two runs of the check; default: 10s");
    private readonly Option<TimeSpan?> _timeout = DurationOption.Create("--timeout", "How long a run of the check may take; default: 10s");
    private readonly Option<int?> _failures = new("--failures") { Description = "Failures in a row before the check is critical; default: 3" };
    private readonly Option<TimeSpan?> _deregisterAfter = DurationOption.Create("--deregister-after", "Remove it after the check was critical for this long");

    public static Command Create(CommandRunner runner)
    {
        var register = new RegisterCommand();
        var command = new Command("register", "Register an instance, or replace what it registered before");
        Option[] options =
        [
            register._name, register._id, register._node, register._address, register._port, register._tags, register._metadata,
            register._region, register._zone, register._lease, register._http, register._tcp, register._udp, register._grpc,
            register._interval,
            register._timeout, register._failures, register._deregisterAfter,
        ];
        foreach (Option option in options)
        {
            command.Options.Add(option);
        }

        command.SetAction(runner.Action(register.RunAsync));
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, ParseResult arguments, CancellationToken cancellation)
    {
        RegisterRequest request = Read(arguments);
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(request, RegistryJson.Default.RegisterRequest);
        byte[] answer = await context.Client.SendAsync(HttpMethod.Post, "instances", body, cancellation);
        if (context.Json)
        {
            context.Output.WriteJson(answer);
            return ExitCode.Ok;
        }

        InstanceView instance = context.Client.Parse(answer, RegistryJson.Default.InstanceView);
        context.Output.Out.WriteLine($"registered {instance.Id} of {instance.Service} at {instance.EndPoint} on node {instance.Node}");
        if (instance.LeaseSeconds > 0)
        {
            context.Output.Out.WriteLine($"renew it within {instance.LeaseSeconds} s: PUT /api/v1/instances/{Uri.EscapeDataString(instance.Id)}/renew");
        }

        return ExitCode.Ok;
    }

    private RegisterRequest Read(ParseResult arguments) => new()
    {
        Service = arguments.GetValue(_name)!,
        Id = arguments.GetValue(_id),
        Node = arguments.GetValue(_node),
        Address = arguments.GetValue(_address),
        Port = arguments.GetValue(_port),
        Tags = arguments.GetValue(_tags),
        Metadata = ReadMetadata(arguments.GetValue(_metadata)!),
        Region = arguments.GetValue(_region),
        Zone = arguments.GetValue(_zone),
        LeaseSeconds = arguments.GetValue(_lease)?.TotalSeconds,
        Checks = ReadChecks(arguments),
    };

    private List<CheckRequest> ReadChecks(ParseResult arguments)
    {
        var common = new CheckRequest
        {
            IntervalSeconds = arguments.GetValue(_interval)?.TotalSeconds,
            TimeoutSeconds = arguments.GetValue(_timeout)?.TotalSeconds,
            FailuresBeforeCritical = arguments.GetValue(_failures),
            DeregisterAfterSeconds = arguments.GetValue(_deregisterAfter)?.TotalSeconds,
        };
        var checks = new List<CheckRequest>();
        if (arguments.GetValue(_http) is { } url)
        {
            checks.Add(common with { Http = url });
        }

        if (arguments.GetValue(_tcp) is { } target)
        {
            checks.Add(common with { Tcp = target });
        }

        if (arguments.GetValue(_udp) is { } datagrams)
        {
            checks.Add(common with { Udp = datagrams });
        }

        if (arguments.GetValue(_grpc) is { } health)
        {
            checks.Add(common with { Grpc = health });
        }

        return checks.Count > 0 || common == new CheckRequest()
            ? checks
            : throw new CommandFailedException(ExitCode.Usage, "--interval, --timeout, --failures and --deregister-after need --http-check, --tcp-check, --udp-check or --grpc-check");
    }

    private static Dictionary<string, string> ReadMetadata(string[] pairs)
    {
        var metadata = new Dictionary<string, string>();
        foreach (string pair in pairs)
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new CommandFailedException(ExitCode.Usage, $"--meta must be KEY=VALUE, got \"{pair}\"");
            }

            metadata[pair[..equals]] = pair[(equals + 1)..];
        }

        return metadata;
    }
}
