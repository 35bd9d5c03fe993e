using System.Runtime.InteropServices;

namespace Muster.Catalog;

// Who is missed, and who was registered instead.
internal sealed partial class Census
{
    private void Note(ServiceEntry service, Instance instance, PreservationSignal signal, int missed, long heard, Scope? zone, Scope? owner)
    {
        if (missed == 0)
        {
            return;
        }

        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_groupNumbers, (service, signal), out bool known);
        if (!known)
        {
            number = _groups.Count;
            _groups.Add((service, signal));
        }

        _silences.Add(new Silence(number, new Moment(Math.Max(_history.At(heard), instance.CreateIndex), heard), zone, owner, missed));
    }

    /// <summary>
    /// Matches each missed instance with a newcomer of its service that was registered after it was last heard: a process that
    /// was killed and started again under another id is no loss, however often. A newcomer may be missed itself by now.
    /// </summary>
    private void MakeUp()
    {
        // per service the last one heard first: it is the hardest to match
        CollectionsMarshal.AsSpan(_silences).Sort(static (left, right) =>
            left.Group != right.Group ? left.Group.CompareTo(right.Group) : right.Heard.CompareTo(left.Heard));
        for (int first = 0, next; first < _silences.Count; first = next)
        {
            for (next = first + 1; next < _silences.Count && _silences[next].Group == _silences[first].Group; next++)
            {
            }

            (ServiceEntry service, PreservationSignal signal) = _groups[_silences[first].Group];
            CollectNewcomers(service, _silences[next - 1].Heard);
            int matched = 0;
            for (int i = first; i < next; i++)
            {
                if (matched < _newcomers.Count && _newcomers[matched].CompareTo(_silences[i].Heard) > 0)
                {
                    matched++;
                }
                else
                {
                    Miss(signal, _silences[i].Count, _silences[i].Zone, _silences[i].Owner);
                }
            }
        }
    }

    /// <summary>When those were registered who were after <paramref name="moment"/>, newest first.</summary>
    private void CollectNewcomers(ServiceEntry service, Moment moment)
    {
        _newcomers.Clear();
        foreach (Instance instance in service.Current?.InstanceArray ?? [])
        {
            if (instance.CreateIndex > moment.Index && BirthOf(instance) is var birth && birth.CompareTo(moment) > 0)
            {
                _newcomers.Add(birth);
            }
        }

        CollectionsMarshal.AsSpan(_newcomers).Sort(static (left, right) => right.CompareTo(left));
    }

    /// <summary>
    /// When an instance was registered. What other servers told late, after a partition or to a server that had lost its data,
    /// has the index of its arrival, but that makes it no newcomer: its age counts.
    /// </summary>
    private Moment BirthOf(Instance instance)
    {
        // to the second, in favour of the younger
        long age = Math.Max(0, _second - instance.RegisteredSeconds - 1);
        long tick = Math.Max(0, _now - (age * TimeSpan.TicksPerSecond / clock.Tick.Ticks)), index = _history.At(tick);
        return index < instance.CreateIndex ? new Moment(index, tick) : new Moment(instance.CreateIndex, 0);
    }
}
