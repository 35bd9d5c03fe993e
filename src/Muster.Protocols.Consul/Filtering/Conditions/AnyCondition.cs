namespace Muster.Protocols.Consul.Filtering.Conditions;

/// <summary><c>or</c>.</summary>
internal sealed class AnyCondition(Condition[] parts) : Condition
{
    public override bool Accepts(in FilterRow row)
    {
        foreach (Condition part in parts)
        {
            if (part.Accepts(row))
            {
                return true;
            }
        }

        return false;
    }
}
