using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Server.Hosting;

namespace Muster.Server.Tests.Hosting;

public sealed class LogLineTests
{
    [Fact]
    public void Write_MessageOfSeveralLines_IsOneLineWithoutIds()
    {
        var entry = new LogEntry<string>(
            LogLevel.Warning, "Muster.Server.Agent", new EventId(841691176), "two\nlines", null, static (state, _) => state);
        using var written = new StringWriter();
        new LogLine(new NewYear()).Write(entry, null, written);

        Assert.Equal("2027-01-01T00:00:00.000Z warn: Muster.Server.Agent: two lines" + Environment.NewLine, written.ToString());
    }

    private sealed class NewYear : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
