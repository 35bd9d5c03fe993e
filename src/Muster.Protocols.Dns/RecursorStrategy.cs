namespace Muster.Protocols.Dns;

/// <summary>In which order recursors are asked.</summary>
public enum RecursorStrategy
{
    /// <summary>As configured: the second only when the first fails.</summary>
    Sequential,

    /// <summary>From a random one on, a new one for each question.</summary>
    Random,
}
