using Muster.Simulation.Cluster.Readers;

namespace Muster.Simulation.Cluster;

// Clients that look services up. They change nothing, and have a chance of their own: a seed's life is the same with them.
internal sealed partial class ClusterRun
{
    private static readonly TimeSpan s_readersTick = TimeSpan.FromSeconds(1);

    /// <summary>What a client kept without a reason is given up after a minute of answers; the way to a server may take as long again.</summary>
    private static readonly TimeSpan s_mostRestOfReaders = TimeSpan.FromSeconds(180);

    private void AddReaders(Random random, ClusterBug bug)
    {
        for (int i = Scenario.Instances <= ClusterSeed.Few ? 3 : 2; i > 0; i--)
        {
            string[] services = [_services[random.Next(_services.Count)], _services[random.Next(_services.Count)]];
            _readers.Add(new SimulatedReader(this, _readers.Count, random, services.Distinct().ToList(), bug));
        }
    }

    private void StartReaders()
    {
        foreach (SimulatedReader reader in _readers)
        {
            Agenda.InSeconds(20 + reader.Site, reader.Start);
        }

        Agenda.InSeconds(30, TickReaders);
    }

    private void TickReaders()
    {
        foreach (SimulatedReader reader in _readers)
        {
            reader.Tick();
        }

        Agenda.In(s_readersTick, TickReaders);
    }

    /// <summary>S5: once all is at rest, clients show what servers show.</summary>
    private void SettleReaders()
    {
        TimeSpan limit = Agenda.Now + s_mostRestOfReaders;
        foreach (SimulatedReader reader in _readers)
        {
            while (reader.DifferenceTo(_servers[0]) is { } difference)
            {
                SimulationFailure.Unless(Agenda.Now < limit, $"S5: {s_mostRestOfReaders.TotalSeconds:0} s after all servers were at rest: {difference}");
                Agenda.RunUntil(Agenda.Now + TimeSpan.FromSeconds(5));
            }
        }
    }
}
