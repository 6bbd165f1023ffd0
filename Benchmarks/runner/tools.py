"""Building, starting and reading the programs that measure."""
import contextlib
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OUT = os.path.join(ROOT, "Benchmarks", "out")
# Another build directory than the one `make build` uses.
PROGRAMS = os.environ.get("SMPD_BENCH_PROGRAMS", os.path.join(ROOT, ".build", "release"))
PRODUCTS = ["smpctl", "smpsim", "smpd", "smpmock", "usbprobe", "bench-guard", "bench-journal", "bench-stop"]


class NotMeasured(Exception):
    """Something that should have been measured could not be; the text says why."""


def build():
    reference = os.path.join(ROOT, "Benchmarks", "reference")
    for name in sorted(os.listdir(reference)):
        base, kind = os.path.splitext(name)
        compiler = {".c": ["gcc", "-std=gnu11"], ".cpp": ["g++", "-std=c++20"]}.get(kind)
        if compiler:
            target = os.path.join(OUT, base)
            subprocess.run(compiler + ["-O2", "-Wall", "-Wextra", os.path.join(reference, name), "-o", target], check=True)
    flags = subprocess.run(["make", "-s", "release-flags"], check=True, capture_output=True, text=True, cwd=ROOT)
    for product in PRODUCTS:
        print(f"bench: building {product}", file=sys.stderr)
        command = [os.environ.get("SWIFT", "swift"), "build"] + shlex.split(flags.stdout) + ["--product", product]
        subprocess.run(command, check=True, stdout=sys.stderr, cwd=ROOT)


def program(name):
    path = os.path.join(PROGRAMS, name)
    if not os.access(path, os.X_OK):
        raise NotMeasured(f"{path} is not built")
    return path


def lines(command, limit=600):
    """The JSON lines a program prints."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        raise NotMeasured(f"{command[0]} took longer than {limit} s")
    if done.returncode != 0:
        raise NotMeasured(f"{os.path.basename(command[0])} ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def reference(name, *arguments):
    return lines([os.path.join(OUT, name), *map(str, arguments)])


def find(found, **wanted):
    for line in found:
        if all(line.get(key) == value for key, value in wanted.items()):
            return line
    raise NotMeasured(f"no line with {wanted}")


@contextlib.contextmanager
def directory():
    # On the disk that holds the build, not in a memory file system: what is durable is measured here.
    path = tempfile.mkdtemp(prefix="run.", dir=OUT)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def daemon():
    """A running `smpsim serve` with nobody at the device, in real time: its process id and its control socket."""
    # A socket's path may have 107 bytes, so it does not lie below the repository.
    with directory() as state, tempfile.TemporaryDirectory() as sockets:
        socket = os.path.join(sockets, "io.smpd")
        with open(os.path.join(state, "smpsim.log"), "w+") as log:
            command = [program("smpsim"), "serve", "--state", os.path.join(state, "state"), "--socket", socket]
            child = subprocess.Popen(command, stdout=log, stderr=log)
            try:
                wait_until_ready(child, socket, log)
                yield child.pid, socket
            finally:
                child.terminate()
                try:
                    child.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()


def wait_until_ready(child, socket, log):
    for _ in range(400):
        status = subprocess.run(
            [program("smpctl"), "status", "--json", "--socket", socket], capture_output=True, text=True)
        if '"state":"ready"' in status.stdout:
            return
        if child.poll() is not None:
            break
        time.sleep(0.025)
    log.seek(0)
    raise NotMeasured(f"smpsim serve was not ready: {log.read()[-300:]} {status.stdout[-300:]}")


FIRST_CORE, LAST_CORE = min(os.sched_getaffinity(0)), max(os.sched_getaffinity(0))


@contextlib.contextmanager
def on_core(core):
    """What is started here stays on one core: where the scheduler puts two processes matters more than what they do."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextlib.contextmanager
def busy():
    """Every core kept busy by a loop of ordinary priority."""
    loops = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def stops(count, client_core, server_core, *client_arguments):
    """Stops through the daemon's own listener: nanoseconds from call to submission, and the class of its thread."""
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as stack:
        socket = os.path.join(place, "stop")
        with on_core(server_core) if server_core is not None else contextlib.nullcontext():
            server = subprocess.Popen([program("bench-stop"), socket, str(count)], stdout=subprocess.PIPE, text=True)
        stack.callback(server.wait)
        stack.callback(server.kill)
        for _ in range(400):
            if os.path.exists(socket) or server.poll() is not None:
                break
            time.sleep(0.01)
        with on_core(client_core) if client_core is not None else contextlib.nullcontext():
            asked = reference("stop_client", socket, count, *client_arguments)[0]
        done = json.loads(server.communicate(timeout=10)[0])
    took = sorted(submitted - begin for begin, submitted in zip(asked["begins_ns"], done["submitted_ns"], strict=True))
    return took, done["class"], asked["class"]


def machine():
    def output(*command):
        with contextlib.suppress(OSError):
            return subprocess.run(command, capture_output=True, text=True).stdout.strip().splitlines()[:1]
        return []

    return {
        "cores": os.cpu_count(), "system": platform.platform(), "load_at_end": os.getloadavg()[0],
        "swift": "".join(output(os.environ.get("SWIFT", "swift"), "--version")),
        "commit": "".join(output("git", "-C", ROOT, "rev-parse", "--short", "HEAD")),
    }
