using System.Diagnostics;
using Muster.Checks.Probing;
using Muster.Checks.Scripts;
using Muster.Checks.Tests.Fakes;
using Muster.Model;

namespace Muster.Checks.Tests;

public sealed class ScriptProberTests
{
    private const string Disabled =
        "Scripts are disabled on this agent; to enable, configure 'enable_script_checks' or 'enable_local_script_checks' to true";

    [Theory]
    [InlineData("echo fine", HealthStatus.Passing, "fine\n")]
    [InlineData("echo so so >&2; exit 1", HealthStatus.Warning, "so so\n")]
    [InlineData("echo bad; exit 2", HealthStatus.Critical, "bad\n")]
    [InlineData("exit 255", HealthStatus.Critical, "")]
    [InlineData("kill -9 $$", HealthStatus.Critical, "")]
    [InlineData("cat", HealthStatus.Passing, "")]
    public async Task Probe_ExitCode_IsTheResult(string line, HealthStatus status, string output) =>
        Assert.Equal(new ProbeResult(status, output), await ProbeAsync("/bin/sh", "-c", line));

    [Fact]
    public async Task Probe_Arguments_ArePassedAsTheyAre() =>
        Assert.Equal(ProbeResult.Passing("$(id)|; rm -rf /|'\"|"), await ProbeAsync("/usr/bin/printf", "%s|", "$(id)", "; rm -rf /", "'\""));

    [Fact]
    public async Task Probe_NoSuchProgram_Critical()
    {
        ProbeResult result = await ProbeAsync("/no/such/program");

        Assert.Equal(HealthStatus.Critical, result.Status);
        Assert.Contains("/no/such/program", result.Output);
        Assert.Contains("No such file or directory", result.Output);
    }

    [Fact]
    public async Task Probe_MuchOutput_EndIsKept()
    {
        ProbeResult result = await ProbeAsync("/bin/sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' x; echo end");

        Assert.StartsWith("Captured 4032 of 1000004 bytes\n...\nxxx", result.Output);
        Assert.EndsWith("xxend\n", result.Output);
        Assert.InRange(result.Output.Length, 4000, 4096);
    }

    [Fact]
    public async Task Probe_Timeout_EverythingItStartedIsKilled()
    {
        using CancellationTokenSource deadline = new();
        string marker = $"{Random.Shared.Next(100_000, 999_999)}.5";
        Task<ProbeResult> probing = ProbeAsync(ScriptPolicy.All, deadline.Token, "/bin/sh", "-c", $"echo begun; sleep {marker} & sleep {marker}");
        while (Sleepers(marker) < 2)
        {
            await Task.Yield();
        }

        await deadline.CancelAsync();

        Assert.Equal(ProbeResult.Critical("Timed out (2s) running check\n\nbegun\n"), await probing.WaitAsync(Patience.Limit));
        Assert.Equal(0, Sleepers(marker));
    }

    [Fact]
    public async Task Probe_LeavesAProcessBehind_KilledToo()
    {
        string marker = $"{Random.Shared.Next(100_000, 999_999)}.5";

        Assert.Equal(ProbeResult.Passing("done\n"), await ProbeAsync("/bin/sh", "-c", $"sleep {marker} & echo done"));
        Assert.Equal(0, Sleepers(marker));
    }

    [Fact]
    public async Task Probe_AProcessGetsAwayWithTheOutput_OurEndOfItIsClosed()
    {
        // it made a session of its own and keeps what it inherited open for as long as it lives
        ProbeResult result = await ProbeAsync("/bin/sh", "-c", "setsid sleep 30 & sleep 0.5; echo $!");
        int escaped = int.Parse(result.Output, System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            string pipe = new FileInfo($"/proc/{escaped}/fd/1").LinkTarget!;
            Assert.StartsWith("pipe:", pipe, StringComparison.Ordinal);
            Assert.DoesNotContain(pipe, Directory.GetFiles("/proc/self/fd").Select(file => new FileInfo(file).LinkTarget));
        }
        finally
        {
            using Process process = Process.GetProcessById(escaped);
            process.Kill();
        }
    }

    [Theory]
    [InlineData(ScriptPolicy.None, true, false)]
    [InlineData(ScriptPolicy.None, false, false)]
    [InlineData(ScriptPolicy.Local, true, true)]
    [InlineData(ScriptPolicy.Local, false, false)]
    [InlineData(ScriptPolicy.All, false, true)]
    public async Task Probe_NotAllowed_NothingRuns(ScriptPolicy policy, bool isLocal, bool runs)
    {
        ProbeResult result = await ScriptProber.ProbeAsync(
            new ScriptCommand(["/bin/true"]) { IsLocal = isLocal }, policy, TimeSpan.FromSeconds(2), CancellationToken.None);

        Assert.Equal(runs ? ProbeResult.Passing("") : ProbeResult.Critical(Disabled), result);
    }

    [Fact]
    public void TailBuffer_AnyWrites_KeepsTheEnd()
    {
        Random random = new(3);
        for (int round = 0; round < 200; round++)
        {
            TailBuffer buffer = new(capacity: 16);
            List<byte> all = [];
            for (int i = 0; i < 10; i++)
            {
                byte[] some = new byte[random.Next(40)];
                random.NextBytes(some);
                buffer.Write(some);
                all.AddRange(some);
            }

            (byte[] kept, long total) = buffer.Read();
            Assert.Equal(all.Count, total);
            Assert.Equal(all.TakeLast(16), kept);
        }
    }

    private static int Sleepers(string marker) =>
        Process.GetProcessesByName("sleep").Count(process => File.Exists($"/proc/{process.Id}/cmdline") && CommandLine(process.Id).Contains(marker));

    private static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static Task<ProbeResult> ProbeAsync(params string[] arguments) => ProbeAsync(ScriptPolicy.All, CancellationToken.None, arguments);

    private static async Task<ProbeResult> ProbeAsync(ScriptPolicy policy, CancellationToken cancellationToken, params string[] arguments) =>
        await ScriptProber.ProbeAsync(new ScriptCommand(arguments), policy, TimeSpan.FromSeconds(2), cancellationToken).AsTask().WaitAsync(Patience.Limit, CancellationToken.None);
}
