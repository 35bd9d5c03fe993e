using FsCheck;
using FsCheck.Fluent;
using Muster.Client.Balancing;
using Muster.Client.Http;

namespace Muster.Client.Tests.Http;

public sealed class TargetUrisTests
{
    private const string Authority = "http://payments";
    private static readonly RequestTarget s_request = new("payments", null, 0, SchemePreference.Http);

    private readonly Target _target = new(
        new ServiceInstance { Service = "payments", Id = "p", Address = "10.0.0.7", Port = 8080 }, new Balancer(new BalancerSettings { Random = new Random(1) }));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("?x=1")]
    [InlineData("/a/b?x=1&y=2")]
    [InlineData("/a/../b/./c")]
    [InlineData("/a%2Fb%20c%41?x=%26")]
    [InlineData("/a b")]
    [InlineData("/caf\u00e9/\u4f60?\u597d=1")]
    [InlineData("/a#part")]
    [InlineData("/a\\b")]
    [InlineData("/.well-known/x")]
    [InlineData("/a//b/")]
    [InlineData("/a;v=1,2/(3)'\"<>^`{|}")]
    public void Rewrite_Path_IsWhatTheOriginalWouldSend(string rest)
    {
        var original = new Uri(Authority + rest);
        for (int i = 0; i < 2; i++)
        {
            Uri uri = _target.UrisFor(s_request).Rewrite(original, Authority.Length);

            Assert.Equal(original.PathAndQuery, uri.PathAndQuery);
            Assert.Equal("10.0.0.7", uri.Host);
            Assert.Equal(8080, uri.Port);
        }
    }

    [Fact]
    public void Rewrite_AnyText_IsWhatTheOriginalWouldSend()
    {
        const string Pieces = "/abc.?&=%25#+;:@ \\é~_-";
        Arbitrary<string> rests = Gen.ArrayOf(Gen.Elements(Pieces.ToCharArray())).Select(chars => "/" + new string(chars)).ToArbitrary();
        Prop.ForAll(rests, rest =>
        {
            var original = new Uri(Authority + rest);
            return _target.UrisFor(s_request).Rewrite(original, Authority.Length).PathAndQuery == original.PathAndQuery;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithQuietOnSuccess(true));
    }

    [Fact]
    public void Rewrite_UriThatMustNotBeNormalized_IsNot()
    {
        var original = new Uri(Authority + "/a/../%41?x=%7E", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

        Assert.Equal("/a/../%41?x=%7E", _target.UrisFor(s_request).Rewrite(original, Authority.Length).PathAndQuery);
    }

    [Fact]
    public void Rewrite_SamePathAgain_AllocatesNothing()
    {
        var original = new Uri(Authority + "/charge/17?x=1");
        Uri first = _target.UrisFor(s_request).Rewrite(original, Authority.Length);
        Assert.Same(first, _target.UrisFor(s_request).Rewrite(original, Authority.Length));

        Uri again = first;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            again = _target.UrisFor(s_request).Rewrite(original, Authority.Length);
        }

        // what the measuring itself allocates once is not the thousand calls'
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100);
        Assert.Same(first, again);
    }

    [Fact]
    public void UrisFor_InstanceDescribedAnew_FollowsIt()
    {
        Assert.Equal("http://10.0.0.7:8080", _target.UrisFor(s_request).Endpoint?.Prefix);

        _target.Describe(_target.Instance with { Ports = new Dictionary<string, int> { ["http"] = 81 } });

        Assert.Equal("http://10.0.0.7:81", _target.UrisFor(s_request).Endpoint?.Prefix);
        Assert.Same(_target.UrisFor(s_request), _target.UrisFor(s_request with { }));
    }
}
