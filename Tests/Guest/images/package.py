"""The disk with the package. Programs of a debug build need the toolchain's libraries, at the very place where they are
here: they come along, and a clinic's workstation never sees any."""
import os
import shutil
import subprocess

from common import HERE, OUT, is_made, libraries, put, run

DISK = OUT / "package.ext4"
# Shown by the guest at the place they have here.
RUNTIME = "runtime"


def make(programs, package):
    # A package of the same programs may be older than the last.
    if is_made(DISK, [package, *HERE.glob("images/*.py")], of=package):
        return []
    files, new = OUT / "package.files", DISK.with_suffix(".new")
    shutil.rmtree(files, ignore_errors=True)
    (files / RUNTIME).mkdir(parents=True)
    repack(package, files)
    found = runtime(programs)
    for library in found:
        shutil.copy(os.path.realpath(library), files / RUNTIME / os.path.basename(library))
    put_in_place(files, {os.path.dirname(library) for library in found})
    size = sum(file.stat().st_size for file in files.rglob("*") if file.is_file())
    with open(new, "wb") as file:
        file.truncate(size + size // 20 + (4 << 20))
    run("mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal", "-E", "root_owner=0:0", "-d", files, new)
    shutil.rmtree(files)
    put(new, DISK, of=package)
    return ["package"]


def repack(package, files):
    """The same package, packed so that an emulated processor has it out in seconds."""
    whole = OUT / "package.whole"
    shutil.rmtree(whole, ignore_errors=True)
    run("dpkg-deb", "--raw-extract", package, whole)
    run("dpkg-deb", "-Zzstd", "-z1", "--root-owner-group", "--build", whole, files / package.name, stdout=subprocess.DEVNULL)
    shutil.rmtree(whole)


def put_in_place(files, folders):
    """What the guest's root runs once the disk is mounted at /mnt."""
    lines = ["#!/bin/sh", "set -eu", "cp -s /mnt/*.deb /root"]
    for folder in sorted(folders):
        lines += [f"mkdir -p '{folder}'", f"mount --bind /mnt/{RUNTIME} '{folder}'"]
    (files / "put").write_text("\n".join(lines) + "\n")


def runtime(programs):
    """Swift's own libraries, empty for programs that need none; all else is Debian's."""
    found = {library for program in ("smpd", "smpctl", "smpsim") for library in libraries(programs / program)}
    folder = next((os.path.dirname(library) for library in found if library.endswith("/libswiftCore.so")), None)
    return {library for library in found if folder and os.path.dirname(library) == folder}
