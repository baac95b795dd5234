//! What a call by [`candor_gateway::client`] costs: closed loop, one after the other, an addition of 1x384 floats.
//!
//! `cargo run --release -p candor-gateway --example hop -- 5000 http://127.0.0.1:8080 [http://...]`: so many calls of each
//! server, in turns. With a `relay` in front of the first as the second, the difference is what a gateway and a client in
//! between cost. The servers must have the model `add` of `tests/support`.

use candor_gateway::{
    client::{Client, Encoding, Options},
    InferRequest, NamedTensor, TensorData,
};
use candor_primitives::DType;
use std::{error::Error, time::Instant};

fn input(name: &str) -> Result<NamedTensor, Box<dyn Error>> {
    let data: Vec<u8> = (0..384).flat_map(|n| (n as f32 * 0.0137).sin().to_le_bytes()).collect();
    let shape = vec![1, 384].try_into().map_err(|_| "the shape")?;
    Ok(NamedTensor { name: name.into(), tensor: TensorData { dtype: DType::Float32, shape, data: data.into() } })
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let count: usize = arguments.next().ok_or("usage: hop CALLS URL...")?.parse()?;
    let mut kinds = Vec::new();
    for url in arguments {
        for encoding in [Encoding::Binary, Encoding::Json] {
            kinds.push((url.clone(), encoding, Client::new(&url, Options { encoding, ..Options::default() })?));
        }
    }
    let call = InferRequest {
        model: "add".into(),
        version: None,
        id: None,
        inputs: vec![input("a")?, input("b")?],
        outputs: Vec::new(),
        deadline: None,
        payment: None,
        caller: None,
    };
    // On a thread of the runtime, as calls of a proxy are.
    let times = tokio::spawn(async move {
        let mut times = vec![Vec::with_capacity(count); kinds.len()];
        for round in 0..count + count / 10 {
            for ((_, _, client), times) in kinds.iter().zip(&mut times) {
                let started = Instant::now();
                client.infer(&call).await?;
                // The first tenth warms up.
                if round >= count / 10 {
                    times.push(started.elapsed().as_nanos() as u64);
                }
            }
        }
        Ok::<_, candor_gateway::client::ClientError>(
            kinds.into_iter().map(|(url, e, _)| (url, e)).zip(times).collect::<Vec<_>>(),
        )
    });
    for ((url, encoding), mut times) in times.await?? {
        times.sort_unstable();
        let at = |percent: usize| times[(times.len() - 1) * percent / 100] as f64 / 1e3;
        println!("{url} {encoding:?}: median {:.1} us, p10 {:.1}, p95 {:.1}", at(50), at(10), at(95));
    }
    Ok(())
}
