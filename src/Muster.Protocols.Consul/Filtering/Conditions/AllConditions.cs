namespace Muster.Protocols.Consul.Filtering.Conditions;

/// <summary><c>and</c>.</summary>
internal sealed class AllConditions(Condition[] parts) : Condition
{
    public override bool Accepts(in FilterRow row)
    {
        foreach (Condition part in parts)
        {
            if (!part.Accepts(row))
            {
                return false;
            }
        }

        return true;
    }
}
