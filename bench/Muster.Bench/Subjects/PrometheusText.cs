using System.Globalization;
using System.Text;

namespace Muster.Bench.Subjects;

/// <summary>The samples of a Prometheus text page; those of one name and different labels are summed.</summary>
internal sealed class PrometheusText(Dictionary<string, double> sums, List<(string Name, string Labels, double Value)> samples)
{
    public static PrometheusText Parse(ReadOnlySpan<byte> page)
    {
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        var samples = new List<(string, string, double)>();
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
                samples.Add((name, line[nameEnd..(valueStart - 1)], value));
            }
        }

        return new PrometheusText(sums, samples);
    }

    /// <summary>The value of a gauge the server must have.</summary>
    public double Required(string name) =>
        sums.TryGetValue(name, out var value) ? value : throw new BenchException($"/metrics has no {name}");

    /// <summary>The sum of those samples that the server must have with this label.</summary>
    public double Required(string name, string label, string labelValue)
    {
        var pair = $"{label}=\"{labelValue}\"";
        var values = samples.Where(sample => sample.Name == name && sample.Labels.Contains(pair, StringComparison.Ordinal)).ToArray();
        return values.Length > 0 ? values.Sum(sample => sample.Value) : throw new BenchException($"/metrics has no {name} with {pair}");
    }
}
