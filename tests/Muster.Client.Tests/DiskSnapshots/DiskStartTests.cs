using Muster.Client.DiskSnapshots;
using Muster.Client.Tests.Streaming;

namespace Muster.Client.Tests.DiskSnapshots;

public sealed class DiskStartTests
{
    [Fact]
    public async Task Start_RegistryDown_UsesTheListsOfTheLastRun()
    {
        using var file = new TemporaryFile();
        Uri address = FakeRegistry.FreeAddress();
        await using (FakeRegistry registry = await FakeRegistry.StartAsync(address))
        {
            await using ClientUnderTest before = Client(address, file);
            before.Client.Service("payments");
            await registry.AnswerWatchAsync(Lines.Snapshot(10, ["a", "b"]));
            await before.SeeAsync("a b");
        }

        Assert.Equal(["lists"], file.Neighbours);
        await using ClientUnderTest test = Client(address, file);
        ServiceView view = await test.Client.GetAsync("payments", TestContext.Current.CancellationToken);
        Assert.Equal("a b", ClientUnderTest.Ids(view));
        Assert.Equal(ViewSource.Disk, view.Source);
        Freshness freshness = test.Client.Service("payments").Freshness;
        Assert.True(freshness.IsStale);
        Assert.NotNull(freshness.Reason);
        Assert.NotNull(test.Client.Service("payments").Pick());
        Assert.Equal(1, test.Count("snapshots/loaded"));

        await using FakeRegistry back = await FakeRegistry.StartAsync(address);
        await back.AnswerWatchAsync(Lines.Snapshot(1, ["c"]));
        await test.SeeAsync("c");
        Assert.False(test.Client.Service("payments").Freshness.IsStale);
    }

    [Fact]
    public async Task Start_RegistryAnswersInTime_NeverUsesTheOldList()
    {
        using var file = new TemporaryFile();
        await File.WriteAllBytesAsync(file.Path, SavedPayments(), TestContext.Current.CancellationToken);
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using ClientUnderTest test = Client(registry.Address, file, grace: TimeSpan.FromMinutes(1));
        ValueTask<ServiceView> lookup = test.Client.GetAsync("payments", TestContext.Current.CancellationToken);
        await registry.AnswerWatchAsync(Lines.Snapshot(1, ["c"]));
        ServiceView view = await lookup;
        Assert.Equal("c", ClientUnderTest.Ids(view));
        Assert.Equal(1, view.Revision);
    }

    [Fact]
    public async Task Start_RegistryIsSlow_UsesTheOldListAfterTheGrace()
    {
        using var file = new TemporaryFile();
        await File.WriteAllBytesAsync(file.Path, SavedPayments(), TestContext.Current.CancellationToken);
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using ClientUnderTest test = Client(registry.Address, file, grace: TimeSpan.FromMilliseconds(20));
        Assert.Equal("old", ClientUnderTest.Ids(await test.Client.GetAsync("payments", TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Start_ListIsTooOld_IsNotUsed()
    {
        using var file = new TemporaryFile();
        await File.WriteAllBytesAsync(file.Path, SavedPayments(), TestContext.Current.CancellationToken);
        await using var test = new ClientUnderTest([new Uri("http://127.0.0.1:1")], options =>
        {
            options.Snapshot.Path = file.Path;
            options.Snapshot.MaxAge = TimeSpan.FromSeconds(1);
            options.FirstLookupTimeout = TimeSpan.FromMilliseconds(100);
        });
        await Assert.ThrowsAsync<ServiceUnknownException>(async () => await test.Client.GetAsync("payments"));
    }

    [Fact]
    public async Task Start_FileIsHarmed_IsAsIfThereWereNone()
    {
        using var file = new TemporaryFile();
        byte[] bytes = SavedPayments();
        bytes[^5] ^= 1;
        await File.WriteAllBytesAsync(file.Path, bytes, TestContext.Current.CancellationToken);
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using ClientUnderTest test = Client(registry.Address, file);
        Assert.Equal(1, test.Count("snapshots/corrupt"));
        test.Client.Service("payments");
        await registry.AnswerWatchAsync(Lines.Snapshot(1, ["c"]));
        await test.SeeAsync("c");
        await ClientUnderTest.UntilAsync(() => SnapshotFormat.Read(File.ReadAllBytes(file.Path)) is not null);
    }

    [Fact]
    public async Task Start_PathIsADirectory_IsCountedAndNothingFails()
    {
        using var file = new TemporaryFile();
        System.IO.Directory.CreateDirectory(file.Path);
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using ClientUnderTest test = Client(registry.Address, file);
        Assert.Equal(1, test.Count("snapshots/unreadable"));
        test.Client.Service("payments");
        await registry.AnswerWatchAsync(Lines.Snapshot(1, ["c"]));
        await ClientUnderTest.UntilAsync(() => test.Count("snapshots/save_failed") > 0);
        await test.SeeAsync("c");
    }

    [Fact]
    public async Task Save_ServiceNotInUseYet_IsCarriedOn()
    {
        using var file = new TemporaryFile();
        await File.WriteAllBytesAsync(file.Path, SavedPayments(), TestContext.Current.CancellationToken);
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using ClientUnderTest test = Client(registry.Address, file);
        test.Client.Service("orders");
        await registry.AnswerWatchAsync(Lines.Snapshot(1, ["o"], service: "orders"));
        await ClientUnderTest.UntilAsync(() => SnapshotFormat.Read(File.ReadAllBytes(file.Path)) is [{ Service: "orders" }, { Service: "payments" }]);
    }

    private static byte[] SavedPayments() => SnapshotFormat.Write([
        new SavedList("payments", TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1), [new ServiceInstance { Service = "payments", Id = "old", Address = "10.0.0.9", Port = 1 }]),
    ]);

    private static ClientUnderTest Client(Uri address, TemporaryFile file, TimeSpan? grace = null) => new([address], options =>
    {
        options.Snapshot.Path = file.Path;
        options.Snapshot.SaveDelay = TimeSpan.FromMilliseconds(10);
        options.Snapshot.Grace = grace ?? TimeSpan.FromSeconds(1);
    });
}
