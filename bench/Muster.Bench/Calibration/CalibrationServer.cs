using System.Buffers;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Muster.Bench.Calibration;

/// <summary>
/// The bare Kestrel servers that rows are compared with. Each runs as a process of its own, of this same
/// executable: <c>Muster.Bench calibrate KIND PORT FILE [COUNT]</c>.
/// </summary>
internal static class CalibrationServer
{
    public const string ReadyPath = "/ready";

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var kind, var port, var file, .. var rest])
        {
            await Console.Error.WriteLineAsync("usage: calibrate bytes|heartbeat|register|longpoll|stream PORT FILE [COUNT]");
            return 2;
        }

        var answers = CapturedAnswer.Load(file);
        RequestDelegate handler = kind switch
        {
            "bytes" => new BytesHandler(answers).HandleAsync,
            "heartbeat" => new HeartbeatHandler(answers[0], int.Parse(rest[0], CultureInfo.InvariantCulture)).HandleAsync,
            "register" => new RegisterHandler(answers[0]).HandleAsync,
            "stream" => new StreamHandler(answers[0]).HandleAsync,
            "longpoll" => new LongPollHandler(answers[0]).HandleAsync,
            _ => throw new BenchException($"no calibration server is called {kind}"),
        };

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
        });
        await using var app = builder.Build();
        app.Run(handler);
        await app.RunAsync();
        return 0;
    }

    /// <summary>Sets the captured headers and the body; headers and body leave in one flush when the handler ends.</summary>
    public static void Write(HttpResponse response, CapturedAnswer answer)
    {
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        response.ContentLength = answer.Body.Length;
        response.BodyWriter.Write(answer.Body);
    }
}
