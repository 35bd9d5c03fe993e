namespace Muster.Wire.Grpc;

/// <summary>How a gRPC call ended.</summary>
public static class GrpcStatus
{
    /// <summary>The call's result is good.</summary>
    public const int Ok = 0;

    /// <summary>The caller waited no longer.</summary>
    public const int DeadlineExceeded = 4;

    /// <summary>The server answered against the protocol.</summary>
    public const int Internal = 13;

    /// <summary>The server could not be reached.</summary>
    public const int Unavailable = 14;

    private static readonly string[] Names =
    [
        "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied",
        "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable",
        "DataLoss", "Unauthenticated",
    ];

    /// <summary>A status in words, as Go's library spells them.</summary>
    public static string NameOf(int status) => (uint)status < (uint)Names.Length ? Names[status] : $"Code({status})";

    /// <summary>The status that an HTTP answer without one stands for.</summary>
    public static int OfHttp(int statusCode) => statusCode switch
    {
        400 => Internal,
        401 => 16,
        403 => 7,
        404 => 12,
        429 or 502 or 503 or 504 => Unavailable,
        _ => 2,
    };
}
