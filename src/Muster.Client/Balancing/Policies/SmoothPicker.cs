namespace Muster.Client.Balancing.Policies;

/// <summary>
/// Targets in proportion to their weights, interleaved: instead of random numbers, the alias table gets the multiples of
/// the golden ratio, which fill the unit interval as evenly as any sequence can. Weights 5, 1, 1 give no runs of the first.
/// </summary>
internal sealed class SmoothPicker : TargetPicker
{
    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    private readonly Target[] _targets;
    private readonly AliasTable _table;
    private readonly PickSequence _sequence;

    public SmoothPicker(PickerInput input)
    {
        _targets = input.PlainTargets();
        _table = AliasTable.Of(input.Weights());
        _sequence = input.Sequence;
    }

    public override Target Pick(in PickContext context) => _targets[_table.Draw(_sequence.Next() * GoldenRatio)];
}
