using System.Text.Json.Nodes;

namespace Muster.FailureTests.Cluster.Harness;

/// <summary>An instance that a test stands for.</summary>
internal sealed record Instance(string Service, int Number)
{
    public string Id { get; init; } = $"{Service}-{Number}";

    /// <summary>An address that no other number has, so that also DNS tells instances apart.</summary>
    public string Address { get; init; } = $"10.{Number >> 16 & 255}.{Number >> 8 & 255}.{Number & 255}";

    public int Port { get; init; } = 80;

    /// <summary>0 for none.</summary>
    public double LeaseSeconds { get; init; }

    /// <summary>The body of a registration.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["service"] = Service, ["id"] = Id, ["address"] = Address, ["port"] = Port };
        if (LeaseSeconds > 0)
        {
            json["leaseSeconds"] = LeaseSeconds;
        }

        return json;
    }
}
