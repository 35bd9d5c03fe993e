using Muster.Model;

namespace Muster.Catalog.Tests.Preservation;

public class ProbeHoldTests
{
    private readonly CatalogHarness _harness = new();
    private int _started;

    private PreservationView View => _harness.Catalog.Preservation.View;

    [Theory]
    [InlineData(15, 15)]
    [InlineData(16, 15)]
    [InlineData(100, 15)]
    public void AtOnce_FifteenPercentFail_FurtherOnesAreHeld(int failing, int critical)
    {
        List<string> ids = Start("web", 100);
        _harness.Run(30);
        Probe(ids.Take(failing), HealthStatus.Critical);
        _harness.Run(1);
        Assert.Equal(critical, Critical("web"));
        Assert.Equal(failing > critical, View.IsHolding);
        if (failing > critical)
        {
            PreservationHold hold = Assert.Single(View.Holds);
            Assert.Equal(("all", PreservationSignal.Probes), (hold.Scope, hold.Signal));
            Assert.Equal((100, failing, failing - critical), (hold.Expected, hold.Missed, hold.Held));
            Check held = _harness.Find(ids[failing - 1])!.Checks[0];
            Assert.Equal(HealthStatus.Passing, held.Status);
            Assert.StartsWith("passing held: more than 15 % of the probed checks failed within 30 s. refused", held.Output, StringComparison.Ordinal);
            Assert.Contains("fails and stays passing", _harness.Catalog.Preservation.WhyHeld(_harness.Find(ids[failing - 1])!), StringComparison.Ordinal);
            Assert.Equal(failing - critical, _harness.Catalog.Preservation.ListHeld(1000).Count);
        }
    }

    [Fact]
    public void FailForMinutes_NoFurtherOnesTurnCritical()
    {
        List<string> ids = Start("web", 100);
        _harness.Run(30);
        for (int i = 0; i < 30; i++)
        {
            Probe(ids, HealthStatus.Critical);
            _harness.Run(10);
        }

        Assert.Equal(15, Critical("web"));
        Assert.True(View.IsHolding);
    }

    [Fact]
    public void Recover_TheHoldEnds_AndASingleFailureCountsAgain()
    {
        List<string> ids = Start("web", 100);
        _harness.Run(30);
        Probe(ids, HealthStatus.Critical);
        _harness.Run(10);
        Probe(ids, HealthStatus.Passing);
        _harness.Run(31);
        Assert.False(View.IsHolding);
        Assert.Equal(0, Critical("web"));
        Probe([ids[3]], HealthStatus.Critical);
        Assert.Equal(1, Critical("web"));
    }

    [Fact]
    public void OneByOneOverMinutes_IsNoSimultaneousFailure()
    {
        List<string> ids = Start("web", 100);
        _harness.Run(30);
        foreach (string id in ids.Take(60))
        {
            Probe([id], HealthStatus.Critical);
            _harness.Run(5);
        }

        Assert.Equal(60, Critical("web"));
        Assert.Empty(View.Events);
    }

    [Fact]
    public void FewerThanTwenty_AllFail_AllTurnCritical()
    {
        List<string> ids = Start("web", 19);
        _harness.Run(30);
        Probe(ids, HealthStatus.Critical);
        Assert.Equal(19, Critical("web"));
    }

    [Fact]
    public void SmallServiceAmongMany_TurnsCritical()
    {
        Start("web", 190);
        List<string> small = Start("small", 10);
        _harness.Run(30);
        Probe(small, HealthStatus.Critical);
        Assert.Equal(10, Critical("small"));
    }

    [Fact]
    public void KilledAndRestartedUnderNewIds_TheOldOnesTurnCritical()
    {
        List<string> old = Start("web", 100);
        _harness.Run(30);
        _harness.Run(3);
        Start("web", 100);
        for (int i = 0; i < 3; i++)
        {
            _harness.Run(10);
            Probe(old, HealthStatus.Critical);
        }

        Assert.Equal(100, Critical("web"));
        Assert.False(View.IsHolding);
    }

    [Fact]
    public void OperatorEndsIt_TheNextFailuresCount()
    {
        List<string> ids = Start("web", 100);
        _harness.Run(30);
        Probe(ids, HealthStatus.Critical);
        _harness.Run(1);
        Assert.Equal(1, _harness.Catalog.Preservation.End("all", "by an operator"));
        Probe(ids, HealthStatus.Critical);
        Assert.Equal(100, Critical("web"));
        Assert.False(View.IsHolding);
        Assert.Equal("by an operator", View.Events[^1].Text);
    }

    [Fact]
    public void ReportByTheInstanceItself_IsNeverHeld()
    {
        List<string> ids = Start("web", 100);
        _harness.Run(30);
        Probe(ids, HealthStatus.Critical);
        _harness.Catalog.ReportCheck(CatalogHarness.Node, $"service:{ids[99]}", HealthStatus.Critical, "", ReportKind.External);
        Assert.Equal(16, Critical("web"));
    }

    [Fact]
    public void RemovalOfWhatProbesFoundCritical_WaitsForTheHold()
    {
        _harness.Register("web", "old", CatalogHarness.Http(initial: HealthStatus.Passing) with { DeregisterAfter = TimeSpan.FromSeconds(60) });
        List<string> ids = Start("web", 99);
        _harness.Run(30);
        Probe(["old"], HealthStatus.Critical);
        _harness.Run(40);
        Probe(ids, HealthStatus.Critical);
        for (int i = 0; i < 6; i++)
        {
            _harness.Run(10);
            Probe(ids, HealthStatus.Critical);
        }

        Assert.NotNull(_harness.Find("old"));
        _harness.Catalog.Preservation.End(null, "by an operator");
        _harness.Run(2);
        Assert.Null(_harness.Find("old"));
    }

    private List<string> Start(string service, int count)
    {
        var ids = new List<string>();
        for (int i = 0; i < count; i++)
        {
            string id = $"{service}-{_started++}";
            _harness.Register(service, id, CatalogHarness.Http(initial: HealthStatus.Passing));
            ids.Add(id);
        }

        return ids;
    }

    private void Probe(IEnumerable<string> ids, HealthStatus status)
    {
        foreach (string id in ids)
        {
            _harness.Catalog.ReportCheck(CatalogHarness.Node, $"service:{id}", status, status == HealthStatus.Critical ? "refused" : "ok", ReportKind.Probe);
        }
    }

    private int Critical(string service)
    {
        int critical = 0;
        foreach (Instance instance in _harness.Catalog.FindService(service)!.Instances)
        {
            critical += instance.Status == HealthStatus.Critical ? 1 : 0;
        }

        return critical;
    }
}
