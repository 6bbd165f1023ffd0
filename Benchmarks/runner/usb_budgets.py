"""The budget rows of smpd in front of the mock USB bus.

The bus is umockdev's: each ioctl of smpd travels over a socket to another process and back, which a kernel would not do.
So each row says what a bare libusb client pays for the same way through the same bus in the same run.
"""
import concurrent.futures
import contextlib
import os
import statistics
import subprocess
import time

import tools
import usb
from budgets import row

# Of them one in a thousand is the tail that is held to a budget.
STOPS, STOPS_BUSY = 1000, 2000
# Microseconds from one stop's answer to the next stop: a transfer that is still under way is not put on EP0 twice.
PAUSE = 3000
# Both are paused as the other is: a machine that slept in between is slower than one that is asked in a tight loop.
PROBES = 1000
DOTS = 300
# Milliseconds from dot to dot: faster than any hand, so that the row does not take minutes.
PACE = 60
# What a dot takes with all that belongs to it, in seconds: the pace of the reference beside it.
DOT_SECONDS = 0.2
# A session may need a person's help on a busy machine; so long it is waited for its dots, in seconds.
DOTS_WITHIN = 180
STARTS = 15
WATCHED_SECONDS = 20


def matched(begins, urbs, request):
    """Nanoseconds from each beginning to the first URB of that request before the next one."""
    arrivals = sorted(urb["submittedNanoseconds"] for urb in urbs if urb["request"] == request)
    took, place = [], 0
    for begin, following in zip(begins, begins[1:] + [begins[-1] + 1_000_000_000]):
        while place < len(arrivals) and arrivals[place] < begin:
            place += 1
        if place < len(arrivals) and arrivals[place] < following:
            took.append(arrivals[place] - begin)
    if len(took) < 0.9 * len(begins):
        raise tools.NotMeasured(f"of {len(begins)} requests only {len(took)} were seen on the bus")
    return sorted(took)


