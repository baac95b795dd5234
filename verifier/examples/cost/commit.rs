//! Commitment to values in GB/s on one core.

use crate::{
    measure::{median, once},
    Options,
};
use candor_adjudicator::{DType, Header, Layout};
use candor_commitments::{data_root, Blake2b256};
use candor_verifier::{commit::CommittedTensor, lower::Blocked};
use serde_json::json;
use std::{error::Error, hint::black_box};

pub fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    // 16 MiB each: more than a core's caches.
    let image = Header::new(DType::Float32, vec![4, 256, 64, 64]).ok_or("a shape")?;
    let matrix = Header::new(DType::Float32, vec![1024, 4096]).ok_or("a shape")?;
    let data: Vec<u8> = (0..16u32 << 20).map(|n| (n.wrapping_mul(31) ^ (n >> 9)) as u8).collect();
    let nhwc = Layout::Last(0b10);
    let one = |header: &Header, blocked, layout| {
        black_box(CommittedTensor::of(header, black_box(&data), blocked, layout));
    };
    let cases: [(&str, &(dyn Fn() + Sync)); 6] = [
        ("plain hasher, natural", &|| {
            black_box(data_root::<Blake2b256>(black_box(&data)));
        }),
        ("natural", &|| one(&matrix, None, Layout::Natural)),
        ("transposed", &|| one(&matrix, None, Layout::Swapped)),
        ("NCHW as NHWC", &|| one(&image, None, nhwc)),
        ("blocks of 16 as NHWC", &|| one(&image, Some(Blocked::Channels(16)), nhwc)),
        ("blocks of 16 as NCHW", &|| one(&image, Some(Blocked::Channels(16)), Layout::Natural)),
    ];
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let mut rates = vec![(Vec::new(), Vec::new()); cases.len()];
    for _ in 0..options.repeat {
        for ((_, case), rates) in cases.iter().zip(&mut rates) {
            let ((), time) = pool.install(|| once(case));
            rates.0.push(data.len() as f64 / time.wall / 1e9);
            rates.1.push(data.len() as f64 / time.cpu / 1e9);
        }
    }
    for ((name, _), (wall, cpu)) in cases.iter().zip(rates) {
        println!("{}", json!({"part": "commit", "case": name, "gb_s_wall": median(wall), "gb_s_cpu": median(cpu)}));
    }
    Ok(())
}
