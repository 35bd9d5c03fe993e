using Muster.Model;

namespace Muster.Checks;

/// <summary>Where probe results go. The sink owns thresholds and transitions; it hears of every run, also when nothing changed.</summary>
public interface ICheckResultSink
{
    /// <summary>
    /// Takes one result. Called from pool threads, for one check never twice at a time and in the order of its runs.
    /// A result may arrive just after the check was removed or replaced on another thread, if it was on its way by then.
    /// </summary>
    /// <param name="key">The check.</param>
    /// <param name="status">What the run found.</param>
    /// <param name="output">Text for people, valid UTF-8 of at most 4,096 bytes.</param>
    void Report(CheckKey key, HealthStatus status, string output);
}
