using System.Net;
using Microsoft.Extensions.Logging;
using Muster.Cluster;
using Muster.Server.Hosting.Clustering;

namespace Muster.Server.Hosting;

// What makes this server one of several.
internal sealed partial class Agent
{
    private Task _becomingReady = Task.CompletedTask;

    /// <summary>The cluster this server belongs to, or itself alone.</summary>
    public ICluster Cluster { get; private set; }

    /// <summary>Where peers are expected, null for nowhere.</summary>
    public IPEndPoint? PeerEndPoint => _cluster?.EndPoint;

    /// <summary>Why this server ends though nobody asked it to, null for no reason.</summary>
    public string? GivesUpBecause => _cluster is { Hopeless.IsCompletedSuccessfully: true } ? _cluster.Hopeless.Result : null;

    /// <summary>Ends when this server has what the others have and answers.</summary>
    public Task BecomingReady => _becomingReady;

    /// <summary>Hands over what is here and says goodbye to the others, if there are any.</summary>
    public Task LeaveClusterAsync() => _cluster?.LeaveAsync() ?? Task.CompletedTask;

    /// <summary>Where other machines reach HTTP, as far as this one knows; empty for nowhere.</summary>
    private string PublicHttpAddress()
    {
        if (_http is null || !Uri.TryCreate(HttpAddresses.FirstOrDefault(), UriKind.Absolute, out Uri? listens))
        {
            return "";
        }

        IPAddress address = _options.HttpAddresses[0];
        bool isAny = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
        return new IPEndPoint(isAny ? _options.AdvertiseAddress : address, listens.Port).ToString();
    }

    /// <summary>Looks for the others. This server is ready when it has what they have.</summary>
    private async Task JoinClusterAsync(long journalClock, CancellationToken cancellation)
    {
        if (_cluster is null)
        {
            BeReady();
            return;
        }

        _state = ServerState.Syncing;
        await _cluster.StartAsync(PublicHttpAddress(), journalClock, cancellation);
        LogSyncing(_logger, _cluster.EndPoint.ToString());
        _ = _cluster.Hopeless.ContinueWith(_ => Leave(), TaskContinuationOptions.OnlyOnRanToCompletion);
        _becomingReady = BeReadyWhenSyncedAsync(_cluster);
    }

    private async Task BeReadyWhenSyncedAsync(ClusterHost cluster)
    {
        try
        {
            await cluster.Synced;

            // what a file defines is there again, even if the others had taken it away meanwhile
            foreach (string problem in _configured.Apply(_options.Services, _options.Checks))
            {
                LogNotRegistered(_logger, problem);
            }

            BeReady();
        }
        catch (OperationCanceledException)
        {
            // it stops before it ever was ready
        }
    }

    private void BeReady()
    {
        if (_state is ServerState.Starting or ServerState.Syncing)
        {
            _state = ServerState.Ready;
            LogReady(_logger, Version, ListOf(HttpAddresses), ListOf(DnsEndPoints), _options.DevMode ? "none (-dev)" : _options.DataDirectory);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Not registered: {Problem}")]
    private static partial void LogNotRegistered(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Peers are expected on {Peers}; this server is ready when it has what they have")]
    private static partial void LogSyncing(ILogger logger, string peers);
}
