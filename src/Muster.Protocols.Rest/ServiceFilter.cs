using System.Text;
using Muster.Catalog;
using Muster.Model;

namespace Muster.Protocols.Rest;

/// <summary>Which instances of a service a reader asked for.</summary>
internal sealed class ServiceFilter
{
    private readonly HealthStatus _worst;
    private readonly byte[][] _tags;

    private ServiceFilter(HealthStatus worst, byte[][] tags)
    {
        _worst = worst;
        _tags = tags;
    }

    /// <summary>True when every instance passes.</summary>
    public bool IsOpen => _worst == HealthStatus.Critical && _tags.Length == 0;

    /// <summary>Reads the parameters <c>health</c> and <c>tag</c>.</summary>
    public static ServiceFilter Read(RestCall call, FieldErrors errors)
    {
        HealthStatus worst = HealthStatus.Critical;
        switch (call.Parameter("health"))
        {
            case "passing":
                worst = HealthStatus.Passing;
                break;
            case "usable":
                worst = HealthStatus.Warning;
                break;
            case null or "any":
                break;
            case string other:
                errors.Add("health", $"must be any, usable or passing, got \"{other}\"");
                break;
        }

        byte[][] tags = call.Context.Request.Query.TryGetValue("tag", out var values)
            ? [.. values.Select(tag => Encoding.UTF8.GetBytes(tag ?? ""))]
            : [];
        return new ServiceFilter(worst, tags);
    }

    /// <summary>The instances that pass, in the snapshot's order.</summary>
    public List<Instance> Select(ServiceSnapshot? snapshot)
    {
        var selected = new List<Instance>();
        foreach (Instance instance in snapshot is null ? [] : snapshot.Instances)
        {
            if (Accepts(instance))
            {
                selected.Add(instance);
            }
        }

        return selected;
    }

    private bool Accepts(Instance instance)
    {
        if (instance.Status > _worst)
        {
            return false;
        }

        foreach (byte[] wanted in _tags)
        {
            if (!HasTag(instance.Data, wanted))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasTag(InstanceData data, ReadOnlySpan<byte> wanted)
    {
        foreach (ReadOnlySpan<byte> tag in data.Tags)
        {
            if (tag.SequenceEqual(wanted))
            {
                return true;
            }
        }

        return false;
    }
}
