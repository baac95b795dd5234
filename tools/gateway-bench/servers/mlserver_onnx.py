"""MLServer's runtime of a prepared graph: the parameter `uri` of model-settings.json names the file."""

from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse

from onnx_session import open_session


class Onnx(MLModel):
    async def load(self) -> bool:
        self.session = open_session(self.settings.parameters.uri)
        self.outputs_names = [output.name for output in self.session.get_outputs()]
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        feeds = {tensor.name: NumpyCodec.decode_input(tensor) for tensor in payload.inputs}
        found = self.session.run(None, feeds)
        outputs = [NumpyCodec.encode_output(name, array) for name, array in zip(self.outputs_names, found)]
        return InferenceResponse(id=payload.id, model_name=self.name, model_version=self.version, outputs=outputs)
