using Muster.Client.Balancing;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Tests.PassiveHealth;

public sealed class AvailabilityFilterTests : IDisposable
{
    private readonly Balancer _owner = new(new BalancerSettings { Random = new Random(1) });

    /// <summary>
    /// One letter a target: P passing, W warning, C critical, e ejected, c critical and ejected, t on trial, d draining,
    /// s starting, o out of service, x draining and ejected. The answer has a + for each usable one.
    /// </summary>
    [Theory]
    [InlineData("", 0.5, "")]
    [InlineData("PWP", 0.5, "+++")]
    [InlineData("PPC", 0.5, "++-")]
    [InlineData("PPe", 0.5, "++-")]
    [InlineData("PC", 0.5, "+-")]
    [InlineData("Pe", 0.5, "+-")]
    [InlineData("PCC", 0.5, "+++ panic")]
    [InlineData("PeC", 0.5, "+++ panic")]
    [InlineData("PCCC", 0.25, "+---")]
    [InlineData("PCCC", 0, "+---")]
    [InlineData("CCCC", 0, "++++ panic")]
    [InlineData("C", 0.5, "+ panic")]
    [InlineData("ce", 0.5, "++ panic")]
    [InlineData("Ptt", 0.5, "+-- panic")]
    [InlineData("Pt", 0.5, "+-")]
    [InlineData("Pdso", 0.5, "+---")]
    [InlineData("Cdso", 0.5, "+--- panic")]
    [InlineData("dso", 0.5, "+--")]
    [InlineData("dx", 0.5, "+-")]
    [InlineData("so", 0.5, "+-")]
    [InlineData("oo", 0.5, "++")]
    public void Judge_ByRegistryAndCalls_Marks(string targets, double threshold, string expected)
    {
        Target[] all = [.. targets.Select(Make)];
        var usable = new bool[all.Length];

        bool panic = AvailabilityFilter.Judge(all, usable, threshold);

        Assert.Equal(expected, string.Concat(usable.Select(marked => marked ? '+' : '-')) + (panic ? " panic" : ""));
    }

    public void Dispose() => _owner.Dispose();

    private Target Make(char kind, int number)
    {
        var target = new Target(
            HealthFixture.Instance(number) with
            {
                Health = kind switch
                {
                    'C' or 'c' => InstanceHealth.Critical,
                    'W' => InstanceHealth.Warning,
                    _ => InstanceHealth.Passing,
                },
                State = kind switch
                {
                    'd' or 'x' => InstanceState.Draining,
                    's' => InstanceState.Starting,
                    'o' => InstanceState.OutOfService,
                    _ => InstanceState.Up,
                },
            },
            _owner);
        if (kind is 'e' or 'c' or 'x')
        {
            target.Health.Open(0, 1, 1);
        }
        else if (kind == 't')
        {
            target.Health.HalfOpen(0);
        }

        return target;
    }
}
