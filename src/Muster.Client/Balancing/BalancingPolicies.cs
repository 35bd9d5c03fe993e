using Muster.Client.Balancing.Policies;

namespace Muster.Client.Balancing;

/// <summary>The policies by name: the built-in ones and those that an application brings.</summary>
internal static class BalancingPolicies
{
    private static readonly IBalancingPolicy[] BuiltIn =
    [
        new RoundRobinPolicy(), new RandomPolicy(), new WeightedPolicy(), new PowerOfTwoPolicy(), new PeakEwmaPolicy(), new ConsistentHashPolicy(),
    ];

    /// <summary>What a service uses that does not say otherwise.</summary>
    public static IBalancingPolicy Default => BuiltIn[0];

    /// <summary>Names of all policies, for messages.</summary>
    public static IEnumerable<string> Names(IEnumerable<IBalancingPolicy> own) => own.Concat(BuiltIn).Select(policy => policy.Name).Distinct(StringComparer.Ordinal);

    /// <summary>The policy of that name; an application's own one goes before a built-in one. Throws if there is none: options are validated before.</summary>
    public static IBalancingPolicy Find(string name, IEnumerable<IBalancingPolicy> own) =>
        own.Concat(BuiltIn).FirstOrDefault(policy => policy.Name == name)
        ?? throw new ArgumentException($"there is no balancing policy {name}; there are {string.Join(", ", Names(own))}", nameof(name));
}
