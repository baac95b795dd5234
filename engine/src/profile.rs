//! The execution profile: everything that decides the bits of a result, as text and as a hash.

use crate::library::Library;
use candor_adjudicator::Isa;
use candor_commitments::{Blake2b256, Hasher};
use sp_core::H256;

/// What decides the bits on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Canonical text: one `key value` per line.
    pub text: String,
    /// BLAKE2b-256 of the text.
    pub hash: H256,
    /// Threads inside an operator.
    pub threads: usize,
    /// What of the processor decides which kernels run.
    pub processor: Processor,
}

impl Profile {
    /// Profile of this machine with `threads` threads inside an operator.
    pub fn of(library: &Library, threads: usize) -> Self {
        Self::on(Processor::detect(), library, threads)
    }

    /// Profile of a machine with this processor.
    pub fn on(processor: Processor, library: &Library, threads: usize) -> Self {
        let word = |yes| if yes { "yes" } else { "no" };
        let text = format!(
            "candor-profile 1\nonnxruntime {version} sha256:{sha}\nprovider cpu\nisa {isa}\nblock {block}\nvnni {vnni}\nhybrid {hybrid}\nlibm {libm}\nthreads {threads}\nquantisation none\nfusions -{fusions}\n",
            version = library.version(),
            sha = hex::encode(library.sha256()),
            isa = processor.kernels.name(),
            block = processor.block(),
            vnni = word(processor.vnni),
            hybrid = word(processor.hybrid),
            libm = c_library(),
            fusions = crate::library::DISABLED_FUSIONS,
        );
        let hash = H256(Blake2b256::hash(text.as_bytes()));
        Self { text, hash, threads, processor }
    }

    /// First eight hexadecimal digits of the hash: names the prepared file.
    pub fn short(&self) -> String {
        hex::encode(self.hash.as_bytes().get(..4).unwrap_or_default())
    }

    /// Shares into which ONNX Runtime splits an operator's work: the schedules follow them. On processors with two kinds
    /// of cores it makes four for each thread.
    pub fn shares(&self) -> u16 {
        let shares = match (self.processor.hybrid, self.threads) {
            (true, 2..) => self.threads.saturating_mul(4),
            _ => self.threads.max(1),
        };
        u16::try_from(shares).unwrap_or(u16::MAX)
    }
}

/// Kernels that ONNX Runtime's MLAS picks by the instruction set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernels {
    /// AVX-512 with F, BW, DQ and VL.
    Avx512,
    /// AVX-512 F without the rest: blocks of 16 channels, other kernels.
    Avx512F,
    /// AVX2 with FMA3.
    Avx2,
    /// AVX.
    Avx,
    /// What every x86-64 has.
    Sse,
    /// Another architecture.
    Other,
}

impl Kernels {
    /// As the profile writes it.
    pub fn name(self) -> String {
        match self {
            Self::Avx512 => "x86-64 avx512".into(),
            Self::Avx512F => "x86-64 avx512f".into(),
            Self::Avx2 => "x86-64 avx2".into(),
            Self::Avx => "x86-64 avx".into(),
            Self::Sse => "x86-64 sse".into(),
            Self::Other => std::env::consts::ARCH.into(),
        }
    }
}

/// What of a processor decides the bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Processor {
    /// Kernels.
    pub kernels: Kernels,
    /// Products of unsigned and signed bytes are exact (AVX512-VNNI or AVX-VNNI); without, pairs of them saturate.
    pub vnni: bool,
    /// Two kinds of cores: ONNX Runtime then shares out work more finely.
    pub hybrid: bool,
}

impl Processor {
    /// The processor of this machine.
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            use std::is_x86_feature_detected as has;
            let avx512f = has!("avx512f");
            let avx512 = avx512f && has!("avx512bw") && has!("avx512dq") && has!("avx512vl");
            let avx2 = has!("avx2") && has!("fma");
            let kernels = match (avx512, avx512f, avx2, has!("avx")) {
                (true, ..) => Kernels::Avx512,
                (_, true, ..) => Kernels::Avx512F,
                (_, _, true, _) => Kernels::Avx2,
                (_, _, _, true) => Kernels::Avx,
                _ => Kernels::Sse,
            };
            let vnni = (avx512 && has!("avx512vnni")) || (avx2 && has!("avxvnni"));
            Self { kernels, vnni, hybrid: is_hybrid() }
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            Self { kernels: Kernels::Other, vnni: false, hybrid: false }
        }
    }

    /// Channels per block in ONNX Runtime's blocked layouts.
    pub const fn block(self) -> usize {
        match self.kernels {
            Kernels::Avx512 | Kernels::Avx512F => 16,
            _ => 8,
        }
    }

    /// Instruction set by which the adjudicator knows the kernels' schedules; `None` if it knows none.
    pub const fn isa(self) -> Option<Isa> {
        match self.kernels {
            Kernels::Avx512 => Some(Isa::Avx512),
            Kernels::Avx2 => Some(Isa::Avx2),
            _ => None,
        }
    }
}

/// Leaf 7 of CPUID, EDX bit 15.
#[cfg(target_arch = "x86_64")]
#[allow(unused_unsafe, unsafe_code)]
fn is_hybrid() -> bool {
    use std::arch::x86_64::{__cpuid, __cpuid_count};
    // SAFETY: every x86-64 processor has the instruction; leaf 7 is asked for only where it exists.
    unsafe { __cpuid(0).eax >= 7 && __cpuid_count(7, 0).edx >> 15 & 1 == 1 }
}

/// C library whose `logf`, `powf`, `sinf` and `cosf` the kernels call.
#[allow(unsafe_code)]
fn c_library() -> String {
    #[cfg(target_env = "gnu")]
    {
        // SAFETY: the function takes nothing and returns a static, null-terminated string.
        let version = unsafe { std::ffi::CStr::from_ptr(libc::gnu_get_libc_version()) };
        format!("glibc {}", version.to_string_lossy())
    }
    #[cfg(not(target_env = "gnu"))]
    {
        String::from("other")
    }
}
