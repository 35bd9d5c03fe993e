namespace Muster.Server.Tests.Cli;

/// <summary>Collects what is written, and lets a test wait until some text has been.</summary>
internal sealed class AwaitableWriter : StringWriter
{
    private readonly Lock _gate = new();
    private readonly List<(string Text, TaskCompletionSource Written)> _waiting = [];

    public Task WaitForAsync(string text)
    {
        lock (_gate)
        {
            var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((text, written));
            Tell();
            return written.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    public override void Write(char[] buffer, int index, int count)
    {
        lock (_gate)
        {
            base.Write(buffer, index, count);
            Tell();
        }
    }

    public override void Write(string? value) => Write((value ?? "").ToCharArray(), 0, value?.Length ?? 0);

    public override void WriteLine(string? value) => Write(value + "\n");

    public override string ToString()
    {
        lock (_gate)
        {
            return base.ToString();
        }
    }

    private void Tell()
    {
        string all = base.ToString();
        foreach ((_, TaskCompletionSource written) in _waiting.Where(waiting => all.Contains(waiting.Text, StringComparison.Ordinal)))
        {
            written.TrySetResult();
        }
    }
}
