using Muster.Bench.Load;

namespace Muster.Bench.Calibration;

/// <summary>An answer of the server under test, kept so that a calibration server can send the very same bytes.</summary>
internal sealed record CapturedAnswer(string Path, List<KeyValuePair<string, string>> Headers, byte[] Body)
{
    /// <summary>Headers every HTTP server writes by itself.</summary>
    private static readonly HashSet<string> OwnHeaders =
        new(StringComparer.OrdinalIgnoreCase) { "Date", "Server", "Connection", "Content-Length", "Transfer-Encoding", "Keep-Alive" };

    /// <summary>Asks for <paramref name="path"/> with <paramref name="query"/> and keeps the answer under the path.</summary>
    public static CapturedAnswer Capture(HttpConnection connection, string path, string query = "")
    {
        var answer = connection.Get(path + query).EnsureOk(path);
        return From(path, answer);
    }

    public static CapturedAnswer From(string path, HttpAnswer answer) =>
        new(path, answer.Headers().FindAll(header => !OwnHeaders.Contains(header.Key)), answer.Body.ToArray());

    public static void Save(string file, IReadOnlyCollection<CapturedAnswer> answers)
    {
        using var writer = new BinaryWriter(File.Create(file));
        writer.Write(answers.Count);
        foreach (var answer in answers)
        {
            writer.Write(answer.Path);
            writer.Write(answer.Headers.Count);
            foreach (var (name, value) in answer.Headers)
            {
                writer.Write(name);
                writer.Write(value);
            }

            writer.Write(answer.Body.Length);
            writer.Write(answer.Body);
        }
    }

    public static CapturedAnswer[] Load(string file)
    {
        using var reader = new BinaryReader(File.OpenRead(file));
        var answers = new CapturedAnswer[reader.ReadInt32()];
        for (var i = 0; i < answers.Length; i++)
        {
            var path = reader.ReadString();
            var headers = new List<KeyValuePair<string, string>>();
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                headers.Add(new(reader.ReadString(), reader.ReadString()));
            }

            answers[i] = new CapturedAnswer(path, headers, reader.ReadBytes(reader.ReadInt32()));
        }

        return answers;
    }
}
