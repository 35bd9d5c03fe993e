using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Muster.Client.Hosting.Options;

/// <summary>
/// Compares a section of the configuration with the schema that editors complete it by: keys that nothing reads are typing
/// errors, and values that cannot be read are found together, where the binder would stop at the first.
/// </summary>
internal static class SectionCheck
{
    private const string SchemaName = "ConfigurationSchema.json";

    /// <summary>All that is wrong with the section.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <param name="path">The section.</param>
    /// <param name="except">A section in it that is looked at for itself; null for none.</param>
    public static IReadOnlyList<string> FindErrors(IConfiguration configuration, string path, string? except)
    {
        using Stream stream = typeof(SectionCheck).Assembly.GetManifestResourceStream(SchemaName)!;
        using JsonDocument schema = JsonDocument.Parse(stream);
        JsonElement part = schema.RootElement;
        foreach (string name in path.Split(ConfigurationPath.KeyDelimiter))
        {
            part = part.GetProperty("properties").GetProperty(name);
        }

        var errors = new List<string>();
        Check(configuration.GetSection(path), part, except, errors);
        return errors;
    }

    private static void Check(IConfigurationSection section, JsonElement schema, string? except, List<string> errors)
    {
        if (section.Path.Equals(except, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        if (schema.TryGetProperty("properties", out JsonElement properties))
        {
            CheckObject(section, properties, except, errors);
        }
        else if (schema.TryGetProperty("additionalProperties", out JsonElement item) || schema.TryGetProperty("items", out item))
        {
            foreach (IConfigurationSection child in section.GetChildren())
            {
                Check(child, item, except, errors);
            }
        }
        else if (section.Value is { Length: > 0 } value && Expected(schema, value) is { } expected)
        {
            errors.Add($"{section.Path}: must be {expected}, got '{value}'");
        }
    }

    private static void CheckObject(IConfigurationSection section, JsonElement properties, string? except, List<string> errors)
    {
        foreach (IConfigurationSection child in section.GetChildren())
        {
            JsonProperty known = properties.EnumerateObject().FirstOrDefault(property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (known.Value.ValueKind == JsonValueKind.Undefined)
            {
                string names = string.Join(", ", properties.EnumerateObject().Select(property => property.Name));
                errors.Add($"{child.Path}: is no option; there are {names}");
            }
            else
            {
                Check(child, known.Value, except, errors);
            }
        }
    }

    /// <summary>What a value should have been; null when it is.</summary>
    private static string? Expected(JsonElement schema, string value)
    {
        if (schema.TryGetProperty("enum", out JsonElement names))
        {
            string[] known = [.. names.EnumerateArray().Select(name => name.GetString()!)];
            return known.Contains(value, StringComparer.OrdinalIgnoreCase) ? null : $"one of {string.Join(", ", known)}";
        }

        return schema.GetProperty("type").GetString() switch
        {
            "boolean" => bool.TryParse(value, out _) ? null : "true or false",
            "integer" => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? null : "a whole number",
            "number" => double.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : "a number",
            "string" when schema.TryGetProperty("pattern", out _) => TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : "a time such as 00:00:05",
            "string" when schema.TryGetProperty("format", out _) => Uri.TryCreate(value, UriKind.Absolute, out _) ? null : "an absolute address",
            _ => null,
        };
    }
}
