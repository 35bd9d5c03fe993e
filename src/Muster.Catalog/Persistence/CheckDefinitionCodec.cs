using Muster.Model;

namespace Muster.Catalog;

/// <summary>A <see cref="CheckDefinition"/> as bytes.</summary>
/// <remarks>What only some kinds need stands at the end, announced by the kind's highest bit, so that older records stay readable.</remarks>
internal static class CheckDefinitionCodec
{
    private const byte HasExtension = 0x80;

    internal static void Write(PackWriter writer, CheckDefinition check)
    {
        writer.Text(check.Id ?? "");
        writer.Text(check.Name);
        writer.Text(check.Notes);
        bool isExtended = check.Target?.Tls is not null || check.Alias is not null || check.Script is not null;
        writer.Byte(isExtended ? (byte)((byte)check.Kind | HasExtension) : (byte)check.Kind);
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
        writer.Text(check.Target?.Address ?? "");
        WriteHttp(writer, check.Http);
        if (isExtended)
        {
            WriteExtension(writer, check);
        }
    }

    internal static CheckDefinition Read(ref PackReader reader)
    {
        string id = reader.Text(), name = reader.Text(), notes = reader.Text();
        byte kind = reader.Byte();
        var check = new CheckDefinition
        {
            Id = id.Length == 0 ? null : id,
            Name = name,
            Notes = notes,
            Kind = (CheckKind)(kind & ~HasExtension),
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
        check = check with { Target = target.Length == 0 ? null : new ProbeTarget(target), Http = ReadHttp(ref reader) };
        return (kind & HasExtension) != 0 ? ReadExtension(ref reader, check) : check;
    }

    private static void WriteExtension(PackWriter writer, CheckDefinition check)
    {
        writer.Byte(check.Target?.Tls is null ? (byte)0 : check.Target.Tls.SkipVerify ? (byte)2 : (byte)1);
        writer.Text(check.Target?.Tls?.ServerName ?? "");
        writer.Byte(check.Alias is null ? (byte)0 : (byte)1);
        writer.Text(check.Alias?.Node ?? "");
        writer.Text(check.Alias?.ServiceId ?? "");
        writer.Byte(check.Script is null ? (byte)0 : check.Script.IsLocal ? (byte)2 : (byte)1);
        WriteTexts(writer, check.Script?.Arguments ?? []);
    }

    private static CheckDefinition ReadExtension(ref PackReader reader, CheckDefinition check)
    {
        byte tls = reader.Byte();
        string serverName = reader.Text();
        bool isAlias = reader.Byte() != 0;
        string node = reader.Text(), serviceId = reader.Text();
        byte script = reader.Byte();
        string[] arguments = ReadTexts(ref reader);
        return check with
        {
            Target = tls == 0 || check.Target is null ? check.Target : check.Target with { Tls = new ProbeTls { ServerName = serverName, SkipVerify = tls == 2 } },
            Alias = isAlias ? new AliasTarget(node, serviceId) : null,
            Script = script == 0 ? null : new ScriptCommand(arguments) { IsLocal = script == 2 },
        };
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
            WriteTexts(writer, values);
        }
    }

    private static void WriteTexts(PackWriter writer, IReadOnlyList<string> texts)
    {
        writer.Number(texts.Count);
        foreach (string text in texts)
        {
            writer.Text(text);
        }
    }

    private static string[] ReadTexts(ref PackReader reader)
    {
        string[] texts = new string[reader.Count()];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = reader.Text();
        }

        return texts;
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
            headers[i] = new(name, ReadTexts(ref reader));
        }

        return new HttpProbe(url) { Method = method, Body = body, TlsServerName = serverName, TlsSkipVerify = skipVerify, Headers = headers };
    }
}
