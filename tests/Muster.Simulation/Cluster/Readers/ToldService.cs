using System.Collections.Immutable;
using System.Text.Json;
using Muster.Client;

namespace Muster.Simulation.Cluster.Readers;

/// <summary>What one client was told of one service.</summary>
internal sealed class ToldService
{
    /// <summary>So many answers over so much time must agree before a loss without a reason is one.</summary>
    private const int Confirmations = 3;

    private static readonly TimeSpan s_period = TimeSpan.FromMinutes(1);
    private readonly Dictionary<EntryName, Life> _listed = [];
    private readonly Dictionary<EntryName, Lack> _missing = [];
    private readonly Dictionary<EntryName, End> _ended = [];

    /// <summary>What was told of an instance before another server showed an older form of it.</summary>
    private readonly Dictionary<EntryName, Newer> _newer = [];
    private readonly List<Step> _steps = [];
    private ImmutableArray<ServiceInstance> _answered = [];
    private bool _isToldMore;
    private bool _isWarm;
    private int _connection;

    /// <summary>The connection that began what is told now; one that resumes it goes on with it. 0 for polls.</summary>
    private int _history;
    private long _answers;

    public void BeginStream(int connection)
    {
        _connection = connection;
        _steps.Clear();
    }

    /// <summary>The server lives, and so stands by what it said.</summary>
    public void Repeat() => _answers++;

    /// <summary>A line of the stream.</summary>
    public void Take(JsonElement line, TimeSpan now)
    {
        bool isWhole = line.TryGetProperty("cursor", out _);
        switch (line.GetProperty("type").GetString())
        {
            case "snapshot":
                bool isOther = _history != _connection;
                _history = _connection;
                TakeList(line, isOther, now);
                return;
            case "changed":
                JsonElement instance = line.GetProperty("instance");
                _steps.Add(new Step(NameOf(instance), Life.Of(instance), null, false));
                break;
            case "removed":
                string kind = line.GetProperty("kind").GetString()!;
                bool hasCause = line.GetProperty("cause").GetString()!.Length > 0;
                _steps.Add(new Step(NameOf(line), null, kind, hasCause));
                break;
            case "resumed":
                break;
            default:
                return;
        }

        if (isWhole)
        {
            TakeSteps(now);
        }
    }

    /// <summary>The answer to a poll; null for a service that is not known.</summary>
    public void TakePoll(JsonElement? answer, TimeSpan now)
    {
        _history = 0;
        TakeList(answer, isOther: true, now);
    }

    /// <summary>A whole list; null for one that is empty.</summary>
    private void TakeList(JsonElement? line, bool isOther, TimeSpan now)
    {
        Answered(now);
        _steps.Clear();
        Dictionary<EntryName, Life> before = new(_listed);
        _listed.Clear();
        foreach (JsonElement instance in line is { } list ? list.GetProperty("instances").EnumerateArray() : [])
        {
            EntryName name = NameOf(instance);
            var life = Life.Of(instance);
            if (isOther && !_ended.ContainsKey(name) && before.TryGetValue(name, out Life known) && life.IsBefore(known))
            {
                _newer.TryAdd(name, new Newer(known, now));
            }

            Present(name, life, now);
        }

        foreach ((EntryName name, Life life) in before)
        {
            if (!_listed.ContainsKey(name))
            {
                // an end that came before a newer form, which is still answered, is not the end of that
                _newer.Remove(name);
                Life? answered = LifeAnswered(name);
                _missing.TryAdd(name, new Lack(answered is { } kept && life.IsBefore(kept) ? kept : life, now, _answers));
            }
        }

        if (line is { } whole && whole.TryGetProperty("removed", out JsonElement removals))
        {
            foreach ((EntryName name, Lack lack) in _missing.ToList())
            {
                if (LatestOf(name, removals) is { } removal && !(removal.At < lack.Life.RegisteredAt))
                {
                    Remove(name, lack.Life, removal.Kind, now, removal.At);
                }
            }
        }
    }

    private Life? LifeAnswered(EntryName name)
    {
        foreach (ServiceInstance instance in _answered)
        {
            if (instance.Id == name.Id && instance.Node == name.Node)
            {
                return Life.Of(instance);
            }
        }

        return null;
    }

    /// <summary>Null when an answer is what it must be.</summary>
    public string? WhatIsWrongWith(ServiceView view, TimeSpan now)
    {
        if (!_isToldMore && view.Instances == _answered)
        {
            return null;
        }

        var present = new HashSet<EntryName>();
        foreach (ServiceInstance instance in view.Instances)
        {
            var name = new EntryName(instance.Node, instance.Id);
            present.Add(name);
            if (HasEnded(name, now))
            {
                return $"S9: {name} is answered, {(now - _ended[name].At).TotalSeconds:0.000} s after it was told to be {_ended[name].Kind}";
            }

            if (_newer.TryGetValue(name, out Newer newer) && now - newer.Since < s_period && !newer.Life.IsLike(Life.Of(instance)))
            {
                return $"S9: {name} is answered as it was before, {(now - newer.Since).TotalSeconds:0.000} s after another server showed that";
            }

            if (!_listed.ContainsKey(name) && !_missing.ContainsKey(name))
            {
                return $"S9: {name} is answered, and nobody told of it";
            }
        }

        if (WhatIsLost(present, now) is { } lost)
        {
            return lost;
        }

        (_answered, _isToldMore, _isWarm) = (view.Instances, false, _isWarm || view.IsKnown);
        return _isWarm && !view.IsKnown ? "S8: nothing is known any more" : null;
    }

