using System.Text;
using Muster.FaultProxy;

namespace Muster.FailureTests;

/// <summary>Answers that look like the registry's and are not true, for its watch stream and for polls.</summary>
internal static class LyingRegistry
{
    private const string Lines = "application/x-ndjson";
    private const string Json = "application/json";
    private const string Held = "muster.client.answers.held";
    private const string Hello = """{"type":"hello","servedBy":"liar","idleSeconds":15}""";

    /// <summary>Every lie of question 5: its name, the lie, and the metric under which the client counts it.</summary>
    public static IReadOnlyList<(string Name, Fault Lie, string CountedAs)> All(string service)
    {
        byte[] bombOfLines = Lies.GzipBomb(Lines, 256 << 20), bombOfJson = Lies.GzipBomb(Json, 256 << 20);
        string many = string.Join(',', Enumerable.Range(0, 40_000).Select(number => Instance(service, number)));
        return
        [
            ("empty list", Fault.Answer(request => Whole(request, service, "")), Held),
            ("truncated JSON", Fault.Answer(request => Truncated(request, service)), Rejected("not_json")),
            ("HTML with 200", Fault.Answer(_ => Lies.Html()), Rejected("wrong_content_type")),
            ("status 500", Fault.Answer(_ => Lies.Error(500)), Rejected("error_status")),
            ("gzip bomb", Fault.Answer(request => IsWatch(request) ? bombOfLines : bombOfJson), Rejected("wrong_encoding")),
            ("10 MiB list", Fault.Answer(request => Whole(request, service, many)), Rejected("too_large")),
        ];
    }

    private static string Rejected(string reason) => $"muster.client.answers.rejected{{reason={reason}}}";

    private static bool IsWatch(string request) => request.Split(' ')[1].Contains("/watch", StringComparison.Ordinal);

    private static byte[] Whole(string request, string service, string instances) => IsWatch(request)
        ? Lies.Ok(Lines, $"{Hello}\n{Snapshot(service, instances)}\n")
        : Lies.Ok(Json, Answer(service, instances));

    private static byte[] Truncated(string request, string service)
    {
        string text = IsWatch(request) ? $"{Hello}\n{Snapshot(service, Instance(service, 1))}" : Answer(service, Instance(service, 1));
        return Lies.Ok(IsWatch(request) ? Lines : Json, text[..^20]);
    }

    private static string Snapshot(string service, string instances) =>
        $$"""{"type":"snapshot","service":"{{service}}","cursor":"liar.1","index":1,"instances":[{{instances}}],"removed":[]}""";

    private static string Answer(string service, string instances) =>
        $$"""{"servedBy":"liar","service":"{{service}}","index":1,"instances":[{{instances}}]}""";

    /// <summary>About 270 bytes.</summary>
    private static string Instance(string service, int number) =>
        new StringBuilder()
            .Append($$"""{"service":"{{service}}","id":"lie-{{number}}","node":"liar","address":"127.0.0.1","port":9,"ports":{},"tags":["{{new string('x', 40)}}"],""")
            .Append("""
                "metadata":{},"weights":{"passing":1,"warning":1},"region":"","zone":"","leaseSeconds":0,"health":"passing","usable":true,"state":"up","createIndex":1,"modifyIndex":1}
                """)
            .ToString();
}
