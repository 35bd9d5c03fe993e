using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Muster.Client.Directory;
using Muster.Client.Streaming;

namespace Muster.Client.Registration;

/// <summary>
/// Speaks the writing half of the registry's REST API. Never throws for what a server or the network does: every call ends in
/// a <see cref="WriteOutcome"/>, and each server is tried once.
/// </summary>
internal sealed class RegistryWriter(ServerList servers, RegistryHttp http, TimeSpan requestTimeout, TimeProvider time)
{
    /// <summary>Items in one batch; 1,000 is the server's limit, and bodies are limited too.</summary>
    private const int BatchSize = 200;

    private const int MaxAnswerBytes = 1 << 20;

    public Task<WriteOutcome[]> RegisterAsync(IReadOnlyList<RegisteredInstance> entries, TimeSpan lease, CancellationToken cancellation) =>
        InBatchesAsync(entries, batch => RegisterBatchAsync(batch, lease, cancellation));

    public Task<WriteOutcome[]> RenewAsync(IReadOnlyList<RegisteredInstance> entries, CancellationToken cancellation) =>
        InBatchesAsync(entries, batch => RenewBatchAsync(batch, cancellation));

    public Task<WriteOutcome> DrainAsync(RegisteredInstance entry, string reason, CancellationToken cancellation) =>
        CallAsync(HttpMethod.Put, Path(entry, "/drain") + "&reason=" + Uri.EscapeDataString(reason), cancellation);

    public Task<WriteOutcome> DeregisterAsync(RegisteredInstance entry, CancellationToken cancellation) =>
        CallAsync(HttpMethod.Delete, Path(entry, ""), cancellation);

    private static async Task<WriteOutcome[]> InBatchesAsync(
        IReadOnlyList<RegisteredInstance> entries, Func<IReadOnlyList<RegisteredInstance>, Task<WriteOutcome[]>> call)
    {
        if (entries.Count <= BatchSize)
        {
            return await call(entries).ConfigureAwait(false);
        }

        var outcomes = new List<WriteOutcome>(entries.Count);
        foreach (RegisteredInstance[] batch in entries.Chunk(BatchSize))
        {
            outcomes.AddRange(await call(batch).ConfigureAwait(false));
        }

        return [.. outcomes];
    }

    private async Task<WriteOutcome[]> RegisterBatchAsync(IReadOnlyList<RegisteredInstance> entries, TimeSpan lease, CancellationToken cancellation)
    {
        if (entries.Count == 1)
        {
            byte[] single = Encode(RegistrationDocuments.Instance.Of(entries[0], lease), RegistrationJson.Default.Instance);
            return [(await SendAsync(HttpMethod.Post, "api/v1/instances", single, cancellation).ConfigureAwait(false)).Outcome];
        }

        var documents = new RegistrationDocuments.InstanceBatch([.. entries.Select(entry => RegistrationDocuments.Instance.Of(entry, lease))]);
        byte[] body = Encode(documents, RegistrationJson.Default.InstanceBatch);
        (WriteOutcome outcome, byte[] answer) = await SendAsync(HttpMethod.Post, "api/v1/instances/batch", body, cancellation).ConfigureAwait(false);
        if (outcome.Result != WriteResult.Done)
        {
            return ForAll(entries, outcome);
        }

        IReadOnlyList<RegistrationDocuments.InstanceResult>? results = Decode(answer, RegistrationJson.Default.InstanceBatchAnswer)?.Results;
        return results?.Count == entries.Count
            ? [.. results.Select(result => WriteAnswer.Judge(result.Status, result.Problem))]
            : ForAll(entries, WriteAnswer.NotUnderstood);
    }

