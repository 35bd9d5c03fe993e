using System.Net.Sockets;

namespace Muster.TestFleet;

/// <summary>Sits below discovery and sees each attempt of a call on its own.</summary>
internal sealed class AttemptCounter : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Options.TryGetValue(CallRecord.Key, out CallRecord? record))
        {
            throw new InvalidOperationException("the request lost its options on the way");
        }

        record.Counts.AddAttempt();
        bool failed = true;
        try
        {
            HttpResponseMessage answer = await base.SendAsync(request, cancellationToken);
            failed = (int)answer.StatusCode >= 500;
            return answer;
        }
        catch (HttpRequestException error) when (error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            record.Counts.AddRefusedAttempt();
            throw;
        }
        finally
        {
            if (failed)
            {
                record.Counts.AddFailedAttempt();
                record.FailedAttempts++;
            }
        }
    }
}
