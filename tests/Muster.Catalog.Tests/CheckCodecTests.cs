using Muster.Model;

namespace Muster.Catalog.Tests;

public sealed class CheckCodecTests
{
    public static TheoryData<CheckDefinition> Definitions =>
    [
        Named(CheckKind.Ttl) with { Ttl = TimeSpan.FromSeconds(10) },
        Named(CheckKind.External) with { Target = new ProbeTarget("a:1") },
        Named(CheckKind.Tcp) with { Target = new ProbeTarget("a:1") },
        Named(CheckKind.Tcp) with { Target = new ProbeTarget("a:1") { Tls = new ProbeTls() } },
        Named(CheckKind.Tcp) with { Target = new ProbeTarget("a:1") { Tls = new ProbeTls { ServerName = "b", SkipVerify = true } } },
        Named(CheckKind.Udp) with { Target = new ProbeTarget("a:1") },
        Named(CheckKind.Grpc) with { Target = new ProbeTarget("a:1/shop") { Tls = new ProbeTls { ServerName = "b" } } },
        Named(CheckKind.H2Ping) with { Target = new ProbeTarget("[::1]:1") { Tls = new ProbeTls { SkipVerify = true } } },
        Named(CheckKind.Alias) with { Alias = new AliasTarget("", "web") },
        Named(CheckKind.Alias) with { Alias = new AliasTarget("n", "") },
        Named(CheckKind.Script) with { Script = new ScriptCommand(["a", "", "b c"]), Interval = TimeSpan.FromSeconds(1) },
        Named(CheckKind.Script) with { Script = new ScriptCommand(["a"]) { IsLocal = true } },
        Named(CheckKind.Http) with { Http = new HttpProbe("http://a/") { Headers = [new("X", ["1", "2"])], TlsServerName = "b" } },
    ];

    [Theory]
    [MemberData(nameof(Definitions))]
    public void Read_WhatWasWritten_IsEqual(CheckDefinition definition)
    {
        var writer = new PackWriter();
        CheckDefinitionCodec.Write(writer, definition);

        var reader = new PackReader(writer.Written);
        Assert.Equal(definition, CheckDefinitionCodec.Read(ref reader));
    }

    /// <summary>A TCP check as the first version wrote it.</summary>
    [Fact]
    public void Read_RecordWithoutExtension_IsUnderstood()
    {
        byte[] record = [1, (byte)'i', 1, (byte)'n', 0, 3, 0, 0x80, 0xAD, 0xE2, 4, 0, 0, 0, 0, 0, 2, 0, 0, 3, (byte)'a', (byte)':', (byte)'1', 0];
        var reader = new PackReader(record);

        CheckDefinition check = CheckDefinitionCodec.Read(ref reader);

        Assert.Equal(new CheckDefinition { Id = "i", Name = "n", Kind = CheckKind.Tcp, Interval = TimeSpan.FromSeconds(1), Target = new ProbeTarget("a:1"), InitialStatus = (HealthStatus)2 }, check);
    }

    private static CheckDefinition Named(CheckKind kind) => new() { Id = "i", Name = "n", Kind = kind };
}
