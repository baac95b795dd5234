//! What can be wrong with quotes and collateral, and what is said of it. Also read by `tools/attestation-reference`.
#![allow(dead_code)]

use candor_attestation::{Error, Part, TcbStatus};
use candor_test_attestation::{extension, serials, Intel};
use serde_json::json;

/// Makes one thing wrong.
pub type Change = fn(&mut Intel);

/// Cases that start from the same maker.
pub struct Group {
    pub maker: fn() -> Intel,
    /// Whether the reference refuses these too.
    pub reference_refuses: bool,
    pub cases: &'static [(Error, Change)],
}

/// A case that is accepted, with its status here and its name there.
pub struct Judged {
    pub maker: fn() -> Intel,
    pub status: TcbStatus,
    pub name: &'static str,
    pub change: Change,
}

pub const TIME: Group = Group {
    maker: Intel::tdx,
    reference_refuses: true,
    cases: &[
        (Error::Expired(Part::TcbInfo), |m| m.tcb_info["nextUpdate"] = "2027-01-15T07:59:59Z".into()),
        (Error::NotYetValid(Part::TcbInfo), |m| m.tcb_info["issueDate"] = "2027-01-15T08:00:01Z".into()),
        (Error::Expired(Part::QeIdentity), |m| m.qe_identity["nextUpdate"] = "2027-01-15T07:59:59Z".into()),
        (Error::NotYetValid(Part::QeIdentity), |m| m.qe_identity["issueDate"] = "2027-01-15T08:00:01Z".into()),
        (Error::Expired(Part::RootCrl), |m| m.root_crl.until = m.now),
        (Error::Expired(Part::PckCrl), |m| m.pck_crl.until = m.now),
        (Error::Expired(Part::PckAuthority), |m| m.authority.until = m.now - 1),
        (Error::NotYetValid(Part::PckAuthority), |m| m.authority.from = m.now + 1),
        (Error::Expired(Part::TcbInfoSigner), |m| m.signer.until = m.now - 1),
        (Error::NotYetValid(Part::TcbInfoSigner), |m| m.signer.from = m.now + 1),
        (Error::Expired(Part::PckCertificate), |m| m.machine.until = m.now - 1),
        (Error::NotYetValid(Part::PckCertificate), |m| m.machine.from = m.now + 1),
    ],
};

pub const TIME_HERE_ONLY: Group = Group {
    maker: Intel::tdx,
    reference_refuses: false,
    cases: &[
        (Error::NotYetValid(Part::RootCrl), |m| m.root_crl.from = m.now + 1),
        (Error::NotYetValid(Part::PckCrl), |m| m.pck_crl.from = m.now + 1),
        (Error::Expired(Part::IntelRoot), |m| m.root.until = m.now - 1),
        (Error::NotYetValid(Part::IntelRoot), |m| m.root.from = m.now + 1),
    ],
};

pub const REVOKED: Group = Group {
    maker: Intel::sgx,
    reference_refuses: true,
    cases: &[
        (Error::Revoked(Part::IntelRoot), |m| m.root_crl.revoked.push(serials::ROOT)),
        (Error::Revoked(Part::PckAuthority), |m| m.root_crl.revoked.push(serials::AUTHORITY)),
        (Error::Revoked(Part::TcbInfoSigner), |m| m.root_crl.revoked.insert(0, serials::SIGNER)),
        (Error::Revoked(Part::PckCertificate), |m| m.pck_crl.revoked.insert(1, serials::MACHINE)),
    ],
};

pub const ISSUED_OTHERWISE: Group = Group {
    maker: Intel::tdx,
    reference_refuses: true,
    cases: &[
        (Error::ForeignRoot(Part::PckAuthority), |m| m.authority.issuer = "Someone".into()),
        (Error::ForeignRoot(Part::TcbInfoSigner), |m| m.signer.issuer = "Someone".into()),
        (Error::WrongIssuer(Part::PckCertificate), |m| m.machine.issuer = "Someone".into()),
        (Error::WrongIssuer(Part::RootCrl), |m| m.root_crl.issuer = "Someone".into()),
        (Error::WrongIssuer(Part::PckCrl), |m| m.pck_crl.issuer = "Someone".into()),
        (Error::WrongPurpose(Part::PckAuthority), |m| m.authority.authority = false),
        (Error::WrongPurpose(Part::TcbInfoSigner), |m| m.signer.authority = true),
        (Error::WrongPurpose(Part::PckCertificate), |m| m.machine.authority = true),
        (Error::WrongPurpose(Part::PckCertificate), |m| {
            m.machine.extensions.push(extension(&[0x55, 0x1d, 99], true, &[5, 0]));
        }),
        (Error::WrongPurpose(Part::PckCrl), |m| {
            m.pck_crl.extensions.push(extension(&[0x55, 0x1d, 28], true, &[0x30, 0]));
        }),
    ],
};

