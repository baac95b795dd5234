//! Reading and ordering versions.

use crate::Version;
use proptest::prelude::*;

#[test]
fn parse_should_refuse_when_the_text_is_not_canonical() {
    for bad in
        ["", "1", "1.2", "1.2.3.4", "1.2.", ".1.2", "01.2.3", "1.2.-3", "+1.2.3", "1.2.3-rc1", "v1.2.3", " 1.2.3"]
    {
        assert_eq!(Version::parse(bad.as_bytes()), None, "{bad}");
    }
    assert_eq!(Version::parse(b"4294967296.0.0"), None);
    assert_eq!(Version::parse(&[0xff]), None);
    assert_eq!(Version::parse(b"0.0.0"), Some(Version { major: 0, minor: 0, patch: 0 }));
}

#[test]
fn order_should_be_numeric_when_versions_are_compared() {
    let parse = |text: &str| Version::parse(text.as_bytes()).unwrap();
    assert!(parse("1.10.0") > parse("1.9.9"));
    assert!(parse("2.0.0") > parse("1.99.99"));
    assert!(parse("1.0.10") > parse("1.0.9"));
}

proptest! {
    #[test]
    fn parse_should_read_back_when_given_its_own_text(major: u32, minor: u32, patch: u32) {
        let version = Version { major, minor, patch };
        prop_assert_eq!(Version::parse(&version.to_text()), Some(version));
    }
}
