using System.Buffers;
using System.IO.Pipelines;
using Muster.Protocols.Rest;
using Muster.Protocols.Rest.Watch;

namespace Muster.Simulation.Cluster.Readers;

/// <summary>
/// A watch stream under way: what the server's stream writes goes over the simulated network and comes out at the client, or
/// waits, or is lost with the connection.
/// </summary>
internal sealed class ReaderConnection : PipeWriter
{
    /// <summary>What the buffers of both kernels take before the server has to wait.</summary>
    private const int MostUnderWay = 64 * 1024;

    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(250);
    private readonly IWorld _world;
    private readonly ClusterServer _server;
    private readonly SimulatedReader _reader;
    private readonly ArrayBufferWriter<byte> _written = new(1024);
    private readonly Queue<(byte[] Bytes, TimeSpan Ready)> _underWay = new();
    private TaskCompletionSource<FlushResult>? _flush;
    private WatchStream? _stream;
    private Task _run = Task.CompletedTask;
    private int _bytesUnderWay;
    private bool _isPlanned, _isEnding, _isMute, _isClosed;

    public ReaderConnection(IWorld world, ClusterServer server, SimulatedReader reader)
    {
        _world = world;
        _server = server;
        _reader = reader;
        Body = new ReaderStream(Close) { Seen = reader.Book.Listen() };
    }

    /// <summary>Where it comes out.</summary>
    public ReaderStream Body { get; }

    private TimeSpan Delay => _reader.Site == _server.Index ? TimeSpan.FromMicroseconds(200) : _world.Network[_server.Index, _reader.Site].Delay;

    /// <summary>At the server: begins the stream that a request asks for.</summary>
    public void Open(ReadOnlyMemory<byte> request)
    {
        var errors = new FieldErrors();
        WatchRequest? asked = WatchRequestReader.ReadBody(request, errors);
        SimulationFailure.Unless(asked is not null && !errors.Any, "S8: the server does not understand what the client asks for");
        _server.Head.Add(this);
        _stream = new WatchStream(_server.Head.Streams, asked!, LineFraming.NdJson, this, EndByServer);
        _run = RunAsync(_server.Head.Streams, _stream);
    }

    /// <summary>The server's process is no more.</summary>
    public void ServerEnded(bool silently)
    {
        WatchStream? stream = _stream;
        _stream = null;
        _underWay.Clear();
        _isMute = silently;
        EndByServer();
        stream?.Raise(StreamEvents.Gone); // nothing of this life may go on in the next one
        EndFlush(new FlushResult(isCanceled: false, isCompleted: true));
    }

    public override void Advance(int bytes) => _written.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _written.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _written.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        byte[] bytes = _written.WrittenSpan.ToArray();
        _written.ResetWrittenCount();
        if (_isClosed || _isEnding)
        {
            return new(new FlushResult(isCanceled: false, isCompleted: true));
        }

        _underWay.Enqueue((bytes, _world.Agenda.Now + Delay));
        _bytesUnderWay += bytes.Length;
        Plan(Delay);
        if (_bytesUnderWay <= MostUnderWay)
        {
            return new(default(FlushResult));
        }

        _flush = new TaskCompletionSource<FlushResult>();
        return new(_flush.Task);
    }

    public override void CancelPendingFlush() => EndFlush(new FlushResult(isCanceled: true, isCompleted: false));

    public override void Complete(Exception? exception = null) => EndByServer();

    private async Task RunAsync(WatchStreams streams, WatchStream stream)
    {
        SimulationFailure.Unless(streams.TryAdd(stream), "S8: too many watches");
        try
        {
            await stream.RunAsync();
        }
        finally
        {
            streams.Remove(stream);
            _server.Head.Remove(this);
            EndByServer();
        }
    }

    /// <summary>After what is under way comes the end.</summary>
    private void EndByServer()
    {
        _isEnding = true;
        if (!_isMute)
        {
            Plan(Delay);
        }
    }

    /// <summary>The client hangs up; the server hears of it as soon as a packet gets through.</summary>
    private void Close()
    {
        _isClosed = true;
        _underWay.Clear();
        Plan(Delay);
    }

    private void Plan(TimeSpan wait)
    {
        if (!_isPlanned)
        {
            _isPlanned = true;
            _world.Agenda.In(wait, Move);
        }
    }

    private void Move()
    {
        _isPlanned = false;
        SimulationFailure.Unless(!_run.IsFaulted, $"S12: a watch stream failed: {_run.Exception}");
        if (!_world.CanCall(_reader.Site, _server.Index))
        {
            Plan(s_again);
        }
        else if (_isClosed)
        {
            HangUp();
        }
        else if (_underWay.TryPeek(out (byte[] Bytes, TimeSpan Ready) next))
        {
            if (next.Ready > _world.Agenda.Now)
            {
                Plan(next.Ready - _world.Agenda.Now);
                return;
            }

            _underWay.Dequeue();
            _bytesUnderWay -= next.Bytes.Length;
            Plan(TimeSpan.Zero);
            DrainFlush();
            _reader.Do(() => Body.Take(next.Bytes));
        }
        else if (_isEnding)
        {
            _reader.Do(Body.End);
        }
    }

    /// <summary>The server may write on: as soon as it runs.</summary>
    private void DrainFlush()
    {
        if (_flush is not null && _bytesUnderWay <= MostUnderWay / 2)
        {
            if (_server.IsRunning)
            {
                _server.Serve(() => EndFlush(default));
            }
            else
            {
                _world.Agenda.In(s_again, DrainFlush);
            }
        }
    }

    private void EndFlush(FlushResult result)
    {
        TaskCompletionSource<FlushResult>? flush = _flush;
        _flush = null;
        flush?.TrySetResult(result);
    }

    private void HangUp()
    {
        if (_stream is null)
        {
            return;
        }

        if (!_server.IsRunning)
        {
            Plan(s_again);
            return;
        }

        WatchStream stream = _stream;
        _stream = null;
        _server.Serve(() =>
        {
            stream.Raise(StreamEvents.Gone);
            EndFlush(new FlushResult(isCanceled: false, isCompleted: true));
        });
    }
}
