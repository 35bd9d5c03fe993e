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
        var kept = cache.Get(snapshot, MemoSlot.ConsulSelected) as SelectedAnswersMemo;
        if (kept?.Find(shape, filter, compressed) is { } hit)
        {
            return hit.IsCompressed
                ? ConsulResponse.GzippedJsonAsync(request.Context, hit.Body)
                : ConsulResponse.JsonAsync(request, hit.Body);
        }

        GoJsonWriter json = GoJsonWriter.Rent();
        ListEncoder.Select(all, snapshot, filter, json);
        if (kept?.IsFull == true)
        {
            return ConsulResponse.JsonAsync(request, json);
        }

        bool isCompressed = compressed && json.Written.Length >= Compression.SmallestBody;
        var answer = new SelectedAnswer(shape, filter, compressed, isCompressed, isCompressed ? Compression.Gzip(json.Written) : json.ToArray());
        json.Return();
        cache.Set(snapshot, MemoSlot.ConsulSelected, new SelectedAnswersMemo(kept, answer));
        return isCompressed
            ? ConsulResponse.GzippedJsonAsync(request.Context, answer.Body)
            : ConsulResponse.JsonAsync(request, answer.Body);
    }
}
