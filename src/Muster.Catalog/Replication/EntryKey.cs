using System.Runtime.InteropServices;

namespace Muster.Catalog;

/// <summary>
/// The keys by which servers speak of entries and leases: 64 bits, the same on every server. The lowest two bits say what
/// it is a key of, so that the leases of an entry need no look-up of their own.
/// </summary>
internal static class EntryKey
{
    private const ulong KindBits = 3;
    private const ulong LeaseKind = 1;
    private const ulong DerivedCheckKind = 2;
    private const ulong NamedCheckKind = 3;

    /// <summary>The key of a node.</summary>
    internal static ulong OfNode(SipHash hash, string sortName) => hash.Of('n', sortName, []) & ~KindBits;

    /// <summary>The key of an instance.</summary>
    internal static ulong OfInstance(SipHash hash, string sortName, ReadOnlySpan<byte> id) => hash.Of('i', sortName, id) & ~KindBits;

    /// <summary>The key of an instance's own lease.</summary>
    internal static ulong OfLease(ulong instance) => instance | LeaseKind;

    /// <summary>The key of the lease of that check of an instance which has no id of its own.</summary>
    internal static ulong OfDerivedCheck(ulong instance) => instance | DerivedCheckKind;

    /// <summary>The key of the lease of a check with an id of its own, which is unique on its node.</summary>
    internal static ulong OfNamedCheck(SipHash hash, string sortName, string checkId) =>
        hash.Of('c', sortName, MemoryMarshal.AsBytes(checkId.AsSpan())) | NamedCheckKind;

    /// <summary>The key of the entry whose lease this may be the key of; not for named checks.</summary>
    internal static ulong EntryOf(ulong lease) => lease & ~KindBits;

    internal static bool IsLease(ulong key) => (key & KindBits) == LeaseKind;

    internal static bool IsNamedCheck(ulong key) => (key & KindBits) == NamedCheckKind;

    /// <summary>Spreads every bit over all of the word.</summary>
    internal static ulong Mix(ulong word)
    {
        word = (word ^ (word >> 33)) * 0xFF51AFD7ED558CCD;
        word = (word ^ (word >> 33)) * 0xC4CEB9FE1A85EC53;
        return word ^ (word >> 33);
    }
}
