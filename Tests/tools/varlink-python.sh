#!/bin/sh
# Puts PyPI's varlink, the reference implementation, where the conformance tests can use it, and prints the directory
# for PYTHONPATH. Installed once and reused. On failure the reason is on standard error.
#
# SMPD_BUILD_PYTHON: where to keep it; .build-python at the top of the repository by default (ignored by git).
set -eu

version=31.0.0
root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/../.." && pwd)
keep=${SMPD_BUILD_PYTHON:-$root/.build-python}
target=$keep/varlink-$version

if [ ! -f "$target/varlink/tests/test_certification.py" ]; then
  command -v python3 >/dev/null || { echo "python3 is missing: install python3" >&2; exit 1; }
  python3 -m pip --version >/dev/null 2>&1 || { echo "pip is missing: install python3-pip" >&2; exit 1; }
  mkdir -p "$keep"
  # Beside its place and then renamed, so that two tests at once never see half of it.
  fresh=$(mktemp -d "$keep/fresh.XXXXXX")
  trap 'rm -rf "$fresh"' EXIT
  python3 -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --target "$fresh" \
    "varlink==$version" >&2 || { echo "varlink $version cannot be installed from PyPI" >&2; exit 1; }
  mv -T "$fresh" "$target" 2>/dev/null || [ -f "$target/varlink/tests/test_certification.py" ]
fi
echo "$target"
