using System.Text;
using System.Text.Json;
using Muster.Catalog;
using Muster.Model;

namespace Muster.Protocols.Rest;

/// <summary>Reading: services, their instances, and why they are as they are.</summary>
internal sealed class ServiceEndpoints(Catalog.Catalog catalog)
{
    private readonly ServiceAnswers _answers = new(catalog);

    public Task ListAsync(RestCall call) =>
        call.WriteReadAsync(json =>
        {
            long index = catalog.ServicesPoint.Index; // first: an older list must not go under a newer index
            IReadOnlyList<ServiceSnapshot> services = catalog.Services;
            json.WriteStartObject();
            json.WriteString("servedBy", catalog.Options.NodeName);
            json.WriteNumber("index", services.Select(service => service.Index).Append(index).Max());
            json.WriteStartArray("services");
            foreach (ServiceSnapshot service in services)
            {
                WriteSummary(json, service);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    public async Task QueryAsync(RestCall call)
    {
        var errors = new FieldErrors();
        ServiceQuestion question = QuestionReader.Read(call, errors);
        if (errors.Any)
        {
            await Problems.InvalidRequest.WriteAsync(call.Context, errors);
        }
        else if (catalog.FindService(call.Arguments[0]) is not { } snapshot)
        {
            await NoServiceAsync(call);
        }
        else
        {
            RestMemo answer = _answers.For(snapshot, question);
            await call.WriteReadAsync(answer.Json, answer.Tag);
        }
    }

    /// <summary>Several services in one answer, each as if it were asked for alone; a name that is not known has no instances.</summary>
    public Task QueryManyAsync(RestCall call)
    {
        var errors = new FieldErrors();
        List<(string Name, string? Cursor)> names = [];
        if (call.Context.Request.Query.TryGetValue("service", out var values))
        {
            names.AddRange(values.Select(name => (name ?? "", (string?)null)));
        }

        ServiceNames.Check(names, "service", ServiceNames.MostInQuery, errors);
        long instances = names.Sum(name => (long)(catalog.FindService(name.Name)?.Instances.Length ?? 0));
        if (names.Count > 1 && instances > ServiceNames.MostInstancesInQuery)
        {
            errors.Add("service", $"must name services with at most {ServiceNames.MostInstancesInQuery} instances together, these have {instances}");
        }

        ServiceQuestion question = QuestionReader.Read(call, errors);
        return errors.Any
            ? Problems.InvalidRequest.WriteAsync(call.Context, errors)
            : call.WriteReadAsync(json => WriteMany(json, names, question));
    }

    public async Task ExplainAsync(RestCall call)
    {
        (string name, string id) = (call.Arguments[0], call.Arguments[1]);
        ServiceSnapshot? snapshot = catalog.FindService(name);
        List<Instance> found = Find(snapshot, id, call.Parameter("node"));
        if (found.Count == 0)
        {
            await Problems.UnknownInstance.WriteAsync(call.Context, $"no instance \"{id}\" of \"{name}\" is registered");
        }
        else if (found.Count > 1)
        {
            await Problems.AmbiguousId.WriteAsync(call.Context, InstanceLookup.Ambiguity(id, found));
        }
        else
        {
            await call.WriteReadAsync(json => WriteExplanation(json, snapshot!, found[0]));
        }
    }

    public async Task TimelineAsync(RestCall call)
    {
        IReadOnlyList<TimelineEvent> events = catalog.TimelineOf(call.Arguments[0]);
        if (events.Count == 0 && catalog.FindService(call.Arguments[0]) is null)
        {
            await NoServiceAsync(call);
            return;
        }

        await call.WriteReadAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("servedBy", catalog.Options.NodeName);
            json.WriteString("service", catalog.FindService(call.Arguments[0])?.Name ?? call.Arguments[0]);
            InstanceJson.WriteEvents(json, events);
            json.WriteEndObject();
        });
    }

    public async Task StalenessAsync(RestCall call)
    {
        if (catalog.FindService(call.Arguments[0]) is not { } snapshot)
        {
            await NoServiceAsync(call);
            return;
        }

        await call.WriteReadAsync(json =>
        {
            List<(Instance Instance, StalenessBudget Budget)> budgets = [];
            foreach (Instance instance in snapshot.Instances)
            {
                budgets.Add((instance, catalog.StalenessOf(instance)));
            }

            json.WriteStartObject();
            json.WriteString("servedBy", catalog.Options.NodeName);
            json.WriteString("service", snapshot.Name);
            InstanceJson.WriteBudget(json, budgets.MaxBy(pair => pair.Budget.TotalSeconds ?? double.PositiveInfinity).Budget);
            json.WriteStartArray("instances");
            foreach ((Instance instance, StalenessBudget budget) in budgets)
            {
                json.WriteStartObject();
                json.WriteString("id", instance.Data.Id);
                json.WriteString("node", instance.Node.Name);
                InstanceJson.WriteBudget(json, budget);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static Task NoServiceAsync(RestCall call) =>
        Problems.UnknownService.WriteAsync(call.Context, $"no instance of \"{call.Arguments[0]}\" is registered");

    private static List<Instance> Find(ServiceSnapshot? snapshot, string id, string? node)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(id);
        var found = new List<Instance>();
        foreach (Instance instance in snapshot is null ? [] : snapshot.Instances)
        {
            if (instance.Data.Id.SequenceEqual(wanted) && (node is null || instance.Node.Name.Equals(node, StringComparison.OrdinalIgnoreCase)))
            {
                found.Add(instance);
            }
        }

        return found;
    }

    private static void WriteSummary(Utf8JsonWriter json, ServiceSnapshot service)
    {
        Span<int> counts = stackalloc int[3];
        counts.Clear();
        var tags = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Instance instance in service.Instances)
        {
            counts[(int)instance.Status]++;
            foreach (ReadOnlySpan<byte> tag in instance.Data.Tags)
            {
                tags.Add(Encoding.UTF8.GetString(tag));
            }
        }

        json.WriteStartObject();
        json.WriteString("name", service.Name);
        json.WriteNumber("instances", service.Instances.Length);
        json.WriteNumber("passing", counts[(int)HealthStatus.Passing]);
        json.WriteNumber("warning", counts[(int)HealthStatus.Warning]);
        json.WriteNumber("critical", counts[(int)HealthStatus.Critical]);
        json.WriteStartArray("tags");
        foreach (string tag in tags)
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
        json.WriteNumber("index", service.Index);
        json.WriteEndObject();
    }

    private void WriteMany(Utf8JsonWriter json, List<(string Name, string? Cursor)> names, ServiceQuestion question)
    {
        json.WriteStartObject();
        json.WriteString("servedBy", catalog.Options.NodeName);
        json.WriteStartArray("services");
        foreach ((string name, _) in names)
        {
            ServiceView view = catalog.ViewService(name);
            json.WriteStartObject();
            json.WriteString("service", name);
            json.WriteNumber("index", view.Index);
            json.WritePropertyName("instances");
            if (view.Snapshot is { } snapshot)
            {
                json.WriteRawValue(_answers.For(snapshot, question).Instances.Span, skipInputValidation: true);
            }
            else
            {
                json.WriteStartArray();
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteExplanation(Utf8JsonWriter json, ServiceSnapshot snapshot, Instance instance)
    {
        json.WriteStartObject();
        json.WriteString("servedBy", catalog.Options.NodeName);
        json.WriteNumber("index", snapshot.Index);
        json.WritePropertyName("instance");
        InstanceJson.Write(json, instance);
        WriteOwner(json, instance);
        if (catalog.Preservation.WhyHeld(instance) is { } held)
        {
            json.WriteString("held", held);
        }

        json.WriteStartObject("staleness");
        InstanceJson.WriteBudget(json, catalog.StalenessOf(instance));
        json.WriteEndObject();
        InstanceJson.WriteEvents(json, catalog.TimelineOf(snapshot.Name).Where(entry => entry.Concerns(instance)));
        json.WriteEndObject();
    }

    /// <summary>Which server alone may expire the instance and runs its checks.</summary>
    private void WriteOwner(Utf8JsonWriter json, Instance instance)
    {
        json.WriteStartObject("owner");
        json.WriteString("server", catalog.FindServer(instance.Tenure.Owner));
        json.WriteBoolean("here", instance.Tenure.Owner == catalog.Origin);
        json.WriteBoolean("adopted", instance.IsAdopted());
        json.WriteNumber("tenure", instance.Tenure.Epoch);
        json.WriteEndObject();
    }
}
