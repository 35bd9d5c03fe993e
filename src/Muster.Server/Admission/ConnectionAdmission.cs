using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Muster.Server.Admission;

/// <summary>Serves a connection or refuses it, with an answer that says why instead of a closed socket.</summary>
internal sealed class ConnectionAdmission(AdmissionControl admission, ConnectionDelegate next)
{
    private static readonly byte[] TooManyOfAll = Answer("This server has too many open connections, try again later");
    private static readonly byte[] TooManyOfOne = Answer("Too many open connections from this address (limits.http_max_conns_per_client)");

    /// <summary>Serves a connection, or refuses it.</summary>
    public Task OnConnectionAsync(ConnectionContext connection)
    {
        RefusalReason? refusal = admission.TryOpen(connection.RemoteEndPoint, out Client? client);
        if (refusal is not null)
        {
            return RefuseAsync(connection, refusal == RefusalReason.Connections ? TooManyOfAll : TooManyOfOne);
        }

        if (client is not null)
        {
            connection.Features.Set(client);
        }

        return ServeAsync(next(connection), client);
    }

    /// <summary>Small on purpose: there is one for each connection.</summary>
    private async Task ServeAsync(Task serving, Client? client)
    {
        try
        {
            await serving;
        }
        finally
        {
            admission.Close(client);
        }
    }

    private async Task RefuseAsync(ConnectionContext connection, byte[] answer)
    {
        try
        {
            await connection.Transport.Output.WriteAsync(answer);
        }
        finally
        {
            admission.Close(null);
        }
    }

    private static byte[] Answer(string reason) => Encoding.ASCII.GetBytes(
        "HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain; charset=utf-8\r\nRetry-After: 1\r\nConnection: close\r\n" +
        $"Content-Length: {reason.Length}\r\n\r\n{reason}");
}
