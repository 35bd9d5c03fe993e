namespace Muster.Protocols.Dns.Answers;

/// <summary>Which instances of a service a question is about.</summary>
internal enum SelectionKind : byte
{
    /// <summary>All.</summary>
    All,

    /// <summary>Those with a tag.</summary>
    Tag,

    /// <summary>Those in a namespace.</summary>
    Namespace,

    /// <summary>Those in a namespace that have a port of some name, which stands for their main port.</summary>
    Port,
}
