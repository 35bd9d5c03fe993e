using Microsoft.AspNetCore.Http;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>Why a definition is refused: the text and the status code that Consul answers with.</summary>
/// <param name="Text">The plain-text body of the answer.</param>
/// <param name="StatusCode">Default 400.</param>
internal sealed record DefinitionProblem(string Text, int StatusCode = StatusCodes.Status400BadRequest);
