"""A multilayer perceptron of any number of parameters, written in bounded memory: for curves of cost against size."""

import zlib

import numpy as np
import onnx
from graph import IR_VERSION
from onnx import TensorProto, external_data_helper, helper, numpy_helper

OPSET = 17
LAYERS = 8
# Protobuf files end at 2 GiB: above this many bytes of weights they go into a file beside the model.
EXTERNAL_ABOVE = 1_500_000_000
EXTERNAL_FILE = "model.onnx.data"
# Values drawn at a time.
CHUNK = 1 << 22


def width_of(parameters):
    """The width, a multiple of 16, whose LAYERS square layers have about that many parameters."""
    return max(16, round((parameters / LAYERS) ** 0.5 / 16) * 16)


def chunks(name, count, deviation):
    """`count` seeded normal numbers as f32 arrays of bounded size."""
    generator = np.random.default_rng([0, zlib.crc32(name.encode())])
    for start in range(0, count, CHUNK):
        values = generator.standard_normal(min(CHUNK, count - start), dtype=np.float32)
        values *= np.float32(deviation)
        yield values


def save(folder, parameters):
    """Writes LAYERS dense layers with ReLU in between and returns what the release says about them."""
    width = width_of(parameters)
    external = 4 * LAYERS * width * (width + 1) > EXTERNAL_ABOVE
    nodes, constants, offset = [], [], 0
    data = (folder / EXTERNAL_FILE).open("wb") if external else None
    x = "states"
    for layer in range(LAYERS):
        names = [f"layers.{layer}.weight", f"layers.{layer}.bias"]
        for name, shape, deviation in zip(names, ([width, width], [width]), ((2 / width) ** 0.5, 0.02)):
            parts = chunks(name, int(np.prod(shape)), deviation)
            if not external:
                constants.append(numpy_helper.from_array(np.concatenate(list(parts)).reshape(shape), name))
                continue
            # The helper of onnx points a tensor at a file only if it has data to replace.
            tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, raw_data=b"0")
            length = sum(data.write(part.tobytes()) for part in parts)
            external_data_helper.set_external_data(tensor, EXTERNAL_FILE, offset, length)
            tensor.ClearField("raw_data")
            offset += length
            constants.append(tensor)
        last = layer + 1 == LAYERS
        nodes.append(helper.make_node("Gemm", [x, *names], ["scores" if last else f"layers.{layer}"], name=f"layers.{layer}"))
        x = nodes[-1].output[0]
        if not last:
            nodes.append(helper.make_node("Relu", [x], [f"{x}.relu"], name=f"{x}.relu"))
            x = f"{x}.relu"
    if data:
        data.close()
    inputs = [helper.make_tensor_value_info("states", TensorProto.FLOAT, ["batch", width])]
    outputs = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", width])]
    graph = helper.make_graph(nodes, "mlp", inputs, outputs, constants)
    opsets = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="candor")
    (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    onnx.checker.check_model(folder / "model.onnx", full_check=True)
    return {"unit_rule": {"dims": ["batch"], "divisor": 1}, "limits": {"batch": 64}, "tags": ["benchmark"]}
