//! `vectors.json`: what other languages check themselves against.

use super::{data, number};
use crate::*;
use serde_json::{json, Value};

type B = Blake2b256;

const PATH: &str = "vectors.json";
const LENGTHS: [usize; 9] = [0, 1, 1023, 1024, 1025, 2048, 3000, 10_240, 100_000];
const TENSORS: [(&str, u8, &[u64], usize); 10] = [
    ("float32 scalar", 1, &[], 4),
    ("float32 empty vector", 1, &[0], 0),
    ("float32 with a zero dimension", 1, &[3, 0, 5], 0),
    ("float32 vector, one chunk", 1, &[256], 1024),
    ("float32 matrix 3x250", 1, &[3, 250], 3000),
    ("int64 tokens 1x12", 7, &[1, 12], 96),
    ("uint8 image 1x3x32x32", 2, &[1, 3, 32, 32], 3072),
    ("bool 2x2", 9, &[2, 2], 4),
    ("float16 rank 5", 10, &[2, 2, 2, 2, 2], 64),
    ("float64 10x128", 11, &[10, 128], 10_240),
];
const RANGES: [(usize, u64, u64); 12] = [
    (0, 0, 1),
    (1, 0, 1),
    (1025, 0, 1),
    (1025, 1, 1),
    (1025, 0, 2),
    (3000, 1, 1),
    (3000, 2, 1),
    (10_240, 0, 10),
    (10_240, 3, 4),
    (10_240, 9, 1),
    (100_000, 97, 1),
    (100_000, 40, 7),
];

fn tensors() -> Vec<Hash> {
    TENSORS.iter().map(|(_, dtype, dims, len)| tensor_root::<B>(*dtype, dims, &data(*len))).collect()
}

fn lists() -> Vec<Value> {
    let tensors = tensors();
    let chosen: [&[usize]; 6] = [&[], &[0], &[5, 5], &[0, 1, 2], &[2, 1, 0], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]];
    chosen
        .iter()
        .map(|list| {
            let roots: Vec<Hash> = list.iter().map(|i| tensors[*i]).collect();
            json!({ "tensors": list, "root": hex::encode(tensors_root::<B>(&roots)) })
        })
        .collect()
}

fn models() -> Vec<Value> {
    let chosen: [&[(&str, usize)]; 4] = [
        &[],
        &[("model.onnx", 3000)],
        &[("model.onnx", 3000), ("weights/part-0.bin", 100_000), ("tokenizer.json", 1025)],
        &[("tokenizer.json", 1025), ("weights/part-0.bin", 100_000), ("model.onnx", 3000)],
    ];
    chosen
        .iter()
        .map(|files| {
            let root = model_root::<B>(files.iter().map(|(path, len)| (path.as_bytes(), file_root::<B>(&data(*len)))));
            let files: Vec<Value> = files.iter().map(|(path, len)| json!({ "path": path, "len": len })).collect();
            json!({ "files": files, "root": hex::encode(root) })
        })
        .collect()
}

fn ranges() -> Vec<Value> {
    RANGES
        .iter()
        .map(|(len, first, count)| {
            let data = data(*len);
            let (_, proof) = open_data::<B>(&data, *first, *count).unwrap();
            let proof: Vec<String> = proof.iter().map(hex::encode).collect();
            json!({
                "len": len, "first": first, "count": count,
                "proof": proof, "merkle": hex::encode(data_root::<B>(&data)),
            })
        })
        .collect()
}

fn vectors() -> Value {
    let data_vectors: Vec<Value> = LENGTHS
        .iter()
        .map(|len| {
            let data = data(*len);
            json!({
                "len": len,
                "merkle": hex::encode(data_root::<B>(&data)),
                "file": hex::encode(file_root::<B>(&data)),
            })
        })
        .collect();
    let tensor_vectors: Vec<Value> = TENSORS
        .iter()
        .zip(tensors())
        .map(|((name, dtype, dims, len), root)| {
            json!({ "name": name, "dtype": dtype, "dims": dims, "len": len, "root": hex::encode(root) })
        })
        .collect();
    let trees: Vec<Value> = (0..=9u64)
        .map(|n| {
            let leaves: Vec<Hash> = (0..n).map(number).collect();
            json!({ "leaves": n, "root": hex::encode(merkle_root::<B>(&leaves)) })
        })
        .collect();
    json!({
        "hash": "BLAKE2b-256",
        "chunk": CHUNK,
        "rule": "byte i of data of any length is (i * 31 + 7) mod 251",
        "trees_rule": "leaf hash i of a tree is i as u64 little-endian followed by 24 bytes 0xa5",
        "tags": {
            "leaf": TAG_LEAF, "node": TAG_NODE, "tensor": TAG_TENSOR, "tensors": TAG_TENSORS, "file": TAG_FILE,
            "model": TAG_MODEL, "receipt": TAG_RECEIPT, "trace": TAG_TRACE, "batch": TAG_BATCH, "seal": TAG_SEAL,
            "worker": TAG_WORKER,
        },
        "data": data_vectors,
        "trees": trees,
        "tensors": tensor_vectors,
        "lists": lists(),
        "models": models(),
        "ranges": ranges(),
    })
}

#[test]
fn vectors_should_be_up_to_date_when_compared() {
    let found = vectors();
    if std::env::var_os("CANDOR_BLESS").is_some() {
        std::fs::write(PATH, serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
    }
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(PATH).unwrap()).unwrap();
    assert_eq!(kept, found, "vectors.json is stale; if the change is meant, run this test with CANDOR_BLESS=1");
}
