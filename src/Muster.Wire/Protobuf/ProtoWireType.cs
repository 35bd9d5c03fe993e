namespace Muster.Wire.Protobuf;

/// <summary>How a protobuf field's value is laid out.</summary>
public enum ProtoWireType
{
    /// <summary>A number of variable length.</summary>
    Varint = 0,

    /// <summary>Eight bytes.</summary>
    Fixed64 = 1,

    /// <summary>A length and that many bytes.</summary>
    Bytes = 2,

    /// <summary>Four bytes.</summary>
    Fixed32 = 5,
}
