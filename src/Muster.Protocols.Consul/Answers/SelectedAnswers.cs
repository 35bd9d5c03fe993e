using Muster.Catalog;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Answers;

/// <summary>
/// Answers with some of a service's instances, put together from the elements of the whole list. A few of them are
/// kept on the snapshot: the clients of a service mostly ask it the same few questions again and again.
/// </summary>
internal sealed class SelectedAnswers(AnswerCache cache)
{
    /// <summary>Sends the elements of <paramref name="all"/> whose instances <paramref name="filter"/> lets through.</summary>
    /// <param name="request">The request.</param>
    /// <param name="snapshot">The service.</param>
    /// <param name="shape">What the list is: the slot that keeps it.</param>
    /// <param name="all">The whole list.</param>
    /// <param name="filter">Which instances.</param>
    public Task SendAsync(in ConsulRequest request, ServiceSnapshot snapshot, MemoSlot shape, EncodedList all, in InstanceFilter filter)
    {
        QueryHeaders.Set(request, all.IndexText);
        bool compressed = !request.Query.Pretty && Compression.IsAccepted(request.Context.Request.Headers);
        if (Find(snapshot, shape, all, filter, compressed) is { } answer)
        {
            return answer.IsCompressed
                ? ConsulResponse.GzippedJsonAsync(request.Context, answer.Body)
                : ConsulResponse.JsonAsync(request, answer.Body);
        }

        GoJsonWriter json = GoJsonWriter.Rent();
        ListEncoder.Select(all, snapshot, filter, json);
        return ConsulResponse.JsonAsync(request, json);
    }

    /// <summary>The answer that is kept, encoded now if there is room for it; null when there is none.</summary>
    internal SelectedAnswer? Find(ServiceSnapshot snapshot, MemoSlot shape, EncodedList all, in InstanceFilter filter, bool compressed)
    {
        SelectedAnswersMemo? kept = KeptFor(snapshot);
        if (kept?.Find(shape, filter, compressed) is { } hit)
        {
            return hit;
        }

        return kept is { IsFull: true } ? null : FindOrEncode(snapshot, shape, all, filter, compressed);
    }

    private SelectedAnswer? FindOrEncode(ServiceSnapshot snapshot, MemoSlot shape, EncodedList all, in InstanceFilter filter, bool compressed)
    {
        using Lock.Scope alone = cache.BeginEncoding(snapshot, MemoSlot.ConsulSelected);
        SelectedAnswersMemo? kept = KeptFor(snapshot);
        if (kept?.Find(shape, filter, compressed) is { } made)
        {
            return made;
        }

        if (kept is { IsFull: true })
        {
            return null;
        }

        GoJsonWriter json = GoJsonWriter.Rent();
        ListEncoder.Select(all, snapshot, filter, json);
        bool isCompressed = compressed && json.Written.Length >= Compression.SmallestBody;
        var answer = new SelectedAnswer(shape, filter, compressed, isCompressed, isCompressed ? Compression.Gzip(json.Written) : json.ToArray());
        json.Return();
        cache.Set(snapshot, MemoSlot.ConsulSelected, new SelectedAnswersMemo(kept, answer));
        return answer;
    }

    private SelectedAnswersMemo? KeptFor(ServiceSnapshot snapshot) => cache.Get(snapshot, MemoSlot.ConsulSelected) as SelectedAnswersMemo;
}
