using Muster.Wire.Grpc;

namespace Muster.Wire.Tests.Grpc;

public sealed class GrpcHealthMessageTests
{
    [Theory]
    [InlineData("", "0000000000")]
    [InlineData("shop", "00000000060A0473686F70")]
    public void Request_Service_IsFieldOneInAFrame(string service, string hex) =>
        Assert.Equal(hex, Convert.ToHexString(GrpcHealthMessage.Request(service)));

    [Fact]
    public void Request_LongName_LengthIsAVarint()
    {
        byte[] request = GrpcHealthMessage.Request(new string('x', 300));

        Assert.Equal("000000012F0AAC02", Convert.ToHexString(request.AsSpan(0, 8)));
        Assert.Equal(5 + 3 + 300, request.Length);
    }

    [Theory]
    [InlineData("00000000020801", GrpcHealthStatus.Serving)]
    [InlineData("00000000020802", GrpcHealthStatus.NotServing)]
    [InlineData("00000000020803", GrpcHealthStatus.ServiceUnknown)]
    [InlineData("0000000000", GrpcHealthStatus.Unknown)]
    [InlineData("0000000002087F", GrpcHealthStatus.Unknown)]
    [InlineData("000000000408010802", GrpcHealthStatus.NotServing)]
    [InlineData("0000000008120474657374080100", GrpcHealthStatus.Serving)]
    [InlineData("000000001B1204746573741D000000002100000000000000002A000801320100", GrpcHealthStatus.Serving)]
    public void TryReadStatus_Answer_OtherFieldsArePassedOver(string hex, GrpcHealthStatus expected)
    {
        Assert.True(GrpcHealthMessage.TryReadStatus(Convert.FromHexString(hex), out GrpcHealthStatus status));
        Assert.Equal(expected, status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00000000")]
    [InlineData("01000000020801")]
    [InlineData("00000000030801")]
    [InlineData("00FFFFFFFF0801")]
    [InlineData("00000000010800")]
    [InlineData("000000000108")]
    [InlineData("00000000020880")]
    [InlineData("00000000020001")]
    [InlineData("00000000020B01")]
    [InlineData("0000000002120F")]
    [InlineData("000000000C08FFFFFFFFFFFFFFFFFFFF01")]
    public void TryReadStatus_Nonsense_False(string hex) =>
        Assert.False(GrpcHealthMessage.TryReadStatus(Convert.FromHexString(hex), out _));

    [Fact]
    public void TryReadStatus_AnyBytes_NeverThrows()
    {
        var random = new Random(7);
        byte[] bytes = new byte[32];
        for (int i = 0; i < 100_000; i++)
        {
            random.NextBytes(bytes);
            bytes.AsSpan(0, 4).Clear();
            bytes[4] = (byte)random.Next(28);
            GrpcHealthMessage.TryReadStatus(bytes.AsSpan(0, random.Next(33)), out _);
        }
    }
}
