namespace Muster.Journal;

/// <summary>Decides whether damage is a torn tail (the last group, never acknowledged) or corruption of durable records.</summary>
internal static class DamageScanner
{
    /// <summary>
    /// Looks behind the damage for a valid record whose group began after <paramref name="missing"/>: such a group is
    /// written only once everything before it was durable, so the damage came later.
    /// </summary>
    /// <param name="rest">The bytes from the end of the last valid record on.</param>
    /// <param name="salt">The file's salt.</param>
    /// <param name="missing">The first sequence that could not be read.</param>
    public static bool ProvesCorruption(ReadOnlySpan<byte> rest, uint salt, long missing)
    {
        long highest = missing + rest.Length / (Frame.HeaderBytes + 1);
        for (int at = 0; at + Frame.HeaderBytes < rest.Length; at++)
        {
            int zeros = rest[at..].IndexOfAnyExcept((byte)0);
            if (zeros < 0)
            {
                return false;
            }

            // A frame may begin with zeros of its own (its checksum), at most four of them.
            at = Math.Max(at, at + zeros - sizeof(uint));
            if (at + Frame.HeaderBytes >= rest.Length)
            {
                return false;
            }

            Frame frame = Frame.ReadHeader(rest[at..]);
            bool plausible = frame.Length > 0
                && frame.Length <= rest.Length - at - Frame.HeaderBytes
                && frame.Sequence > missing
                && frame.Sequence <= highest
                && frame.PlaceInGroup >= 0
                && frame.GroupStart > missing;
            if (plausible && frame.Matches(rest[at..], salt))
            {
                return true;
            }
        }

        return false;
    }
}
