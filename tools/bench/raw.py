#!/usr/bin/env python3
"""Runs inputs in plain ONNX Runtime, as the engine runs them: raw.py PREPARED INPUTS WORKERS.

PREPARED is a folder of `candor model prepare`, INPUTS a file of inputs.py. WORKERS threads call one session each, with
one thread inside an operator. Prints JSON: calls, and CPU time and time passed per call in milliseconds, of this process
by the system's accounting, loading and warming up left out.
"""

import json
import pathlib
import resource
import sys
import threading
import time

import numpy as np
import onnxruntime


def open_session(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    graph = folder / manifest["variants"][0]["graph"]
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def feeds(ids):
    row = np.array([ids], np.int64)
    return {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    folder, workers = pathlib.Path(sys.argv[1]), int(sys.argv[3])
    calls = [feeds(ids) for ids in json.loads(pathlib.Path(sys.argv[2]).read_text())]
    sessions = [open_session(folder) for _ in range(workers)]
    for session in sessions:
        for call in calls[:20]:
            session.run(None, call)

    def work(session, share):
        for call in share:
            session.run(None, call)

    threads = [threading.Thread(target=work, args=(s, calls[i::workers])) for i, s in enumerate(sessions)]
    cpu_before, before = cpu(), time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed, spent = time.monotonic() - before, cpu() - cpu_before
    print(json.dumps({
        "calls": len(calls),
        "workers": workers,
        "cpu_ms": 1000 * spent / len(calls),
        "passed_ms": 1000 * passed / len(calls),
    }))


if __name__ == "__main__":
    main()
