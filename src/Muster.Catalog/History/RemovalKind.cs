namespace Muster.Catalog;

/// <summary>Why an instance left its service.</summary>
public enum RemovalKind : byte
{
    /// <summary>Somebody removed it, or its node.</summary>
    Deregistered,

    /// <summary>Muster removed it: its lease ended, or a check was critical for too long.</summary>
    Expired,

    /// <summary>It lives on in another place, such as another service.</summary>
    Replaced,
}
