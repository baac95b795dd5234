//! Runs on another server.

use super::{declared, floats, judged, library, models, profile, release, tensor};
use crate::{
    failure::RunFailure,
    remote::{RemoteConfig, RemoteError, RemoteRuns},
    sessions::{Loaded, OpenError, Pool},
    tensors::TensorData,
};
use candor_gateway::{
    rest::{router, Options},
    Backend, CallError, InferRequest, InferResponse, ModelInfo, NamedTensor, TensorInfo,
};
use candor_primitives::DType;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

/// A server that adds, as release 7 and as `sum`.
struct Adder {
    /// Where a sum has so many elements, its last bit is wrong; 0 for all sums.
    wrong: usize,
}

impl Backend for Adder {
    async fn models(&self) -> Result<Vec<ModelInfo>, CallError> {
        Ok(vec![self.model("sum", None).await?])
    }

    async fn model(&self, name: &str, _: Option<&str>) -> Result<ModelInfo, CallError> {
        let info = |name: &str| TensorInfo { name: name.into(), dtype: DType::Float32, shape: vec![None, None] };
        match name {
            "sum" | "7" => Ok(ModelInfo {
                name: name.into(),
                aliases: Vec::new(),
                versions: vec!["1".into()],
                release: None,
                inputs: vec![info("a"), info("b")],
                outputs: vec![info("y")],
                ready: true,
            }),
            _ => Err(CallError::NotFound("there is no such model".into())),
        }
    }

    async fn infer(&self, request: InferRequest) -> Result<InferResponse, CallError> {
        let model = self.model(&request.model, None).await?;
        let numbers = |place: usize| {
            let data = &request.inputs.get(place).unwrap().tensor.data;
            data.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect::<Vec<_>>()
        };
        let mut sum: Vec<f32> = numbers(0).iter().zip(numbers(1)).map(|(a, b)| a + b).collect();
        if sum.iter().any(|v| v.is_nan()) {
            return Err(CallError::Run { message: "no such number".into(), receipt: None });
        }
        if sum.first() == Some(&1000.0) {
            std::future::pending::<()>().await;
        }
        if self.wrong == 0 || sum.len() == self.wrong {
            if let Some(last) = sum.last_mut() {
                *last = f32::from_bits(last.to_bits() ^ 1);
            }
        }
        let shape = request.inputs.first().unwrap().tensor.shape.clone();
        let sum = TensorData { dtype: DType::Float32, shape, data: floats(&sum).into() };
        Ok(InferResponse {
            model: model.name,
            version: "1".into(),
            outputs: vec![NamedTensor { name: "y".into(), tensor: sum }],
            receipt: None,
            output_roots: Vec::new(),
        })
    }

    async fn file(&self, _: &str, _: &str) -> Result<Option<bytes::Bytes>, CallError> {
        Ok(None)
    }

    async fn ready(&self) -> bool {
        true
    }
}

fn serve(runtime: &Runtime, wrong: usize) -> String {
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = router(Arc::new(Adder { wrong }), Options::default());
    runtime.spawn(async move { axum::serve(listener, app).await });
    url
}

fn connect(runtime: &Runtime, config: &RemoteConfig) -> Result<RemoteRuns, RemoteError> {
    runtime.block_on(RemoteRuns::connect(config, 7))
}

/// The addition, loaded here.
fn loaded() -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("graph.onnx");
    let graph = models::addition();
    std::fs::write(&path, &graph).unwrap();
    std::fs::write(folder.path().join("graph.onnx.judging"), judged(&graph).0).unwrap();
    let small = |name: &str| {
        let mut spec = declared(name, DType::Float32, &["rows", "columns"]);
        for dim in spec.shape.iter_mut() {
            if let candor_primitives::Dim::Symbolic { max, .. } = dim {
                *max = 16;
            }
        }
        spec
    };
    let spec = release(&profile(), &graph, vec![small("a"), small("b")], vec![small("y")], "");
    Loaded::open(library(), &profile(), Arc::new(spec), &path, 1, true).unwrap()
}

/// A call of four elements. No call of the comparison has as many: their lengths are 1, 2, 3, 7 and 16.
fn call(pool: &Pool, loaded: &Arc<Loaded>, first: f32, time: Duration) -> Result<Vec<TensorData>, RunFailure> {
    let a = tensor(DType::Float32, &[2, 2], &floats(&[first, 1.0, 1.0, 1.0]));
    let b = tensor(DType::Float32, &[2, 2], &floats(&[0.0, 2.0, 2.0, 2.0]));
    pool.submit(loaded.clone(), vec![a, b], Instant::now() + time, || {}).unwrap().blocking_recv().unwrap().0
}

#[test]
fn runs_should_be_those_of_the_server_when_it_agrees() {
    let runtime = Runtime::new().unwrap();
    // A wrong bit that the comparison does not see shows who answered.
    let config = RemoteConfig { url: serve(&runtime, 4), ..Default::default() };
    let loaded = Arc::new(loaded().through(connect(&runtime, &config).unwrap()).unwrap());
    let pool = Pool::start(1, 4).unwrap();
    let long = Duration::from_secs(30);
    let wrong = f32::from_bits(3.0f32.to_bits() ^ 1);
    let expected = tensor(DType::Float32, &[2, 2], &floats(&[1.5, 3.0, 3.0, wrong]));
    assert_eq!(call(&pool, &loaded, 1.5, long).unwrap(), [expected]);
    let failed = call(&pool, &loaded, f32::NAN, long).unwrap_err();
    assert_eq!(failed, RunFailure::Model { node: u32::MAX, message: "no such number".into() });
    assert_eq!(call(&pool, &loaded, 1000.0, Duration::from_millis(100)).unwrap_err(), RunFailure::Deadline);
}

#[test]
fn a_release_should_not_be_served_when_the_server_gives_other_bits() {
    let runtime = Runtime::new().unwrap();
    let config = RemoteConfig { url: serve(&runtime, 0), ..Default::default() };
    let opened = loaded().through(connect(&runtime, &config).unwrap());
    match opened.err().unwrap() {
        OpenError::Remote(RemoteError::Differs { output, model, .. }) => assert_eq!((&*output, &*model), ("y", "7")),
        other => panic!("{other}"),
    }
}

#[test]
fn a_release_should_not_be_served_when_the_server_lacks_it() {
    let runtime = Runtime::new().unwrap();
    let models = [(7, "product".to_owned())].into();
    let config = RemoteConfig { url: serve(&runtime, usize::MAX), models, token: None };
    let opened = loaded().through(connect(&runtime, &config).unwrap());
    assert!(matches!(opened, Err(OpenError::Remote(RemoteError::Server(..)))));
    let nobody = RemoteConfig { url: "http://127.0.0.1:1".into(), ..Default::default() };
    assert!(matches!(connect(&runtime, &nobody), Err(RemoteError::Server(..))));
}
