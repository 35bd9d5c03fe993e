namespace Muster.Server.Cli.Api;

/// <summary>An instance as the server shows it.</summary>
internal sealed record InstanceView
{
    public string Service { get; init; } = "";

    public string Id { get; init; } = "";

    public string Node { get; init; } = "";

    public string Address { get; init; } = "";

    public int Port { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public double LeaseSeconds { get; init; }

    public string Health { get; init; } = "";

    public bool Usable { get; init; }

    public IReadOnlyList<string> Reasons { get; init; } = [];

    public IReadOnlyList<CheckView> Checks { get; init; } = [];

    /// <summary>Address and port as one would type them after <c>http://</c>; without the port when there is none.</summary>
    public string EndPoint
    {
        get
        {
            string host = Address.Contains(':', StringComparison.Ordinal) ? $"[{Address}]" : Address;
            return Port > 0 ? $"{host}:{Port}" : host;
        }
    }
}
