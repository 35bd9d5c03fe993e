using System.CommandLine;

namespace Muster.Server.Cli.Commands;

/// <summary>The name and filters that several commands share.</summary>
internal sealed class ServiceSelection
{
    private readonly Argument<string> _name = new("name") { Description = "The service" };

    private readonly Option<string[]> _tags = new("--tag")
    {
        Description = "Only instances with this tag; may be repeated, then all must be there",
        HelpName = "tag",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Adds argument and options to a command.</summary>
    public ServiceSelection AddTo(Command command)
    {
        command.Arguments.Add(_name);
        command.Options.Add(_tags);
        return this;
    }

    /// <summary>The service's name.</summary>
    public string NameOf(ParseResult arguments) => arguments.GetValue(_name)!;

    /// <summary>The path below <paramref name="collection"/> with the filters.</summary>
    public string PathOf(ParseResult arguments, string collection, string health)
    {
        IEnumerable<string> tags = arguments.GetValue(_tags)!.Select(tag => "&tag=" + Uri.EscapeDataString(tag));
        return $"{collection}/{Uri.EscapeDataString(NameOf(arguments))}?health={health}{string.Concat(tags)}";
    }
}
