//! What a verification says.

use crate::error::Error;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

/// The kind of machine that keeps its secrets from its operator.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub enum Tee {
    /// An Intel SGX enclave.
    Sgx,
    /// An Intel TDX virtual machine.
    Tdx,
    /// An AMD SEV-SNP virtual machine.
    SevSnp,
}

/// What runs in the machine, as the hardware measured it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum Measurement {
    /// An SGX enclave.
    Sgx {
        /// Hash of the enclave's code and data (MRENCLAVE).
        enclave: [u8; 32],
        /// Hash of the key that signed the enclave (MRSIGNER).
        signer: [u8; 32],
    },
    /// A TDX virtual machine.
    Tdx {
        /// Hash of what the machine was started with (MRTD).
        machine: [u8; 48],
        /// What was measured since: RTMR 0 to 3.
        runtime: [[u8; 48]; 4],
    },
    /// An SEV-SNP virtual machine.
    SevSnp {
        /// Hash of what the machine was started with (MEASUREMENT).
        machine: [u8; 48],
    },
}

/// How the vendor judges the machine's firmware, in Intel's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum TcbStatus {
    /// Nothing is known against it.
    UpToDate,
    /// The software in the enclave must be hardened against what the advisories tell.
    SWHardeningNeeded,
    /// The platform must be configured otherwise.
    ConfigurationNeeded,
    /// Both of these.
    ConfigurationAndSWHardeningNeeded,
    /// Its firmware must be updated.
    OutOfDate,
    /// Its firmware must be updated and configured otherwise.
    OutOfDateConfigurationNeeded,
    /// Its keys may be known to others. No verification returns this: it is an error.
    Revoked,
    /// The machine was started on firmware that is out of date, and the firmware was updated since: start it anew.
    RelaunchAdvised,
    /// The same, and the platform must be configured otherwise.
    RelaunchAdvisedConfigurationNeeded,
    /// The vendor publishes no judgement: AMD. Use [`Attestation::check_floor`].
    Unjudged,
}

impl TcbStatus {
    /// Whether the firmware, or the one the machine was started on, is out of date.
    pub const fn out_of_date(self) -> bool {
        matches!(
            self,
            Self::OutOfDate
                | Self::OutOfDateConfigurationNeeded
                | Self::RelaunchAdvised
                | Self::RelaunchAdvisedConfigurationNeeded
        )
    }
}

/// The number of a security advisory of Intel: 615 is INTEL-SA-00615.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Advisory(pub u32);

impl fmt::Display for Advisory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "INTEL-SA-{:05}", self.0)
    }
}

/// Most advisories that bear on one machine.
pub const MAX_ADVISORIES: u32 = 64;

/// Security advisories, each once.
pub type Advisories = BoundedVec<Advisory, ConstU32<MAX_ADVISORIES>>;

/// What was proven of a machine and what runs in it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Attestation {
    /// The kind of machine.
    pub tee: Tee,
    /// What runs in it.
    pub measurement: Measurement,
    /// What runs in it chose these bytes: they bind a key to it.
    pub report_data: [u8; 64],
    /// Attributes as the hardware reports them: SGX flags, TDX attributes, or the SEV-SNP policy, in 64 bits. Machines that
    /// can be debugged never come this far.
    pub attributes: u64,
    /// The machine among others of its kind: the processor's chip id, or Intel's PPID, filled up with zeros.
    pub platform: [u8; 64],
    /// How the vendor judges its firmware.
    pub tcb_status: TcbStatus,
    /// Versions of its firmware. SGX: the sixteen components of its certificate; TDX: the components of the TDX module that started
    /// it; SEV-SNP: FMC, boot loader, TEE, SNP firmware and microcode, then zeros.
    pub svns: [u8; 16],
    /// Seconds since 1970: Intel's date of that status, before which nothing is known against the firmware. Zero for AMD.
    pub tcb_date: u64,
    /// Advisories that bear on it.
    pub advisories: Advisories,
    /// The last second, since 1970, in which everything that this rests on is valid.
    pub expires: u64,
}

impl Attestation {
    /// Refuses firmware of which any part is older than `floor`.
    pub fn check_floor(&self, floor: &[u8; 16]) -> Result<(), Error> {
        let reached = self.svns.iter().zip(floor).all(|(has, needs)| has >= needs);
        if reached {
            Ok(())
        } else {
            Err(Error::TcbOutOfDate)
        }
    }

    /// Refuses a TCB status that is not among `accepted`.
    pub fn check_status(&self, accepted: &[TcbStatus]) -> Result<(), Error> {
        if accepted.contains(&self.tcb_status) {
            return Ok(());
        }
        Err(if self.tcb_status.out_of_date() { Error::TcbOutOfDate } else { Error::TcbNotAccepted })
    }
}
