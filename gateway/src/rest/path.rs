//! Paths of models.

use crate::backend::CallError;
use percent_encoding::percent_decode_str;

/// What a path below `/v2/models/` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The model; empty for all.
    pub(crate) model: String,
    /// The version, if it is named.
    pub(crate) version: Option<String>,
    /// What is wanted of it.
    pub(crate) part: Part,
}

/// What is wanted of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Inputs and outputs.
    Metadata,
    /// Whether it answers.
    Ready,
    /// An answer.
    Infer,
    /// What it answered.
    Stats,
}

impl Target {
    /// Read a path, escapes and all.
    pub(crate) fn parse(path: &str) -> Result<Self, CallError> {
        let path = path.strip_prefix("/v2/models/").unwrap_or(path);
        let (path, part) = match path.rsplit_once('/') {
            Some((path, "infer")) => (path, Part::Infer),
            Some((path, "ready")) => (path, Part::Ready),
            Some((path, "stats")) => (path, Part::Stats),
            None if path == "stats" => ("", Part::Stats),
            _ => (path, Part::Metadata),
        };
        let (name, version) = match path.rsplit_once("/versions/") {
            Some((name, version)) if !version.contains('/') => (name, Some(version)),
            _ => (path, None),
        };
        let model = decode(name)?;
        let version = version.map(decode).transpose()?;
        if (model.is_empty() && !path.is_empty()) || version.as_deref() == Some("") {
            return Err(CallError::NotFound("the path names no model or version".into()));
        }
        Ok(Self { model, version, part })
    }
}

/// A part of a path without its escapes.
pub(crate) fn decode(text: &str) -> Result<String, CallError> {
    if !text.contains('%') {
        return Ok(text.into());
    }
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_| CallError::NotFound("the path is not UTF-8".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_should_name_models_when_names_have_slashes() {
        let target = |path: &str| Target::parse(path).unwrap();
        let wanted = |model: &str, version: Option<&str>, part| Target {
            model: model.into(),
            version: version.map(Into::into),
            part,
        };
        assert_eq!(target("/v2/models/m/infer"), wanted("m", None, Part::Infer));
        assert_eq!(target("/v2/models/acme/m/infer"), wanted("acme/m", None, Part::Infer));
        assert_eq!(target("/v2/models/acme%2Fm/versions/1.0.0/ready"), wanted("acme/m", Some("1.0.0"), Part::Ready));
        assert_eq!(target("/v2/models/acme%2finfer"), wanted("acme/infer", None, Part::Metadata));
        assert_eq!(target("/v2/models/acme/m/versions/2"), wanted("acme/m", Some("2"), Part::Metadata));
        assert_eq!(target("/v2/models/stats"), wanted("", None, Part::Stats));
        assert_eq!(target("/v2/models/m/stats"), wanted("m", None, Part::Stats));
        assert_eq!(target("/v2/models/infer"), wanted("infer", None, Part::Metadata));
        assert!(Target::parse("/v2/models/%ff/infer").is_err());
        assert!(Target::parse("/v2/models/m/versions//infer").is_err());
    }
}
