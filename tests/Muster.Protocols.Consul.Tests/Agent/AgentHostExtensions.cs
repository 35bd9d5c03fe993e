using System.Text;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Agent;

/// <summary>Writing through the API, in the words of a test.</summary>
internal static class AgentHostExtensions
{
    /// <summary>Sends a PUT.</summary>
    public static async Task<ConsulAnswer> PutAsync(this ConsulHost host, string path, string body = "")
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await host.Client.PutAsync(new Uri(path, UriKind.Relative), content);
        return await ConsulAnswer.ReadAsync(response);
    }

    /// <summary>Sends a PUT that must succeed with an empty body.</summary>
    public static async Task PutOkAsync(this ConsulHost host, string path, string body = "")
    {
        ConsulAnswer answer = await host.PutAsync(path, body);
        Assert.Equal((200, ""), (answer.Status, answer.Text));
    }

    /// <summary>Sends a PUT that must be refused with exactly this text.</summary>
    public static async Task PutRefusedAsync(this ConsulHost host, string path, string body, int status, string text)
    {
        ConsulAnswer answer = await host.PutAsync(path, body);
        Assert.Equal((status, text), (answer.Status, answer.Text));
        Assert.Equal("text/plain; charset=utf-8", answer.Headers["Content-Type"]);
    }

    /// <summary>The status and output of a check, as <c>agent/checks</c> shows them.</summary>
    public static async Task<(string Status, string Output)> CheckAsync(this ConsulHost host, string id)
    {
        ConsulAnswer answer = await host.GetAsync("/v1/agent/checks");
        return answer.Json![id] is { } check ? ((string)check["Status"]!, (string)check["Output"]!) : ("absent", "");
    }
}
