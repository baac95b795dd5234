//! How Intel judges the firmware of a model of processors.

use super::{
    identity::{masked, QeLevel},
    json,
    machine::Machine,
    quote::TdReport,
};
use crate::{
    attestation::{Advisories, TcbStatus, Tee},
    error::{Error, Part},
};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

const PART: Part = Part::TcbInfo;

/// Security version numbers of sixteen components.
pub type Svns = [u8; 16];

/// A level: what a machine must have at least, and how Intel judges one that has it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct TcbLevel {
    /// Least SVNs of the processor's components.
    pub sgx: Svns,
    /// Least SVN of the provisioning enclave.
    pub pce_svn: u16,
    /// Least SVNs of TDX's components. All zero for SGX.
    pub tdx: Svns,
    /// How Intel judges it.
    pub status: TcbStatus,
    /// Seconds since 1970: Intel's date of the level.
    pub date: u64,
    /// Advisories that bear on it.
    pub advisories: Advisories,
}

/// A level of a TDX module.
pub type ModuleLevel = QeLevel;

/// A TDX module that may run a machine.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Module {
    /// Its version; zero is the first.
    pub version: u8,
    /// Who signed it. Zero is Intel.
    pub signer: [u8; 48],
    /// Expected attributes, and which bits of them count.
    pub attributes: ([u8; 8], [u8; 8]),
    /// Levels from the highest SVN to the lowest.
    pub levels: BoundedVec<ModuleLevel, ConstU32<16>>,
}

impl Module {
    fn read(json: &json::Module<'_>, version: u8) -> Result<Self, Error> {
        let mut levels = BoundedVec::default();
        for level in &json.tcb_levels {
            levels.try_push(ModuleLevel::read(level, PART)?).map_err(|_| Error::TooMany(PART))?;
        }
        Ok(Self {
            version,
            signer: json::hex(json.mrsigner, PART)?,
            attributes: (json::hex(json.attributes, PART)?, json::hex(json.attributes_mask, PART)?),
            levels,
        })
    }

    fn level_of(&self, svn: u8) -> Result<&ModuleLevel, Error> {
        let level = self.levels.iter().find(|level| u16::from(svn) >= level.svn).ok_or(Error::BelowEveryLevel)?;
        match level.status {
            TcbStatus::UpToDate | TcbStatus::OutOfDate | TcbStatus::Revoked => Ok(level),
            _ => Err(Error::WrongStatus(PART)),
        }
    }
}

/// Everything Intel says about the firmware of one model of processors.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct TcbInfo {
    /// What it is about.
    pub tee: Tee,
    /// The model of processors.
    pub fmspc: [u8; 6],
    /// The provisioning enclave.
    pub pce_id: [u8; 2],
    /// Seconds since 1970: when Intel issued this.
    pub issued: u64,
    /// The last second in which this, and who signed it, is valid.
    pub expires: u64,
    /// Grows with every change that Intel makes to what it counts as up to date.
    pub evaluation: u32,
    /// Levels from the highest to the lowest.
    pub levels: BoundedVec<TcbLevel, ConstU32<48>>,
    /// TDX modules; empty for SGX.
    pub modules: BoundedVec<Module, ConstU32<8>>,
}

impl TcbInfo {
    pub(super) fn read(text: &[u8]) -> Result<Self, Error> {
        let json: json::TcbInfo<'_> = json::read(text, PART)?;
        let tee = match (json.id, json.version) {
            (None, 2) | (Some("SGX"), 3) => Tee::Sgx,
            (Some("TDX"), 3) => Tee::Tdx,
            (None | Some("SGX" | "TDX"), _) => return Err(Error::UnsupportedVersion(PART)),
            _ => return Err(Error::OtherTee),
        };
        if json.tcb_type != 0 {
            return Err(Error::UnsupportedVersion(PART));
        }
        let mut levels = BoundedVec::<TcbLevel, ConstU32<48>>::default();
        for level in &json.tcb_levels {
            let level = TcbLevel::read(level, tee, json.version)?;
            // Intel's library goes by this order and not by the document's.
            let place = levels.partition_point(|before| before.rank() >= level.rank());
            levels.try_insert(place, level).map_err(|_| Error::TooMany(PART))?;
        }
        let mut modules = BoundedVec::default();
        if tee == Tee::Tdx {
            let first = json.tdx_module.as_ref().ok_or(Error::Malformed(PART))?;
            modules.try_push(Module::read(first, 0)?).map_err(|_| Error::TooMany(PART))?;
            for module in &json.tdx_module_identities {
                let version = module.id.strip_prefix("TDX_").ok_or(Error::Malformed(PART))?;
                let [version] = json::hex(version, PART)?;
                modules.try_push(Module::read(module, version)?).map_err(|_| Error::TooMany(PART))?;
            }
        }
        Ok(Self {
            tee,
            fmspc: json::hex(json.fmspc, PART)?,
            pce_id: json::hex(json.pce_id, PART)?,
            issued: json::seconds(json.issue_date, PART)?,
            expires: json::seconds(json.next_update, PART)?,
            evaluation: json.tcb_evaluation_data_number,
            levels,
            modules,
        })
    }

    /// Judges an SGX machine.
    pub(super) fn judge_sgx(&self, machine: &Machine) -> Result<Judgement, Error> {
        self.level_of(machine, None).map(Judgement::of)
    }

    /// Judges a TDX machine with these SVNs of its module.
    pub(super) fn judge_tdx(&self, machine: &Machine, svns: &Svns) -> Result<Judgement, Error> {
        let mut judgement = Judgement::of(self.level_of(machine, Some(svns))?);
        let [svn, version, ..] = *svns;
        if version > 0 {
            judgement.join(self.module(version)?.level_of(svn)?)?;
        }
        Ok(judgement)
    }

