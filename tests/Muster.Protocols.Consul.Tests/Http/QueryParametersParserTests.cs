using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Tests.Http;

public class QueryParametersParserTests
{
    private static QueryParameters Parse(string query) => QueryParametersParser.Parse(query, "dc1");

    [Theory]
    [InlineData("?passing", true, null)]
    [InlineData("?passing=", true, null)]
    [InlineData("?passing=1", true, null)]
    [InlineData("?passing=True", true, null)]
    [InlineData("?passing=false", false, null)]
    [InlineData("?passing=0", false, null)]
    [InlineData("?passing=maybe", false, "Invalid value for ?passing")]
    [InlineData("?passing&passing=maybe", true, null)]
    [InlineData("", false, null)]
    public void Parse_Passing_FollowsGoBooleans(string query, bool passing, string? refusal)
    {
        QueryParameters parsed = Parse(query);

        Assert.Equal((passing, refusal), (parsed.Passing, parsed.PassingRefusal));
        Assert.Null(parsed.ReadRefusal);
    }

    [Theory]
    [InlineData("?index=42&wait=5m", 42UL, 300.0, null)]
    [InlineData("?index=0", 0UL, 0.0, null)]
    [InlineData("?index=18446744073709551615", ulong.MaxValue, 0.0, null)]
    [InlineData("?index=&wait=", 0UL, 0.0, null)]
    [InlineData("?wait=%31s", 0UL, 1.0, null)]
    [InlineData("?wait=-1s", 0UL, -1.0, null)]
    [InlineData("?index=-1", 0UL, 0.0, "Invalid index")]
    [InlineData("?index=1x", 0UL, 0.0, "Invalid index")]
    [InlineData("?wait=10", 0UL, 0.0, "Invalid wait time")]
    [InlineData("?wait=soon&index=7", 7UL, 0.0, "Invalid wait time")]
    public void Parse_IndexAndWait_AreReadOrRefused(string query, ulong index, double seconds, string? refusal)
    {
        QueryParameters parsed = Parse(query);

        Assert.Equal(refusal, parsed.ReadRefusal);
        Assert.Equal(TimeSpan.FromSeconds(seconds), parsed.Wait);
        if (refusal != "Invalid index")
        {
            Assert.Equal(index, parsed.Index);
        }
    }

    [Theory]
    [InlineData("?stale", "Stale", null)]
    [InlineData("?consistent", "Consistent", null)]
    [InlineData("?leader", "Leader", null)]
    [InlineData("?max_stale=10s", "Stale", null)]
    [InlineData("?max_stale=0", "Leader", null)]
    [InlineData("?max_stale=x", "Leader", "Invalid max_stale value \"x\"")]
    [InlineData("?stale&consistent", "Consistent", "Cannot specify ?stale with ?consistent, conflicting semantics.")]
    [InlineData("?cached&consistent", "Consistent", "Cannot specify ?cached with ?consistent, conflicting semantics.")]
    public void Parse_Consistency_ConflictsAreRefused(string query, string expected, string? refusal)
    {
        QueryParameters parsed = Parse(query);

        Assert.Equal((expected, refusal), (parsed.Consistency.ToString(), parsed.ReadRefusal));
    }

    [Theory]
    [InlineData("?dc=dc1", false)]
    [InlineData("?dc=DC1", false)]
    [InlineData("?dc=", false)]
    [InlineData("?dc=dc2", true)]
    [InlineData("?datacenter=dc1&dc=dc2", false)]
    [InlineData("?dc=dc1&datacenter=dc2", true)]
    public void Parse_Datacenter_LongNameWins(string query, bool foreign) => Assert.Equal(foreign, Parse(query).ForeignDatacenter);

    [Theory]
    [InlineData("?ns=", null)]
    [InlineData("?ns=default", null)]
    [InlineData("?partition=default", null)]
    [InlineData("?ns=team", "Invalid query parameter: \"ns\" - Namespaces are a Consul Enterprise feature")]
    [InlineData("?partition=p1", "Invalid query parameter: \"partition\" - Partitions are a Consul Enterprise feature")]
    public void Parse_Namespace_OnlyTheDefaultOneExists(string query, string? refusal) => Assert.Equal(refusal, Parse(query).Refusal);

    [Fact]
    public void Parse_RepeatedFilters_AreDecodedInOrder()
    {
        QueryParameters parsed = Parse("?tag=a+b&&tag=c%2Fd&tag=&node-meta=rack:1%3A2&node-meta=os&pretty");

        Assert.Equal(["a b", "c/d", ""], parsed.Tags);
        Assert.Equal([new("rack", "1:2"), new("os", "")], parsed.NodeMetadata);
        Assert.True(parsed.Pretty);
    }

    [Fact]
    public void Parse_TooManyTags_IsRefused()
    {
        string query = "?" + string.Join('&', Enumerable.Repeat("tag=x", 65));

        Assert.Equal("Too many tags", Parse(query).ReadRefusal);
    }

    [Fact]
    public void Parse_OrdinaryRead_AllocatesNothing()
    {
        _ = Parse("?passing&index=12&wait=60s&stale");
        long before = GC.GetAllocatedBytesForCurrentThread();

        QueryParameters parsed = Parse("?passing&index=12&wait=60s&stale");

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(12UL, parsed.Index);
    }
}
