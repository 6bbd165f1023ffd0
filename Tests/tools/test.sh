#!/usr/bin/env bash
# Runs the test command given, in three parts: the tests on a real kernel in real time, with nothing beside them; then the
# Debian with the package, whose time is its own, beside all others. Where something failed it is said
# once more: a thousand lines may lie between a failure and the end, and whoever reads a log often has only its end. The
# last line is the command's own.
set -euo pipefail

# Of the programs that are there anyway: a release build would take longer than all else.
if "${MAKE:-make}" --no-print-directory guests BUILD=.build/debug; then
  has_guests=yes
elif [ -n "${CI:-}" ]; then
  echo 'make: nothing is left out under CI, and no guest could be made' >&2
  exit 1
else
  echo 'make: no guest can be made here, see above: the tests on a real kernel are left out'
  has_guests=no
fi

# Nothing is built here: two may read what was.
set -- "$@" --ignore-lock
logs=$(mktemp -d)
installed=
# Whoever ends this ends what runs beside it.
trap '[ -z "$installed" ] || kill "$installed" 2>/dev/null || true; rm -rf "$logs"' EXIT
status=0
: >"$logs/kernel"
: >"$logs/installed"
if [ "$has_guests" = yes ]; then
  echo 'make: testing on a real kernel'
  SMPD_GUESTS=all "$@" --filter KernelTests 2>&1 | tee "$logs/kernel" || status=$?
  SMPD_GUESTS=all "$@" --filter InstalledTests >"$logs/installed" 2>&1 &
  installed=$!
fi
echo 'make: testing'
"$@" --skip 'KernelTests|InstalledTests' 2>&1 | tee "$logs/all" || status=$?
if [ -n "$installed" ]; then
  echo 'make: tested meanwhile, the package on a Debian'
  wait "$installed" || status=$?
  installed=
  cat "$logs/installed"
fi
if [ "$status" -ne 0 ]; then
  echo 'make: what failed:'
  { cat "$logs/kernel" "$logs/all" "$logs/installed" \
    | grep -E -A 8 '^✘ Test .* recorded an issue|^[^ ]*: error: |unexpected signal|Fatal error' || true; } \
    | { grep -E -v '^[◇✔]' || true; } | cut -c -2000 | tail -n 60
fi
grep -E '^[✘✔] Test run with' "$logs/all" | tail -n 1 || true
exit "$status"
