namespace Muster.Client.Http;

/// <summary>
/// A request's service has no instance that could take it. It is an <see cref="HttpRequestException"/>, so that handlers which
/// retry transient failures retry it.
/// </summary>
public sealed class NoInstanceException : HttpRequestException
{
    /// <summary>Makes the exception.</summary>
    public NoInstanceException()
        : this("The service has no instance.")
    {
    }

    /// <summary>Makes the exception with a message.</summary>
    public NoInstanceException(string message)
        : base(HttpRequestError.NameResolutionError, message)
    {
    }

    /// <summary>Makes the exception with a message and a cause.</summary>
    public NoInstanceException(string message, Exception? inner)
        : base(HttpRequestError.NameResolutionError, message, inner)
    {
    }

    internal NoInstanceException(string service, string message)
        : this(message) =>
        Service = service;

    /// <summary>The service.</summary>
    public string Service { get; } = "";
}
