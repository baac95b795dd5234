//! What AMD's hardware and services make.

use crate::{
    certificates::{extension, Certificate, Crl, Issuer},
    der::{bits, element, id, sequence, unsigned},
    intel::ROOT_VALID,
};
use candor_attestation::{amd::SnpBundle, Roots};
use num_bigint::BigUint;
use p384::ecdsa::{signature::Signer, SigningKey};
use sha2::{Digest, Sha384};

/// Two keys that everyone knows: modulus and private exponent of the root, then of the issuer.
const KEYS: &str = include_str!("amd-keys.txt");

/// 1.3.6.1.4.1.3704.1
const AMD: [u8; 8] = [0x2b, 6, 1, 4, 1, 0x9c, 0x78, 1];

/// A key of 4096 bits.
#[derive(Clone, Debug)]
pub struct RsaKey {
    modulus: BigUint,
    exponent: BigUint,
}

impl RsaKey {
    fn of_lines(line: usize) -> Self {
        let number = |line| BigUint::parse_bytes(KEYS.lines().nth(line).unwrap().as_bytes(), 16).unwrap();
        Self { modulus: number(line), exponent: number(line + 1) }
    }

    /// The root's.
    pub fn root() -> Self {
        Self::of_lines(0)
    }

    /// The issuer's.
    pub fn issuer() -> Self {
        Self::of_lines(2)
    }

    fn public(&self) -> Vec<u8> {
        let algorithm = sequence(&[id(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]), element(5, &[])]);
        let numbers = sequence(&[unsigned(&self.modulus.to_bytes_be()), unsigned(&[1, 0, 1])]);
        sequence(&[algorithm, bits(&numbers)])
    }
}

impl Issuer for RsaKey {
    fn algorithm(&self) -> Vec<u8> {
        let sha384 = sequence(&[id(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2]), element(5, &[])]);
        let mask = sequence(&[id(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8]), sha384.clone()]);
        let parameters = sequence(&[
            element(0xa0, &sha384),
            element(0xa1, &mask),
            element(0xa2, &unsigned(&[48])),
            element(0xa3, &unsigned(&[1])),
        ]);
        sequence(&[id(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10]), parameters])
    }

    /// EMSA-PSS-ENCODE (RFC 8017, section 9.1.1) and the private operation.
    fn signature(&self, body: &[u8]) -> Vec<u8> {
        let salt = [0x5a; 48];
        let hash = Sha384::new().chain_update([0; 8]).chain_update(Sha384::digest(body)).chain_update(salt).finalize();
        let mut data = vec![0; 463];
        data[414] = 1;
        data[415..].copy_from_slice(&salt);
        for (counter, block) in (0u32..).zip(data.chunks_mut(48)) {
            let mask = Sha384::new().chain_update(hash).chain_update(counter.to_be_bytes()).finalize();
            block.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
        }
        data[0] &= 0x7f;
        let encoding = [&data[..], &hash, &[0xbc]].concat();
        let power = BigUint::from_bytes_be(&encoding).modpow(&self.exponent, &self.modulus).to_bytes_be();
        [vec![0; 512 - power.len()], power].concat()
    }
}

/// Makes reports and their collateral. A test changes what it wants to be wrong.
#[derive(Clone)]
pub struct Amd {
    /// The root's key.
    pub root_key: RsaKey,
    /// The issuer's key.
    pub issuer_key: RsaKey,
    /// The processor's key.
    pub key: SigningKey,
    /// A second in which everything is valid.
    pub now: u64,
    /// The root's certificate (ARK).
    pub ark: Certificate,
    /// The issuer's certificate (ASK).
    pub ask: Certificate,
    /// The processor's certificate (VCEK).
    pub vcek: Certificate,
    /// What the root revoked.
    pub crl: Crl,
    /// The processor, in its certificate.
    pub chip: Vec<u8>,
    /// Numbers and versions of firmware, in the processor's certificate.
    pub firmware: Vec<(u8, u8)>,
    /// The report up to its signature.
    pub report: [u8; 0x2a0],
}

impl Amd {
    /// Of the line Milan.
    pub fn milan() -> Self {
        Self::of("Milan", vec![0xc1; 64], [3, 0, 0, 0, 0, 0, 8, 115], &[(1, 3), (2, 0), (3, 8), (8, 115)])
    }

