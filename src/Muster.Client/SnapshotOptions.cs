namespace Muster.Client;

/// <summary>The file that keeps the last known lists for a start while the registry is down.</summary>
public sealed class SnapshotOptions
{
    /// <summary>The file's path; null keeps none. Default null. Give each process its own.</summary>
    public string? Path { get; set; }

    /// <summary>How long changes are collected before the file is written. Default 5 s, 10 ms to 1 h.</summary>
    public TimeSpan SaveDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the registry may take at a start before the lists of the file are used. A failure to reach it ends the wait. Default 1 s, 0 to 1 min.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Lists that are older are not used. Default 7 days, 1 s to 365 days.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>A longer file is neither written nor read, in bytes. Default 64 MiB, 4 KiB to 1 GiB.</summary>
    public long MaxBytes { get; set; } = 64 * 1024 * 1024;

    internal void Validate(string prefix, ICollection<string> errors)
    {
        if (Path is not null && string.IsNullOrWhiteSpace(Path))
        {
            errors.Add($"{prefix}{nameof(Path)}: must name a file or be null, got '{Path}'");
        }

        OptionRules.Range(errors, prefix + nameof(SaveDelay), SaveDelay, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1));
        OptionRules.Range(errors, prefix + nameof(Grace), Grace, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        OptionRules.Range(errors, prefix + nameof(MaxAge), MaxAge, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365));
        OptionRules.Range(errors, prefix + nameof(MaxBytes), MaxBytes, 4096, 1024L * 1024 * 1024);
    }
}
