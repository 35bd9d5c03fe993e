using System.Runtime.InteropServices;
using System.Threading.Channels;
using Muster.Server.Configuration;

namespace Muster.Server.Hosting;

/// <summary>What an agent is started with: its options, and the way to ask it to read them again.</summary>
/// <param name="options">The options.</param>
/// <param name="readAgain">Reads the configuration anew; null for an agent that has none to read.</param>
internal sealed class AgentLaunch(AgentOptions options, Func<AgentConfigurationResult>? readAgain = null)
{
    // One request that waits is enough: it is served after everything that was changed before it.
    private readonly Channel<bool> _reloads = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>The options to start with.</summary>
    public AgentOptions Options { get; } = options;

    /// <summary>Reads the configuration anew.</summary>
    public Func<AgentConfigurationResult>? ReadAgain { get; } = readAgain;

    /// <summary>Which signal ended it; null for none.</summary>
    public Func<PosixSignal?> StopSignal { get; set; } = static () => null;

    /// <summary>Asks for a reload; returns at once. A request that comes before the agent runs is kept for it.</summary>
    public void AskReload() => _reloads.Writer.TryWrite(true);

    /// <summary>Waits until a reload is asked for.</summary>
    public ValueTask<bool> NextReloadAsync(CancellationToken cancellation) => _reloads.Reader.ReadAsync(cancellation);
}
