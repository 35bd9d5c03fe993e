namespace Muster.Client.Http;

/// <summary>Which requests may be sent to another instance after one that may have acted on them already.</summary>
public enum RetriedMethods
{
    /// <summary>None. Requests that were certainly not sent are tried again all the same.</summary>
    None,

    /// <summary>GET, HEAD, OPTIONS, TRACE and QUERY: they change nothing.</summary>
    Safe,

    /// <summary>The safe ones, PUT and DELETE: doing them twice is the same as once.</summary>
    Idempotent,
}
