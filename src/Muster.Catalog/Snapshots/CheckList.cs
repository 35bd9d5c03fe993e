using System.Runtime.CompilerServices;
using Muster.Model;

namespace Muster.Catalog;

/// <summary>
/// An immutable list of checks, sorted by id. Most instances have exactly one check; that one is kept without an array.
/// </summary>
public readonly struct CheckList : IEquatable<CheckList>
{
    private readonly object? _checks;

    private CheckList(object? checks) => _checks = checks;

    // only ever null, a check or exactly this type of array: comparing the type is all it takes
    private bool IsArray => _checks?.GetType() == typeof(Check[]);

    /// <summary>How many checks there are.</summary>
    public int Count => _checks is null ? 0 : IsArray ? Unsafe.As<Check[]>(_checks).Length : 1;

    /// <summary>The check at a position.</summary>
    public Check this[int position] => IsArray ? Unsafe.As<Check[]>(_checks!)[position]
        : position == 0 && _checks is not null ? Unsafe.As<Check>(_checks)
        : throw new ArgumentOutOfRangeException(nameof(position));

    /// <summary>The worst status, passing when there is no check.</summary>
    public HealthStatus Worst
    {
        get
        {
            HealthStatus worst = HealthStatus.Passing;
            for (int i = 0; i < Count; i++)
            {
                HealthStatus status = this[i].Status;
                worst = status > worst ? status : worst;
            }

            return worst;
        }
    }

    /// <summary>Makes a list of checks that are sorted already.</summary>
    internal static CheckList Of(List<Check> sorted) => sorted.Count switch
    {
        0 => default,
        1 => new CheckList(sorted[0]),
        _ => new CheckList(sorted.ToArray()),
    };

    /// <summary>The same list with one check in its next state.</summary>
    internal CheckList Replace(Check before, Check after)
    {
        if (_checks is not Check[] several)
        {
            return new CheckList(after);
        }

        var copy = (Check[])several.Clone();
        copy[Array.IndexOf(copy, before)] = after;
        return new CheckList(copy);
    }

    /// <summary>For <c>foreach</c>.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <inheritdoc />
    public bool Equals(CheckList other) => ReferenceEquals(_checks, other._checks);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is CheckList other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => _checks?.GetHashCode() ?? 0;

    /// <summary>True when both are the same list.</summary>
    public static bool operator ==(CheckList left, CheckList right) => left.Equals(right);

    /// <summary>True when they are different lists.</summary>
    public static bool operator !=(CheckList left, CheckList right) => !left.Equals(right);

    /// <summary>Walks a <see cref="CheckList"/> without allocating.</summary>
    public struct Enumerator(CheckList list)
    {
        private int _position = -1;

        /// <summary>The check reached.</summary>
        public readonly Check Current => list[_position];

        /// <summary>Goes to the next check.</summary>
        public bool MoveNext() => ++_position < list.Count;
    }
}