    /// Of the line Turin: another order of the firmware's versions, and a shorter name of the processor.
    pub fn turin() -> Self {
        let firmware = [(9, 1), (1, 2), (2, 0), (3, 4), (8, 64)];
        Self::of("Turin", vec![0xc1; 8], [1, 2, 0, 4, 0, 0, 0, 64], &firmware)
    }

    fn of(line: &str, chip: Vec<u8>, tcb: [u8; 8], firmware: &[(u8, u8)]) -> Self {
        let now = 1_800_000_000;
        let certificate = |serial, subject: &str, issuer: &str, authority| Certificate {
            serial,
            issuer: issuer.into(),
            subject: subject.into(),
            from: now - 1_000_000,
            until: now + 100_000_000,
            authority,
            extensions: Vec::new(),
        };
        let (root, issuer) = (format!("ARK-{line}"), format!("SEV-{line}"));
        let mut report = [0; 0x2a0];
        report[0] = 3;
        // SMT, and the bit that is always one.
        report[10] = 3;
        report[0x34] = 1;
        report[0x90..0xc0].fill(0xd2);
        report[0x180..0x188].copy_from_slice(&tcb);
        report[0x1a0..][..chip.len()].copy_from_slice(&chip);
        let secret = Sha384::digest("candor test key: processor");
        Self {
            root_key: RsaKey::root(),
            issuer_key: RsaKey::issuer(),
            key: SigningKey::from_slice(&secret).unwrap(),
            now,
            ark: Certificate { from: ROOT_VALID.0, until: ROOT_VALID.1, ..certificate(1, &root, &root, true) },
            ask: certificate(2, &issuer, &root, true),
            vcek: certificate(0, "SEV-VCEK", &issuer, false),
            crl: Crl {
                issuer: root,
                from: now - 1_000,
                until: now + 30_000_000,
                revoked: vec![1_000],
                extensions: Vec::new(),
            },
            chip,
            firmware: firmware.to_vec(),
            report,
        }
    }

    /// Moves everything but the root in time, so that it is valid at `now`.
    pub fn move_to(&mut self, now: u64) {
        let from = self.now;
        let moved = |second: u64| (second + now).saturating_sub(from);
        for certificate in [&mut self.ask, &mut self.vcek] {
            (certificate.from, certificate.until) = (moved(certificate.from), moved(certificate.until));
        }
        (self.crl.from, self.crl.until) = (moved(self.crl.from), moved(self.crl.until));
        self.now = now;
    }

    /// Sets what the machine's software chooses to be bound to.
    pub fn set_report_data(&mut self, data: [u8; 64]) {
        self.report[0x50..0x90].copy_from_slice(&data);
    }

    /// The root that accepts what is made here: [`crate::AMD_ROOT`] for Milan, unless it was changed.
    pub fn roots(&self) -> Roots<'static> {
        let root: &'static [u8] = self.root_certificate().leak();
        Roots { intel: None, amd: vec![root].leak() }
    }

    /// The root's certificate in DER.
    pub fn root_certificate(&self) -> Vec<u8> {
        self.ark.make_for(self.root_key.public(), &self.root_key)
    }

    /// The collateral.
    pub fn bundle(&self) -> SnpBundle {
        let ask = self.ask.make_for(self.issuer_key.public(), &self.root_key);
        SnpBundle { ask: ask.try_into().unwrap(), ark_crl: self.crl.make(&self.root_key).try_into().unwrap() }
    }

    /// The processor's certificate in DER.
    pub fn certificate(&self) -> Vec<u8> {
        let mut vcek = self.vcek.clone();
        let below = |numbers: &[u8]| [&AMD[..], numbers].concat();
        for (number, version) in &self.firmware {
            vcek.extensions.push(extension(&below(&[3, *number]), false, &unsigned(&[*version])));
        }
        vcek.extensions.push(extension(&below(&[4]), false, &self.chip));
        let curve = sequence(&[id(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]), id(&[0x2b, 0x81, 4, 0, 34])]);
        let point = self.key.verifying_key().to_encoded_point(false);
        vcek.make_for(sequence(&[curve, bits(point.as_bytes())]), &self.issuer_key)
    }

    /// The report with the processor's certificate.
    pub fn evidence(&self) -> Vec<u8> {
        let signature: p384::ecdsa::Signature = self.key.sign(&self.report);
        let (r, s) = signature.split_bytes();
        let mut evidence = self.report.to_vec();
        for number in [r, s] {
            evidence.extend(number.iter().rev());
            evidence.extend([0; 24]);
        }
        evidence.resize(1184, 0);
        evidence.extend(self.certificate());
        evidence
    }
}
