using System.Globalization;
using System.Text;

namespace Muster.Bench.Subjects;

/// <summary>The samples of a Prometheus text page; those of one name and different labels are summed.</summary>
internal sealed class PrometheusText(Dictionary<string, double> sums)
{
    public static PrometheusText Parse(ReadOnlySpan<byte> page)
    {
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(page).Split('\n'))
        {
            var valueStart = line.LastIndexOf(' ') + 1;
            if (line.StartsWith('#') || valueStart == 0)
            {
                continue;
            }

            var nameEnd = line.IndexOfAny(['{', ' ']);
            if (double.TryParse(line.AsSpan(valueStart), CultureInfo.InvariantCulture, out var value))
            {
                var name = line[..nameEnd];
                sums[name] = sums.GetValueOrDefault(name) + value;
            }
        }

        return new PrometheusText(sums);
    }

    /// <summary>The value of a gauge the server must have.</summary>
    public double Required(string name) =>
        sums.TryGetValue(name, out var value) ? value : throw new BenchException($"/metrics has no {name}");
}
