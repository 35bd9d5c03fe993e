namespace Muster.Protocols.Consul.Filtering.Conditions;

/// <summary>A filter, or a part of one, bound to fields. Immutable, any thread; asking it allocates nothing.</summary>
internal abstract class Condition
{
    /// <summary>True when the row belongs in the answer.</summary>
    public abstract bool Accepts(in FilterRow row);
}
