namespace Muster.Model;

/// <summary>The words that stand for a <see cref="HealthStatus"/> on every wire: <c>passing</c>, <c>warning</c>, <c>critical</c>.</summary>
public static class HealthStatusText
{
    /// <summary>The lower-case word for a status.</summary>
    public static string ToText(this HealthStatus status) => status switch
    {
        HealthStatus.Passing => "passing",
        HealthStatus.Warning => "warning",
        _ => "critical",
    };

    /// <summary>Reads one of the three words, exactly as written (lower case). Anything else is refused.</summary>
    public static bool TryParse(string? text, out HealthStatus status)
    {
        (status, bool known) = text switch
        {
            "passing" => (HealthStatus.Passing, true),
            "warning" => (HealthStatus.Warning, true),
            "critical" => (HealthStatus.Critical, true),
            _ => (HealthStatus.Critical, false),
        };
        return known;
    }
}
