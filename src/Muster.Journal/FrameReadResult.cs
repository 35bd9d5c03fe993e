namespace Muster.Journal;

/// <summary>What a <see cref="FrameReader"/> found at its place in the file.</summary>
internal enum FrameReadResult
{
    /// <summary>A valid record.</summary>
    Record,

    /// <summary>The file's end, or a header of zeros: preallocated space, or a write of which nothing arrived.</summary>
    End,

    /// <summary>Neither.</summary>
    Damaged,
}
