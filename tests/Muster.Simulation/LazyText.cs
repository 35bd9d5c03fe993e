using System.Runtime.CompilerServices;
using Muster.Simulation.Cluster;

namespace Muster.Simulation;

/// <summary>
/// Text that is put together only when somebody reads it: the message of an invariant that does not hold, a line of a trace
/// that is kept. Nearly always nobody does, and writing all of them would cost more than the lives they are about.
/// </summary>
[InterpolatedStringHandler]
internal ref struct LazyText
{
    private DefaultInterpolatedStringHandler _text;

    public LazyText(int literals, int holes, bool holds, out bool isRead)
    {
        isRead = !holds;
        _text = isRead ? new DefaultInterpolatedStringHandler(literals, holes) : default;
    }

    public LazyText(int literals, int holes, IWorld world, out bool isRead)
        : this(literals, holes, !world.IsTracing, out isRead)
    {
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string format) => _text.AppendFormatted(value, format);

    public string Take() => _text.ToStringAndClear();
}
