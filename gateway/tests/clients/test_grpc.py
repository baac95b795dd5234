"""gRPC: tritonclient as it is published, and grpcio without generated code, against the models of `tests/support`."""

import json
import threading
import time
from urllib.parse import urlparse

import grpc
import ml_dtypes
import numpy as np
import pytest
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException, triton_to_np_dtype

TYPES = {
    "BOOL": np.array([[True, False, True], [False, False, True]]),
    "UINT8": np.array([0, 1, 255], np.uint8),
    "UINT16": np.array([0, 65535], np.uint16),
    "UINT32": np.array([0, 2**32 - 1], np.uint32),
    "UINT64": np.array([0, 2**64 - 1], np.uint64),
    "INT8": np.array([-128, 127], np.int8),
    "INT16": np.array([-(2**15), 2**15 - 1], np.int16),
    "INT32": np.array([[-(2**31)], [2**31 - 1]], np.int32),
    "INT64": np.array([-(2**63), 2**63 - 1], np.int64),
    "FP16": np.array([0.1, -0.0, 65504, np.inf, np.nan, 6e-8], np.float16),
    "FP32": np.array([0.1, -0.0, 3.4e38, np.inf, -np.inf, np.nan, 1e-45], np.float32),
    "FP64": np.array([0.1, -0.0, 1.7e308, np.inf, np.nan, 5e-324], np.float64),
    "BYTES": np.array(["", "ä", "日本語", "a" * 1000], np.object_),
}


@pytest.fixture(scope="module")
def address(url):
    return urlparse(url).netloc


@pytest.fixture(scope="module")
def client(address):
    with triton.InferenceServerClient(address) as client:
        yield client


def identity(client, datatype, array, **options):
    given = triton.InferInput("x", list(array.shape), datatype)
    given.set_data_from_numpy(array)
    return client.infer(f"candor/identity-{datatype.lower()}", [given], **options)


def same(given, found):
    assert found.shape == given.shape
    if given.dtype == np.object_:
        texts = [text.encode() for text in given.reshape(-1)]
        assert list(found.reshape(-1)) == texts
    else:
        assert found.dtype == given.dtype
        assert found.tobytes() == given.tobytes()


def test_server_should_say_what_it_is_when_asked(client):
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready("candor/add") and client.is_model_ready("add", "1.0.0")
    assert client.get_server_metadata().name
    index = client.get_model_repository_index()
    assert {"candor/add", "candor/identity-fp16"} <= {model.name for model in index.models}
    model = client.get_model_metadata("candor/add")
    assert [(i.name, i.datatype, list(i.shape)) for i in model.inputs] == [("a", "FP32", [1, 384]), ("b", "FP32", [1, 384])]
    assert client.get_model_metadata("candor/tokens").inputs[0].shape == [-1, -1]


@pytest.mark.parametrize("datatype", TYPES)
@pytest.mark.parametrize("shape", ["many", "empty", "scalar", "deep"])
def test_tensor_should_come_back_exactly_when_triton_sends_it(client, datatype, shape):
    array = TYPES[datatype]
    array = {
        "many": array,
        "empty": array.reshape(-1)[:0].reshape(0, 3),
        "scalar": array.reshape(-1)[:1].reshape(()),
        "deep": array.reshape((1, 1, 1, 1, 1) + array.shape),
    }[shape]
    if shape == "scalar" and datatype == "BYTES":
        array = np.array(b"one", np.object_)
        given = triton.InferInput("x", [], "BYTES")
        given.set_data_from_numpy(array)
        found = client.infer("candor/identity-bytes", [given]).as_numpy("y")
        assert found.shape == () and found.item() == b"one"
        return
    same(array, identity(client, datatype, array).as_numpy("y"))


