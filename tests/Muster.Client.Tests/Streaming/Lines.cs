using System.Globalization;

namespace Muster.Client.Tests.Streaming;

/// <summary>Lines of the watch stream as a server writes them.</summary>
internal static class Lines
{
    public const string Hello = """{"type":"hello","servedBy":"node-1","idleSeconds":15}""";
    public const string Idle = """{"type":"idle"}""";

    public static string Instance(string id, int port = 8080, string service = "payments", string more = "") =>
        $$"""{"service":"{{service}}","id":"{{id}}","node":"n1","address":"10.0.0.1","port":{{port}},"ports":{"admin":9000},"tags":["a"],"metadata":{"version":"1"},"weights":{"passing":1,"warning":1},"region":"","zone":"","leaseSeconds":30,"health":"passing","usable":true,"state":"up","epoch":0{{more}}}""";

    public static string Removal(string id, string kind = "deregistered", string cause = "somebody asked") =>
        $$"""{"id":"{{id}}","node":"n1","kind":"{{kind}}","cause":"{{cause}}","at":"2026-11-21T10:41:07Z"}""";

    public static string Snapshot(int index, string[] instances, string[]? removed = null, string service = "payments") =>
        $$"""{"type":"snapshot","service":"{{service}}","cursor":"{{Cursor(index)}}","index":{{index}},"instances":[{{string.Join(',', instances.Select(instance => Expand(instance, service)))}}],"removed":[{{string.Join(',', removed ?? [])}}]}""";

    public static string Changed(int index, string instance, bool isLast = true, string service = "payments") =>
        $$"""{"type":"changed","service":"{{service}}",{{CursorMember(index, isLast)}}"index":{{index}},"instance":{{Expand(instance, service)}}}""";

    public static string Removed(int index, string id, string kind = "deregistered", bool isLast = true, string service = "payments", string cause = "somebody asked") =>
        $$"""{"type":"removed","service":"{{service}}",{{CursorMember(index, isLast)}}"index":{{index}},"id":"{{id}}","node":"n1","kind":"{{kind}}","cause":"{{cause}}"}""";

    public static string Resumed(int index, string service = "payments") =>
        $$"""{"type":"resumed","service":"{{service}}","cursor":"{{Cursor(index)}}","index":{{index}}}""";

    public static string Bye(double retryAfter) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"type":"bye","reason":"the server is stopping","retryAfterSeconds":{{retryAfter}}}""");

    /// <summary>A poll's answer.</summary>
    public static string Answer(int index, string[] instances, string service = "payments") =>
        $$"""{"servedBy":"node-1","service":"{{service}}","index":{{index}},"instances":[{{string.Join(',', instances.Select(instance => Expand(instance, service)))}}]}""";

    public static string Cursor(int index) => $"k3f9.{index}";

    /// <summary>A plain word stands for the instance of that id.</summary>
    private static string Expand(string instance, string service) => instance.StartsWith('{') ? instance : Instance(instance, service: service);

    private static string CursorMember(int index, bool isLast) => isLast ? $"\"cursor\":\"{Cursor(index)}\"," : "";
}
