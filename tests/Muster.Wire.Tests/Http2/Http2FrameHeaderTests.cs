using Muster.Wire.Http2;

namespace Muster.Wire.Tests.Http2;

public sealed class Http2FrameHeaderTests
{
    [Fact]
    public void Read_WhatWasWritten_IsEqual()
    {
        var header = new Http2FrameHeader(0xABCDEF, Http2FrameType.Ping, Http2FrameHeader.AckFlag, 0x12345678);
        byte[] bytes = new byte[Http2FrameHeader.Length];

        header.Write(bytes);

        Assert.Equal("ABCDEF060112345678", Convert.ToHexString(bytes));
        Assert.Equal(header, Http2FrameHeader.Read(bytes));
    }

    [Fact]
    public void Read_ReservedBit_IsIgnored() =>
        Assert.Equal(1, Http2FrameHeader.Read([0, 0, 0, 4, 0, 0x80, 0, 0, 1]).StreamId);
}
