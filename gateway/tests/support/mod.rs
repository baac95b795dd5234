//! A backend in memory: what examples and tests put behind the gateway.
//!
//! | model | inputs | outputs |
//! |---|---|---|
//! | `candor/add`, also `add` | `a`, `b`: FP32 [1, 384] | `sum`: FP32 [1, 384] |
//! | `candor/identity-fp32` and so on for every type | `x`, of any shape | `y`, the same |
//! | `candor/tokens` | `input_ids`, `attention_mask`: INT64 [-1, -1] | `last_hidden_state`: FP32 [-1, -1, 3] |
//! | `candor/pooled` | the same | `sentence_embedding`: FP32 [-1, 3] |
//! | `candor/refusing` | `why`: BYTES [1] | none: it answers with the error that is named |
#![allow(dead_code)]

use bytes::Bytes;
use candor_gateway::{
    datatype::DATATYPES, Backend, CallError, InferRequest, InferResponse, ModelInfo, NamedTensor, PaymentNeeded,
    PaymentProblem, TensorData, TensorInfo,
};
use candor_primitives::{tensor::Shape, AccountId, DType};
use sp_core::H256;
use std::{
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    time::Duration,
};

/// Words a, b, c; unknown words are 1; always padded to 8, as many files say.
const TOKENIZER: &str = r#"{
    "version":"1.0",
    "truncation":{"direction":"Right","max_length":4,"strategy":"LongestFirst","stride":0},
    "padding":{"strategy":{"Fixed":8},"direction":"Right","pad_to_multiple_of":null,"pad_id":0,"pad_type_id":0,"pad_token":"[PAD]"},
    "added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"Whitespace"},"post_processor":null,"decoder":null,
    "model":{"type":"WordLevel","vocab":{"[PAD]":0,"[UNK]":1,"a":2,"b":3,"c":4},"unk_token":"[UNK]"}}"#;

/// The backend.
#[derive(Default)]
pub struct Memory {
    /// Calls that were begun.
    pub begun: AtomicUsize,
    /// Calls that were given up before they ended.
    pub dropped: AtomicUsize,
}

fn info(name: &str, dtype: DType, shape: &[Option<u32>]) -> TensorInfo {
    TensorInfo { name: name.into(), dtype, shape: shape.into() }
}

fn model(name: &str, inputs: Vec<TensorInfo>, outputs: Vec<TensorInfo>) -> ModelInfo {
    let short = name.strip_prefix("candor/").unwrap_or(name);
    ModelInfo {
        name: name.into(),
        aliases: vec![short.into()],
        versions: vec!["1.0.0".into(), "1.1.0".into()],
        release: None,
        inputs,
        outputs,
        ready: true,
    }
}

/// All models.
pub fn models() -> Vec<ModelInfo> {
    let row = [Some(1), Some(384)];
    let sum = vec![info("a", DType::Float32, &row), info("b", DType::Float32, &row)];
    let text = || ["input_ids", "attention_mask"].map(|name| info(name, DType::Int64, &[None, None])).to_vec();
    let mut models = vec![
        model("candor/add", sum, vec![info("sum", DType::Float32, &row)]),
        model("candor/tokens", text(), vec![info("last_hidden_state", DType::Float32, &[None, None, Some(3)])]),
        model("candor/pooled", text(), vec![info("sentence_embedding", DType::Float32, &[None, Some(3)])]),
        model("candor/refusing", vec![info("why", DType::String, &[Some(1)])], vec![]),
    ];
    models.extend(DATATYPES.iter().map(|(dtype, name)| {
        let name = format!("candor/identity-{}", name.to_lowercase());
        model(&name, vec![info("x", *dtype, &[None])], vec![info("y", *dtype, &[None])])
    }));
    models
}

fn not_found(name: &str) -> CallError {
    CallError::NotFound(format!("there is no model `{name}`"))
}

fn named(name: &str, dtype: DType, shape: &[u32], data: Vec<u8>) -> NamedTensor {
    let shape = Shape::try_from(shape.to_vec()).expect("at most eight dimensions");
    NamedTensor { name: name.into(), tensor: TensorData { dtype, shape, data: data.into() } }
}

fn add(inputs: &[NamedTensor]) -> NamedTensor {
    let floats = |index: usize| inputs[index].tensor.data.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b));
    let sum = floats(0).zip(floats(1)).flat_map(|(a, b): (f32, f32)| (a + b).to_le_bytes()).collect();
    named("sum", DType::Float32, &[1, 384], sum)
}

