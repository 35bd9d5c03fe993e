namespace Muster.Model;

/// <summary>How every interface of Muster writes an <see cref="InstanceState"/>.</summary>
public static class InstanceStateText
{
    /// <summary>The state in lower case.</summary>
    public static string ToText(this InstanceState state) => state switch
    {
        InstanceState.Starting => "starting",
        InstanceState.Draining => "draining",
        InstanceState.OutOfService => "out_of_service",
        _ => "up",
    };

    /// <summary>Reads a state; false when it is none.</summary>
    public static bool TryParse(string text, out InstanceState state)
    {
        (bool known, state) = text switch
        {
            "up" => (true, InstanceState.Up),
            "starting" => (true, InstanceState.Starting),
            "draining" => (true, InstanceState.Draining),
            "out_of_service" => (true, InstanceState.OutOfService),
            _ => (false, InstanceState.Up),
        };
        return known;
    }
}
