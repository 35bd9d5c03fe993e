namespace Muster.Simulation.Cluster;

// What clients of this server see: indexes, and watchers that are blocked.
internal sealed partial class ServerAudit
{
    private readonly Dictionary<string, (View View, SimulatedWatcher Watcher)> _views = new(StringComparer.OrdinalIgnoreCase);

    private void BeginViews()
    {
        foreach ((View _, SimulatedWatcher watcher) in _views.Values)
        {
            watcher.Disconnect();
        }

        foreach (string service in world.Services)
        {
            if (!_views.ContainsKey(service))
            {
                var view = new ServiceInstancesView(service);
                _views[service] = (view, new SimulatedWatcher(view));
            }

            _touched.Add(service);
        }

        AuditViews();
        TurnWatchers();
    }

    /// <summary>Everybody who was woken, or does not wait yet, reads and waits again.</summary>
    public void TurnWatchers()
    {
        foreach ((View _, SimulatedWatcher watcher) in _views.Values)
        {
            watcher.Turn(server.Catalog);
        }
    }

    /// <summary>Nothing happened for a while: nobody may sleep on something new, and no wake may be lost.</summary>
    public void AuditRest()
    {
        foreach ((string service, (View view, SimulatedWatcher _)) in _views)
        {
            view.Forget();
            _touched.Add(service);
        }

        AuditViews();
        foreach ((View view, SimulatedWatcher watcher) in _views.Values)
        {
            SimulationFailure.Unless(!watcher.IsWakeUnderWay, $"S5: a wake of a watcher of {view.Name} on {server.Name} was lost");
        }
    }

    private void AuditViews()
    {
        foreach (string service in _touched)
        {
            if (!_views.TryGetValue(service, out (View View, SimulatedWatcher Watcher) watched))
            {
                continue;
            }

            (View view, SimulatedWatcher watcher) = watched;
            view.TryRead(server.Catalog, out long index, out int content);
            SimulationFailure.Unless(index >= view.LastIndex, $"S4: {view.Name} on {server.Name} went from {view.LastIndex} back to {index}");
            SimulationFailure.Unless(
                content == view.LastContent || index > view.LastIndex || view.LastIndex == 0,
                $"S5: {view.Name} on {server.Name} changed at index {index} without moving it");
            (view.LastIndex, view.LastContent) = (index, content);
            SimulationFailure.Unless(
                !watcher.IsBlocked || (watcher.Seen == index && watcher.SeenContent == content),
                $"S5: a watcher of {view.Name} on {server.Name} sleeps at {watcher.Seen}, the view is at {index}");
        }

        _touched.Clear();
    }
}
