using Muster.Protocols.Rest.Watch;

namespace Muster.Protocols.Rest.Tests.Watch;

public sealed class DeltaCacheTests
{
    private const int Budget = 1000;

    private readonly DeltaCache _cache = new(Budget);

    [Fact]
    public void Set_AsLargeAsTheBudget_IsKeptAlone()
    {
        _cache.Set(Step(1), new byte[10]);
        _cache.Set(Step(2), new byte[Budget]);

        Assert.False(_cache.TryGet(Step(1), out _));
        Assert.True(_cache.TryGet(Step(2), out ReadOnlyMemory<byte> lines));
        Assert.Equal((Budget, Budget), (lines.Length, _cache.Bytes));
    }

    [Fact]
    public void Set_LargerThanTheBudget_ChangesNothing()
    {
        _cache.Set(Step(1), new byte[10]);
        _cache.Set(Step(2), new byte[Budget + 1]);

        Assert.True(_cache.TryGet(Step(1), out _));
        Assert.False(_cache.TryGet(Step(2), out _));
        Assert.Equal(10, _cache.Bytes);
    }

    [Fact]
    public void Set_AnyNumberOfSteps_StaysWithinTheBudget()
    {
        var random = new Random(1);
        for (int i = 0; i < 5000; i++)
        {
            _cache.Set(Step(random.Next(3000)), new byte[random.Next(Budget / 2)]);
            Assert.InRange(_cache.Bytes, 0, Budget);
        }
    }

    private static DeltaKey Step(int number) => new("web", number, number + 1, "f0", Resumes: false);
}
