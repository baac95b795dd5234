//! The command line of `candor-engine`.

use crate::{
    backend::Access, conduct::Conduct, config::Config, engine::Engine, http, library::Library, log::Lines,
    profile::Profile, remote::RemoteConfig,
};
use candor_gateway::serve::{serve as listen_and_serve, tls, Threads};
use candor_primitives::ReleaseId;
use clap::{Args, Subcommand};
use std::{
    io::Read,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, runtime::Handle, signal::unix, sync::watch};

/// Time for open connections, and then for running calls, to end.
const GRACE: Duration = Duration::from_secs(5);

/// What the program is to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve a node.
    Serve(Box<Serve>),
    /// Print the execution profile of this machine: the text, then its hash.
    Profile(Runtime),
}

/// ONNX Runtime and how it is run.
#[derive(Debug, Args)]
pub struct Runtime {
    /// ONNX Runtime's library. Without it: ORT_DYLIB_PATH, else what scripts/setup installed.
    #[arg(long, value_name = "FILE")]
    ort: Option<PathBuf>,
    /// Threads inside an operator. Part of the execution profile: another number gives other bits.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: u16,
}

/// How to serve.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    runtime: Runtime,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:9955")]
    listen: SocketAddr,
    /// Folder for model files, outputs and the receipt log.
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// Keystore folder of the node, with the worker keys. New keys are found without a restart.
    #[arg(long, value_name = "DIR")]
    keystore: Option<PathBuf>,
    /// File with the secret phrase, URI or seed of a worker key.
    #[arg(long, value_name = "FILE")]
    worker_key_file: Option<PathBuf>,
    /// File with the token that the node sends.
    #[arg(long, value_name = "FILE")]
    token_file: PathBuf,
    /// Calls that run at the same time [default: cores / threads].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    workers: Option<u16>,
    /// Calls that may wait; more are refused as busy.
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    queue: u32,
    /// Longest run of a call, in seconds.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    deadline_secs: u64,
    /// Most gibibytes of files; what is not served is evicted first [default: as much as the disk holds].
    #[arg(long, value_name = "GIB", value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    quota_gib: Option<u64>,
    /// Most mebibytes of values in memory while a trace is made; less means more runs.
    #[arg(long, value_name = "MIB", default_value_t = 1024, value_parser = clap::value_parser!(u64).range(16..=1_048_576))]
    trace_memory: u64,
    /// Most mebibytes of traces' values on disk.
    #[arg(long, value_name = "MIB", default_value_t = 4096, value_parser = clap::value_parser!(u64).range(16..=67_108_864))]
    trace_disk: u64,
    /// URL under which requesters reach this engine, for large outputs [default: http://<listen>].
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Another source for model files (http(s)://, s3://bucket/prefix, file:///folder). May be given more than once.
    #[arg(long, value_name = "URL")]
    source: Vec<String>,
    /// Another address on which calls, sessions, files and traces are served, without what is for the node only: the one
    /// to show to the world. All of it is served on --listen too.
    #[arg(long, value_name = "ADDRESS")]
    gateway_listen: Option<SocketAddr>,
    /// Certificate of --gateway-listen, with those that lead to its authority (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_key", requires = "gateway_listen")]
    tls_cert: Option<PathBuf>,
    /// Its private key (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Who may call at the gateway without a session.
    #[arg(long, value_enum, default_value_t = GatewayAccess::Sessions)]
    gateway_access: GatewayAccess,
    /// Tokens that may call without a session, one per line.
    #[arg(long, value_name = "FILE", required_if_eq("gateway_access", "token"))]
    gateway_tokens: Option<PathBuf>,
    /// Let anyone call without payment although others than this machine reach the gateway.
    #[arg(long)]
    gateway_open_to_all: bool,
    /// Largest body of a call, in mebibytes. Four of these may be in memory at the same time.
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    gateway_body: u32,
    /// Calls of a session that are answered beyond its newest voucher: what a requester can owe.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=1024))]
    session_window: u32,
    /// Settle a session when so many calls are paid that were not settled.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    settle_calls: u32,
    /// Settle a session when a paid call was not settled for so many seconds.
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=604_800))]
    settle_after: u64,
    /// Another server of the Open Inference Protocol that runs releases instead of this process. It must give the bits of
    /// this execution profile: what it answers is signed.
    #[arg(long, value_name = "URL")]
    backend_url: Option<String>,
    /// What a release is called there; without it, its id. May be given more than once.
    #[arg(long, value_name = "RELEASE=NAME", requires = "backend_url", value_parser = backend_model)]
    backend_model: Vec<(ReleaseId, String)>,
    /// File with a token that is sent there.
    #[arg(long, value_name = "FILE", requires = "backend_url")]
    backend_token_file: Option<PathBuf>,
    /// Linux' interface to the hardware that attests this machine: the folder tsm/report of a mounted configfs.
    #[arg(long, value_name = "DIR", default_value = "/sys/kernel/config/tsm/report")]
    tsm: PathBuf,
    /// Certificate of an AMD processor (VCEK, DER), where the machine's host gives none.
    #[arg(long, value_name = "FILE")]
    vcek: Option<PathBuf>,
    /// How long evidence of this machine wants to be believed, in days.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=90))]
    attestation_days: u64,
    /// Stop when standard input ends: whoever started the engine holds the other end.
    #[arg(long)]
    die_with_stdin: bool,
}

