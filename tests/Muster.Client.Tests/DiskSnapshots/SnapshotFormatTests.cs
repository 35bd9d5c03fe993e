using System.Text;
using Muster.Client.Directory;
using Muster.Client.DiskSnapshots;

namespace Muster.Client.Tests.DiskSnapshots;

public sealed class SnapshotFormatTests
{
    private static readonly SavedList Payments = new("payments", new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero), [
        new ServiceInstance
        {
            Service = "payments",
            Id = "p-1 \"quoted\" ü",
            Node = "n1",
            Address = "10.0.0.1",
            Port = 8080,
            Ports = new Dictionary<string, int> { ["admin"] = 9000 },
            Tags = ["eu", "v2"],
            Metadata = new Dictionary<string, string> { ["version"] = "2\n" },
            Weight = 7,
            Region = "r",
            Zone = "z",
            Health = InstanceHealth.Warning,
            State = InstanceState.Draining,
            Epoch = 42,
            RegisteredAt = new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero),
        },
        new ServiceInstance { Service = "payments", Id = "p-2", Address = "host.example", Port = 0 },
    ]);

    private static readonly SavedList Orders = new("orders", DateTimeOffset.UnixEpoch, [new ServiceInstance { Service = "orders", Id = "o", Address = "::1", Port = 1 }]);

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        List<SavedList> read = SnapshotFormat.Read(SnapshotFormat.Write([Payments, Orders]))!;
        Assert.Equal(["payments", "orders"], read.Select(list => list.Service));
        Assert.Equal(Payments.ConfirmedAt, read[0].ConfirmedAt);
        Assert.True(InstanceContent.Same(Payments.Instances[0], read[0].Instances[0]));
        Assert.True(InstanceContent.Same(Payments.Instances[1], read[0].Instances[1]));
        Assert.True(InstanceContent.Same(Orders.Instances[0], read[1].Instances[0]));
    }

    [Fact]
    public void Read_NoServices_IsEmpty() => Assert.Empty(SnapshotFormat.Read(SnapshotFormat.Write([]))!);

    [Fact]
    public void Read_CutAnywhere_IsNone()
    {
        byte[] file = SnapshotFormat.Write([Payments, Orders]);
        for (var length = 0; length < file.Length; length++)
        {
            Assert.Null(SnapshotFormat.Read(file.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Read_AnyByteChanged_IsNone()
    {
        byte[] file = SnapshotFormat.Write([Payments, Orders]);
        for (var i = 0; i < file.Length; i++)
        {
            file[i] ^= 1;
            Assert.Null(SnapshotFormat.Read(file));
            file[i] ^= 1;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("muster-client-snapshot 2 0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n")]
    [InlineData("muster-client-snapshot 1 -1 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n")]
    [InlineData("muster-client-snapshot 1 99999999999 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n")]
    public void Read_ForeignFile_IsNone(string file) => Assert.Null(SnapshotFormat.Read(Encoding.ASCII.GetBytes(file)));
}
