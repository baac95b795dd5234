//! What Intel's hardware and services make.

use crate::{
    certificates::{coordinates, extension, key, sign, Certificate, Crl},
    der::{date, element, id, pem, sequence, unsigned},
};
use candor_attestation::{intel::Bundle, Roots, Tee};
use p256::ecdsa::SigningKey;
use serde_json::{json, Value};
use sha2::{Digest, Sha256};

/// 1.2.840.113741.1.13.1
const SGX: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 1, 13, 1];
const ROOT_NAME: &str = "Candor Test Root CA";
/// From 2020 to 2099, whatever the time of the rest.
pub(crate) const ROOT_VALID: (u64, u64) = (1_577_836_800, 4_102_444_799);
const VENDOR: [u8; 16] =
    [0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07];

/// The numbers of the certificates.
pub mod serials {
    /// The root.
    pub const ROOT: u64 = 1;
    /// The authority that certifies machines.
    pub const AUTHORITY: u64 = 2;
    /// Who signs TCB levels and the identity of the quoting enclave.
    pub const SIGNER: u64 = 3;
    /// The machine.
    pub const MACHINE: u64 = 4;
}

/// Keys, all known.
#[derive(Clone)]
pub struct Keys {
    /// The root.
    pub root: SigningKey,
    /// The authority that certifies machines.
    pub authority: SigningKey,
    /// Who signs TCB levels and the identity of the quoting enclave.
    pub signer: SigningKey,
    /// The machine.
    pub machine: SigningKey,
    /// The quote.
    pub quote: SigningKey,
}

/// Makes quotes and their collateral. A test changes what it wants to be wrong.
#[derive(Clone)]
pub struct Intel {
    /// Keys that sign.
    pub keys: Keys,
    /// A second in which everything is valid.
    pub now: u64,
    /// The root's certificate.
    pub root: Certificate,
    /// The certificate of the authority that certifies machines.
    pub authority: Certificate,
    /// The certificate of who signs TCB levels and the identity of the quoting enclave.
    pub signer: Certificate,
    /// The machine's certificate.
    pub machine: Certificate,
    /// What the root revoked.
    pub root_crl: Crl,
    /// What the authority revoked.
    pub pck_crl: Crl,
    /// The TCB levels.
    pub tcb_info: Value,
    /// The identity of the quoting enclave.
    pub qe_identity: Value,
    /// Model of processors, in the machine's certificate.
    pub fmspc: [u8; 6],
    /// Provisioning enclave, in the machine's certificate.
    pub pce_id: [u8; 2],
    /// The machine among others (PPID), in its certificate.
    pub ppid: [u8; 16],
    /// SVNs, in the machine's certificate.
    pub svns: [u8; 16],
    /// SVN of the provisioning enclave, in the machine's certificate.
    pub pce_svn: u16,
    /// The quote's header.
    pub header: [u8; 48],
    /// The report that is quoted.
    pub report: Vec<u8>,
    /// The quoting enclave's report, in which the hash of the quote's key is filled in.
    pub qe_report: [u8; 384],
    /// Zeros after the quote.
    pub padding: usize,
    /// In place of the extension that tells of the machine, in its certificate.
    pub machine_extension: Option<Vec<u8>>,
}

impl Intel {
    /// Version 3, for SGX.
    pub fn sgx() -> Self {
        let mut maker = Self::of(Tee::Sgx);
        maker.header[0] = 3;
        maker.report = vec![0; 384];
        maker.report[48] = 5;
        maker.report[64..96].fill(0xe1);
        maker.report[128..160].fill(0x51);
        maker
    }

    /// Version 4, for TDX.
    pub fn tdx() -> Self {
        let mut maker = Self::of(Tee::Tdx);
        maker.header[0] = 4;
        maker.header[4] = 0x81;
        maker.report = vec![0; 584];
        maker.report[..3].copy_from_slice(&[5, 1, 3]);
        // SEPT_VE_DISABLE
        maker.report[123] = 0x10;
        maker.report[136..184].fill(0xd1);
        for (number, rtmr) in maker.report[328..520].chunks_mut(48).enumerate() {
            rtmr.fill(0xa0 + number as u8);
        }
        maker
    }

    /// Version 5, for TDX 1.5.
    pub fn tdx15() -> Self {
        let mut maker = Self::tdx();
        maker.header[0] = 5;
        maker.report.resize(648, 0);
        maker.report[584..587].copy_from_slice(&[5, 1, 3]);
        maker
    }

