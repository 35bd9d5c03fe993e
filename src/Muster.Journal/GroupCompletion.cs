using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;

namespace Muster.Journal;

/// <summary>
/// What everybody waiting for one group awaits: one pooled object per group instead of one task per record.
/// </summary>
/// <remarks>
/// The flusher only queues this object to the thread pool; waiters are resumed from there, each on its own, so that
/// neither the flusher nor one waiter holds up the others. It returns to the pool when the last waiter took its result.
/// Continuations run on the pool without a synchronization context; an async method brings its own execution context.
/// </remarks>
internal sealed class GroupCompletion(ConcurrentQueue<GroupCompletion> pool) : IValueTaskSource<bool>, IThreadPoolWorkItem
{
    private const int MaxPooled = 16;
    private const int MaxKeptWaiters = 4096;
    private readonly Lock _gate = new();
    private (Action<object?> Continuation, object? State)[] _waiters = new (Action<object?>, object?)[64];
    private int _waiterCount;
    private int _references = 1;
    private short _version;
    private bool _completed;
    private bool _durable;

    public static GroupCompletion Rent(ConcurrentQueue<GroupCompletion> pool) =>
        pool.TryDequeue(out GroupCompletion? completion) ? completion : new GroupCompletion(pool);

    /// <summary>One more waiter. Called under the journal's lock, never after <see cref="Complete"/>.</summary>
    public ValueTask<bool> Wait()
    {
        Interlocked.Increment(ref _references);
        return new ValueTask<bool>(this, _version);
    }

    public void Complete(bool durable)
    {
        lock (_gate)
        {
            _durable = durable;
            _completed = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        // Once completed, nothing is added: later awaits queue themselves.
        for (int i = 0; i < _waiterCount; i++)
        {
            (Action<object?> continuation, object? state) = _waiters[i];
            ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: true);
        }

        Release();
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        Check(token);
        if (!_completed)
        {
            throw new InvalidOperationException("The group is not durable yet; await the task instead of asking for its result.");
        }

        bool durable = _durable;
        Release();
        return durable;
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token)
    {
        Check(token);
        return Volatile.Read(ref _completed) ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;
    }

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        lock (_gate)
        {
            Check(token);
            if (!_completed)
            {
                if (_waiterCount == _waiters.Length)
                {
                    Array.Resize(ref _waiters, _waiters.Length * 2);
                }

                _waiters[_waiterCount++] = (continuation, state);
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: true);
    }

    private void Check(short token)
    {
        if (token != _version)
        {
            throw new InvalidOperationException("This wait was already consumed; a ValueTask may be awaited once only.");
        }
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0)
        {
            return;
        }

        Array.Clear(_waiters, 0, _waiterCount);
        _waiterCount = 0;
        _references = 1;
        _completed = false;
        _version++;
        if (pool.Count < MaxPooled && _waiters.Length <= MaxKeptWaiters)
        {
            pool.Enqueue(this);
        }
    }
}
