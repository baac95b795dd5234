//! Prepares a model, proves the mode of every node, and says what each one is: `prove DIR... [--threads N] [--elements N]`.
//!
//! DIR holds `model.onnx` and, for symbolic dimensions and integer inputs, `release.json` with `limits` and `ranges`.

use candor_adjudicator::{DType, Header};
use candor_verifier::{
    judge::machine_isa,
    library::Library,
    lower::{lower, LowerOptions},
    onnx::{GraphDim, OnnxModel},
    prove::{attack::attack, prove, Attack, NodeProof, ProveOptions, Random},
    tensor::OwnedTensor,
};
use std::{
    error::Error,
    path::{Path, PathBuf},
    time::Instant,
};

/// Lengths of symbolic dimensions, call by call; each call takes the next one for the next dimension.
const LENGTHS: [u64; 6] = [1, 2, 3, 7, 16, 64];

fn main() -> Result<(), Box<dyn Error>> {
    let mut folders: Vec<PathBuf> = Vec::new();
    let mut options = ProveOptions::new(machine_isa(), 1);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut number = || args.next().and_then(|n| n.parse().ok()).ok_or("a number is missing");
        match arg.as_str() {
            "--threads" => {
                options.threads = number()? as u16;
                options.shares = options.threads;
            },
            "--elements" => options.elements = number()?,
            _ => folders.push(arg.into()),
        }
    }
    for folder in folders {
        if let Err(error) = one(&folder, &options) {
            println!("{}: {error}", folder.display());
        }
    }
    Ok(())
}

fn one(folder: &Path, options: &ProveOptions) -> Result<(), Box<dyn Error>> {
    let library = Library::load(None)?;
    let work = tempfile::tempdir()?;
    let path = work.path().join("prepared.onnx");
    library.optimise(&folder.join("model.onnx"), &path, None, usize::from(options.threads))?;
    let model = OnnxModel::open(&path)?;
    let block = if is_wide() { 16 } else { 8 };
    let mut graph = lower(&model, &LowerOptions { block, mode: &|_, _| candor_adjudicator::Mode::Bounded })?;
    let meta: serde_json::Value = match std::fs::read(folder.join("release.json")) {
        Ok(bytes) => serde_json::from_slice(&bytes)?,
        Err(_) => serde_json::Value::Null,
    };
    let calls: Result<Vec<_>, _> = (0..LENGTHS.len()).map(|n| call(&model, &meta, n)).collect();
    let started = Instant::now();
    let proofs = prove(library, &model, &mut graph, &calls?, options, &|_, _| ())?;
    let exact = proofs.iter().filter(|p| p.is_exact()).count();
    let judged: u64 = proofs.iter().map(|p| p.judged).sum();
    println!(
        "{}: {exact} of {} nodes exact, {judged} elements judged, {:.1} s, largest evidence {} bytes",
        folder.display(),
        proofs.len(),
        started.elapsed().as_secs_f64(),
        proofs.iter().map(|p| p.evidence).max().unwrap_or(0),
    );
    proofs.iter().filter(|p| !p.is_exact() || !p.failed.is_empty()).for_each(show);
    let few: Vec<_> = proofs.iter().filter(|p| p.judged < options.elements).collect();
    if !few.is_empty() {
        let text = few.iter().map(|p| format!("{} {} {}", p.operator, p.name, p.judged)).collect::<Vec<_>>().join(", ");
        println!("  fewer elements: {text}");
    }
    Ok(())
}

fn show(proof: &NodeProof) {
    println!(
        "  {} ({}): {:?}, {} elements, {:.3} of the bound",
        proof.name, proof.operator, proof.mode, proof.judged, proof.largest
    );
    for (mode, reason) in &proof.failed {
        println!("    not {mode:?}: {reason}");
    }
}

fn is_wide() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx512f");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

fn call(model: &OnnxModel, meta: &serde_json::Value, number: usize) -> Result<Vec<OwnedTensor>, Box<dyn Error>> {
    let mut random = Random::new(number as u64);
    let mut names: Vec<String> = Vec::new();
    let mut tensors = Vec::new();
    for input in model.inputs() {
        let dtype = DType::from_code(i64::from(input.elem_type)).ok_or("an input of another type")?;
        let mut dims = Vec::new();
        for dim in input.shape.ok_or("an input without shape")? {
            dims.push(match dim {
                GraphDim::Fixed(n) => n,
                GraphDim::Unknown => 1,
                GraphDim::Named(name) => {
                    let at = names.iter().position(|n| *n == name).unwrap_or_else(|| {
                        names.push(name.clone());
                        names.len() - 1
                    });
                    // The first dimension is the batch as a rule: short ones will do.
                    let length = LENGTHS[(number + 2 * (at == 0) as usize) % if at == 0 { 4 } else { 6 }];
                    length.min(meta["limits"][&name].as_u64().unwrap_or(u64::MAX))
                },
            });
        }
        let header = Header::new(dtype, dims).ok_or("too large an input")?;
        let (min, max) = match &meta["ranges"][&input.name] {
            serde_json::Value::Array(range) => (range[0].as_i64().unwrap_or(0), range[1].as_i64().unwrap_or(1)),
            _ => (0, 1),
        };
        let zeros = OwnedTensor::new(header.clone(), vec![0; header.count() as usize * dtype.size()])?;
        tensors.push(match dtype {
            DType::Int64 | DType::Int32 => {
                let mut data = Vec::new();
                for _ in 0..header.count() {
                    let value = min + random.below((max - min + 1) as u64) as i64;
                    data.extend_from_slice(&value.to_le_bytes()[..dtype.size()]);
                }
                OwnedTensor::new(header, data)?
            },
            _ => attack(&zeros, &zeros, Attack::Uniform, &mut random),
        });
    }
    Ok(tensors)
}
