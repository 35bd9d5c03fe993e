namespace Muster.Protocols.Consul.Filtering.Conditions;

/// <summary>A question about one text.</summary>
internal abstract class TextTest
{
    public abstract bool Passes(FilterText text);
}
