using System.Diagnostics;

namespace Muster.Server.Tests.Demo;

/// <summary>The demo as a newcomer runs it: a process with children, of which one is killed.</summary>
public sealed class DemoTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Demo_KillOneService_ItIsSeenAndEverythingEndsAtSigterm()
    {
        using Process demo = Start("demo");
        try
        {
            string hint = await ReadUntilAsync(demo, "kill -9 ");
            int victim = int.Parse(hint.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]);
            Assert.Equal("demo-service", CommandOf(victim));
            Process.GetProcessById(victim).Kill();
            await ReadUntilAsync(demo, "passing -> critical");

            await Process.Start("kill", demo.Id.ToString()).WaitForExitAsync(TestContext.Current.CancellationToken);
            await ReadUntilAsync(demo, "Everything has ended.");
            await demo.WaitForExitAsync().WaitAsync(s_patience);
            Assert.Equal(0, demo.ExitCode);
        }
        finally
        {
            // its services leave by themselves when it goes
            demo.Kill();
        }
    }

    [Fact]
    public async Task Demo_ForSomeTime_EndsByItself()
    {
        using Process demo = Start("demo", "--for", "1ms");
        await demo.WaitForExitAsync().WaitAsync(s_patience);
        Assert.Equal(0, demo.ExitCode);
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "muster"), arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        return Process.Start(start)!;
    }

    private static async Task<string> ReadUntilAsync(Process process, string text)
    {
        while (true)
        {
            string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(s_patience);
            Assert.True(line is not null, $"the output ended before \"{text}\"");
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }
    }

    /// <summary>The first argument of a process.</summary>
    private static string CommandOf(int process) => File.ReadAllText($"/proc/{process}/cmdline").Split('\0')[1];
}
