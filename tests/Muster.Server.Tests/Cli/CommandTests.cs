using System.Text.Json;
using Muster.Server.Cli;

namespace Muster.Server.Tests.Cli;

public sealed class CommandTests
{
    [Fact]
    public async Task RegisterListResolveExplainDeregister_Work()
    {
        await using CliServer server = await CliServer.StartAsync();
        (int code, string text, _) = await server.RunAsync(
            "register", "--name", "web", "--id", "web-1", "--address", "10.0.0.1", "--port", "8080", "--tag", "a", "--tag", "b",
            "--meta", "k=v=w", "--ttl", "1m30s");
        Assert.Equal((ExitCode.Ok, "registered web-1 of web at 10.0.0.1:8080 on node cli-node"), (code, text.Split('\n')[0]));

        (_, text, _) = await server.RunAsync("services");
        Assert.Contains("web     1          1        0        0         a,b", text, StringComparison.Ordinal);
        (_, text, _) = await server.RunAsync("instances", "web", "--tag", "a");
        Assert.Equal("ID     ADDRESS        HEALTH   NODE      TAGS  REASON", text.Split('\n')[0]);
        Assert.Equal("web-1  10.0.0.1:8080  passing  cli-node  a,b   no checks: healthy as long as its lease is renewed", text.Split('\n')[1]);
        (_, text, _) = await server.RunAsync("resolve", "web");
        Assert.Equal("10.0.0.1:8080\n", text);

        (_, text, _) = await server.RunAsync("explain", "web");
        Assert.Contains("IN       web-1", text, StringComparison.Ordinal);
        Assert.Contains("leaves answers within 90.15 s", text, StringComparison.Ordinal);
        Assert.Contains("90       lease", text, StringComparison.Ordinal);

        (code, text, _) = await server.RunAsync("drain", "web-1", "--reason", "deploy 7");
        Assert.Equal((ExitCode.Ok, "draining web-1\n"), (code, text));
        (_, text, _) = await server.RunAsync("explain", "web");
        Assert.Contains("OUT      web-1", text, StringComparison.Ordinal);
        Assert.Contains("draining: deploy 7", text, StringComparison.Ordinal);
        (code, text, _) = await server.RunAsync("undrain", "web-1");
        Assert.Equal((ExitCode.Ok, "no longer draining: web-1\n"), (code, text));
        (_, text, _) = await server.RunAsync("resolve", "web");
        Assert.Equal("10.0.0.1:8080\n", text);

        (code, text, _) = await server.RunAsync("deregister", "web-1");
        Assert.Equal((ExitCode.Ok, "deregistered web-1\n"), (code, text));
        (code, text, _) = await server.RunAsync("explain", "web");
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("deregistered  web-1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_WithCheck_IsOutUntilTheCheckPasses()
    {
        await using CliServer server = await CliServer.StartAsync();
        await server.RunAsync("register", "--name", "web", "--port", "1", "--tcp-check", "127.0.0.1:1", "--interval", "1h", "--failures", "2");

        (int code, string text, string error) = await server.RunAsync("resolve", "web");
        Assert.Equal((ExitCode.NotFound, ""), (code, text));
        Assert.Contains("explain web", error, StringComparison.Ordinal);
        (code, text, _) = await server.RunAsync("resolve", "web", "--all");
        Assert.Equal((ExitCode.Ok, "127.0.0.1:1\n"), (code, text));
        (_, text, _) = await server.RunAsync("explain", "web/web");
        Assert.Contains("OUT      web", text, StringComparison.Ordinal);
        Assert.Matches("service:web +tcp +critical", text);
    }

    [Theory]
    [InlineData("services")]
    [InlineData("instances", "web")]
    [InlineData("resolve", "web")]
    [InlineData("explain", "web")]
    [InlineData("explain", "web/web")]
    [InlineData("register", "--name", "other")]
    [InlineData("version")]
    public async Task Json_IsOneDocument(params string[] command)
    {
        await using CliServer server = await CliServer.StartAsync();
        await server.RunAsync("register", "--name", "web");
        (int code, string text, string error) = await server.RunAsync([.. command, "--json"]);

        Assert.Equal((ExitCode.Ok, ""), (code, error));
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(text).RootElement.ValueKind);
    }

    [Fact]
    public async Task Watch_ShowsChangesAndEndsWithTheServer()
    {
        await using CliServer server = await CliServer.StartAsync();
        await server.RunAsync("register", "--name", "web", "--id", "first");
        using var output = new AwaitableWriter();
        Task<(int Code, string Out, string Error)> watch = server.RunAsync(output, "watch", "web");

        await output.WaitForAsync("now       first");
        await server.RunAsync("register", "--name", "web", "--id", "second");
        await output.WaitForAsync("changed   second");
        await server.RunAsync("deregister", "first");
        await output.WaitForAsync("removed   first");
        await server.StopAsync();
        Assert.Equal(ExitCode.Unreachable, (await watch).Code);
    }

    [Theory]
    [InlineData(ExitCode.NotFound, "instances", "nobody")]
    [InlineData(ExitCode.NotFound, "resolve", "nobody")]
    [InlineData(ExitCode.NotFound, "explain", "nobody")]
    [InlineData(ExitCode.NotFound, "explain", "nobody/nobody")]
    [InlineData(ExitCode.NotFound, "deregister", "nobody")]
    [InlineData(ExitCode.NotFound, "drain", "nobody")]
    [InlineData(ExitCode.NotFound, "undrain", "nobody")]
    [InlineData(ExitCode.Error, "register", "--name", "no spaces")]
    [InlineData(ExitCode.Usage, "register")]
    [InlineData(ExitCode.Usage, "register", "--name", "x", "--ttl", "soon")]
    [InlineData(ExitCode.Usage, "register", "--name", "x", "--meta", "novalue")]
    [InlineData(ExitCode.Usage, "register", "--name", "x", "--interval", "1s")]
    [InlineData(ExitCode.Usage, "instances", "x", "--health", "perfect")]
    [InlineData(ExitCode.Usage, "services", "--http-addr", "ftp://x")]
    [InlineData(ExitCode.Usage, "nonsense")]
    [InlineData(ExitCode.Usage)]
    [InlineData(ExitCode.Error, "agent", "-nonsense")]
    public async Task Failure_HasItsExitCodeAndASentence(int expected, params string[] command)
    {
        await using CliServer server = await CliServer.StartAsync();
        (int code, _, string error) = await server.RunAsync(command);

        Assert.Equal(expected, code);
        Assert.NotEqual("", error);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services")]
    [InlineData("watch", "web")]
    public async Task NoServer_IsSaidAsSuch(params string[] command)
    {
        (int code, _, string error) = await CliServer.RunAgainstAsync("127.0.0.1:1", new StringWriter(), command);
        Assert.Equal(ExitCode.Unreachable, code);
        Assert.Contains("muster agent -dev", error, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryCommandAndOption_IsDocumented()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Muster.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        string text = File.ReadAllText(Path.Combine(folder, "docs", "reference", "cli.md"));
        var output = new Server.Cli.Output.CommandOutput(TextWriter.Null, TextWriter.Null, IsTerminal: false);
        var root = new CommandLine(output, _ => null, (_, _) => Task.CompletedTask).CreateRoot();
        foreach (var command in root.Subcommands.Where(command => !command.Hidden))
        {
            Assert.Contains($"`muster {command.Name}", text, StringComparison.Ordinal);
            Assert.All(command.Options.Where(option => !option.Hidden), option => Assert.Contains(option.Name, text, StringComparison.Ordinal));
        }
    }
}
