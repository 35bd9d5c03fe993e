using Muster.Bench.Load;

namespace Muster.Bench.Verification;

/// <summary>10,000 services of three instances, with their histories, and the writes that change them.</summary>
internal sealed class ChangingFleet
{
    public const int Services = 10_000;

    private readonly ServiceHistory[] _histories = [.. Enumerable.Range(0, Services).Select(_ => new ServiceHistory())];

    public ServiceHistory this[int service] => _histories[service];

    public static string InstanceId(int service, int instance) => $"{Registrations.ServiceName(service)}-{instance}";

    public static string Path(int service) => "/v1/health/service/" + Registrations.ServiceName(service);

    public static void RegisterAll(int port) =>
        Registrations.SendAll(port, Services * ServiceHistory.Instances, i =>
            Body(i / ServiceHistory.Instances, i % ServiceHistory.Instances, ServiceHistory.Generation(0)));

    /// <summary>Makes the next change of a service and waits until it is confirmed.</summary>
    public void Change(HttpConnection connection, int service)
    {
        var history = _histories[service];
        var version = history.BeginChange();
        Send(connection, service, version).EnsureOk("change");
        history.EndChange();
    }

    /// <summary>Sends the same kind of write without keeping account, for a server that only answers it.</summary>
    public static void Pretend(HttpConnection connection, int service, int version) => Send(connection, service, version).EnsureOk("change");

    private static HttpAnswer Send(HttpConnection connection, int service, int version)
    {
        const int Last = ServiceHistory.Instances - 1;
        return ServiceHistory.ChangeNumber(version) switch
        {
            ServiceChange.Register => connection.Put("/v1/agent/service/register", Body(service, 0, ServiceHistory.Generation(version))),
            ServiceChange.Fail => connection.Put($"/v1/agent/check/fail/service:{InstanceId(service, Last)}", default),
            _ => connection.Put($"/v1/agent/check/pass/service:{InstanceId(service, Last)}", default),
        };
    }

    private static byte[] Body(int service, int instance, string generation) => Registrations.Common(
        InstanceId(service, instance),
        Registrations.ServiceName(service),
        Registrations.Address((service * ServiceHistory.Instances) + instance),
        8000 + instance,
        generation);
}
