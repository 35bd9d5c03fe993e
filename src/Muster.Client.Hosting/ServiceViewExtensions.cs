using Microsoft.Extensions.Primitives;

namespace Muster.Client.Hosting;

/// <summary>Views as the rest of .NET knows changes.</summary>
public static class ServiceViewExtensions
{
    /// <summary>A token that changes when a newer view of the service exists.</summary>
    public static IChangeToken GetChangeToken(this ServiceView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return new CancellationChangeToken(view.Superseded);
    }
}
