"""`tritonclient`, as NVIDIA publishes it: every type, every shape, JSON and binary data."""

import math

import ml_dtypes
import numpy as np
import pytest
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

NUMBERS = {
    "BOOL": np.bool_,
    "UINT8": np.uint8,
    "UINT16": np.uint16,
    "UINT32": np.uint32,
    "UINT64": np.uint64,
    "INT8": np.int8,
    "INT16": np.int16,
    "INT32": np.int32,
    "INT64": np.int64,
    "FP16": np.float16,
    "FP32": np.float32,
    "FP64": np.float64,
}
SHAPES = [(), (0,), (1,), (7,), (2, 3), (3, 0, 2), (1, 2, 3, 2)]


@pytest.fixture(scope="module")
def client(url):
    with triton.InferenceServerClient(url.removeprefix("http://")) as client:
        yield client


def values(kind, shape):
    """Every bit pattern that the type has, as far as the shape has room."""
    count = math.prod(shape)
    dtype = np.dtype(NUMBERS[kind])
    if kind == "BOOL":
        flat = np.arange(count) % 2 == 0
    else:
        flat = np.frombuffer(np.random.default_rng(7).bytes(count * dtype.itemsize), dtype)
    return flat.reshape(shape)


def ask(client, kind, array, binary_in, binary_out, model=None, **more):
    tensor = triton.InferInput("x", list(array.shape), kind)
    tensor.set_data_from_numpy(array, binary_data=binary_in)
    wanted = [triton.InferRequestedOutput("y", binary_data=binary_out)]
    return client.infer(model or f"candor/identity-{kind.lower()}", [tensor], outputs=wanted, **more)


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_bit_should_come_back_when_binary(client, kind, shape):
    given = values(kind, shape)
    got = ask(client, kind, given, True, True)
    assert got.get_output("y")["shape"] == list(shape)
    # tritonclient gives no array for no bytes.
    array = got.as_numpy("y")
    assert (b"" if array is None else array.tobytes()) == given.tobytes()
    assert array is None or array.shape == shape


@pytest.mark.parametrize("kind", [kind for kind in NUMBERS if kind != "FP16"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_value_should_come_back_when_json(client, kind, shape):
    given = values(kind, shape)
    if given.dtype.kind == "f":
        # JSON has one NaN only.
        given = np.where(np.isnan(given), np.array(np.nan, given.dtype), given)
    got = ask(client, kind, given, False, False).as_numpy("y")
    assert got.shape == shape
    assert got.dtype == given.dtype
    assert got.tobytes() == given.tobytes()


def test_half_floats_should_come_back_when_binary_goes_in_and_json_comes_out(client):
    given = np.array([0.1, -65504, 6e-8, 0.0], np.float16)
    got = ask(client, "FP16", given, True, False).as_numpy("y")
    assert got.astype(np.float16).tobytes() == given.tobytes()


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_brain_floats_should_come_back_when_binary(client, shape):
    flat = np.frombuffer(np.random.default_rng(7).bytes(2 * math.prod(shape)), ml_dtypes.bfloat16)
    got = ask(client, "BF16", flat.reshape(shape), True, True).as_numpy("y")
    assert (b"" if got is None else got.tobytes()) == flat.tobytes()


@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("binary_out", [True, False])
@pytest.mark.parametrize("shape", [(4,), (2, 2)])
def test_texts_should_come_back_when_they_have_any_letters(client, binary_in, binary_out, shape):
    texts = ["", "plain", 'ä"\\\n', "\U0001f600"]
    given = np.array([text.encode() for text in texts], np.object_).reshape(shape)
    got = ask(client, "BYTES", given, binary_in, binary_out).as_numpy("y")
    assert got.shape == shape
    assert [text if isinstance(text, bytes) else text.encode() for text in got.flatten()] == list(given.flatten())


def test_odd_floats_should_come_back_when_json(client):
    given = np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324], np.float64)
    got = ask(client, "FP64", given, False, False).as_numpy("y")
    assert got.tobytes() == given.tobytes()


@pytest.mark.parametrize("algorithm", ["gzip", "deflate"])
def test_bodies_should_be_understood_when_packed(client, algorithm):
    given = values("FP32", (64,))
    got = ask(client, "FP32", given, True, True, request_compression_algorithm=algorithm)
    assert got.as_numpy("y").tobytes() == given.tobytes()


def test_answers_should_carry_what_was_asked_when_named(client):
    got = ask(client, "INT8", values("INT8", (2,)), True, True, request_id="seven", model_version="1.0.0")
    response = got.get_response()
    assert (response["id"], response["model_version"]) == ("seven", "1.0.0")


def test_sums_should_be_right_when_several_inputs_go_in(client):
    arrays = [np.linspace(start, 1, 384, dtype=np.float32).reshape(1, 384) for start in (0, 5)]
    tensors = [triton.InferInput(name, [1, 384], "FP32") for name in "ab"]
    for binary in (True, False):
        for tensor, array in zip(tensors, arrays):
            tensor.set_data_from_numpy(array, binary_data=binary)
        got = client.infer("candor/add", tensors).as_numpy("sum")
        assert got.tobytes() == (arrays[0] + arrays[1]).tobytes()
    future = client.async_infer("add", tensors)
    assert future.get_result().as_numpy("sum").shape == (1, 384)


def test_the_server_should_be_known_when_it_is_asked(client):
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready("candor/add") and client.is_model_ready("add", "1.0.0")
    assert not client.is_model_ready("candor/none")
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    model = client.get_model_metadata("candor/add")
    assert model["inputs"][0] == {"name": "a", "datatype": "FP32", "shape": [1, 384]}
    rows = client.get_model_repository_index()
    assert {"name": "candor/add", "version": "1.0.0", "state": "READY", "reason": ""} in rows
    assert client.get_inference_statistics("candor/add")["model_stats"][0]["name"] == "candor/add"


def test_errors_should_be_told_when_a_call_is_wrong(client):
    with pytest.raises(InferenceServerException, match="no input `x`") as raised:
        ask(client, "FP32", values("FP32", (1,)), True, True, model="candor/tokens")
    assert raised.value.status() == "400"
    with pytest.raises(InferenceServerException, match="no model") as raised:
        ask(client, "FP32", values("FP32", (1,)), True, True, model="candor/none")
    assert raised.value.status() == "404"
    with pytest.raises(InferenceServerException, match="deadline") as raised:
        ask(client, "FP32", values("FP32", (1,)), True, True, request_id="slow", timeout=20_000)
    assert raised.value.status() == "504"
