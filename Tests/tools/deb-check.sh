#!/bin/sh
# The package in a plain Debian 12: installed, asked to go while a session is open, upgraded, removed and purged. Needs
# root; the network only once, for the Debian that is kept beside the package.
#   Tests/tools/deb-check.sh .build/deb/smpd_0.1.0_amd64.deb
set -eu

fail() {
  echo "deb-check: $*" >&2
  exit 1
}

step() { echo "deb-check: $*"; }

[ "$(id -u)" -eq 0 ] || fail "needs root, for a Debian of its own: sudo make deb-check"
package=$(realpath "$1")

step "lintian"
lintian --allow-root --fail-on error,warning "$package"

# What it needs of Debian decides which Debian it is tried in, so that this needs no network the next time.
needs=$(dpkg-deb -f "$package" Depends Recommends | cksum | cut -d ' ' -f 1)
debian=$(dirname "$package")/debian12-$needs.tar
if ! [ -e "$debian" ]; then
  step "getting Debian 12"
  rm -f "$(dirname "$package")"/debian12-*.tar
  mmdebstrap --quiet --format=tar --variant=apt --skip=cleanup/apt --customize-hook="copy-in $package /var/cache" \
    --customize-hook="chroot \"\$1\" apt-get install -qq --install-recommends --download-only /var/cache/$(basename "$package")" \
    --customize-hook="rm \"\$1/var/cache/$(basename "$package")\"" bookworm "$debian.new"
  mv "$debian.new" "$debian"
fi

root=$(mktemp -d /tmp/smpd-deb-XXXXXXXX)
trap 'rm -rf --one-file-system "$root"' EXIT
tar -xf "$debian" -C "$root" --exclude './dev/*'
mkdir -p "$root/try"
cp "$package" "$root/try/first.deb"
cp "$(dirname "$0")/deb-check-inside.sh" "$root/try/inside.sh"

# The next version: the same programs.
dpkg-deb -R "$package" "$root/try/next"
sed -i 's/^Version: .*/&+next/' "$root/try/next/DEBIAN/control"
dpkg-deb -Znone -b "$root/try/next" "$root/try/next.deb" >/dev/null
rm -r "$root/try/next"

# Processes and mounts end with it; there is no network in it.
unshare --mount --pid --net --fork --kill-child sh -eu -c '
  mount --make-rprivate /
  mount --bind "$0" "$0"
  mount -t proc proc "$0/proc"
  mount -t tmpfs tmpfs "$0/run"
  mount --bind /dev "$0/dev"
  exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot "$0" /try/inside.sh
' "$root"
step "passed"
