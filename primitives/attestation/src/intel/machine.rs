//! What Intel certifies of a machine: the extension of its certificate.

use crate::{
    asn1::Fields,
    error::{Error, Part},
    x509::Certificate,
};
use der::Tag;

/// 1.2.840.113741.1.13.1
const SGX: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 1, 13, 1];
const PPID: u8 = 1;
const TCB: u8 = 2;
const PCE_ID: u8 = 3;
const FMSPC: u8 = 4;
/// The numbers 1 to 16 below [`TCB`] are SVNs of components, this one is the PCE's.
const PCE_SVN: u8 = 17;

/// A machine as Intel certifies it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Machine {
    pub ppid: [u8; 16],
    pub svns: [u8; 16],
    pub pce_svn: u16,
    pub pce_id: [u8; 2],
    pub fmspc: [u8; 6],
}

impl Machine {
    pub fn of(certificate: &Certificate<'_>) -> Result<Self, Error> {
        let bytes = certificate.extension(&SGX)?;
        Self::parse(bytes).ok_or(Error::Malformed(Part::PckCertificate))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut machine = Self::default();
        // Each of the four must be there once.
        let mut seen = [0u8; 4];
        each(Fields::of_sequence(bytes)?, &SGX, |number, mut value| {
            if let Some(count) = seen.get_mut(usize::from(number).checked_sub(1)?) {
                *count = count.checked_add(1)?;
            }
            match number {
                PPID => machine.ppid = value.content(Tag::OctetString)?.try_into().ok()?,
                TCB => machine.svns_of(value.sequence()?)?,
                PCE_ID => machine.pce_id = value.content(Tag::OctetString)?.try_into().ok()?,
                FMSPC => machine.fmspc = value.content(Tag::OctetString)?.try_into().ok()?,
                _ => {},
            }
            Some(())
        })?;
        (seen == [1; 4]).then_some(machine)
    }

    fn svns_of(&mut self, fields: Fields<'_>) -> Option<()> {
        let [a, b, c, d, e, f, g, h, i] = SGX;
        // A bit for each number that was there.
        let mut seen = 0u32;
        each(fields, &[a, b, c, d, e, f, g, h, i, TCB], |number, mut value| {
            if !(1..=PCE_SVN).contains(&number) {
                return Some(());
            }
            let bit = 1u32.checked_shl(u32::from(number))?;
            if seen & bit != 0 {
                return None;
            }
            seen |= bit;
            let svn = value.unsigned()?;
            if number == PCE_SVN {
                self.pce_svn = match *svn {
                    [] => 0,
                    [low] => u16::from(low),
                    [high, low] => u16::from_be_bytes([high, low]),
                    _ => return None,
                };
            } else {
                let place = usize::from(number).checked_sub(1)?;
                *self.svns.get_mut(place)? = match *svn {
                    [] => 0,
                    [svn] => svn,
                    _ => return None,
                };
            }
            Some(())
        })?;
        (seen == 0x3fffe).then_some(())
    }
}

/// Calls `found` with the number and value of every pair whose id is `prefix` and one number below it.
fn each<'a>(mut fields: Fields<'a>, prefix: &[u8], mut found: impl FnMut(u8, Fields<'a>) -> Option<()>) -> Option<()> {
    while !fields.is_empty() {
        let mut pair = fields.sequence()?;
        let (number, prefix_found) = pair.content(Tag::ObjectIdentifier)?.split_last()?;
        if prefix_found == prefix {
            found(*number, pair)?;
        }
    }
    Some(())
}
