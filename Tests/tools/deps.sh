#!/bin/sh
# Installs what is missing for `build`, `test`, `bench`, `deb`, `deb-check` or `guest`; says nothing and needs no network
# when nothing is.
#   Tests/tools/deps.sh build test bench
set -eu
cd "$(dirname "$0")/../.."

fail() {
  echo "deps: $*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

missing=""
# want PACKAGE COMMAND...: the Debian package that makes the command succeed.
want() {
  package=$1
  shift
  "$@" >/dev/null 2>&1 || missing="$missing $package"
}

wants() {
  case $1 in
  build)
    want libsqlite3-dev test -e /usr/include/sqlite3.h
    want pkg-config has pkg-config
    want libusb-1.0-0-dev test -e /usr/include/libusb-1.0/libusb.h
    want libudev-dev test -e /usr/include/libudev.h
    # Man pages are made of what the programs say.
    want python3 has python3
    ;;
  deb)
    want debhelper has dh
    want dpkg-dev has dpkg-buildpackage
    want python3 has python3
    ;;
  test)
    # A Varlink client and certification server that are not ours.
    want python3 has python3
    want python3-pip python3 -m pip --version
    # The service manager's own judgement of our units, and udev's of our rules before a device that is none.
    want systemd has systemd-analyze
    want udev has udevadm
    # Two judges of man pages.
    want man-db has man
    want mandoc has mandoc
    # A mock USB bus under real libusb and udev.
    want libumockdev-dev test -e /usr/include/umockdev-1.0/umockdev.h
    want umockdev has umockdev-wrapper
    # A browser people use, and letters for it: what a report looks like is not ours to say.
    want chromium has chromium
    # Statistics that are not ours, for the exports.
    want python3-pandas /usr/bin/python3 -c 'import pandas'
    want fonts-dejavu-core test -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
    ;;
  bench)
    want g++ has g++
    want gcc has gcc
    want python3 has python3
    # The mock USB bus smpd is measured on.
    want libumockdev-dev test -e /usr/include/umockdev-1.0/umockdev.h
    want umockdev has umockdev-wrapper
    ;;
  deb-check)
    want lintian has lintian
    want mmdebstrap has mmdebstrap
    ;;
  guest)
    # A virtual machine, and what its kernel and first root directory are made with.
    want qemu-system-x86 has qemu-system-x86_64
    want busybox-static test -x /bin/busybox
    want kmod test -x /sbin/modprobe
    want cpio has cpio
    want udev test -x /bin/udevadm
    want usbutils has lsusb
    # A whole Debian.
    want mmdebstrap has mmdebstrap
    want e2fsprogs has mke2fs
    want binutils has strip
    ;;
  *) fail "unknown group $1; there are build, test, bench, deb, deb-check and guest" ;;
  esac
}

install_missing() {
  has apt-get || fail "missing:$missing (names as in Debian). Install them with your package manager and run this again."
  sudo=""
  if [ "$(id -u)" -ne 0 ]; then
    has sudo || fail "missing:$missing. Become root, or run: apt-get install$missing"
    sudo=sudo
  fi
  echo "deps: installing$missing"
  log=$(mktemp)
  # The list of packages holds names only, to be split into words.
  # shellcheck disable=SC2086
  if ! { $sudo apt-get update && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail "could not install$missing"
  fi
  rm -f "$log"
}

check_swift() {
  has swift || fail "no Swift toolchain; get 6.3 from https://www.swift.org/install"
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
  major=${version%%.*}
  minor=${version#*.}
  if [ "${major:-0}" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 3 ]; }; then
    fail "Swift ${version:-of unknown version} is too old; 6.3 is needed: https://www.swift.org/install"
  fi
}

check_swift
for group in "$@"; do wants "$group"; done
[ -z "$missing" ] || install_missing

case " $* " in
*" test "*) Tests/tools/varlink-python.sh >/dev/null || fail "PyPI's varlink is needed by the tests of the control protocol" ;;
esac
