using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Muster.Catalog;

namespace Muster.Protocols.Rest.Writing;

/// <summary>What a program does for many instances at once. Each stands for itself: one that is refused does not stop the others.</summary>
internal sealed class BatchEndpoints(Catalog.Catalog catalog, RestOptions options)
{
    private readonly InstanceRegistrar _registrar = new(catalog);

    /// <summary>Registers many, and waits for the disk once.</summary>
    public async Task RegisterAsync(RestCall call)
    {
        HttpContext context = call.Context;
        if (await RequestBody.ReadAsync(call, options.MaxBatchBytes) is not { } body)
        {
            return;
        }

        var errors = new FieldErrors();
        if (RequestBody.Parse(body, errors, RegistrationBatch.Read) is not { } batch)
        {
            await Problems.InvalidRequest.WriteAsync(context, errors);
            return;
        }

        var outcomes = new RegistrationOutcome[batch.Items.Count];
        long sequence = 0;
        for (int i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = Register(batch.Items[i]);
            sequence = Math.Max(sequence, outcomes[i].Sequence);
            if (outcomes[i].Failure?.Problem.Status == StatusCodes.Status429TooManyRequests)
            {
                context.Response.Headers.RetryAfter = Failure.RetryAfterSeconds;
            }
        }

        await Durability.AwaitAsync(catalog, context, sequence);
        await call.WriteJsonAsync(StatusCodes.Status200OK, json => WriteResults(json, batch, outcomes));
    }

    /// <summary>Renews many. Not a write, as one renewal is none.</summary>
    public async Task RenewAsync(RestCall call)
    {
        HttpContext context = call.Context;
        if (await RequestBody.ReadAsync(call, options.MaxBatchBytes) is not { } body)
        {
            return;
        }

        var errors = new FieldErrors();
        List<Renewal> renewals = RenewalReader.Read(body.Span, errors);
        if (errors.Any)
        {
            await Problems.InvalidRequest.WriteAsync(context, errors);
            return;
        }

        var failed = new List<(string Id, Failure Failure)>();
        foreach (Renewal renewal in renewals)
        {
            if (Renew(renewal) is { } failure)
            {
                failed.Add((renewal.Id, failure));
            }
        }

        await call.WriteJsonAsync(StatusCodes.Status200OK, json => WriteFailed(json, renewals.Count - failed.Count, failed));
    }

    private RegistrationOutcome Register(in RegistrationBatch.Item item) => item.Registration is { } registration
        ? _registrar.Register(registration)
        : new RegistrationOutcome(Failure.Of(Problems.InvalidRequest, item.Errors), "", false, 0);

    private Failure? Renew(in Renewal renewal)
    {
        string? node = renewal.Node;
        if (node is null)
        {
            IReadOnlyList<Instance> found = catalog.FindHolders(renewal.Id);
            if (found.Count != 1)
            {
                return found.Count == 0
                    ? Refusals.NoInstance(renewal.Id)
                    : new Failure(Problems.AmbiguousId, InstanceLookup.Ambiguity(renewal.Id, found));
            }

            node = found[0].Node.Name;
        }

        CommandResult result = catalog.Renew(node, renewal.Id, renewal.Epoch);
        return result.Ok ? null : Refusals.Of(result, renewal.Id);
    }

    private static void WriteResults(Utf8JsonWriter json, RegistrationBatch batch, RegistrationOutcome[] outcomes)
    {
        json.WriteStartObject();
        json.WriteStartArray("results");
        for (int i = 0; i < outcomes.Length; i++)
        {
            json.WriteStartObject();
            json.WriteString("id", batch.Items[i].Id);
            if (outcomes[i].Failure is { } failure)
            {
                json.WriteNumber("status", failure.Problem.Status);
                json.WritePropertyName("problem");
                failure.Write(json);
            }
            else
            {
                json.WriteNumber("status", outcomes[i].IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFailed(Utf8JsonWriter json, int renewed, List<(string Id, Failure Failure)> failed)
    {
        json.WriteStartObject();
        json.WriteNumber("renewed", renewed);
        json.WriteStartArray("failed");
        foreach ((string id, Failure failure) in failed)
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteNumber("status", failure.Problem.Status);
            json.WriteString("type", failure.Problem.Urn);
            if (failure.CurrentEpoch is { } epoch)
            {
                json.WriteNumber("currentEpoch", epoch);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
