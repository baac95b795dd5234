//! `candor attestation`.

use clap::Subcommand;
use std::path::PathBuf;

/// `candor attestation`.
#[derive(Debug, Subcommand)]
pub enum Attestation {
    /// Show what the chain knows of a host's machine.
    #[command(after_help = "Examples:\n  candor attestation show //Ferdie\n  candor attestation show //Ferdie --json")]
    Show {
        /// Address, 0x public key, or //Alice; without it, the account of --key.
        account: Option<String>,
    },
    /// Ask a host's engine for fresh evidence, and check it on this machine against the chain's collateral and rules.
    #[command(after_help = "Examples:
  candor attestation check //Ferdie                       at the endpoint that the chain has of it
  candor attestation check //Ferdie --endpoint http://10.0.0.7:9955

Evidence is asked for with a nonce of this program. Exit code 1 if it does not hold; the first reason is told.")]
    Check {
        /// The host: address, 0x public key, or //Alice.
        host: String,
        /// Where its engine is reached; without it, the endpoint on chain.
        #[arg(long, value_name = "URL")]
        endpoint: Option<String>,
        /// A certificate (DER) that evidence must lead to in place of the vendor's own: for test networks only.
        #[arg(long, value_name = "FILE.der")]
        root: Option<PathBuf>,
    },
    /// Bring a host's evidence on chain: from then on it is attested, and its node renews the evidence by itself.
    #[command(after_help = "Examples:
  candor attestation submit --key //Ferdie                the host itself
  candor attestation submit //Ferdie --key //Bob          anyone may, for anyone

The chain must hold the collateral of the machine's model (`candor attestation refresh`), and what runs there must be on its list.")]
    Submit {
        /// The host; without it, the account of --key.
        host: Option<String>,
        /// Where its engine is reached; without it, the endpoint on chain.
        #[arg(long, value_name = "URL")]
        endpoint: Option<String>,
    },
    /// Bring what a vendor has signed about its machines on chain: revocation lists, firmware levels.
    #[command(subcommand)]
    Refresh(Refresh),
}

/// `candor attestation refresh`.
#[derive(Debug, Subcommand)]
pub enum Refresh {
    /// Collateral of Intel, as a JSON file.
    #[command(after_help = "Example:\n  candor attestation refresh intel collateral.json\n\n\
        The file has what Intel's Provisioning Certification Service answers: pck_crl_issuer_chain, root_ca_crl, pck_crl (hex),\n\
        tcb_info_issuer_chain, tcb_info, tcb_info_signature (hex), qe_identity_issuer_chain, qe_identity, qe_identity_signature (hex).\n\
        docs/attestation.md says how to fetch it.")]
    Intel {
        /// The file.
        #[arg(value_name = "FILE.json")]
        file: PathBuf,
    },
    /// Collateral of AMD: the issuer's certificate, and the revocation list of its root.
    #[command(after_help = "Example:\n  candor attestation refresh amd --ask ask.der --crl crl.der")]
    Amd {
        /// The issuer's certificate (ASK) in DER.
        #[arg(long, value_name = "FILE.der")]
        ask: PathBuf,
        /// The revocation list of the line's root (ARK) in DER.
        #[arg(long, value_name = "FILE.der")]
        crl: PathBuf,
    },
}
