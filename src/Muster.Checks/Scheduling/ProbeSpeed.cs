namespace Muster.Checks.Scheduling;

/// <summary>How long a check's next run will probably hold its place.</summary>
internal enum ProbeSpeed
{
    /// <summary>It has not run yet.</summary>
    Unknown,

    /// <summary>Not long: the last run was short.</summary>
    Quick,

    /// <summary>Long: the last run was.</summary>
    Slow,
}
