using System.CommandLine;
using System.CommandLine.Parsing;
using Muster.Wire;

namespace Muster.Server.Cli.Commands;

/// <summary>Makes options whose value is a duration as Go writes it: <c>30s</c>, <c>1m30s</c>.</summary>
internal static class DurationOption
{
    public static Option<TimeSpan?> Create(string name, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "duration",
        CustomParser = Parse,
    };

    private static TimeSpan? Parse(ArgumentResult argument)
    {
        string text = argument.Tokens.Count > 0 ? argument.Tokens[^1].Value : "";
        if (GoDuration.TryParse(text, out TimeSpan duration) && duration >= TimeSpan.Zero)
        {
            return duration;
        }

        argument.AddError($"\"{text}\" is not a duration; write it like 30s or 1m30s");
        return null;
    }
}
