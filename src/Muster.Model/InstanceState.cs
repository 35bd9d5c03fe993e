namespace Muster.Model;

/// <summary>Whether an instance is meant to get work, apart from how its checks fare. All but <see cref="Up"/> keep it out of healthy answers.</summary>
public enum InstanceState : byte
{
    /// <summary>It may get work.</summary>
    Up = 0,

    /// <summary>It is there, and not ready yet.</summary>
    Starting = 1,

    /// <summary>It is about to leave: it finishes what it has and gets nothing new.</summary>
    Draining = 2,

    /// <summary>An operator took it out.</summary>
    OutOfService = 3,
}
