"""The budget rows that exist (design: budgets), each a function that yields rows.

A row: what, measured, reference, ratio, budget, met (True, False, or None where the budget is only to report).
"""
import contextlib
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
        found = {line["workload"]: line for line in tools.lines([tools.program("bench-journal"), place])}
    one, sync = found["chained_single_durable"], found["append_fdatasync_200_bytes"]
    yield row(
        "a grant made durable, p99 (decision: above)", one["p99_ns"] / 1000, "us", "<= fdatasync + 100 us",
        one["p99_ns"] <= sync["p99_ns"] + 100_000, sync["p99_ns"] / 1000, "append 200 B + fdatasync",
        f"p50 {one['p50_ns'] / 1000:.0f} us, reference {sync['p50_ns'] / 1000:.0f} us")
    chained, raw = found["chained_batches"], found["raw_sqlite_batches"]
    yield row(
        f"journal, chained, batches of {chained['units']}", chained["per_second"], "/s", "reported", None,
        raw["per_second"], "raw SQLite, unchained")


def placed(client, sizes=(64, 64), server_core=tools.LAST_CORE):
    """A client on the first core and the daemon on another, in turns with a raw round trip placed alike: p50s."""
    with contextlib.ExitStack() as stack:
        with tools.on_core(server_core):
            _, socket = stack.enter_context(tools.daemon())
        with tools.on_core(tools.FIRST_CORE):
            runs = [
                (client(socket), tools.reference("pingpong", 10000, *sizes, server_core)[0]["p50_us"])
                for _ in range(ROUNDS)
            ]
    lines = [line for line, _ in runs]
    return statistics.median(line[0]["p50_us"] for line in lines), statistics.median(raw for _, raw in runs), lines


def stop_path():
    """From the client's call to the transfer submitted, in the daemon's own listener; a real device adds nothing here."""

    def submitted(server_core):
        runs, raw = [], []
        for _ in range(ROUNDS):
            with tools.on_core(tools.FIRST_CORE):
                raw.append(tools.reference("pingpong", 10000, 64, 64, server_core)[0]["p50_us"])
            took, thread, _ = tools.stops(2000, tools.FIRST_CORE, server_core)
            runs.append(took[len(took) // 2] / 1000)
        return statistics.median(runs), statistics.median(raw), thread

    measured, reference, thread = submitted(tools.LAST_CORE)
    together, raw, _ = submitted(tools.FIRST_CORE)
    yield row(
        "stop call to submitted, p50", measured, "us", "<= 3 x raw", measured <= 3 * reference, reference,
        "raw Unix socket", f"{thread}; on one core {together:.1f}, raw {raw:.1f} us")

    with tools.busy():
        took, thread, client = tools.stops(10000, None, None, "realtime")
        raw = tools.reference("pingpong", 10000, 64, 64, -1, "realtime")[0]
    tail = took[int((len(took) - 1) * 0.999)] / 1000
    # A machine that does not give real-time rights cannot be held to what they promise.
    yield row(
        "stop call to submitted, cores busy, p99.9", tail, "us", "<= 2,000 us under SCHED_FIFO",
        tail <= 2000 if thread == "SCHED_FIFO" else None, raw["p999_us"], f"raw, {raw['class']}",
        f"the stop thread ran in {thread}, the client in {client}")


def stop_answered():
    with tools.daemon() as (_, socket):
        line = tools.reference("stop_client", socket + ".stop", 500)[0]
    yield row(
        "stop call to answer, p50, idle simulated device", line["p50_us"], "us", "reported", None,
        note=f"p99 {line['p99_us']:.0f} us; still in {line['still']} of {line['count']}")


def control_call():
    call = ("io.smpd.session.Describe", "{}")
    with tools.daemon() as (_, socket):
        line = tools.reference("varlink_client", socket, *call, 10)[0]
        sizes = (line["request_bytes"], line["reply_bytes"])

    def client(socket):
        return tools.reference("varlink_client", socket, *call, 5000)

    measured, reference, runs = placed(client, sizes)
    together, raw, _ = placed(client, sizes, tools.FIRST_CORE)
    p99 = statistics.median(run[0]["p99_us"] for run in runs)
    yield row(
        "control call session.Describe, p50", measured, "us", "<= 2 x raw", measured <= 2 * reference, reference,
        "raw Unix socket", f"p99 {p99:.0f}; on one core {together:.1f}, raw {raw:.1f} us; {sizes[0]} to {sizes[1]} bytes")


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


PARTS = [spacing, journal, stop_path, stop_answered, control_call, status_process, whole_course]
