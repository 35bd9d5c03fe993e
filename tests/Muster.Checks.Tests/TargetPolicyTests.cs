using System.Net;

namespace Muster.Checks.Tests;

public sealed class TargetPolicyTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("10.0.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("172.16.0.1")]
    [InlineData("8.8.8.8")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("100.100.100.201")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::8.8.8.8")]
    [InlineData("2002:808:808::1")]
    [InlineData("fd00::1")]
    [InlineData("fec0::1")]
    [InlineData("2001:db8::1")]
    public void RuleAgainst_OrdinaryAddress_None(string address) =>
        Assert.Null(TargetPolicy.Default.RuleAgainst(IPAddress.Parse(address)));

    [Theory]
    [InlineData("169.254.169.254", "metadata")]
    [InlineData("169.254.170.2", "metadata")]
    [InlineData("100.100.100.200", "metadata")]
    [InlineData("168.63.129.16", "metadata")]
    [InlineData("fd00:ec2::254", "metadata")]
    [InlineData("::ffff:169.254.169.254", "metadata")]
    [InlineData("::ffff:100.100.100.200", "metadata")]
    [InlineData("64:ff9b::a9fe:a9fe", "metadata")]
    [InlineData("2002:a9fe:a9fe::1", "metadata")]
    [InlineData("::169.254.169.254", "metadata")]
    [InlineData("169.254.0.0", "link-local")]
    [InlineData("169.254.255.255", "link-local")]
    [InlineData("::ffff:169.254.1.1", "link-local")]
    [InlineData("fe80::1", "link-local")]
    [InlineData("fe80::1%1", "link-local")]
    [InlineData("febf::1", "link-local")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("239.255.255.255", "multicast")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("::ffff:224.0.0.1", "multicast")]
    [InlineData("255.255.255.255", "broadcast")]
    [InlineData("::ffff:255.255.255.255", "broadcast")]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("0.1.2.3", "unspecified")]
    [InlineData("::", "unspecified")]
    [InlineData("::ffff:0.0.0.0", "unspecified")]
    public void RuleAgainst_ForbiddenAddress_NamesTheRule(string address, string rule) =>
        Assert.StartsWith(rule, TargetPolicy.Default.RuleAgainst(IPAddress.Parse(address))?.Replace("cloud ", ""));

    [Theory]
    [InlineData("169.254.1.1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("169.254.169.254", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("224.0.0.1", false)]
    public void RuleAgainst_LinkLocalAllowed_OpensNothingElse(string address, bool allowed) =>
        Assert.Equal(allowed, new TargetPolicy { AllowLinkLocal = true }.RuleAgainst(IPAddress.Parse(address)) is null);
}
