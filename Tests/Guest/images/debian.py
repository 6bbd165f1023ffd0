"""A whole Debian 12 with systemd as its first process. Cached; each test boots it as it was made."""
import shutil
from pathlib import Path

import kernel
from common import HERE, OUT, is_made, put, run, say
from tree import Tree

ROOT_IMAGE, STAGE_ONE = OUT / "debian.ext4", OUT / "debian.cpio"
SUITE, MIRROR = "bookworm", "http://deb.debian.org/debian"
# What the package depends on, so that the guest needs no network; and what a clinic's workstation has beside.
PACKAGES = [
    "apt", "systemd", "systemd-sysv", "udev", "init-system-helpers", "adduser", "kmod", "procps", "libusb-1.0-0", "libudev1",
    "libsqlite3-0", "libstdc++6", "usbutils", "usbip", "socat"]
# The bus on which another machine's device is attached; and the test's way to the bench.
MODULES = ["vhci-hcd", "virtio_console"]
# Nothing happens by itself in a guest that lives for a minute.
MASKED = [
    "apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "fstrim.timer",
    "man-db.timer", "systemd-tmpfiles-clean.timer", "getty@tty1.service", "serial-getty@ttyS0.service",
    "systemd-networkd-wait-online.service", "e2scrub_reap.service"]
# Any will do, as long as it is there: systemd would make one and say so.
MACHINE = "736d7064736d7064736d7064736d7064"
PEOPLE = [("practitioner", 1001), ("stranger", 1002)]


def make():
    kernel.make()
    sources = [*HERE.glob("debian/*"), *HERE.glob("images/*.py"), HERE / "agent"]
    if is_made(ROOT_IMAGE, sources) and is_made(STAGE_ONE, sources):
        return []
    stage_one()
    say(f"making a Debian {SUITE} with systemd")
    files = overlay()
    new = ROOT_IMAGE.with_suffix(".new")
    with open(new, "wb") as file:
        file.truncate(1200 << 20)
    hooks = [f'copy-in "{part}" /' for part in sorted(files.iterdir())]
    hooks += ['chroot "$1" depmod ' + kernel.version(), 'chroot "$1" systemctl --quiet mask ' + " ".join(MASKED)]
    hooks += [f'chroot "$1" useradd -m -u {number} -s /bin/sh {name}' for name, number in PEOPLE]
    hooks += ['chroot "$1" systemctl --quiet enable guest-agent.service']
    # mmdebstrap's own, for the time of the making.
    hooks += ['rm "$1"/usr/sbin/policy-rc.d', 'rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/*']
    # With mmdebstrap's own rights, so that every file keeps its owner whoever calls; bound elsewhere, because /proc is
    # mounted in it.
    bare = OUT / "debian.bare"
    bare.mkdir(exist_ok=True)
    hooks += [
        f'mount --bind "$1" "{bare}"', f'mke2fs -q -F -t ext4 -O ^has_journal,^metadata_csum -d "{bare}" "{new}"',
        f'umount "{bare}"']
    command = ["mmdebstrap", "--quiet", "--variant=essential", f"--include={','.join(PACKAGES)}", "--format=null"]
    command += [f"--customize-hook={hook}" for hook in hooks]
    run(*command, SUITE, "-", "-", input=repositories(), text=True)
    shutil.rmtree(files)
    bare.rmdir()
    put(new, ROOT_IMAGE)
    return ["debian"]


def repositories():
    """This machine's, where it is a Debian of that release: they may be a mirror of its network."""
    with open("/etc/os-release") as file:
        is_ours = f"VERSION_CODENAME={SUITE}" in file.read()
    found = Path("/etc/apt/sources.list.d/debian.sources")
    if is_ours and found.exists():
        return found.read_text()
    return f"deb {MIRROR} {SUITE} main\n"


def overlay():
    """What is laid over Debian."""
    tree = Tree("debian.files")
    for folder in list(tree.path.iterdir()):
        shutil.rmtree(folder)
    version = kernel.version()
    for file in kernel.modules(*MODULES):
        tree.copy(file, f"usr/lib/modules/{version}/{file.name}", 0o644)
    for name in ("modules.builtin", "modules.builtin.modinfo", "modules.order"):
        tree.copy(kernel.FILES / "lib/modules" / version / name, f"usr/lib/modules/{version}/{name}", 0o644)
    tree.copy(HERE / "agent", "usr/local/sbin/guest-agent")
    tree.copy(HERE / "debian" / "guest-agent.service", "etc/systemd/system/guest-agent.service", 0o644)
    tree.copy(HERE / "debian" / "volatile.conf", "etc/systemd/journald.conf.d/volatile.conf", 0o644)
    tree.write("etc/machine-id", MACHINE + "\n")
    tree.write("etc/hostname", "clinic\n")
    return tree.path


def stage_one():
    """Finds the root file system and goes there."""
    tree = Tree("stage1.root")
    tree.busybox()
    tree.modules(kernel.modules("virtio_pci", "virtio_blk", "ext4", "overlay"))
    tree.copy(HERE / "debian" / "init", "init")
    tree.pack(STAGE_ONE)
