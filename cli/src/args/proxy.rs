//! `candor proxy`.

use crate::amounts;
use candor_primitives::Balance;
use clap::Args;
use std::{net::SocketAddr, path::PathBuf};

/// `candor proxy`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  candor proxy --budget 10                             every model, on http://127.0.0.1:8000
  candor proxy --budget 10 --model minilm              this one only
  candor proxy --budget 10 --attested                  only hosts with attested hardware
  candor proxy --budget 10 --hosts //Alice --deposit 2 --keep-sessions
  curl http://127.0.0.1:8000/v1/embeddings -H 'content-type: application/json' \\
    -d '{\"model\":\"minilm\",\"input\":[\"How are you?\"]}'
  curl http://127.0.0.1:8000/candor/v1/spend           what was spent

Programs that speak OpenAI's embeddings or the Open Inference Protocol v2 (KServe, Triton) work when their base URL is
this address. For each model that is called, the proxy opens a session with a host: a deposit on chain, out of which
every call is paid when its answer was checked. Receipts are kept: `candor receipts list`.

The budget covers deposits and fees of this account on this chain, over all runs with the same --data; what comes back
from a deposit can be spent again. --budget 0 answers what was paid for already and opens nothing.

Ctrl-C ends it: answers under way are waited for, hosts get their vouchers, sessions are closed.")]
pub struct Proxy {
    /// Address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8000")]
    pub listen: SocketAddr,
    /// Address to listen on besides, for programs that want gRPC on a port of its own: both answer both.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "no_grpc")]
    pub grpc_listen: Option<SocketAddr>,
    /// No gRPC.
    #[arg(long)]
    pub no_grpc: bool,
    /// Most CNDR that deposits and transaction fees may take, with what earlier runs took.
    #[arg(long, value_name = "CNDR", value_parser = amounts::parse)]
    pub budget: Balance,
    /// Model that may be called: publisher/name, name, name@1.2.3, or the number of a release; once for each. Without
    /// it, all.
    #[arg(long, value_name = "REF")]
    pub model: Vec<String>,
    /// CNDR that a session is opened with, and gets more of each time when four fifths are used.
    #[arg(long, value_name = "CNDR", value_parser = amounts::parse, default_value = "1")]
    pub deposit: Balance,
    /// Host that may be asked; once for each, or with commas. Without it, all.
    #[arg(long, value_name = "ACCOUNT", value_delimiter = ',')]
    pub hosts: Vec<String>,
    /// Ask only hosts whose machine is attested on chain (docs/attestation.md): calls are final sooner and audited less often.
    #[arg(long)]
    pub attested: bool,
    /// Most CNDR that one call may cost.
    #[arg(long, value_name = "CNDR", value_parser = amounts::parse)]
    pub max_price: Option<Balance>,
    /// For how many blocks a session is opened; one in use is renewed before it ends.
    #[arg(long, value_name = "BLOCKS", default_value_t = 1800, value_parser = clap::value_parser!(u32).range(20..))]
    pub blocks: u32,
    /// Seconds that a host may take for an answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout: u64,
    /// Web pages that may call, by their origin, such as http://localhost:3000; once for each, or with commas. Without it,
    /// none: any page that you look at could spend the budget otherwise.
    #[arg(long, value_name = "ORIGIN", value_delimiter = ',')]
    pub allow_origin: Vec<String>,
    /// Folder of sessions and receipts; without it, $CANDOR_HOME/proxy.
    #[arg(long, value_name = "DIR", env = "CANDOR_PROXY_DATA")]
    pub data: Option<PathBuf>,
    /// Mebibytes of inputs and outputs that are kept for `candor receipts verify --rerun`; the oldest go first.
    #[arg(long, value_name = "MIB", default_value_t = 1024)]
    pub keep: u64,
    /// Leave sessions open at the end, to be taken up again at the next start.
    #[arg(long)]
    pub keep_sessions: bool,
}
