"""What verification costs: the lines of the `cost` example and of candor-judge-bench into docs/benchmarks.md and plots.

verify.py LINES WASM DOC PLOTS MACHINE: JSON lines, the table of `candor-judge-bench time`, the document, a folder, a text.
"""

import json
import pathlib
import sys

from plot import plot

BEGIN, END = "<!-- verification: written by scripts/bench verify -->", "<!-- end of verification -->"


def table(head, rows):
    """A Markdown table; the first column is text."""
    align = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(str(c) for c in row) + " |" for row in [head, align, *rows]) + "\n"


def count(n):
    for size, unit in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if n >= size:
            return f"{n / size:.3g} {unit}"
    return str(n)


def met(value, limit):
    return "met" if value <= limit else "**missed**"


def wasm_times(path):
    """Median and least milliseconds by the name of the file."""
    lines = [line.split() for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    return {words[0]: float(words[3]) for words in lines if len(words) == 5 and words[3].replace(".", "").isdigit()}


def receipts(runs, plots):
    one = [r for r in runs if r["threads"] == 1]
    rows = []
    for r in one:
        share = r["receipt"]["share"]["cpu"]
        verdict = met(share, 0.005) if r["parameters"] >= 9e6 else ""
        rows.append([r["model"], count(r["parameters"]), r["rows"], f"{r['inference']['cpu_ms']:.3g}",
                     f"{r['receipt']['cpu_ms'] * 1e3:.0f}", f"{share * 100:.3f} %", verdict])
    series = {}
    for r in one:
        name = f"mlp, {r['rows']} rows" if r["model"] == "mlp" else r["model"]
        series.setdefault(name, []).append((r["parameters"], r["receipt"]["share"]["cpu"] * 100))
    plot(plots / "receipt.svg", "A receipt beside its inference", "parameters", "per cent of processor time", series, ("0.5 %", 0.5))
    head = ["model", "parameters", "rows", "inference, ms", "receipt, µs", "share", "target < 0.5 % from 10 M"]
    return "### The host's honest path\n\n" + table(head, rows) + "\n![Receipt beside inference](plots/receipt.svg)\n"


def audits(runs, plots):
    rows = []
    for r in runs:
        share = lambda name: r[name]["cpu"]
        other = r.get("other_profile_differing")
        differing = f"{other['share']['cpu']:.2f}" if other else ""
        judged = f"{other['judged']:,} of {other['differing']:,}".replace(",", " ") if other else ""
        rows.append([r["model"], count(r["parameters"]), r["rows"], r["threads"], f"{r['inference']['cpu_ms']:.3g}",
                     f"{r['value_bytes'] / 1e6:.3g}", f"{share('exposed'):.2f}",
                     f"{share('same_profile'):.2f} {met(share('same_profile'), 1.2)}", f"{share('whole_trace'):.2f}",
                     f"{share('other_profile'):.2f} {met(share('other_profile'), 3)}", differing, judged])
    for name, title, target in (("same_profile", "Audit, same profile", 1.2), ("other_profile", "Audit, other profile", 3)):
        series = {}
        for r in runs:
            if r["threads"] == 1:
                line = f"mlp, {r['rows']} rows" if r["model"] == "mlp" else r["model"]
                series.setdefault(line, []).append((r["parameters"], r[name]["cpu"]))
        plot(plots / f"{name}.svg", f"{title}, one thread", "parameters", "times inference", series, (f"{target} x", target))
    head = ["model", "parameters", "rows", "threads", "inference, ms", "values, MB", "run exposed", "same profile ≤ 1.2",
            "the whole trace", "other profile ≤ 3", "the same, elements differ", "judged"]
    return ("### Audits, in times of the inference\n\nProcessor time of all threads.\n\n" + table(head, rows)
            + "\n![Same profile](plots/same_profile.svg)\n![Other profile](plots/other_profile.svg)\n")


def limit(lines, times):
    """What takes longest of what evidence can hold."""
    found = [(times.get(l["file"]) or l["native_ms"], l) for l in lines if l["against"] == "limit" and "native_ms" in l]
    found.sort(key=lambda pair: -pair[0])
    rows = [[f"{l['operator']} {l['mode']}", l["type"], l["k"], f"{l['bytes'] / 1024:.1f}", f"{l['native_ms']:.1f}", f"{ms:.1f} {met(ms, 50)}"]
            for ms, l in found[:12]]
    head = ["operator", "type", "elements read", "evidence, KiB", "native, ms", "Wasm ≤ 50 ms"]
    return ("### The longest judgements\n\nRows that fill the 256 KiB of evidence, of the operators with the costliest arithmetic; "
            f"the slowest 12 of {len(found)}.\n\n" + table(head, rows))


def evidence(lines, times, plots):
    bytes_, milliseconds, rows = {}, {}, []
    for line in lines:
        if line["against"] == "limit":
            continue
        wasm = times.get(line["file"])
        name = f"{line['operator']} {line['mode']}"
        if line["against"] == "k" and "bytes" in line:
            bytes_.setdefault(line["operator"], {})[line["k"]] = line["bytes"]
            milliseconds.setdefault(name, []).append((line["k"], wasm or line["native_ms"]))
        verdict = ""
        if line["k"] == 4096 and "bytes" in line:
            verdict = f"size {met(line['bytes'], 40 * 1024)}" + (f", time {met(wasm, 0.3)}" if wasm else "")
        rows.append([name, line["k"], count(line["parameters"]), f"{line['bytes'] / 1024:.1f}" if "bytes" in line else line["refused"],
                     f"{line['native_ms']:.3f}" if "native_ms" in line else "", f"{wasm:.3f}" if wasm else "", verdict])
    where = "Wasm" if times else "native"
    plot(plots / "evidence.svg", "Evidence", "k", "bytes", {n: list(p.items()) for n, p in bytes_.items()}, ("256 KiB", 1 << 18))
    plot(plots / "judging.svg", f"Adjudication ({where})", "k", "milliseconds", milliseconds, ("0.3 ms", 0.3))
    flat = [(l["parameters"], times.get(l["file"]) or l["native_ms"]) for l in lines if l["against"] == "parameters" and "native_ms" in l]
    sizes = [(l["parameters"], l["bytes"] / 1024) for l in lines if l["against"] == "parameters" and "bytes" in l]
    plot(plots / "parameters.svg", "MatMul, k = 1024", "parameters", "", {f"{where}, ms": flat, "evidence, KiB": sizes})
    head = ["operator", "k", "parameters", "evidence, KiB", "native, ms", "Wasm, ms", "target at k = 4096: 40 KiB, 0.3 ms"]
    return ("### Evidence and adjudication\n\n" + table(head, rows)
            + "\n![Evidence](plots/evidence.svg)\n![Adjudication](plots/judging.svg)\n![Against parameters](plots/parameters.svg)\n")


def commitment(lines):
    rows = [[l["case"], f"{l['gb_s_cpu']:.2f}", f"{l['gb_s_wall']:.2f}", "met" if l["gb_s_cpu"] >= 0.8 else "**missed**"] for l in lines]
    head = ["committed as", "GB/s of processor time", "GB/s by the clock", "target ≥ 0.8"]
    return "### Commitment on one core\n\n" + table(head, rows)


def main():
    lines, wasm, doc, plots, machine = sys.argv[1:]
    lines = [json.loads(line) for line in pathlib.Path(lines).read_text("utf-8").splitlines() if line.startswith("{")]
    part = lambda name: [line for line in lines if line["part"] == name]
    doc, plots = pathlib.Path(doc), pathlib.Path(plots)
    plots.mkdir(parents=True, exist_ok=True)
    loads = sorted(float(r["load"]) for r in part("run"))
    text = "\n".join([
        f"*{machine}; load of the machine {loads[0]:g} to {loads[-1]:g} while models ran.*\n" if loads else f"*{machine}.*\n",
        receipts(part("run"), plots) if loads else "",
        audits(part("run"), plots) if loads else "",
        evidence(part("evidence"), wasm_times(pathlib.Path(wasm)), plots) if part("evidence") else "",
        limit(part("evidence"), wasm_times(pathlib.Path(wasm))) if part("evidence") else "",
        commitment(part("commit")),
    ])
    before, rest = doc.read_text("utf-8").split(BEGIN)
    doc.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{rest.split(END)[1]}", "utf-8")
    print(text)


if __name__ == "__main__":
    main()
