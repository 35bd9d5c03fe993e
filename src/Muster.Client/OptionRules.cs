namespace Muster.Client;

/// <summary>How options are checked: every rule that is broken adds one line "name: rule, got value".</summary>
internal static class OptionRules
{
    public static void Range<T>(ICollection<string> errors, string name, T value, T least, T most)
        where T : struct, IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            errors.Add($"{name}: must be from {least} to {most}, got {value}");
        }
    }

    /// <summary>A share or a factor; not a number is never right.</summary>
    public static void Range(ICollection<string> errors, string name, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
        {
            errors.Add(FormattableString.Invariant($"{name}: must be from {least} to {most}, got {value}"));
        }
    }
}
