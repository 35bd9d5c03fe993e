using System.Text.Json;

namespace Muster.Server.Configuration;

/// <summary>Reads configuration files into a draft, one after the other; later values win, lists of definitions add up.</summary>
internal static class ConfigFiles
{
    private const long MaxBytes = 16 << 20;

    private static readonly JsonDocumentOptions s_json = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads the <c>.json</c> files of a directory in the order of their names. Directories inside are left alone.</summary>
    public static void ReadDirectory(AgentDraft draft, string directory)
    {
        string[] files;
        try
        {
            files = Directory.GetFiles(directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            draft.Error($"-config-dir: cannot read \"{directory}\": {error.Message}");
            return;
        }

        Array.Sort(files, StringComparer.Ordinal);
        foreach (string file in files)
        {
            if (draft.FilesAreJson || file.EndsWith(".json", StringComparison.Ordinal) || file.EndsWith(".hcl", StringComparison.Ordinal))
            {
                ReadFile(draft, file);
            }
            else
            {
                draft.Warn($"-config-dir: \"{file}\" is skipped, its name does not end in .json");
            }
        }
    }

    /// <summary>Reads one file.</summary>
    public static void ReadFile(AgentDraft draft, string file)
    {
        if (file.EndsWith(".hcl", StringComparison.Ordinal) && !draft.FilesAreJson)
        {
            draft.Error($"\"{file}\": HCL is not supported, write it as JSON");
            return;
        }

        if (Directory.Exists(file))
        {
            draft.Error($"-config-file: \"{file}\" is a directory, use -config-dir");
            return;
        }

        try
        {
            if (new FileInfo(file).Length > MaxBytes)
            {
                draft.Error($"\"{file}\": must be at most {MaxBytes} bytes");
                return;
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file), s_json);
            Read(draft, file, document.RootElement.Clone());
        }
        catch (JsonException error)
        {
            draft.Error($"\"{file}\" is not JSON: {error.Message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            draft.Error($"cannot read \"{file}\": {error.Message}");
        }
    }

    /// <summary>Reads a piece of configuration that stands in a flag.</summary>
    public static void ReadText(AgentDraft draft, string flag, string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, s_json);
            Read(draft, flag, document.RootElement.Clone());
        }
        catch (JsonException)
        {
            draft.Error($"{flag}: HCL is not supported, write it as a JSON object");
        }
    }

    private static void Read(AgentDraft draft, string file, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            draft.Error($"\"{file}\": must hold a JSON object");
            return;
        }

        ReadSection(draft, Path.GetFileName(file), "", root);
    }

    private static void ReadSection(AgentDraft draft, string file, string prefix, JsonElement section)
    {
        foreach (JsonProperty property in section.EnumerateObject())
        {
            string key = prefix + property.Name;
            string source = $"{file}: {key}";
            if (AgentSettings.OfKey(key) is { } setting)
            {
                setting.Apply(draft, SettingValue.OfKey(draft, source, property.Value));
            }
            else if (!AgentSettings.IsSection(key))
            {
                draft.Warn(UnusedSettings.WhyKey(key) is { } why ? $"{source}: {why}" : $"{source}: unknown key, ignored");
            }
            else if (property.Value.ValueKind == JsonValueKind.Object)
            {
                ReadSection(draft, file, key + ".", property.Value);
            }
            else
            {
                draft.Error($"{source}: must be an object");
            }
        }
    }
}
