using System.Text.Json;
using System.Text.RegularExpressions;

namespace Muster.Protocols.Rest.Tests;

/// <summary>The document describes what is there, and all of it.</summary>
public sealed partial class OpenApiTests : IDisposable
{
    private readonly JsonDocument _document = JsonDocument.Parse(File.ReadAllBytes(Place));

    private static string Place => Repository.PathOf("docs", "reference", "openapi.json");

    private JsonElement Root => _document.RootElement;

    public void Dispose() => _document.Dispose();

    [Fact]
    public async Task Served_IsWhatIsCheckedIn()
    {
        await using RestServer server = await RestServer.StartAsync();
        Assert.Equal(await File.ReadAllBytesAsync(Place), await server.Http.GetByteArrayAsync("/api/v1/openapi.json"));
    }

    [Fact]
    public async Task Routes_AreTheDocumentsWithTheirParameters()
    {
        await using RestServer server = await RestServer.StartAsync();
        var api = new RestApi(server.Catalog, TimeProvider.System, new RestOptions(), CancellationToken.None);
        Assert.Equal(
            api.Routes.Select(route => Line(route.Method, RestApi.Prefix + route.Pattern, route.Parameters)).Order(StringComparer.Ordinal),
            Operations().Select(operation => Line(operation.Method, Star().Replace(operation.Path, "*"), ParametersOf(operation.Value, "query"))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Operations_NameTheirPathsParts()
    {
        foreach ((string method, string path, JsonElement value) in Operations())
        {
            Assert.Equal((method, path, string.Join(',', Star().Matches(path).Select(part => part.Value.Trim('{', '}')).Order())), (method, path, string.Join(',', ParametersOf(value, "path").Order())));
        }
    }

    [Fact]
    public void References_AllLeadSomewhere()
    {
        foreach (Match reference in Reference().Matches(Root.GetRawText()))
        {
            JsonElement target = Root;
            foreach (string part in reference.Groups["place"].Value.Split('/'))
            {
                Assert.True(target.TryGetProperty(part, out target), reference.Value);
            }
        }
    }

    [Fact]
    public void OperationIds_AreUnique()
    {
        string[] ids = [.. Operations().Select(operation => operation.Value.GetProperty("operationId").GetString()!)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public async Task Instance_HasTheMembersDescribed()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web", "id": "w", "checks": [ { "tcp": "10.0.0.7:80" } ] }""");
        JsonElement instance = (await server.GetAsync("services/web")).GetProperty("instances")[0];
        Assert.Equal(MembersOf(Schema("Instance").GetProperty("properties")), MembersOf(instance));
        Assert.Equal(Schema("CheckResult").GetProperty("required").EnumerateArray().Select(name => name.GetString()).Order(), MembersOf(instance.GetProperty("checks")[0]));
    }

    [Theory]
    [InlineData("Registration", "{0}")]
    [InlineData("Check", "{{\"service\":\"web\",\"checks\":[{0}]}}")]
    public async Task Registration_TakesTheMembersDescribedAndNoOthers(string schema, string frame)
    {
        await using RestServer server = await RestServer.StartAsync();
        string[] members = MembersOf(Schema(schema).GetProperty("properties"));
        string all = $"{{{string.Join(',', members.Append("nonsense").Select(name => $"\"{name}\":null"))}}}";
        (_, _, JsonElement problem) = await RestServer.ProblemOf(server.RegisterAsync(string.Format(null, frame, all)));
        string[] unknown = [.. problem.GetProperty("errors").EnumerateArray()
            .Where(error => error.GetProperty("message").GetString() == "is not a member of this request").Select(error => error.GetProperty("field").GetString()!)];
        Assert.EndsWith("nonsense", Assert.Single(unknown), StringComparison.Ordinal);
    }

    private JsonElement Schema(string name) => Root.GetProperty("components").GetProperty("schemas").GetProperty(name);

    private static string[] MembersOf(JsonElement value) => [.. value.EnumerateObject().Select(member => member.Name).Order()];

    private static string Line(string method, string path, IEnumerable<string> parameters) =>
        $"{method} {path}?{string.Join('&', parameters.Order(StringComparer.Ordinal))}";

    private IEnumerable<(string Method, string Path, JsonElement Value)> Operations() =>
        from path in Root.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name.ToUpperInvariant(), path.Name, operation.Value);

    private IEnumerable<string> ParametersOf(JsonElement operation, string place)
    {
        foreach (JsonElement listed in operation.TryGetProperty("parameters", out JsonElement list) ? list.EnumerateArray() : default)
        {
            JsonElement parameter = listed.TryGetProperty("$ref", out JsonElement reference)
                ? Root.GetProperty("components").GetProperty("parameters").GetProperty(reference.GetString()!.Split('/')[^1])
                : listed;
            if (parameter.GetProperty("in").GetString() == place)
            {
                yield return parameter.GetProperty("name").GetString()!;
            }
        }
    }

    [GeneratedRegex(@"\{\w+\}", RegexOptions.None, 1000)]
    private static partial Regex Star();

    [GeneratedRegex("\"#/(?<place>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Reference();
}