    private string? WhatIsLost(HashSet<EntryName> present, TimeSpan now)
    {
        foreach (EntryName name in _listed.Keys)
        {
            if (!present.Contains(name) && !_ended.ContainsKey(name))
            {
                return $"S8: {name} is listed and is not answered";
            }
        }

        int unexplained = 0;
        foreach (ServiceInstance instance in _answered)
        {
            var name = new EntryName(instance.Node, instance.Id);
            if (!present.Contains(name) && _missing.Remove(name, out Lack lack))
            {
                unexplained += now - lack.Since >= s_period && _answers - lack.Answers >= Confirmations ? 0 : 1;
            }
        }

        return unexplained > 0 && (present.Count == 0 || 2 * unexplained > _answered.Length)
            ? $"S8: {unexplained} of {_answered.Length} instances are not answered any more, and nobody said why"
            : null;
    }

    /// <summary>Its end was told, and nothing newer; after a minute a registry that goes on to list it is believed.</summary>
    private bool HasEnded(EntryName name, TimeSpan now) =>
        _ended.TryGetValue(name, out End end) && (!_listed.ContainsKey(name) || now - end.At < s_period);

    private void TakeSteps(TimeSpan now)
    {
        Answered(now);
        foreach (Step step in _steps)
        {
            if (step.Life is { } life)
            {
                Present(step.Name, life, now);
            }
            else if (_listed.Remove(step.Name, out Life gone))
            {
                _newer.Remove(step.Name);
                _missing[step.Name] = new Lack(gone, now, _answers);
                RemoveFor(step, gone, now);
            }
            else if (_missing.TryGetValue(step.Name, out Lack lack))
            {
                RemoveFor(step, lack.Life, now);
            }
        }

        _steps.Clear();
    }

    private void RemoveFor(in Step step, in Life life, TimeSpan now)
    {
        if (step is { Kind: "deregistered" or "expired" or "replaced", HasCause: true })
        {
            Remove(step.Name, life, step.Kind, now);
        }
    }

    /// <summary>
    /// An end is told. What a list says once more of an end that still stands, of the same life and at the same time, is no other one:
    /// the minute in which others may not have heard of it began when it was first told.
    /// </summary>
    private void Remove(EntryName name, in Life life, string kind, TimeSpan now, DateTimeOffset? by = null)
    {
        _missing.Remove(name);
        long? millisecond = by?.ToUnixTimeMilliseconds(); // a restart keeps no more of it
        bool isKnown = millisecond is not null && _ended.TryGetValue(name, out End known) && known.Removal == millisecond && known.Life == life && known.Kind == kind;
        if (!isKnown)
        {
            _ended[name] = new End(life, kind, now, _history, millisecond);
        }
    }

    private void Present(EntryName name, in Life life, TimeSpan now)
    {
        _listed[name] = life;
        _missing.Remove(name);
        if (_newer.TryGetValue(name, out Newer newer) && !life.IsBefore(newer.Life))
        {
            _newer.Remove(name);
        }

        if (_ended.TryGetValue(name, out End end) && !IsOld(life, end, now))
        {
            _ended.Remove(name);
        }
    }

    /// <summary>
    /// Another server lists what was told to be deregistered, and not as registered anew: it has not heard yet.
    /// </summary>
    private bool IsOld(in Life life, in End end, TimeSpan now) =>
        end.Kind == "deregistered" && end.History != _history && now - end.At < s_period
        && life.Epoch <= end.Life.Epoch && life.RegisteredAt <= end.Life.RegisteredAt;

    private void Answered(TimeSpan now)
    {
        _answers++;
        _isToldMore = true;
        foreach ((EntryName name, End end) in _ended)
        {
            if (now - end.At >= s_period && _listed.ContainsKey(name))
            {
                _ended.Remove(name); // a server went on to list it, and was believed
            }
        }

        foreach ((EntryName name, Newer newer) in _newer)
        {
            if (now - newer.Since >= s_period)
            {
                _newer.Remove(name); // likewise
            }
        }
    }

    private static (string Kind, DateTimeOffset At)? LatestOf(EntryName name, JsonElement removals)
    {
        (string Kind, DateTimeOffset At)? latest = null;
        foreach (JsonElement removal in removals.EnumerateArray())
        {
            DateTimeOffset at = removal.GetProperty("at").GetDateTimeOffset();
            if (NameOf(removal) == name && !(at < latest?.At))
            {
                latest = (removal.GetProperty("kind").GetString()!, at);
            }
        }

        return latest;
    }

    private static EntryName NameOf(JsonElement element) => new(element.GetProperty("node").GetString()!, element.GetProperty("id").GetString()!);

    /// <summary>Which life of an instance is meant, and which form of it: a registration that changes something gives it other tags.</summary>
    private readonly record struct Life(DateTimeOffset RegisteredAt, long Epoch, long Version, string Tags)
    {
        public static Life Of(JsonElement instance) => new(
            instance.GetProperty("registeredAt").GetDateTimeOffset(), instance.GetProperty("epoch").GetInt64(), instance.GetProperty("version").GetInt64(),
            string.Join(' ', instance.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString())));

        public static Life Of(ServiceInstance instance) =>
            new(instance.RegisteredAt ?? default, instance.Epoch, instance.Version, string.Join(' ', instance.Tags));

        /// <summary>Whether it is an older one, and not only in its version.</summary>
        public bool IsBefore(in Life other) => Version < other.Version && !IsLike(other);

        public bool IsLike(in Life other) => (RegisteredAt, Epoch, Tags) == (other.RegisteredAt, other.Epoch, other.Tags);
    }

    private readonly record struct Newer(Life Life, TimeSpan Since);

    private readonly record struct Lack(Life Life, TimeSpan Since, long Answers);

    private readonly record struct End(Life Life, string Kind, TimeSpan At, int History, long? Removal);

    private readonly record struct Step(EntryName Name, Life? Life, string? Kind, bool HasCause);
}