    fn of(tee: Tee) -> Self {
        let now = 1_800_000_000;
        let (from, until) = (now - 1_000_000, now + 100_000_000);
        let certificate = |serial, subject: &str, issuer: &str, authority| Certificate {
            serial,
            issuer: issuer.into(),
            subject: subject.into(),
            from,
            until,
            authority,
            extensions: Vec::new(),
        };
        let ca = "Intel SGX PCK Platform CA";
        let crl = |issuer: &str| Crl {
            issuer: issuer.into(),
            from: now - 1_000,
            until: now + 3_000_000,
            revoked: vec![1_000, 2_000],
            extensions: Vec::new(),
        };
        let mut header = [0; 48];
        header[2] = 2;
        header[12..28].copy_from_slice(&VENDOR);
        let mut qe_report = [0; 384];
        qe_report[48] = 0x11;
        qe_report[128..160].fill(0x7e);
        qe_report[256] = if tee == Tee::Sgx { 1 } else { 2 };
        qe_report[258] = 8;
        let [root, authority, signer, machine, quote] = ["root", "authority", "signer", "machine", "quote"].map(key);
        Self {
            keys: Keys { root, authority, signer, machine, quote },
            now,
            root: Certificate {
                from: ROOT_VALID.0,
                until: ROOT_VALID.1,
                ..certificate(serials::ROOT, ROOT_NAME, ROOT_NAME, true)
            },
            authority: certificate(serials::AUTHORITY, ca, ROOT_NAME, true),
            signer: certificate(serials::SIGNER, "Intel SGX TCB Signing", ROOT_NAME, false),
            machine: certificate(serials::MACHINE, "Intel SGX PCK Certificate", ca, false),
            root_crl: crl(ROOT_NAME),
            pck_crl: crl(ca),
            tcb_info: tcb_info(tee, now),
            qe_identity: qe_identity(tee, now),
            fmspc: [0xca, 0xfe, 0, 0, 0, 1],
            pce_id: [0, 0],
            ppid: [0x9d; 16],
            svns: [5; 16],
            pce_svn: 13,
            header,
            report: Vec::new(),
            qe_report,
            padding: 0,
            machine_extension: None,
        }
    }

    /// Sets what the machine's software chooses to be bound to.
    pub fn set_report_data(&mut self, data: [u8; 64]) {
        let place = if self.header[4] == 0 { 320 } else { 520 };
        self.report[place..place + 64].copy_from_slice(&data);
    }

    /// Moves everything but the root in time, so that it is valid at `now`.
    pub fn move_to(&mut self, now: u64) {
        let moved = |second: u64, from: u64| (second + now).saturating_sub(from);
        let from = self.now;
        for certificate in [&mut self.authority, &mut self.signer, &mut self.machine] {
            (certificate.from, certificate.until) = (moved(certificate.from, from), moved(certificate.until, from));
        }
        for crl in [&mut self.root_crl, &mut self.pck_crl] {
            (crl.from, crl.until) = (moved(crl.from, from), moved(crl.until, from));
        }
        for json in [&mut self.tcb_info, &mut self.qe_identity] {
            set_dates(json, now);
        }
        self.now = now;
    }

    /// The root that accepts what is made here: [`crate::ROOT`] unless it was changed.
    pub fn roots(&self) -> Roots<'static> {
        Roots { intel: Some(self.root_certificate().leak()), amd: &[] }
    }

    /// The root's certificate in DER.
    pub fn root_certificate(&self) -> Vec<u8> {
        self.root.make(&self.keys.root, &self.keys.root)
    }

    /// The collateral.
    pub fn bundle(&self) -> Bundle {
        let root = pem(&self.root_certificate());
        let signer = pem(&self.signer.make(&self.keys.signer, &self.keys.root)) + &root;
        let authority = pem(&self.authority.make(&self.keys.authority, &self.keys.root)) + &root;
        let (tcb_info, qe_identity) = (self.tcb_info.to_string(), self.qe_identity.to_string());
        Bundle {
            root_crl: self.root_crl.make(&self.keys.root).try_into().unwrap(),
            pck_crl: self.pck_crl.make(&self.keys.authority).try_into().unwrap(),
            pck_crl_issuer_chain: authority.into_bytes().try_into().unwrap(),
            tcb_info_signature: sign(&self.keys.signer, tcb_info.as_bytes()),
            tcb_info: tcb_info.into_bytes().try_into().unwrap(),
            tcb_info_issuer_chain: signer.clone().into_bytes().try_into().unwrap(),
            qe_identity_signature: sign(&self.keys.signer, qe_identity.as_bytes()),
            qe_identity: qe_identity.into_bytes().try_into().unwrap(),
            qe_identity_issuer_chain: signer.into_bytes().try_into().unwrap(),
        }
    }

    /// The chain of the machine's certificate.
    pub fn chain(&self) -> String {
        let mut machine = self.machine.clone();
        let told = self.machine_extension.clone().unwrap_or_else(|| self.default_extension());
        machine.extensions.push(extension(&SGX, false, &told));
        let machine = machine.make(&self.keys.machine, &self.keys.authority);
        let authority = self.authority.make(&self.keys.authority, &self.keys.root);
        [machine, authority, self.root_certificate()].iter().map(|certificate| pem(certificate)).collect()
    }

    /// The extension that tells of the machine, unless it was replaced.
    pub fn default_extension(&self) -> Vec<u8> {
        let below = |numbers: &[u8]| id(&[&SGX[..], numbers].concat());
        let bytes = |bytes: &[u8]| element(4, bytes);
        let mut tcb: Vec<_> =
            (1..).zip(self.svns).map(|(number, svn)| sequence(&[below(&[2, number]), unsigned(&[svn])])).collect();
        tcb.push(sequence(&[below(&[2, 17]), unsigned(&self.pce_svn.to_be_bytes())]));
        tcb.push(sequence(&[below(&[2, 18]), bytes(&self.svns)]));
        sequence(&[
            sequence(&[below(&[1]), bytes(&self.ppid)]),
            sequence(&[below(&[2]), sequence(&tcb)]),
            sequence(&[below(&[3]), bytes(&self.pce_id)]),
            sequence(&[below(&[4]), bytes(&self.fmspc)]),
            sequence(&[below(&[5]), element(10, &[1])]),
        ])
    }

    /// The quote.
    pub fn quote(&self) -> Vec<u8> {
        let mut signed = self.header.to_vec();
        if self.header[0] == 5 {
            let kind: u16 = match self.report.len() {
                584 => 2,
                648 => 3,
                _ => 4,
            };
            signed.extend(kind.to_le_bytes());
            signed.extend((self.report.len() as u32).to_le_bytes());
        }
        signed.extend(&self.report);
        let (public, authentication) = (coordinates(&self.keys.quote), [0x3a; 32]);
        let mut qe_report = self.qe_report;
        qe_report[320..352]
            .copy_from_slice(&Sha256::new().chain_update(public).chain_update(authentication).finalize());

        let chain = self.chain();
        let vouched = [
            &qe_report[..],
            &sign(&self.keys.machine, &qe_report),
            &32u16.to_le_bytes(),
            &authentication,
            &5u16.to_le_bytes(),
            &(chain.len() as u32).to_le_bytes(),
            chain.as_bytes(),
        ]
        .concat();
        let mut proof = [&sign(&self.keys.quote, &signed)[..], &public].concat();
        if self.header[0] > 3 {
            proof.extend(6u16.to_le_bytes());
            proof.extend((vouched.len() as u32).to_le_bytes());
        }
        proof.extend(vouched);
        signed.extend((proof.len() as u32).to_le_bytes());
        signed.extend(proof);
        signed.resize(signed.len() + self.padding, 0);
        signed
    }
}

