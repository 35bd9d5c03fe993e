namespace Muster.Client.Balancing;

/// <summary>A target that a policy may pick.</summary>
/// <param name="Target">The target.</param>
/// <param name="Weight">
/// The share it should have, relative to the others; above 0. The instance's weight (1 if the policy does not use weights)
/// times how far its slow start has come.
/// </param>
public readonly record struct WeightedTarget(Target Target, double Weight);
