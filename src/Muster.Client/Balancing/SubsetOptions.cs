namespace Muster.Client.Balancing;

/// <summary>Limits to how many instances of a service this process talks.</summary>
public sealed class SubsetOptions
{
    /// <summary>
    /// The most instances this process calls. Default 0, which means all; up to 10,000. Which ones is decided by
    /// <see cref="MusterClientOptions.ClientId"/> or, more evenly, <see cref="MusterClientOptions.ClientOrdinal"/>.
    /// </summary>
    public int Size { get; set; }

    internal void Validate(string prefix, ICollection<string> errors) => OptionRules.Range(errors, prefix + nameof(Size), Size, 0, 10_000);
}
