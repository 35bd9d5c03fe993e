using Muster.Model;

namespace Muster.Protocols.Rest;

/// <summary>Reads the parameters that choose instances, from a query string or from a body.</summary>
internal static class QuestionReader
{
    /// <summary>The names of all of them.</summary>
    public static readonly string[] Parameters = ["health", "state", "tag", "meta", "zone", "region", "version", "detail"];

    private const int MostValues = 64;
    private const int Longest = 512;

    /// <summary>Reads them from a query string.</summary>
    public static ServiceQuestion Read(RestCall call, FieldErrors errors) =>
        Read(name => call.Context.Request.Query.TryGetValue(name, out var values) ? [.. values.Select(value => value ?? "")] : [], errors);

    /// <summary>Reads them from where <paramref name="valuesOf"/> finds the values of a name.</summary>
    public static ServiceQuestion Read(Func<string, IReadOnlyList<string>> valuesOf, FieldErrors errors)
    {
        HealthStatus worst = Choice(valuesOf, "health", errors, ("any", HealthStatus.Critical), ("usable", HealthStatus.Warning), ("passing", HealthStatus.Passing));
        bool endpointsOnly = Choice(valuesOf, "detail", errors, ("full", false), ("endpoint", true));
        List<InstanceState> states = States(valuesOf, errors);
        IReadOnlyList<string> tags = Texts(valuesOf, "tag", errors);
        var metadata = new List<(string, string?)>();
        foreach (string pair in Texts(valuesOf, "meta", errors))
        {
            int at = pair.IndexOf('=', StringComparison.Ordinal);
            metadata.Add(at < 0 ? (pair, null) : (pair[..at], pair[(at + 1)..]));
        }

        string? zone = Text(valuesOf, "zone", errors), region = Text(valuesOf, "region", errors), version = Text(valuesOf, "version", errors);
        if (worst == HealthStatus.Critical && states.Count == 0 && tags.Count == 0 && metadata.Count == 0 && zone is null && region is null && version is null)
        {
            return endpointsOnly ? ServiceQuestion.Endpoints : ServiceQuestion.Open;
        }

        return new ServiceQuestion(new ServiceFilter(worst, states, tags, metadata, zone, region, version), endpointsOnly);
    }

    private static T Choice<T>(Func<string, IReadOnlyList<string>> valuesOf, string name, FieldErrors errors, params ReadOnlySpan<(string Text, T Value)> choices)
    {
        if (Single(valuesOf, name, errors) is not { } text)
        {
            return choices[0].Value;
        }

        string known = "";
        foreach ((string choice, T value) in choices)
        {
            if (choice == text)
            {
                return value;
            }

            known += known.Length == 0 ? choice : $", {choice}";
        }

        errors.Add(name, $"must be one of {known}, got \"{Shown(text)}\"");
        return choices[0].Value;
    }

    private static List<InstanceState> States(Func<string, IReadOnlyList<string>> valuesOf, FieldErrors errors)
    {
        var states = new List<InstanceState>();
        foreach (string text in Texts(valuesOf, "state", errors))
        {
            if (InstanceStateText.TryParse(text, out InstanceState state))
            {
                states.Add(state);
            }
            else
            {
                errors.Add("state", $"must be one of up, starting, draining, out_of_service, got \"{Shown(text)}\"");
            }
        }

        return states;
    }

    private static string? Text(Func<string, IReadOnlyList<string>> valuesOf, string name, FieldErrors errors)
    {
        string? text = Single(valuesOf, name, errors);
        return text is null || IsText(name, text, errors) ? text : null;
    }

    private static IReadOnlyList<string> Texts(Func<string, IReadOnlyList<string>> valuesOf, string name, FieldErrors errors)
    {
        IReadOnlyList<string> texts = valuesOf(name);
        if (texts.Count > MostValues)
        {
            errors.Add(name, $"may be given at most {MostValues} times, got {texts.Count}");
            return [];
        }

        return texts.All(text => IsText(name, text, errors)) ? texts : [];
    }

    private static string? Single(Func<string, IReadOnlyList<string>> valuesOf, string name, FieldErrors errors)
    {
        IReadOnlyList<string> texts = valuesOf(name);
        if (texts.Count > 1)
        {
            errors.Add(name, "may be given only once");
        }

        return texts.Count == 0 ? null : texts[0];
    }

    private static bool IsText(string name, string text, FieldErrors errors)
    {
        bool good = text.Length is > 0 and <= Longest && !text.Any(char.IsControl);
        if (!good)
        {
            errors.Add(name, $"must be 1 to {Longest} characters without control characters");
        }

        return good;
    }

    private static string Shown(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
