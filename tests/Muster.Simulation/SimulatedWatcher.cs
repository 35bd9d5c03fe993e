using Muster.Catalog;

namespace Muster.Simulation;

/// <summary>
/// A client in a loop of blocking queries: reads, waits with the index it saw, is woken, reads again. Across a restart it
/// keeps its index, as clients do.
/// </summary>
internal sealed class SimulatedWatcher(View view)
{
    private Waiter? _waiter;

    public View View => view;

    /// <summary>The index of the last answer.</summary>
    public long Seen { get; private set; }

    /// <summary>What the last answer showed.</summary>
    public int SeenContent { get; private set; }

    /// <summary>Blocked: on its watch point, with nothing on its way.</summary>
    public bool IsBlocked => _waiter is { Woken: false, Point: not null };

    /// <summary>Taken off its watch point, but not woken yet.</summary>
    public bool IsWakeUnderWay => _waiter is { Woken: false, Point: null };

    /// <summary>One turn of the loop: answers if there is something new, else blocks.</summary>
    public void Turn(Catalog.Catalog catalog)
    {
        if (_waiter is { Woken: false } || !view.TryRead(catalog, out long index, out int content))
        {
            return;
        }

        if (_waiter is not null)
        {
            SimulationFailure.Unless(index > Seen, $"W4: a watcher of {view.Name} was woken although nothing changed since index {Seen}");
            _waiter = null;
        }

        if (index != Seen)
        {
            Seen = index;
            SeenContent = content;
        }

        var waiter = new Waiter();
        if (view.PointOf(catalog)?.TryAdd(waiter, Seen) == true)
        {
            _waiter = waiter;
        }
    }

    /// <summary>The client hangs up.</summary>
    public void Abandon()
    {
        if (_waiter is { Point: { } point })
        {
            SimulationFailure.Unless(point.Remove(_waiter), "S5: a watcher was not where it waited");
        }

        _waiter = null;
    }

    /// <summary>The server is another; the index stays.</summary>
    public void Disconnect() => _waiter = null;

    private sealed class Waiter : Watcher
    {
        public bool Woken { get; private set; }

        protected override void OnChanged() => Woken = true;
    }
}
