namespace Muster.Checks.Scheduling;

/// <summary>How a run ended, as far as the schedule cares.</summary>
internal enum RunEnd
{
    /// <summary>It took so little that it will hardly hold up others next time.</summary>
    Quick,

    /// <summary>It held its place for long.</summary>
    Slow,

    /// <summary>This process stood still while it ran, so its result says nothing; run again soon.</summary>
    Excused,
}
