"""KServe's own server with prepared graphs: kserve_onnx.py --http_port PORT NAME=GRAPH..."""

import sys

from kserve import InferOutput, InferRequest, InferResponse, Model, ModelServer
from kserve.utils.numpy_codec import from_np_dtype

from onnx_session import open_session


class Onnx(Model):
    def __init__(self, name, graph):
        super().__init__(name)
        self.session = open_session(graph)
        self.names = [output.name for output in self.session.get_outputs()]
        self.ready = True

    async def predict(self, payload: InferRequest, headers=None, response_headers=None) -> InferResponse:
        found = self.session.run(None, {tensor.name: tensor.as_numpy() for tensor in payload.inputs})
        outputs = []
        for name, array in zip(self.names, found):
            output = InferOutput(name=name, shape=list(array.shape), datatype=from_np_dtype(array.dtype))
            output.set_data_from_numpy(array, binary_data=bool(payload.use_binary_outputs))
            outputs.append(output)
        return InferResponse(payload.id, self.name, outputs, use_binary_outputs=payload.use_binary_outputs)


if __name__ == "__main__":
    port = int(sys.argv[sys.argv.index("--http_port") + 1])
    models = [Onnx(*pair.split("=", 1)) for pair in sys.argv[1:] if "=" in pair]
    ModelServer(http_port=port, enable_grpc=False, workers=1).start(models)
