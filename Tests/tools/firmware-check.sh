#!/bin/sh
# Compiles what a device maker starts from (SMPModel, SMPWire, SMPFirmware) as Embedded Swift for a Cortex-M4, and
# checks that these targets import nothing but one another. Any error or warning fails. Takes about ten seconds.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
triple=armv7em-none-none-eabi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

command -v swiftc >/dev/null 2>&1 || {
  echo "firmware-check: swiftc is not in PATH; install a Swift 6.3 toolchain" >&2
  exit 1
}

# The imports. An access level or an attribute may stand before the word; other modules may not stand behind it.
foreign=$(grep -nE '^[[:space:]]*(@[A-Za-z_()]+[[:space:]]+)*((package|internal|public|private|fileprivate)[[:space:]]+)?import[[:space:]]' \
  "$root"/Sources/Core/SMPModel/*.swift "$root"/Sources/Device/SMPWire/*.swift \
  "$root"/Sources/Device/SMPFirmware/*.swift | grep -vE 'import[[:space:]]+(SMPModel|SMPWire)[[:space:]]*$' || true)
if [ -n "$foreign" ]; then
  echo "firmware-check: only SMPModel and SMPWire may be imported here:" >&2
  echo "$foreign" >&2
  exit 1
fi

# SMPWire below SMPFirmware, SMPModel below both.
if grep -nE 'import[[:space:]]+SMP' "$root"/Sources/Core/SMPModel/*.swift >&2 ||
  grep -nE 'import[[:space:]]+SMP(Wire|Firmware)' "$root"/Sources/Device/SMPWire/*.swift >&2; then
  echo "firmware-check: an import against the arrows" >&2
  exit 1
fi

compile() {
  module=$1
  shift
  if ! swiftc -target "$triple" -enable-experimental-feature Embedded -wmo -parse-as-library -Osize \
    -swift-version 6 -package-name smpd -module-name "$module" -strict-memory-safety -warnings-as-errors \
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault \
    -enable-upcoming-feature MemberImportVisibility -I "$out" -emit-module \
    -emit-module-path "$out/$module.swiftmodule" -c "$@" -o "$out/$module.o" >"$out/$module.log" 2>&1; then
    cat "$out/$module.log" >&2
    echo "firmware-check: $module does not compile as Embedded Swift" >&2
    exit 1
  fi
  if [ -s "$out/$module.log" ]; then
    cat "$out/$module.log" >&2
    echo "firmware-check: $module compiles with a word too many" >&2
    exit 1
  fi
}

compile SMPModel "$root"/Sources/Core/SMPModel/*.swift
compile SMPWire "$root"/Sources/Device/SMPWire/*.swift
compile SMPFirmware "$root"/Sources/Device/SMPFirmware/*.swift

# Flash and RAM before a linker throws away what a device does not use.
size=
for tool in llvm-size size; do
  if command -v "$tool" >/dev/null 2>&1 && "$tool" "$out/SMPWire.o" >/dev/null 2>&1; then
    size=$tool
    break
  fi
done
echo "firmware-check: Embedded Swift for $triple, before linking"
for module in SMPModel SMPWire SMPFirmware; do
  if [ -n "$size" ]; then
    "$size" "$out/$module.o" | awk -v module="$module" 'NR == 2 { printf "  %-12s text %6d  data %4d  bss %4d\n", module, $1, $2, $3 }'
  else
    printf '  %-12s object %6d bytes\n' "$module" "$(wc -c <"$out/$module.o")"
  fi
done