/// Who may call without a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum GatewayAccess {
    /// Nobody: every call is paid by a session.
    Sessions,
    /// Whoever shows a token of --gateway-tokens.
    Token,
    /// Anyone who reaches the gateway.
    Open,
}

/// Do what the command line says, with this conduct. Gives the exit code; says on standard error what went wrong.
pub fn execute(command: Command, conduct: Arc<dyn Conduct>) -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(|| Lines(std::io::stderr())).init();
    let result = match command {
        Command::Profile(runtime) => profile(&runtime),
        Command::Serve(serve) => run(*serve, conduct),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            tracing::error!("{message}");
            ExitCode::FAILURE
        },
    }
}

fn profile(runtime: &Runtime) -> Result<(), String> {
    let library = Library::load(runtime.ort.as_deref()).map_err(|e| e.to_string())?;
    let profile = Profile::of(library, runtime.threads.into());
    println!("{}{:?}", profile.text, profile.hash);
    Ok(())
}

fn config(serve: &Serve) -> Result<Config, String> {
    let token = std::fs::read_to_string(&serve.token_file)
        .map_err(|e| format!("cannot read the token in {}: {e}", serve.token_file.display()))?;
    let token = token.trim().to_owned();
    if token.is_empty() {
        return Err(format!("{} is empty: write a random token into it", serve.token_file.display()));
    }
    let mut config = Config::new(serve.data_dir.clone(), token);
    let cores = config.workers;
    config.keystore = serve.keystore.clone();
    config.worker_key_file = serve.worker_key_file.clone();
    config.library = serve.runtime.ort.clone();
    config.threads = serve.runtime.threads.into();
    config.workers = serve.workers.map_or((cores / config.threads).max(1), usize::from);
    config.queue = usize::try_from(serve.queue).map_err(|e| e.to_string())?;
    config.deadline = Duration::from_secs(serve.deadline_secs);
    config.limits.quota = serve.quota_gib.map(|gib| gib << 30);
    config.trace_memory = serve.trace_memory << 20;
    config.trace_disk = serve.trace_disk << 20;
    config.public_url = serve.public_url.clone().unwrap_or_else(|| format!("http://{}", serve.listen));
    config.sources = serve.source.clone();
    config.access = access(serve)?;
    config.remote = remote(serve)?;
    config.tee.paths.tsm = serve.tsm.clone();
    config.tee.paths.vcek = serve.vcek.clone();
    config.tee.validity = Duration::from_secs(serve.attestation_days * 86_400);
    config.most_body = usize::try_from(u64::from(serve.gateway_body) << 20).map_err(|e| e.to_string())?;
    config.sessions.window = serve.session_window;
    config.sessions.settle_calls = serve.settle_calls;
    config.sessions.settle_after = Duration::from_secs(serve.settle_after);
    Ok(config)
}

/// `RELEASE=NAME`.
fn backend_model(text: &str) -> Result<(ReleaseId, String), String> {
    let (release, name) = text.split_once('=').ok_or("write RELEASE=NAME, for example 3=minilm")?;
    let release = release.trim().parse().map_err(|_| format!("`{release}` is no release's id"))?;
    match name.trim() {
        "" => Err("the model has no name".into()),
        name => Ok((release, name.to_owned())),
    }
}

fn remote(serve: &Serve) -> Result<Option<RemoteConfig>, String> {
    let Some(url) = serve.backend_url.clone() else { return Ok(None) };
    let read = |path: &PathBuf| {
        let token = std::fs::read_to_string(path);
        token.map(|t| t.trim().to_owned()).map_err(|e| format!("cannot read the token in {}: {e}", path.display()))
    };
    let token = serve.backend_token_file.as_ref().map(read).transpose()?.map(Into::into);
    Ok(Some(RemoteConfig { url, models: serve.backend_model.iter().cloned().collect(), token }))
}

fn access(serve: &Serve) -> Result<Access, String> {
    match serve.gateway_access {
        GatewayAccess::Sessions => Ok(Access::Sessions),
        GatewayAccess::Token => {
            let path = serve.gateway_tokens.as_deref().unwrap_or(Path::new(""));
            let text = std::fs::read_to_string(path)
                .map_err(|e| format!("cannot read the tokens in {}: {e}", path.display()))?;
            match Access::tokens(&text) {
                Access::Tokens(tokens) if tokens.is_empty() => {
                    Err(format!("{} has no token: write one per line", path.display()))
                },
                tokens => Ok(tokens),
            }
        },
        GatewayAccess::Open => {
            let reached = [Some(serve.listen), serve.gateway_listen];
            let others = reached.into_iter().flatten().find(|address| !address.ip().is_loopback());
            match others.filter(|_| !serve.gateway_open_to_all) {
                Some(address) => Err(format!(
                    "--gateway-access open on {address}: anyone who reaches it could call without payment. Listen on a \
                     loopback address, choose another access, or confirm with --gateway-open-to-all"
                )),
                None => Ok(Access::Open),
            }
        },
    }
}

