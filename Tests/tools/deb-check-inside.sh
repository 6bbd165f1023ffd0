#!/bin/sh
# The part of deb-check.sh that runs as root of the Debian it made. Nothing here uses the network.
set -eu
cd /try

fail() {
  echo "deb-check: $*" >&2
  exit 1
}

step() { echo "deb-check: $*"; }

# quietly COMMAND...: says what it said only when it fails.
quietly() { "$@" >said 2>&1 || { cat said >&2 && fail "failed: $*"; }; }

# refused SENTENCE COMMAND...
refused() {
  sentence=$1
  shift
  if "$@" >said 2>&1; then fail "not refused: $*"; fi
  grep -q "$sentence" said || { cat said >&2 && fail "refused, but not because: $sentence"; }
  [ "$(installed)" = "$before" ] || fail "refused, and yet: $(installed)"
}

installed() { dpkg-query -f '${db:Status-Status} ${Version}' -W smpd; }
# Everything outside of what packages and people keep on writing.
everything() {
  find / -xdev \( -path /proc -o -path /try -o -path /dev -o -path /run -o -path /tmp -o -path /var/cache \
    -o -path /var/log -o -path /var/lib/dpkg -o -path /var/lib/apt \) -prune -o -print | sort
}

step "installing"
# What it needs first, so that afterwards only its own files are in question.
quietly apt-get satisfy -y "$(dpkg-deb -f first.deb Depends)" "$(dpkg-deb -f first.deb Recommends)"
everything >files.before
quietly apt-get install -y --install-recommends ./first.deb
before=$(installed)
[ "${before% *}" = installed ] || fail "$before"

step "programs, without a Swift runtime"
for program in smpd smpctl smpsim; do
  quietly $program --version
  if ldd "$(command -v $program)" | grep -E 'not found|swift'; then fail "$program needs more than Debian 12"; fi
done

step "user, groups, sockets, configuration"
getent passwd smpd | grep -q ':/usr/sbin/nologin$' || fail "no user smpd without a shell"
getent group smp >/dev/null || fail "no group smp"
for unit in sockets.target.wants/smpd.socket sockets.target.wants/smpd-stop.socket \
  multi-user.target.wants/smpd.service; do
  test -e /etc/systemd/system/$unit || fail "not enabled: $unit"
done
[ "$(stat -c '%a %U %G' /run/smpd)" = "755 root root" ] || fail "/run/smpd: $(stat -c '%a %U %G' /run/smpd)"
[ "$(dpkg-query -f '${Conffiles}' -W smpd | grep -c ' /etc/smpd/\(smpd\|limits\).yaml ')" -eq 2 ] || fail "conffiles"
quietly dpkg --verify smpd

step "refusing to go while a session is open"
smpsim serve --state /var/lib/smpd --socket /run/smpd/io.smpd >daemon.log 2>&1 &
daemon=$!
tries=0
until smpctl status >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ $tries -lt 1000 ] || { cat daemon.log >&2 && fail "the daemon does not answer"; }
done
course=$(smpctl plan import /usr/share/doc/smpd/examples/practice.yaml)
quietly smpctl plan sign "$course" --by "A. Technician"
quietly smpctl session start "$course" --operator "A. Technician" --pigment-lot P --cartridge C --skin clear
open="session $course-1 is open (armed)"
refused "$open" dpkg -i next.deb
refused "$open" dpkg -r smpd
refused "$open" dpkg -P smpd
smpctl status --json | grep -q '"state":"armed"' || fail "the session is no longer what it was"

step "refusing to go when the daemon does not answer"
kill -STOP $daemon
refused "does not say whether a session is open" dpkg -r smpd
kill -CONT $daemon

step "going by a person's word"
quietly env SMPD_END_SESSION=yes dpkg -i next.deb
[ "$(installed)" = "$before+next" ] || fail "$(installed)"
quietly smpctl session stop

step "going back and forth with the session ended, and what the clinic wrote stays"
echo '# ours' >>/etc/smpd/limits.yaml
quietly dpkg -i first.deb
[ "$(installed)" = "$before" ] || fail "$(installed)"
tail -n 1 /etc/smpd/limits.yaml | grep -q '# ours' || fail "limits.yaml was overwritten"

step "a socket that a killed daemon left keeps nobody"
kill -KILL $daemon
wait $daemon 2>/dev/null || true
test -S /run/smpd/io.smpd || fail "there is no such socket to try it with"
quietly dpkg -r smpd

step "removed: configuration and records stay"
for program in sbin/smpd bin/smpctl bin/smpsim; do test ! -e /usr/$program || fail "/usr/$program is left"; done
tail -n 1 /etc/smpd/limits.yaml | grep -q '# ours' || fail "limits.yaml is gone"

step "purged: records stay, and it is said where"
quietly dpkg -P smpd
grep -q 'the records stay in /var/lib/smpd' said || { cat said >&2 && fail "not said where the records are"; }
test -s /var/lib/smpd/journal.sqlite || fail "the records are gone"
test ! -e /etc/smpd || fail "/etc/smpd is left"
getent passwd smpd >/dev/null || fail "the user went before the records"

step "with the records deleted nothing is left"
rm -r /var/lib/smpd
quietly dpkg -i first.deb
quietly dpkg -P smpd
if grep records said; then fail "there were no records to speak of"; fi
everything >files.after
diff files.before files.after || fail "files are left (>) or gone (<)"
