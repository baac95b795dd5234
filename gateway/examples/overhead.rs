//! What the gateway costs: closed loop, one client, an addition of 1x384 floats, beside a route of the same server that reads
//! the same bytes and answers the same bytes without looking at them. All in one run, interleaved.
//!
//! `cargo run --release -p candor-gateway --example overhead -- 2000` measures so many requests of each kind, and prints JSON.

#[path = "../tests/support/mod.rs"]
mod support;

use axum::{body::Bytes, http::header, routing::post, serve::ListenerExt};
use candor_gateway::{
    message,
    rest::{router, Options},
    InferResponse, NamedTensor, TensorData,
};
use candor_primitives::DType;
use std::{
    error::Error,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::Instant,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn floats(seed: f32) -> Vec<u8> {
    (0..384).flat_map(|i| (seed + i as f32 * 0.013_7).sin().to_le_bytes()).collect()
}

/// The inputs `a` and `b`, written as a server would write outputs.
fn call(binary: bool) -> Result<(Vec<u8>, Option<usize>)> {
    let tensor = |name: &str, seed| -> Result<NamedTensor> {
        let shape = vec![1, 384].try_into().map_err(|_| "the shape")?;
        Ok(NamedTensor {
            name: name.into(),
            tensor: TensorData { dtype: DType::Float32, shape, data: floats(seed).into() },
        })
    };
    let (model, version) = ("candor/add".to_string(), "1".to_string());
    let outputs = vec![tensor("a", 0.1)?, tensor("b", 0.7)?];
    let answer = InferResponse { model, version, outputs, receipt: None, output_roots: Vec::new() };
    let encoded = message::encode(&answer, None, &[], binary)?;
    let json = encoded.body[..encoded.header.unwrap_or(encoded.body.len())].to_vec();
    let output = if binary { ",\"parameters\":{\"binary_data_output\":true}}" } else { "}" };
    let mut json = String::from_utf8(json)?.replace("\"outputs\"", "\"inputs\"");
    json.pop();
    let json = json + output;
    let length = json.len();
    let tail = encoded.header.map(|header| encoded.body[header..].to_vec()).unwrap_or_default();
    Ok(([json.into_bytes(), tail].concat(), encoded.header.map(|_| length)))
}

fn request(path: &str, (body, header): &(Vec<u8>, Option<usize>)) -> Vec<u8> {
    let length = header.map(|length| format!("inference-header-content-length: {length}\r\n")).unwrap_or_default();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{length}content-length: {}\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body.clone()].concat()
}

struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 1 << 16] })
    }

    /// Send a request, wait for the whole answer; its body.
    fn ask(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.stream.write_all(request)?;
        let mut filled = 0;
        loop {
            filled += self.stream.read(&mut self.buffer[filled..])?;
            let Some(head) = self.buffer[..filled].windows(4).position(|end| end == b"\r\n\r\n") else { continue };
            let text = std::str::from_utf8(&self.buffer[..head])?;
            if !text.starts_with("HTTP/1.1 200") {
                return Err(String::from_utf8_lossy(&self.buffer[..filled]).into());
            }
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).ok_or("no length")?;
            let end = head + 4 + length.parse::<usize>()?;
            if filled >= end {
                return Ok(&self.buffer[head + 4..end]);
            }
        }
    }
}

fn serve() -> Result<SocketAddr> {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || -> std::result::Result<(), String> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.map_err(|e| e.to_string())?.block_on(async move {
            let fixed = |body: Vec<u8>| {
                let body = Bytes::from(body);
                post(move |_: Bytes| async move { ([(header::CONTENT_TYPE, "application/json")], body) })
            };
            let answers = [false, true].map(|binary| {
                let body = call(binary).map(|(body, _)| body).unwrap_or_default();
                body[..body.len() / 2].to_vec()
            });
            let [json, binary] = answers;
            let app = router(Arc::new(support::Memory::default()), Options::default())
                .route("/fixed/small", fixed(b"{}".to_vec()))
                .route("/fixed/json", fixed(json))
                .route("/fixed/binary", fixed(binary));
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(|e| e.to_string())?;
            send.send(listener.local_addr().map_err(|e| e.to_string())?).map_err(|e| e.to_string())?;
            let listener = listener.tap_io(|stream| {
                let _ = stream.set_nodelay(true);
            });
            axum::serve(listener, app).await.map_err(|e| e.to_string())
        })
    });
    Ok(receive.recv()?)
}

fn main() -> Result<()> {
    let count: usize = std::env::args().nth(1).map_or(Ok(2000), |text| text.parse())?;
    let (json, binary) = (call(false)?, call(true)?);
    let kinds = [
        ("fixed, 2 bytes", request("/fixed/small", &(b"{}".to_vec(), None))),
        ("fixed, the bytes of JSON", request("/fixed/json", &json)),
        ("JSON", request("/v2/models/candor/add/infer", &json)),
        ("fixed, the bytes of binary data", request("/fixed/binary", &binary)),
        ("binary data", request("/v2/models/candor/add/infer", &binary)),
    ];
    let mut client = Client::connect(serve()?)?;
    let mut times = vec![Vec::with_capacity(count); kinds.len()];
    for round in 0..count + count / 10 {
        for ((_, request), times) in kinds.iter().zip(&mut times) {
            let started = Instant::now();
            client.ask(request)?;
            // The first tenth warms up.
            if round >= count / 10 {
                times.push(started.elapsed().as_nanos() as u64);
            }
        }
    }
    for ((name, request), mut times) in kinds.iter().zip(times) {
        times.sort_unstable();
        let at = |part: usize| times[(times.len() - 1) * part / 100] as f64 / 1e6;
        let line = serde_json::json!({
            "kind": name, "requests": times.len(), "request_bytes": request.len(),
            "median_ms": at(50), "p10_ms": at(10), "p90_ms": at(90), "p99_ms": at(99),
        });
        println!("{line}");
    }
    // What the codec alone takes, without HTTP.
    for (name, (body, header)) in [("JSON", json), ("binary data", binary)] {
        let body = Bytes::from(body);
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            let started = Instant::now();
            let decoded = message::decode(&body, header)?;
            let outputs = vec![decoded.inputs[0].clone()];
            let answer = InferResponse {
                model: "candor/add".into(),
                version: "1".into(),
                outputs,
                receipt: None,
                output_roots: Vec::new(),
            };
            std::hint::black_box(decoded.answer(&answer)?);
            times.push(started.elapsed().as_nanos() as u64);
        }
        times.sort_unstable();
        println!(
            "{}",
            serde_json::json!({ "kind": format!("codec of {name}"), "median_ms": times[count / 2] as f64 / 1e6 })
        );
    }
    Ok(())
}
