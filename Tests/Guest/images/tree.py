"""A root directory in the making, packed as an initramfs."""
import os
import shutil
import subprocess

from common import OUT, libraries, output, put, run

FOLDERS = ["bin", "sbin", "etc", "proc", "sys", "dev", "run", "tmp", "usr/bin", "usr/sbin", "lib", "lib64", "var"]


class Tree:
    def __init__(self, name):
        self.path = OUT / name
        shutil.rmtree(self.path, ignore_errors=True)
        for folder in FOLDERS:
            (self.path / folder).mkdir(parents=True)
        os.chmod(self.path, 0o755)
        self.libraries = set()

    def copy(self, source, target=None, mode=0o755):
        target = self.path / str(target or source).lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(os.path.realpath(source), target)
        os.chmod(target, mode)
        return target

    def program(self, source, target=None, strip=False):
        """With its libraries."""
        copied = self.copy(source, target)
        if strip:
            run("strip", "--strip-all", copied)
        for library in set(libraries(source)) - self.libraries:
            self.libraries.add(library)
            self.copy(library)

    def write(self, target, text, mode=0o644):
        path = self.path / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.chmod(path, mode)

    def busybox(self):
        self.copy("/bin/busybox")
        for applet in output("/bin/busybox", "--list").split():
            if applet != "busybox":
                (self.path / "bin" / applet).symlink_to("busybox")

    def modules(self, files):
        """In the order in which they are to be loaded: busybox knows no dependencies."""
        names = [f"{number:02}-{file.name}" for number, file in enumerate(files)]
        for file, name in zip(files, names):
            self.copy(file, f"lib/modules/{name}", 0o644)
        self.write("lib/modules/order", "".join(f"{name}\n" for name in names))

    def pack(self, target, of=""):
        """Uncompressed, because it is read from memory; everything belongs to root."""
        new = target.with_suffix(".new")
        with open(new, "wb") as file, subprocess.Popen(
                ["find", ".", "-mindepth", "1", "-print0"], cwd=self.path, stdout=subprocess.PIPE) as names:
            run("cpio", "--null", "-o", "--quiet", "-H", "newc", "-R", "0:0", cwd=self.path, stdin=names.stdout,
                stdout=file)
        shutil.rmtree(self.path)
        put(new, target, of)
