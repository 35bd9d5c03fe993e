namespace Muster.Wire.Http2;

/// <summary>The HTTP/2 frames that concern a whole connection (RFC 9113, section 6).</summary>
public enum Http2FrameType : byte
{
    /// <summary>What its sender can take.</summary>
    Settings = 4,

    /// <summary>Asks for an answer with the same eight bytes.</summary>
    Ping = 6,

    /// <summary>The connection is about to be closed.</summary>
    GoAway = 7,
}
