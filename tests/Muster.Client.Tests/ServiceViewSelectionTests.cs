namespace Muster.Client.Tests;

public sealed class ServiceViewSelectionTests
{
    [Theory]
    [InlineData("a b", "a b")]
    [InlineData("a b:critical", "a")]
    [InlineData("a b:critical c:critical", "a b c")]
    [InlineData("a b:draining c:starting d:out", "a")]
    [InlineData("b:draining c:starting", "b")]
    [InlineData("a b:zero", "a")]
    [InlineData("a:zero b:zero", "a b")]
    [InlineData("a:zero b:draining", "a")]
    [InlineData("", "")]
    public void Usable_AnyView_AreThoseThatTakeTraffic(string instances, string usable)
    {
        var view = new ServiceView("payments", [.. instances.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Read)], 1, ViewSource.Stream);
        Assert.Equal(usable, string.Join(' ', view.Usable().Select(instance => instance.Id)));
    }

    private static ServiceInstance Read(string text)
    {
        string[] parts = text.Split(':');
        string condition = parts.Length > 1 ? parts[1] : "";
        return new ServiceInstance
        {
            Service = "payments",
            Id = parts[0],
            Address = "10.0.0.1",
            Port = 8080,
            Weight = condition == "zero" ? 0 : 1,
            Health = condition == "critical" ? InstanceHealth.Critical : InstanceHealth.Passing,
            State = condition switch
            {
                "draining" => InstanceState.Draining,
                "starting" => InstanceState.Starting,
                "out" => InstanceState.OutOfService,
                _ => InstanceState.Up,
            },
        };
    }
}
