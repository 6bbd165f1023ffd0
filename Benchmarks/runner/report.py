"""The document as a table for people."""

MET = {True: "met", False: "NOT met", None: "-"}


def table(document):
    head = ["what", "measured", "reference", "ratio", "budget", ""]
    cells = [head] + [
        [
            row["what"], quantity(row["measured"], row["unit"]),
            quantity(row["reference"], row["unit"]) + (f" ({row['reference_name']})" if row["reference_name"] else ""),
            "-" if row["ratio"] is None else f"{row['ratio']:.2f}", row["budget"], MET[row["met"]],
        ]
        for row in document["rows"]
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in cells]
    notes = [f"  {row['what']}: {row['note']}" for row in document["rows"] if row["note"]]
    missing = [f"  not measured: {failure['part']}: {failure['reason']}" for failure in document["not_measured"]]
    machine = document["machine"]
    place = f"{machine['cores']} cores, load {machine['load_at_end']:.1f}, {machine['swift']}, commit {machine['commit']}"
    return "\n".join([place, ""] + text + [""] + notes + missing).rstrip()


def quantity(value, unit):
    if value is None:
        return "-"
    return f"{value:,.0f} {unit}" if value >= 1000 else f"{value:,.2f} {unit}"
