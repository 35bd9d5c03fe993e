namespace Muster.Client.Registration;

/// <summary>The JSON bodies of registrations; names and meanings are those of docs/reference/rest-api.md.</summary>
internal static class RegistrationDocuments
{
    internal sealed record Instance(
        string Service,
        string Id,
        string? Node,
        string Address,
        int Port,
        IReadOnlyDictionary<string, int>? Ports,
        IReadOnlyList<string>? Tags,
        IReadOnlyDictionary<string, string>? Metadata,
        Weights Weights,
        string? Region,
        string? Zone,
        double LeaseSeconds,
        long Epoch,
        string State,
        IReadOnlyList<Check>? Checks)
    {
        public static Instance Of(RegisteredInstance entry, TimeSpan lease)
        {
            InstanceRegistration from = entry.Instance;
            return new(
                from.Service,
                from.Id,
                from.Node,
                from.Address,
                from.Port,
                from.Ports.Count == 0 ? null : from.Ports,
                from.Tags.Count == 0 ? null : from.Tags,
                from.Metadata.Count == 0 ? null : from.Metadata,
                new Weights(from.Weight, from.WarningWeight),
                from.Region.Length == 0 ? null : from.Region,
                from.Zone.Length == 0 ? null : from.Zone,
                lease.TotalSeconds,
                entry.Epoch,
                entry.IsUp ? "up" : "starting",
                from.Checks.Count == 0 ? null : [.. from.Checks.Select(Check.Of)]);
        }
    }

    internal sealed record Weights(int Passing, int Warning);

    internal sealed record Check(string Name, string? Http, string? Tcp, double IntervalSeconds, double TimeoutSeconds, int FailuresBeforeCritical)
    {
        public static Check Of(InstanceCheck check) =>
            new(check.Name, check.Http?.AbsoluteUri, check.Tcp, check.Interval.TotalSeconds, check.Timeout.TotalSeconds, check.FailuresBeforeCritical);
    }

    internal sealed record InstanceBatch(IReadOnlyList<Instance> Instances);

    internal sealed record RenewalBatch(IReadOnlyList<Renewal> Instances);

    internal sealed record Renewal(string Id, string? Node, long Epoch);

    internal sealed record InstanceBatchAnswer(IReadOnlyList<InstanceResult>? Results);

    internal sealed record InstanceResult(string? Id, int Status, Problem? Problem);

    internal sealed record RenewalBatchAnswer(int? Renewed, IReadOnlyList<RenewalFailure>? Failed);

    internal sealed record RenewalFailure(string? Id, int Status, string? Type);

    internal sealed record Problem(string? Type, string? Title, string? Detail, long CurrentEpoch);
}
