namespace Muster.Client;

/// <summary>
/// The registry has not told anything about a service within the time a first lookup may take. It is an
/// <see cref="HttpRequestException"/>, so that handlers which retry transient failures retry it.
/// </summary>
public sealed class ServiceUnknownException : HttpRequestException
{
    /// <summary>Makes the exception.</summary>
    public ServiceUnknownException()
        : this("The registry has not told about the service yet.")
    {
    }

    /// <summary>Makes the exception with a message.</summary>
    public ServiceUnknownException(string message)
        : base(HttpRequestError.NameResolutionError, message)
    {
    }

    /// <summary>Makes the exception with a message and a cause.</summary>
    public ServiceUnknownException(string message, Exception? inner)
        : base(HttpRequestError.NameResolutionError, message, inner)
    {
    }

    internal ServiceUnknownException(string service, TimeSpan waited, string? reason)
        : this($"Service '{service}' is not known: no answer from the registry in {waited.TotalSeconds:0.###} s ({reason ?? "still connecting"}).") =>
        Service = service;

    /// <summary>The service that was looked up.</summary>
    public string Service { get; } = "";
}
