using Microsoft.AspNetCore.Http;

namespace Muster.Protocols.Rest;

/// <summary>The kinds of errors of this API. The documentation lists the same.</summary>
internal static class Problems
{
    public static readonly Problem InvalidRequest = new("invalid-request", StatusCodes.Status400BadRequest, "The request is not valid.");
    public static readonly Problem UnknownService = new("unknown-service", StatusCodes.Status404NotFound, "There is no such service.");
    public static readonly Problem UnknownInstance = new("unknown-instance", StatusCodes.Status404NotFound, "There is no such instance.");
    public static readonly Problem NoEndpoint = new("no-endpoint", StatusCodes.Status404NotFound, "There is no such endpoint.");
    public static readonly Problem WrongMethod = new("wrong-method", StatusCodes.Status405MethodNotAllowed, "The endpoint does not take this method.");
    public static readonly Problem IdTaken = new("id-taken", StatusCodes.Status409Conflict, "The id belongs to another instance.");
    public static readonly Problem AmbiguousId = new("ambiguous-id", StatusCodes.Status409Conflict, "Several nodes have an instance with this id.");
    public static readonly Problem NoLease = new("no-lease", StatusCodes.Status409Conflict, "The instance has no lease.");
    public static readonly Problem StaleEpoch = new("stale-epoch", StatusCodes.Status409Conflict, "A later life of the instance has registered.");
    public static readonly Problem TooLarge = new("too-large", StatusCodes.Status413PayloadTooLarge, "The request is too large.");
    public static readonly Problem NotJson = new("not-json", StatusCodes.Status415UnsupportedMediaType, "The request is not JSON.");
    public static readonly Problem LimitReached = new("limit-reached", StatusCodes.Status429TooManyRequests, "A limit of the registry is reached.");
    public static readonly Problem NotReady = new("not-ready", StatusCodes.Status503ServiceUnavailable, "The registry gets its contents from other servers.");
}
