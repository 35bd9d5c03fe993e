using Muster.Catalog;

namespace Muster.Protocols.Rest;

/// <summary>A watcher that a task can wait for.</summary>
internal sealed class ChangeSignal : Watcher
{
    private readonly TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the change.</summary>
    public Task Changed => _changed.Task;

    /// <inheritdoc />
    protected override void OnChanged() => _changed.TrySetResult();
}
