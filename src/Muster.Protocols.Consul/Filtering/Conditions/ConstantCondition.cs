namespace Muster.Protocols.Consul.Filtering.Conditions;

/// <summary>The same for every row.</summary>
internal sealed class ConstantCondition(bool accepts) : Condition
{
    public override bool Accepts(in FilterRow row) => accepts;
}
