#!/usr/bin/env bash
# Runs the test command given, with guests for the tests on a real kernel, and where something failed says it once more:
# a thousand lines may lie between a failure and the end, and whoever reads a log often has only its end. The last line is
# the command's own.
set -euo pipefail

# Of the programs that are there anyway: a release build would take longer than all else.
if "${MAKE:-make}" --no-print-directory guests BUILD=.build/debug; then
  export SMPD_GUESTS=all
elif [ -n "${CI:-}" ]; then
  echo 'make: nothing is left out under CI, and no guest could be made' >&2
  exit 1
else
  echo 'make: no guest can be made here, see above: the tests on a real kernel are left out'
fi

echo 'make: testing'
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if "$@" 2>&1 | tee "$log"; then exit 0; else status=$?; fi
echo 'make: what failed:'
{ grep -E -A 8 '^✘ Test .* recorded an issue|^[^ ]*: error: |unexpected signal|Fatal error' "$log" || true; } \
  | { grep -E -v '^[◇✔]' || true; } | cut -c -2000 | tail -n 60
grep -E '^[✘✔] Test run with' "$log" | tail -n 1 || true
exit "$status"
