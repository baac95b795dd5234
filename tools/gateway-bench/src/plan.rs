//! What is to be measured.

use crate::Result;
use serde::Deserialize;
use std::{collections::BTreeMap, fmt::Write};

/// What is to be measured.
#[derive(Debug, Deserialize)]
pub(crate) struct Plan {
    /// Models with inputs.
    pub(crate) workloads: Vec<Workload>,
    /// Servers.
    pub(crate) targets: Vec<Target>,
    /// Calls of each kind with one client.
    pub(crate) calls: usize,
    /// Clients at once, for the throughput.
    pub(crate) clients: usize,
    /// Seconds of each kind with several clients, in each of three turns.
    pub(crate) seconds: f64,
}

/// A model with inputs.
#[derive(Debug, Deserialize)]
pub(crate) struct Workload {
    /// Its name in the results.
    pub(crate) name: String,
    /// The prepared graph.
    pub(crate) graph: String,
    /// Its inputs.
    pub(crate) inputs: Vec<Input>,
    /// How many times more calls with one client.
    #[serde(default = "one")]
    pub(crate) times: f64,
}

const fn one() -> f64 {
    1.0
}

/// An input that is made up.
#[derive(Debug, Deserialize)]
pub(crate) struct Input {
    /// Name.
    pub(crate) name: String,
    /// FP32 or INT64.
    pub(crate) datatype: String,
    /// Shape.
    pub(crate) shape: Vec<usize>,
}

/// A server.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    /// Its name in the results.
    pub(crate) name: String,
    /// Host and port.
    pub(crate) address: String,
    /// What models are called there, by workload; those that are missing are left out.
    pub(crate) models: BTreeMap<String, String>,
    /// `json`, `binary`.
    pub(crate) encodings: Vec<String>,
    /// Its processes, for their memory.
    #[serde(default)]
    pub(crate) pids: Vec<u32>,
}

impl Input {
    fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// Elements of an INT64 input: ones in a mask, zeros in types, else words that MiniLM's vocabulary has.
    pub(crate) fn integers(&self) -> Vec<i64> {
        (0..self.count())
            .map(|n| match self.name.as_str() {
                "attention_mask" => 1,
                "token_type_ids" => 0,
                _ => 1000 + (n as i64 * 7919) % 20_000,
            })
            .collect()
    }

    /// Elements of an FP32 input.
    pub(crate) fn floats(&self) -> Vec<f32> {
        let seed = self.name.bytes().map(f32::from).sum::<f32>();
        (0..self.count()).map(|n| (seed + n as f32 * 0.0137).sin()).collect()
    }

    fn bytes(&self) -> Vec<u8> {
        match self.datatype.as_str() {
            "INT64" => self.integers().iter().flat_map(|v| v.to_le_bytes()).collect(),
            _ => self.floats().iter().flat_map(|v| v.to_le_bytes()).collect(),
        }
    }

    fn json(&self) -> String {
        match self.datatype.as_str() {
            "INT64" => format!("{:?}", self.integers()),
            _ => format!("{:?}", self.floats()),
        }
    }
}

/// A whole HTTP request.
pub(crate) fn request(workload: &Workload, model: &str, encoding: &str) -> Result<Vec<u8>> {
    let binary = encoding == "binary";
    let (mut inputs, mut bytes) = (Vec::new(), Vec::new());
    for input in &workload.inputs {
        let data = if binary {
            let data = input.bytes();
            bytes.extend_from_slice(&data);
            format!("\"parameters\":{{\"binary_data_size\":{}}}", data.len())
        } else {
            format!("\"data\":{}", input.json())
        };
        let (name, datatype, shape) = (&input.name, &input.datatype, &input.shape);
        inputs.push(format!("{{\"name\":\"{name}\",\"datatype\":\"{datatype}\",\"shape\":{shape:?},{data}}}"));
    }
    let output = if binary { ",\"parameters\":{\"binary_data_output\":true}" } else { "" };
    let body = format!("{{\"id\":\"1\",\"inputs\":[{}]{output}}}", inputs.join(","));
    let mut head = format!("POST /v2/models/{model}/infer HTTP/1.1\r\nhost: bench\r\n");
    if binary {
        write!(head, "content-type: application/octet-stream\r\ninference-header-content-length: {}\r\n", body.len())?;
    } else {
        head.push_str("content-type: application/json\r\n");
    }
    write!(head, "content-length: {}\r\n\r\n", body.len() + bytes.len())?;
    Ok([head.into_bytes(), body.into_bytes(), bytes].concat())
}
