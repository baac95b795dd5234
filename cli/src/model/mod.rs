//! `candor model`: prepare, publish, find and download models.

mod catalogue;
mod download;
pub mod prepare;
mod publish;
pub mod refs;

use crate::{
    args::{Globals, Model},
    chain::{Call, Chain},
    errors::Result,
    host::{block_line, receipt},
    output::Out,
};
use serde_json::json;

/// `candor model`.
pub async fn run(command: &Model, globals: &Globals, out: &Out) -> Result<()> {
    match command {
        Model::Prepare(args) => prepare::run(args, out).await,
        Model::Publish { dir, private, source, no_upload } => {
            let options = publish::Options { private: *private, source: source.clone(), upload: !no_upload };
            publish::run(dir, options, globals, out).await
        },
        Model::List => catalogue::list(globals, out, &[]).await,
        Model::Search { words } => catalogue::list(globals, out, words).await,
        Model::Show { release } => catalogue::show(globals, out, release).await,
        Model::Download { release, out: folder } => download::run(globals, out, release, folder.as_deref()).await,
        Model::Deprecate { release, reason } => deprecate(globals, out, release, reason).await,
    }
}

async fn deprecate(globals: &Globals, out: &Out, reference: &str, reason: &str) -> Result<()> {
    let chain = Chain::connect(&globals.url).await?;
    let pair = globals.signer(&chain, out).await?;
    let release = refs::resolve(&chain, reference).await?;
    let call = Call::new("Models", "deprecate").number(release.id).arg(&reason.as_bytes());
    let submitted = chain.submit(&pair, &call).await?;
    let mut document = receipt(&submitted);
    document["release"] = json!(release.id);
    out.document(&document, || {
        format!(
            "{} (release {}) is deprecated: no new jobs and offers\n{}",
            refs::name(&release),
            release.id,
            block_line(&submitted)
        )
    });
    Ok(())
}
