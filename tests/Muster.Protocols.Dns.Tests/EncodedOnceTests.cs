using Muster.Protocols.Dns.Answers;
using Muster.Protocols.Dns.Naming;

namespace Muster.Protocols.Dns.Tests;

/// <summary>Of those that miss the records of a service together one encodes them.</summary>
public sealed class EncodedOnceTests
{
    [Fact]
    public async Task Find_ManyThreadsAtOnce_AllGetTheSameRecords()
    {
        TestCatalog catalog = new TestCatalog(1 << 24).Node("n1", "10.0.0.1");
        for (int i = 0; i < 500; i++)
        {
            catalog.Add("n1", "web", $"w{i}", $"10.0.{i / 200}.{i % 200}", tags: ["v1"]);
        }

        var options = new DnsServerOptions();
        for (int round = 0; round < 5; round++)
        {
            // another directory finds nothing of its own
            var directory = new ServiceDirectory(catalog.Catalog, DnsZone.AllOf(options), options);

            RecordSet?[] whole = await Crowd.AskAsync(() => directory.Find("web"u8, default));
            RecordSet?[] tagged = await Crowd.AskAsync(() => directory.Find("web"u8, Selection.ByTag("v1"u8)));

            Assert.NotNull(Assert.Single(whole.Distinct()));
            Assert.NotNull(Assert.Single(tagged.Distinct()));
            Assert.Same(whole[0], directory.Find("web"u8, default));
        }
    }

    [Fact]
    public void Find_WhatNobodyHas_IsNotKept()
    {
        TestCatalog catalog = new TestCatalog().Node("n1", "10.0.0.1").Add("n1", "web", "w1", tags: ["v1"]);
        var options = new DnsServerOptions();
        var directory = new ServiceDirectory(catalog.Catalog, DnsZone.AllOf(options), options);
        long before = catalog.Catalog.Answers.Bytes;

        Assert.Null(directory.Find("web"u8, Selection.ByTag("made-up"u8)));

        Assert.Equal(before, catalog.Catalog.Answers.Bytes);
    }
}
