using Muster.Catalog;

namespace Muster.Protocols.Consul.Filtering.Conditions;

/// <summary>True when it is true of at least one check that an entry of <c>health/service</c> shows: the node's, then the instance's.</summary>
internal sealed class AnyCheckCondition(Condition ofOne) : Condition
{
    public override bool Accepts(in FilterRow row)
    {
        foreach (Check check in row.Node.Checks)
        {
            if (ofOne.Accepts(new FilterRow(row.Node, null, check)))
            {
                return true;
            }
        }

        foreach (Check check in row.Instance.Checks)
        {
            if (ofOne.Accepts(new FilterRow(row.Node, row.Instance, check)))
            {
                return true;
            }
        }

        return false;
    }
}
