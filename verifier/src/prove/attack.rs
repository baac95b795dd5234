//! Adversarial data: tensors on which kernels round the most, saturate, cancel, or leave the finite numbers.
//!
//! A requester who knows the weights can send such inputs. Whoever replays a kernel must agree with it on these too.

use crate::tensor::OwnedTensor;
use candor_adjudicator::{
    soft::{half, F32, F64},
    DType,
};

/// What numbers a tensor is filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attack {
    /// Uniform between -2 and 2.
    Uniform,
    /// One, then halves of its last place: sums that round at every step.
    HalfUlps,
    /// Signs that change from block to block (4 to 256 elements): sums that grow and cancel.
    Blocks,
    /// Small numbers and a few very large ones.
    Outliers,
    /// One number everywhere: nothing is left of it when the mean is taken off.
    Constant,
    /// Subnormal numbers, and some just above them.
    Subnormal,
    /// Up to the largest finite number.
    Huge,
    /// Zeros of both signs.
    Zeros,
    /// A few infinities and NaN among ordinary numbers.
    Infinite,
    /// Infinities and NaN that fill whole rows.
    Masked,
    /// Magnitudes from 2^-40 to 2^40.
    Wide,
    /// Nearly equal numbers: differences of a few units in the last place.
    Close,
    /// Any bit pattern.
    Bits,
}

impl Attack {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Uniform,
        Self::HalfUlps,
        Self::Blocks,
        Self::Outliers,
        Self::Wide,
        Self::Constant,
        Self::Subnormal,
        Self::Close,
        Self::Huge,
        Self::Zeros,
        Self::Infinite,
        Self::Masked,
        Self::Bits,
    ];
}

/// Numbers that look random and are the same everywhere (SplitMix64).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Starting somewhere.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 bits.
    #[allow(clippy::should_implement_trait)] // it never ends
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `n`, which is not 0.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    /// Between 0 and 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Between -1 and 1.
    fn signed(&mut self) -> f64 {
        2.0 * self.unit() - 1.0
    }
}

/// A tensor of the type and shape of `like`. Floats follow the attack; bytes (the values of quantised models) take any
/// value; bools are drawn; other integers, which may be indices or shapes, are drawn from `pool`, which has seen them.
pub fn attack(like: &OwnedTensor, pool: &OwnedTensor, attack: Attack, random: &mut Random) -> OwnedTensor {
    let count = like.header.count();
    let data = match like.header.dtype {
        DType::Float32 | DType::Float64 | DType::Float16 | DType::Bfloat16 => floats(like, attack, random),
        DType::Uint8 | DType::Int8 => bytes(count, attack, random),
        DType::Bool => match attack {
            Attack::Constant => vec![random.below(2) as u8; count as usize],
            _ => (0..count).map(|_| random.below(2) as u8).collect(),
        },
        _ => drawn(like, pool, attack, random),
    };
    OwnedTensor { header: like.header.clone(), data: data.into() }
}

/// Whether [`attack`] can change a tensor. Few integers are shapes, axes or sizes: they stay as they are.
pub fn varies(tensor: &OwnedTensor) -> bool {
    let count = tensor.header.count();
    match tensor.header.dtype {
        DType::Float32 | DType::Float64 | DType::Float16 | DType::Bfloat16 | DType::Uint8 | DType::Int8 => count > 0,
        DType::Bool => count > 1,
        _ => count > 8,
    }
}

/// As many elements of `pool`, in any order and number.
fn drawn(like: &OwnedTensor, pool: &OwnedTensor, attack: Attack, random: &mut Random) -> Vec<u8> {
    let size = like.header.dtype.size();
    let count = pool.header.count();
    if !varies(pool) || pool.header.dtype != like.header.dtype {
        return like.data.to_vec();
    }
    let mut data = Vec::with_capacity(like.data.len());
    let one = random.below(count);
    for _ in 0..like.header.count() {
        let from = if attack == Attack::Constant { one } else { random.below(count) } as usize * size;
        data.extend_from_slice(pool.data.get(from..from + size).unwrap_or_default());
    }
    data
}

