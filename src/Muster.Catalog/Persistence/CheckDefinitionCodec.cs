using Muster.Model;

namespace Muster.Catalog;

/// <summary>A <see cref="CheckDefinition"/> as bytes.</summary>
internal static class CheckDefinitionCodec
{
    internal static void Write(PackWriter writer, CheckDefinition check)
    {
        writer.Text(check.Id ?? "");
        writer.Text(check.Name);
        writer.Text(check.Notes);
        writer.Byte((byte)check.Kind);
        writer.Number(check.Ttl.Ticks);
        writer.Number(check.Interval.Ticks);
        writer.Number(check.Timeout.Ticks);
        writer.Number(check.SuccessBeforePassing);
        writer.Number(check.FailuresBeforeWarning);
        writer.Number(check.FailuresBeforeCritical);
        writer.Number(check.DeregisterAfter.Ticks);
        writer.Byte((byte)check.InitialStatus);
        writer.Text(check.InitialOutput);
        writer.Number(check.OutputMaxSize);
        writer.Text(check.Tcp?.Target ?? "");
        WriteHttp(writer, check.Http);
    }

    internal static CheckDefinition Read(ref PackReader reader)
    {
        string id = reader.Text();
        var check = new CheckDefinition
        {
            Id = id.Length == 0 ? null : id,
            Name = reader.Text(),
            Notes = reader.Text(),
            Kind = (CheckKind)reader.Byte(),
            Ttl = TimeSpan.FromTicks(reader.Number()),
            Interval = TimeSpan.FromTicks(reader.Number()),
            Timeout = TimeSpan.FromTicks(reader.Number()),
            SuccessBeforePassing = (int)reader.Number(),
            FailuresBeforeWarning = (int)reader.Number(),
            FailuresBeforeCritical = (int)reader.Number(),
            DeregisterAfter = TimeSpan.FromTicks(reader.Number()),
            InitialStatus = (HealthStatus)reader.Byte(),
            InitialOutput = reader.Text(),
            OutputMaxSize = (int)reader.Number(),
        };
        string target = reader.Text();
        return check with { Tcp = target.Length == 0 ? null : new TcpProbe(target), Http = ReadHttp(ref reader) };
    }

    private static void WriteHttp(PackWriter writer, HttpProbe? http)
    {
        writer.Text(http?.Url ?? "");
        if (http is null)
        {
            return;
        }

        writer.Text(http.Method);
        writer.Text(http.Body);
        writer.Text(http.TlsServerName);
        writer.Byte(http.TlsSkipVerify ? (byte)1 : (byte)0);
        writer.Number(http.Headers.Count);
        foreach ((string name, IReadOnlyList<string> values) in http.Headers)
        {
            writer.Text(name);
            writer.Number(values.Count);
            foreach (string value in values)
            {
                writer.Text(value);
            }
        }
    }

    private static HttpProbe? ReadHttp(ref PackReader reader)
    {
        string url = reader.Text();
        if (url.Length == 0)
        {
            return null;
        }

        string method = reader.Text(), body = reader.Text(), serverName = reader.Text();
        bool skipVerify = reader.Byte() != 0;
        var headers = new KeyValuePair<string, IReadOnlyList<string>>[reader.Count()];
        for (int i = 0; i < headers.Length; i++)
        {
            string name = reader.Text();
            var values = new string[reader.Count()];
            for (int j = 0; j < values.Length; j++)
            {
                values[j] = reader.Text();
            }

            headers[i] = new(name, values);
        }

        return new HttpProbe(url) { Method = method, Body = body, TlsServerName = serverName, TlsSkipVerify = skipVerify, Headers = headers };
    }
}
