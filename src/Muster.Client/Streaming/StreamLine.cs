using Muster.Client.Directory;

namespace Muster.Client.Streaming;

/// <summary>A line of the watch stream.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Service">The service it names; null when it names none.</param>
/// <param name="News">What it says of the service, for <see cref="StreamLineKind.News"/>.</param>
/// <param name="Seconds">The longest silence for a hello, the pause asked for by a bye; null when the line does not say.</param>
/// <param name="Text">The server's name for a hello, the reason for a resync or a bye.</param>
internal readonly record struct StreamLine(StreamLineKind Kind, string? Service, RegistryNews? News, double? Seconds, string? Text);
