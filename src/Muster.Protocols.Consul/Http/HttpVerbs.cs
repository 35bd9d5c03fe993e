namespace Muster.Protocols.Consul.Http;

/// <summary>The methods a path accepts, as a set.</summary>
[Flags]
internal enum HttpVerbs
{
    None = 0,
    Get = 1,
    Put = 2,
    Post = 4,
    Delete = 8,
}
