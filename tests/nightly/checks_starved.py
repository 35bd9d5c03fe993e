"""The checker itself is starved to 5 % of a processor: does it blame its targets?

Uses a cgroup of the kernel's version 1 or 2; where none can be made, the server is stopped and continued instead,
95 ms of every 100. Fails when more than one check in a hundred turns critical although every target is well.
    checks_starved.py [seconds] [checks]
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "interop"))
import harness  # noqa: E402

SHARE = 0.05
PERIOD_SECONDS = 0.1
MOST_FALSE_ALARMS = 0.01


class Cgroup:
    """Throttles a process by quota."""

    def __init__(self):
        for root, version in (("/sys/fs/cgroup/cpu", 1), ("/sys/fs/cgroup", 2)):
            folder = pathlib.Path(root) / f"muster-starved-{os.getpid()}"
            if version == 1 or pathlib.Path(root, "cgroup.controllers").exists():
                try:
                    folder.mkdir()
                    self.folder = folder
                    period = int(PERIOD_SECONDS * 1_000_000)
                    if version == 1:
                        self._write("cpu.cfs_period_us", period)
                        self._write("cpu.cfs_quota_us", int(period * SHARE))
                    else:
                        self._write("cpu.max", f"{int(period * SHARE)} {period}")
                    return
                except OSError:
                    if folder.exists():
                        folder.rmdir()
        raise OSError("no cgroup can be made here")

    def _write(self, name, value):
        (self.folder / name).write_text(f"{value}\n")

    def starve(self, process):
        self._write("cgroup.procs", process)

    def release(self, process):
        (self.folder.parent / "cgroup.procs").write_text(f"{process}\n")
        self.folder.rmdir()


class StopAndGo:
    """Stops a process most of the time."""

    def __init__(self):
        self._end = threading.Event()

    def starve(self, process):
        self._thread = threading.Thread(target=self._run, args=(process,))
        self._thread.start()

    def _run(self, process):
        while not self._end.is_set():
            os.kill(process, signal.SIGSTOP)
            time.sleep(PERIOD_SECONDS * (1 - SHARE))
            os.kill(process, signal.SIGCONT)
            time.sleep(PERIOD_SECONDS * SHARE)

    def release(self, process):
        self._end.set()
        self._thread.join()




def metric(server, name):
    """The sum of a metric over its labels."""
    return sum(float(line.rsplit(" ", 1)[1]) for line in server.get("/metrics").text.splitlines()
               if line.startswith((name + " ", name + "{")))


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    checks = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    targets = subprocess.Popen([sys.executable, str(pathlib.Path(__file__).with_name("hostile_targets.py"))],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    server = harness.Server(name="starved")
    try:
        port = json.loads(targets.stdout.readline())["well"]
        server.start()
        for number in range(checks):
            server.register("well", ID=f"s{number}", Port=port, Check={
                "HTTP": f"http://127.0.0.1:{port}/", "Interval": "2s", "Timeout": "500ms"})
        harness.eventually(lambda: len(server.passing("well")) == checks, 30, "all targets pass")
        time.sleep(5)
        before = server.get("/v1/health/service/well").index
        try:
            starver = Cgroup()
        except OSError:
            starver = StopAndGo()
        began = metric(server, "muster_checks_duration_seconds_count")
        starver.starve(server.process.pid)
        time.sleep(seconds)
        score = metric(server, "muster_checks_local_health")
        starver.release(server.process.pid)
        changes = server.get("/v1/health/service/well").index - before
        excused = metric(server, "muster_checks_excused_total")
        ran = metric(server, "muster_checks_duration_seconds_count") - began
        harness.eventually(lambda: len(server.passing("well")) == checks, 120, "all targets pass again")
    finally:
        server.end()
        targets.stdin.close()
        targets.wait()
    # each false alarm is two changes, there and back
    print(f"{type(starver).__name__}, {SHARE:.0%} of a processor for {seconds} s, {checks} checks at 2 s: {ran:.0f} runs, "
          f"{excused:.0f} timeouts excused, local health {score:.0f} at the end, {changes} changes of status")
    return 0 if changes <= 2 * MOST_FALSE_ALARMS * checks else 1


if __name__ == "__main__":
    sys.exit(main())