    /// Checks who signed the module that started a machine, and its attributes.
    pub(super) fn check_module(&self, report: &TdReport<'_>) -> Result<(), Error> {
        let [_, version, ..] = *report.launch_svns();
        let module = self.module(version)?;
        if *report.module_signer() != module.signer {
            return Err(Error::WrongModuleSigner);
        }
        let found = report.module_attributes();
        let outside = found.iter().zip(&module.attributes.1).any(|(found, mask)| found & !mask != 0);
        if outside || !masked(found, &module.attributes) {
            return Err(Error::WrongModuleAttributes);
        }
        Ok(())
    }

    fn module(&self, version: u8) -> Result<&Module, Error> {
        self.modules.iter().find(|module| module.version == version).ok_or(Error::UnknownModule)
    }

    fn level_of(&self, machine: &Machine, tdx: Option<&Svns>) -> Result<&TcbLevel, Error> {
        let meets = |level: &&TcbLevel| {
            let tdx = tdx.is_none_or(|svns| {
                // A module with a version of its own is judged by its own levels.
                let judged_apart = if svns.get(1).is_some_and(|version| *version > 0) { 2 } else { 0 };
                svns.iter().zip(&level.tdx).skip(judged_apart).all(|(has, needs)| has >= needs)
            });
            let sgx = machine.svns.iter().zip(&level.sgx).all(|(has, needs)| has >= needs);
            sgx && tdx && machine.pce_svn >= level.pce_svn
        };
        self.levels.iter().find(meets).ok_or(Error::BelowEveryLevel)
    }
}

impl TcbLevel {
    fn rank(&self) -> (&Svns, u16, &Svns) {
        (&self.sgx, self.pce_svn, &self.tdx)
    }

    fn read(json: &json::Level<'_>, tee: Tee, version: u8) -> Result<Self, Error> {
        let malformed = Error::Malformed(PART);
        let tcb = &json.tcb;
        let mut sgx = [0; 16];
        if version < 3 {
            for (svn, named) in sgx.iter_mut().zip(tcb.named) {
                *svn = named.ok_or(malformed)?;
            }
        } else {
            sgx = svns(&tcb.sgx).ok_or(malformed)?;
        }
        let tdx = match tee {
            Tee::Tdx => svns(&tcb.tdx).ok_or(malformed)?,
            _ => [0; 16],
        };
        Ok(Self {
            sgx,
            pce_svn: tcb.pcesvn.ok_or(malformed)?,
            tdx,
            status: json::status(json.tcb_status, PART)?,
            date: json::seconds(json.tcb_date, PART)?,
            advisories: json::advisories(&json.advisory_ids, PART)?,
        })
    }
}

fn svns(components: &[json::Component]) -> Option<Svns> {
    let svns: Vec<u8> = components.iter().map(|component| component.svn).collect();
    svns.try_into().ok()
}

/// A status that gathers those of several components.
pub(super) struct Judgement {
    pub status: TcbStatus,
    pub date: u64,
    pub advisories: Advisories,
}

impl Judgement {
    fn of(level: &TcbLevel) -> Self {
        Self { status: level.status, date: level.date, advisories: level.advisories.clone() }
    }

    /// Adds a component that is judged on its own. As in Intel's library, only one that is out of date or revoked counts.
    pub fn join(&mut self, component: &QeLevel) -> Result<(), Error> {
        use TcbStatus::*;
        self.status = match (component.status, self.status) {
            (Revoked, _) => Revoked,
            (OutOfDate, UpToDate | SWHardeningNeeded) => OutOfDate,
            (OutOfDate, ConfigurationNeeded | ConfigurationAndSWHardeningNeeded) => OutOfDateConfigurationNeeded,
            (_, status) => status,
        };
        self.date = self.date.min(component.date);
        for advisory in &component.advisories {
            if !self.advisories.contains(advisory) {
                self.advisories.try_push(*advisory).map_err(|_| Error::TooMany(PART))?;
            }
        }
        Ok(())
    }

    /// The status of a machine that was started on these components and now runs on those of `current`.
    pub fn since_launch(&self, current: TcbStatus) -> TcbStatus {
        use TcbStatus::*;
        match (self.status, current) {
            (OutOfDate, UpToDate | SWHardeningNeeded) => RelaunchAdvised,
            (OutOfDate, ConfigurationNeeded | ConfigurationAndSWHardeningNeeded)
            | (
                OutOfDateConfigurationNeeded,
                UpToDate | SWHardeningNeeded | ConfigurationNeeded | ConfigurationAndSWHardeningNeeded,
            ) => RelaunchAdvisedConfigurationNeeded,
            (status, _) => status,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Version 2 was served until 2025, always for SGX.
    #[test]
    fn levels_should_be_read_when_they_have_version_2() {
        let body = include_str!("../../testdata/intel/tcb_info_v2.json");
        let text = body.strip_prefix("{\"tcbInfo\":").unwrap().split(",\"signature\"").next().unwrap();
        let info = TcbInfo::read(text.as_bytes()).unwrap();
        assert_eq!((info.tee, info.fmspc), (Tee::Sgx, [0, 0x60, 0x6a, 0, 0, 0]));
        assert_eq!((info.issued, info.evaluation), (1_725_949_618, 16));
        assert_eq!(info.levels[0].sgx[..6], [12, 12, 3, 3, 255, 255]);
        assert_eq!(info.levels[0].pce_svn, 13);
    }
}