fn bytes(count: u64, attack: Attack, random: &mut Random) -> Vec<u8> {
    let one = random.next() as u8;
    let block = 1 << random.below(5);
    let byte = |i: u64| match attack {
        Attack::Constant => one,
        Attack::Zeros => 0,
        Attack::HalfUlps | Attack::Huge => [0x00, 0xff, 0x7f, 0x80][random.below(4) as usize % 4],
        Attack::Infinite => 0xff,
        Attack::Masked => 0x80,
        Attack::Blocks if (i / block).is_multiple_of(2) => 0x7f,
        Attack::Blocks => 0x80,
        Attack::Close => one.wrapping_add(random.below(3) as u8),
        _ => random.next() as u8,
    };
    (0..count).map(byte).collect()
}

fn floats(like: &OwnedTensor, attack: Attack, random: &mut Random) -> Vec<u8> {
    let dtype = like.header.dtype;
    let count = like.header.count();
    let row = like.header.dims.last().copied().unwrap_or(1).max(1);
    let draw = Draw::new(dtype, attack, row, random);
    let mut data = Vec::with_capacity(like.data.len());
    for index in 0..count {
        let bits = draw.bits(index, random);
        data.extend_from_slice(bits.to_le_bytes().get(..dtype.size()).unwrap_or_default());
    }
    data
}

/// What is drawn once per tensor.
struct Draw {
    dtype: DType,
    attack: Attack,
    row: u64,
    block: u64,
    one: f64,
    /// Half a unit in the last place of 1.
    half_ulp: f64,
    largest: f64,
    /// Bits of the mantissa.
    mantissa: u32,
}

impl Draw {
    fn new(dtype: DType, attack: Attack, row: u64, random: &mut Random) -> Self {
        let (mantissa, largest) = match dtype {
            DType::Float64 => (52, f64::MAX),
            DType::Float16 => (10, 65504.0),
            DType::Bfloat16 => (7, 3.3895e38),
            _ => (23, f64::from(f32::MAX)),
        };
        Self {
            dtype,
            attack,
            row,
            block: 4 << random.below(7),
            one: random.signed() * 10f64.powi(random.below(7) as i32 - 3),
            half_ulp: 0.5f64.powi(mantissa as i32 + 1),
            largest,
            mantissa,
        }
    }

    fn bits(&self, index: u64, random: &mut Random) -> u64 {
        let value = match self.attack {
            Attack::Uniform => 2.0 * random.signed(),
            Attack::HalfUlps if index.is_multiple_of(self.row) => 1.0,
            Attack::HalfUlps => {
                let sign = if random.below(8) == 0 { -1.0 } else { 1.0 };
                sign * self.half_ulp * (1.0 + random.below(3) as f64 / 2.0)
            },
            Attack::Blocks => {
                let sign = if (index / self.block).is_multiple_of(2) { 1.0 } else { -1.0 };
                sign * (1.0 + random.unit())
            },
            Attack::Outliers if random.below(64) == 0 => 1e4 * random.signed(),
            Attack::Outliers => 1e-3 * random.signed(),
            Attack::Constant => self.one,
            Attack::Subnormal => return self.subnormal(random),
            Attack::Huge => self.largest * random.signed() * 0.5f64.powi(random.below(24) as i32),
            Attack::Zeros if random.below(16) == 0 => random.signed(),
            Attack::Zeros => [0.0, -0.0][random.below(2) as usize % 2],
            Attack::Infinite => match random.below(64) {
                0 => f64::INFINITY,
                1 => f64::NEG_INFINITY,
                2 => f64::NAN,
                _ => 2.0 * random.signed(),
            },
            // By rows of the last axis: masked entirely, in part, with what masks are made of, or not.
            Attack::Masked => match (index / self.row % 5, random.below(4)) {
                (0, _) => f64::NEG_INFINITY,
                (1, _) => -self.largest,
                (2, 0) => -10_000.0,
                (3, 0) => f64::NAN,
                _ => 2.0 * random.signed(),
            },
            Attack::Wide => random.signed() * 2f64.powi(random.below(81) as i32 - 40),
            Attack::Close => self.one * (1.0 + 2.0 * self.half_ulp * random.below(4) as f64),
            Attack::Bits => return random.next(),
        };
        self.round(value)
    }

