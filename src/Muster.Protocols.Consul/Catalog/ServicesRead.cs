using System.Text;
using Muster.Catalog;
using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Catalog;

/// <summary><c>GET /v1/catalog/services</c>: every name with all tags of its instances.</summary>
/// <remarks>The whole answer is kept, plain and compressed, until the index of the list moves; one with a filter is made each time.</remarks>
internal sealed class ServicesRead(LiveCatalog catalog, BlockingQueries blocking, FilterCache filters) : QueryEndpoint(blocking, filters)
{
    private readonly KeptList _kept = new(catalog.ServicesPoint, json => Write(json, catalog.Services, default));

    protected override bool HasCache => true;

    public override long IndexOf(ReadOnlySpan<char> argument) => catalog.ServicesPoint.Index;

    public override WatchPoint PointOf(ReadOnlySpan<char> argument) => catalog.ServicesPoint;

    public override long IndexOf(in ConsulRequest request) => PointOf(request).Index;

    /// <summary>A filter may ask for anything about an instance, so with one it is any change of any instance.</summary>
    public override WatchPoint PointOf(in ConsulRequest request) =>
        FilterOf(request).IsPlain ? catalog.ServicesPoint : catalog.InstancesPoint;

    public override Task AnswerAsync(ConsulRequest request)
    {
        InstanceFilter filter = FilterOf(request);
        if (!filter.IsPlain)
        {
            // the index first: what is read later may be newer than it says, never older
            QueryHeaders.Set(request, IndexOf(request));
            GoJsonWriter json = GoJsonWriter.Rent();
            Write(json, catalog.Services, filter);
            return ConsulResponse.JsonAsync(request, json);
        }

        KeptAnswer kept = _kept.Current();
        QueryHeaders.Set(request, kept.IndexText);
        return ConsulResponse.KeptJsonAsync(request, kept);
    }

    private static InstanceFilter FilterOf(in ConsulRequest request) =>
        new(passing: false, tags: null, request.Query.NodeMetadata, request.Filter);

    private static void Write(GoJsonWriter json, IEnumerable<ServiceSnapshot> services, in InstanceFilter filter)
    {
        var tags = new List<byte[]>();
        json.BeginObject();
        foreach (ServiceSnapshot service in services)
        {
            tags.Clear();
            bool isShown = false;
            foreach (Instance instance in service.Instances)
            {
                if (filter.Accepts(instance))
                {
                    isShown = true;
                    AddTags(tags, instance);
                }
            }

            if (isShown)
            {
                WriteService(json, service.Name, tags);
            }
        }

        json.EndObject();
    }

    private static void WriteService(GoJsonWriter json, string name, List<byte[]> tags)
    {
        json.Key(Encoding.UTF8.GetBytes(name));
        json.BeginArray();
        foreach (byte[] tag in tags)
        {
            json.Text(tag);
        }

        json.EndArray();
    }

    /// <summary>Adds the tags that are not in the list yet. Instances of a service mostly have the same few.</summary>
    private static void AddTags(List<byte[]> tags, Instance instance)
    {
        foreach (ReadOnlySpan<byte> tag in instance.Data.Tags)
        {
            bool isKnown = false;
            foreach (byte[] known in tags)
            {
                if (tag.SequenceEqual(known))
                {
                    isKnown = true;
                    break;
                }
            }

            if (!isKnown)
            {
                tags.Add(tag.ToArray());
            }
        }
    }
}
