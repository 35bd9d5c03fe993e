namespace Muster.Wire.Dns;

/// <summary>How a response ended. Values above 15 need EDNS to be carried.</summary>
public enum DnsResponseCode : ushort
{
    /// <summary>Answered, possibly with nothing of the asked type.</summary>
    NoError = 0,

    /// <summary>The query could not be read.</summary>
    FormatError = 1,

    /// <summary>The server could not answer.</summary>
    ServerFailure = 2,

    /// <summary>The name does not exist.</summary>
    NameError = 3,

    /// <summary>The kind of query is not supported.</summary>
    NotImplemented = 4,

    /// <summary>The server does not answer for this name.</summary>
    Refused = 5,

    /// <summary>The EDNS version is not supported.</summary>
    BadVersion = 16,
}
