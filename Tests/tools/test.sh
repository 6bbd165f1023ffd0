#!/usr/bin/env bash
# Runs the test command given: first the tests on a real kernel, each of whose machines has a processor to itself, then all
# others. Where something failed it is said once more: a thousand lines may lie between a failure and the end, and whoever
# reads a log often has only its end. The last line is the command's own.
set -euo pipefail

# Of the programs that are there anyway: a release build would take longer than all else.
guests='KernelTests|InstalledTests'
if "${MAKE:-make}" --no-print-directory guests BUILD=.build/debug; then
  has_guests=yes
elif [ -n "${CI:-}" ]; then
  echo 'make: nothing is left out under CI, and no guest could be made' >&2
  exit 1
else
  echo 'make: no guest can be made here, see above: the tests on a real kernel are left out'
  has_guests=no
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
if [ "$has_guests" = yes ]; then
  echo 'make: testing on a real kernel'
  SMPD_GUESTS=all "$@" --filter "$guests" 2>&1 | tee "$log" || status=$?
fi
echo 'make: testing'
"$@" --skip "$guests" 2>&1 | tee -a "$log" || status=$?
[ "$status" -ne 0 ] || exit 0
echo 'make: what failed:'
{ grep -E -A 8 '^✘ Test .* recorded an issue|^[^ ]*: error: |unexpected signal|Fatal error' "$log" || true; } \
  | { grep -E -v '^[◇✔]' || true; } | cut -c -2000 | tail -n 60
grep -E '^[✘✔] Test run with' "$log" | tail -n 1 || true
exit "$status"
