using Muster.Catalog;
using Muster.Protocols.Consul.Filtering;

namespace Muster.Protocols.Consul.Tests.Filtering;

public sealed class FilterMatchTests
{
    private static readonly LiveCatalog Catalog = FilterFixture.Create();

    [Theory]
    [InlineData("""Node == Edge""", true)]
    [InlineData("""Node == edge""", false)]
    [InlineData("""Node != edge""", true)]
    [InlineData("""ID == "b6dcb1ac-7e5b-4dbd-8e4d-0f2e8a3b7a55" """, true)]
    [InlineData("""Address == "10.1.0.1" """, true)]
    [InlineData("""Address contains "10.1." """, true)]
    [InlineData("""Datacenter == dc1 and Node == Edge""", true)]
    [InlineData("""TaggedAddresses.wan == "198.51.100.9" """, true)]
    [InlineData("""TaggedAddresses.lan != "10.1.0.1" """, false)]
    [InlineData("""wan_ipv4 in TaggedAddresses""", false)]
    [InlineData("""lan in TaggedAddresses""", true)]
    [InlineData("""TaggedAddresses is empty""", false)]
    [InlineData("""Meta.rack == r1""", true)]
    [InlineData("""Meta["os-kind"] == bsd""", true)]
    [InlineData("""Meta[`os-kind`] != bsd""", false)]
    [InlineData("""rack in Meta""", true)]
    [InlineData("""Meta contains rack""", true)]
    [InlineData("""Meta not contains rack""", false)]
    [InlineData("""Meta is not empty""", true)]
    [InlineData("""Meta.none == x""", false)]
    [InlineData("""Meta.none != x""", true)]
    [InlineData("""x in Meta.none""", false)]
    [InlineData("""x not in Meta.none""", true)]
    [InlineData("""Meta.none matches x""", true)]
    [InlineData("""Meta.none not matches x""", true)]
    [InlineData("""PeerName == "" """, true)]
    [InlineData("""Partition != "" """, false)]
    public void Node_Expression_Matches(string expression, bool expected) =>
        Assert.Equal(expected, Matches("node", expression, new FilterRow(Node)));

    [Theory]
    [InlineData("""ServiceName == web""", true)]
    [InlineData("""ServiceID == "web-1" """, true)]
    [InlineData("""ServicePort == 8080""", true)]
    [InlineData("""ServicePort==8080""", true)]
    [InlineData("""ServicePort != 8080""", false)]
    [InlineData("""ServicePort == "0x1f90" """, true)]
    [InlineData("""ServicePort == "0b1" """, false)]
    [InlineData("""ServicePort == -8080""", false)]
    [InlineData("""ServiceAddress == "10.0.0.5" """, true)]
    [InlineData("""ServiceSocketPath == "/run/web.sock" """, true)]
    [InlineData("""ServiceKind == "" """, true)]
    [InlineData("""ServiceEnableTagOverride == true""", true)]
    [InlineData("""ServiceEnableTagOverride == 1""", true)]
    [InlineData("""ServiceEnableTagOverride != "F" """, true)]
    [InlineData("""ServiceWeights.Passing == 10 and ServiceWeights.Warning == 2""", true)]
    [InlineData("""v2 in ServiceTags""", true)]
    [InlineData("""blue in ServiceTags""", false)]
    [InlineData("""ServiceTags contains Blue""", true)]
    [InlineData("""ServiceTags not contains Blue""", false)]
    [InlineData("""not in ServiceTags""", true)]
    [InlineData("""not not in ServiceTags""", false)]
    [InlineData("""not not not in ServiceTags""", true)]
    [InlineData("""ü in ServiceTags or v2 in ServiceTags""", null)]
    [InlineData("\"\\u00fc\" in ServiceTags", true)]
    [InlineData("\"\\xc3\\xbc\" in ServiceTags", true)]
    [InlineData("""`ü` in ServiceTags""", true)]
    [InlineData("""ServiceTags is empty""", false)]
    [InlineData("""ServiceTags is not empty""", true)]
    [InlineData("""ServiceMeta.env == prod""", true)]
    [InlineData("""ServiceMeta.env == prod.eu""", false)]
    [InlineData("""ServiceMeta["version"] == "1.2.3" """, true)]
    [InlineData("""ServiceMeta.empty == "" """, true)]
    [InlineData("""ServiceMeta.none == "" """, false)]
    [InlineData("""env in ServiceMeta""", true)]
    [InlineData("""ServiceMeta is empty""", false)]
    [InlineData("""NodeMeta.rack == r1""", true)]
    [InlineData("""ServiceTaggedAddresses.virtual.Port == 1""", true)]
    [InlineData("""ServiceTaggedAddresses.wan.Address == "198.51.100.1" """, true)]
    [InlineData("""ServiceTaggedAddresses.lan_ipv4.Address == "10.0.0.5" """, true)]
    [InlineData("""ServiceTaggedAddresses["wan_ipv4"].Port == 8080""", true)]
    [InlineData("""ServiceTaggedAddresses.lan_ipv6.Port == 8080""", false)]
    [InlineData("""ServiceTaggedAddresses.lan_ipv6.Port != 8080""", true)]
    [InlineData("""lan_ipv4 in ServiceTaggedAddresses and lan_ipv6 not in ServiceTaggedAddresses""", true)]
    [InlineData("""ServiceTaggedAddresses is empty""", false)]
    [InlineData("""ServiceProxy.Mode == "" and ServiceConnect.Native == false""", true)]
    [InlineData("""ServiceProxy.Upstreams is empty""", true)]
    [InlineData("""ServiceProxy.Upstreams.DestinationName != db""", false)]
    [InlineData("""ServiceProxy.Expose.Paths.Path == "/" """, false)]
    [InlineData("""ServiceName matches "^w.b$" """, true)]
    [InlineData("""ServiceName not matches "^w" """, false)]
    [InlineData("""ServiceName matches eb""", true)]
    [InlineData("""ServiceName matches "(?i)WEB" """, true)]
    [InlineData("""ServiceID matches `^web-\d+$`""", true)]
    [InlineData("""ServiceMeta.version matches "^1\\.[0-9]+" """, true)]
    [InlineData("""ServiceID matches "^[[:alpha:]]+-[[:digit:]]$" """, true)]
    [InlineData("""ServiceID matches `^(?P<name>\w+)\Q-\E\x{31}$`""", true)]
    public void Row_Expression_Matches(string expression, bool? expected) => Check("row", expression, expected, new FilterRow(Instance));

