namespace Muster.Protocols.Dns.Tests.Fuzz;

/// <summary>The packets in seeds.txt: what mutation starts from.</summary>
internal static class SeedPackets
{
    public static IReadOnlyList<byte[]> Read()
    {
        using Stream stream = typeof(SeedPackets).Assembly.GetManifestResourceStream("seeds.txt")!;
        using StreamReader reader = new(stream);
        string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Where(line => line[0] != '#').Select(line => Convert.FromHexString(line[(line.LastIndexOf(' ') + 1)..]))];
    }
}
