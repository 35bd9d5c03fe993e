using System.Reflection;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Muster.Client.Hosting.Tests.Options;

/// <summary>Writes the JSON schema of options that are bound from configuration, with their documentation as descriptions.</summary>
internal sealed class SchemaWriter
{
    private const string TimeSpanPattern = @"^-?(\d+|((\d+\.)?(\d|1\d|2[0-3]):[0-5]?\d(:[0-5]?\d(\.\d{1,7})?)?))$";

    private readonly Dictionary<string, string> _summaries = [];

    public SchemaWriter(params Assembly[] documented)
    {
        foreach (Assembly assembly in documented)
        {
            foreach (XElement member in XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member"))
            {
                _summaries[member.Attribute("name")!.Value] = TextOf(member.Element("summary"));
            }
        }
    }

    public JsonObject Schema(Type type)
    {
        Type actual = Nullable.GetUnderlyingType(type) ?? type;
        if (actual == typeof(string))
        {
            return new JsonObject { ["type"] = "string" };
        }

        if (actual == typeof(Uri))
        {
            return new JsonObject { ["type"] = "string", ["format"] = "uri" };
        }

        if (actual == typeof(TimeSpan))
        {
            return new JsonObject { ["type"] = "string", ["pattern"] = TimeSpanPattern };
        }

        if (actual == typeof(bool))
        {
            return new JsonObject { ["type"] = "boolean" };
        }

        if (actual.IsEnum)
        {
            return new JsonObject { ["enum"] = new JsonArray([.. Enum.GetNames(actual).Select(name => JsonValue.Create(name))]) };
        }

        if (actual.IsPrimitive)
        {
            return new JsonObject { ["type"] = actual == typeof(double) || actual == typeof(float) ? "number" : "integer" };
        }

        return Collection(actual) ?? Object(actual);
    }

    public JsonObject Object(Type type)
    {
        var properties = new JsonObject();
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(IsBound).OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            JsonObject schema = Schema(property.PropertyType);
            schema["description"] = SummaryOf(property);
            properties[property.Name] = schema;
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties };
    }

    private JsonObject? Collection(Type type)
    {
        if (!type.IsGenericType)
        {
            return null;
        }

        Type[] arguments = type.GetGenericArguments();
        return arguments.Length == 2
            ? new JsonObject { ["type"] = "object", ["additionalProperties"] = Schema(arguments[1]) }
            : new JsonObject { ["type"] = "array", ["items"] = Schema(arguments[0]) };
    }

    /// <summary>Policies and delegates come from code.</summary>
    private static bool IsBound(PropertyInfo property)
    {
        Type type = property.PropertyType;
        Type item = type.IsGenericType ? type.GetGenericArguments()[^1] : type;
        return !typeof(Delegate).IsAssignableFrom(type) && !item.IsInterface && (property.CanWrite || type.IsGenericType);
    }

    private string SummaryOf(PropertyInfo property)
    {
        string key = $"P:{property.DeclaringType!.FullName}.{property.Name}";
        Assert.True(_summaries.TryGetValue(key, out string? summary), $"{key} has no documentation");
        return summary;
    }

    private static string TextOf(XElement? summary)
    {
        if (summary is null)
        {
            return "";
        }

        IEnumerable<string> parts = summary.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "see" } see => see.Attribute("cref")!.Value.Split('.')[^1],
            XElement element => element.Value,
            _ => node.ToString(),
        });
        return string.Join(' ', string.Concat(parts).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
