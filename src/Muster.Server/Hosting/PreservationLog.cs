using Microsoft.Extensions.Logging;
using Muster.Catalog;

namespace Muster.Server.Hosting;

/// <summary>Logs the beginnings and ends of holds. Called after every tick; costs a read when nothing happened.</summary>
internal sealed partial class PreservationLog(Preservation preservation, ILogger logger)
{
    private long _written;

    /// <summary>Writes what happened since the last call.</summary>
    public void Write()
    {
        PreservationView view = preservation.View;
        if (view.Events.Count == 0 || view.Events[^1].Number == _written)
        {
            return;
        }

        foreach (PreservationEvent each in view.Events)
        {
            if (each.Number > _written)
            {
                Write(view, each);
            }
        }

        _written = view.Events[^1].Number;
    }

    private void Write(PreservationView view, PreservationEvent each)
    {
        string signal = each.Signal.ToText();
        if (each.Began)
        {
            PreservationHold? hold = view.Holds.FirstOrDefault(hold => hold.Scope == each.Scope && hold.Signal == each.Signal);
            LogBegan(logger, each.Scope, signal, each.Text, hold?.Until ?? "it has ended already");
        }
        else
        {
            LogEnded(logger, each.Scope, signal, each.Text);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Self-preservation holds \"{Scope}\" ({Signal}): {Cause}. Until: {Until}")]
    private static partial void LogBegan(ILogger logger, string scope, string signal, string cause, string until);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Self-preservation of \"{Scope}\" ({Signal}) ended: {Cause}")]
    private static partial void LogEnded(ILogger logger, string scope, string signal, string cause);
}
