namespace Muster.Protocols.Dns.Transport;

/// <summary>What a source may have now.</summary>
internal enum RateVerdict
{
    /// <summary>Its answer.</summary>
    Send,

    /// <summary>Only the word to ask again over TCP, which a forged source cannot.</summary>
    Truncate,

    /// <summary>Nothing.</summary>
    Drop,
}
