//! `candor-test-tsm`: attesting hardware for tests, and its vendor's collateral.

use candor_attestation::{AmdSnp, Attestation, AttestationVerifier, IntelDcap, Measurement};
use candor_test_attestation::{Amd, Intel, Machine, Tsm};
use clap::{Args, Parser, Subcommand};
use codec::Encode;
use serde_json::{json, Value};
use std::{
    path::PathBuf,
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

const EXAMPLES: &str = "\
Examples:
  candor-test-tsm serve /tmp/tsm &
  candor-engine serve --tsm /tmp/tsm ...
      an engine that believes to run in a TDX machine
  candor-test-tsm bundle --amd
      collateral, root, measurement and platform of an SEV-SNP machine, as JSON

What is made here is signed by keys that stand in the source: it is good only where the test roots are trusted.";

/// Attesting hardware for tests: plays the TSM interface of Linux in a folder, and prints collateral.
#[derive(Parser)]
#[command(name = "candor-test-tsm", version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Play the interface until killed.
    Serve {
        /// The folder that the engine is given as --tsm; made if it is not there.
        folder: PathBuf,
        /// Name of the engine's entry.
        #[arg(long, default_value = "candor-engine")]
        entry: String,
        /// The AMD host gives no certificate of its processor.
        #[arg(long)]
        no_certificate: bool,
        #[command(flatten)]
        made: Made,
    },
    /// Print collateral as JSON: `bundle` in SCALE as `refresh` takes it, `root` in DER, `measurement` as JSON and in SCALE,
    /// `platform`, `svns`, `key` of the collateral in SCALE, `status`.
    Bundle(Made),
    /// Print the processor's certificate (VCEK, DER, hexadecimal).
    Vcek(Made),
}

#[derive(Args)]
struct Made {
    /// AMD SEV-SNP instead of Intel TDX.
    #[arg(long)]
    amd: bool,
    /// The second, since 1970, in which everything is valid [default: now].
    #[arg(long, value_name = "SECONDS")]
    now: Option<u64>,
    /// What runs in the machine: MRTD, or the launch measurement of SEV-SNP (48 bytes, hexadecimal).
    #[arg(long, value_name = "HEX", value_parser = hexadecimal::<48>)]
    measurement: Option<[u8; 48]>,
    /// The machine among others: PPID (its first 16 bytes count), or chip id (64 bytes, hexadecimal).
    #[arg(long, value_name = "HEX", value_parser = hexadecimal::<64>)]
    platform: Option<[u8; 64]>,
}

fn hexadecimal<const N: usize>(text: &str) -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    let digits = text.strip_prefix("0x").unwrap_or(text);
    hex::decode_to_slice(digits, &mut bytes).map_err(|_| format!("write {N} bytes as {} digits", 2 * N))?;
    Ok(bytes)
}

impl Made {
    fn now(&self) -> u64 {
        self.now.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
    }

    fn machine(&self) -> Machine {
        match self.amd {
            false => Machine::Intel(self.intel()),
            true => Machine::Amd(self.snp()),
        }
    }

    fn intel(&self) -> Intel {
        let mut maker = Intel::tdx();
        maker.move_to(self.now());
        if let Some(measurement) = &self.measurement {
            maker.report[136..184].copy_from_slice(measurement);
        }
        if let Some(platform) = &self.platform {
            maker.ppid.copy_from_slice(&platform[..16]);
        }
        maker
    }

    fn snp(&self) -> Amd {
        let mut maker = Amd::milan();
        maker.move_to(self.now());
        if let Some(measurement) = &self.measurement {
            maker.report[0x90..0xc0].copy_from_slice(measurement);
        }
        if let Some(platform) = &self.platform {
            maker.chip = platform.to_vec();
            maker.report[0x1a0..0x1e0].copy_from_slice(platform);
        }
        maker
    }

    /// Everything that a chain is told of the machine.
    fn told(&self) -> Result<Value, candor_attestation::Error> {
        let now = self.now();
        if self.amd {
            let maker = self.snp();
            let (roots, bundle) = (maker.roots(), maker.bundle());
            let collateral = AmdSnp::verify_collateral(&roots, &bundle, now)?;
            let found = AmdSnp::verify(&roots, &maker.evidence(), &collateral, now)?;
            let root = roots.amd.first().copied().unwrap_or_default();
            Ok(json("amd", now, &bundle.encode(), root, &AmdSnp::key(&collateral).encode(), &found))
        } else {
            let maker = self.intel();
            let (roots, bundle) = (maker.roots(), maker.bundle());
            let collateral = IntelDcap::verify_collateral(&roots, &bundle, now)?;
            let found = IntelDcap::verify(&roots, &maker.quote(), &collateral, now)?;
            let key = IntelDcap::key(&collateral).encode();
            Ok(json("intel", now, &bundle.encode(), roots.intel.unwrap_or_default(), &key, &found))
        }
    }
}

fn json(vendor: &str, now: u64, bundle: &[u8], root: &[u8], key: &[u8], found: &Attestation) -> Value {
    let text = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
    let measurement = match found.measurement {
        Measurement::Sgx { enclave, signer } => json!({ "enclave": text(&enclave), "signer": text(&signer) }),
        Measurement::Tdx { machine, runtime } => {
            json!({ "machine": text(&machine), "runtime": runtime.map(|rtmr| text(&rtmr)) })
        },
        Measurement::SevSnp { machine } => json!({ "machine": text(&machine) }),
    };
    json!({
        "vendor": vendor,
        "now": now,
        "bundle": text(bundle),
        "root": text(root),
        "key": text(key),
        "measurement": measurement,
        "measurement_scale": text(&found.measurement.encode()),
        "platform": text(&found.platform),
        "svns": text(&found.svns),
        "status": format!("{:?}", found.tcb_status),
        "expires": found.expires,
    })
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve { folder, entry, no_certificate, made } => {
            let serving = Tsm::start(&folder, &entry, made.machine(), !no_certificate);
            serving.map_err(|error| format!("{}: {error}", folder.display())).map(|device| {
                println!("ready in {}", folder.display());
                device.wait();
            })
        },
        Command::Bundle(made) => made.told().map(|told| println!("{told:#}")).map_err(|error| error.to_string()),
        Command::Vcek(made) => {
            println!("{}", hex::encode(made.snp().certificate()));
            Ok(())
        },
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("candor-test-tsm: {error}");
            ExitCode::FAILURE
        },
    }
}