pub const ISSUED_OTHERWISE_HERE_ONLY: Group = Group {
    maker: Intel::tdx,
    reference_refuses: false,
    cases: &[
        (Error::WrongPurpose(Part::TcbInfoSigner), |m| m.signer.subject = "Someone".into()),
        (Error::WrongPurpose(Part::PckAuthority), |m| {
            for name in [&mut m.authority.subject, &mut m.machine.issuer, &mut m.pck_crl.issuer] {
                *name = "Intel SGX Something CA".into();
            }
        }),
    ],
};

pub const DEBUG_ENCLAVE: Group = Group {
    maker: Intel::sgx,
    reference_refuses: true,
    cases: &[(Error::Debug, |m| m.report[48] |= 2), (Error::Debug, |m| m.qe_report[48] |= 2)],
};

pub const OPEN_MACHINE: Group = Group {
    maker: Intel::tdx,
    reference_refuses: true,
    cases: &[
        (Error::Debug, |m| m.report[120] |= 1),
        (Error::Profiled, |m| m.report[120] |= 0x10),
        (Error::Profiled, |m| m.report[120] |= 0x40),
        (Error::ReservedAttributes, |m| m.report[120] |= 0x02),
        (Error::ReservedAttributes, |m| m.report[125] |= 0x01),
        (Error::Migratable, |m| m.report[123] |= 0x20),
        (Error::ServiceTd, |m| m.report[122] |= 0x02),
        (Error::SeptVeNotDisabled, |m| m.report[123] = 0),
    ],
};

pub const OPEN_MACHINE_15: Group = Group { maker: Intel::tdx15, reference_refuses: true, cases: OPEN_MACHINE.cases };

pub const SERVED_MACHINE: Group =
    Group { maker: Intel::tdx15, reference_refuses: true, cases: &[(Error::ServiceTd, |m| m.report[640] = 1)] };

pub const QUOTING_ENCLAVE: Group = Group {
    maker: Intel::sgx,
    reference_refuses: true,
    cases: &[
        (Error::WrongQeSigner, |m| m.qe_report[128] ^= 1),
        (Error::WrongQeProduct, |m| m.qe_report[256] = 2),
        (Error::WrongQeAttributes, |m| m.qe_report[48] = 0x01),
        (Error::WrongQeAttributes, |m| m.qe_report[16] = 1),
        (Error::QeTooOld, |m| m.qe_report[258] = 5),
        (Error::UnsupportedVersion(Part::QeIdentity), |m| m.qe_identity["version"] = 3.into()),
        (Error::OtherTee, |m| m.qe_identity["id"] = "TD_QE".into()),
        (Error::OtherTee, |m| m.qe_identity["id"] = "QVE".into()),
        (Error::WrongStatus(Part::QeIdentity), |m| {
            m.qe_identity["tcbLevels"][0]["tcbStatus"] = "SWHardeningNeeded".into();
        }),
        (Error::TcbRevoked, |m| m.qe_identity["tcbLevels"][0]["tcbStatus"] = "Revoked".into()),
    ],
};

pub const FIRMWARE: Group = Group {
    maker: Intel::tdx,
    reference_refuses: true,
    cases: &[
        (Error::TcbRevoked, |m| m.svns = [2; 16]),
        (Error::BelowEveryLevel, |m| m.svns = [1; 16]),
        (Error::BelowEveryLevel, |m| m.pce_svn = 12),
        (Error::BelowEveryLevel, |m| m.report[0] = 2),
        (Error::UnknownModule, |m| m.report[1] = 2),
        (Error::WrongModuleSigner, |m| m.report[64] = 1),
        (Error::WrongModuleAttributes, |m| m.report[112] = 1),
        (Error::WrongModuleAttributes, |m| {
            m.tcb_info["tdxModuleIdentities"][0]["attributesMask"] = "00FFFFFFFFFFFFFF".into();
            m.report[112] = 1;
        }),
        (Error::OtherPlatform, |m| m.fmspc[5] = 2),
        (Error::OtherTee, |m| m.tcb_info["id"] = "SGX".into()),
        (Error::UnsupportedVersion(Part::TcbInfo), |m| m.tcb_info["version"] = 2.into()),
        (Error::Malformed(Part::TcbInfo), |m| m.tcb_info["tdxModule"] = json!(null)),
        (Error::WrongStatus(Part::TcbInfo), |m| {
            m.tcb_info["tdxModuleIdentities"][0]["tcbLevels"][0]["tcbStatus"] = "ConfigurationNeeded".into();
        }),
    ],
};

