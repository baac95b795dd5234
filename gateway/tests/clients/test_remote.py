"""The gateway in front of other servers: MLServer as it is published, and a second gateway.

`relay` (`gateway/examples/relay.rs`) is the gateway with a server as its backend. What goes through it must come back as it
was: client, gateway, other server, gateway, client. MLServer speaks JSON only, so that both ways to carry tensors are tried.
"""

import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

import numpy as np
import pytest
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from test_grpc import TYPES

HERE = pathlib.Path(__file__).parent


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait(url, process, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"{url} did not answer")


@pytest.fixture(scope="module")
def mlserver(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mlserver")
    port = free_port()
    settings = {
        "debug": False,
        "host": "127.0.0.1",
        "http_port": port,
        "grpc_port": free_port(),
        "metrics_port": free_port(),
        "parallel_workers": 0,
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    for datatype in TYPES:
        model = folder / datatype.lower()
        model.mkdir()
        tensor = {"datatype": datatype, "shape": [-1]}
        described = {
            "name": f"identity-{datatype.lower()}",
            "implementation": "echo.Echo",
            "versions": ["v1"],
            "inputs": [{"name": "x", **tensor}],
            "outputs": [{"name": "y", **tensor}],
        }
        (model / "model-settings.json").write_text(json.dumps(described))
        (model / "echo.py").write_text((HERE / "other/echo.py").read_text())
    program = pathlib.Path(os.environ["MLSERVER_VENV"]) / "bin/mlserver"
    environment = {**os.environ, "PYTHONPATH": str(HERE / "other"), "PYTHONDONTWRITEBYTECODE": "1"}
    with open(folder / "log", "w") as log:
        process = subprocess.Popen([program, "start", folder], stdout=log, stderr=log, env=environment)
    try:
        wait(f"http://127.0.0.1:{port}/v2/health/ready", process)
        yield f"http://127.0.0.1:{port}"
    except BaseException:
        print((folder / "log").read_text()[-3000:], file=sys.stderr)
        raise
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module", params=["MLServer", "gateway"])
def relay(request, url):
    behind = request.getfixturevalue("mlserver") if request.param == "MLServer" else url
    process = subprocess.Popen([os.environ["RELAY"], "127.0.0.1:0", behind], stdout=subprocess.PIPE, text=True)
    try:
        address = process.stdout.readline().strip()
        wait(f"{address}/v2/health/ready", process)
        with triton.InferenceServerClient(address.removeprefix("http://")) as client:
            yield client
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("shape", ["many", "empty", "scalar"])
@pytest.mark.parametrize("datatype", TYPES)
def test_tensor_should_come_back_exactly_when_another_server_answers(relay, datatype, shape, binary):
    if datatype == "FP16" and not binary:
        # tritonclient itself sends these as bytes only.
        binary = True
    array = TYPES[datatype].reshape(-1)
    if array.dtype.kind == "f":
        # A NaN goes through JSON, its payload does not.
        array = array[~np.isnan(array)]
    array = {"many": array, "empty": array[:0], "scalar": array[:1].reshape(())}[shape]
    if shape == "scalar" and datatype == "BYTES":
        array = TYPES["BYTES"][1:2]
    given = triton.InferInput("x", list(array.shape), datatype)
    given.set_data_from_numpy(array, binary_data=binary)
    wanted = triton.InferRequestedOutput("y", binary_data=binary)
    found = relay.infer(f"identity-{datatype.lower()}", [given], outputs=[wanted]).as_numpy("y")
    assert list(found.shape) == list(array.shape)
    if datatype == "BYTES":
        texts = [text.encode() if isinstance(text, str) else text for text in found.reshape(-1)]
        assert texts == [text.encode() for text in array.reshape(-1)]
    else:
        assert found.astype(array.dtype).tobytes() == array.tobytes()


def test_models_should_be_described_when_another_server_has_them(relay):
    assert relay.is_server_ready() and relay.is_model_ready("identity-int8")
    model = relay.get_model_metadata("identity-int8")
    assert model["inputs"][0]["name"] == "x" and model["inputs"][0]["datatype"] == "INT8"
    assert any("identity-int8" in entry["name"] for entry in relay.get_model_repository_index())


def test_model_should_not_be_found_when_another_server_lacks_it(relay):
    given = triton.InferInput("x", [1], "INT8")
    given.set_data_from_numpy(np.array([1], np.int8))
    with pytest.raises(InferenceServerException) as error:
        relay.infer("nothing", [given])
    assert "404" in str(error.value.status()) or "not found" in str(error.value).lower()
