using System.Text;
using Muster.Bench.Calibration;
using Muster.Bench.Processes;

namespace Muster.Bench.Subjects;

/// <summary>Debian's nginx sending the captured answer as a static file, with the same headers, set up to be fast.</summary>
/// <remarks>Without sendfile: for a few kilobytes one writev is cheaper than a writev and a sendfile (measured).</remarks>
internal static class NginxServer
{
    public static HttpSubject Start(BenchContext context, CapturedAnswer answer)
    {
        var port = FreePort.Next();
        var name = $"nginx-{port}";
        File.WriteAllBytes(context.PathOf(name + ".body"), answer.Body);
        File.WriteAllText(context.PathOf(name + ".conf"), Configuration(context, name, port, answer));
        var process = context.Start(name, "/usr/sbin/nginx", ["-c", context.PathOf(name + ".conf"), "-e", "stderr"]);
        process.WaitUntilOk(port, answer.Path, TimeSpan.FromSeconds(10));
        return new HttpSubject("nginx", process, port);
    }

    private static string Configuration(BenchContext context, string name, int port, CapturedAnswer answer)
    {
        var contentType = answer.Headers.Find(header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        var headers = new StringBuilder();
        foreach (var (header, value) in answer.Headers)
        {
            if (!header.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                headers.Append($"      add_header {header} \"{value.Replace("\"", "\\\"", StringComparison.Ordinal)}\";\n");
            }
        }

        return $$"""
            daemon off;
            user root;
            pid {{context.PathOf(name)}}.pid;
            worker_processes {{Environment.ProcessorCount}};
            error_log stderr crit;
            events { worker_connections 4096; }
            http {
              access_log off;
              sendfile off;
              keepalive_timeout 60s;
              keepalive_requests 100000000;
              open_file_cache max=100 inactive=600s;
              open_file_cache_valid 600s;
              etag off;
              max_ranges 0;
              server {
                listen 127.0.0.1:{{port}} backlog=4096;
                location = {{answer.Path}} {
                  alias {{context.PathOf(name)}}.body;
                  default_type "{{contentType}}";
            {{headers}}    }
              }
            }
            """;
    }
}
