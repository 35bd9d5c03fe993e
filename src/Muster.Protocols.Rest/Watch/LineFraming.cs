namespace Muster.Protocols.Rest.Watch;

/// <summary>How the lines of a watch are told apart on the wire.</summary>
internal enum LineFraming
{
    /// <summary>One JSON object on each line.</summary>
    NdJson,

    /// <summary>Server-sent events, whose data is that object.</summary>
    EventStream,
}
