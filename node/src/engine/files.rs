//! The engine's program and its files.

use super::error::EngineError;
use std::{
    ffi::OsStr,
    fs::{self, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// Name of the engine's program.
const PROGRAM: &str = "candor-engine";

/// Only the owner may list and enter.
const PRIVATE_DIR: u32 = 0o700;

/// Only the owner may read and write.
const PRIVATE_FILE: u32 = 0o600;

/// Hexadecimal digits of a token that this node made: 32 bytes.
const TOKEN_DIGITS: usize = 64;

/// Finds the engine's program: `explicit`, else the one beside this program, else the first in `search_path`.
pub fn resolve_program(
    explicit: Option<&Path>,
    this_program: Option<&Path>,
    search_path: Option<&OsStr>,
) -> Result<PathBuf, EngineError> {
    if let Some(path) = explicit {
        return if is_executable(path) {
            Ok(path.to_owned())
        } else {
            Err(EngineError::NotExecutable(path.to_owned()))
        };
    }
    let beside = this_program.and_then(Path::parent);
    beside
        .map(Path::to_owned)
        .into_iter()
        .chain(search_path.map(std::env::split_paths).into_iter().flatten())
        .map(|dir| dir.join(PROGRAM))
        .find(|candidate| is_executable(candidate))
        .ok_or_else(|| EngineError::NotFound {
            beside: this_program.map_or_else(|| "candor-node".into(), |path| path.display().to_string()),
        })
}

fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// Makes the folder where it is missing, and closes it to other users.
pub fn private_dir(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    fs::set_permissions(path, Permissions::from_mode(PRIVATE_DIR))
}

/// The token in `path`; makes a random one where the file is missing or holds none.
pub fn own_token(path: &Path) -> Result<String, EngineError> {
    let io_error = |cause| EngineError::Io { path: path.to_owned(), cause };
    match fs::read_to_string(path) {
        Ok(text) if is_own_token(text.trim()) => {
            fs::set_permissions(path, Permissions::from_mode(PRIVATE_FILE)).map_err(io_error)?;
            Ok(text.trim().to_owned())
        },
        Ok(_) => new_token(path).map_err(io_error),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => new_token(path).map_err(io_error),
        Err(cause) => Err(io_error(cause)),
    }
}

fn is_own_token(text: &str) -> bool {
    text.len() == TOKEN_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Writes a new token. A crash leaves either no file or a whole one, because the name is given last.
fn new_token(path: &Path) -> io::Result<String> {
    let token = format!("{:x}", sp_core::H256::random());
    let unfinished = path.with_extension("new");
    let _ = fs::remove_file(&unfinished);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE_FILE).open(&unfinished)?;
    writeln!(file, "{token}")?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    Ok(token)
}

/// The token in a file of the operator.
pub fn read_token(path: &Path) -> Result<String, EngineError> {
    let bad = |cause: String| EngineError::BadTokenFile { path: path.to_owned(), cause };
    let text = fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
    let token = text.trim();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(bad("it must hold one line of visible characters".into()));
    }
    Ok(token.to_owned())
}
