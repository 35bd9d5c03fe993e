namespace Muster.Client.Balancing;

/// <summary>
/// A way to choose among the targets of a service. One object serves all services and has no state of its own; what it
/// must remember lives in the pickers it makes. To add one: implement this, and add it to <see cref="MusterClientOptions.Policies"/>.
/// </summary>
public interface IBalancingPolicy
{
    /// <summary>The name that <see cref="ServiceOptions.Policy"/> selects it by.</summary>
    string Name { get; }

    /// <summary>True when instances' weights count. If not, they only count as 0 or not: 0 means no traffic. Default true.</summary>
    bool UsesWeights => true;

    /// <summary>Makes a picker. Called for each new list of targets, each change of availability, and the steps of slow starts.</summary>
    TargetPicker CreatePicker(PickerInput input);
}
