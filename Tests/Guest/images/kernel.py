"""Debian's kernel, unpacked and not installed, and its modules."""
import lzma
import os
import shutil
import struct
from pathlib import Path

from common import OUT, output, run, say

IMAGE, FILES = OUT / "vmlinux", OUT / "kernel"


def make():
    """The uncompressed kernel boots through PVH, in half the time a bzImage takes."""
    if IMAGE.exists():
        return
    depends = output("apt-cache", "depends", "linux-image-amd64")
    package = next(line.split()[-1] for line in depends.splitlines() if "Depends:" in line)
    say(f"fetching {package}")
    store = OUT / "packages"
    store.mkdir(parents=True, exist_ok=True)
    run("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", package, cwd=store)
    archive = max(store.glob(f"{package}_*.deb"), key=os.path.getmtime)
    shutil.rmtree(FILES, ignore_errors=True)
    run("dpkg", "-x", archive, FILES)
    run("depmod", "-b", FILES, version())
    image = unpacked(next((FILES / "boot").glob("vmlinuz-*")).read_bytes())
    archive.unlink()
    # Last, and in one step: where it is, all the rest is.
    IMAGE.with_suffix(".new").write_bytes(image)
    os.replace(IMAGE.with_suffix(".new"), IMAGE)


def version():
    return next((FILES / "lib" / "modules").iterdir()).name


def unpacked(image):
    """The ELF file in a bzImage (kernel documentation, x86/boot: setup_sects, payload_offset, payload_length)."""
    sectors = image[0x1F1] or 4
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = (sectors + 1) * 512 + offset
    return lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(image[start:start + length])


def modules(*names):
    """The modules' files, each after those it needs; what is built into the kernel has none."""
    found = []
    for name in names:
        lines = output("/sbin/modprobe", "-d", FILES, "-S", version(), "--show-depends", name).splitlines()
        for words in map(str.split, lines):
            if words[0] == "insmod" and words[1] not in found:
                found.append(words[1])
    return [Path(path) for path in found]
