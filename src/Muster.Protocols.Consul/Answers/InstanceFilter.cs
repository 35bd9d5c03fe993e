using System.Runtime.InteropServices;
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
    private readonly bool _passing = passing;
    private readonly List<string>? _tags = tags;
    private readonly List<KeyValuePair<string, string>>? _nodeMetadata = nodeMetadata;
    private readonly Condition? _condition = condition;

    /// <summary>True when nothing but health is asked for: such answers are memoized.</summary>
    public bool IsPlain => _tags is null && _nodeMetadata is null && _condition is null;

    /// <summary>True when the other asks for the same in the same words; a compiled filter is the same only as one object.</summary>
    public bool IsSame(in InstanceFilter other) =>
        _passing == other._passing && ReferenceEquals(_condition, other._condition)
        && SameTags(_tags, other._tags) && SameMetadata(_nodeMetadata, other._nodeMetadata);

    /// <summary>True when the instance belongs in the answer.</summary>
    public bool Accepts(Instance instance) =>
        (!_passing || instance.Status == HealthStatus.Passing) && HasTags(instance.Data) && AcceptsNode(instance.Node)
        && _condition?.Accepts(new FilterRow(instance)) != false;

    /// <summary>True when the node has all the metadata asked for, keys and values compared exactly.</summary>
    public bool AcceptsNode(Node node)
    {
        if (_nodeMetadata is null)
        {
            return true;
        }

        foreach (KeyValuePair<string, string> wanted in _nodeMetadata)
        {
            if (!Contains(node.Definition.Metadata, wanted))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameTags(List<string>? left, List<string>? right) =>
        CollectionsMarshal.AsSpan(left).SequenceEqual(CollectionsMarshal.AsSpan(right));

    private static bool SameMetadata(List<KeyValuePair<string, string>>? left, List<KeyValuePair<string, string>>? right)
    {
        bool same = left?.Count == right?.Count;
        for (int i = 0; same && i < left?.Count; i++)
        {
            // a pair has no equality of its own that does not allocate
            same = left[i].Key == right![i].Key && left[i].Value == right[i].Value;
        }

        return same;
    }

    private bool HasTags(InstanceData data)
    {
        if (_tags is null)
        {
            return true;
        }

        foreach (string tag in _tags)
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