def test_bfloat16_should_come_back_exactly_when_it_is_raw(client):
    array = np.array([0.1, -0.0, 3e38, np.inf, np.nan], ml_dtypes.bfloat16)
    given = triton.InferInput("x", [5], "BF16")
    given._input.shape[:] = [5]
    given._raw_content = array.tobytes()
    answer = client.infer("candor/identity-bf16", [given]).get_response()
    assert answer.outputs[0].datatype == "BF16" and list(answer.outputs[0].shape) == [5]
    assert answer.raw_output_contents[0] == array.tobytes()


def test_sum_should_be_right_when_outputs_are_named(client):
    a, b = np.random.rand(2, 1, 384).astype(np.float32)
    inputs = [triton.InferInput(name, [1, 384], "FP32") for name in "ba"]
    inputs[0].set_data_from_numpy(b)
    inputs[1].set_data_from_numpy(a)
    answer = client.infer("add", inputs, "1.0.0", [triton.InferRequestedOutput("sum")], request_id="mine")
    assert answer.as_numpy("sum").tobytes() == (a + b).tobytes()
    response = answer.get_response()
    assert (response.id, response.model_name, response.model_version) == ("mine", "candor/add", "1.0.0")


def test_large_tensor_should_come_back_when_it_has_many_megabytes(address):
    # The client's own limit, of messages that it takes, is the largest that there is.
    with triton.InferenceServerClient(address) as client:
        array = np.random.randint(0, 255, 48 << 20, np.uint8)
        same(array, identity(client, "UINT8", array).as_numpy("y"))


def test_message_should_be_refused_when_it_is_too_large(client):
    with pytest.raises(InferenceServerException) as error:
        identity(client, "UINT8", np.zeros(65 << 20, np.uint8))
    assert error.value.status() in ("StatusCode.OUT_OF_RANGE", "StatusCode.RESOURCE_EXHAUSTED")


def test_many_calls_should_not_mix_when_they_run_at_once(client):
    done, wrong = threading.Semaphore(0), []

    def check(number):
        def callback(result, error):
            if error or result.as_numpy("y")[0] != number:
                wrong.append((number, error))
            done.release()

        return callback

    for number in range(200):
        given = triton.InferInput("x", [1], "INT64")
        given.set_data_from_numpy(np.array([number], np.int64))
        client.async_infer("candor/identity-int64", [given], check(number))
    for _ in range(200):
        assert done.acquire(timeout=30)
    assert not wrong


def test_answers_should_come_in_order_when_calls_are_streamed(address):
    answers = []
    with triton.InferenceServerClient(address) as client:
        client.start_stream(lambda result, error: answers.append(error or int(result.as_numpy("y")[0])))
        for number in range(50):
            given = triton.InferInput("x", [1], "INT32")
            given.set_data_from_numpy(np.array([number], np.int32))
            client.async_stream_infer("candor/identity-int32", [given])
        bad = triton.InferInput("z", [1], "INT32")
        bad.set_data_from_numpy(np.array([1], np.int32))
        client.async_stream_infer("candor/identity-int32", [bad])
        client.stop_stream()
    assert answers[:50] == list(range(50))
    assert "`z`" in str(answers[50])


def refusal(client, why, **options):
    given = triton.InferInput("why", [1], "BYTES")
    given.set_data_from_numpy(np.array([why], np.object_))
    with pytest.raises(InferenceServerException) as error:
        client.infer("candor/refusing", [given], **options)
    return error.value


@pytest.mark.parametrize(
    ("why", "code", "name"),
    [
        ("payment", "FAILED_PRECONDITION", "payment"),
        ("index", "FAILED_PRECONDITION", "payment"),
        ("busy", "RESOURCE_EXHAUSTED", "busy"),
        ("down", "UNAVAILABLE", "unavailable"),
        ("run", "ABORTED", "run_failed"),
        ("internal", "INTERNAL", "internal"),
        ("?", "UNAUTHENTICATED", "unauthorized"),
    ],
)
def test_error_should_have_code_and_detail_when_a_call_is_refused(client, why, code, name):
    error = refusal(client, why)
    assert error.status() == f"StatusCode.{code}"
    rpc = error.debug_details()
    rpc = rpc if isinstance(rpc, grpc.RpcError) else error.__cause__
    metadata = dict(rpc.trailing_metadata() or ()) if rpc is not None else {}
    if metadata:
        detail = json.loads(metadata["candor-error-bin"])
        assert detail["code"] == name
        if why == "payment":
            assert detail["payment"]["problem"] == "unpaid" and detail["payment"]["fee"] == str(1 << 100)


