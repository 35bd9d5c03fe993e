using Muster.Catalog.Tests.Replication;
using Muster.Model;

namespace Muster.Catalog.Tests;

/// <summary>Two spellings of a name are one name everywhere or nowhere, in any script.</summary>
public class NameCaseTests
{
    /// <summary>One name by its upper case, which lower case tells apart.</summary>
    public static TheoryData<string, string> OneName => new()
    {
        { "WEB-1", "web-1" },
        { "\u03A3\u039F\u03A6\u039F\u03A3", "\u03C3\u03BF\u03C6\u03BF\u03C2" }, // ends in a final sigma
        { "5\u00B5m", "5\u03BCm" }, // the micro sign, and mu
        { "\U00010400", "\U00010428" }, // Deseret, which takes two chars
    };

    /// <summary>Two names by their upper case, which are one in lower case.</summary>
    public static TheoryData<string, string> TwoNames => new()
    {
        { "k1", "\u212A1" }, // the Kelvin sign
        { "\u03C9", "\u2126" }, // omega, and the Ohm sign
        { "stra\u00DFe", "stra\u1E9Ee" },
    };

    [Theory]
    [MemberData(nameof(OneName))]
    public void Register_OneNameInTwoSpellingsOnTwoServers_IsOneEntryEverywhere(string left, string right)
    {
        var replicas = new Replicas(2);
        AddNode(replicas[0], left);
        AddNode(replicas[1], right);
        Register(replicas[0], left, "a");
        Register(replicas[1], right, "a");
        replicas.Converge();
        Assert.Equal(replicas[0].Replica.RootDigest, replicas[1].Replica.RootDigest);
        Assert.All(replicas.Catalogs, catalog => Assert.Equal(1, catalog.FindService("web")!.Instances.Length));
        replicas[1].Deregister(left, "a", "test");
        replicas.Converge();
        Assert.All(replicas.Catalogs, catalog => Assert.True(catalog.FindService("web") is null or { Instances.Length: 0 }));
        Assert.Equal(replicas[0].Replica.RootDigest, replicas[1].Replica.RootDigest);
    }

    [Theory]
    [MemberData(nameof(TwoNames))]
    public void Register_TwoNamesThatLookAlike_AreTwoEntriesEverywhere(string left, string right)
    {
        var replicas = new Replicas(2);
        foreach (string node in (string[])[left, right])
        {
            AddNode(replicas[0], node);
            Register(replicas[0], node, "a");
        }

        replicas.Converge();
        Assert.All(replicas.Catalogs, catalog => Assert.Equal(2, catalog.FindService("web")!.Instances.Length));
        replicas[1].Deregister(left, "a", "test");
        replicas.Converge();
        Assert.All(replicas.Catalogs, catalog => Assert.Equal(right, Assert.Single(catalog.FindService("web")!.Instances.ToArray()).Node.Name));
    }

    private static void AddNode(Catalog catalog, string name) =>
        Assert.True(catalog.RegisterNode(new NodeDefinition { Name = name, Address = "10.0.0.1", Datacenter = "dc1" }).Ok);

    private static void Register(Catalog catalog, string node, string id) =>
        Assert.True(catalog.Register(node, CatalogHarness.Define("web", id), [], false, "test").Ok);
}
