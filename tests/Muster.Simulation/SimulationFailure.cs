using System.Runtime.CompilerServices;

namespace Muster.Simulation;

/// <summary>An invariant did not hold. The message begins with the invariant's name.</summary>
internal sealed class SimulationFailure(string message) : Exception(message)
{
    /// <summary>Lives a run; what failed, or null.</summary>
    public static string? Of(Action run)
    {
        try
        {
            run();
            return null;
        }
        catch (SimulationFailure failure)
        {
            return failure.Message;
        }
        catch (Exception error)
        {
            return $"S12: an exception nobody handled: {error}";
        }
    }

    /// <summary>Throws when <paramref name="holds"/> is false.</summary>
    public static void Unless(bool holds, string message)
    {
        if (!holds)
        {
            throw new SimulationFailure(message);
        }
    }

    /// <summary>Throws when <paramref name="holds"/> is false; else the message is not even written.</summary>
    public static void Unless(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref LazyText message)
    {
        if (!holds)
        {
            throw new SimulationFailure(message.Take());
        }
    }
}
