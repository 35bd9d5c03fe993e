namespace Muster.Checks.Tests.Fakes;

internal static class Patience
{
    /// <summary>How long a test waits for what must happen anyway.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
}
