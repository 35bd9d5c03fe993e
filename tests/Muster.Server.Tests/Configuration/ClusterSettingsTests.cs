using System.Net;
using Muster.Server.Configuration;

namespace Muster.Server.Tests.Configuration;

public sealed class ClusterSettingsTests
{
    private const string Secret = "a secret of the cluster";

    [Theory]
    [InlineData(false)]
    [InlineData(false, "-rejoin", "-retry-interval=9s", "-bootstrap-expect=1", "-bootstrap")]
    [InlineData(false, "-hcl={\"retry_join\": [], \"owner_timeout\": \"20s\"}")]
    [InlineData(true, "-retry-join=127.0.0.2")]
    [InlineData(true, "-join=localhost:9000")]
    [InlineData(true, "-bootstrap-expect=2")]
    [InlineData(true, "-serf-lan-port=8301")]
    [InlineData(true, "-encrypt=" + Secret)]
    public void Read_Flags_SwitchTheClusterOn(bool expected, params string[] flags) => Assert.Equal(expected, Good(flags).Enabled);

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1, "-bootstrap")]
    [InlineData(true, 1, "-bootstrap-expect=1")]
    [InlineData(false, 1, "-bootstrap-expect=0")]
    [InlineData(false, 2, "-bootstrap-expect=2")]
    public void Read_Bootstrap_IsAlsoToExpectOne(bool expected, int servers, params string[] flags)
    {
        ClusterSettings settings = Good(flags);
        Assert.Equal((expected, servers), (settings.Bootstrap, settings.ExpectedServers));
    }

    [Fact]
    public void Read_EverySetting_IsTakenOver()
    {
        ClusterSettings settings = Good(
            "-bind=127.0.0.9", "-retry-join=127.0.0.1", "-retry-join=127.0.0.2:9000", "-join=127.0.0.3", "-retry-interval=2s", "-retry-max=7", "-bootstrap-expect=3",
            "-serf-lan-port=9301", "-serf-lan-bind=127.0.0.8", "-rejoin", "-encrypt", Secret,
            "-hcl", """{ "leave_on_terminate": true, "skip_leave_on_interrupt": false, "owner_timeout": "12s", "isolated_timeout": "0s" }""");
        Assert.Equal(["127.0.0.1", "127.0.0.2:9000"], settings.RetryJoin);
        Assert.Equal(["127.0.0.3"], settings.StartJoin);
        Assert.Equal((TimeSpan.FromSeconds(2), 7, 3), (settings.RetryInterval, settings.RetryMax, settings.ExpectedServers));
        Assert.Equal(("127.0.0.8", 9301, Secret), (settings.PeerAddress.ToString(), settings.PeerPort, settings.Secret));
        Assert.True(settings is { Rejoin: true, LeaveOnTerminate: true, LeaveOnInterrupt: true });
        Assert.Equal((TimeSpan.FromSeconds(12), TimeSpan.Zero), (settings.OwnerTimeout, settings.IsolatedTimeout));
    }

    [Theory]
    [InlineData("-bind=0.0.0.0")]
    [InlineData("-bind=10.0.0.1")]
    [InlineData("-serf-lan-bind=10.0.0.1")]
    public void Read_OffLoopbackWithoutSecret_DoesNotStart(string bind)
    {
        AgentConfigurationResult result = Read("-retry-join=10.0.0.2", bind);
        Assert.Null(result.Options);
        Assert.Contains("the cluster needs a secret of at least 16 characters", Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.Empty(Read("-retry-join=10.0.0.2", bind, "-encrypt=" + Secret).Errors);
    }

    [Theory]
    [InlineData("ports.serf_lan: must differ", "-serf-lan-port=8500")]
    [InlineData("TLS among servers needs all three", "-serf-lan-port=8301", "-hcl={\"ca_file\": \"/x\"}")]
    [InlineData("encrypt_file: set either", "-encrypt=" + Secret, "-hcl={\"encrypt_file\": \"/etc/hostname\"}")]
    [InlineData("encrypt_file: ", "-hcl={\"encrypt_file\": \"/absent\"}")]
    public void Read_WhatCannotBe_IsNamed(string expected, params string[] flags) =>
        Assert.Contains(Read(flags).Errors, error => error.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Read_ZoneThatPeersWouldNotTake_IsRefusedInAClusterOnly()
    {
        string zone = $"-node-meta=zone:{new string('z', 129)}";
        Assert.Contains("must have at most 128 bytes", Assert.Single(Read(zone, "-serf-lan-port=8301").Errors), StringComparison.Ordinal);
        Assert.Empty(Read(zone).Errors);
    }

    [Fact]
    public void Read_ShortSecret_IsRefusedWithoutShowingIt()
    {
        string error = Assert.Single(Read("-encrypt=sesame").Errors);
        Assert.Equal("encrypt: must have at least 16 characters, has 6", error);
    }

    [Fact]
    public void Read_SecretFromFileOrVariable_IsTaken()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("secret", Secret + "\n");
        Assert.Equal(Secret, Good($$"""-hcl={ "encrypt_file": "{{file}}" }""").Secret);
        HostFacts host = Host() with { Variable = name => name == "MUSTER_ENCRYPT" ? Secret : null };
        Assert.Equal(Secret, AgentConfiguration.Read(["-dev"], host).Options!.Cluster.Secret);
        Assert.Equal("the flag's own secret", AgentConfiguration.Read(["-dev", "-encrypt=the flag's own secret"], host).Options!.Cluster.Secret);
    }

    [Fact]
    public void Read_JoiningOthersFromLoopback_Warns()
    {
        Assert.Contains(Read("-retry-join=10.0.0.2").Warnings, warning => warning.StartsWith("bind_addr: servers on other machines cannot reach", StringComparison.Ordinal));
        Assert.Empty(Read("-retry-join=127.0.0.2", "-retry-join=localhost:1").Warnings);
    }

    private static ClusterSettings Good(params string[] flags)
    {
        AgentConfigurationResult result = Read(flags);
        Assert.Empty(result.Errors);
        return result.Options!.Cluster;
    }

    private static AgentConfigurationResult Read(params string[] flags) => AgentConfiguration.Read(["-dev", .. flags], Host());

    private static HostFacts Host() => new("host", () => IPAddress.Parse("10.1.2.3"));
}