pub const FIRMWARE_2: Group = Group {
    maker: Intel::tdx15,
    reference_refuses: true,
    cases: &[(Error::BelowEveryLevel, |m| m.report[584] = 2), (Error::UnknownModule, |m| m.report[585] = 2)],
};

pub const FIRMWARE_HERE_ONLY: Group =
    Group { maker: Intel::sgx, reference_refuses: false, cases: &[(Error::OtherPlatform, |m| m.pce_id[0] = 1)] };

pub const HEADER: Group = Group {
    maker: Intel::sgx,
    reference_refuses: true,
    cases: &[
        (Error::UnsupportedVersion(Part::Quote), |m| m.header[0] = 2),
        (Error::UnsupportedVersion(Part::Quote), |m| m.header[0] = 6),
        (Error::UnsupportedTee, |m| m.header[4] = 0x81),
        (Error::UnsupportedTee, |m| m.header[4] = 1),
        (Error::UnsupportedTee, |m| m.header[0] = 4),
        (Error::UnsupportedKeyType(Part::Quote), |m| m.header[2] = 3),
        (Error::UnknownQuotingVendor, |m| m.header[12] = 0),
    ],
};

pub const GROUPS: &[Group] = &[
    TIME,
    TIME_HERE_ONLY,
    REVOKED,
    ISSUED_OTHERWISE,
    ISSUED_OTHERWISE_HERE_ONLY,
    DEBUG_ENCLAVE,
    OPEN_MACHINE,
    OPEN_MACHINE_15,
    SERVED_MACHINE,
    QUOTING_ENCLAVE,
    FIRMWARE,
    FIRMWARE_2,
    FIRMWARE_HERE_ONLY,
    HEADER,
];

pub const JUDGED: &[Judged] = &[
    Judged { maker: Intel::sgx, status: TcbStatus::UpToDate, name: "UpToDate", change: |_| {} },
    Judged {
        maker: Intel::sgx,
        status: TcbStatus::SWHardeningNeeded,
        name: "SWHardeningNeeded",
        change: |m| m.svns[15] = 4,
    },
    Judged { maker: Intel::sgx, status: TcbStatus::OutOfDate, name: "OutOfDate", change: |m| m.svns[0] = 3 },
    Judged { maker: Intel::sgx, status: TcbStatus::OutOfDate, name: "OutOfDate", change: |m| m.qe_report[258] = 6 },
    Judged {
        maker: Intel::sgx,
        status: TcbStatus::OutOfDateConfigurationNeeded,
        name: "OutOfDateConfigurationNeeded",
        change: |m| {
            m.qe_report[258] = 6;
            m.tcb_info["tcbLevels"][0]["tcbStatus"] = "ConfigurationNeeded".into();
        },
    },
    Judged {
        maker: Intel::sgx,
        status: TcbStatus::ConfigurationAndSWHardeningNeeded,
        name: "ConfigurationAndSWHardeningNeeded",
        change: |m| {
            m.tcb_info["tcbLevels"][0]["tcbStatus"] = "ConfigurationAndSWHardeningNeeded".into();
        },
    },
    Judged {
        maker: Intel::sgx,
        status: TcbStatus::UpToDate,
        name: "UpToDate",
        change: |m| m.tcb_info["tcbLevels"].as_array_mut().unwrap().reverse(),
    },
    Judged { maker: Intel::tdx, status: TcbStatus::OutOfDate, name: "OutOfDate", change: |m| m.report[0] = 4 },
    Judged { maker: Intel::tdx, status: TcbStatus::OutOfDate, name: "OutOfDate", change: |m| m.qe_report[258] = 6 },
    Judged {
        maker: Intel::tdx15,
        status: TcbStatus::RelaunchAdvised,
        name: "TDRelaunchAdvised",
        change: |m| m.report[0] = 4,
    },
    Judged {
        maker: Intel::tdx15,
        status: TcbStatus::RelaunchAdvisedConfigurationNeeded,
        name: "TDRelaunchAdvisedConfigurationNeeded",
        change: |m| {
            m.report[0] = 4;
            m.tcb_info["tcbLevels"][0]["tcbStatus"] = "ConfigurationNeeded".into();
        },
    },
    Judged {
        maker: Intel::tdx15,
        status: TcbStatus::OutOfDate,
        name: "OutOfDate",
        change: |m| {
            m.report[0] = 4;
            m.report[584] = 4;
        },
    },
];
