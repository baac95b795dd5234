#!/usr/bin/env python3
"""Sums up a run of tools/conformance/run. usage: report.py FOLDER

Prints a table of the operators and one of the models, and closes with "N passed, N failed".
"""
import collections
import glob
import json
import os
import sys

# What must be judged at least, so that a suite that judges nothing does not pass.
LEAST_OPERATORS, LEAST_ELEMENTS = 90, 1_000_000


def avx512():
    """Whether this machine has the instruction set on which every model must be exact."""
    with open("/proc/cpuinfo", encoding="ascii") as file:
        flags = file.read()
    return all(flag in flags for flag in ("avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni"))


def main(folder):
    passed, failed = 0, []
    operators = collections.defaultdict(lambda: collections.Counter(largest=0.0))
    models = collections.defaultdict(collections.Counter)
    for path in sorted(glob.glob(os.path.join(folder, "*.json"))):
        suite = os.path.splitext(os.path.basename(path))[0]
        with open(path, encoding="utf-8") as file:
            nodes = json.load(file)["nodes"]
        for node in nodes:
            row = operators[node["operator"]]
            row[node["verdict"]] += 1
            row["judged"] += node["judged"]
            row["largest"] = max(row["largest"], node["largest"])
            if node["verdict"] == "WRONG":
                failed.append(f"{suite} {node['case']} {node['node']} ({node['operator']}): {node['note'][:200]}")
            if suite in ("models", "minilm"):
                model = models[node["case"]]
                model["nodes"] += 1
                model["exact nodes"] += node["verdict"] == "EXACT"
                model["values"] += node["judged"]
                model["exact values"] += node["exact"]
                model["unsupported"] += node["verdict"] == "UNSUPPORTED"
    print(f"{'operator':36} {'elements':>12} {'exact':>6} {'bound':>6} {'worst':>7} {'not judged':>10}")
    for name, row in sorted(operators.items()):
        worst = f"{row['largest']:.3f}" if row["BOUNDED"] else ""
        print(
            f"{name:36} {row['judged']:12} {row['EXACT']:6} {row['BOUNDED']:6} {worst:>7} {row['UNSUPPORTED']:10}"
        )
    judged = [name for name, row in operators.items() if row["judged"] and not row["WRONG"]]
    passed += len(judged)
    elements = sum(row["judged"] for row in operators.values())
    print(f"{len(judged)} operators judged, {elements} elements")
    print(f"\n{'model':16} {'nodes':>6} {'exact':>6} {'values':>10} {'exact':>10}")
    for name, row in sorted(models.items()):
        print(f"{name:16} {row['nodes']:6} {row['exact nodes']:6} {row['values']:10} {row['exact values']:10}")
        if row["unsupported"] or (avx512() and row["exact nodes"] != row["nodes"]):
            failed.append(f"model {name}: {row['exact nodes']} of {row['nodes']} nodes are judged exactly")
        else:
            passed += 1
    for path in sorted(glob.glob(os.path.join(folder, "lies*.txt"))):
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        print("\n" + "\n".join(lines))
        kinds = [line.split() for line in lines if len(line.split()) == 6 and line.split()[1].isdigit()]
        passed += sum(told == convicted == fails for _, told, convicted, fails, *_ in kinds)
        good = lines and " 0 failures," in lines[-1] and "left out" not in "\n".join(lines)
        if not good:
            failed.append(f"{os.path.basename(path)}: {lines[-1] if lines else 'no output'}")
    if len(judged) < LEAST_OPERATORS:
        failed.append(f"only {len(judged)} operators were judged")
    if elements < LEAST_ELEMENTS:
        failed.append(f"only {elements} elements were judged")
    for line in failed:
        print(f"FAILED {line}")
    print(f"\n{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
