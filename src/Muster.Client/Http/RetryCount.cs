namespace Muster.Client.Http;

/// <summary>How often a request was sent to another instance so far.</summary>
internal struct RetryCount
{
    /// <summary>The most attempts of one request, whatever they end with.</summary>
    private const int MostAttempts = 10;

    private int _refused;

    /// <summary>Attempts after the first one.</summary>
    public int Made { get; private set; }

    /// <summary>
    /// Whether another attempt may follow one that ended so. Refused connections cost nobody anything, and when many instances died
    /// at once, it takes as many to find one that lives: they count only towards the greatest number.
    /// </summary>
    public readonly bool AllowsAfter(bool isRefused, RetryOptions options) =>
        options.MaxRetries > 0 && Made < MostAttempts - 1 && (isRefused || Made - _refused < options.MaxRetries);

    /// <summary>Another attempt follows.</summary>
    public void Count(bool isRefused)
    {
        Made++;
        _refused += isRefused ? 1 : 0;
    }
}
