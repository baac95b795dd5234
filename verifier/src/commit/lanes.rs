//! BLAKE2b-256 (RFC 7693) of many inputs of one length at once: in the eight 64-bit lanes of AVX-512 where the machine has
//! them, else as [`Blake2b256`] does it.

use candor_commitments::{Blake2b256, Hash, Hasher};

/// The hasher of everything that is hashed in bulk off chain. Digests are those of [`Blake2b256`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lanes;

impl Hasher for Lanes {
    fn hash(data: &[u8]) -> Hash {
        Blake2b256::hash(data)
    }

    #[allow(unsafe_code)]
    fn hash_tagged(tag: u8, chunks: &[&[u8]], out: &mut Vec<Hash>) {
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx512f") {
            let mut rest = chunks;
            while let Some((group, later)) = rest.split_first_chunk::<{ wide::LANES }>() {
                rest = later;
                if group.iter().all(|chunk| chunk.len() == group[0].len()) {
                    // SAFETY: the machine has AVX-512F, as was just looked up.
                    out.extend(unsafe { wide::hash(tag, group) });
                } else {
                    Blake2b256::hash_tagged(tag, group, out);
                }
            }
            return Blake2b256::hash_tagged(tag, rest, out);
        }
        Blake2b256::hash_tagged(tag, chunks, out);
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use candor_commitments::Hash;
    use core::arch::x86_64::*;

    pub(super) const LANES: usize = 8;
    const BLOCK: usize = 128;

    /// Initial state: square roots of the first primes, as in SHA-512.
    const IV: [u64; 8] = [
        0x6a09_e667_f3bc_c908,
        0xbb67_ae85_84ca_a73b,
        0x3c6e_f372_fe94_f82b,
        0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1,
        0x9b05_688c_2b3e_6c1f,
        0x1f83_d9ab_fb41_bd6b,
        0x5be0_cd19_137e_2179,
    ];

