namespace Muster.Protocols.Rest;

/// <summary>The rules for requests that name several services. What can be registered in any API can be asked for.</summary>
internal static class ServiceNames
{
    /// <summary>The most services in a query string.</summary>
    public const int MostInQuery = 200;

    /// <summary>The most instances that several services asked for together may have; one service alone may have more.</summary>
    public const int MostInstancesInQuery = 20_000;

    /// <summary>The longest name.</summary>
    public const int Longest = 1024;

    /// <summary>There must be some, not too many, each a name, and none twice.</summary>
    public static void Check(List<(string Name, string? Cursor)> services, string field, int most, FieldErrors errors)
    {
        if (services.Count == 0 || services.Count > most)
        {
            errors.Add(field, $"must name 1 to {most} services, got {services.Count}");
            return;
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < services.Count; i++)
        {
            string name = services[i].Name;
            if (name.Length is 0 or > Longest || name.Any(char.IsControl))
            {
                errors.Add($"{field}[{i}]", $"must be a name of 1 to {Longest} characters without control characters");
            }
            else if (!names.Add(name))
            {
                errors.Add($"{field}[{i}]", $"\"{name}\" is named twice");
            }
        }
    }
}
