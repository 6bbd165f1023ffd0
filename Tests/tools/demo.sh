#!/usr/bin/env bash
# A whole session on the simulated device, in a new private directory under ./demo: plan, signature, session 1, log.
#   Tests/tools/demo.sh [DIRECTORY OF THE PROGRAMS]
set -euo pipefail
cd "$(dirname "$0")/../.."
programs=${1:-.build/release}
case $programs in /*) ;; *) programs=$PWD/$programs ;; esac
smpctl=$programs/smpctl
smpsim=$programs/smpsim

for program in "$smpctl" "$smpsim"; do
  [ -x "$program" ] || { echo "demo: $program is not built; run: make build" >&2; exit 1; }
done

umask 077
run=demo/$(date -u +%Y%m%dT%H%M%SZ)-$$
mkdir -p "$run"
ln -sfn "$(basename "$run")" demo/latest
# A socket's path may have 107 bytes, and ".stop" is added to this one.
socket=$PWD/$run/io.smpd
sockets=""
if [ ${#socket} -gt 100 ]; then
  sockets=$(mktemp -d)
  socket=$sockets/io.smpd
fi
export SMPD_SOCKET=$socket

daemon=""
stop_daemon() {
  [ -n "$daemon" ] || return 0
  kill -TERM "$daemon" 2>/dev/null || true
  local status=0
  wait "$daemon" || status=$?
  daemon=""
  return "$status"
}
leave() {
  local status=$?
  trap - EXIT INT TERM HUP
  if [ "$status" -ne 0 ]; then
    stop_daemon || true
    echo >&2
    echo "demo: failed with status $status; the last lines of $run/smpsim.log:" >&2
    tail -n 20 "$run/smpsim.log" >&2 || true
  fi
  # After a success the directory is kept: what is printed last names it.
  [ "$status" -eq 0 ] || [ -z "$sockets" ] || rm -rf "$sockets"
  exit "$status"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# What a person would type, shown and done; standard output goes on.
do_it() {
  local word line="\$ smpctl"
  for word in "$@"; do
    case $word in *' '*) line+=" \"$word\"" ;; *) line+=" $word" ;; esac
  done
  echo "$line" >&2
  "$smpctl" "$@"
}

ready() {
  local tries=0 state
  while [ "$tries" -lt 200 ]; do
    kill -0 "$daemon" 2>/dev/null || { echo "demo: smpsim ended before it was ready" >&2; return 1; }
    state=$("$smpctl" status --json 2>/dev/null || true)
    case $state in *'"state":"ready"'*) return 0 ;; esac
    tries=$((tries + 1))
    sleep 0.05
  done
  echo "demo: smpsim was not ready within 10 s; it says: ${state:-nothing}" >&2
  return 1
}

started=$SECONDS
echo "\$ smpsim serve --state $run/state --socket $socket --hand auto --fast &"
"$smpsim" serve --state "$run/state" --socket "$socket" --hand auto --fast >"$run/smpsim.log" 2>&1 &
daemon=$!
ready

do_it plan example >"$run/plan.yaml"
do_it plan check "$run/plan.yaml"
course=$(do_it plan import "$run/plan.yaml")
echo "$course"
do_it plan agree "$course" --by "Demo Practitioner"
do_it plan sign "$course" --by "Demo Practitioner" --consent DEMO-CONSENT
do_it lot add pigment DEMO-P1 --brand "Example Pigments" --shade "Ash 2" --expires 2099-12-31 --by "Demo Practitioner"
do_it lot add cartridge DEMO-C1 --brand Any --expires 2099-12-31 --by "Demo Practitioner"
do_it session start "$course" --operator "Demo Practitioner" --pigment-lot DEMO-P1 --cartridge DEMO-C1 --skin clear --watch
do_it session stop
do_it log verify
session=$("$smpctl" session list --json | sed -n 's/.*"session":"\([^"]*\)".*/\1/p')
[ -n "$session" ] || { echo "demo: the session is not listed" >&2; exit 1; }
do_it log export "$session" --format csv >"$run/dots.csv"
do_it log export "$session" --format jsonl >"$run/dots.jsonl"

echo "\$ kill $daemon"
stop_daemon || { status=$?; echo "demo: smpsim ended with status $status" >&2; exit "$status"; }

cat <<EOM

Done in $((SECONDS - started)) s. No skin, no needle: every record says that it is simulated. Here lies, also as demo/latest:
  $run/plan.yaml               the plan, as signed
  $run/state/journal.sqlite    the journal: sessions, dots, denials and events are views for any SQLite
  $run/dots.csv, dots.jsonl    every dot of the session
  $run/smpsim.log              what the daemon said

Try next:
  sqlite3 -readonly demo/latest/state/journal.sqlite "select zone, count(*) from dots group by zone"
  sqlite3 -readonly demo/latest/state/journal.sqlite "select * from denials limit 5"
Or go on where this ended. In one terminal, with a hand that waits until a session is armed:
  $programs/smpsim serve --state demo/latest/state --socket $socket --hand auto
and in another, at the pace of life:
  export SMPD_SOCKET=$socket PATH=\$PATH:$programs
  smpctl status
  smpctl log events
  smpctl plan example --practice
  smpctl stop --protective
EOM