    /// Order in which each round takes the words of the message.
    const SIGMA: [[usize; 16]; 12] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    ];

    /// Digests of `tag || data` for eight inputs of one length.
    #[target_feature(enable = "avx512f")]
    #[allow(unsafe_code)]
    pub(super) fn hash(tag: u8, data: &[&[u8]; LANES]) -> [Hash; LANES] {
        let total = 1 + data[0].len();
        let blocks = total.div_ceil(BLOCK);
        let mut state = IV.map(|word| _mm512_set1_epi64(word as i64));
        // Parameters: 32 bytes of digest, no key, fan-out 1, depth 1.
        state[0] = _mm512_xor_si512(state[0], _mm512_set1_epi64(0x0101_0020));
        let mut padded = [[0u8; BLOCK]; LANES];
        for block in 0..blocks {
            let (from, last) = (block * BLOCK, block + 1 == blocks);
            let mut low = [_mm512_setzero_si512(); LANES];
            let mut high = low;
            for (lane, data) in data.iter().enumerate() {
                // The tag moves everything by one byte.
                let part = match block {
                    0 => None,
                    _ => data.get(from - 1..from - 1 + BLOCK),
                };
                let bytes: &[u8] = match part {
                    Some(part) => part,
                    None => {
                        let row = &mut padded[lane];
                        *row = [0; BLOCK];
                        let (start, skip) = if block == 0 { (1, 0) } else { (0, from - 1) };
                        let rest = &data[skip..data.len().min(skip + BLOCK - start)];
                        row[start..start + rest.len()].copy_from_slice(rest);
                        if block == 0 {
                            row[0] = tag;
                        }
                        row
                    },
                };
                assert!(bytes.len() == BLOCK);
                // SAFETY: 64 bytes can be read at 0 and at 64 of 128; the loads need no alignment.
                unsafe {
                    low[lane] = _mm512_loadu_si512(bytes.as_ptr().cast());
                    high[lane] = _mm512_loadu_si512(bytes.as_ptr().add(64).cast());
                }
            }
            let (low, high) = (transposed(low), transposed(high));
            let mut message = [_mm512_setzero_si512(); 16];
            message[..8].copy_from_slice(&low);
            message[8..].copy_from_slice(&high);
            compress(&mut state, &message, total.min(from + BLOCK) as u64, last);
        }
        let rows = transposed(state);
        let mut digests = [Hash::default(); LANES];
        for (digest, row) in digests.iter_mut().zip(rows) {
            let mut bytes = [0u8; 64];
            // SAFETY: 64 bytes are written to 64; the store needs no alignment.
            unsafe { _mm512_storeu_si512(bytes.as_mut_ptr().cast(), row) };
            digest.copy_from_slice(&bytes[..32]);
        }
        digests
    }

    macro_rules! mix {
        ($v:ident, $a:literal, $b:literal, $c:literal, $d:literal, $x:expr, $y:expr) => {
            $v[$a] = _mm512_add_epi64(_mm512_add_epi64($v[$a], $v[$b]), $x);
            $v[$d] = _mm512_ror_epi64::<32>(_mm512_xor_si512($v[$d], $v[$a]));
            $v[$c] = _mm512_add_epi64($v[$c], $v[$d]);
            $v[$b] = _mm512_ror_epi64::<24>(_mm512_xor_si512($v[$b], $v[$c]));
            $v[$a] = _mm512_add_epi64(_mm512_add_epi64($v[$a], $v[$b]), $y);
            $v[$d] = _mm512_ror_epi64::<16>(_mm512_xor_si512($v[$d], $v[$a]));
            $v[$c] = _mm512_add_epi64($v[$c], $v[$d]);
            $v[$b] = _mm512_ror_epi64::<63>(_mm512_xor_si512($v[$b], $v[$c]));
        };
    }

    #[target_feature(enable = "avx512f")]
    fn compress(state: &mut [__m512i; 8], m: &[__m512i; 16], count: u64, last: bool) {
        let mut v = [_mm512_setzero_si512(); 16];
        for (n, word) in IV.iter().enumerate() {
            v[n] = state[n];
            v[n + 8] = _mm512_set1_epi64(*word as i64);
        }
        v[12] = _mm512_xor_si512(v[12], _mm512_set1_epi64(count as i64));
        if last {
            v[14] = _mm512_xor_si512(v[14], _mm512_set1_epi64(-1));
        }
        for s in &SIGMA {
            mix!(v, 0, 4, 8, 12, m[s[0] & 15], m[s[1] & 15]);
            mix!(v, 1, 5, 9, 13, m[s[2] & 15], m[s[3] & 15]);
            mix!(v, 2, 6, 10, 14, m[s[4] & 15], m[s[5] & 15]);
            mix!(v, 3, 7, 11, 15, m[s[6] & 15], m[s[7] & 15]);
            mix!(v, 0, 5, 10, 15, m[s[8] & 15], m[s[9] & 15]);
            mix!(v, 1, 6, 11, 12, m[s[10] & 15], m[s[11] & 15]);
            mix!(v, 2, 7, 8, 13, m[s[12] & 15], m[s[13] & 15]);
            mix!(v, 3, 4, 9, 14, m[s[14] & 15], m[s[15] & 15]);
        }
        for (n, word) in state.iter_mut().enumerate() {
            *word = _mm512_xor_si512(*word, _mm512_xor_si512(v[n], v[n + 8]));
        }
    }

    /// Word `k` of row `n` becomes word `n` of row `k`.
    #[target_feature(enable = "avx512f")]
    fn transposed(r: [__m512i; 8]) -> [__m512i; 8] {
        const EVEN: i32 = 0x88;
        const ODD: i32 = 0xdd;
        let quarter = |a, b, c, d| {
            let (u0, u1) = (_mm512_shuffle_i64x2::<EVEN>(a, b), _mm512_shuffle_i64x2::<ODD>(a, b));
            let (u2, u3) = (_mm512_shuffle_i64x2::<EVEN>(c, d), _mm512_shuffle_i64x2::<ODD>(c, d));
            [
                _mm512_shuffle_i64x2::<EVEN>(u0, u2),
                _mm512_shuffle_i64x2::<EVEN>(u1, u3),
                _mm512_shuffle_i64x2::<ODD>(u0, u2),
                _mm512_shuffle_i64x2::<ODD>(u1, u3),
            ]
        };
        let low = |n: usize| _mm512_unpacklo_epi64(r[n], r[n + 1]);
        let high = |n: usize| _mm512_unpackhi_epi64(r[n], r[n + 1]);
        let [r0, r2, r4, r6] = quarter(low(0), low(2), low(4), low(6));
        let [r1, r3, r5, r7] = quarter(high(0), high(2), high(4), high(6));
        [r0, r1, r2, r3, r4, r5, r6, r7]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_should_be_those_of_the_plain_hasher_when_inputs_are_hashed_together() {
        let data: Vec<u8> = (0..20_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for len in (0..=400).chain([1023, 1024, 1025, 1151, 1152, 1153]) {
            for count in [7, 8, 17] {
                let chunks: Vec<&[u8]> = (0..count).map(|n| &data[n * 37..n * 37 + len]).collect();
                let (mut lanes, mut plain) = (Vec::new(), Vec::new());
                Lanes::hash_tagged(3, &chunks, &mut lanes);
                Blake2b256::hash_tagged(3, &chunks, &mut plain);
                assert_eq!(lanes, plain, "{count} of {len} bytes");
            }
        }
    }

    #[test]
    fn digests_should_be_those_of_the_plain_hasher_when_lengths_differ() {
        let data = [5u8; 2048];
        let chunks: Vec<&[u8]> = (0..9).map(|n| &data[..1000 + n]).collect();
        let (mut lanes, mut plain) = (Vec::new(), Vec::new());
        Lanes::hash_tagged(0, &chunks, &mut lanes);
        Blake2b256::hash_tagged(0, &chunks, &mut plain);
        assert_eq!(lanes, plain);
    }
}
