using Microsoft.AspNetCore.Http;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Agent;

/// <summary>What an operator asks the agent to do with itself.</summary>
internal sealed class AgentOperations(IAgentHost host)
{
    /// <summary><c>PUT /v1/agent/reload</c>: 500 with everything that is wrong, and then nothing has changed.</summary>
    public async Task ReloadAsync(ConsulRequest request)
    {
        IReadOnlyList<string> problems = await host.ReloadAsync();
        await (problems.Count == 0
            ? ConsulResponse.EmptyAsync(request.Context)
            : ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status500InternalServerError, string.Join('\n', problems)));
    }

    /// <summary><c>PUT /v1/agent/leave</c>: the server ends in order; what is registered stays in its data directory.</summary>
    public Task LeaveAsync(ConsulRequest request)
    {
        host.Leave();
        return ConsulResponse.EmptyAsync(request.Context);
    }
}
