//! What is on the chain: lists, searches, one release in full.

use super::refs;
use crate::{
    account::address,
    amounts,
    args::Globals,
    chain::Chain,
    errors::Result,
    infer::input::describe,
    output::{self, hash, size, text, Out},
};
use candor_primitives::{ReleaseSpec, TensorSpec, UnitRule, Variant};
use candor_runtime_api::views::{OfferView, ReleaseView};
use serde_json::{json, Value};

/// `candor model list` and `candor model search`: releases in which all words occur.
pub async fn list(globals: &Globals, out: &Out, words: &[String]) -> Result<()> {
    let chain = Chain::connect(&globals.url).await?;
    let mut releases = chain.releases().await?;
    releases.retain(|release| matches(release, words));
    let document: Vec<Value> = releases.iter().map(summary).collect();
    out.document(&Value::Array(document), || {
        if releases.is_empty() {
            return match words {
                [] => "no model is published yet: `candor model publish DIR` is the first".into(),
                _ => format!("no release has all of: {}", words.join(" ")),
            };
        }
        let rows: Vec<Vec<String>> = releases.iter().map(row).collect();
        output::table(&["release", "name", "publisher", "size", "licence", "tags", ""], &rows)
    });
    Ok(())
}

fn row(release: &ReleaseView) -> Vec<String> {
    let mut marks = Vec::new();
    if release.private {
        marks.push("private");
    }
    if release.deprecated.is_some() {
        marks.push("deprecated");
    }
    vec![
        release.id.to_string(),
        refs::name(release),
        address(&release.publisher),
        size(total(&release.spec)),
        text(&release.spec.licence),
        tags(&release.spec).join(" "),
        marks.join(", "),
    ]
}

fn total(spec: &ReleaseSpec) -> u64 {
    spec.files.iter().fold(0, |sum, file| sum.saturating_add(file.size))
}

fn tags(spec: &ReleaseSpec) -> Vec<String> {
    spec.tags.iter().map(|tag| text(tag)).collect()
}

fn matches(release: &ReleaseView, words: &[String]) -> bool {
    let spec = &release.spec;
    let parts = [refs::name(release), text(&spec.licence), tags(spec).join(" "), address(&release.publisher)];
    let haystack = parts.join(" ").to_lowercase();
    words.iter().all(|word| haystack.contains(&word.to_lowercase()))
}

fn summary(release: &ReleaseView) -> Value {
    json!({
        "release": release.id, "repository": release.repository, "name": text(&release.name),
        "version": text(&release.version), "publisher": address(&release.publisher),
        "model_root": hash(&release.spec.model_root), "size": total(&release.spec),
        "licence": text(&release.spec.licence), "tags": tags(&release.spec), "private": release.private,
        "deprecated": release.deprecated.as_deref().map(text),
    })
}

/// `candor model show`.
pub async fn show(globals: &Globals, out: &Out, reference: &str) -> Result<()> {
    let chain = Chain::connect(&globals.url).await?;
    let release = refs::resolve(&chain, reference).await?;
    let offers = chain.offers(release.id).await?;
    out.document(&to_json(&release, &offers), || to_text(&release, &offers));
    Ok(())
}

fn to_json(release: &ReleaseView, offers: &[OfferView]) -> Value {
    let spec = &release.spec;
    let mut document = summary(release);
    document["source"] = json!(text(&spec.source));
    document["manifest_hash"] = json!(hash(&spec.manifest_hash));
    document["royalty"] = json!(f64::from(spec.royalty.deconstruct()) / 1_000_000.0);
    document["inputs"] = spec.inputs.iter().map(tensor_json).collect();
    document["outputs"] = spec.outputs.iter().map(tensor_json).collect();
    document["units"] = json!({
        "dims": spec.units.dims.iter().map(|dim| text(dim)).collect::<Vec<_>>(),
        "divisor": spec.units.divisor, "reference": spec.units.reference,
    });
    let files = spec.files.iter();
    document["files"] =
        files.map(|file| json!({ "path": text(&file.path), "size": file.size, "root": hash(&file.root) })).collect();
    let variants = spec.variants.iter();
    let variant = |v: &Variant| {
        let judging = json!({
            "rules": v.judging.rules, "graph": hash(&v.judging.graph), "weights": hash(&v.judging.weights),
            "trace": v.judging.trace, "trace_bytes": v.judging.trace_bytes, "exact": v.judging.exact,
        });
        json!({ "root": hash(&v.root), "profile": hash(&v.profile), "graph": v.graph, "judging": judging })
    };
    document["variants"] = variants.map(variant).collect();
    document["offers"] = offers.iter().map(offer_json).collect();
    document
}

