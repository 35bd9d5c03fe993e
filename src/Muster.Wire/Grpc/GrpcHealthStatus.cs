namespace Muster.Wire.Grpc;

/// <summary>What a server says about itself or one of its services.</summary>
public enum GrpcHealthStatus
{
    /// <summary>It does not say.</summary>
    Unknown = 0,

    /// <summary>Fit for traffic.</summary>
    Serving = 1,

    /// <summary>Not fit.</summary>
    NotServing = 2,

    /// <summary>No such service.</summary>
    ServiceUnknown = 3,
}
