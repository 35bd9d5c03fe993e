using System.Net;
using System.Net.Sockets;
using Muster.Checks.Network;

namespace Muster.Checks.Tests.Fakes;

/// <summary>Answers lookups from a script, one entry a lookup; when it has run out there is no such host.</summary>
internal sealed class FakeResolver(params string[][] answers) : INameResolver
{
    public int Lookups { get; private set; }

    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (Lookups >= answers.Length)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        return ValueTask.FromResult(Array.ConvertAll(answers[Lookups++], IPAddress.Parse));
    }
}
