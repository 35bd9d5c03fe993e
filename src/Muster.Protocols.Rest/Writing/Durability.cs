using Microsoft.AspNetCore.Http;

namespace Muster.Protocols.Rest.Writing;

/// <summary>
/// Waits for the disk before a write is acknowledged. A disk that fails must not keep services from registering: the change
/// is in effect and acknowledged, and the answer says that a restart may lose it.
/// </summary>
internal static class Durability
{
    private const string Header = "Muster-Durability";

    public static async ValueTask AwaitAsync(Catalog.Catalog catalog, HttpContext context, long sequence)
    {
        if (!await catalog.WaitDurableAsync(sequence))
        {
            context.Response.Headers[Header] = "degraded";
        }
    }
}
