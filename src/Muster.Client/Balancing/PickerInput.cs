using System.Collections.Immutable;

namespace Muster.Client.Balancing;

/// <summary>What a policy makes a picker of.</summary>
public sealed class PickerInput
{
    internal PickerInput(ImmutableArray<WeightedTarget> targets, ServiceOptions options, PickRandom random, PickSequence sequence)
    {
        Targets = targets;
        Options = options;
        Random = random;
        Sequence = sequence;
    }

    /// <summary>The targets to pick from, at least one. Ordered by node and id.</summary>
    public ImmutableArray<WeightedTarget> Targets { get; }

    /// <summary>How the service is used.</summary>
    public ServiceOptions Options { get; }

    /// <summary>Random numbers.</summary>
    public PickRandom Random { get; }

    /// <summary>A counter that goes on from picker to picker.</summary>
    public PickSequence Sequence { get; }

    /// <summary>The picker that the new one takes the place of, to reuse parts of; null if there is none of this policy.</summary>
    public TargetPicker? Previous { get; internal init; }

    /// <summary>True when all targets should have the same share.</summary>
    public bool IsUniform
    {
        get
        {
            foreach (WeightedTarget target in Targets)
            {
                if (target.Weight != Targets[0].Weight)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>The targets alone.</summary>
    internal Target[] PlainTargets()
    {
        var targets = new Target[Targets.Length];
        for (int i = 0; i < targets.Length; i++)
        {
            targets[i] = Targets[i].Target;
        }

        return targets;
    }

    /// <summary>The weights alone.</summary>
    internal double[] Weights()
    {
        var weights = new double[Targets.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = Targets[i].Weight;
        }

        return weights;
    }
}
