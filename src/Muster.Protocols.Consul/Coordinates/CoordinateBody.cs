using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Coordinates;

/// <summary>The body of <c>coordinate/update</c> as it was sent.</summary>
internal sealed class CoordinateBody
{
    private static readonly ObjectFields<CoordinateBody> PlaceFields = new(
        "coordinate.Coordinate",
        ("Vec", ReadVector),
        ("Error", static (ref json, body) => json.Read(ref body.Error, "Coordinate.Coord.Error")),
        ("Adjustment", static (ref json, body) => json.Read(ref body.Adjustment, "Coordinate.Coord.Adjustment")),
        ("Height", static (ref json, body) => json.Read(ref body.Height, "Coordinate.Coord.Height")));

    private static readonly ObjectFields<CoordinateBody> Fields = new(
        "structs.CoordinateUpdateRequest",
        ("Datacenter", static (ref json, body) => json.Read(ref body.Datacenter, "CoordinateUpdateRequest.Datacenter")),
        ("Node", static (ref json, body) => json.Read(ref body.Node, "CoordinateUpdateRequest.Node")),
        ("Segment", static (ref json, body) => json.Read(ref body.Segment, "CoordinateUpdateRequest.Segment")),
        ("Coord", static (ref json, body) => body.HasPlace = PlaceFields.Read(ref json, body, "CoordinateUpdateRequest.Coord")),
        ("Namespace", static (ref json, body) => json.Read(ref body.Namespace, "CoordinateUpdateRequest.Namespace")),
        ("Partition", static (ref json, body) => json.Read(ref body.Partition, "CoordinateUpdateRequest.Partition")),
        ("Token", static (ref json, body) => json.Read(ref body.Token, "CoordinateUpdateRequest.Token")));

    public string Datacenter = "";
    public string Node = "";
    public string Segment = "";
    public string Namespace = "";
    public string Partition = "";
    public string Token = "";
    public bool HasPlace;
    public List<double> Vector = [];
    public double Error;
    public double Adjustment;
    public double Height;

    /// <summary>Decodes it; null after an error.</summary>
    public static CoordinateBody? Read(ref GoJsonReader json)
    {
        var body = new CoordinateBody();
        Fields.Read(ref json, body);
        return json.Failed ? null : body;
    }

    private static void ReadVector(ref GoJsonReader json, CoordinateBody body)
    {
        body.Vector = [];
        if (json.BeginArray("Coordinate.Coord.Vec", "[]float64"))
        {
            while (json.NextItem() && json.HasRoom(body.Vector.Count, "Coordinate.Coord.Vec"))
            {
                double number = 0;
                json.Read(ref number, "Coordinate.Coord.Vec");
                body.Vector.Add(number);
            }
        }
    }
}