# --- grpcio alone: what is on the wire is written and read by hand ------------------------------------------------------


def varint(value):
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def raw_call(model, name, datatype, shape, data, identifier=""):
    tensor = field(1, name.encode()) + field(2, datatype.encode()) + field(3, b"".join(map(varint, shape)))
    message = field(1, model.encode()) + field(3, identifier.encode()) + field(5, tensor) + field(7, data)
    return message


@pytest.fixture(scope="module")
def method(address):
    with grpc.insecure_channel(address) as channel:
        yield channel.unary_unary("/inference.GRPCInferenceService/ModelInfer")


def test_bytes_should_come_back_when_the_message_is_written_by_hand(method):
    data = np.array([0.5, 1.5], np.float16).tobytes()
    answer, call = method.with_call(raw_call("candor/identity-fp16", "x", "FP16", [2], data))
    assert field(6, data) in answer and call.code() == grpc.StatusCode.OK


def test_payment_should_be_told_when_a_call_is_refused(method):
    why = b"payment"
    data = len(why).to_bytes(4, "little") + why
    with pytest.raises(grpc.RpcError) as error:
        method(raw_call("candor/refusing", "why", "BYTES", [1], data))
    assert error.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    detail = json.loads(dict(error.value.trailing_metadata())["candor-error-bin"])
    assert detail["code"] == "payment"
    assert detail["payment"]["calls"] == 3 and detail["payment"]["fee"] == str(1 << 100)
    assert detail["payment"]["host"] and detail["payment"]["genesis"] == "0x" + "07" * 32


def test_metadata_should_be_refused_when_it_is_no_payment(method):
    call = raw_call("candor/identity-bool", "x", "BOOL", [1], b"\1")
    for metadata in [("candor-session", "x"), ("candor-session", "1"), ("candor-voucher-bin", b"\0\1")]:
        with pytest.raises(grpc.RpcError) as error:
            method(call, metadata=[metadata])
        assert error.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert json.loads(dict(error.value.trailing_metadata())["candor-error-bin"])["field"].startswith("candor-")


def test_call_should_end_when_its_deadline_passes(method):
    # The model sleeps five seconds when the id is `slow`.
    call = raw_call("candor/identity-bool", "x", "BOOL", [1], b"\1", "slow")
    started = time.monotonic()
    with pytest.raises(grpc.RpcError) as error:
        method(call, timeout=0.3)
    assert error.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert time.monotonic() - started < 2


def test_next_call_should_be_answered_when_one_was_cancelled(method):
    running = method.future(raw_call("candor/identity-bool", "x", "BOOL", [1], b"\1", "slow"))
    time.sleep(0.1)
    assert running.cancel()
    started = time.monotonic()
    method(raw_call("candor/identity-bool", "x", "BOOL", [1], b"\1"))
    assert time.monotonic() - started < 2


def test_garbage_should_be_refused_when_it_is_no_message(method):
    for garbage in [b"\xff" * 20, field(5, b"\xff\xff\xff"), varint(7 << 3 | 5)]:
        with pytest.raises(grpc.RpcError) as error:
            method(garbage)
        assert error.value.code() in (grpc.StatusCode.INTERNAL, grpc.StatusCode.INVALID_ARGUMENT)


def test_method_should_be_unimplemented_when_it_is_none(address):
    with grpc.insecure_channel(address) as channel, pytest.raises(grpc.RpcError) as error:
        channel.unary_unary("/inference.GRPCInferenceService/Nothing")(b"")
    assert error.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_types_should_be_all_that_triton_has():
    assert all(triton_to_np_dtype(name) is not None for name in TYPES)
