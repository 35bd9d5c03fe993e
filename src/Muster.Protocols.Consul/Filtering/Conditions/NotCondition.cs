namespace Muster.Protocols.Consul.Filtering.Conditions;

/// <summary><c>not</c>.</summary>
internal sealed class NotCondition(Condition operand) : Condition
{
    public override bool Accepts(in FilterRow row) => !operand.Accepts(row);
}
