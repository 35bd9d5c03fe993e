using System.Diagnostics.CodeAnalysis;
using Muster.Model;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>
/// Reads services and checks in Consul's JSON and puts them into the model's words, by the same rules whether they come
/// in a request or from a configuration file. Nothing here throws on input.
/// </summary>
public static class ConsulDefinitions
{
    private const string DecodeFailed = "Request decode failed: ";

    /// <summary>Reads one service: the value of <c>service</c> or of one entry of <c>services</c> in a configuration file.</summary>
    public static bool TryReadService(ReadOnlySpan<byte> json, ScriptRule scripts, [NotNullWhen(true)] out ServiceRegistration? service, [NotNullWhen(false)] out string? problem)
    {
        problem = ReadService(json, scripts, out service)?.Text;
        return problem is null;
    }

    /// <summary>Reads one check that stands by itself: the value of <c>check</c> or of one entry of <c>checks</c> in a configuration file.</summary>
    public static bool TryReadCheck(ReadOnlySpan<byte> json, ScriptRule scripts, [NotNullWhen(true)] out CheckRegistration? check, [NotNullWhen(false)] out string? problem)
    {
        problem = ReadCheck(json, scripts, out check)?.Text;
        return problem is null;
    }

    internal static DefinitionProblem? ReadService(ReadOnlySpan<byte> json, ScriptRule scripts, out ServiceRegistration? service)
    {
        service = null;
        var reader = new GoJsonReader(json);
        ServiceBody? body = ServiceBodyReader.ReadAgentService(ref reader);
        return reader.Error is { } error ? new DefinitionProblem(DecodeFailed + error)
            : ServiceTranslator.Translate(body ?? new ServiceBody(), scripts, out service);
    }

    internal static DefinitionProblem? ReadCheck(ReadOnlySpan<byte> json, ScriptRule scripts, out CheckRegistration? check)
    {
        check = null;
        var reader = new GoJsonReader(json);
        CheckBody body = CheckBodyReader.Read(ref reader) ?? new CheckBody();
        if (reader.Error is { } error)
        {
            return new DefinitionProblem(DecodeFailed + error);
        }

        if (body.Name.Length == 0)
        {
            return new DefinitionProblem("Missing check name");
        }

        if (!CheckTranslator.HasValidStatus(body))
        {
            return new DefinitionProblem("Bad check status");
        }

        string id = body.Id.Length == 0 ? body.Name : body.Id;
        if (NameRules.Check("the check's id", id) is { } bad)
        {
            return new DefinitionProblem("Validation failed: " + bad);
        }

        DefinitionProblem? problem = CheckTranslator.Validate(body);
        if (problem is null)
        {
            string? stored = body.ServiceId.Length == 0 ? id : ServiceTranslator.StoredCheckId(id, body.ServiceId);
            problem = CheckTranslator.Translate(body, stored, body.Name, scripts, out CheckDefinition definition);
            check = problem is null ? new CheckRegistration(definition, body.ServiceId, body.Status.Length > 0, body.Token.Length > 0) : null;
        }

        return problem;
    }
}
