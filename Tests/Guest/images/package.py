"""The disk with the package. Programs of a debug build need the toolchain's libraries, at the very place where they are
here: they come along, and a clinic's workstation never sees any."""
import os
import tarfile

from common import HERE, OUT, is_made, libraries, put

DISK = OUT / "package.tar"
# Where the guest unpacks it to, from its root.
PLACE = "root/"


def make(programs, package):
    # A package of the same programs may be older than the last.
    if is_made(DISK, [package, *HERE.glob("images/*.py")], of=package):
        return []
    new = DISK.with_suffix(".new")
    with tarfile.open(new, "w") as disk:
        disk.add(package, PLACE + package.name, filter=roots)
        for library in sorted(runtime(programs)):
            disk.add(os.path.realpath(library), library.lstrip("/"), filter=roots)
    put(new, DISK, of=package)
    return ["package"]


def runtime(programs):
    """Swift's own libraries, empty for programs that need none; all else is Debian's."""
    found = {library for program in ("smpd", "smpctl", "smpsim") for library in libraries(programs / program)}
    folder = next((os.path.dirname(library) for library in found if library.endswith("/libswiftCore.so")), None)
    return {library for library in found if folder and os.path.dirname(library) == folder}


def roots(member):
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member
