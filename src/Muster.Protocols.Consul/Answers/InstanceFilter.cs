using System.Text;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Filtering.Conditions;

namespace Muster.Protocols.Consul.Answers;

/// <summary>
/// Which instances a reader wants: passing, with all of some tags, on nodes with all of some metadata, and as a filter says.
/// </summary>
internal readonly struct InstanceFilter(
    bool passing, List<string>? tags, List<KeyValuePair<string, string>>? nodeMetadata, Condition? condition = null)
{
    /// <summary>True when nothing but health is asked for: such answers are memoized.</summary>
    public bool IsPlain => tags is null && nodeMetadata is null && condition is null;

    /// <summary>True when the instance belongs in the answer.</summary>
    public bool Accepts(Instance instance) =>
        (!passing || instance.Status == HealthStatus.Passing) && HasTags(instance.Data) && AcceptsNode(instance.Node)
        && condition?.Accepts(new FilterRow(instance)) != false;

    /// <summary>True when the node has all the metadata asked for, keys and values compared exactly.</summary>
    public bool AcceptsNode(Node node)
    {
        if (nodeMetadata is null)
        {
            return true;
        }

        foreach (KeyValuePair<string, string> wanted in nodeMetadata)
        {
            if (!Contains(node.Definition.Metadata, wanted))
            {
                return false;
            }
        }

        return true;
    }

    private bool HasTags(InstanceData data)
    {
        if (tags is null)
        {
            return true;
        }

        foreach (string tag in tags)
        {
            if (!HasTag(data, tag))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Tags are compared without case, as Consul does.</summary>
    private static bool HasTag(InstanceData data, string wanted)
    {
        foreach (ReadOnlySpan<byte> tag in data.Tags)
        {
            if (SameText(tag, wanted))
            {
                return true;
            }
        }

        return false;
    }

    private static bool SameText(ReadOnlySpan<byte> utf8, string text)
    {
        if (Ascii.IsValid(utf8))
        {
            return Ascii.EqualsIgnoreCase(utf8, text);
        }

        return Encoding.UTF8.GetString(utf8).Equals(text, StringComparison.OrdinalIgnoreCase);
    }

    private static bool Contains(IReadOnlyList<KeyValuePair<string, string>> pairs, in KeyValuePair<string, string> wanted)
    {
        for (int i = 0; i < pairs.Count; i++)
        {
            if (pairs[i].Key == wanted.Key)
            {
                return pairs[i].Value == wanted.Value;
            }
        }

        return false;
    }
}
