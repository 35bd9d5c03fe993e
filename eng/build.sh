#!/usr/bin/env bash
# Builds one project or solution in Release: nothing on success, the errors on failure.
# Leaves the stamp that ./muster compares the sources with.
#   eng/build.sh PROJECT
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

if ! command -v dotnet >/dev/null; then
  echo "muster: the .NET SDK 10 is needed to build (see global.json for the version)" >&2
  exit 127
fi

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
mkdir -p artifacts
log=$(mktemp)
# The stamp gets the time at which the build began, so that an edit during the build counts as newer.
begun=$(mktemp artifacts/.begun.XXXXXX)
trap 'rm -f -- "$log" "$begun"' EXIT

if ! dotnet build "$1" -c Release -v quiet -nologo -clp:NoSummary </dev/null >"$log" 2>&1; then
  sort -u -- "$log" | grep -E 'error|warning' >&2 || cat -- "$log" >&2
  echo "muster: the build failed" >&2
  exit 1
fi
mv -f -- "$begun" artifacts/.muster-built
