namespace Muster.Client;

/// <summary>Where a list of instances came from.</summary>
public enum ViewSource
{
    /// <summary>Nowhere: the registry has not been heard yet.</summary>
    None,

    /// <summary>The watch stream.</summary>
    Stream,

    /// <summary>A query, while the watch stream could not be had.</summary>
    Poll,

    /// <summary>The snapshot on disk that an earlier run left.</summary>
    Disk,
}
