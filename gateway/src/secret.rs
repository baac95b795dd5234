//! Secrets that no message shows.

use std::fmt;

/// A secret: what prints it, by mistake or with the settings around it, prints that there is one.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

/// A URL as messages may show it: without the name and the password before its host, and without its query, which can
/// be a signature. Control characters, which can speak to a terminal, are left out: strangers name sources too.
pub fn shown(url: &str) -> String {
    let url: String = url.chars().filter(|letter| !letter.is_control()).collect();
    let Some((scheme, rest)) = url.split_once("://") else { return url };
    let (rest, query) = rest.split_once(['?', '#']).map_or((rest, ""), |(rest, _)| (rest, "?..."));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://...@{host}{path}{query}"),
        None => format!("{scheme}://{authority}{path}{query}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::client::{Client, Options};

    #[test]
    fn secret_should_not_be_shown_when_it_or_its_settings_are_printed() {
        let secret = Secret::from("hunter2".to_owned());
        assert_eq!(secret.reveal(), "hunter2");
        assert_eq!(format!("{secret:?}"), "<secret>");
        let options = Options { token: Some(secret), ..Options::default() };
        let client = Client::new("http://127.0.0.1:9955", options.clone()).unwrap();
        for printed in [format!("{options:?}"), format!("{client:?}")] {
            assert!(printed.contains("<secret>") && !printed.contains("hunter2"), "{printed}");
        }
    }

    #[test]
    fn shown_should_hide_the_password_when_a_url_has_one() {
        for (url, expected) in [
            ("https://models.example/store", "https://models.example/store"),
            ("https://me:hunter2@models.example/store", "https://...@models.example/store"),
            ("https://me:hun@ter2@models.example", "https://...@models.example"),
            ("s3://key:hunter2@bucket/prefix", "s3://...@bucket/prefix"),
            ("https://models.example/a?signature=hunter2", "https://models.example/a?..."),
            ("https://models.example?signature=hun/ter2#x", "https://models.example?..."),
            ("https://models.example/@team/models", "https://models.example/@team/models"),
            ("file:///srv/models", "file:///srv/models"),
            ("no url", "no url"),
            ("http://a/\u{1b}[2Jb\n", "http://a/[2Jb"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }

    #[test]
    fn client_should_hide_the_password_when_a_url_cannot_be_used() {
        for url in ["http://me:hunter2@", "ftp://me:hunter2@models.example", "http://me:hunter2@a b"] {
            let error = Client::new(url, Options::default()).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
