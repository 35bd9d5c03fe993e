namespace Muster.Protocols.Registry;

/// <summary>A member of a request that breaks a rule.</summary>
/// <param name="Field">The member's name.</param>
/// <param name="Rule">The rule, in words.</param>
internal readonly record struct FieldError(string Field, string Rule);
