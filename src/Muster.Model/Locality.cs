namespace Muster.Model;

/// <summary>Where an instance runs. Empty strings mean unknown.</summary>
/// <param name="Region">A region, such as <c>eu-west-1</c>.</param>
/// <param name="Zone">A zone within the region, such as <c>eu-west-1a</c>.</param>
public readonly record struct Locality(string Region, string Zone)
{
    /// <summary>A locality that says nothing.</summary>
    public static Locality Unknown => new("", "");

    /// <summary>True when neither region nor zone is known.</summary>
    public bool IsUnknown => string.IsNullOrEmpty(Region) && string.IsNullOrEmpty(Zone);
}
