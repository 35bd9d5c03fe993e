using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Muster.Bench.Calibration;

/// <summary>An in-memory registry at its simplest: parse the JSON body (source generated) and store it under its id.</summary>
internal sealed class RegisterHandler(CapturedAnswer answer)
{
    private readonly ConcurrentDictionary<string, Registration> _byId = new(StringComparer.Ordinal);

    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == CalibrationServer.ReadyPath)
        {
            return;
        }

        var registration = await JsonSerializer.DeserializeAsync(context.Request.BodyReader, RegistrationJson.Default.Registration);
        _byId[registration!.Id] = registration;
        CalibrationServer.Write(context.Response, answer);
    }
}