    [Theory]
    [InlineData("""Service.Port == 8080 and Node.Meta.rack == r1""", true)]
    [InlineData("""Service.Tags contains "v2" and Service.Meta.env == "staging" """, false)]
    [InlineData("""Checks.Status == critical""", true)]
    [InlineData("""Checks.Status == warning""", true)]
    [InlineData("""Checks.Status == passing""", true)]
    [InlineData("""Checks.Status != passing""", true)]
    [InlineData("""not Checks.Status == passing""", false)]
    [InlineData("""Checks.Status == maintenance""", false)]
    [InlineData("""Checks.CheckID == "service:web-1" """, true)]
    [InlineData("""Checks.CheckID == disk and Checks.Name == "HTTP" """, true)]
    [InlineData("""Checks.Name == "Service 'web' check" """, true)]
    [InlineData("""Checks.Output contains "80%" """, true)]
    [InlineData("""v2 in Checks.ServiceTags""", true)]
    [InlineData("""Checks.ServiceTags is empty""", true)]
    [InlineData("""Checks is empty""", false)]
    [InlineData("""Checks is not empty""", true)]
    [InlineData("""Service.ID == "web-1" or Service.ID == "web-2" and Node.Node == x""", true)]
    [InlineData("""(Service.ID == "web-1" or Service.ID == "web-2") and Node.Node == x""", false)]
    [InlineData("""not Service.ID == "web-1" and Node.Node == x or Node.Node == Edge""", true)]
    [InlineData("""not (Service.ID == "web-1" and Node.Node == Edge)""", false)]
    [InlineData("\t( ( Service . Port == 80 ) )", null)]
    [InlineData("\r\n (\t(Service.Port\n!=\n80 ) ) ", true)]
    [InlineData("""Service.Port != 80and Node.Node == Edge""", null)]
    public void Entry_Expression_Matches(string expression, bool? expected) => Check("entry", expression, expected, new FilterRow(Instance));

    [Theory]
    [InlineData("""Status == critical and Type == http""", true)]
    [InlineData("""CheckID == "web-http" and Name == HTTP and Node == Edge""", true)]
    [InlineData("""Notes contains door""", true)]
    [InlineData("""ServiceID == "web-1" and ServiceName == web""", true)]
    [InlineData("""v2 in ServiceTags and ServiceTags is not empty""", true)]
    [InlineData("""Interval == "1m30s" and Timeout == "3s" """, true)]
    [InlineData("""ExposedPort == 0 and PeerName == "" """, true)]
    [InlineData("""Output == "" """, true)]
    public void Check_Expression_Matches(string expression, bool expected) =>
        Assert.Equal(expected, Matches("check", expression, new FilterRow(Node, Instance, Instance.Checks[1])));

    [Theory]
    [InlineData("""ServiceID == "" and ServiceName == "" and ServiceTags is empty""", true)]
    [InlineData("""CheckID == disk and Type == "" and Interval == "" """, true)]
    [InlineData("""x not in ServiceTags""", true)]
    public void NodeCheck_Expression_Matches(string expression, bool expected) =>
        Assert.Equal(expected, Matches("check", expression, new FilterRow(Node, null, Node.Checks[0])));

    [Theory]
    [InlineData("""Service == web and Port == 8080 and Tags contains v2""", true)]
    [InlineData("""TaggedAddresses.wan.Port == 80 and Meta.env matches "^pro" """, true)]
    [InlineData("""Weights.Passing == 1""", false)]
    public void Service_Expression_Matches(string expression, bool expected) =>
        Assert.Equal(expected, Matches("service", expression, new FilterRow(Instance)));

    private static Node Node => Catalog.FindNode("edge")!;

    private static Instance Instance => Catalog.FindService("web")!.Instances[0];

    private static void Check(string table, string expression, bool? expected, in FilterRow row)
    {
        CompiledFilter filter = FilterCompiler.Compile(expression, FilterFixture.TableOf(table));
        Assert.Equal(expected, filter.Condition?.Accepts(row));
    }

    private static bool? Matches(string table, string expression, in FilterRow row) =>
        FilterCompiler.Compile(expression, FilterFixture.TableOf(table)).Condition?.Accepts(row);
}
