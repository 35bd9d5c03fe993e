using Muster.Bench.Reporting;

namespace Muster.Bench.Rows;

/// <summary>One row of the targets: starts its servers, loads them, and reports one line or a few.</summary>
internal interface IBenchRow
{
    /// <summary>The name to select it by on the command line.</summary>
    string Name { get; }

    void Measure(BenchContext context, Action<ResultLine> report);
}
