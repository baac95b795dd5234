mod backoff;
mod files;
mod setup;
mod supervisor;
