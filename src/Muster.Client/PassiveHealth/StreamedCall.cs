using Muster.Client.Balancing;

namespace Muster.Client.PassiveHealth;

/// <summary>A call whose answer has begun and is still being read. Completed once, by any thread.</summary>
internal sealed class StreamedCall(Target target, long started, long responded)
{
    private int _isComplete;

    public void Complete(CallResult result)
    {
        if (Interlocked.Exchange(ref _isComplete, 1) == 0)
        {
            target.End(result, started, responded);
        }
    }
}
