namespace Muster.Catalog;

/// <summary>Spans as people write them.</summary>
internal static class Words
{
    internal static string Span(TimeSpan span) =>
        span.TotalHours >= 1 && span.TotalMinutes % 60 == 0 ? $"{span.TotalHours:0} h"
        : span.TotalMinutes >= 1 && span.TotalSeconds % 60 == 0 ? $"{span.TotalMinutes:0} min"
        : string.Create(null, $"{span.TotalSeconds:0.#} s");
}
