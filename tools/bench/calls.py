#!/usr/bin/env python3
"""Calls of the addition through a proxy, some at a time: calls.py HOST:PORT COUNT AT_ONCE. Fails if one is not answered rightly."""

import http.client
import json
import sys
import threading


def main():
    address, count, at_once = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    numbers = iter(range(count))
    lock = threading.Lock()
    failures = []

    def one_after_the_other():
        connection = http.client.HTTPConnection(address, timeout=60)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None or failures:
                return
            try:
                check(connection, number)
            except (OSError, http.client.HTTPException, ValueError) as error:
                failures.append(f"call {number}: {error}")

    threads = [threading.Thread(target=one_after_the_other) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        sys.exit(failures[0])


def check(connection, number):
    row = [float(number % 1000)] * 384
    inputs = [{"name": name, "shape": [1, 384], "datatype": "FP32", "data": row} for name in ("a", "b")]
    body = json.dumps({"inputs": inputs})
    connection.request("POST", "/v2/models/bench-add/infer", body, {"content-type": "application/json"})
    response = connection.getresponse()
    answer = response.read()
    if response.status != 200:
        raise ValueError(f"{response.status}: {answer[:200]}")
    if json.loads(answer)["outputs"][0]["data"] != [2 * value for value in row]:
        raise ValueError("a wrong sum")
    if "candor-receipt" not in response.headers:
        raise ValueError("no receipt")


if __name__ == "__main__":
    main()
