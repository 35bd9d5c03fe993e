#!/usr/bin/env bash
# Installs what the tests drive the server with, when it is missing: Debian's DNS and Consul
# clients through apt, and the Consul client of npm that tests/interop/node pins.
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

as_root() {
  if [[ $(id -u) -eq 0 ]]; then "$@"; else sudo -- "$@"; fi
}

# A package's name, and a command that succeeds when it is there. Debian's python3-* packages
# serve /usr/bin/python3 only, so that is the interpreter the tests run under.
missing=()
need() {
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}
need python3 test -x /usr/bin/python3
need bind9-dnsutils command -v dig
need curl command -v curl
need haproxy test -x /usr/sbin/haproxy
need knot-dnsutils command -v kdig
need faketime command -v faketime
need nodejs command -v node
need npm command -v npm
need procps command -v ps
need python3-consul /usr/bin/python3 -c 'import consul'
need python3-dnspython /usr/bin/python3 -c 'import dns.resolver'
need python3-requests /usr/bin/python3 -c 'import requests'
need python3-grpcio /usr/bin/python3 -c 'import grpc'
need openssl command -v openssl

if [[ ${#missing[@]} -gt 0 ]]; then
  echo "installing: ${missing[*]}"
  log=$(mktemp)
  # Another installation may hold dpkg's lock for a moment: wait for it instead of failing. RUNLEVEL=1 keeps apt from
  # starting services that packages bring: only the programs are wanted.
  if ! { as_root apt-get update -qq &&
    as_root env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
      apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    cat -- "$log" >&2
    echo "could not install: ${missing[*]}" >&2
    exit 1
  fi
  rm -f -- "$log"
fi

node_tests=tests/interop/node
if [[ -f $node_tests/package-lock.json && $node_tests/package-lock.json -nt $node_tests/node_modules/.package-lock.json ]]; then
  echo "installing: the npm packages of $node_tests"
  (cd "$node_tests" && npm ci --silent --no-audit --no-fund --no-update-notifier)
  touch "$node_tests/node_modules/.package-lock.json"
fi
