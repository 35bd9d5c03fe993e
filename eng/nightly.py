"""Runs the long forms of tests that ./test.sh runs short: ./eng/nightly.py [word ...] for those whose name has a word.

Each job is a command; it fails by its exit code. Jobs run one after the other, because most of them measure.
"""
import pathlib
import random
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = "/usr/bin/python3"
JOBS = (
    ("abandoned-watches", ["env", "MUSTER_ABANDON_SECONDS=60", PYTHON, "tests/interop/test_abandoned_watches.py"]),
    ("checks-lateness", [PYTHON, "tests/nightly/checks_lateness.py"]),
    ("client-faults", ["env", f"MUSTER_CLIENT_FAULT_SEED={random.randrange(1 << 30)}", "MUSTER_CLIENT_FAULT_GROUPS=2000",
                       "artifacts/bin/Muster.Client.Tests/release/Muster.Client.Tests", "-class", "*FaultsInAnyOrderTests",
                       "-class", "*ServersBehindTests"]),
    ("client-trimmed", ["env", "MUSTER_PACKAGES_TRIMMED=1", PYTHON, "tests/interop/run_module.py", "test_client_packages", "/dev/null"]),
    ("consul-filters", ["env", "MUSTER_FILTER_ROUNDS=20000", "artifacts/bin/Muster.Protocols.Consul.Tests/release/Muster.Protocols.Consul.Tests",
                        "-class", "Muster.Protocols.Consul.Tests.Filtering.FilterPropertyTests"]),
    ("checks-starved", [PYTHON, "tests/nightly/checks_starved.py"]),
    ("dns-flood", [PYTHON, "tests/nightly/dns_flood.py"]),
    ("dns-mutations", ["env", f"MUSTER_DNS_FUZZ_SEED={random.randrange(1 << 31)}", "MUSTER_DNS_FUZZ_ROUNDS=50000000",
                       "artifacts/bin/Muster.Protocols.Dns.Tests/release/Muster.Protocols.Dns.Tests", "-class", "*MutatedPacketTests"]),
    ("heartbeats", ["env", "MUSTER_HEARTBEAT_SECONDS=600", PYTHON, "tests/interop/run_module.py", "test_heartbeats", "/dev/null"]),
    ("simulation-seeds", ["env", f"MUSTER_SIMULATION_FIRST={random.randrange(1 << 30)}", "MUSTER_SIMULATION_SEEDS=100000",
                          "artifacts/bin/Muster.Simulation/release/Muster.Simulation", "-class", "*SeedTests"]),
    ("cluster-seeds", ["env", f"MUSTER_CLUSTER_FIRST={random.randrange(1 << 30)}", "MUSTER_CLUSTER_SEEDS=20000",
                       "artifacts/bin/Muster.Simulation/release/Muster.Simulation", "-class", "*ClusterSeedTests"]),
    ("cluster-planted-bugs", ["env", "MUSTER_CLUSTER_SERIES=9",
                              "artifacts/bin/Muster.Simulation/release/Muster.Simulation", "-class", "*ClusterPlantedBugTests"]),
    ("simulation-replay", [PYTHON, "tests/nightly/simulation_replay.py"]),
    ("faults-crash", ["env", "MUSTER_TEST_CRASHES=100", PYTHON, "tests/interop/run_module.py", "test_crash", "/dev/null", "acknowledged"]),
    ("faults-flood", ["env", "MUSTER_TEST_FLOOD=1000000", PYTHON, "tests/interop/run_module.py", "test_hostile_input", "/dev/null", "flood"]),
    ("watch-seeds", ["env", f"MUSTER_WATCH_FIRST={random.randrange(1 << 30)}", "MUSTER_WATCH_SEEDS=5000",
                     "artifacts/bin/Muster.Protocols.Rest.Tests/release/Muster.Protocols.Rest.Tests", "-class", "*WatchPropertyTests"]),
    ("cluster-balancer", ["env", "MUSTER_CLUSTER_ROUNDS=10", PYTHON, "tests/interop/test_cluster_balancer.py"]),
    ("cluster-history", ["env", "MUSTER_CLUSTER_ROUNDS=20", PYTHON, "tests/interop/test_cluster_history.py"]),
    ("cluster-watching", ["env", "MUSTER_ABANDON_SECONDS=60", "MUSTER_WATCHERS_SECONDS=30", PYTHON, "tests/interop/test_cluster_watching.py"]),
    ("failures", ["env", "MUSTER_FAILURE_SECONDS=60", "artifacts/bin/Muster.FailureTests/release/Muster.FailureTests", "-namespace-", "Muster.FailureTests.Cluster*"]),
    # each fault in its full length and with the default timeouts, one after the other
    ("cluster-failures", ["env", "MUSTER_CLUSTER_FULL=1", "artifacts/bin/Muster.FailureTests/release/Muster.FailureTests", "-namespace", "Muster.FailureTests.Cluster*"]),
    ("faults-hundred-thousand", [PYTHON, "tests/nightly/hundred_thousand.py"]),
)


def main(words):
    failed = []
    for name, command in JOBS:
        if words and not any(word in name for word in words):
            continue
        print(f"== {name}", flush=True)
        began = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        print(f"== {name}: {'ok' if code == 0 else f'exit code {code}'} after {time.monotonic() - began:.0f} s", flush=True)
        if code != 0:
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all jobs passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