fn set_dates(json: &mut Value, now: u64) {
    json["issueDate"] = date(now - 1_000).into();
    json["nextUpdate"] = date(now + 2_592_000).into();
}

fn components(svns: [u8; 16]) -> Value {
    svns.map(|svn| json!({ "svn": svn })).to_vec().into()
}

fn tcb_info(tee: Tee, now: u64) -> Value {
    let tdx = tee == Tee::Tdx;
    let level = |svn: u8, status: &str, advisories: Value| {
        let mut tcb = json!({ "sgxtcbcomponents": components([svn; 16]), "pcesvn": 13 });
        if tdx {
            tcb["tdxtcbcomponents"] = components([0; 16]);
        }
        json!({ "tcb": tcb, "tcbDate": date(now - 100_000), "tcbStatus": status, "advisoryIDs": advisories })
    };
    let mut info = json!({
        "id": if tdx { "TDX" } else { "SGX" },
        "version": 3,
        "fmspc": "CAFE00000001",
        "pceId": "0000",
        "tcbType": 0,
        "tcbEvaluationDataNumber": 20,
        "tcbLevels": [
            level(5, "UpToDate", json!([])),
            level(4, "SWHardeningNeeded", json!(["INTEL-SA-00615"])),
            level(3, "OutOfDate", json!(["INTEL-SA-00615", "INTEL-SA-00657"])),
            level(2, "Revoked", json!([])),
        ],
    });
    if tdx {
        let module = json!({
            "mrsigner": "00".repeat(48), "attributes": "0000000000000000", "attributesMask": "FFFFFFFFFFFFFFFF"
        });
        let mut first = module.clone();
        first["id"] = "TDX_01".into();
        let level = |svn: u8, status: &str| json!({ "tcb": { "isvsvn": svn }, "tcbDate": date(now - 200_000), "tcbStatus": status });
        first["tcbLevels"] = json!([level(5, "UpToDate"), level(3, "OutOfDate")]);
        info["tdxModule"] = module;
        info["tdxModuleIdentities"] = json!([first]);
    }
    set_dates(&mut info, now);
    info
}

fn qe_identity(tee: Tee, now: u64) -> Value {
    let level = |svn: u16, status: &str| json!({ "tcb": { "isvsvn": svn }, "tcbDate": date(now - 300_000), "tcbStatus": status });
    let mut identity = json!({
        "id": if tee == Tee::Sgx { "QE" } else { "TD_QE" },
        "version": 2,
        "tcbEvaluationDataNumber": 20,
        "miscselect": "00000000",
        "miscselectMask": "FFFFFFFF",
        "attributes": "11000000000000000000000000000000",
        "attributesMask": "FBFFFFFFFFFFFFFF0000000000000000",
        "mrsigner": hex::encode([0x7e; 32]),
        "isvprodid": if tee == Tee::Sgx { 1 } else { 2 },
        "tcbLevels": [level(8, "UpToDate"), level(6, "OutOfDate")],
    });
    set_dates(&mut identity, now);
    identity
}
