using Muster.Catalog;

namespace Muster.Protocols.Consul.Answers;

/// <summary>
/// A JSON array with one element for each instance of a snapshot, which knows where each element starts: answers with
/// some of the instances are put together from its slices.
/// </summary>
/// <param name="body">The array.</param>
/// <param name="starts">Where each element starts, and one more: where the next would.</param>
/// <param name="snapshot">What it shows.</param>
/// <param name="fresh">How many elements were encoded for it; the others were copied.</param>
internal sealed class EncodedList(byte[] body, int[] starts, ServiceSnapshot snapshot, int fresh) : EncodedAnswer(body, snapshot.Index)
{
    /// <summary>The snapshot it shows.</summary>
    public ServiceSnapshot Snapshot => snapshot;

    /// <summary>How many elements were encoded for this list; the others were copied from an earlier one.</summary>
    public int Fresh => fresh;

    /// <summary>How many elements there are.</summary>
    public int Count => starts.Length - 1;

    /// <summary>One element, without comma.</summary>
    public ReadOnlySpan<byte> this[int position] => Body.AsSpan(starts[position]..(starts[position + 1] - 1));

    /// <inheritdoc />
    public override bool LendsParts => true;

    /// <inheritdoc />
    public override int Bytes => base.Bytes + (starts.Length * sizeof(int));
}
