namespace Muster.Protocols.Rest;

/// <summary>Everything that is wrong with a request, each with the member or parameter it is about.</summary>
internal sealed class FieldErrors
{
    private const int Most = 50;

    private readonly List<(string Field, string Message)> _errors = [];

    public bool Any => _errors.Count > 0;

    public IReadOnlyList<(string Field, string Message)> All => _errors;

    public void Add(string field, string message)
    {
        if (_errors.Count < Most)
        {
            _errors.Add((field, message));
        }
    }
}
