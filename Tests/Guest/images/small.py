"""A kernel, busybox, udevd and the project: boots in two seconds."""
import os

import kernel
from common import HERE, OUT, ROOT, is_made
from tree import Tree

IMAGE = OUT / "small.cpio"
UDEV_RULES = ["/lib/udev/rules.d/50-udev-default.rules", ROOT / "udev/60-smpd.rules", ROOT / "udev/72-smpd.rules"]
# Beside root: the daemon, a member of smp, and somebody.
USERS = [("smpd", 990, 990), ("practitioner", 1001, 1001), ("stranger", 1002, 1002)]
# What Debian's rules name, numbered as they come, and ours.
SYSTEM_GROUPS = [
    "tty", "dialout", "kmem", "input", "sgx", "video", "audio", "render", "kvm", "disk", "floppy", "cdrom", "tape", "lp"]


def make(folder):
    kernel.make()
    programs = [folder / name for name in ("smpd", "smpctl")]
    sources = [*programs, *UDEV_RULES, *HERE.glob("small/*"), *HERE.glob("images/*.py"), HERE / "agent"]
    if is_made(IMAGE, sources, of=folder):
        return []
    tree = Tree("small.root")
    tree.busybox()
    tree.modules(kernel.modules("xhci-pci"))
    tree.program("/bin/udevadm")
    (tree.path / "sbin" / "udevd").symlink_to("/bin/udevadm")
    for rules in UDEV_RULES:
        tree.copy(rules, f"lib/udev/rules.d/{os.path.basename(rules)}", 0o644)
    tree.program(programs[0], "usr/sbin/smpd", strip=True)
    tree.program(programs[1], "usr/bin/smpctl", strip=True)
    tree.program("/usr/bin/lsusb")
    for name in ("smpd.yaml", "limits.yaml"):
        tree.copy(ROOT / "systemd" / "etc" / name, f"etc/smpd/{name}", 0o644)
    accounts(tree)
    tree.copy(HERE / "agent", "bin/agent")
    tree.copy(HERE / "small" / "init", "init")
    tree.pack(IMAGE, of=folder)
    return ["small"]


def accounts(tree):
    people = "".join(f"{name}:x:{user}:{group}::/tmp:/bin/sh\n" for name, user, group in USERS)
    tree.write("etc/passwd", "root:x:0:0::/:/bin/sh\n" + people)
    groups = [f"{name}:x:{number}:" for number, name in enumerate(SYSTEM_GROUPS, start=20)]
    groups += [f"{name}:x:{group}:" for name, _, group in USERS]
    tree.write("etc/group", "\n".join(["root:x:0:", *groups, "smp:x:980:practitioner,smpd"]) + "\n")
    tree.write("etc/nsswitch.conf", "passwd: files\ngroup: files\n")
