namespace Muster.Client.Registration;

/// <summary>One registration that a <see cref="Registrar"/> keeps. Thread-safe.</summary>
/// <remarks>Only the registrar's loop changes what the registry said; everybody may read it and say that the instance is up.</remarks>
public sealed class RegisteredInstance
{
    private readonly Registrar _owner;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RegistrationState _state;
    private DateTimeOffset? _lastRenewal;
    private long _renewedAt;
    private int _failures;
    private string? _error;
    private volatile bool _up;
    private bool _acknowledgedUp;

    internal RegisteredInstance(Registrar owner, InstanceRegistration instance, long epoch, long dueAt)
    {
        _owner = owner;
        Instance = instance;
        Epoch = epoch;
        DueAt = dueAt;
        _up = !instance.Starting;
    }

    /// <summary>What was registered.</summary>
    public InstanceRegistration Instance { get; }

    /// <summary>The epoch under which it is registered. A younger process has a higher one.</summary>
    public long Epoch { get; private set; }

    /// <summary>True unless it is registered as <c>starting</c>.</summary>
    public bool IsUp => _up;

    /// <summary>Where it stands now.</summary>
    public RegistrationStatus Status
    {
        get
        {
            lock (_gate)
            {
                TimeSpan left = _lastRenewal is null ? TimeSpan.Zero : _owner.Lease - _owner.Time.GetElapsedTime(_renewedAt);
                left = left > TimeSpan.Zero && _state == RegistrationState.Registered ? left : TimeSpan.Zero;
                RegistrationState state = _state == RegistrationState.Registered && left == TimeSpan.Zero ? RegistrationState.Lost : _state;
                return new RegistrationStatus(state, _lastRenewal, left, _failures, _error);
            }
        }
    }

    /// <summary>When it has to be renewed or registered next, as a timestamp. The loop's own.</summary>
    internal long DueAt { get; set; }

    /// <summary>True if the registry may have heard of it.</summary>
    internal bool WasSent { get; set; }

    /// <summary>Ends when the registry acknowledged it; fails when it never will.</summary>
    internal Task Settled => _settled.Task;

    /// <summary>True once the registry acknowledged it.</summary>
    internal bool WasAcknowledged
    {
        get
        {
            lock (_gate)
            {
                return _lastRenewal is not null;
            }
        }
    }

    /// <summary>True while it is to be kept registered.</summary>
    internal bool IsKept
    {
        get
        {
            lock (_gate)
            {
                return _state is not (RegistrationState.Superseded or RegistrationState.Ended);
            }
        }
    }

    /// <summary>True when a renewal is not enough: the registry does not have it, or not as it is now.</summary>
    internal bool NeedsRegistering
    {
        get
        {
            lock (_gate)
            {
                return _state != RegistrationState.Registered || _acknowledgedUp != _up;
            }
        }
    }

    /// <summary>Says that the instance is ready for traffic. The registry hears of it at once.</summary>
    public void MarkUp()
    {
        if (!_up)
        {
            _up = true;
            _owner.RenewNow(this);
        }
    }

    /// <summary>Takes the registry's acknowledgement. Returns true if it was not registered before.</summary>
    /// <param name="asUp">Whether it was registered as up; null for a renewal, which does not say.</param>
    internal bool Acknowledge(bool? asUp)
    {
        bool isNew;
        lock (_gate)
        {
            isNew = _state != RegistrationState.Registered;
            _state = RegistrationState.Registered;
            _acknowledgedUp = asUp ?? _acknowledgedUp;
            _renewedAt = _owner.Time.GetTimestamp();
            _lastRenewal = _owner.Time.GetUtcNow();
            _failures = 0;
            _error = null;
        }

        _settled.TrySetResult();
        return isNew;
    }

    /// <summary>Takes a failure that leaves the registration as it was. Returns how many there were in a row.</summary>
    internal int Fail(string error)
    {
        lock (_gate)
        {
            _error = error;
            return ++_failures;
        }
    }

    /// <summary>Takes word that the registry does not have it any more.</summary>
    internal void Lose(string error)
    {
        lock (_gate)
        {
            _state = RegistrationState.Lost;
            _error = error;
        }
    }

    /// <summary>Takes the registry's refusal. Returns true if it is news.</summary>
    internal bool Refuse(string error)
    {
        bool isNew;
        lock (_gate)
        {
            isNew = _state != RegistrationState.Refused || _error != error;
            _state = RegistrationState.Refused;
            _error = error;
            _failures++;
        }

        Settle($"The registry refuses instance '{Instance.Id}' of '{Instance.Service}': {error}");
        return isNew;
    }

    /// <summary>Takes word that a younger process has it: this one must not touch it again.</summary>
    internal void Supersede(string error)
    {
        lock (_gate)
        {
            _state = RegistrationState.Superseded;
            _error = error;
        }

        Settle($"A younger process has registered instance '{Instance.Id}' of '{Instance.Service}': {error}");
    }

    /// <summary>Goes above an epoch that an earlier process of this instance left.</summary>
    internal void RaiseEpoch(long above) => Epoch = above + 1;

    /// <summary>Ends it for this process.</summary>
    internal void End()
    {
        lock (_gate)
        {
            _state = _state == RegistrationState.Superseded ? _state : RegistrationState.Ended;
        }

        _settled.TrySetCanceled();
    }

    private void Settle(string error)
    {
        _settled.TrySetException(new RegistrationException(error));

        // nobody may be waiting for it
        _ = _settled.Task.Exception;
    }
}
