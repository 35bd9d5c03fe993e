using System.Runtime.InteropServices;

namespace Muster.Client.Balancing;

/// <summary>A number that picks write, with enough room around it that nothing they only read shares its cache line.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct PaddedCounter
{
    /// <summary>The number.</summary>
    [FieldOffset(64)]
    public ulong Value;
}
