#!/usr/bin/env python3
"""What a report really is, judged by what is not ours: XML and HTML parsers, a PNG and a PDF read byte by byte, and
Chromium's own log of its network. Prints JSON.

    page-judge.py parse FILE.html
    page-judge.py picture FILE.png
    page-judge.py pages FILE.pdf
    page-judge.py network NETLOG.json
"""

import html.parser
import json
import re
import struct
import sys
import xml.etree.ElementTree
import zlib

VOID = {"meta", "br", "path", "rect", "hr", "img", "link"}
# Attributes that fetch, and what fetches within a style.
FETCHING = {"src", "href", "xlink:href", "srcset", "data", "action", "poster", "background", "formaction", "ping"}


class Reader(html.parser.HTMLParser):
    """Open elements, so that none is left open, and everything that could reach out."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.problems = []
        self.outside = []
        self.elements = 0
        self.names = set()

    def handle_starttag(self, tag, attributes):
        self.elements += 1
        self.names.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attributes:
            if name in FETCHING or name.startswith("on"):
                self.outside.append(f"{tag} {name}={value}")
            if name == "style":
                self.problems.append(f"style at {tag}")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style" and re.search(r"@import|url\((?!#)|image\(|expression", data):
            self.outside.append("style")


def parse(path):
    text = open(path, encoding="utf-8").read()
    reader = Reader()
    reader.feed(text)
    reader.close()
    root = xml.etree.ElementTree.fromstring(text.replace("<!DOCTYPE html>", "", 1))
    rows = [node for node in root.iter() if "data-zone" in node.attrib]
    charts = {
        figure.get("data-chart"): sum(int(bar.get("data-count", 0)) for bar in figure.iter("rect"))
        for figure in root.iter("figure")
        if figure.get("data-chart")
    }
    # A dot is a line of no length, by what a browser draws; the path says how many it has.
    drawn = {}
    for group in root.iter("g"):
        for node in group.findall("path"):
            if node.get("data-dots"):
                data = node.get("d")
                made = data.count("h0") + data.count("l") // 2
                assert made == int(node.get("data-dots")), (made, node.attrib)
                kind = group.get("class").split()[0]
                drawn[kind] = drawn.get(kind, 0) + made
    return {
        "problems": reader.problems + reader.open,
        "outside": reader.outside,
        "elements": reader.elements,
        "names": sorted(reader.names),
        "bytes": len(text.encode()),
        "zones": {r.get("data-zone"): {k[5:]: v for k, v in r.attrib.items()} for r in rows if r.tag == "tr"},
        "denials": sum(int(r.get("data-count")) for r in root.iter("tr") if r.get("data-reason")),
        "figures": {c.get("data-figure"): c.find("b").text for c in root.iter("div") if c.get("data-figure")},
        "charts": charts,
        "drawn": drawn,
        "text": " ".join("".join(root.find("body").itertext()).split()),
    }


def rows_of(path):
    """The pixels of a PNG of eight bits with three or four channels."""
    content = open(path, "rb").read()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    place, packed = 8, b""
    while place < len(content):
        size, kind = struct.unpack(">I4s", content[place : place + 8])
        body = content[place + 8 : place + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
        elif kind == b"IDAT":
            packed += body
        place += size + 12
    channels = {2: 3, 6: 4}[colour]
    assert depth == 8
    data, stride = zlib.decompress(packed), width * channels
    above = bytearray(stride)
    for row in range(height):
        start = row * (stride + 1)
        kind, line = data[start], bytearray(data[start + 1 : start + 1 + stride])
        for i in range(stride) if kind else ():
            left = line[i - channels] if i >= channels else 0
            up, corner = above[i], above[i - channels] if i >= channels else 0
            if kind == 1:
                line[i] = (line[i] + left) & 255
            elif kind == 2:
                line[i] = (line[i] + up) & 255
            elif kind == 3:
                line[i] = (line[i] + (left + up) // 2) & 255
            else:
                guess = left + up - corner
                near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
                line[i] = (line[i] + near[2]) & 255
        above = line
        yield channels, line


def picture(path):
    colours, corner = {}, None
    for channels, line in rows_of(path):
        for i in range(0, len(line), channels):
            colour = "%02x%02x%02x" % tuple(line[i : i + 3])
            corner = corner or colour
            colours[colour] = colours.get(colour, 0) + 1
    most = sorted(colours, key=lambda colour: -colours[colour])
    return {"ground": most[0], "colours": len(colours), "count": {c: colours[c] for c in most[:40]}}


def pages(path):
    content = open(path, "rb").read()
    assert content[:5] == b"%PDF-"
    boxes = re.findall(rb"/MediaBox\s*\[\s*([^\]]*)\]", content)
    return {"pages": [[round(float(n)) for n in box.split()] for box in boxes]}


def network(path):
    text = open(path, encoding="utf-8").read().rstrip().rstrip(",")
    # A log that was cut off is closed here; what it holds counts.
    for end in ("", "]}", "}]}"):
        try:
            log = json.loads(text + end)
            break
        except ValueError:
            continue
    asked, own = set(), set()
    for event in log["events"]:
        facts = event.get("params")
        url = str(facts.get("url", "")) if isinstance(facts, dict) else ""
        if re.match("(https?|wss?|ftp):", url):
            asked.add(url)
            # What the browser wants for itself, such as the time, no page began.
            if facts.get("initiator") == "not an origin":
                own.add(url)
    return {"events": len(log["events"]), "asked": sorted(asked - own)}


if __name__ == "__main__":
    judge = {"parse": parse, "picture": picture, "pages": pages, "network": network}[sys.argv[1]]
    print(json.dumps(judge(sys.argv[2])))
