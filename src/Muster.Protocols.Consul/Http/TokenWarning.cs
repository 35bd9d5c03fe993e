using Microsoft.Extensions.Logging;

namespace Muster.Protocols.Consul.Http;

/// <summary>Says in the log, once, that tokens guard nothing: in a header, a parameter or a body.</summary>
internal sealed partial class TokenWarning(ILogger logger)
{
    private int _given;

    /// <summary>Nothing is left to say.</summary>
    public bool Given => _given != 0;

    /// <summary>A token came.</summary>
    public void Give()
    {
        if (Interlocked.Exchange(ref _given, 1) == 0)
        {
            LogTokenIgnored(logger);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A client sent an ACL token. Tokens are accepted and ignored: everybody may read and write. This is said once.")]
    private static partial void LogTokenIgnored(ILogger logger);
}
