using Muster.Catalog;

namespace Muster.Protocols.Consul.Answers;

/// <summary>The selected answers that a snapshot keeps; the first few that were asked for. Immutable: one more is another object.</summary>
internal sealed class SelectedAnswersMemo : Memo
{
    private const int MostAnswers = 8;

    // Beside each body: the objects around it, and the tags and names it was asked with.
    private const int Overhead = 400;

    private readonly SelectedAnswer[] _answers;

    public SelectedAnswersMemo(SelectedAnswersMemo? before, SelectedAnswer added)
    {
        _answers = before is null ? [added] : [.. before._answers, added];
        Bytes = _answers.Sum(static answer => answer.Body.Length + Overhead);
    }

    /// <inheritdoc />
    public override int Bytes { get; }

    /// <summary>True when nothing more is kept.</summary>
    public bool IsFull => _answers.Length >= MostAnswers;

    /// <summary>The answer to the same question, null when it is not here.</summary>
    public SelectedAnswer? Find(MemoSlot shape, in InstanceFilter filter, bool forCompression)
    {
        foreach (SelectedAnswer answer in _answers)
        {
            if (answer.Shape == shape && answer.ForCompression == forCompression && answer.Filter.IsSame(filter))
            {
                return answer;
            }
        }

        return null;
    }
}
