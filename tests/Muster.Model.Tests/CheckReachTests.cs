namespace Muster.Model.Tests;

public class CheckReachTests
{
    [Theory]
    [InlineData("http://127.0.0.1:80/health", true)]
    [InlineData("http://127.8.8.8", true)]
    [InlineData("https://[::1]:8443/", true)]
    [InlineData("http://[::ffff:127.0.0.1]/", true)]
    [InlineData("http://LOCALHOST:80", true)]
    [InlineData("http://web.localhost./", true)]
    [InlineData("http://10.0.0.1/localhost", false)]
    [InlineData("http://localhost.example/", false)]
    [InlineData("http://[fd00::1]/", false)]
    public void IsHostBound_Http_IsWhatTheUrlsHostSays(string url, bool expected) =>
        Assert.Equal(expected, new CheckDefinition { Name = "c", Kind = CheckKind.Http, Http = new HttpProbe(url) }.IsHostBound());

    [Theory]
    [InlineData("127.0.0.1:80", true)]
    [InlineData("[::1]:80", true)]
    [InlineData("localhost:50051/shop", true)]
    [InlineData("10.0.0.1:50051/127.0.0.1:1", false)]
    [InlineData("web.example:80", false)]
    public void IsHostBound_Target_IsWhatItsHostSays(string target, bool expected) =>
        Assert.Equal(expected, new CheckDefinition { Name = "c", Kind = CheckKind.Grpc, Target = new ProbeTarget(target) }.IsHostBound());

    [Theory]
    [InlineData(CheckKind.Alias, true)]
    [InlineData(CheckKind.Script, true)]
    [InlineData(CheckKind.Ttl, false)]
    [InlineData(CheckKind.External, false)]
    [InlineData(CheckKind.Maintenance, false)]
    public void IsHostBound_OtherKinds_AreByKind(CheckKind kind, bool expected) =>
        Assert.Equal(expected, new CheckDefinition { Name = "c", Kind = kind }.IsHostBound());
}
