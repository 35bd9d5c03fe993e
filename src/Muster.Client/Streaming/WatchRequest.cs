using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Muster.Client.Streaming;

/// <summary>The request that opens a watch stream.</summary>
internal static class WatchRequest
{
    public const string LineType = "application/x-ndjson";

    public static HttpRequestMessage Make(Uri server, FollowedService[] services)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartArray("services"u8);
            foreach (FollowedService service in services)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, service.Name);
                if (service.Cursor is { } cursor)
                {
                    json.WriteString("cursor"u8, cursor);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            // checks and reasons are of no use to a client
            json.WriteString("detail"u8, "endpoint");
            json.WriteEndObject();
        }

        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "api/v1/watch"))
        {
            Content = new ReadOnlyMemoryContent(body.WrittenMemory),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(LineType));
        return request;
    }
}