    fn subnormal(&self, random: &mut Random) -> u64 {
        let sign_at = match self.dtype {
            DType::Float64 => 63,
            DType::Float32 => 31,
            _ => 15,
        };
        let small = random.below(1 << (self.mantissa + 1));
        small | (random.below(2) << sign_at)
    }

    fn round(&self, value: f64) -> u64 {
        match self.dtype {
            DType::Float64 => value.to_bits(),
            DType::Float16 => u64::from(half::F16::from_f64(F64(value.to_bits())).0),
            DType::Bfloat16 => u64::from(half::BF16::from_f32(F32((value as f32).to_bits())).0),
            _ => u64::from((value as f32).to_bits()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_adjudicator::Header;

    fn tensor(dtype: DType, dims: &[u64], data: Vec<u8>) -> OwnedTensor {
        OwnedTensor::new(Header::new(dtype, dims.to_vec()).unwrap(), data).unwrap()
    }

    #[test]
    fn tensors_should_keep_type_and_shape_when_attacked() {
        let mut random = Random::new(1);
        for dtype in [DType::Float32, DType::Float64, DType::Float16, DType::Bfloat16, DType::Int8, DType::Bool] {
            let like = tensor(dtype, &[3, 5], vec![0; 15 * dtype.size()]);
            for kind in Attack::ALL {
                let made = attack(&like, &like, kind, &mut random);
                assert_eq!(OwnedTensor::new(made.header.clone(), made.data.clone()).unwrap().header, like.header);
                assert!(dtype != DType::Bool || made.data.iter().all(|b| *b < 2));
            }
        }
    }

    #[test]
    fn integers_should_stay_among_those_given_when_attacked() {
        let values: Vec<i64> = (0..20).map(|i| i * i - 7).collect();
        let like = tensor(DType::Int64, &[20], values.iter().flat_map(|v| v.to_le_bytes()).collect());
        for kind in Attack::ALL {
            let made = attack(&like, &like, kind, &mut Random::new(2));
            let made = made.data.chunks(8).map(|c| i64::from_le_bytes(c.try_into().unwrap()));
            assert!(made.into_iter().all(|v| values.contains(&v)));
        }
        let shape = tensor(DType::Int64, &[2], values[..2].iter().flat_map(|v| v.to_le_bytes()).collect());
        assert_eq!(attack(&shape, &shape, Attack::Bits, &mut Random::new(3)), shape);
        let made = attack(&shape, &like, Attack::Bits, &mut Random::new(3));
        assert_eq!(made.header, shape.header);
    }

    #[test]
    fn attacks_should_be_what_they_are_called_when_made() {
        let like = tensor(DType::Float32, &[40, 64], vec![0; 40 * 64 * 4]);
        let made = |kind| -> Vec<f32> {
            let made = attack(&like, &like, kind, &mut Random::new(4));
            made.data.chunks(4).map(|c| f32::from_le_bytes(c.try_into().unwrap())).collect()
        };
        assert!(made(Attack::Subnormal).iter().any(|v| v.is_subnormal()));
        assert!(made(Attack::Subnormal).iter().all(|v| v.abs() < 4.0 * f32::MIN_POSITIVE));
        assert!(made(Attack::Infinite).iter().any(|v| v.is_nan()));
        assert!(made(Attack::Masked)[..64].iter().all(|v| *v == f32::NEG_INFINITY));
        assert!(made(Attack::Huge).iter().all(|v| v.is_finite()));
        assert!(made(Attack::Zeros).iter().any(|v| *v == 0.0 && v.is_sign_negative()));
        assert!(made(Attack::Constant).windows(2).all(|w| w[0] == w[1]));
        assert_eq!(made(Attack::HalfUlps)[64], 1.0);
    }
}
