//! Names of releases: `publisher/name@1.2.3`, `name@1.2.3`, `name`, or a number.

use crate::{
    account::{self, address},
    chain::Chain,
    errors::{CliError, Result},
    output::text,
};
use candor_primitives::{AccountId, ReleaseId};
use candor_runtime_api::views::ReleaseView;
use semver::Version;

/// A parsed reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// By number.
    Id(ReleaseId),
    /// By name.
    Name {
        /// Owner of the repository.
        publisher: Option<String>,
        /// Name of the repository.
        name: String,
        /// Exact version.
        version: Option<Version>,
    },
}

impl Reference {
    /// Read a reference.
    pub fn parse(reference: &str) -> Result<Self> {
        if let Ok(id) = reference.parse() {
            return Ok(Self::Id(id));
        }
        let wrong = |what: String| {
            CliError::usage(what).hint("write publisher/name@1.2.3, name@1.2.3, name, or the number of the release")
        };
        let (publisher, rest) = match reference.rsplit_once('/') {
            Some((publisher, rest)) => (Some(publisher.to_owned()), rest),
            None => (None, reference),
        };
        let (name, version) = match rest.split_once('@') {
            Some((name, version)) => {
                let version = version.strip_prefix('v').unwrap_or(version);
                let parsed = Version::parse(version)
                    .map_err(|_| wrong(format!("`{version}` is not a version such as 1.2.3")))?;
                (name, Some(parsed))
            },
            None => (rest, None),
        };
        if name.is_empty() || publisher.as_deref() == Some("") {
            return Err(wrong(format!("`{reference}` does not name a release")));
        }
        Ok(Self::Name { publisher, name: name.to_owned(), version })
    }
}

/// Find a release.
pub async fn resolve(chain: &Chain, reference: &str) -> Result<ReleaseView> {
    match Reference::parse(reference)? {
        Reference::Id(id) => chain
            .release(id)
            .await?
            .ok_or_else(|| CliError::new(format!("there is no release {id}")).hint("see `candor model list`")),
        Reference::Name { publisher: Some(publisher), name, version } => {
            let publisher = account::parse(&publisher)?;
            let wanted = version.map(|version| version.to_string()).unwrap_or_default();
            match chain.find_release(&publisher, &name, &wanted).await? {
                Some(id) => chain.release(id).await?.ok_or_else(|| unknown(reference)),
                None => Err(unknown(reference)),
            }
        },
        Reference::Name { publisher: None, name, version } => {
            choose(chain.releases().await?, reference, &name, version.as_ref())
        },
    }
}

fn unknown(reference: &str) -> CliError {
    CliError::new(format!("no release is called `{reference}`"))
        .hint("see `candor model list` or `candor model search WORDS`")
}

/// The newest release of this name, if only one publisher has the name.
fn choose(all: Vec<ReleaseView>, reference: &str, name: &str, version: Option<&Version>) -> Result<ReleaseView> {
    let mut found: Vec<ReleaseView> = all
        .into_iter()
        .filter(|release| {
            text(&release.name) == name && version.is_none_or(|wanted| version_of(release).as_ref() == Some(wanted))
        })
        .collect();
    let first: Option<AccountId> = found.first().map(|release| release.publisher.clone());
    if found.iter().any(|release| Some(&release.publisher) != first.as_ref()) {
        let mut candidates: Vec<String> =
            found.iter().map(|r| format!("{}/{}@{}", address(&r.publisher), text(&r.name), text(&r.version))).collect();
        candidates.sort();
        return Err(CliError::usage(format!("several publishers have a `{reference}`"))
            .hint(format!("write which one you mean:\n  {}", candidates.join("\n  "))));
    }
    // A deprecated one only if it is asked for by version or nothing else is left.
    if found.iter().any(|release| release.deprecated.is_none()) && version.is_none() {
        found.retain(|release| release.deprecated.is_none());
    }
    found.into_iter().max_by_key(version_of).ok_or_else(|| unknown(reference))
}

fn version_of(release: &ReleaseView) -> Option<Version> {
    Version::parse(&text(&release.version)).ok()
}

/// `name@1.2.3`.
pub fn name(release: &ReleaseView) -> String {
    format!("{}@{}", text(&release.name), text(&release.version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::input::tests::spec;

    fn release(id: ReleaseId, publisher: u8, name: &str, version: &str, deprecated: bool) -> ReleaseView {
        ReleaseView {
            id,
            repository: 0,
            publisher: AccountId::new([publisher; 32]),
            name: name.into(),
            version: version.into(),
            deprecated: deprecated.then(|| b"old".to_vec()),
            private: false,
            spec: spec(vec![], vec![]),
        }
    }

    fn named(publisher: Option<&str>, name: &str, version: Option<&str>) -> Reference {
        Reference::Name {
            publisher: publisher.map(str::to_owned),
            name: name.to_owned(),
            version: version.map(|v| v.parse().unwrap()),
        }
    }

    #[test]
    fn reference_should_be_read_when_in_any_form() {
        assert_eq!(Reference::parse("12").unwrap(), Reference::Id(12));
        assert_eq!(Reference::parse("minilm").unwrap(), named(None, "minilm", None));
        assert_eq!(Reference::parse("minilm@1.2.3").unwrap(), named(None, "minilm", Some("1.2.3")));
        assert_eq!(Reference::parse("5Grw/minilm@v1.2.3").unwrap(), named(Some("5Grw"), "minilm", Some("1.2.3")));
        assert_eq!(Reference::parse("//Alice/minilm").unwrap(), named(Some("//Alice"), "minilm", None));
        for bad in ["", "@1.0.0", "/minilm", "minilm@1", "minilm@", "5Grw/"] {
            assert!(Reference::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn newest_should_be_chosen_when_no_version_is_named() {
        let all = || {
            vec![
                release(0, 1, "m", "1.9.0", false),
                release(1, 1, "m", "1.10.0", false),
                release(2, 1, "m", "2.0.0", true),
                release(3, 1, "other", "9.0.0", false),
            ]
        };
        assert_eq!(choose(all(), "m", "m", None).unwrap().id, 1);
        assert_eq!(choose(all(), "m@2.0.0", "m", Some(&Version::new(2, 0, 0))).unwrap().id, 2);
        assert!(choose(all(), "x", "x", None).unwrap_err().hint.unwrap().contains("model list"));
    }

    #[test]
    fn candidates_should_be_listed_when_several_publishers_have_the_name() {
        let all = vec![release(0, 1, "m", "1.0.0", false), release(1, 2, "m", "1.0.0", false)];
        let error = choose(all, "m", "m", None).unwrap_err();
        let hint = error.hint.unwrap();
        assert_eq!(hint.matches("/m@1.0.0").count(), 2, "{hint}");
    }
}
