"""smpd itself, through libusb and libudev, in front of simulated devices on the mock bus of the tests."""
import contextlib
import json
import os
import socket
import subprocess
import tempfile
import threading
import time

import tools

LIMITS = os.path.join(tools.ROOT, "systemd", "etc", "limits.yaml")
SERIAL = "SIM-0001"
# bRequest and the types of frames, as the Device protocol article has them.
STOP = 3
HELLO, DISARM, GRANT, VERSION, DOT_REQUESTED = 0x01, 0x0A, 0x0B, 0x83, 0xC1
# A watchdog as the unit file sets it, because its beats are wake-ups of an installed smpd too.
WATCHDOG_MICROSECONDS = "2000000"


class Talker:
    """A program that answers each line with a line."""

    def __init__(self, command, **options):
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options)

    def line(self):
        return self.child.stdout.readline().rstrip("\n")

    def say(self, line):
        try:
            self.child.stdin.write(line + "\n")
            self.child.stdin.flush()
        except BrokenPipeError:
            raise tools.NotMeasured(f"{self.child.args[-1]} has ended before: {line}")
        return self.line()

    def end(self):
        with contextlib.suppress(BrokenPipeError):
            self.child.stdin.close()
        try:
            self.child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


class Bus:
    def __init__(self, talker, directory):
        self.talker, self.directory = talker, directory

    @property
    def environment(self):
        return {**os.environ, "UMOCKDEV_DIR": self.directory, "SWIFT_BACKTRACE": "enable=no"}

    def ask(self, command):
        answer = json.loads(self.talker.say(command) or "{}")
        if not answer.get("ok"):
            raise tools.NotMeasured(f"smpmock, {command}: {answer.get('error', 'no answer')}")
        return answer

    def plug(self):
        self.ask(f"plug 1-1 {SERIAL}")

    def urbs(self, after=0):
        return self.ask(f"times {SERIAL} {after}")["urbs"]

    def last_urb(self):
        return max((urb["number"] for urb in self.urbs()), default=0)


@contextlib.contextmanager
def mock_bus():
    # Real time, so that the wait of the bus for a busy machine is not measured.
    talker = Talker([tools.program("smpmock"), "--realtime"], stderr=subprocess.DEVNULL)
    try:
        first = talker.line()
        if not first.startswith("UMOCKDEV_DIR="):
            raise tools.NotMeasured(f"smpmock made no bus: {first}")
        yield Bus(talker, first.split("=", 1)[1])
    finally:
        talker.end()


@contextlib.contextmanager
def probe(bus):
    """A client of libusb and nothing else, with the device in hand: what the mock bus itself costs."""
    talker = Talker(
        ["umockdev-wrapper", tools.program("usbprobe")], env=bus.environment, stderr=subprocess.DEVNULL)
    try:
        for line, answer in [(None, "ready"), ("open 1-1", "ok"), ("claim", "ok")]:
            found = talker.line() if line is None else talker.say(line)
            if found != answer:
                raise tools.NotMeasured(f"usbprobe, {line}: {found}")
        # As smpd asks it for its own threads. Who may not stays as it is, and so does smpd.
        with contextlib.suppress(PermissionError):
            os.sched_setscheduler(talker.child.pid, os.SCHED_FIFO, os.sched_param(20))
        yield talker
    finally:
        talker.end()


class Daemon:
    """`begun` and `ready` are times on CLOCK_MONOTONIC, in seconds."""

    def __init__(self, child, path, begun, ready):
        self.pid, self.socket, self.begun, self.ready = child.pid, path, begun, ready

    def smpctl(self, *arguments, text=None):
        command = [tools.program("smpctl"), *arguments, "--socket", self.socket]
        done = subprocess.run(command, capture_output=True, text=True, input=text)
        if done.returncode != 0:
            raise tools.NotMeasured(f"smpctl {' '.join(arguments)}: {done.returncode} {done.stdout} {done.stderr}"[-400:])
        return done.stdout

    def snapshot(self):
        return call(self.socket, "io.smpd.session.Describe")["snapshot"]

    def wait_for(self, state):
        self.wait_until(state, lambda snapshot: snapshot["state"] == state)

    def wait_until(self, what, holds, seconds=20):
        """The time on CLOCK_MONOTONIC when it was seen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            snapshot = self.snapshot()
            if holds(snapshot):
                return time.monotonic()
            time.sleep(0.001)
        raise tools.NotMeasured(f"smpd never came to {what} in {seconds} s: {snapshot}"[:400])

    def thread_class(self, name):
        names = {getattr(os, word): word for word in ("SCHED_OTHER", "SCHED_FIFO", "SCHED_RR")}
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            if read(f"/proc/{self.pid}/task/{thread}/comm").strip() == name:
                return names.get(os.sched_getscheduler(int(thread)) & ~os.SCHED_RESET_ON_FORK, "another class")
        raise tools.NotMeasured(f"smpd has no thread {name}")


def read(path):
    with open(path) as file:
        return file.read()


def call(path, method):
    """One call of the control interface, without a process of its own."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(path)
        connection.sendall(json.dumps({"method": method}).encode() + b"\0")
        reply = b""
        while not reply.endswith(b"\0"):
            piece = connection.recv(65536)
            if not piece:
                raise tools.NotMeasured(f"smpd hung up in {method}")
            reply += piece
    answer = json.loads(reply[:-1])
    if "error" in answer:
        raise tools.NotMeasured(f"{method}: {answer}")
    return answer["parameters"]


@contextlib.contextmanager
def smpd(bus, state):
    """A running smpd that has said READY=1; its state directory is `state`."""
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as stack:
        manager = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        manager.bind(os.path.join(place, "notify"))
        manager.settimeout(20)
        path = os.path.join(place, "io.smpd")
        environment = {
            **bus.environment, "NOTIFY_SOCKET": os.path.join(place, "notify"), "WATCHDOG_USEC": WATCHDOG_MICROSECONDS}
        log = stack.enter_context(open(os.path.join(place, "log"), "w+"))
        command = ["umockdev-wrapper", tools.program("smpd"), "--training"]
        command += ["--state", state, "--socket", path, "--limits", LIMITS]
        begun = time.monotonic()
        child = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        stack.callback(end, child)
        try:
            while b"READY=1" not in manager.recv(4096):
                pass
        except TimeoutError:
            log.seek(0)
            raise tools.NotMeasured(f"smpd was not ready: {log.read()[-300:]}")
        ready = time.monotonic()
        stack.enter_context(heard(manager, environment["NOTIFY_SOCKET"]))
        yield Daemon(child, path, begun, ready)


@contextlib.contextmanager
def heard(manager, path):
    """Somebody has to listen, or the beats fill the socket."""

    def hear():
        # An empty datagram, which smpd never sends, is the end.
        while manager.recv(4096):
            pass

    manager.settimeout(None)
    listener = threading.Thread(target=hear, daemon=True)
    listener.start()
    try:
        yield
    finally:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
            own.sendto(b"", path)
        listener.join()


def end(child):
    child.terminate()
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def boottime_offset():
    """Nanoseconds from CLOCK_MONOTONIC, which the clients read, to CLOCK_BOOTTIME, which smpmock reads."""
    return min(
        time.clock_gettime_ns(time.CLOCK_BOOTTIME) - time.clock_gettime_ns(time.CLOCK_MONOTONIC) for _ in range(200))


def percentile(sorted_values, share):
    return sorted_values[int((len(sorted_values) - 1) * share)]
