using System.Buffers;
using Muster.Catalog;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Answers;

/// <summary>Makes encoded lists, and puts partial lists together from their slices.</summary>
internal static class ListEncoder
{
    /// <summary>Encodes every instance of a snapshot.</summary>
    public static EncodedList Encode(ServiceSnapshot snapshot, InstanceWriter write)
    {
        ReadOnlySpan<Instance> instances = snapshot.Instances;
        var starts = new int[instances.Length + 1];
        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginArray();
        for (int i = 0; i < instances.Length; i++)
        {
            // one further than what is written: the bracket or a comma stands between
            starts[i] = i == 0 ? 1 : json.Written.Length + 1;
            write(json, instances[i]);
        }

        json.EndArray();
        starts[^1] = json.Written.Length;
        var list = new EncodedList(json.ToArray(), starts, snapshot, instances.Length);
        json.Return();
        return list;
    }

    /// <summary>Encodes a snapshot; the elements of instances that are as in an earlier list are copied from there.</summary>
    public static EncodedList Encode(ServiceSnapshot snapshot, InstanceWriter write, EncodedList earlier)
    {
        ReadOnlySpan<Instance> instances = snapshot.Instances;
        int[] rented = ArrayPool<int>.Shared.Rent(instances.Length);
        Span<int> kept = rented.AsSpan(0, instances.Length);
        snapshot.FindIn(earlier.Snapshot, kept);

        // The new elements first: then the length is known, and the list is made in its one array.
        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginArray();
        var starts = new int[instances.Length + 1];
        starts[0] = 1;
        int fresh = 0;
        for (int i = 0; i < instances.Length; i++)
        {
            int length = kept[i] >= 0 ? earlier[kept[i]].Length : Append(json, write, instances[i], isFirst: fresh++ == 0);
            starts[i + 1] = starts[i] + length + 1;
        }

        var list = new EncodedList(Assemble(json.Written, starts, kept, earlier), starts, snapshot, fresh);
        json.Return();
        ArrayPool<int>.Shared.Return(rented);
        return list;
    }

    private static int Append(GoJsonWriter json, InstanceWriter write, Instance instance, bool isFirst)
    {
        int start = json.Written.Length + (isFirst ? 0 : 1);
        write(json, instance);
        return json.Written.Length - start;
    }

    private static byte[] Assemble(ReadOnlySpan<byte> fresh, int[] starts, ReadOnlySpan<int> kept, EncodedList earlier)
    {
        byte[] body = GC.AllocateUninitializedArray<byte>(starts[^1]);
        body[0] = (byte)'[';
        int taken = 1;
        for (int i = 0; i < kept.Length; i++)
        {
            Span<byte> place = body.AsSpan(starts[i]..(starts[i + 1] - 1));
            if (kept[i] >= 0)
            {
                earlier[kept[i]].CopyTo(place);
            }
            else
            {
                fresh.Slice(taken, place.Length).CopyTo(place);
                taken += place.Length + 1;
            }

            body[starts[i + 1] - 1] = (byte)',';
        }

        body[^1] = (byte)']';
        return body;
    }

    /// <summary>Writes the elements of the instances that <paramref name="filter"/> lets through, as an array.</summary>
    public static void Select(EncodedList list, ServiceSnapshot snapshot, in InstanceFilter filter, GoJsonWriter json)
    {
        ReadOnlySpan<Instance> instances = snapshot.Instances;
        json.BeginArray();
        for (int i = 0; i < instances.Length; i++)
        {
            if (filter.Accepts(instances[i]))
            {
                json.Raw(list[i]);
            }
        }

        json.EndArray();
    }
}
