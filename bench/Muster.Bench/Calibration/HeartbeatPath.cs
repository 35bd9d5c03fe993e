using System.Globalization;

namespace Muster.Bench.Calibration;

/// <summary>The path of an instance's heartbeat, for .NET and for wrk's scripts.</summary>
internal static class HeartbeatPath
{
    public const string LuaFormat = "/v1/agent/check/pass/service:beat-%05d";

    public static string Of(int instance) =>
        string.Create(CultureInfo.InvariantCulture, $"/v1/agent/check/pass/service:beat-{instance:D5}");
}
