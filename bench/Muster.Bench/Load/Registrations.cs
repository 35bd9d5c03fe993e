using System.Globalization;
using System.Text.Json;
using Muster.Bench.Calibration;

namespace Muster.Bench.Load;

/// <summary>Realistic registration bodies, and the sending of many of them.</summary>
internal static class Registrations
{
    private const int Connections = 4;

    /// <summary>Long enough that nothing expires during a run.</summary>
    private const string Ttl = "1h";

    public static string ServiceName(int service) => string.Format(CultureInfo.InvariantCulture, "svc-{0:D5}", service);

    /// <summary>A body of common size: 3 tags, 3 metadata pairs, one TTL check that starts passing.</summary>
    public static byte[] Common(string id, string service, string address, int port, string generation = "000000000") => Json(new Registration(
        id,
        service,
        ["production", "v2.14.3", "zone-a"],
        address,
        port,
        new Dictionary<string, string> { ["version"] = "2.14.3", ["owner"] = "team-checkout", ["generation"] = generation },
        new RegistrationCheck(Ttl, "passing")));

    /// <summary>A large body: 5 tags and 5 metadata pairs, some shared by all, some by the service, some unique.</summary>
    public static byte[] Large(int service, int instance)
    {
        var number = (service * 10) + instance;
        var host = string.Format(CultureInfo.InvariantCulture, "ip-10-{0}-{1}-{2}", number >> 16, (number >> 8) & 255, number & 255);
        return Json(new Registration(
            $"{ServiceName(service)}-{host}",
            ServiceName(service),
            ["production", instance % 10 == 0 ? "canary" : "stable", $"v{service % 7}.{service % 13}.{service % 29}", $"team-{service % 200}", $"shard-{instance}"],
            Address(number),
            20000 + (number % 10000),
            new Dictionary<string, string>
            {
                ["version"] = $"{service % 7}.{service % 13}.{service % 29}",
                ["commit"] = string.Format(CultureInfo.InvariantCulture, "{0:x10}", (service + 1L) * 0x9E3779B97L % 0xFFFFFFFFFFL),
                ["host"] = host,
                ["started"] = string.Format(CultureInfo.InvariantCulture, "2026-11-{0:D2}T{1:D2}:{2:D2}:07Z", 1 + (number % 28), number % 24, number % 60),
                ["zone"] = $"eu-central-1{(char)('a' + (instance % 3))}",
            },
            new RegistrationCheck(Ttl, "passing")));
    }

    public static string Address(int number) =>
        string.Format(CultureInfo.InvariantCulture, "10.{0}.{1}.{2}", number >> 16, (number >> 8) & 255, number & 255);

    /// <summary>Registers <paramref name="count"/> instances over a few connections.</summary>
    public static void SendAll(int port, int count, Func<int, byte[]> body)
    {
        Workers.Run(Connections, worker =>
        {
            using var connection = HttpConnection.Open(port);
            for (var i = worker; i < count; i += Connections)
            {
                connection.Put("/v1/agent/service/register", body(i)).EnsureOk("register");
            }
        });
    }

    private static byte[] Json(Registration registration) =>
        JsonSerializer.SerializeToUtf8Bytes(registration, RegistrationJson.Default.Registration);
}
