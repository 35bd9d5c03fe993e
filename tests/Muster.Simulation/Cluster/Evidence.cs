namespace Muster.Simulation.Cluster;

/// <summary>
/// When one server last had a sign of life of each lease and TTL, in time that the server served: what it slept does not
/// count against others. A lower bound: it may have heard more than the run knows of.
/// </summary>
internal sealed class Evidence(Agenda agenda, TimeSpan tick, TimeSpan pauseThreshold)
{
    private static readonly TimeSpan s_never = TimeSpan.FromDays(-1);

    private readonly Dictionary<LeaseName, Sign> _signs = [];
    private TimeSpan _servedAtTick;
    private TimeSpan _tickedAt = agenda.Now;
    private bool _serves;

    private TimeSpan Served => _servedAtTick + (_serves ? Counted(agenda.Now - _tickedAt) : TimeSpan.Zero);

    /// <summary>A tick of the catalog.</summary>
    /// <param name="serves">Whether the server answers clients by now; before, no lease runs.</param>
    public void Tick(bool serves)
    {
        _servedAtTick += serves ? Counted(agenda.Now - _tickedAt) : TimeSpan.Zero;
        _tickedAt = agenda.Now;
        _serves = serves;
    }

    /// <summary>A sign of life that this server got itself; or none, but its lease begins now.</summary>
    public void Hear(EntryName name, string check, bool directly)
    {
        Sign known = _signs.GetValueOrDefault(new(name, check));
        _signs[new(name, check)] = new Sign(Served, agenda.Now, directly ? agenda.Now : known.Direct);
    }

    /// <summary>Another is responsible from now on: a lease that was only begun here, after the last sign of life, counts no more.</summary>
    public void EndLease(EntryName name, string check)
    {
        if (_signs.TryGetValue(new(name, check), out Sign known) && known.Real != known.Direct)
        {
            _signs[new(name, check)] = known with { Served = s_never, Real = s_never };
        }
    }

    /// <summary>A sign of life that a peer got and must have told by now.</summary>
    public void HearLate(EntryName name, string check, TimeSpan at)
    {
        if (_signs.TryGetValue(new(name, check), out Sign known) && known.Real < at)
        {
            _signs[new(name, check)] = known with { Served = Served - (agenda.Now - at), Real = at };
        }
    }

    /// <summary>Whether it was silent, as far as this server could know, for as long as it may be. What the book does not know is.</summary>
    public bool IsDue(EntryName name, string check, TimeSpan length) =>
        !_signs.TryGetValue(new(name, check), out Sign sign) || (Served - sign.Served >= length && agenda.Now - sign.Real >= length);

    /// <summary>Whether this server itself had a sign of life less than <paramref name="length"/> ago.</summary>
    public bool IsFresh(EntryName name, string check, TimeSpan length) =>
        _signs.TryGetValue(new(name, check), out Sign sign) && sign.Direct is { } direct && agenda.Now - direct < length;

    public string Describe(EntryName name, string check) =>
        _signs.TryGetValue(new(name, check), out Sign sign) ? $"silent for {(agenda.Now - sign.Real).TotalSeconds:0.000} s, served {(Served - sign.Served).TotalSeconds:0.000} s" : "never heard";

    private TimeSpan Counted(TimeSpan gap) => gap > pauseThreshold ? tick : gap;

    private readonly record struct LeaseName(EntryName Name, string Check)
    {
        public override int GetHashCode() => (Name.GetHashCode() * 31) + Check.Length;
    }

    private readonly record struct Sign(TimeSpan Served, TimeSpan Real, TimeSpan? Direct);
}
