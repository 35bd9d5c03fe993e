"""2,000 checks at 10 s, a third of their targets hostile: how late do probes start?

Prints the distribution the server itself measured and fails when the 99th percentile is above 100 ms.
    checks_lateness.py [seconds] [checks]
"""
import json
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "interop"))
import harness  # noqa: E402

HOSTILE = ("silent", "trickle", "endless", "big_header", "redirect", "blackhole", "refused")
LIMIT_SECONDS = 0.1
WARM_UP_SECONDS = 15


def buckets(server):
    """Upper bound to cumulative count of the lateness histogram."""
    found = {}
    for line in server.get("/metrics").text.splitlines():
        match = re.match(r'muster_checks_lateness_seconds_bucket\{.*le="([^"]+)".*\} (\d+)', line)
        if match:
            found[float(match[1].replace("+Inf", "inf"))] = int(match[2])
    return found


def register(server, ports, number, kind):
    # one in three hangs for its whole timeout, or tries to
    target = f"http://127.0.0.1:{ports[kind]}/health"
    answer = server.put("/v1/agent/service/register", {
        "ID": f"s{number}", "Name": f"service-{number % 100}", "Port": ports[kind],
        "Check": {"HTTP": target, "Interval": "10s", "Timeout": "5s"}})
    assert answer.status == 200, answer


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    checks = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    targets = subprocess.Popen([sys.executable, str(pathlib.Path(__file__).with_name("hostile_targets.py"))],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    server = harness.Server(name="lateness")
    try:
        ports = json.loads(targets.stdout.readline())
        server.start()
        for number in range(checks):
            kind = HOSTILE[number // 3 % len(HOSTILE)] if number % 3 == 0 else "well"
            register(server, ports, number, kind)
        time.sleep(WARM_UP_SECONDS)
        before = buckets(server)
        time.sleep(seconds)
        after = buckets(server)
        passing = sum(len(server.passing(f"service-{n}")) for n in range(100))
    finally:
        server.end()
        targets.stdin.close()
        targets.wait()

    starts = {bound: after[bound] - before.get(bound, 0) for bound in after}
    total = starts[float("inf")]
    p99 = next(bound for bound in sorted(starts) if starts[bound] >= 0.99 * total)
    well = sum(1 for number in range(checks) if number % 3)
    for bound in sorted(starts):
        print(f"  <= {bound:6} s  {100 * starts[bound] / total:7.3f} %")
    print(f"{total} runs in {seconds} s ({total / seconds:.0f}/s) of {checks} checks, {checks - well} hostile; "
          f"lateness p99 <= {p99 * 1000:.0f} ms; {passing} of {well} well targets passing, all others critical")
    # the targets that send the head of an answer and then bytes without end did answer 200
    ok = p99 <= LIMIT_SECONDS and passing >= well
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
