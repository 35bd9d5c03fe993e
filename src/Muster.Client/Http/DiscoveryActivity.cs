using System.Diagnostics;
using System.Text.Json;
using Muster.Client.Balancing;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Http;

/// <summary>The span of a discovered request: it holds the spans of the attempts, and says where each went that failed.</summary>
/// <remarks>Made only when somebody listens; the name has no part of the request in it.</remarks>
internal static class DiscoveryActivity
{
    private const string Name = "muster.client.request";
    private const string ServiceTag = "muster.service";
    private const string AttemptsTag = "muster.attempts";
    private const string AddressTag = "server.address";
    private const string PortTag = "server.port";
    private const string ErrorTag = "error.type";

    private static readonly ActivitySource s_source = new(MusterClient.ActivitySourceName);

    public static bool IsListenedTo => s_source.HasListeners();

    public static Activity? Start(ServiceRoute route)
    {
        Activity? activity = s_source.StartActivity(Name, ActivityKind.Internal);
        activity?.SetTag(ServiceTag, route.Handle.Name);
        return activity;
    }

    /// <summary>An attempt has failed.</summary>
    public static void AddFailure(Target target, CallResult result)
    {
        if (Activity.Current is { IsAllDataRequested: true } activity && activity.Source == s_source)
        {
            activity.AddEvent(new ActivityEvent("muster.client.attempt_failed", tags: new ActivityTagsCollection
            {
                [AddressTag] = target.Instance.Address,
                [PortTag] = target.Instance.Port,
                [ErrorTag] = HttpMetrics.NameOf(result),
            }));
        }
    }

    /// <summary>The attempt is made whose outcome the caller may get.</summary>
    public static void SetTarget(TargetUris to, int retries)
    {
        if (Activity.Current is { IsAllDataRequested: true } activity && activity.Source == s_source)
        {
            activity.SetTag(AddressTag, to.Instance.Address);
            activity.SetTag(PortTag, to.Instance.Port);
            activity.SetTag(AttemptsTag, retries + 1);
        }
    }

    public static void Fail(Activity? activity, Exception failure)
    {
        activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
        activity?.SetTag(ErrorTag, failure is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } request
            ? JsonNamingPolicy.SnakeCaseLower.ConvertName(request.HttpRequestError.ToString())
            : failure.GetType().FullName);
    }
}
