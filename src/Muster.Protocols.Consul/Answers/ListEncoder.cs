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
        var list = new EncodedList(json.ToArray(), starts, snapshot.Index);
        json.Return();
        return list;
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
