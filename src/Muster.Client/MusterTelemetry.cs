namespace Muster.Client;

/// <summary>The names under which the client measures and traces, for <c>AddMeter</c> and <c>AddSource</c>.</summary>
public static class MusterTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = ClientMetrics.MeterName;

    /// <summary>The name of the activity source.</summary>
    public const string ActivitySourceName = MusterClient.ActivitySourceName;
}
