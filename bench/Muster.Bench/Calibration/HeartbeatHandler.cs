using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Muster.Bench.Calibration;

/// <summary>The least a heartbeat can be: find the instance's slot by its id and store the time.</summary>
internal sealed class HeartbeatHandler
{
    private readonly CapturedAnswer _answer;
    private readonly Dictionary<string, int> _slots;
    private readonly long[] _renewed;

    public HeartbeatHandler(CapturedAnswer answer, int count)
    {
        _answer = answer;
        _renewed = new long[count];
        _slots = new Dictionary<string, int>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            _slots.Add(HeartbeatPath.Of(i), i);
        }
    }

    public Task HandleAsync(HttpContext context)
    {
        if (_slots.TryGetValue(context.Request.Path.Value!, out var slot))
        {
            Volatile.Write(ref _renewed[slot], Stopwatch.GetTimestamp());
            CalibrationServer.Write(context.Response, _answer);
        }
        else
        {
            context.Response.StatusCode = context.Request.Path == CalibrationServer.ReadyPath ? 200 : 404;
        }

        return Task.CompletedTask;
    }
}
