using System.Text.Json;

namespace Muster.Protocols.Rest.Watch;

/// <summary>Reads what somebody wants to watch, from a path, a query string or a body.</summary>
internal static class WatchRequestReader
{
    /// <summary>The most services in a body.</summary>
    public const int MostInBody = 5000;

    private const int LongestCursor = 1024;

    /// <summary>One service, named by the path.</summary>
    public static WatchRequest ReadPath(RestCall call, FieldErrors errors)
    {
        // a browser that comes back has the cursor of the last event
        string? cursor = call.Parameter("cursor") ?? (call.Context.Request.Headers.TryGetValue("Last-Event-ID", out var id) ? id.ToString() : null);
        List<(string Name, string? Cursor)> services = [(call.Arguments[0], cursor)];
        ServiceNames.Check(services, "service", most: 1, errors);
        return new WatchRequest(services, QuestionReader.Read(call, errors));
    }

    /// <summary>Services as <c>NAME</c> or <c>NAME@CURSOR</c>.</summary>
    public static WatchRequest ReadQuery(RestCall call, FieldErrors errors)
    {
        var services = new List<(string Name, string? Cursor)>();
        if (call.Context.Request.Query.TryGetValue("service", out var values))
        {
            foreach (string? value in values)
            {
                string text = value ?? "";
                int at = text.LastIndexOf('@');
                services.Add(at < 0 ? (text, null) : (text[..at], text.Length == at + 1 ? null : text[(at + 1)..]));
            }
        }

        ServiceNames.Check(services, "service", ServiceNames.MostInQuery, errors);
        return new WatchRequest(services, QuestionReader.Read(call, errors));
    }

    /// <summary>Services and filters in a JSON document; null when it is none.</summary>
    public static WatchRequest? ReadBody(ReadOnlyMemory<byte> body, FieldErrors errors)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return ReadRoot(document.RootElement, errors);
            }

            errors.Add("body", "must be a JSON object");
        }
        catch (JsonException error)
        {
            errors.Add("body", "is not JSON: " + error.Message);
        }
        catch (InvalidOperationException)
        {
            // half a surrogate pair, which JSON can spell and text cannot hold
            errors.Add("body", "contains a text that is not Unicode");
        }

        return null;
    }

    private static WatchRequest ReadRoot(JsonElement root, FieldErrors errors)
    {
        var fields = new JsonFields(root, "", errors);
        var services = new List<(string Name, string? Cursor)>();
        foreach (JsonElement item in fields.Items("services", MostInBody, "a list of services"))
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                errors.Add($"services[{services.Count}]", "must be an object");
                break;
            }

            JsonFields service = fields.Item($"services[{services.Count}].", item);
            string cursor = service.Text("cursor", "", LongestCursor);
            services.Add((service.Text("name", "", ServiceNames.Longest), cursor.Length == 0 ? null : cursor));
            service.RefuseOthers();
        }

        ServiceQuestion question = QuestionReader.Read(name => TextsOf(root, fields, name), errors);
        fields.RefuseOthers();
        if (!errors.Any)
        {
            ServiceNames.Check(services, "services", MostInBody, errors);
        }

        return new WatchRequest(services, question);
    }

    /// <summary>A filter may be a text or a list of texts.</summary>
    private static List<string> TextsOf(JsonElement root, JsonFields fields, string name)
    {
        const int Most = 64, Longest = 1024;
        if (root.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String)
        {
            return [fields.Text(name, "", Longest)];
        }

        return fields.Texts(name, Most, Longest);
    }
}
