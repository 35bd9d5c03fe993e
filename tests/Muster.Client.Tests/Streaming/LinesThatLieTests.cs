using System.Text;
using Muster.Client.Directory;
using Muster.Client.Streaming;

namespace Muster.Client.Tests.Streaming;

/// <summary>The corpus of single lines that cannot be believed, and why each is refused.</summary>
public sealed class LinesThatLieTests
{
    private const string Good = """{"id":"a","address":"10.0.0.1","port":1}""";

    public static TheoryData<string, string> Lies => new()
    {
        { "", "not_json" },
        { "null", "wrong_shape" },
        { "[]", "wrong_shape" },
        { "7", "wrong_shape" },
        { "<html><body>Sign in</body></html>", "not_json" },
        { "{", "not_json" },
        { "{}", "wrong_shape" },
        { """{"type":7}""", "wrong_shape" },
        { """{"type":"snapshot"}""", "wrong_shape" },
        { """{"type":"snapshot","service":"payments","index":1}""", "wrong_shape" },
        { """{"type":"snapshot","service":"payments","instances":[]}""", "wrong_shape" },
        { """{"type":"snapshot","service":"payments","index":-1,"instances":[]}""", "wrong_shape" },
        { """{"type":"snapshot","service":"payments","index":1.5,"instances":[]}""", "wrong_shape" },
        { """{"type":"snapshot","service":"payments","index":99999999999999999999,"instances":[]}""", "wrong_shape" },
        { """{"type":"snapshot","service":"payments","index":1,"instances":{}}""", "wrong_shape" },
        { """{"type":"snapshot","service":"payments","index":1,"instances":null}""", "wrong_shape" },
        { """{"type":"snapshot","service":"payments","index":1,"instances":[null]}""", "wrong_shape" },
        { """{"type":"snapshot","service":"payments","index":1,"instances":["a"]}""", "wrong_shape" },
        { """{"type":"snapshot","service":"payments","index":1,"cursor":"","instances":[]}""", "wrong_shape" },
        { """{"type":"snapshot","service":"payments","index":1,"instances":[],"removed":7}""", "wrong_shape" },
        { """{"type":"snapshot","service":"payments","index":1,"instances":[],"removed":[{}]}""", "wrong_shape" },
        { """{"type":"snapshot","service":"payments","index":1,"instances":[],"removed":[{"id":"a","at":"yesterday"}]}""", "wrong_shape" },
        { """{"type":"snapshot","service":"payments","index":1,"instances":[{"id":"a","address":"10.0.0.1","po""", "not_json" },
        { """{"type":"snapshot","service":"payments","index":1,"instances":[]}x""", "not_json" },
        { """{"type":"snapshot","service":"payments","index":1,"instances":[]}{}""", "not_json" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":70000}"""), "absurd_value" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":-1}"""), "absurd_value" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":1e3}"""), "absurd_value" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":"80"}"""), "absurd_value" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":null}"""), "wrong_shape" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":[1]}"""), "wrong_shape" },
        { Snapshot("""{"id":"","address":"10.0.0.1","port":1}"""), "absurd_value" },
        { Snapshot("""{"id":"a","address":"","port":1}"""), "absurd_value" },
        { Snapshot("""{"address":"10.0.0.1","port":1}"""), "absurd_value" },
        { Snapshot("""{"id":"a","port":1}"""), "absurd_value" },
        { Snapshot("""{"id":7,"address":"10.0.0.1","port":1}"""), "absurd_value" },
        { Snapshot("""{"id":"a","service":"orders","address":"10.0.0.1","port":1}"""), "wrong_service" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":1,"ports":{"x":65536}}"""), "absurd_value" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":1,"ports":[]}"""), "wrong_shape" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":1,"weights":{"passing":-1}}"""), "absurd_value" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":1,"weights":7}"""), "absurd_value" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":1,"tags":"eu"}"""), "absurd_value" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":1,"tags":[{}]}"""), "wrong_shape" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":1,"metadata":{"k":{}}}"""), "wrong_shape" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":1,"health":true}"""), "wrong_shape" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":1,"state":3}"""), "absurd_value" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":1,"epoch":-5}"""), "absurd_value" },
        { Snapshot("""{"id":"a","address":"10.0.0.1","port":1,"registeredAt":"soon"}"""), "absurd_value" },
        { Snapshot($$"""{"id":"{{new string('i', 300)}}","address":"10.0.0.1","port":1}"""), "absurd_value" },
        { Snapshot("""{"id":"\ud800","address":"10.0.0.1","port":1}"""), "not_json" },
        { Snapshot(string.Join(',', Enumerable.Repeat(Good, 11))), "too_many" },
        { """{"type":"changed","service":"payments","index":1}""", "wrong_shape" },
        { """{"type":"changed","service":"payments","index":1,"instance":{"id":"a"}}""", "absurd_value" },
        { """{"type":"removed","service":"payments","index":1}""", "wrong_shape" },
        { """{"type":"removed","service":"payments","index":1,"id":[]}""", "wrong_shape" },
        { """{"type":"resumed","service":"payments","index":1}""", "wrong_shape" },
        { """{"type":"resumed","index":1,"cursor":"x"}""", "wrong_shape" },
        { """{"type":"resync"}""", "wrong_shape" },
        { """{"type":"hello","idleSeconds":"15"}""", "wrong_shape" },
        { """{"type":"hello","idleSeconds":-1}""", "wrong_shape" },
        { """{"type":"bye","retryAfterSeconds":1e300}""", "wrong_shape" },
        { """{"a":""" + new string('[', 100), "not_json" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void TryRead_Lie_IsRefusedWithItsReason(string line, string reason)
    {
        Assert.False(StreamLineReader.TryRead(Encoding.UTF8.GetBytes(line), 10, out _, out RejectReason refused));
        Assert.Equal(reason, refused.ToTag());
    }

    [Theory]
    [InlineData("""{"type":"weather"}""")]
    [InlineData("""{"type":"hello"}""")]
    [InlineData("""{"type":"hello","servedBy":"n","idleSeconds":15,"more":{"a":[1]}}""")]
    [InlineData("""{"type":"bye","reason":"x"}""")]
    [InlineData("""{"index":1,"instances":[],"service":"payments","type":"snapshot"}""")]
    [InlineData("""{"type":"changed","service":"payments","index":1,"instance":{"id":"a","address":"x","port":0,"health":"new-word","state":"new-word","checks":[{}]}}""")]
    public void TryRead_UnknownMembersAndAnyOrder_IsFine(string line) =>
        Assert.True(StreamLineReader.TryRead(Encoding.UTF8.GetBytes(line), 10, out _, out _));

    [Fact]
    public void TryRead_WordsItDoesNotKnow_AreTheWorst()
    {
        const string Line = """{"type":"changed","service":"payments","index":1,"instance":{"id":"a","address":"x","port":0,"health":"new-word","state":"new-word"}}""";
        Assert.True(StreamLineReader.TryRead(Encoding.UTF8.GetBytes(Line), 10, out StreamLine line, out _));
        ServiceInstance instance = ((RegistryNews.Changed)line.News!).Instance;
        Assert.Equal(InstanceHealth.Critical, instance.Health);
        Assert.Equal(InstanceState.OutOfService, instance.State);
    }

    [Fact]
    public void TryRead_WholeInstance_HasAllMembers()
    {
        const string Line = """{"type":"changed","service":"payments","cursor":"c","index":1,"instance":{"service":"Payments","id":"a","node":"n","address":"10.0.0.1","port":80,"ports":{"admin":9},"tags":["t"],"metadata":{"k":"v"},"weights":{"passing":5,"warning":2},"region":"r","zone":"z","health":"warning","state":"draining","epoch":9,"registeredAt":"2026-11-21T10:00:00Z"}}""";
        Assert.True(StreamLineReader.TryRead(Encoding.UTF8.GetBytes(Line), 10, out StreamLine line, out _));
        var expected = new ServiceInstance
        {
            Service = "payments",
            Id = "a",
            Node = "n",
            Address = "10.0.0.1",
            Port = 80,
            Ports = new Dictionary<string, int> { ["admin"] = 9 },
            Tags = ["t"],
            Metadata = new Dictionary<string, string> { ["k"] = "v" },
            Weight = 2,
            Region = "r",
            Zone = "z",
            Health = InstanceHealth.Warning,
            State = InstanceState.Draining,
            Epoch = 9,
            RegisteredAt = new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero),
        };
        Assert.True(InstanceContent.Same(expected, ((RegistryNews.Changed)line.News!).Instance));
    }

    private static string Snapshot(string instances) => $$"""{"type":"snapshot","service":"payments","cursor":"c","index":1,"instances":[{{instances}}]}""";
}
