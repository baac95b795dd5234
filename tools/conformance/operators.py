#!/usr/bin/env python3
"""Writes the table of operators into the adjudicator's README. usage: operators.py TABLE RESULTS.json... README

TABLE is the output of `cargo run -p candor-adjudicator --example operators`; RESULTS are what `conformance --json` wrote:
element types are those that were judged.
"""
import collections
import json
import re
import sys

EVIDENCE = {
    "pointwise": ("the operands' elements", "constant"),
    "index": ("one element, and the shape inputs", "constant"),
    "row": ("the row or group", "its length"),
    "pool": ("the window", "its size"),
    "contraction": ("a row of each operand, bias, sum", "their length"),
    "quantised": ("as its float counterpart, scales, zero points", "as its float counterpart"),
}
PREFIX = {"Onnx": "", "Microsoft": "ms.", "Nchwc": "nchwc."}
SHORT = {
    "float32": "f32", "float64": "f64", "float16": "f16", "bfloat16": "bf16", "bool": "bool",
    "int8": "i8", "int16": "i16", "int32": "i32", "int64": "i64",
    "uint8": "u8", "uint16": "u16", "uint32": "u32", "uint64": "u64",
}  # fmt: skip
START, END = "<!-- operators -->", "<!-- /operators -->"


def main(table, *rest):
    *results, readme = rest
    types, exact, bounded = collections.defaultdict(set), set(), set()
    for path in results:
        with open(path, encoding="utf-8") as file:
            for node in json.load(file)["nodes"]:
                if node["judged"] and node["types"]:
                    types[node["operator"]].add(SHORT.get(node["types"][0], node["types"][0]))
                    (exact if node["verdict"] == "EXACT" else bounded).add(node["operator"])
    rows = collections.OrderedDict()
    with open(table, encoding="utf-8") as file:
        for line in file:
            room, domain, name, first, last, exactness = line.rstrip("\n").split("\t")
            key = (room, PREFIX[domain] + name)
            row = rows.setdefault(key, {"opsets": [], "modes": set()})
            row["opsets"].append((int(first), int(last)))
            row["modes"].add(re.sub(r"\(.*", "", exactness))
    lines = [START, "", f"{len({name for _, name in rows})} operators.", ""]
    lines += ["| operator | operator sets | types judged | mode | evidence | work |", "|---|---|---|---|---|---|"]
    for (room, name), row in sorted(rows.items(), key=lambda item: (item[0][0], item[0][1].lower())):
        first, last = min(a for a, _ in row["opsets"]), max(b for _, b in row["opsets"])
        opsets = str(first) if first == last else f"{first} to {last}"
        judged = sorted(types[name], key=lambda t: (t.strip("0123456789"), int(re.sub(r"\D", "", t) or 0)))
        modes = {"Always": "always exact", "Scheduled": "exact or bounded", "BoundedOnly": "bounded"}
        mode = ", ".join(modes[m] for m in sorted(row["modes"]))
        evidence, work = EVIDENCE[room]
        lines.append(f"| {name} | {opsets} | {' '.join(judged) or '-'} | {mode} | {evidence} | {work} |")
    lines += ["", END]
    with open(readme, encoding="utf-8") as file:
        text = file.read()
    before, after = text.split(START)[0], text.split(END)[1]
    with open(readme, "w", encoding="utf-8") as file:
        file.write(before + "\n".join(lines) + after)


if __name__ == "__main__":
    main(*sys.argv[1:])
