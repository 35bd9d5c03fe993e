namespace Muster.Client.Streaming;

/// <summary>What came of reading a line.</summary>
internal enum LineOutcome
{
    /// <summary>A whole line is there.</summary>
    Line,

    /// <summary>The stream ended after a whole line.</summary>
    End,

    /// <summary>The stream ended within a line.</summary>
    CutOff,

    /// <summary>The line is longer than the limit.</summary>
    TooLong,
}