    private async Task<WriteOutcome[]> RenewBatchAsync(IReadOnlyList<RegisteredInstance> entries, CancellationToken cancellation)
    {
        if (entries.Count == 1)
        {
            return [await CallAsync(HttpMethod.Put, Path(entries[0], "/renew"), cancellation).ConfigureAwait(false)];
        }

        var renewals = entries.Select(entry => new RegistrationDocuments.Renewal(entry.Instance.Id, entry.Instance.Node, entry.Epoch));
        byte[] body = Encode(new RegistrationDocuments.RenewalBatch([.. renewals]), RegistrationJson.Default.RenewalBatch);
        (WriteOutcome outcome, byte[] answer) = await SendAsync(HttpMethod.Post, "api/v1/instances/renew", body, cancellation).ConfigureAwait(false);
        if (outcome.Result != WriteResult.Done)
        {
            return ForAll(entries, outcome);
        }

        RegistrationDocuments.RenewalBatchAnswer? document = Decode(answer, RegistrationJson.Default.RenewalBatchAnswer);
        if (document?.Renewed is null)
        {
            return ForAll(entries, WriteAnswer.NotUnderstood);
        }

        var failed = new Dictionary<string, RegistrationDocuments.RenewalFailure>(StringComparer.Ordinal);
        foreach (RegistrationDocuments.RenewalFailure failure in document.Failed ?? [])
        {
            failed[failure.Id ?? ""] = failure;
        }

        return [.. entries.Select(entry => failed.TryGetValue(entry.Instance.Id, out RegistrationDocuments.RenewalFailure? failure)
            ? WriteAnswer.Judge(failure.Status, new RegistrationDocuments.Problem(failure.Type, null, null, 0))
            : new WriteOutcome(WriteResult.Done))];
    }

    private async Task<WriteOutcome> CallAsync(HttpMethod method, string path, CancellationToken cancellation) =>
        (await SendAsync(method, path, null, cancellation).ConfigureAwait(false)).Outcome;

    private async Task<(WriteOutcome Outcome, byte[] Answer)> SendAsync(HttpMethod method, string path, byte[]? document, CancellationToken cancellation)
    {
        (WriteOutcome Outcome, byte[] Answer) last = default;
        for (int attempt = 0; attempt < servers.Count; attempt++)
        {
            Uri server = servers.Current;
            last = await SendToAsync(server, method, path, document, cancellation).ConfigureAwait(false);
            if (last.Outcome.Result != WriteResult.Unavailable || cancellation.IsCancellationRequested)
            {
                return last;
            }

            servers.MoveOn(server);
        }

        return last;
    }

    private async Task<(WriteOutcome Outcome, byte[] Answer)> SendToAsync(
        Uri server, HttpMethod method, string path, byte[]? document, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(requestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(server, path));
            if (document is not null)
            {
                request.Content = new ByteArrayContent(document);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            }

            using HttpResponseMessage response = await http.SendAsync(request, either.Token).ConfigureAwait(false);
            using BoundedBody body = await BoundedBody.ReadAsync(response.Content, MaxAnswerBytes, either.Token).ConfigureAwait(false);
            return body.Reason == RejectReason.None
                ? (WriteAnswer.Judge(response, body.Bytes, time), body.Bytes.ToArray())
                : (WriteAnswer.NotUnderstood, []);
        }
        catch (OperationCanceledException)
        {
            string why = timeout.IsCancellationRequested ? $"{server} did not answer within {requestTimeout.TotalSeconds} s" : "given up";
            return (new WriteOutcome(WriteResult.Unavailable, why), []);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidOperationException)
        {
            return (new WriteOutcome(WriteResult.Unavailable, $"{server}: {failure.Message}"), []);
        }
    }

    private static string Path(RegisteredInstance entry, string call)
    {
        string node = entry.Instance.Node is { } name ? "&node=" + Uri.EscapeDataString(name) : "";
        return string.Create(CultureInfo.InvariantCulture, $"api/v1/instances/{Uri.EscapeDataString(entry.Instance.Id)}{call}?epoch={entry.Epoch}{node}");
    }

    private static WriteOutcome[] ForAll(IReadOnlyList<RegisteredInstance> entries, WriteOutcome outcome) => [.. Enumerable.Repeat(outcome, entries.Count)];

    private static byte[] Encode<T>(T document, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(document, type);

    private static T? Decode<T>(byte[] answer, JsonTypeInfo<T> type)
        where T : class => WriteAnswer.TryDecode(answer, type);
}
