namespace Muster.Protocols.Consul.Answers;

/// <summary>
/// A JSON array with one element for each instance of a snapshot, which knows where each element starts: answers with
/// some of the instances are put together from its slices.
/// </summary>
/// <param name="body">The array.</param>
/// <param name="starts">Where each element starts, and one more: where the next would.</param>
/// <param name="index">The snapshot's index.</param>
internal sealed class EncodedList(byte[] body, int[] starts, long index) : EncodedAnswer(body, index)
{
    /// <summary>How many elements there are.</summary>
    public int Count => starts.Length - 1;

    /// <summary>One element, without comma.</summary>
    public ReadOnlySpan<byte> this[int position] => Body.AsSpan(starts[position]..(starts[position + 1] - 1));

    /// <inheritdoc />
    public override int Bytes => base.Bytes + (starts.Length * sizeof(int));
}
