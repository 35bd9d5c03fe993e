using Microsoft.Extensions.Options;

namespace Muster.Client.Hosting.Options;

/// <summary>Finds everything that is wrong with section <c>Muster</c> at once.</summary>
internal sealed class ClientOptionsValidator : IValidateOptions<MusterClientOptions>
{
    public ValidateOptionsResult Validate(string? name, MusterClientOptions options)
    {
        IReadOnlyList<string> errors = options.Validate();
        return errors.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(errors.Select(error => $"{MusterSections.Client}:{error}"));
    }
}
