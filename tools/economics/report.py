"""Tables and findings of candor-simulation into docs/plots and docs/benchmarks.md.

report.py TABLES FINDINGS DOC PLOTS: a folder, a file of JSON, the document, a folder.
"""

import csv
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "bench"))
from plot import plot, plot_map  # noqa: E402

BEGIN, END = "<!-- economics: written by scripts/bench economics -->", "<!-- end of economics -->"
EVEN = (True, True)
# What the runtime has, and what it is compared with.
SAFETY, LOWER = "1.5", "1.2"


def rows(tables, name):
    with open(tables / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(head, lines):
    """A Markdown table; the first column is text."""
    align = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(str(c) for c in line) + " |" for line in [head, align, *lines]) + "\n"


def grouped(number):
    return f"{number:,}".replace(",", " ")


def percent(part):
    return f"{float(part) * 100:.2g} %" if float(part) < 0.1 else f"{float(part) * 100:.0f} %"


def series(lines, name, x, y, scale=1):
    """Points (x, y) by the column `name`."""
    found = {}
    for line in lines:
        found.setdefault(line[name], []).append((float(line[x]), float(line[y]) * scale))
    return found


def lying(tables, plots):
    """Where lying pays: the maps, and every number of lies."""
    cells = rows(tables, "map")
    limits = [(float(r["slots"]), float(r["collusion"])) for r in rows(tables, "limits") if r["safety"] == SAFETY]
    for timing, title in (("open", "Convicted while everything is open"), ("final", "Convicted when the rest is final")):
        shown = {(float(r["slots"]), float(r["collusion"])): float(r["profit"])
                 for r in cells if r["timing"] == timing and r["rule"] == "constant"}
        notes = ["Highest mean profit", "of lies, in parts of", "what they gain, over", "every number of lies", "k of n = 1 to 10 000.",
                 "", "Blue: lying loses.", "Red: it pays.", "", "Line: the limit that", "the chain can state."]
        plot_map(plots / f"lying_{timing}.svg", title, "slots of the adversary, per cent",
                 "auditors' stake that colludes, per cent", shown, notes, line=limits)
    lines = series(rows(tables, "lies"), "adversary", "lies", "profit")
    short = {name: [p for p in points if p[0] <= 20 or p[0] % 10 == 0] for name, points in lines.items()}
    low = {name: [(x, max(y, -3)) for x, y in points] for name, points in short.items()}
    plot(plots / "lies.svg", "Every number of lies among 1 000 receipts", "lies",
         "mean profit over gain (cut off at -3)", low, ("0", 0), (False, True))
    inside = [float(r["profit"]) for r in cells if r["held"] == "true"]
    outside = [float(r["profit"]) for r in cells if r["held"] == "false"]
    paying = sum(p >= 0 for p in inside)
    return [["inside the limits", len(inside), f"{max(inside):.3f}", paying],
            ["outside", len(outside), f"{max(outside):.3f}", sum(p >= 0 for p in outside)]]


def conditions(tables, plots):
    """What has to hold beside the shares: moment and rate of the slash, own stake, draws."""
    moments = rows(tables, "moments")
    names = {"at_the_lie": "at the lie", "alone": "each alone, same rate", "now": "at the conviction",
             "assumed_rate": "at the lie, 2 % assumed"}
    plot(plots / "moments.svg", "What a slash is priced at", "open receipts", "highest mean profit over gain",
         {name: [(float(r["open"]), float(r[key])) for r in moments] for key, name in names.items()}, ("0", 0), (False, True))
    stakers = rows(tables, "stakers")
    for safety, name in ((SAFETY, "stakers"), (LOWER, "stakers_lower")):
        cells = {(float(r["own"]), float(r["commission"])): float(r["profit_at_limits"])
                 for r in stakers if r["safety"] == safety and int(r["own"]) % 10 == 0}
        plot_map(plots / f"{name}.svg", f"Other people's stake, safety {safety}", "own part of the stake, per cent",
                 "commission, per cent", cells,
                 ["Highest mean profit", "of the host alone,", "at the limits, in parts", "of its own gain.", "", "Red: lying pays."], 0.5)
    slots = rows(tables, "slots")
    names = {"bound": "1 - slots", "once": "drawn once", "once_chosen": "once, moment chosen", "spread_10": "over 10 blocks",
             "spread_100": "over 100 blocks", "spread_1000": "over 1 000 blocks"}
    plot(plots / "slots.svg", "What withholding leaves of the audit rate", "slots of the adversary, per cent",
         "part of the rate that is left",
         {name: [(float(r["slots"]), float(r[key])) for r in slots] for key, name in names.items()}, None, EVEN)


