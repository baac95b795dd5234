//! The execution profile: everything that decides the bits of a result, as text and as a hash.

use crate::library::Library;
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
}

impl Profile {
    /// Profile of this machine with `threads` threads inside an operator.
    pub fn of(library: &Library, threads: usize) -> Self {
        let text = format!(
            "candor-profile 1\nonnxruntime {version} sha256:{sha}\nprovider cpu\nisa {isa}\nlibm {libm}\nthreads {threads}\nquantisation none\nfusions -{fusions}\n",
            version = library.version(),
            sha = hex::encode(library.sha256()),
            isa = instruction_set(),
            libm = c_library(),
            fusions = crate::library::DISABLED_FUSIONS,
        );
        let hash = H256(Blake2b256::hash(text.as_bytes()));
        Self { text, hash, threads }
    }

    /// First eight hexadecimal digits of the hash: names the prepared file.
    pub fn short(&self) -> String {
        hex::encode(self.hash.as_bytes().get(..4).unwrap_or_default())
    }
}

/// Instruction set for which ONNX Runtime picks its kernels.
pub fn instruction_set() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    {
        let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        let avx512 = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl");
        match (avx512, is_x86_feature_detected!("avx512vnni"), avx2) {
            (true, true, _) => "x86-64 avx512 vnni",
            (true, false, _) => "x86-64 avx512",
            (_, _, true) => "x86-64 avx2",
            _ => "x86-64 sse",
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        std::env::consts::ARCH
    }
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
