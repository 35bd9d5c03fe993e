using Muster.Model;

namespace Muster.Protocols.Rest.Writing;

/// <summary>A state that somebody sets, and why.</summary>
/// <param name="State">The state.</param>
/// <param name="Reason">For people; may be empty.</param>
internal sealed record StateChange(InstanceState State, string Reason)
{
    private const int LongestReason = 1024;

    public static StateChange Read(JsonFields fields)
    {
        string text = fields.Text("state", "", 16);
        if (!InstanceStateText.TryParse(text, out InstanceState state))
        {
            fields.Refuse("state", "must be up, starting, draining or out_of_service");
        }

        string reason = fields.Text("reason", "", LongestReason);
        if (WhyNoReason(reason) is { } message)
        {
            fields.Refuse("reason", message);
        }

        fields.RefuseOthers();
        return new StateChange(state, reason);
    }

    /// <summary>What is wrong with a reason, which stands in one line of a timeline; null when it is one.</summary>
    public static string? WhyNoReason(string reason) =>
        reason.Length > LongestReason || reason.Any(char.IsControl) ? $"must be at most {LongestReason} characters in one line" : null;
}
