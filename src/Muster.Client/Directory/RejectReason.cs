namespace Muster.Client.Directory;

/// <summary>Why an answer of the registry was not believed.</summary>
internal enum RejectReason
{
    /// <summary>It was.</summary>
    None,

    /// <summary>Not JSON, or cut off in the middle.</summary>
    NotJson,

    /// <summary>JSON in which a needed member is missing or has a wrong type.</summary>
    WrongShape,

    /// <summary>A value that cannot be: a port of 70000, an empty address.</summary>
    AbsurdValue,

    /// <summary>An answer about another service than the one asked for.</summary>
    WrongService,

    /// <summary>The same instance twice in one list.</summary>
    DuplicateInstance,

    /// <summary>A version older than one that the same stream sent before.</summary>
    IndexBackwards,

    /// <summary>A line or an answer longer than the limit, also after decompression.</summary>
    TooLarge,

    /// <summary>More instances than the limit.</summary>
    TooMany,

    /// <summary>Another content type, such as the HTML of a proxy.</summary>
    WrongContentType,

    /// <summary>A content encoding that was not asked for.</summary>
    WrongEncoding,

    /// <summary>A status that is no answer, such as 500.</summary>
    ErrorStatus,

    /// <summary>A change of a service that has not been listed.</summary>
    OutOfOrder,
}
