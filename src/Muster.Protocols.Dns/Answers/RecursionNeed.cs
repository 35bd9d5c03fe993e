namespace Muster.Protocols.Dns.Answers;

/// <summary>What an answer lacks that only another server can tell.</summary>
internal enum RecursionNeed
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Everything: the question is not ours.</summary>
    Question,

    /// <summary>The records of the name that the last alias in the answer leads to.</summary>
    Alias,
}
