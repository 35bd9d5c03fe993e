using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Muster.Client.Tests.Streaming;

/// <summary>A watch that a client opened at the <see cref="FakeRegistry"/>; the test decides what it says.</summary>
internal sealed class FakeWatch(HttpContext context, JsonDocument question)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The services asked for, with their cursors; a service without one has "".</summary>
    public IReadOnlyDictionary<string, string> Services { get; } = question.RootElement.GetProperty("services").EnumerateArray().ToDictionary(
        service => service.GetProperty("name").GetString()!,
        service => service.TryGetProperty("cursor", out JsonElement cursor) ? cursor.GetString()! : "");

    /// <summary>Completes when the client has gone or the test has ended the watch.</summary>
    public Task Ended => _end.Task;

    public async Task SayAsync(params string[] lines)
    {
        foreach (string line in lines)
        {
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));
        }

        await context.Response.Body.FlushAsync();
    }

    /// <summary>Sends bytes that need not be lines.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await context.Response.Body.WriteAsync(bytes);
        await context.Response.Body.FlushAsync();
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
    }
}
