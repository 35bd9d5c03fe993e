using System.Globalization;

namespace Muster.TestFleet;

/// <summary>The options of a role: <c>--name value</c> pairs after the role's name.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public Arguments(string[] args)
    {
        for (int i = 1; i + 1 < args.Length; i += 2)
        {
            _values[args[i].TrimStart('-')] = args[i + 1];
        }
    }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public string Required(string name) => Text(name) ?? throw new InvalidOperationException($"--{name} is missing");

    public double Number(string name, double otherwise) =>
        Text(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public IEnumerable<Uri> Addresses() => Required("registry").Split(',').Select(address => new Uri(address));
}
