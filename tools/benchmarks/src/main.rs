//! Measures the weights of the runtime's calls, from a Wasm built with `runtime-benchmarks`.
//!
//! ```text
//! candor-benchmarks --runtime candor_runtime.wasm --pallet pallet_jobs --extrinsic '*' --steps 20 --repeat 10 \
//!     --genesis-builder-preset development --output pallets/jobs/src/weights.rs --template tools/benchmarks/weights.hbs
//! ```

use clap::Parser;
use frame_benchmarking_cli::PalletCmd;
use sp_runtime::traits::BlakeTwo256;

fn main() -> sc_cli::Result<()> {
    PalletCmd::parse().run_with_spec::<BlakeTwo256, ()>(None)
}
