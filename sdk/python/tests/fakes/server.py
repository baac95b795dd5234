"""A server of the Open Inference Protocol that answers with what it was sent, on a real socket."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import numpy as np

# status, headers, body
Answer = tuple[int, dict[str, str], bytes]
Override = Callable[[str, str, dict[str, str], bytes], Answer | None]


class FakeServer:
    """Echoes the inputs of every call as its outputs. ``override`` may answer first; ``requests`` keeps what came."""

    def __init__(self) -> None:
        self.override: Override | None = None
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        # How many connections are closed without an answer before the first is answered.
        self.drop = 0
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.respond("GET", b"")

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", "0"))
                self.respond("POST", self.rfile.read(length))

            def respond(self, method: str, body: bytes) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                fake.requests.append((method, self.path, headers, body))
                if fake.drop > 0:
                    fake.drop -= 1
                    self.close_connection = True
                    self.connection.close()
                    return
                answer = fake.override(method, self.path, headers, body) if fake.override else None
                status, extra, content = answer or fake.answer(method, self.path, headers, body)
                self.send_response(status)
                for name, value in {"content-length": str(len(content)), **extra}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if path == "/v1/models":
            return json_answer(200, {"object": "list", "data": [{"id": "acme/echo"}, {"id": "acme/other"}]})
        if path == "/v1/embeddings":
            return self._embeddings(json.loads(body))
        if path.startswith("/v2/health"):
            return json_answer(200, {})
        if path.endswith("/infer"):
            return self._echo(unquote(path.split("/")[3]), headers, body)
        if path.endswith("/ready"):
            return json_answer(200, {})
        if unquote(path).startswith("/v2/models/acme/echo"):
            info = [
                {"name": "x", "datatype": "FP32", "shape": [-1, 2]},
                {"name": "n", "datatype": "UINT64", "shape": []},
            ]
            return json_answer(
                200, {"name": "acme/echo", "versions": ["1.0.0"], "platform": "onnx", "inputs": info, "outputs": info}
            )
        return json_answer(404, {"error": "no such model", "code": "not_found"})

    def _embeddings(self, document: dict[str, Any]) -> Answer:
        rows: list[dict[str, Any]] = []
        for index, text in enumerate(document["input"]):
            vector = np.array([len(text), index, 0.1], dtype="<f4")
            as_text = base64.b64encode(vector.tobytes()).decode()
            embedding = as_text if document.get("encoding_format") == "base64" else vector.tolist()
            rows.append({"object": "embedding", "index": index, "embedding": embedding})
        # The order of the list is nobody's promise.
        return json_answer(200, {"object": "list", "data": rows[::-1], "model": document["model"]})

    def _echo(self, model: str, headers: dict[str, str], body: bytes) -> Answer:
        length = headers.get("inference-header-content-length")
        end = len(body) if length is None else int(length)
        document, rest = json.loads(body[:end]), body[end:]
        wanted = {output["name"]: output for output in document.get("outputs", [])}
        everywhere = document.get("parameters", {}).get("binary_data_output", False)
        outputs, blobs = [], []
        for entry in document["inputs"]:
            size = entry.get("parameters", {}).get("binary_data_size")
            data = None
            if size is not None:
                data, rest = rest[:size], rest[size:]
            if wanted and entry["name"] not in wanted:
                continue
            binary = wanted.get(entry["name"], {}).get("parameters", {}).get("binary_data", everywhere)
            output = {key: entry[key] for key in ("name", "shape", "datatype")}
            if binary and data is not None:
                output["parameters"] = {"binary_data_size": len(data)}
                blobs.append(data)
            else:
                output["data"] = entry["data"]
            outputs.append(output)
        answer = {"model_name": model, "model_version": "1.0.0", "id": document.get("id"), "outputs": outputs}
        head = json.dumps(answer).encode()
        extra = {"inference-header-content-length": str(len(head))} if blobs or everywhere else {}
        return 200, extra, b"".join([head, *blobs])


def json_answer(status: int, document: Any, **headers: str) -> Answer:
    """An answer with a JSON document."""
    return status, {"content-type": "application/json", **headers}, json.dumps(document).encode()
