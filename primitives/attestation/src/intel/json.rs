//! Collateral as Intel writes it, in JSON. It is read only after its signature was verified.

use crate::{
    attestation::{Advisories, Advisory, TcbStatus},
    error::{Error, Part},
};
use alloc::vec::Vec;
use core::fmt;
use der::DateTime;
use serde::{
    de::{IgnoredAny, MapAccess, Visitor},
    Deserialize, Deserializer,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TcbInfo<'a> {
    /// Version 2 has none: it is for SGX.
    #[serde(default, borrow)]
    pub id: Option<&'a str>,
    pub version: u8,
    pub issue_date: &'a str,
    pub next_update: &'a str,
    pub fmspc: &'a str,
    pub pce_id: &'a str,
    pub tcb_type: u32,
    pub tcb_evaluation_data_number: u32,
    pub tcb_levels: Vec<Level<'a>>,
    #[serde(default)]
    pub tdx_module: Option<Module<'a>>,
    #[serde(default)]
    pub tdx_module_identities: Vec<Module<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Level<'a> {
    pub tcb: Tcb,
    pub tcb_date: &'a str,
    pub tcb_status: &'a str,
    #[serde(default, rename = "advisoryIDs", borrow)]
    pub advisory_ids: Vec<&'a str>,
}

/// SVNs: lists in version 3, sixteen names in version 2.
#[derive(Default)]
pub(super) struct Tcb {
    pub pcesvn: Option<u16>,
    pub sgx: Vec<Component>,
    pub tdx: Vec<Component>,
    pub named: [Option<u8>; 16],
}

impl<'de> Deserialize<'de> for Tcb {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;

        impl<'de> Visitor<'de> for Names {
            type Value = Tcb;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("SVNs")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tcb, A::Error> {
                let mut tcb = Tcb::default();
                while let Some(name) = map.next_key::<&str>()? {
                    match name {
                        "pcesvn" => tcb.pcesvn = Some(map.next_value()?),
                        "sgxtcbcomponents" => tcb.sgx = map.next_value()?,
                        "tdxtcbcomponents" => tcb.tdx = map.next_value()?,
                        _ => match named(name).and_then(|place| tcb.named.get_mut(place)) {
                            Some(svn) => *svn = Some(map.next_value()?),
                            None => {
                                map.next_value::<IgnoredAny>()?;
                            },
                        },
                    }
                }
                Ok(tcb)
            }
        }

        deserializer.deserialize_map(Names)
    }
}

/// The place of `sgxtcbcomp01svn` is 0, of `sgxtcbcomp16svn` 15.
fn named(name: &str) -> Option<usize> {
    let number = name.strip_prefix("sgxtcbcomp")?.strip_suffix("svn")?;
    number.parse::<usize>().ok()?.checked_sub(1)
}

#[derive(Deserialize)]
pub(super) struct Component {
    pub svn: u8,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Module<'a> {
    #[serde(default)]
    pub id: &'a str,
    pub mrsigner: &'a str,
    pub attributes: &'a str,
    pub attributes_mask: &'a str,
    #[serde(default)]
    pub tcb_levels: Vec<SvnLevel<'a>>,
}

/// A level that one SVN decides.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SvnLevel<'a> {
    pub tcb: Svn,
    pub tcb_date: &'a str,
    pub tcb_status: &'a str,
    #[serde(default, rename = "advisoryIDs", borrow)]
    pub advisory_ids: Vec<&'a str>,
}

#[derive(Deserialize)]
pub(super) struct Svn {
    pub isvsvn: u16,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct QeIdentity<'a> {
    pub id: &'a str,
    pub version: u8,
    pub issue_date: &'a str,
    pub next_update: &'a str,
    pub tcb_evaluation_data_number: u32,
    pub miscselect: &'a str,
    pub miscselect_mask: &'a str,
    pub attributes: &'a str,
    pub attributes_mask: &'a str,
    pub mrsigner: &'a str,
    pub isvprodid: u16,
    #[serde(borrow)]
    pub tcb_levels: Vec<SvnLevel<'a>>,
}

/// Reads one document and nothing after it.
pub(super) fn read<'a, T: Deserialize<'a>>(text: &'a [u8], part: Part) -> Result<T, Error> {
    let (value, read) = serde_json_core::from_slice(text).map_err(|_| Error::Malformed(part))?;
    if read == text.len() {
        Ok(value)
    } else {
        Err(Error::Trailing(part))
    }
}

/// Seconds since 1970 of a date like `2025-06-19T10:56:11Z`.
pub(super) fn seconds(date: &str, part: Part) -> Result<u64, Error> {
    date.parse::<DateTime>().map(|date| date.unix_duration().as_secs()).map_err(|_| Error::Malformed(part))
}

/// Bytes written as hexadecimal digits.
pub(super) fn hex<const N: usize>(digits: &str, part: Part) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    let mut digits = digits.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
    for byte in &mut bytes {
        let (Some(Some(high)), Some(Some(low))) = (digits.next(), digits.next()) else {
            return Err(Error::Malformed(part));
        };
        *byte = high << 4 | low;
    }
    match digits.next() {
        None => Ok(bytes),
        Some(_) => Err(Error::Malformed(part)),
    }
}

/// A status in Intel's words.
pub(super) fn status(words: &str, part: Part) -> Result<TcbStatus, Error> {
    Ok(match words {
        "UpToDate" => TcbStatus::UpToDate,
        "SWHardeningNeeded" => TcbStatus::SWHardeningNeeded,
        "ConfigurationNeeded" => TcbStatus::ConfigurationNeeded,
        "ConfigurationAndSWHardeningNeeded" => TcbStatus::ConfigurationAndSWHardeningNeeded,
        "OutOfDate" => TcbStatus::OutOfDate,
        "OutOfDateConfigurationNeeded" => TcbStatus::OutOfDateConfigurationNeeded,
        "Revoked" => TcbStatus::Revoked,
        _ => return Err(Error::Malformed(part)),
    })
}

/// Advisories like `INTEL-SA-00615`.
pub(super) fn advisories(ids: &[&str], part: Part) -> Result<Advisories, Error> {
    let mut found = Advisories::default();
    for id in ids {
        let number = id.strip_prefix("INTEL-SA-").filter(|digits| digits.len() == 5);
        let number = number.and_then(|digits| digits.parse().ok()).ok_or(Error::Malformed(part))?;
        if !found.contains(&Advisory(number)) {
            found.try_push(Advisory(number)).map_err(|_| Error::TooMany(part))?;
        }
    }
    Ok(found)
}
