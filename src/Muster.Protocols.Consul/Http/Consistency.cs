namespace Muster.Protocols.Consul.Http;

/// <summary>
/// What a reader asked for. All three read the same local snapshot: membership is an available plane, so a consistent
/// read never claims more than it gives beyond echoing the word the client sent.
/// </summary>
internal enum Consistency : byte
{
    Leader,
    Consistent,
    Stale,
}
