using Muster.Model;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>The metadata of an instance.</summary>
internal sealed class InstanceMetadataField : TextMapField
{
    protected override int Count(in FilterRow row) => row.Instance.Data.Metadata.Count;

    protected override bool TryFind(in FilterRow row, MapKey key, out FilterText value)
    {
        PackedTexts texts = row.Instance.Data.Metadata;
        while (texts.MoveNext())
        {
            bool found = texts.Current.SequenceEqual(key.Utf8);
            texts.MoveNext();
            if (found)
            {
                value = new FilterText(texts.Current);
                return true;
            }
        }

        value = default;
        return false;
    }
}
