#!/usr/bin/env python3
"""Holds a journal against the needle's own contact log, without any of the project's code.

    crash-check.py state JOURNAL              what a daemon that died left: {"open": SESSION or null, "entries": N}
    crash-check.py agree JOURNAL < FACTS      exit 1, and why on standard error, where they do not agree

FACTS: {"contacts": the contact log, "forgetful": the device lost its memory at least once,
        "seen": {"number", "hash"} of a durable entry that somebody was shown, "dots": {SESSION: dots somebody saw},
        "zones": {NAME: {"box": [x0, y0, x1, y1] in micrometres, "spacing": micrometres, "dots": most in a session}},
        "error": the device's position error in micrometres}
"""
import collections
import json
import os
import shutil
import sqlite3
import sys
import tempfile

# What the needle's place may be off the reported one (the device states it), and its depth.
DEPTH = 20
# The hand wanders between asking and making: 8 micrometres on each axis, of both dots.
WANDER = 23
# A dot that is presumed stands where it was granted.
PRESUMED = 1_000


class Disagreement(Exception):
    pass


def need(condition, *words):
    if not condition:
        raise Disagreement(" ".join(str(word) for word in words))


def entries(path):
    """Every entry, read from a copy: opening a database that nobody closed would tidy it up for the next daemon."""
    with tempfile.TemporaryDirectory(prefix="smpd-") as folder:
        copy = os.path.join(folder, "journal.sqlite")
        for end in ("", "-wal"):
            if os.path.exists(path + end):
                shutil.copy(path + end, copy + end)
        rows = sqlite3.connect(copy).execute(
            "SELECT number, session, kind, body, hash, simulated FROM entries ORDER BY number").fetchall()
    return [(n, session, kind, json.loads(body), hash.hex(), simulated) for n, session, kind, body, hash, simulated in rows]


def state(rows):
    is_open = None
    for _, session, kind, *_ in rows:
        if kind == "session_opened":
            is_open = session
        elif kind == "session_closed" and session == is_open:
            is_open = None
    return {"open": is_open, "entries": rows[-1][0] if rows else 0}


def square(a, b):
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def place(body):
    return (body["x_micrometres"], body["y_micrometres"])


def grants_end_once(rows):
    grants = {n: body for n, _, kind, body, *_ in rows if kind == "grant"}
    ends = collections.Counter(body["grant"] for _, _, kind, body, *_ in rows if kind in ("dot", "grant_ended"))
    for number in grants:
        need(ends[number] == 1, "grant", number, "has", ends[number], "ends")
    for number in ends:
        need(number in grants, "an end of grant", number, "which is none")
    return grants


def contacts_agree(contacts, rows, forgetful, error):
    """Every contact is one dot and every made dot one contact, in order; presumed ones may be either (S7)."""
    unbidden = [body for _, _, kind, body, *_ in rows if kind == "unbidden_contact"]
    need(not unbidden, "contacts that nobody granted:", unbidden)
    dots = [(n, body) for n, _, kind, body, *_ in rows if kind == "dot"]
    made = [(n, body) for n, body in dots if body["outcome"] != "presumed"]
    presumed = [body for _, body in dots if body["outcome"] == "presumed"]
    need(forgetful or not presumed, len(presumed), "presumed, although the device remembered")
    left = []
    log = iter(contacts)
    for number, body in made:
        for contact in log:
            if (square((contact["xMicrometres"], contact["yMicrometres"]), place(body)) <= error**2
                    and abs(contact["depthMicrometres"] - body["depth_reported_micrometres"]) <= DEPTH):
                break
            left.append(contact)
        else:
            raise Disagreement(f"dot of entry {number} has no contact: {body}")
    left += log
    for contact in left:
        at = (contact["xMicrometres"], contact["yMicrometres"])
        near = [body for body in presumed if square(at, place(body)) <= PRESUMED**2]
        need(near, "contact", contact["number"], "is in no entry:", contact)
        presumed.remove(near[0])
    return dots


def limits_hold(contacts, rows, grants, dots, zones, error):
    names = {}
    for _, session, kind, body, *_ in rows:
        if kind == "session_opened":
            names[session] = body["zones"]
    sessions = {n: session for n, session, *_ in rows}
    counts = collections.Counter()
    for number, body in dots:
        counts[(sessions[number], names[sessions[number]][body["zone"]])] += 1
    for (session, zone), count in counts.items():
        need(count <= zones[zone]["dots"], count, "dots in", zone, "of", session)
    # As they were granted: from each dot that was there, the error of both positions added (S4).
    for index, (number, body) in enumerate(dots):
        grant = grants[body["grant"]]
        zone = zones[names[sessions[number]][grant["zone"]]]
        least = zone["spacing"] + 2 * error
        for earlier, other in dots[:index]:
            if earlier < body["grant"]:
                need(square(place(grant), place(other)) >= least**2, "grant", body["grant"], "too near to entry", earlier)
    # As the skin has them.
    least = min(zone["spacing"] for zone in zones.values()) - WANDER
    spots = [(contact["xMicrometres"], contact["yMicrometres"]) for contact in contacts]
    for index, spot in enumerate(spots):
        inside = [box for box in (zone["box"] for zone in zones.values())
                  if box[0] - WANDER <= spot[0] <= box[2] + WANDER and box[1] - WANDER <= spot[1] <= box[3] + WANDER]
        need(inside, "contact", index + 1, "outside every zone:", spot)
        for other in spots[:index]:
            need(square(spot, other) >= least**2, "contacts too near:", spot, other)


def agree(rows, facts):
    need(all(simulated == 1 for *_, simulated in rows), "an entry that does not say simulated")
    seen = facts.get("seen")
    if seen:
        hashes = {n: hash for n, _, _, _, hash, _ in rows}
        need(hashes.get(seen["number"]) == seen["hash"], "entry", seen["number"], "was shown and is lost or another")
    for session, count in facts["dots"].items():
        kept = sum(1 for _, of, kind, *_ in rows if kind == "dot" and of == session)
        need(kept >= count, count, "dots of", session, "were shown,", kept, "are kept")
    grants = grants_end_once(rows)
    dots = contacts_agree(facts["contacts"], rows, facts["forgetful"], facts["error"])
    limits_hold(facts["contacts"], rows, grants, dots, facts["zones"], facts["error"])
    return {"contacts": len(facts["contacts"]), "dots": len(dots),
            "presumed": sum(1 for _, body in dots if body["outcome"] == "presumed")}


def main():
    rows = entries(sys.argv[2])
    if sys.argv[1] == "state":
        print(json.dumps(state(rows)))
        return 0
    try:
        print(json.dumps(agree(rows, json.load(sys.stdin))))
    except Disagreement as disagreement:
        print(disagreement, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
