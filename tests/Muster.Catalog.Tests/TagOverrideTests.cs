using Muster.Model;

namespace Muster.Catalog.Tests;

public class TagOverrideTests
{
    private static InstanceDefinition Tagged(bool mayOverride, bool byOthers, params string[] tags) =>
        CatalogHarness.Define("web", "web-1", tags: tags) with { EnableTagOverride = mayOverride, TagsOverridden = byOthers };

    private static string TagsAfter(params InstanceDefinition[] registrations)
    {
        var harness = new CatalogHarness();
        foreach (InstanceDefinition registration in registrations)
        {
            harness.Register(registration);
        }

        return string.Join(',', harness.Find("web-1")!.Data.Unpack().Tags);
    }

    [Fact]
    public void Register_OwnerAgainAfterOthersRetagged_TheirTagsStay() =>
        Assert.Equal("theirs", TagsAfter(Tagged(true, false, "mine"), Tagged(true, true, "theirs"), Tagged(true, false, "mine"), Tagged(true, false, "new")));

    [Fact]
    public void Register_OthersAgain_LastOfThemWins() =>
        Assert.Equal("more", TagsAfter(Tagged(true, false, "mine"), Tagged(true, true, "theirs"), Tagged(true, true, "more"), Tagged(true, false, "mine")));

    [Fact]
    public void Register_NotAllowed_OwnerWins() =>
        Assert.Equal("mine", TagsAfter(Tagged(false, false, "mine"), Tagged(false, true, "theirs"), Tagged(false, false, "mine")));

    [Fact]
    public void Register_OwnerForbidsAgain_OwnerWins() =>
        Assert.Equal("new", TagsAfter(Tagged(true, false, "mine"), Tagged(true, true, "theirs"), Tagged(false, false, "new")));

    [Fact]
    public void Register_OthersChangedNoTag_OwnerMayStillRetag() =>
        Assert.Equal("new", TagsAfter(Tagged(true, false, "mine"), Tagged(true, true, "mine"), Tagged(true, false, "new")));

    [Fact]
    public void Register_FirstByOthers_TheyAreTheOwner() =>
        Assert.Equal("new", TagsAfter(Tagged(true, true, "theirs"), Tagged(true, false, "new")));
}
