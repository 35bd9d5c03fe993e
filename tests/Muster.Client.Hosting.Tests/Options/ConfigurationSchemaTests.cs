using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Client.Hosting.Options;

namespace Muster.Client.Hosting.Tests.Options;

public class ConfigurationSchemaTests
{
    private const string SchemaFile = "src/Muster.Client.Hosting/ConfigurationSchema.json";
    private const string Update = "MUSTER_UPDATE_SCHEMA";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void Schema_IsWhatTheOptionsSay()
    {
        string path = Repository.PathOf(SchemaFile);
        string expected = Write();
        if (Environment.GetEnvironmentVariable(Update) is not null)
        {
            File.WriteAllText(path, expected);
        }

        Assert.True(
            Bare(File.ReadAllText(path)) == Bare(expected),
            $"{SchemaFile} does not fit the options any more. Run this test with {Update}=1 and commit the file.");
    }

    /// <summary>Without the descriptions: a better sentence in a comment need not wait for the file.</summary>
    private static string Bare(string schema) =>
        string.Join('\n', schema.Split('\n').Where(line => !line.TrimStart().StartsWith("\"description\": \"", StringComparison.Ordinal)).Select(line => line.TrimEnd(',')));

    private static string Write()
    {
        var writer = new SchemaWriter(typeof(MusterClientOptions).Assembly, typeof(MusterRegistrationOptions).Assembly);
        JsonObject client = writer.Object(typeof(MusterClientOptions));
        JsonObject registration = writer.Object(typeof(MusterRegistrationOptions));
        registration["description"] = "How this host registers itself.";
        client["properties"]!["Registration"] = registration;
        client["description"] = "Muster: where the registry is, how services are used, how this host registers itself.";
        var schema = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { [MusterSections.Client] = client } };
        return schema.ToJsonString(Format) + "\n";
    }
}