def bare_requests():
    """What the bus alone costs: microseconds from libusb's call to the URB at the mock (p50, p99.9), and there and back."""
    with usb.mock_bus() as bus:
        bus.plug()
        with usb.probe(bus) as probe:
            spent, begins = bare_stops(probe)
            took = matched(begins, bus.urbs(), usb.STOP)
    return took[len(took) // 2] / 1000, usb.percentile(took, 0.999) / 1000, spent[len(spent) // 2]


def bare_stops(probe):
    """Stops of a bare client, each after a rest: sorted microseconds there and back, and when each began."""
    spent, begins = [], []
    for _ in range(PROBES):
        time.sleep(PAUSE / 1_000_000)
        words = probe.say(f"begins 0x41 {usb.STOP} 1").split()
        if words[0] != "ok":
            raise tools.NotMeasured(f"usbprobe, begins: {words[0]}")
        spent.append(int(words[1]))
        begins.append(int(words[3]))
    return sorted(spent), begins


def stops(count, wish="ordinary"):
    """Stops through smpd's own socket to EP0: sorted microseconds, the classes of its thread and of the client."""
    with tools.directory() as place, usb.mock_bus() as bus:
        bus.plug()
        with usb.smpd(bus, os.path.join(place, "state")) as daemon:
            daemon.wait_for("ready")
            last = bus.last_urb()
            asked = tools.reference("stop_client", daemon.socket + ".stop", count, wish, PAUSE)[0]
            offset = usb.boottime_offset()
            took = matched([begin + offset for begin in asked["begins_ns"]], bus.urbs(last), usb.STOP)
            return [nanoseconds / 1000 for nanoseconds in took], daemon.thread_class("smp-stop"), asked["class"]


def usb_stop():
    def raw_of(wish):
        return tools.reference("pingpong", STOPS, 64, 64, -1, wish, PAUSE)[0]

    def listener():
        """The daemon's stop listener over no bus at all."""
        took, *_ = tools.stops(STOPS, None, None, "ordinary", PAUSE)
        return took[len(took) // 2] / 1000

    runs = [(*stops(STOPS), listener(), bare_requests(), raw_of("ordinary")["p50_us"]) for _ in range(3)]
    ours = statistics.median(took[len(took) // 2] for took, *_ in runs)
    bare = statistics.median(bus[0] for *_, bus, _ in runs)
    back = statistics.median(bus[2] for *_, bus, _ in runs)
    raw = statistics.median(raw for *_, raw in runs)
    alone = statistics.median(listened for _, _, _, listened, _, _ in runs)
    tail = statistics.median(usb.percentile(took, 0.999) for took, *_ in runs)
    thread = runs[0][1]
    yield row(
        "stop call to EP0 submitted, smpd on the mock bus, p50", ours, "us", "<= 3 x raw beyond the bus",
        ours - bare <= 3 * raw, raw, "raw Unix socket",
        f"{thread}; p99.9 {tail:.0f} us; the bus alone {bare:.0f} us to the mock, {back} us there and back; the listener over "
        f"no bus {alone:.0f} us; all at rest for {PAUSE / 1000:.0f} ms in between")
    with tools.busy():
        took, thread, client = stops(STOPS_BUSY, "realtime")
        bare = bare_requests()
        raw = raw_of("realtime")
    tail = usb.percentile(took, 0.999)
    yield row(
        "stop call to EP0 submitted, smpd, cores busy, p99.9", tail, "us", "<= 2,000 us under SCHED_FIFO",
        tail <= 2000 if thread == "SCHED_FIFO" else None, raw["p999_us"], f"raw, {raw['class']}",
        f"the stop thread ran in {thread}, the client in {client}; p50 {took[len(took) // 2]:.0f} us; "
        f"the bus is in it, alone p50 {bare[0]:.0f}, p99.9 {bare[1]:.0f} us")


def answered(urbs, heard, said):
    """Nanoseconds from the end of an IN URB that brought `heard` to the URB that carries `said`, before the next one."""
    ends = sorted(urb["completedNanoseconds"] for urb in urbs if urb["completedNanoseconds"] and heard(urb))
    answers = sorted(urb["submittedNanoseconds"] for urb in urbs if said(urb))
    took = []
    for begin, following in zip(ends, ends[1:] + [float("inf")]):
        found = [answer for answer in answers if begin <= answer < following]
        if found:
            took.append(found[0] - begin)
    return sorted(took)


def bare_answers():
    """The same way with nothing in it: from an IN URB's end to the OUT URB a bare libusb client sends in its callback."""
    question, answer = frame(usb.HELLO, b"\x01\x01"), frame(usb.DISARM, b"")
    with usb.mock_bus() as bus:
        bus.plug()
        with usb.probe(bus) as probe:
            for _ in range(DOTS):
                time.sleep(PACE / 1000)
                said = probe.say(f"echo 1 {question} {answer}")
                if said != "ok":
                    raise tools.NotMeasured(f"usbprobe, echo: {said}")
            took = answered(bus.urbs(), lambda urb: urb["frame"] == usb.VERSION, lambda urb: urb["frame"] == usb.DISARM)
    return took[len(took) // 2] / 1000, usb.percentile(took, 0.99) / 1000


def frame(kind, payload):
    """A frame of version 1 as hexadecimal digits (the Device protocol article)."""
    data = bytes([1, kind, 1, 0, len(payload), 0]) + payload
    return (data + crc32c(data).to_bytes(4, "little")).hex()


def crc32c(data):
    register = 0xFFFFFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
    return register ^ 0xFFFFFFFF


def session(daemon, place, *example):
    """Starts the next session of the example plan; the plan's path."""
    plan = os.path.join(place, "plan.yaml")
    text = daemon.smpctl("plan", "example", *example)
    with open(plan, "w") as file:
        file.write(text)
    course = daemon.smpctl("plan", "import", plan).split()[-1]
    daemon.smpctl("plan", "sign", course, "--by", "Bench")
    daemon.smpctl(
        "session", "start", course, "--operator", "Bench", "--pigment-lot", "L1", "--cartridge", "K1", "--skin", "clear")
    return plan


def tend(daemon):
    """What a person does about a state that does not go on by itself; how often it came says how busy the machine is."""
    remedies = {
        "stopped": ("device", "clear"), "faulted": ("device", "clear"),
        "held": ("session", "resume"), "paused": ("session", "resume"),
        "uncertain": ("session", "resolve", "--by", "Bench", "--reason", "bench"),
        "locked_out": ("device", "unlock", "--by", "Bench", "--reason", "bench"),
    }
    state = daemon.snapshot()["state"]
    if state not in remedies:
        return 0
    # It may have moved on by itself; then it is looked at again.
    with contextlib.suppress(tools.NotMeasured):
        daemon.smpctl(*remedies[state])
    return 1


def usb_grant():
    bare = bare_answers()
    with tools.directory() as place, usb.mock_bus() as bus:
        bus.plug()
        with usb.smpd(bus, os.path.join(place, "state")) as daemon:
            daemon.wait_for("ready")
            plan = session(daemon, place)
            bus.ask(f"hand {usb.SERIAL} {plan} 1 {PACE}")
            # At the same time, because what a disk takes changes from minute to minute.
            disk = concurrent.futures.ThreadPoolExecutor().submit(
                tools.reference, "fdatasync", place, DOTS, int(DOT_SECONDS * 1_000_000))
            end, tended = time.monotonic() + DOTS_WITHIN, 0
            while bus.ask(f"describe {usb.SERIAL}")["contacts"] < DOTS and time.monotonic() < end:
                tended += tend(daemon)
                time.sleep(0.25)
            urbs = bus.urbs()
            bus.ask(f"lay {usb.SERIAL}")
            thread = daemon.thread_class("smp-owner")
            sync = disk.result()[0]
    took = answered(urbs, lambda urb: urb["frame"] == usb.DOT_REQUESTED, lambda urb: urb["frame"] == usb.GRANT)
    if len(took) < DOTS / 2:
        raise tools.NotMeasured(f"only {len(took)} grants in {DOTS_WITHIN} s")
    p50, p99 = took[len(took) // 2] / 1000, usb.percentile(took, 0.99) / 1000
    allowed = sync["p99_us"] + 100
    yield row(
        "request to durable grant submitted, smpd on the mock bus, p99", p99, "us",
        "<= fdatasync + 100 us beyond the bus", p99 - bare[0] <= allowed, sync["p99_us"], "append 200 B + fdatasync",
        f"{len(took)} grants, owner in {thread}; p50 {p50:.0f}, fdatasync beside it {sync['p50_us']:.0f}, the bus alone "
        f"p50 {bare[0]:.0f}, p99 {bare[1]:.0f} us; the session was put right {tended} times")


def usb_start():
    def milliseconds(values):
        return statistics.median(values) * 1000

    with tools.directory() as place, usb.mock_bus() as bus:
        state = os.path.join(place, "state")
        with usb.smpd(bus, state) as daemon:
            first = (daemon.ready - daemon.begun) * 1000
        without, wrapper = [], []
        for _ in range(STARTS):
            with usb.smpd(bus, state) as daemon:
                without.append(daemon.ready - daemon.begun)
            begin = time.monotonic()
            subprocess.run(["umockdev-wrapper", "true"], env=bus.environment, check=True)
            wrapper.append(time.monotonic() - begin)
        bus.plug()
        ready, attached = [], []
        for _ in range(STARTS):
            with usb.smpd(bus, state) as daemon:
                attached.append(daemon.wait_until("a device", lambda found: found.get("device")) - daemon.begun)
                ready.append(daemon.ready - daemon.begun)
    reference = milliseconds(wrapper)
    found = milliseconds(without)
    yield row(
        "smpd, exec to READY=1, no device, p50", found, "ms", "<= 60 ms", found <= 60, reference,
        "umockdev-wrapper true(1)", f"{STARTS} starts on an existing journal, longest {max(without) * 1000:.0f} ms; "
        f"the first, which makes the journal, {first:.0f} ms; all with umockdev's preloaded library")
    found = milliseconds(ready)
    yield row(
        "smpd, exec to READY=1, device plugged in, p50", found, "ms", "<= 60 ms", found <= 60, reference,
        "umockdev-wrapper true(1)", f"longest {max(ready) * 1000:.0f} ms")
    yield row(
        "smpd, exec to the device in the snapshot, p50", milliseconds(attached), "ms", "reported", None,
        note=f"asked over the control socket; longest {max(attached) * 1000:.0f} ms")


def memory(pid):
    """MiB resident, of it locked, and of it pages of files (the program itself above all)."""
    status = dict(line.split(":", 1) for line in usb.read(f"/proc/{pid}/status").splitlines() if ":" in line)
    smaps = dict(line.split(":", 1) for line in usb.read(f"/proc/{pid}/smaps_rollup").splitlines()[1:])
    return tuple(
        int(text.split()[0]) / 1024 for text in (status["VmRSS"], smaps["Locked"], status["RssFile"]))


def switches(pid):
    """Voluntary context switches by thread."""
    found = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(OSError):
            lines = usb.read(f"/proc/{pid}/task/{thread}/status").splitlines()
            count = next(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))
            found[thread, lines[0].split()[1]] = count
    return found


def woken(pid):
    return sum(switches(pid).values())


def bare_switches():
    """Voluntary context switches of a bare libusb client per transfer, of which a kernel would need one."""
    with usb.mock_bus() as bus:
        bus.plug()
        with usb.probe(bus) as probe:
            before = woken(probe.child.pid)
            # One more for each: the wait for the next word of ours.
            bare_stops(probe)
            return (woken(probe.child.pid) - before) / PROBES - 1


def watched(daemon, transfers):
    """Wake-ups and transfers per second, and which threads woke."""
    # What a start or an answer left to do is done by then.
    time.sleep(2)
    before, submitted = switches(daemon.pid), transfers()
    time.sleep(WATCHED_SECONDS)
    after, submitted = switches(daemon.pid), transfers() - submitted
    named = {}
    for key, count in after.items():
        named[key[1]] = named.get(key[1], 0) + count - before.get(key, 0)
    rates = {name: count / WATCHED_SECONDS for name, count in named.items() if count}
    words = ", ".join(f"{name} {rate:.2f}" for name, rate in sorted(rates.items(), key=lambda item: -item[1]))
    return sum(rates.values()), submitted / WATCHED_SECONDS, words or "none"


def usb_idle():
    per_transfer = bare_switches()

    def rows(daemon, what, transfers, is_held):
        resident, locked, files = memory(daemon.pid)
        yield row(
            f"smpd resident, {what}", resident, "MiB", "<= 30 MiB", resident <= 30,
            note=f"{files:.1f} MiB of it pages of files, {locked:.1f} MiB of it locked")
        rate, submitted, names = watched(daemon, transfers)
        bus = "" if submitted == 0 else (
            f"; {submitted:.2f} transfers/s, for each of which a bare libusb client wakes {per_transfer:.1f} times on "
            "the mock bus and would once on a real one, so this is no measure of a real one")
        yield row(
            f"smpd wake-ups, {what}", rate, "/s", "<= 2 per second" if is_held else "reported",
            rate <= 2 if is_held else None,
            note=f"{names}; a watchdog of {int(usb.WATCHDOG_MICROSECONDS) // 1_000_000} s{bus}")

    with tools.directory() as place, usb.mock_bus() as bus:

        def submitted():
            return bus.ask(f"describe {usb.SERIAL}")["submitted"]

        with usb.smpd(bus, os.path.join(place, "state")) as daemon:
            yield from rows(daemon, "no device", lambda: 0, True)
            bus.plug()
            daemon.wait_for("ready")
            yield from rows(daemon, "idle device", submitted, False)
            session(daemon, place)
            daemon.wait_for("armed")
            yield from rows(daemon, "armed device", submitted, False)
            if daemon.snapshot()["state"] != "armed":
                raise tools.NotMeasured("the session did not stay armed: what stands above as armed is not")


def usb_status_process():
    with tools.directory() as place, usb.mock_bus() as bus:
        bus.plug()
        with usb.smpd(bus, os.path.join(place, "state")) as daemon:
            daemon.wait_for("ready")
            ours = tools.reference("process", 200, tools.program("smpctl"), "status", "--socket", daemon.socket)[0]
    empty = tools.reference("process", 200, "true")[0]
    yield row(
        "smpctl status against smpd, whole process, p50", ours["p50_us"] / 1000, "ms", "<= 8 ms",
        ours["p50_us"] <= 8000, empty["p50_us"] / 1000, "true(1)", f"p99 {ours['p99_us'] / 1000:.1f} ms")


PARTS = [usb_stop, usb_grant, usb_start, usb_idle, usb_status_process]
