using Muster.Server.Cli.Api;

namespace Muster.Server.Demo;

/// <summary>The lines to try while the demo runs, with its real addresses and processes.</summary>
internal static class DemoHints
{
    public static IReadOnlyList<string> For(string program, Uri registry, int dnsPort, InstanceView victim, StalenessView staleness)
    {
        string server = registry.GetLeftPart(UriPartial.Authority);
        string bound = staleness.TotalSeconds is { } seconds ? $"leaves every answer within {seconds:0.##} s" : "leaves every answer";
        return
        [
            $"curl -s '{server}/v1/health/service/{victim.Service}?passing&pretty'",
            $"curl -s {server}/api/v1/services/{victim.Service}",
            $"dig @127.0.0.1 -p {dnsPort} {victim.Service}.service.consul SRV +short",
            $"kill -9 {DemoView.PidOf(victim)}    # {victim.Id} dies without a word and {bound}",
            $"{program} watch {victim.Service} --http-addr {server}",
            $"{program} explain {victim.Service} --http-addr {server}",
        ];
    }
}
