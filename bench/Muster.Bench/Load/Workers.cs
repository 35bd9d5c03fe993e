using System.Runtime.ExceptionServices;

namespace Muster.Bench.Load;

/// <summary>Runs blocking work on threads of its own and rethrows the first failure.</summary>
internal static class Workers
{
    public static void Run(int count, Action<int> work) => Start(count, work)();

    /// <summary>Starts the work; calling the result waits for its end.</summary>
    public static Action Start(int count, Action<int> work)
    {
        ExceptionDispatchInfo? failure = null;
        var threads = Enumerable.Range(0, count).Select(number => new Thread(() =>
        {
            try
            {
                work(number);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        return () =>
        {
            Array.ForEach(threads, thread => thread.Join());
            failure?.Throw();
        };
    }
}
