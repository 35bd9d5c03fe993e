using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Muster.Server.Admission;

/// <summary>
/// Refuses the requests of a client that asks too fast. What supervisors ask (<c>/health/...</c>) is never refused: it
/// would have a busy server restarted.
/// </summary>
internal sealed class RequestAdmission(AdmissionControl admission, RequestDelegate next, Func<HttpContext, string, Task> refuse)
{
    private const string Refusal = "Too many requests from this address (limits.http_request_rate_per_client), try again later";

    /// <summary>Answers any request.</summary>
    public Task InvokeAsync(HttpContext context) =>
        admission.TryRequest(context, out long seconds) || context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
            ? next(context)
            : RefuseAsync(context, seconds);

    private Task RefuseAsync(HttpContext context, long seconds)
    {
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return refuse(context, Refusal);
    }
}
