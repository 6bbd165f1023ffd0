"""Places, and how to call a program."""
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HERE = ROOT / "Tests" / "Guest"
OUT = ROOT / ".build" / "guest"
PROGRAMS = ROOT / ".build" / "release"


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, **options)


def output(*command):
    return run(*command, stdout=subprocess.PIPE, text=True).stdout


def say(text):
    print(f"guest: {text}", flush=True)


def is_made(target, sources):
    """Whether the target is there and newer than all it is made of."""
    if not target.exists():
        return False
    made = target.stat().st_mtime
    return all(os.path.exists(source) and os.path.getmtime(source) < made for source in sources)
