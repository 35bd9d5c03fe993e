namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>A map of a node: metadata, tagged addresses.</summary>
internal sealed class NodeMapField(NodeMapReader read) : TextMapField
{
    protected override int Count(in FilterRow row) => read(row).Count;

    protected override bool TryFind(in FilterRow row, MapKey key, out FilterText value)
    {
        IReadOnlyList<KeyValuePair<string, string>> pairs = read(row);
        for (int i = 0; i < pairs.Count; i++)
        {
            if (pairs[i].Key == key.Text)
            {
                value = new FilterText(pairs[i].Value);
                return true;
            }
        }

        value = default;
        return false;
    }
}
