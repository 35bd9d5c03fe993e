using System.Runtime.CompilerServices;

namespace Muster.Client.Balancing;

/// <summary>Choices that depend on chance, made without a branch: the processor would guess half of them wrong, for some 5 ns each.</summary>
internal static class Choice
{
    /// <summary>The second number if the condition holds, else the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Between(int first, int second, bool takeSecond) => first ^ ((first ^ second) & -AsNumber(takeSecond));

    /// <summary>1 for true, 0 for false.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int AsNumber(bool value) => value ? 1 : 0;
}
