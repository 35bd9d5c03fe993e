#!/usr/bin/env bash
# Every test of the repository: installs the real clients it needs, builds once, runs the unit and
# functional tests and then the foreign clients against the real server.
# The last line is `N passed, N failed`; the exit code is 0 only if nothing failed.
#
#   ./test.sh              everything
#   ./test.sh Wire dns     only the suites whose name contains one of these words
#   ./test.sh --seed 4711  one seed of the simulation again, with its trace if it fails; c17 is a seed of the whole cluster
set -uo pipefail
cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" || exit 1

give_up() {
  echo "$1"
  echo "0 passed, 1 failed"
  exit 1
}

if [ "${1-}" = --seed ]; then
  [[ "${2-}" =~ ^[cC]?[0-9]+$ ]] || give_up "FAILED: --seed needs a number, or c and a number for a cluster (C: with many instances)"
  export MUSTER_TEST_SEED=$2
  shift 2
  [ $# -gt 0 ] || set -- Muster.Simulation
fi
eng/install-test-clients.sh || give_up "FAILED: installing the test clients"
echo "building Muster.slnx"
eng/build.sh Muster.slnx 2>&1 || give_up "FAILED: the build"
exec /usr/bin/python3 eng/run_tests.py "$@"
