namespace Muster.Journal;

/// <summary>A file of the journal was written in a format this version does not read.</summary>
public sealed class JournalVersionException : JournalException
{
    /// <summary>Creates the error for one file.</summary>
    public JournalVersionException(string file, uint version)
        : base($"{file} has format version {version}, this Muster reads version {FileHeader.FormatVersion}. "
            + "Start it with the Muster that wrote it, or use another data directory.")
    {
        File = file;
        Version = version;
    }

    /// <summary>The file's name, without its directory.</summary>
    public string File { get; }

    /// <summary>The version found in the file.</summary>
    public uint Version { get; }
}
