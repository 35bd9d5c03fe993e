using Muster.Protocols.Consul.Health;
using Muster.Wire;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>The texts of a check that the catalog does not hold as such.</summary>
internal static class CheckTexts
{
    public static FilterText Id(in FilterRow row)
    {
        if (row.Check.Definition.Id is { } id)
        {
            return new FilterText(id);
        }

        return row.OptionalInstance is { } owner ? new FilterText(FilterScratch.Join("service:"u8, owner.Data.Id)) : default;
    }

    public static FilterText Name(in FilterRow row)
    {
        bool derived = row.Check.Definition.Name.Length == 0 && row.OptionalInstance is not null;
        return derived
            ? new FilterText(FilterScratch.Join("Service '"u8, row.Instance.Data.Service, "' check"u8))
            : new FilterText(row.Check.Definition.Name);
    }

    public static FilterText Type(in FilterRow row) =>
        new(HealthCheckEncoder.TypeOf(row.Check.Definition.Kind)[1..^1]);

    public static FilterText Interval(in FilterRow row) => Duration(HealthCheckEncoder.ShownInterval(row.Check.Definition));

    public static FilterText Timeout(in FilterRow row) => Duration(HealthCheckEncoder.ShownTimeout(row.Check.Definition));

    private static FilterText Duration(TimeSpan duration) => new(duration == TimeSpan.Zero ? "" : GoDuration.Format(duration));
}
