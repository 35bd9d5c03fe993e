using Microsoft.AspNetCore.Http;

namespace Muster.Bench.Calibration;

/// <summary>Long polling at its simplest: every GET with an index waits for the next PUT, then gets the same bytes.</summary>
internal sealed class LongPollHandler(CapturedAnswer answer)
{
    private readonly Lock _gate = new();
    private List<TaskCompletionSource> _waiting = [];

    public async Task HandleAsync(HttpContext context)
    {
        if (HttpMethods.IsPut(context.Request.Method))
        {
            WakeAll();
            context.Response.ContentLength = 0;
            return;
        }

        if (context.Request.Query.ContainsKey("index"))
        {
            await NextChange();
        }

        CalibrationServer.Write(context.Response, answer);
    }

    private Task NextChange()
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Add(waiter);
        }

        return waiter.Task;
    }

    private void WakeAll()
    {
        List<TaskCompletionSource> waiting;
        lock (_gate)
        {
            waiting = _waiting;
            _waiting = new List<TaskCompletionSource>(waiting.Count);
        }

        foreach (var waiter in waiting)
        {
            waiter.SetResult();
        }
    }
}
