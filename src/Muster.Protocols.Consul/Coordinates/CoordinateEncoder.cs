using System.Text;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Coordinates;

/// <summary>Writes coordinates as every endpoint shows them.</summary>
internal static class CoordinateEncoder
{
    /// <summary>A node's name with its coordinate.</summary>
    public static void WriteEntry(GoJsonWriter json, string node, Coordinate coordinate)
    {
        json.BeginObject();
        json.Name("Node"u8);
        json.Text(node);
        json.Name("Segment"u8);
        json.Text(coordinate.Segment);
        json.Name("Coord"u8);
        json.BeginObject();
        json.Name("Vec"u8);
        json.BeginArray();
        foreach (double number in coordinate.Vector)
        {
            WriteNumber(json, number);
        }

        json.EndArray();
        json.Name("Error"u8);
        WriteNumber(json, coordinate.Error);
        json.Name("Adjustment"u8);
        WriteNumber(json, coordinate.Adjustment);
        json.Name("Height"u8);
        WriteNumber(json, coordinate.Height);
        json.EndObject();
        json.EndObject();
    }

    private static void WriteNumber(GoJsonWriter json, double number) => json.Raw(Encoding.ASCII.GetBytes(GoNumber.Format(number)));
}
