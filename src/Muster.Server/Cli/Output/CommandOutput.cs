namespace Muster.Server.Cli.Output;

/// <summary>Where a command writes.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Everything else.</param>
/// <param name="IsTerminal">True when a person reads along, so that tables may be drawn.</param>
internal sealed record CommandOutput(TextWriter Out, TextWriter Error, bool IsTerminal)
{
    /// <summary>The process's own streams.</summary>
    public static CommandOutput OfProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected);

    /// <summary>Writes a JSON document as it came, with a line end.</summary>
    public void WriteJson(ReadOnlySpan<byte> json) => Out.WriteLine(System.Text.Encoding.UTF8.GetString(json));
}
