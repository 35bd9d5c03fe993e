using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Muster.Bench.Calibration;

/// <summary>Sends captured answers: the only one, or the one whose path was asked for. Writes are answered with an empty 200.</summary>
internal sealed class BytesHandler(CapturedAnswer[] answers)
{
    private readonly CapturedAnswer? _only = answers.Length == 1 ? answers[0] : null;
    private readonly FrozenDictionary<string, CapturedAnswer> _byPath =
        answers.ToFrozenDictionary(answer => answer.Path, StringComparer.Ordinal);

    public Task HandleAsync(HttpContext context)
    {
        var response = context.Response;
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            response.ContentLength = 0;
        }
        else if (_only is not null)
        {
            CalibrationServer.Write(response, _only);
        }
        else if (_byPath.TryGetValue(context.Request.Path.Value!, out var answer))
        {
            CalibrationServer.Write(response, answer);
        }
        else
        {
            response.StatusCode = context.Request.Path == CalibrationServer.ReadyPath ? 200 : 404;
        }

        return Task.CompletedTask;
    }
}
