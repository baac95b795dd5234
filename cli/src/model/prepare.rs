//! Prepare a model for hosting, on this machine, by the engine's own library.

use crate::{
    args::Prepare,
    errors::{CliError, Context, Result},
    output::{size, Out},
};
use candor_engine::prepare::{
    self, PrepareError, PrepareOptions, PrepareReport, PreparedRelease, ReleaseMeta, Step, RELEASE_FILE,
};
use indicatif::ProgressBar;
use serde_json::{json, Value};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// `candor model prepare`.
pub async fn run(args: &Prepare, out: &Out) -> Result<()> {
    let model = find_model(&args.path)?;
    let folder = model.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let described = ReleaseMeta::read(folder).map_err(explain)?;
    let meta = match described {
        Some(meta) => {
            contradicts(args, folder)?;
            meta
        },
        None => describe(args, &model, folder)?,
    };
    let to = args.out.clone().or_else(|| args.variants_of.clone());
    let to = to.unwrap_or_else(|| PathBuf::from(format!("{}-{}", meta.name, meta.version)));
    let mut options = PrepareOptions::new(model, to);
    options.fallback = meta;
    options.with_original = !args.no_original;
    options.threads = usize::from(args.threads);
    options.variants_of.clone_from(&args.variants_of);
    let bar = out.steps();
    let shown = bar.clone();
    let prepared =
        tokio::task::spawn_blocking(move || prepare::prepare_with(&options, &|step| show(&shown, step))).await;
    bar.finish_and_clear();
    let prepared = prepared.context("the preparation broke off")?.map_err(explain)?;
    out.document(&to_json(&prepared), || to_text(&prepared));
    Ok(())
}

/// What preparation is at.
fn show(bar: &ProgressBar, step: Step) {
    let (text, done, all) = match step {
        Step::Optimising => ("optimising", 0, 1),
        Step::Comparing => ("comparing bit by bit", 0, 1),
        Step::Proving { done, all } => ("proving each node", done, all),
        Step::Committing => ("committing", 0, 1),
        Step::Repeating => ("repeating runs", 0, 1),
    };
    bar.set_message(text);
    bar.set_length(all as u64);
    bar.set_position(done as u64);
}

/// An error of the preparation.
pub fn explain(error: PrepareError) -> CliError {
    let hint = match &error {
        PrepareError::NoLimit { dim, .. } => Some(format!("or give --limit {dim}=MAX")),
        PrepareError::OutputExists(_) => Some("name another folder with --out".to_owned()),
        _ => None,
    };
    CliError { hint, ..CliError::usage(error.to_string()) }
}

/// The ONNX file: the path itself, or model.onnx in it, or the only .onnx file in it.
fn find_model(path: &Path) -> Result<PathBuf> {
    if path.is_file() {
        return Ok(path.to_owned());
    }
    let named = path.join("model.onnx");
    if named.is_file() {
        return Ok(named);
    }
    let entries =
        fs::read_dir(path).map_err(|error| CliError::usage(format!("{} cannot be read: {error}", path.display())))?;
    let mut models: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    models.retain(|file| file.extension().is_some_and(|ending| ending == "onnx"));
    models.sort();
    match models.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(CliError::usage(format!("{} has no .onnx file", path.display()))),
        several => {
            let names: Vec<String> = several.iter().map(|file| file.display().to_string()).collect();
            Err(CliError::usage(format!("{} has several .onnx files", path.display()))
                .hint(format!("name one of them: {}", names.join(", "))))
        },
    }
}

/// What is said twice is said wrongly once.
fn contradicts(args: &Prepare, folder: &Path) -> Result<()> {
    let given = args.name.is_some() || args.version.is_some() || args.licence.is_some() || !args.limit.is_empty();
    if given {
        let file = folder.join(RELEASE_FILE);
        return Err(CliError::usage(format!("{} describes the release already", file.display()))
            .hint("change it there and leave --name, --as, --licence and --limit out"));
    }
    Ok(())
}

/// The description from the command line, for a model without release.json.
fn describe(args: &Prepare, model: &Path, folder: &Path) -> Result<ReleaseMeta> {
    let stem = model.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut meta = ReleaseMeta { name: args.name.clone().unwrap_or_else(|| clean(&stem)), ..ReleaseMeta::default() };
    if let Some(version) = &args.version {
        meta.version.clone_from(version);
    }
    if let Some(licence) = &args.licence {
        meta.license.clone_from(licence);
    }
    meta.limits = args.limit.iter().map(|limit| parse_limit(limit)).collect::<Result<BTreeMap<_, _>>>()?;
    meta.tokenizer = folder.join("tokenizer.json").is_file().then(|| "tokenizer.json".to_owned());
    Ok(meta)
}

fn parse_limit(text: &str) -> Result<(String, u32)> {
    let wrong = || CliError::usage(format!("`{text}` is not a limit")).hint("for example --limit batch=64");
    let (name, most) = text.split_once('=').ok_or_else(wrong)?;
    Ok((name.to_owned(), most.parse().map_err(|_| wrong())?))
}

/// A name that the chain takes.
fn clean(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    name.to_lowercase().chars().map(|c| if allowed(c) { c } else { '-' }).take(64).collect()
}

