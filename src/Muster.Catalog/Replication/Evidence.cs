namespace Muster.Catalog;

/// <summary>
/// What a server has heard of an instance: for each of its leases until when that is good. It outlives the leases themselves,
/// which begin anew when another server becomes responsible.
/// </summary>
internal readonly struct Evidence
{
    private readonly long _lease;
    private readonly List<(string? Check, long Until)>? _checks;

    private Evidence(long lease, List<(string?, long)>? checks)
    {
        _lease = lease;
        _checks = checks;
    }

    internal static Evidence Of(Instance instance)
    {
        List<(string?, long)>? checks = null;
        foreach (Check check in instance.Checks)
        {
            if (check.Lease.HeardUntil is > 0 and var until)
            {
                (checks ??= []).Add((check.Definition.Id, until));
            }
        }

        return new Evidence(instance.Lease?.HeardUntil ?? 0, checks);
    }

    /// <summary>Gives it to the leases that are there now, whose deadlines stay.</summary>
    internal void CarryOver(Instance instance)
    {
        Give(instance.Lease, _lease);
        foreach ((string? id, long until) in _checks ?? [])
        {
            foreach (Check check in instance.Checks)
            {
                Give(check.Definition.Id == id ? check.Lease : null, until);
            }
        }
    }

    private static void Give(WheelEntry? lease, long until)
    {
        if (until > 0 && lease is { IsLease: true } && lease.HeardUntil < until)
        {
            lease.OpenLease(Math.Max(lease.Deadline, until), until);
        }
    }
}
