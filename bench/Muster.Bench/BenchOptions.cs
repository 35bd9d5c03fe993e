namespace Muster.Bench;

/// <summary>What to measure and for how long.</summary>
internal sealed record BenchOptions(IReadOnlyList<string> RowNames, bool Quick, string MusterPath, string WorkDirectory)
{
    public const string Usage = """
        usage: bench/run [--quick] [ROW...]        rows: read filter services mixed heartbeat register dns dns-random watch watchers streams sweep memory start client-pick client-http client-watch client-memory
                                                          cluster-visible cluster-renewals cluster-reads cluster-stopped cluster-heal cluster-cold (all when none is named)
          --quick          fewer and shorter rounds: about three minutes instead of ten, and more noise
          --muster PATH    the server to measure (default: artifacts/publish/muster)
          --work DIR       scratch directory on the disk to measure (default: artifacts/bench)
        """;

    /// <summary>Alternating rounds in a paired measurement; the median ratio counts.</summary>
    public int Rounds => Quick ? 3 : 7;

    /// <summary>Length of one round of one contender.</summary>
    public TimeSpan RoundLength => TimeSpan.FromSeconds(Quick ? 1 : 2);

    /// <summary>Load before the first round, so that the JIT's optimized code is in place.</summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(Quick ? 2 : 4);

    /// <summary>Parses the command line; null when it is wrong.</summary>
    public static BenchOptions? Parse(string[] arguments)
    {
        var rows = new List<string>();
        var quick = false;
        var muster = "artifacts/publish/muster";
        var work = "artifacts/bench";
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--quick":
                    quick = true;
                    break;
                case "--muster" when i + 1 < arguments.Length:
                    muster = arguments[++i];
                    break;
                case "--work" when i + 1 < arguments.Length:
                    work = arguments[++i];
                    break;
                case ['-', ..]:
                    return null;
                default:
                    rows.Add(arguments[i]);
                    break;
            }
        }

        return new BenchOptions(rows, quick, Path.GetFullPath(muster), Path.GetFullPath(work));
    }
}