/// A vector for each token; masked ones are far away.
fn hidden(inputs: &[NamedTensor]) -> Vec<[f32; 3]> {
    let numbers = |index: usize| inputs[index].tensor.data.as_chunks::<8>().0.iter().map(|b| i64::from_le_bytes(*b));
    let vector = |(id, mask): (i64, i64)| if mask == 0 { [1e9; 3] } else { [id as f32, 1.0, (id * id) as f32] };
    numbers(0).zip(numbers(1)).map(vector).collect()
}

fn refuse(inputs: &[NamedTensor]) -> CallError {
    let needed = |problem| {
        CallError::Payment(Box::new(PaymentNeeded {
            problem,
            genesis: Some(H256::repeat_byte(7)),
            host: Some(AccountId::new([9; 32])),
            release: Some(3),
            units: Some(16),
        }))
    };
    match &inputs[0].tensor.data[4..] {
        b"payment" => needed(PaymentProblem::Unpaid { calls: 3, fee: 1 << 100 }),
        b"unknown" => needed(PaymentProblem::UnknownSession),
        b"index" => needed(PaymentProblem::Index(4)),
        b"busy" => CallError::Busy { retry_ms: 1500 },
        b"down" => CallError::Unavailable("it is being loaded".into()),
        b"run" => CallError::Run { message: "index out of range".into(), receipt: None },
        b"internal" => CallError::Internal("the disk is gone".into()),
        _ => CallError::Unauthorized("no".into()),
    }
}

struct Dropped<'a>(Option<&'a AtomicUsize>);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.0.map(|count| count.fetch_add(1, SeqCst));
    }
}

impl Backend for Memory {
    async fn models(&self) -> Result<Vec<ModelInfo>, CallError> {
        Ok(models())
    }

    async fn model(&self, name: &str, version: Option<&str>) -> Result<ModelInfo, CallError> {
        let found = models().into_iter().find(|model| model.is_called(name)).ok_or_else(|| not_found(name))?;
        match version {
            Some(version) if !found.versions.iter().any(|known| known == version) => Err(not_found(name)),
            _ => Ok(found),
        }
    }

    async fn infer(&self, mut request: InferRequest) -> Result<InferResponse, CallError> {
        self.begun.fetch_add(1, SeqCst);
        let mut dropped = Dropped(Some(&self.dropped));
        let version = request.version.clone();
        // The near-free model is not looked up: it is there to measure what lies before it.
        let name = if matches!(request.model.as_str(), "add" | "candor/add") && request.inputs.len() == 2 {
            "candor/add".to_string()
        } else {
            let mut model = self.model(&request.model, version.as_deref()).await?;
            if model.name.starts_with("candor/identity") {
                // Identities take any shape.
                if let Some(input) = request.inputs.first() {
                    model.inputs[0].shape = input.tensor.shape.iter().map(|_| None).collect();
                }
            }
            model.fit(&mut request)?;
            model.name
        };
        if request.id.as_deref() == Some("slow") {
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
        dropped.0 = None;
        let outputs = match name.as_str() {
            "candor/add" => {
                let whole =
                    |input: &NamedTensor| input.tensor.dtype == DType::Float32 && input.tensor.data.len() == 1536;
                if !request.inputs.iter().all(whole) {
                    let message = "the inputs are FP32 of shape [1, 384]".into();
                    return Err(CallError::Invalid { field: "inputs".into(), message });
                }
                vec![add(&request.inputs)]
            },
            "candor/tokens" => {
                let hidden = hidden(&request.inputs);
                let [batch, width] = request.inputs[0].tensor.shape[..] else { return Err(not_found(&name)) };
                let data = hidden.iter().flatten().flat_map(|value| value.to_le_bytes()).collect();
                vec![named("last_hidden_state", DType::Float32, &[batch, width, 3], data)]
            },
            "candor/pooled" => {
                let data =
                    hidden(&request.inputs).first().into_iter().flatten().flat_map(|v| v.to_le_bytes()).collect();
                vec![named("sentence_embedding", DType::Float32, &[1, 3], data)]
            },
            "candor/refusing" => return Err(refuse(&request.inputs)),
            _ => {
                let tensor = request.inputs.remove(0).tensor;
                vec![NamedTensor { name: "y".into(), tensor }]
            },
        };
        let version = request.version.unwrap_or_else(|| "1.1.0".into());
        Ok(InferResponse { model: name, version, outputs, receipt: None, output_roots: Vec::new() })
    }

    async fn file(&self, model: &str, name: &str) -> Result<Option<Bytes>, CallError> {
        let has = name == "tokenizer.json" && matches!(model, "candor/tokens" | "candor/pooled");
        Ok(has.then(|| Bytes::from_static(TOKENIZER.as_bytes())))
    }

    async fn ready(&self) -> bool {
        true
    }
}
