using Microsoft.AspNetCore.Http;

namespace Muster.Protocols.Rest;

/// <summary>Serves the description of this API: <c>docs/reference/openapi.json</c> as it was when the server was built.</summary>
internal static class OpenApiEndpoint
{
    private static readonly byte[] s_document = Load();

    public static Task ServeAsync(RestCall call) => call.WriteBytesAsync(StatusCodes.Status200OK, s_document);

    private static byte[] Load()
    {
        using Stream stream = typeof(OpenApiEndpoint).Assembly.GetManifestResourceStream("openapi.json")!;
        byte[] document = new byte[stream.Length];
        stream.ReadExactly(document);
        return document;
    }
}
