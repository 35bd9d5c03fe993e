namespace Muster.Journal.Tests;

/// <summary>A directory in memory that can fail, fill up, hold back a sync, and crash.</summary>
internal sealed class MemoryStorage : IJournalStorage
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MemoryFile> _files = [];
    private readonly Dictionary<string, MemoryFile> _syncedFiles = [];
    private readonly List<Action<Dictionary<string, MemoryFile>>> _unsynced = [];
    private bool _locked;
    private bool _crashed;

    /// <summary>Asked before each operation ("write", "sync", ...) on a file; throws to inject a failure.</summary>
    public Action<string, string>? Fault { get; set; }

    /// <summary>Total bytes the files may have.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    public int LogSyncs { get; private set; }

    public string[] Names => With(() => _files.Keys.Order(StringComparer.Ordinal).ToArray());

    public byte[] this[string name]
    {
        get => With(() => _files[name].Bytes.ToArray());
        set => With(() =>
        {
            _files.TryAdd(name, new MemoryFile());
            _files[name].Fill(value);
            _syncedFiles[name] = _files[name];
            return 0;
        });
    }

    public IDisposable AcquireLock()
    {
        if (_locked)
        {
            throw new JournalInUseException("memory", owner: null);
        }

        _locked = true;
        return new Unlock(this);
    }

    public IReadOnlyList<string> List() => Names;

    public IJournalFile Create(string name) => With(() =>
    {
        Check("create", name);
        var file = new MemoryFile();
        Change(files => files[name] = file);
        return new Handle(this, name, file);
    });

    public IJournalFile Open(string name) => With(() => new Handle(this, name, _files[name]));

    public void Rename(string from, string to) => With(() =>
    {
        Check("rename", from);
        Change(files =>
        {
            if (files.Remove(from, out MemoryFile? file))
            {
                files[to] = file;
            }
        });
        return 0;
    });

    public void Delete(string name) => With(() =>
    {
        Check("delete", name);
        Change(files => files.Remove(name));
        return 0;
    });

    public void SyncDirectory() => With(() =>
    {
        Check("syncdir", "");
        _unsynced.ForEach(change => change(_syncedFiles));
        _unsynced.Clear();
        return 0;
    });

    /// <summary>The directory as found after a power loss now; this one fails from here on.</summary>
    public MemoryStorage Crash(Random random) => With(() =>
    {
        _crashed = true;
        int kept = random.Next(_unsynced.Count + 1);
        _unsynced.Take(kept).ToList().ForEach(change => change(_syncedFiles));
        var after = new MemoryStorage();
        foreach ((string name, MemoryFile file) in _syncedFiles)
        {
            MemoryFile found = file.AfterCrash(random);
            after._files[name] = found;
            after._syncedFiles[name] = found;
        }

        return after;
    });

    /// <summary>An independent copy of the files as they are.</summary>
    public MemoryStorage Copy() => With(() =>
    {
        var copy = new MemoryStorage();
        foreach ((string name, MemoryFile file) in _files)
        {
            copy._files[name] = copy._syncedFiles[name] = file.Copy();
        }

        return copy;
    });

    private T With<T>(Func<T> action)
    {
        lock (_gate)
        {
            return action();
        }
    }

    private void Change(Action<Dictionary<string, MemoryFile>> change)
    {
        change(_files);
        _unsynced.Add(change);
    }

    private void Check(string operation, string name)
    {
        if (_crashed)
        {
            throw new IOException("crashed");
        }

        Fault?.Invoke(operation, name);
    }

    private sealed class Unlock(MemoryStorage storage) : IDisposable
    {
        public void Dispose() => storage._locked = false;
    }

    private sealed class Handle(MemoryStorage storage, string name, MemoryFile file) : IJournalFile
    {
        public long Length => storage.With(() => (long)file.Bytes.Length);

        public int Read(long offset, Span<byte> destination)
        {
            lock (storage._gate)
            {
                ReadOnlySpan<byte> bytes = file.Bytes;
                int count = (int)Math.Clamp(bytes.Length - offset, 0, destination.Length);
                bytes.Slice((int)Math.Min(offset, bytes.Length), count).CopyTo(destination);
                return count;
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            lock (storage._gate)
            {
                storage.Check("write", name);
                long grows = Math.Max(0, offset + bytes.Length - file.Bytes.Length);
                if (storage.Capacity < long.MaxValue && storage._files.Values.Sum(each => (long)each.Bytes.Length) + grows > storage.Capacity)
                {
                    throw new IOException("No space left on device");
                }

                file.Write(offset, bytes);
            }
        }

        public void Sync()
        {
            storage.Fault?.Invoke("sync", name); // outside the lock: it may block
            lock (storage._gate)
            {
                if (storage._crashed)
                {
                    throw new IOException("crashed");
                }

                file.Sync();
                storage.LogSyncs += name.EndsWith(".log", StringComparison.Ordinal) ? 1 : 0;
            }
        }

        public void SetLength(long length)
        {
            lock (storage._gate)
            {
                storage.Check("setlength", name);
                file.SetLength(length);
            }
        }

        public void Dispose()
        {
        }
    }
}
