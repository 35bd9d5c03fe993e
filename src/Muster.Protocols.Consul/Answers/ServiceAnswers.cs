using Muster.Catalog;
using Muster.Protocols.Consul.Catalog;
using Muster.Protocols.Consul.Health;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Answers;

/// <summary>
/// The encoded answers about one service: looked up on its snapshot, encoded on the first miss and kept there.
/// </summary>
/// <remarks>
/// What the cache does not keep (a superseded snapshot, a spent budget) is still answered.
/// </remarks>
internal sealed class ServiceAnswers(AnswerCache cache)
{
    private static readonly InstanceWriter WriteHealth = HealthServiceEncoder.Write;
    private static readonly InstanceWriter WriteCatalog = CatalogServiceEncoder.Write;

    /// <summary>All instances as in <c>health/service</c>.</summary>
    public EncodedList Health(ServiceSnapshot snapshot) => List(snapshot, MemoSlot.ConsulHealth, WriteHealth);

    /// <summary>All instances as in <c>catalog/service</c>.</summary>
    public EncodedList Rows(ServiceSnapshot snapshot) => List(snapshot, MemoSlot.ConsulCatalog, WriteCatalog);

    /// <summary>The passing instances: the very bytes of <see cref="Health"/> when all of them pass.</summary>
    public EncodedAnswer Passing(ServiceSnapshot snapshot) =>
        cache.GetOrEncode(snapshot, MemoSlot.ConsulPassing, this, static (snapshot, self) => self.EncodePassing(snapshot));

    /// <summary>The compressed form of what <see cref="Health"/> or <see cref="Passing"/> gave.</summary>
    public EncodedAnswer Compressed(ServiceSnapshot snapshot, EncodedAnswer plain) =>
        // a whole list is the answer to both questions when all instances pass, and then so is its compressed form
        Compressed(snapshot, plain, plain is EncodedList ? MemoSlot.ConsulHealthGzip : MemoSlot.ConsulPassingGzip);

    /// <summary>The compressed form of what <see cref="Rows"/> gave.</summary>
    public EncodedAnswer CompressedRows(ServiceSnapshot snapshot, EncodedList rows) =>
        Compressed(snapshot, rows, MemoSlot.ConsulCatalogGzip);

    private EncodedAnswer EncodePassing(ServiceSnapshot snapshot)
    {
        EncodedList all = Health(snapshot);
        var passing = new InstanceFilter(passing: true, null, null);
        foreach (Instance instance in snapshot.Instances)
        {
            if (!passing.Accepts(instance))
            {
                GoJsonWriter json = GoJsonWriter.Rent();
                ListEncoder.Select(all, snapshot, passing, json);
                var answer = new EncodedAnswer(json.ToArray(), all.IndexText);
                json.Return();
                return answer;
            }
        }

        return all;
    }

    private EncodedAnswer Compressed(ServiceSnapshot snapshot, EncodedAnswer plain, MemoSlot slot) =>
        cache.GetOrEncode(snapshot, slot, plain, static (_, plain) => new EncodedAnswer(Compression.Gzip(plain.Body), plain.IndexText));

    private EncodedList List(ServiceSnapshot snapshot, MemoSlot slot, InstanceWriter write) => cache.GetOrEncode(
        snapshot,
        slot,
        (cache, slot, write),
        static (snapshot, with) => with.cache.GetInherited(snapshot, with.slot) is EncodedList earlier
            ? ListEncoder.Encode(snapshot, with.write, earlier)
            : ListEncoder.Encode(snapshot, with.write));
}
