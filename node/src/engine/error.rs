//! Why an engine cannot be set up.

use std::{io, net::SocketAddr, path::PathBuf};

/// Why an engine cannot be set up. Each message says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Build the engine, or name it with `--engine-path`.
    #[error(
        "no engine found: `candor-engine` is neither beside {beside} nor in PATH. Build it with \
         `cargo build --release -p candor-engine --bin candor-engine`, or name it with --engine-path PATH"
    )]
    NotFound {
        /// Folder of this program.
        beside: String,
    },

    /// Name an existing, executable file with `--engine-path`.
    #[error("--engine-path {}: not an executable file. Name the program `candor-engine` itself, or leave the flag out", .0.display())]
    NotExecutable(PathBuf),

    /// Let the engine listen on a loopback address with a fixed port.
    #[error(
        "--engine-listen {0}: the engine of this node must listen on a loopback address with a fixed port, for example \
         127.0.0.1:9955. For an engine on another machine start it there and pass --engine-url"
    )]
    NotLoopback(SocketAddr),

    /// Write the URL as `http://HOST:PORT` or `https://HOST`.
    #[error("--engine-url {0}: not an address of an engine. Write it as http://HOST:PORT or https://HOST")]
    BadUrl(String),

    /// Pass the file that the engine was started with.
    #[error("--engine-token-file {}: {cause}. Pass the file that the engine was started with", path.display())]
    BadTokenFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },

    /// Pass `--engine-token-file` beside `--engine-url`.
    #[error("--engine-url needs --engine-token-file FILE, the file that the engine was started with")]
    NoTokenFile,

    /// Keep the node's keys on disk.
    #[error("--engine needs a keystore on disk, because the engine signs with the node's worker key. Pass --keystore-path PATH")]
    NoKeystore,

    /// Make the path writable, or choose another `--base-path`.
    #[error("{}: {cause}. Make it writable for this user, or choose another --base-path", path.display())]
    Io {
        /// What could not be read or written.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
}