/// Connections and sessions hold files open: allow as many as the system does.
#[allow(unsafe_code)]
fn raise_file_limit() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the call only writes to the struct.
    let known = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) } == 0;
    limit.rlim_cur = limit.rlim_max;
    // SAFETY: the call only reads the struct.
    if !known || unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) } != 0 {
        tracing::warn!("the limit of open files cannot be raised");
    }
}

fn run(serve: Serve, conduct: Arc<dyn Conduct>) -> Result<(), String> {
    raise_file_limit();
    let config = config(&serve)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| e.to_string())?;
    let result = runtime.block_on(serve_until_stopped(serve, config, conduct));
    // Runs that go on after the grace period are abandoned: nothing of them was answered.
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

async fn serve_until_stopped(serve: Serve, config: Config, conduct: Arc<dyn Conduct>) -> Result<(), String> {
    let listener = TcpListener::bind(serve.listen).await;
    let listener = listener.map_err(|e| format!("cannot listen on {}: {e}", serve.listen))?;
    let gateway = match serve.gateway_listen {
        Some(address) => {
            let listener = TcpListener::bind(address).await;
            Some(listener.map_err(|e| format!("cannot listen on {address}: {e}"))?)
        },
        None => None,
    };
    let secured = match (&serve.tls_cert, &serve.tls_key) {
        (Some(certificate), Some(key)) => Some(tls(certificate, key).map_err(|e| format!("TLS: {e}"))?),
        _ => None,
    };
    let data = config.data.clone();
    let engine = Engine::start_as(config, conduct).map_err(|e| e.to_string())?;
    announce(&engine, serve.listen, &data);
    let (stop, stopped) = watch::channel(false);
    if serve.die_with_stdin {
        let stop = stop.clone();
        std::thread::spawn(move || {
            wait_for_end_of_input();
            stop.send_replace(true);
        });
    }
    tokio::spawn(wait_for_signal(stop));
    let mut late = stopped.clone();
    let threads = Threads::beside(Handle::current());
    let own = listen_and_serve(listener, None, http::router(engine.clone()), &threads, stopped.clone());
    let public = async {
        match gateway {
            Some(listener) => {
                tracing::info!(gateway = ?serve.gateway_listen, tls = secured.is_some(), "the gateway is open");
                listen_and_serve(listener, secured, http::public(engine.clone()), &threads, stopped).await
            },
            None => Ok(()),
        }
    };
    let server = async { tokio::try_join!(own, public) };
    let too_late = async move {
        if late.wait_for(|stop| *stop).await.is_ok() {
            tracing::info!("stopping");
            tokio::time::sleep(GRACE).await;
        }
    };
    // A client that neither finishes nor hangs up must not keep the engine alive.
    tokio::select! {
        served = server => drop(served.map_err(|e| format!("the HTTP server failed: {e}"))?),
        () = too_late => tracing::warn!("open connections are cut"),
    }
    finish(&engine).await;
    Ok(())
}

fn announce(engine: &Engine, listen: SocketAddr, data: &Path) {
    let workers = engine.pool.workers();
    tracing::info!(%listen, data = %data.display(), workers, profile = ?engine.profile.hash, "candor-engine is up");
    tracing::info!(program = ?engine.attester.engine(), "attested: {}", engine.attester.attested());
    for key in engine.keys.public() {
        tracing::info!(key = %format!("0x{}", hex::encode(key.0)), "signs for this worker key");
    }
}

/// Let running calls end, so that their work is not lost.
async fn finish(engine: &Engine) {
    let until = Instant::now() + GRACE;
    let unfinished = || engine.pending() + engine.ledger.running();
    while unfinished() > 0 && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tracing::info!(unfinished = unfinished(), "stopped");
}

async fn wait_for_signal(stop: watch::Sender<bool>) {
    let signals = (unix::signal(unix::SignalKind::terminate()), unix::signal(unix::SignalKind::interrupt()));
    let (Ok(mut terminate), Ok(mut interrupt)) = signals else {
        tracing::warn!("signals cannot be caught; the engine stops at once when it is told to");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {},
        _ = interrupt.recv() => {},
    }
    stop.send_replace(true);
}

fn wait_for_end_of_input() {
    let mut buffer = [0u8; 64];
    let mut input = std::io::stdin().lock();
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return,
            Ok(_) => {},
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {},
            Err(_) => return,
        }
    }
}