def costs(tables, plots):
    """The figure: what verification costs of a fee."""
    volume = [r for r in rows(tables, "volume") if r["rule"] == "per window"]
    constant = [r for r in rows(tables, "volume") if r["rule"] == "constant"]
    line = lambda lines, key: [(float(r["open"]), float(r[key]) * 100) for r in lines]
    plot(plots / "cost_volume.svg", "Verification, by the host's volume", "open receipts of 1 CNDR in a window of an hour",
         "per cent of the fee",
         {"levy": line(volume, "levy"), "levy at a constant 2 %": line(constant, "levy"), "locked capital": line(volume, "capital"),
          "audits' transactions": line(volume, "audits"), "a job's transactions": line(volume, "job"),
          "a session's": line(volume, "session")})
    models = rows(tables, "models")
    name = lambda n: {"10": "10 receipts", "500": "500 receipts", "50000": "50 000 receipts"}[n]
    found = {}
    for r in models:
        x = float(r["ms"])
        found.setdefault(f"levy, {name(r['open'])}", []).append((x, float(r["levy"]) * 100))
        if r["open"] == "500":
            found.setdefault("locked capital", []).append((x, float(r["capital"]) * 100))
            found.setdefault("audits' transactions", []).append((x, float(r["audits"]) * 100))
            found.setdefault("a job's transactions", []).append((x, float(r["job"]) * 100))
            found.setdefault("a session's", []).append((x, float(r["session"]) * 100))
    plot(plots / "cost_models.svg", "Verification, by the size of the call", "milliseconds of a call (MiniLM 17, 1 B 128 rows 1 268)",
         "per cent of the fee", found)
    lines = [[r["open"], *(percent(r[key]) for key in ("levy", "capital", "audits")),
              percent(sum(float(r[key]) for key in ("levy", "capital", "audits"))), percent(r["job"]), percent(r["session"])]
             for r in volume if r["open"] in ("1", "100", "1000", "10000", "50000")]
    sizes = [[r["model"], r["ms"], r["audit"], *(percent(r[key]) for key in ("work", "levy", "capital", "audits", "job", "session"))]
             for r in models if r["open"] == "500"]
    return lines, sizes


def main():
    tables, findings, doc, plots = map(pathlib.Path, sys.argv[1:5])
    plots.mkdir(parents=True, exist_ok=True)
    found = json.loads(findings.read_text("utf-8"))
    shares = lying(tables, plots)
    conditions(tables, plots)
    volume, sizes = costs(tables, plots)
    most = {(r["safety"], r["slots"]): float(r["collusion"]) for r in rows(tables, "limits")}
    tens = [str(slots) for slots in range(0, 50, 10)]
    text = "\n".join([
        BEGIN,
        "",
        f"{grouped(found['combinations'])} combinations of rule, moment, collusion, slots, fee, insured value, open receipts and "
        f"lies; {found['played']} of them played {grouped(found['trials_each'])} times each: largest deviation "
        f"{found['largest_deviation_in_standard_errors']:.1f} standard errors.",
        "",
        table(["shares of the adversary", "cells", "highest profit over gain", "cells where lying pays"], shares),
        "Most stake of a profile that may collude, by the share of slots:",
        "",
        table(["slots", *(f"{slots} %" for slots in tens)],
              [[f"safety {safety}", *(f"{most[safety, slots]:.1f} %" if (safety, slots) in most else "none" for slots in tens)]
               for safety in (SAFETY, LOWER)]),
        "Verification of a fee of 1 CNDR, by the number of receipts that its host has open in an hour:",
        "",
        table(["open receipts", "levy", "locked capital", "audits' transactions", "together", "a job's transactions", "a session's"], volume),
        "By the size of the call, 500 receipts open; the fee is what the chain would take for the time (0.003 CNDR a millisecond):",
        "",
        table(["model", "ms", "audit, of a run", "work repeated", "levy", "locked capital", "audits' transactions", "a job's", "a session's"], sizes),
        "![By volume](plots/cost_volume.svg)",
        "![By size](plots/cost_models.svg)",
        "",
        END,
    ])
    old = doc.read_text("utf-8")
    begin, end = old.index(BEGIN), old.index(END) + len(END)
    doc.write_text(old[:begin] + text + old[end:], "utf-8")


main()
