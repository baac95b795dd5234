//! Speed of commitments on one core: `cargo run --release -p candor-commitments --example speed`.

use candor_commitments::{data_root, Blake2b256, TreeBuilder};
use std::{hint::black_box, time::Instant};

fn main() {
    let data: Vec<u8> = (0..64usize << 20).map(|i| (i * 31 + (i >> 9)) as u8).collect();
    let time = |name: &str, run: &dyn Fn()| {
        let best = (0..5).map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        });
        let best = best.fold(f64::INFINITY, f64::min);
        println!("{name:32} {:.2} GB/s", data.len() as f64 / best / 1e9);
    };
    time("tensor in memory", &|| {
        black_box(data_root::<Blake2b256>(black_box(&data)));
    });
    time("stream in pieces of 64 KiB", &|| {
        let mut tree = TreeBuilder::<Blake2b256>::new();
        for piece in data.chunks(1 << 16) {
            tree.update(black_box(piece));
        }
        black_box(tree.finish());
    });
}
