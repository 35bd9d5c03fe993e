using Microsoft.AspNetCore.Http;

namespace Muster.Protocols.Rest;

/// <summary>A kind of error of this API.</summary>
/// <param name="Type">The end of the type's URN.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">What kind of error it is, the same every time.</param>
internal sealed record Problem(string Type, int Status, string Title)
{
    /// <summary>The type as documents show it.</summary>
    public string Urn => "urn:muster:problem:" + Type;

    /// <summary>Answers with this problem and what it is about in this case.</summary>
    public Task WriteAsync(HttpContext context, string detail) => new Failure(this, detail).WriteAsync(context);

    /// <summary>Answers with this problem and all the wrong members of the request.</summary>
    public Task WriteAsync(HttpContext context, FieldErrors errors) => Failure.Of(this, errors).WriteAsync(context);
}
