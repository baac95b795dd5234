"""MLServer's part: a model that answers with its input, as it came."""

from mlserver import MLModel
from mlserver.types import InferenceRequest, InferenceResponse, ResponseOutput


class Echo(MLModel):
    async def load(self) -> bool:
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        outputs = [ResponseOutput(name="y", datatype=i.datatype, shape=i.shape, data=i.data) for i in payload.inputs]
        return InferenceResponse(id=payload.id, model_name=self.name, model_version=self.version, outputs=outputs)
