using System.Text;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Dns.Naming;

namespace Muster.Protocols.Dns.Answers;

/// <summary>Finds the records of a service: on its snapshot, or encoded from it and kept there.</summary>
internal sealed class ServiceDirectory(Catalog.Catalog catalog, DnsZone[] zones, ServiceTtlTable ttls, bool onlyPassing)
{
    // Longer than any name in a question.
    private const int MaxNameChars = 256;

    /// <summary>
    /// The records of a service's healthy instances, of those with <paramref name="tag"/> when it is not empty;
    /// null when there is no such instance.
    /// </summary>
    public RecordSet? Find(ReadOnlySpan<byte> service, ReadOnlySpan<byte> tag)
    {
        Span<char> name = stackalloc char[MaxNameChars];
        int length = Encoding.UTF8.GetChars(service, name);
        ServiceSnapshot? snapshot = catalog.FindService(name[..length]);
        if (snapshot is null)
        {
            return null;
        }

        ServiceMemo memo = MemoOf(snapshot);
        RecordSet records = tag.IsEmpty ? memo.All : FindTagged(snapshot, memo, tag);
        return records.IsEmpty ? null : records;
    }

    private ServiceMemo MemoOf(ServiceSnapshot snapshot)
    {
        if (catalog.Answers.Get(snapshot, MemoSlot.Dns) is ServiceMemo kept && kept.BelongsTo(this))
        {
            return kept;
        }

        ServiceMemo memo = new(this, Encode(snapshot, default));
        catalog.Answers.Set(snapshot, MemoSlot.Dns, memo);
        return memo;
    }

    private RecordSet FindTagged(ServiceSnapshot snapshot, ServiceMemo memo, ReadOnlySpan<byte> tag)
    {
        if (memo.Find(tag) is { } kept)
        {
            return kept;
        }

        // Absent tags are not kept: a client could invent any number of them.
        RecordSet records = Encode(snapshot, tag);
        if (!records.IsEmpty && memo.With(tag, records) is { } extended)
        {
            catalog.Answers.Set(snapshot, MemoSlot.Dns, extended);
        }

        return records;
    }

    private RecordSet Encode(ServiceSnapshot snapshot, ReadOnlySpan<byte> tag)
    {
        RecordSetBuilder? builder = null;
        HealthStatus worst = onlyPassing ? HealthStatus.Passing : HealthStatus.Warning;
        foreach (Instance instance in snapshot.Instances)
        {
            if (instance.Status <= worst && (tag.IsEmpty || HasTag(instance.Data, tag)))
            {
                builder ??= new RecordSetBuilder(zones, ttls.Find(snapshot.Name));
                builder.Add(instance);
            }
        }

        return builder is null ? RecordSet.Empty : builder.Build();
    }

    private static bool HasTag(InstanceData data, ReadOnlySpan<byte> tag)
    {
        foreach (ReadOnlySpan<byte> candidate in data.Tags)
        {
            if (Ascii.EqualsIgnoreCase(candidate, tag) || candidate.SequenceEqual(tag))
            {
                return true;
            }
        }

        return false;
    }
}
