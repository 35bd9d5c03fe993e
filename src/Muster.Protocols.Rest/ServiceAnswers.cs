using System.Text.Json;
using Muster.Catalog;

namespace Muster.Protocols.Rest;

/// <summary>The documents that show a service. Unfiltered ones are encoded once for each snapshot.</summary>
internal sealed class ServiceAnswers(Catalog.Catalog catalog)
{
    /// <summary>Everything of a service.</summary>
    public RestMemo Whole(ServiceSnapshot snapshot, bool endpointsOnly) => catalog.Answers.GetOrEncode(
        snapshot,
        endpointsOnly ? MemoSlot.RestEndpoints : MemoSlot.Rest,
        (Self: this, Question: endpointsOnly ? ServiceQuestion.Endpoints : ServiceQuestion.Open),
        static (snapshot, with) => with.Self.Encode(snapshot, with.Question));

    /// <summary>What was asked for. Mostly all are healthy, so the answer to who wants those is the whole list.</summary>
    public RestMemo For(ServiceSnapshot snapshot, ServiceQuestion question) =>
        question.Filter.AcceptsAll(snapshot) ? Whole(snapshot, question.EndpointsOnly) : Encode(snapshot, question);

    /// <summary>Writes the list of the instances that were asked for, without its name.</summary>
    public static void WriteInstances(Utf8JsonWriter json, ServiceSnapshot? snapshot, ServiceQuestion question)
    {
        json.WriteStartArray();
        foreach (Instance instance in snapshot is null ? [] : snapshot.Instances)
        {
            if (question.Filter.Accepts(instance))
            {
                InstanceJson.Write(json, instance, question.EndpointsOnly);
            }
        }

        json.WriteEndArray();
    }

    private RestMemo Encode(ServiceSnapshot snapshot, ServiceQuestion question)
    {
        int start = 0;
        ReadOnlyMemory<byte> document = RestCall.Encode(json =>
        {
            json.WriteStartObject();
            json.WriteString("servedBy", catalog.Options.NodeName);
            json.WriteString("service", snapshot.Name);
            json.WriteNumber("index", snapshot.Index);
            json.WritePropertyName("instances");
            json.Flush();
            start = (int)json.BytesCommitted;
            WriteInstances(json, snapshot, question);
            json.WriteEndObject();
        });
        return new RestMemo(document, start..^1);
    }
}
