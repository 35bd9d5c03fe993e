using Muster.Catalog;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Answers;

/// <summary>Keeps the one answer of an endpoint without argument until its index moves. Of those that miss it together one encodes.</summary>
internal sealed class KeptList(WatchPoint point, Action<GoJsonWriter> write)
{
    private readonly Lock _encoding = new();
    private volatile KeptAnswer? _kept;

    /// <summary>The answer at the present index, or at a later one. Any thread; a hit takes no lock and allocates nothing.</summary>
    public KeptAnswer Current()
    {
        long index = point.Index;
        return _kept is { } kept && kept.Index >= index ? kept : CurrentOrEncode(index);
    }

    private KeptAnswer CurrentOrEncode(long wanted)
    {
        lock (_encoding)
        {
            if (_kept is { } made && made.Index >= wanted)
            {
                return made;
            }

            // the index first: what is read later may be newer than it says, never older
            long index = point.Index;
            GoJsonWriter json = GoJsonWriter.Rent();
            write(json);
            var answer = new KeptAnswer(index, json.ToArray());
            json.Return();
            _kept = answer;
            return answer;
        }
    }
}
