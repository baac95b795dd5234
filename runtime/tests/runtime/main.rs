//! The whole runtime, block by block: real pallets, real extensions, real signatures, no node.

mod attestations;
mod audits;
mod chain;
mod conservation;
mod doctored;
mod governance;
mod growth;
mod host_functions;
mod jobs;
mod market;
mod metadata;
mod migrations;
mod presets;
mod proxies;
mod recorded;
mod release;
mod sessions;
mod shown;
mod soak;
mod state;
mod validators;
