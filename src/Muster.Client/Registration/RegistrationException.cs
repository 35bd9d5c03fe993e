namespace Muster.Client.Registration;

/// <summary>A registration that was required did not come about.</summary>
public sealed class RegistrationException : Exception
{
    /// <summary>Makes one.</summary>
    public RegistrationException()
    {
    }

    /// <summary>Makes one that says why.</summary>
    public RegistrationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that says why, with its cause.</summary>
    public RegistrationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
