using System.Runtime.CompilerServices;

namespace Muster.Client.Balancing;

/// <summary>Remainders by a fixed divisor with two multiplications instead of a division (Lemire, Kaser and Kurz, 2019).</summary>
/// <param name="divisor">At least 1.</param>
internal readonly struct FastMod(uint divisor)
{
    private readonly ulong _multiplier = (ulong.MaxValue / divisor) + 1;
    private readonly uint _divisor = divisor;

    /// <summary>The value modulo the divisor, exact for all 32-bit values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Of(uint value) => (uint)Math.BigMul(_multiplier * value, _divisor, out _);
}
