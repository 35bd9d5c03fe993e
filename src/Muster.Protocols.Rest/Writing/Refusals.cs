using Muster.Catalog;

namespace Muster.Protocols.Rest.Writing;

/// <summary>Why the catalog refused something, in the words of this API.</summary>
internal static class Refusals
{
    public static Failure Of(CommandResult result, string id) => result.Error switch
    {
        CatalogError.NoLease => new(Problems.NoLease, $"\"{id}\" was registered without leaseSeconds, there is nothing to renew"),
        CatalogError.LimitReached => new(Problems.LimitReached, result.Detail ?? ""),
        CatalogError.TooLarge => new(Problems.TooLarge, result.Detail ?? ""),
        CatalogError.StaleEpoch => new(Problems.StaleEpoch, result.Detail ?? "") { CurrentEpoch = result.CurrentEpoch },
        CatalogError.IdTaken => new(Problems.IdTaken, result.Detail ?? ""),
        // gone between looking it up and acting on it, or a later life than the one that is here
        CatalogError.UnknownInstance or CatalogError.UnknownNode => NoInstance(id),
        _ => new(Problems.InvalidRequest, result.Detail ?? result.Error.ToString()),
    };

    public static Failure NoInstance(string id) => new(Problems.UnknownInstance, $"no instance \"{id}\" is registered");
}