fn tensor_json(spec: &TensorSpec) -> Value {
    use candor_primitives::Dim;
    let shape: Vec<Value> = spec
        .shape
        .iter()
        .map(|dim| match dim {
            Dim::Fixed(length) => json!(length),
            Dim::Symbolic { name, max } => json!({ "name": text(name), "max": max }),
        })
        .collect();
    json!({
        "name": text(&spec.name), "dtype": spec.dtype, "shape": shape,
        "range": spec.range.map(|range| json!({ "min": range.min, "max": range.max })),
    })
}

fn offer_json(offer: &OfferView) -> Value {
    json!({
        "host": address(&offer.host), "variant": hash(&offer.variant),
        "per_call": amounts::decimal(offer.price_per_call), "per_unit": amounts::decimal(offer.price_per_unit),
        "capacity": offer.capacity, "in_flight": offer.in_flight, "live": offer.live,
    })
}

fn to_text(release: &ReleaseView, offers: &[OfferView]) -> String {
    let spec = &release.spec;
    let mut text_out = format!(
        "{} (release {})\n\npublisher  {}\nlicence    {}\nroyalty    {} % of every fee\nmodel root {}\nsource     {}\n",
        refs::name(release),
        release.id,
        address(&release.publisher),
        text(&spec.licence),
        percent(spec.royalty.deconstruct()),
        hash(&spec.model_root),
        text(&spec.source),
    );
    if let Some(reason) = &release.deprecated {
        text_out += &format!("deprecated {}\n", text(reason));
    }
    if release.private {
        text_out += "private    only accounts on the repository's access list may use it\n";
    }
    if !spec.tags.is_empty() {
        text_out += &format!("tags       {}\n", tags(spec).join(", "));
    }
    text_out += &format!("units      {}\n\ninputs\n", unit_words(&spec.units));
    spec.inputs.iter().for_each(|tensor| text_out += &format!("  {}\n", describe(tensor)));
    text_out += "outputs\n";
    spec.outputs.iter().for_each(|tensor| text_out += &format!("  {}\n", describe(tensor)));
    text_out += &format!("files ({})\n", size(total(spec)));
    spec.files.iter().for_each(|file| text_out += &format!("  {:>11}  {}\n", size(file.size), text(&file.path)));
    text_out += "variants\n";
    for variant in &spec.variants {
        let judged = if variant.judging.exact { "judged bit for bit" } else { "judged within bounds" };
        text_out += &format!("  {} for profile {}, {judged}\n", hash(&variant.root), hash(&variant.profile));
    }
    text_out += "\n";
    if offers.is_empty() {
        return text_out + "nobody offers it yet: `candor host offer` does\n";
    }
    let rows: Vec<Vec<String>> = offers
        .iter()
        .map(|offer| {
            vec![
                address(&offer.host),
                amounts::decimal(offer.price_per_call),
                amounts::decimal(offer.price_per_unit),
                format!("{} of {}", offer.in_flight, offer.capacity),
                if offer.live { "live" } else { "silent" }.into(),
            ]
        })
        .collect();
    text_out + &output::table(&["offered by", "CNDR per call", "CNDR per unit", "in flight", ""], &rows)
}

/// Parts per million as a percentage, exactly.
fn percent(parts: u32) -> String {
    let (whole, rest) = (parts / 10_000, parts % 10_000);
    match rest {
        0 => whole.to_string(),
        _ => format!("{whole}.{}", format!("{rest:04}").trim_end_matches('0')),
    }
}

fn unit_words(units: &UnitRule) -> String {
    let dims: Vec<String> = units.dims.iter().map(|dim| text(dim)).collect();
    match (dims.as_slice(), units.divisor) {
        ([], _) => "one per call".into(),
        (dims, 0 | 1) => dims.join(" x "),
        (dims, divisor) => format!("{} / {divisor}, rounded up", dims.join(" x ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::input::tests::spec;

    #[test]
    fn search_should_want_all_words_when_several_are_given() {
        let mut release = ReleaseView {
            id: 1,
            repository: 0,
            publisher: candor_primitives::AccountId::new([1; 32]),
            name: b"minilm".to_vec(),
            version: b"1.0.0".to_vec(),
            deprecated: None,
            private: false,
            spec: spec(vec![], vec![]),
        };
        release.spec.tags = vec![b"Embedding".to_vec().try_into().unwrap()].try_into().unwrap();
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(matches(&release, &words(&["mini", "embedding"])));
        assert!(!matches(&release, &words(&["mini", "image"])));
    }

    #[test]
    fn percent_should_be_exact_when_small() {
        assert_eq!(percent(50_000), "5");
        assert_eq!(percent(12_500), "1.25");
        assert_eq!(percent(1), "0.0001");
    }
}
