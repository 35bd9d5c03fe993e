using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Muster.Client.Tests.Streaming;

/// <summary>A watch that a client opened at the <see cref="FakeRegistry"/>; the test decides what it says.</summary>
internal sealed class FakeWatch(HttpContext context, JsonDocument question)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Task _spoken = Task.CompletedTask;
    private bool _isOver;

    /// <summary>The services asked for, with their cursors; a service without one has "".</summary>
    public IReadOnlyDictionary<string, string> Services { get; } = question.RootElement.GetProperty("services").EnumerateArray().ToDictionary(
        service => service.GetProperty("name").GetString()!,
        service => service.TryGetProperty("cursor", out JsonElement cursor) ? cursor.GetString()! : "");

    /// <summary>Completes when the client has gone or the test has ended the watch.</summary>
    public Task Ended => _end.Task;

    public Task SayAsync(params string[] lines) => SendAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));

    /// <summary>Sends bytes that need not be lines. A client that has gone hears nothing.</summary>
    public Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            return _isOver ? Task.CompletedTask : _spoken = SendAfterAsync(_spoken, bytes);
        }
    }

    /// <summary>Ends the answer in order.</summary>
    public void End() => _end.TrySetResult();

    /// <summary>Breaks the connection.</summary>
    public void Break()
    {
        context.Abort();
        _end.TrySetResult();
    }

    public async Task ServeAsync()
    {
        await using CancellationTokenRegistration gone = context.RequestAborted.Register(End);
        await _end.Task;

        // the response is the server's own again when this returns, and so of the connection's next request
        Task spoken;
        lock (_gate)
        {
            (_isOver, spoken) = (true, _spoken);
        }

        await spoken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SendAfterAsync(Task before, ReadOnlyMemory<byte> bytes)
    {
        await before;
        await context.Response.Body.WriteAsync(bytes);
        await context.Response.Body.FlushAsync();
    }
}
