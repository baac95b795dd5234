//! What `candor proxy` keeps: every call of every session with its signed receipt, and `candor receipts`, which reads it.
//!
//! ```text
//! DIR/<chain>-<account>/       what one account does on one chain: eight digits of the genesis hash, eight of the account
//!     lock                     held by the one proxy that writes
//!     account                  what was paid on chain: fees of transactions, sessions that ended
//!     keys/<public>            secrets of the keys that sign vouchers
//!     sessions/<id>            journal of a session: its terms, what was sent, what was answered
//!     payloads/<number>        inputs and outputs, the oldest deleted first
//!     suspects/                answers that were refused, with what they were checked against
//! ```
//!
//! A journal is appended to by one process and may be read by others meanwhile. What was written survives the death of
//! the process; the disk has it within a tenth of a second.

pub mod journal;
pub mod payloads;
pub mod records;
pub mod store;

mod export;
mod find;
mod show;
mod verify;

use crate::{
    args::{Globals, Receipts},
    errors::Result,
    output::Out,
};
use std::path::PathBuf;

/// `candor receipts`. Gives the exit code.
pub async fn run(command: &Receipts, globals: &Globals, out: &Out) -> Result<u8> {
    match command {
        Receipts::List { store, filter, limit } => show::list(&folder(store.data.as_ref()), filter, *limit, out),
        Receipts::Show { store, id } => show::show(&folder(store.data.as_ref()), id, out),
        Receipts::Verify { store, ids, filter, rerun, sample, ort } => {
            let found = find::chosen(&folder(store.data.as_ref()), ids, filter)?;
            let found = find::drawn(found, *sample);
            let rerun = rerun.then(|| verify::Rerun { globals, ort: ort.clone() });
            verify::run(found, rerun, out).await
        },
        Receipts::Export { store, ids, filter, format, out: file } => {
            let found = find::chosen(&folder(store.data.as_ref()), ids, filter)?;
            export::run(&found, *format, file.as_deref(), out)
        },
    }
}

fn folder(data: Option<&PathBuf>) -> PathBuf {
    data.cloned().unwrap_or_else(store::usual_folder)
}

pub use export::{read_exported, read_suspect, Exported};
pub use find::{all, one, Found};
pub use verify::faults;
pub(crate) use verify::input;
