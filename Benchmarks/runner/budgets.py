"""The budget rows that exist (design: budgets), each a function that yields rows.

A row: what, measured, reference, ratio, budget, met (True, False, or None where the budget is only to report).
"""
import statistics
import subprocess
import time

import tools

# Measured in turns with their reference, so that both see the same machine.
ROUNDS = 5


def row(what, measured, unit, budget, met, reference=None, reference_name="", note=""):
    ratio = round(measured / reference, 2) if reference else None
    return {
        "what": what, "measured": round(measured, 2), "unit": unit, "reference_name": reference_name,
        "reference": None if reference is None else round(reference, 2), "ratio": ratio, "budget": budget, "met": met,
        "note": note,
    }


def spacing():
    ours, theirs = tools.lines([tools.program("bench-guard")]), tools.reference("spacing")
    for line in theirs:
        own = tools.find(ours, benchmark="spacing", dots=line["dots"], order=line["order"])
        if own["checksum"] != line["checksum"]:
            raise tools.NotMeasured(f"Swift and C++ did not do the same work: {own} {line}")
        large = line["dots"] >= 1_000_000
        yield row(
            f"nearest neighbour, {line['dots']:,} dots, {line['order']}", own["ns_per_dot"], "ns",
            "<= C++ -O2" if large else "reported", own["ns_per_dot"] <= line["ns_per_dot"] if large else None,
            line["ns_per_dot"], "C++ -O2")
    for line in ours:
        if line.get("benchmark") == "decision" and line["outcome"] == "all":
            yield row(
                f"guard decision, p99, {line['living_dots']:,} living dots", line["ns_p99"] / 1000, "us", "<= 10 us",
                line["ns_p99"] <= 10_000, note=f"p50 {line['ns_p50'] / 1000:.2f}, p99.9 {line['ns_p999'] / 1000:.2f} us")


def journal():
    with tools.directory() as place:
        ours = tools.lines([tools.program("bench-journal"), place])
        raw = tools.reference("fdatasync", place)[0]
    for line in ours:
        if line.get("benchmark") == "grant":
            limit = raw["p99_us"] + 100
            yield row(
                "request to durable grant, p99", line["us_p99"], "us", "<= fdatasync + 100 us", line["us_p99"] <= limit,
                raw["p99_us"], "append 200 B + fdatasync, p99", f"p50 {line['us_p50']:.0f}, raw p50 {raw['p50_us']:.0f} us")
    batches = [line for line in ours if line.get("benchmark") == "batches"]
    for line in batches:
        if line.get("store") == "journal":
            plain = tools.find(batches, store="sqlite", batch=line["batch"])
            yield row(
                f"journal, chained, batches of {line['batch']}", line["per_second"], "/s", "reported", None,
                plain["per_second"], "raw SQLite")


def stop_path():
    with tools.daemon() as (pid, socket):
        stop = socket + ".stop"
        yield calls("stop socket, Describe, p50", stop, "io.smpd.stop.Describe", "{}", 3, "<= 3 x raw")
        # The budget ends where the transfer is submitted. A client sees the reply, which comes after it.
        act = ("io.smpd.stop.Stop", '{"protective":true}')
        yield calls("stop, idle device, call to reply, p50", stop, *act, 3, "<= 3 x raw (to submitted)", count=2000)
        with tools.busy():
            raw = tools.reference("pingpong", 20000)[0]
            line = tools.lines([tools.OUT + "/varlink_client", stop, *act, "2000", "realtime"])[0]
        yield row(
            "stop, both cores busy, call to reply, p99.9", line["p999_us"], "us", "<= 2,000 us under SCHED_FIFO",
            line["p999_us"] <= 2000, raw["p999_us"], "raw round trip, ordinary priority",
            f"client {line['class']}; daemon threads {tools.classes(pid)}")


def control_call():
    with tools.daemon() as (_, socket):
        yield calls("control call session.Describe, p50", socket, "io.smpd.session.Describe", "{}", 2, "<= 2 x raw")


def calls(what, socket, method, parameters, limit, budget, count=10000):
    """A call and the raw round trip with as many bytes, in turns; the medians of both."""
    client = [tools.OUT + "/varlink_client", socket, method, parameters]
    sizes = tools.lines(client + ["10"])[0]
    ours, raw = [], []
    for _ in range(ROUNDS):
        raw.append(tools.reference("pingpong", 10000, sizes["request_bytes"], sizes["reply_bytes"])[0])
        ours.append(tools.lines(client + [str(count // ROUNDS)])[0])

    def median(found, key):
        return statistics.median(line[key] for line in found)

    measured, reference = median(ours, "p50_us"), median(raw, "p50_us")
    return row(
        what, measured, "us", budget, measured <= limit * reference, reference, "raw Unix socket",
        f"p99 {median(ours, 'p99_us'):.0f} us, {sizes['request_bytes']} to {sizes['reply_bytes']} bytes")


def status_process():
    with tools.daemon() as (_, socket):
        command = [tools.program("smpctl"), "status", "--socket", socket]
        ours = tools.reference("process", 200, *command)[0]
        empty = tools.reference("process", 200, "true")[0]
    yield row(
        "smpctl status, whole process, p50", ours["p50_us"] / 1000, "ms", "<= 8 ms", ours["p50_us"] <= 8000,
        empty["p50_us"] / 1000, "true(1)", f"p99 {ours['p99_us'] / 1000:.1f} ms, static Swift runtime")


def whole_course():
    with tools.directory() as place, tools.daemon() as (_, socket):
        plan = place + "/plan.yaml"
        with open(plan, "w") as file:
            subprocess.run(
                [tools.program("smpctl"), "plan", "example", "--socket", socket], stdout=file, check=True)
        begin = time.monotonic()
        done = subprocess.run([tools.program("smpsim"), "treat", plan, "--seed", "1"], capture_output=True, text=True)
        seconds = time.monotonic() - begin
    if done.returncode != 0:
        raise tools.NotMeasured(f"smpsim treat ended with {done.returncode}: {done.stderr[-300:]}")
    yield row("whole course, treat --seed 1", seconds, "s", "<= 10 s", seconds <= 10, note=done.stdout.strip()[-120:])


PARTS = [spacing, journal, stop_path, control_call, status_process, whole_course]
