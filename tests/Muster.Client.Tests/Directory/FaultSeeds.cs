using System.Globalization;

namespace Muster.Client.Tests.Directory;

/// <summary>The seeds of random histories, in groups; more of them by night.</summary>
public static class FaultSeeds
{
    private const int SeedsOfGroup = 30;

    /// <summary>Groups of which a seed has found something that others did not: each is lived ever since.</summary>
    private static readonly int[] Found = [100_060];

    /// <summary>The first seed of each group.</summary>
    public static TheoryData<int> Groups => [.. Enumerable.Range(0, GroupCount).Select(group => FirstSeed + (group * SeedsOfGroup)).Union(Found)];

    private static int GroupCount => Setting("MUSTER_CLIENT_FAULT_GROUPS", 4);

    private static int FirstSeed => Setting("MUSTER_CLIENT_FAULT_SEED", 0);

    /// <summary>Runs a test with each seed of a group; a failure names the seed.</summary>
    public static void Each(int first, Action<int> test)
    {
        for (int seed = first; seed < first + SeedsOfGroup; seed++)
        {
            try
            {
                test(seed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
