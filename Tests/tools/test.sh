#!/bin/bash
# Runs the test command given, and where something failed says it once more: a thousand lines may lie between a failure
# and the end, and whoever reads a log often has only its end. The last line is the command's own.
set -uo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$@" 2>&1 | tee "$log"
status=$?
if [ "$status" -ne 0 ]; then
  echo 'make: what failed:'
  grep -E -A 8 '^✘ Test .* recorded an issue|^[^ ]*: error: |unexpected signal|Fatal error' "$log" \
    | grep -E -v '^[◇✔]' | cut -c -2000 | tail -n 60
  grep -E '^[✘✔] Test run with' "$log" | tail -n 1
fi
exit "$status"
