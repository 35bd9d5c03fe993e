using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Muster.Bench.Calibration;

/// <summary>A stream at its simplest: every GET gets the same bytes at once and again at every PUT, and never ends.</summary>
internal sealed class StreamHandler(CapturedAnswer answer)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task HandleAsync(HttpContext context)
    {
        if (HttpMethods.IsPut(context.Request.Method))
        {
            Change();
            context.Response.ContentLength = 0;
            return;
        }

        if (context.Request.Path == CalibrationServer.ReadyPath)
        {
            return;
        }

        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.StartAsync(context.RequestAborted);
        while (true)
        {
            var next = Next();
            context.Response.BodyWriter.Write(answer.Body);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            await next.WaitAsync(context.RequestAborted);
        }
    }

    private Task Next()
    {
        lock (_gate)
        {
            return _change.Task;
        }
    }

    private void Change()
    {
        TaskCompletionSource change;
        lock (_gate)
        {
            change = _change;
            _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        change.SetResult();
    }
}
