using System.Net.Http.Headers;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Http;

/// <summary>How a gRPC call ended, which stands in trailers, or in headers when there is nothing else. Its HTTP status is 200 in any case.</summary>
internal static class GrpcStatus
{
    private const string Name = "grpc-status";
    private const string DeadlineExceeded = "4";
    private const string Unavailable = "14";

    /// <summary>What a whole response says of the instance; a success when it has no such status.</summary>
    public static CallResult ResultOf(HttpResponseMessage response) =>
        Read(response.TrailingHeaders) ?? Read(response.Headers) ?? CallResult.Success;

    private static CallResult? Read(HttpResponseHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues(Name, out HeaderStringValues status))
        {
            return null;
        }

        return status.ToString() switch
        {
            Unavailable => CallResult.ServerError,
            DeadlineExceeded => CallResult.Timeout,
            _ => CallResult.Success,
        };
    }
}
