using System.Numerics;

namespace Muster.Simulation.Cluster;

/// <summary>What many runs did in all.</summary>
internal sealed class Tally
{
    private long _ticks, _steps, _messages;
    private int _runs;
    private int _fewestFaults = int.MaxValue;
    private TimeSpan _shortest = TimeSpan.MaxValue;

    public TimeSpan Simulated => TimeSpan.FromTicks(_ticks);

    public int Runs => _runs;

    public int FewestFaults => _fewestFaults;

    public void Add(Agenda agenda, Network network, Faults kinds)
    {
        lock (this)
        {
            _runs++;
            _ticks += agenda.Now.Ticks;
            _steps += agenda.Steps;
            _messages += network.Messages;
            _shortest = agenda.Now < _shortest ? agenda.Now : _shortest;
            _fewestFaults = Math.Min(_fewestFaults, BitOperations.PopCount((uint)kinds));
        }
    }

    public override string ToString() =>
        $"{_runs} runs, {Simulated.TotalHours:0.0} simulated hours, none shorter than {_shortest.TotalMinutes:0.0} minutes, {_steps / 1e6:0.0} million steps, {_messages / 1e6:0.0} million messages, at least {_fewestFaults} kinds of fault in each";
}
