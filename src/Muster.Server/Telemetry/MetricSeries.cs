namespace Muster.Server.Telemetry;

/// <summary>The figures of one instrument under one set of tags. Adding takes a short lock of its own.</summary>
internal sealed class MetricSeries(double[] bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _buckets = new long[bounds.Length + 1];
    private double _value;

    /// <summary>The sum or the last value.</summary>
    public double Value
    {
        get
        {
            lock (_gate)
            {
                return _value;
            }
        }
    }

    public void Add(double value)
    {
        lock (_gate)
        {
            _value += value;
        }
    }

    public void Set(double value)
    {
        lock (_gate)
        {
            _value = value;
        }
    }

    public void Observe(double value)
    {
        int bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
        {
            bucket++;
        }

        lock (_gate)
        {
            _buckets[bucket]++;
            _value += value;
        }
    }

    public void WriteHistogram(PrometheusWriter writer, string name, string labels)
    {
        long[] buckets;
        double sum;
        lock (_gate)
        {
            buckets = (long[])_buckets.Clone();
            sum = _value;
        }

        string separator = labels.Length == 0 ? "" : ",";
        long cumulative = 0;
        for (int i = 0; i < bounds.Length; i++)
        {
            cumulative += buckets[i];
            writer.Sample(name + "_bucket", $"{labels}{separator}le=\"{bounds[i]}\"", cumulative);
        }

        cumulative += buckets[^1];
        writer.Sample(name + "_bucket", $"{labels}{separator}le=\"+Inf\"", cumulative);
        writer.Sample(name + "_sum", labels, sum);
        writer.Sample(name + "_count", labels, cumulative);
    }
}
