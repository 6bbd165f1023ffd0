"""Places, and how to call a program."""
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HERE = ROOT / "Tests" / "Guest"
OUT = ROOT / ".build" / "guest"


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, **options)


def output(*command):
    return run(*command, stdout=subprocess.PIPE, text=True).stdout


def libraries(program):
    """Those that the loader of this machine takes for it, and the loader."""
    return [word for word in output("ldd", os.path.realpath(program)).split() if word.startswith("/")]


def say(text):
    print(f"guest: {text}", flush=True)


def is_made(target, sources, of=""):
    """Whether the target is there, was made of what is named, and is newer than all its sources."""
    made = mark(target)
    if not target.exists() or not made.exists() or made.read_text() != str(of):
        return False
    time = target.stat().st_mtime
    return all(os.path.exists(source) and os.path.getmtime(source) < time for source in sources)


def put(new, target, of=""):
    """In one step, so that what is there is whole. What it was made of may be older, and another."""
    os.replace(new, target)
    mark(target).write_text(str(of))


def mark(target):
    return target.with_name(target.name + ".made")
