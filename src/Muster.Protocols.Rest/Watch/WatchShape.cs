using System.Security.Cryptography;
using System.Text;

namespace Muster.Protocols.Rest.Watch;

/// <summary>What decides how the lines of a watch look, apart from what happens: watches of one shape share their bytes.</summary>
internal sealed class WatchShape
{
    private static readonly WatchShape[] s_common =
        [new(ServiceQuestion.Open, LineFraming.NdJson), new(ServiceQuestion.Endpoints, LineFraming.NdJson),
         new(ServiceQuestion.Open, LineFraming.EventStream), new(ServiceQuestion.Endpoints, LineFraming.EventStream)];

    private WatchShape(ServiceQuestion question, LineFraming framing)
    {
        Question = question;
        Framing = framing;
        CursorTag = TagOf(question);
        Key = $"{(question.EndpointsOnly ? 'e' : 'f')}{(int)framing}{question.Filter.Key}";
    }

    public ServiceQuestion Question { get; }

    public LineFraming Framing { get; }

    /// <summary>The same text for equal shapes.</summary>
    public string Key { get; }

    /// <summary>
    /// What cursors of this shape end in: the list that a reader has kept is of use only to who asks the same question.
    /// Empty for the question without parameters.
    /// </summary>
    public string CursorTag { get; }

    public static WatchShape Of(ServiceQuestion question, LineFraming framing) =>
        question.Filter.IsOpen ? s_common[((int)framing * 2) + (question.EndpointsOnly ? 1 : 0)] : new WatchShape(question, framing);

    private static string TagOf(ServiceQuestion question)
    {
        if (question.Filter.IsOpen)
        {
            return question.EndpointsOnly ? "e" : "";
        }

        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes((question.EndpointsOnly ? "e" : "f") + question.Filter.Key));
        return Convert.ToHexStringLower(hash.AsSpan(0, 8));
    }
}
