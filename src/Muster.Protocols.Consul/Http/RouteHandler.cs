namespace Muster.Protocols.Consul.Http;

/// <summary>Answers one request. Whatever it throws is a bug of ours and becomes a 500.</summary>
internal delegate Task RouteHandler(ConsulRequest request);
