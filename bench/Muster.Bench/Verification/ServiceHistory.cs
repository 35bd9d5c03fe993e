using System.Globalization;

namespace Muster.Bench.Verification;

/// <summary>
/// What one service of three instances must look like after N changes. Changes go round: register the first
/// instance anew with a new generation in its metadata; turn the last one critical; turn it passing again.
/// </summary>
/// <remarks>One thread changes, others verify: the counters are the only shared state.</remarks>
internal sealed class ServiceHistory
{
    public const int Instances = 3;

    private int _sent;
    private int _acknowledged;

    /// <summary>Changes sent so far: an answer must not be newer.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Changes the server confirmed so far: an answer asked for now must not be older.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    public int BeginChange()
    {
        Volatile.Write(ref _sent, _sent + 1);
        return _sent;
    }

    public void EndChange() => Volatile.Write(ref _acknowledged, _sent);

    public static ServiceChange ChangeNumber(int version) => (version % 3) switch
    {
        1 => ServiceChange.Register,
        2 => ServiceChange.Fail,
        _ => ServiceChange.Pass,
    };

    /// <summary>The generation the first instance shows after that many changes.</summary>
    public static string Generation(int version)
    {
        var registered = (version % 3) switch
        {
            1 => version,
            2 => version - 1,
            _ => Math.Max(0, version - 2),
        };
        return registered.ToString("D9", CultureInfo.InvariantCulture);
    }

    /// <summary>How many instances pass after that many changes.</summary>
    public static int Passing(int version) => version % 3 == 2 ? Instances - 1 : Instances;
}
