"""A seed of the simulation lives the same life in every process: two of them, word for word."""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = ROOT / "artifacts" / "bin" / "Muster.Simulation" / "release" / "Muster.Simulation"
SEEDS = [str(seed) for seed in range(1, 51)] + [f"c{seed}" for seed in range(1, 51)] + ["C20"]


def life(seed):
    method = "*Clusters_OfManySeeds*" if seed[0] in "cC" else "*Lives_OfManySeeds*"
    done = subprocess.run(
        [str(PROGRAM), "-method", method, "-noColor", "-showLiveOutput"], capture_output=True, text=True, check=False,
        env={**os.environ, "MUSTER_TEST_SEED": seed})
    return [line for line in done.stdout.splitlines() if "[OUTPUT]" in line]


def main():
    different = [seed for seed in SEEDS if life(seed) != life(seed)]
    print(f"{len(SEEDS)} seeds lived twice, different: {different or 'none'}")
    return 1 if different or not life("1") or not life("c1") else 0


if __name__ == "__main__":
    sys.exit(main())
