using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Muster.Client.Tests.Registration;

/// <summary>The writing half of the registry's REST API with the rules of epochs, in memory, without sockets.</summary>
internal sealed class FakeRegistry : HttpMessageHandler
{
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<string> _calls = new();

    /// <summary>The registrations by id, as they were posted, with their state.</summary>
    public Dictionary<string, JsonObject> Instances { get; } = [];

    /// <summary>Answers in its stead when set and not null for a request.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?>? Fault { get; set; }

    /// <summary>What was called, such as "PUT /api/v1/instances/a/renew", oldest first.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    /// <summary>True leaves every request without an answer until it is cancelled.</summary>
    public bool Hangs { get; set; }

    public static HttpResponseMessage Problem(int status, string type, long currentEpoch = 0) => new((HttpStatusCode)status)
    {
        Content = new StringContent(
            $$"""{"type":"urn:muster:problem:{{type}}","title":"t","status":{{status}},"detail":"because","currentEpoch":{{currentEpoch}}}""",
            Encoding.UTF8,
            "application/problem+json"),
    };

    public int State(Func<int> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _calls.Enqueue($"{request.Method} {request.RequestUri!.AbsolutePath}");
        if (Hangs)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }

        if (Fault?.Invoke(request) is { } fault)
        {
            return fault;
        }

        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        lock (_gate)
        {
            return Answer(request, body);
        }
    }

    private static HttpResponseMessage Json(int status, JsonNode body) =>
        new((HttpStatusCode)status) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };

    private HttpResponseMessage Answer(HttpRequestMessage request, string body)
    {
        string[] path = request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        string last = path[^1];
        switch (request.Method.Method, last)
        {
            case ("POST", "instances"):
                JsonObject instance = JsonNode.Parse(body)!.AsObject();
                return Register(instance) is { } problem ? problem : Json(201, instance.DeepClone());
            case ("POST", "batch"):
                var results = new JsonArray();
                foreach (JsonNode? item in JsonNode.Parse(body)!["instances"]!.AsArray())
                {
                    bool stale = Register(item!.DeepClone().AsObject()) is not null;
                    results.Add(new JsonObject
                    {
                        ["id"] = (string)item["id"]!,
                        ["status"] = stale ? 409 : 201,
                        ["problem"] = stale ? new JsonObject { ["type"] = "urn:muster:problem:stale-epoch", ["currentEpoch"] = 1 } : null,
                    });
                }

                return Json(200, new JsonObject { ["results"] = results });
            case ("POST", "renew"):
                var failed = new JsonArray();
                foreach (JsonNode? item in JsonNode.Parse(body)!["instances"]!.AsArray())
                {
                    string id = (string)item!["id"]!;
                    if (!Instances.ContainsKey(id))
                    {
                        failed.Add(new JsonObject { ["id"] = id, ["status"] = 404, ["type"] = "urn:muster:problem:unknown-instance" });
                    }
                }

                return Json(200, new JsonObject { ["renewed"] = 0, ["failed"] = failed });
        }

        return OfOne(request, Uri.UnescapeDataString(path[3]), path.Length > 4 ? last : "");
    }

    private HttpResponseMessage? Register(JsonObject instance)
    {
        string id = (string)instance["id"]!;
        long current = Instances.TryGetValue(id, out JsonObject? known) ? (long)known["epoch"]! : 0;
        if ((long)instance["epoch"]! < current)
        {
            return Problem(409, "stale-epoch", current);
        }

        Instances[id] = instance;
        return null;
    }

    private HttpResponseMessage OfOne(HttpRequestMessage request, string id, string call)
    {
        if (!Instances.TryGetValue(id, out JsonObject? instance))
        {
            return Problem(404, "unknown-instance");
        }

        string query = request.RequestUri!.Query;
        long epoch = long.Parse(query.Split("epoch=")[1].Split('&')[0]);
        if (epoch < (long)instance["epoch"]!)
        {
            return Problem(409, "stale-epoch", (long)instance["epoch"]!);
        }

        if (call == "drain")
        {
            instance["state"] = "draining";
        }
        else if (request.Method == HttpMethod.Delete)
        {
            Instances.Remove(id);
        }

        return new HttpResponseMessage(HttpStatusCode.NoContent);
    }
}