fn to_json(prepared: &PreparedRelease) -> Value {
    let manifest = &prepared.manifest;
    json!({
        "folder": prepared.folder, "name": manifest.name, "version": manifest.version,
        "model_root": format!("0x{}", manifest.model_root),
        "files": manifest.files.iter().map(|f| json!({ "path": f.path, "size": f.size, "root": format!("0x{}", f.root) }))
            .collect::<Vec<_>>(),
        "variants": manifest.variants.iter().map(|v| json!({
            "root": format!("0x{}", v.root), "profile": format!("0x{}", v.profile), "graph": v.graph,
            "judging": v.judging,
        })).collect::<Vec<_>>(),
        "report": prepared.report.as_ref().map(report_json),
    })
}

fn report_json(report: &PrepareReport) -> Value {
    let (always, exact, bounded) = report.counts();
    let node = |n: &prepare::NodeProof| {
        json!({
            "node": n.node, "name": n.name, "operator": n.operator, "mode": mode(n), "elements": n.judged,
            "adversarial": n.adversarial, "largest_share_of_bound": n.largest, "evidence": n.evidence,
            "failed": n.failed.iter().map(|(_, reason)| reason).collect::<Vec<_>>(),
        })
    };
    json!({
        "always": always, "exact": exact, "bounded": bounded, "elements": report.judged(), "values": report.values,
        "runs": report.runs, "seconds": report.took.as_secs_f64(),
        "threads": report.threads.iter().map(|(n, same)| json!({ "threads": n, "same": same })).collect::<Vec<_>>(),
        "nodes": report.nodes.iter().map(node).collect::<Vec<_>>(),
    })
}

fn mode(node: &prepare::NodeProof) -> &'static str {
    match (node.always, node.is_exact()) {
        (true, _) => "always",
        (_, true) => "exact",
        _ => "bounded",
    }
}

fn report_text(report: &PrepareReport) -> String {
    let (always, exact, bounded) = report.counts();
    let mut text = format!(
        "nodes      {} of {} bit for bit ({always} on every machine, {exact} by their kernels' order), {bounded} within bounds\n\
         proven     on {} elements, {} of them adversarial; {} runs compared; {} values in a trace; {:.1} s\n",
        always + exact,
        report.nodes.len(),
        report.judged(),
        report.nodes.iter().map(|n| n.adversarial).sum::<u64>(),
        report.runs,
        report.values,
        report.took.as_secs_f64(),
    );
    for node in report.nodes.iter().filter(|n| !n.is_exact()) {
        let reason = node.failed.last().map_or("it has no schedule here", |(_, reason)| reason.as_str());
        text += &format!("  bounded  {} ({}), {:.2} of the bound: {reason}\n", node.name, node.operator, node.largest);
    }
    let other: Vec<String> = report.threads.iter().filter(|(_, same)| !same).map(|(n, _)| n.to_string()).collect();
    if !other.is_empty() {
        text +=
            &format!("threads    other bits with {} threads: hosts must use the profile's number\n", other.join(", "));
    }
    text
}

fn to_text(prepared: &PreparedRelease) -> String {
    let manifest = &prepared.manifest;
    let mut text = format!(
        "prepared   {}@{} in {}\nmodel root 0x{}\n",
        manifest.name,
        manifest.version,
        prepared.folder.display(),
        manifest.model_root
    );
    for variant in &manifest.variants {
        text += &format!("variant    0x{}\n", variant.root);
        let judged = if variant.judging.exact { "every node bit for bit" } else { "some nodes within bounds only" };
        text += &format!(
            "  judged   {judged}\n  a trace  {} roots, {}\n",
            variant.judging.trace,
            size(variant.judging.trace_bytes)
        );
    }
    if let Some(report) = &prepared.report {
        text += &report_text(report);
    }
    for file in &manifest.files {
        text += &format!("  {:>11}  {}\n", size(file.size), file.path);
    }
    text + &format!("\nnext: candor model publish {}", prepared.folder.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_should_be_found_when_it_is_the_only_one() {
        let dir = tempfile::tempdir().unwrap();
        assert!(find_model(dir.path()).is_err());
        fs::write(dir.path().join("a.onnx"), b"").unwrap();
        assert_eq!(find_model(dir.path()).unwrap(), dir.path().join("a.onnx"));
        fs::write(dir.path().join("b.onnx"), b"").unwrap();
        assert!(find_model(dir.path()).unwrap_err().hint.unwrap().contains("b.onnx"));
        fs::write(dir.path().join("model.onnx"), b"").unwrap();
        assert_eq!(find_model(dir.path()).unwrap(), dir.path().join("model.onnx"));
    }

    #[test]
    fn limits_should_be_read_when_given() {
        assert_eq!(parse_limit("batch=64").unwrap(), ("batch".to_owned(), 64));
        assert!(parse_limit("batch").is_err());
        assert!(parse_limit("batch=many").is_err());
    }

    #[test]
    fn name_should_be_one_that_the_chain_takes_when_made_from_a_file() {
        assert_eq!(clean("My Model v2.1"), "my-model-v2.1");
    }
}
