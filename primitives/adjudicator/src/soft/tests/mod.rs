//! Every operation against the machine's own arithmetic.

mod formats;
mod half;
mod real;
mod record;
mod wide;

/// Deterministic random numbers (xorshift64*), and encodings of the kinds that go wrong.
pub struct Cases(u64);

impl Cases {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        (self.bits() >> 32) % n
    }

    /// Three encodings with `mantissa` stored mantissa bits and `exponent` exponent bits, related in a way drawn at
    /// random: unrelated, close exponents, subnormal, near overflow, sparse mantissas (ties), `c` close to `-a * b`.
    pub fn triple(&mut self, mantissa: u32, exponent: u32) -> [u64; 3] {
        let bias = (1i64 << (exponent - 1)) - 1;
        let top = 2 * bias;
        let kind = self.below(8);
        let mut fields = [0i64; 3];
        let middle = match kind {
            0 => 0,
            1 => self.below(3) as i64,
            2 => top - self.below(4) as i64,
            3 => bias / 2 + self.below(4) as i64,
            4 => bias + bias / 2,
            _ => bias,
        };
        for field in &mut fields {
            *field = match kind {
                0 => self.below(top as u64 + 2) as i64,
                _ => (middle + self.below(8) as i64 - 4).clamp(0, top),
            };
        }
        if matches!(kind, 3..=7) {
            // The addend where the product is, or up to three mantissas away from it.
            let spread = if self.below(2) == 0 { 4 } else { 6 * mantissa as u64 };
            let product = fields[0] + fields[1] - bias;
            fields[2] = (product + self.below(spread) as i64 - spread as i64 / 2).clamp(0, top);
        }
        let mut out = [0; 3];
        let mask = (1u64 << mantissa) - 1;
        for (out, field) in out.iter_mut().zip(fields) {
            let random = self.bits();
            let fraction = match self.below(6) {
                0 => (random & 7) << (mantissa - 3),
                1 => random & 7,
                2 => (random & 3).wrapping_neg(),
                3 => 1 << (random % mantissa as u64),
                _ => random,
            } & mask;
            *out = ((random >> 63) << (mantissa + exponent)) | ((field as u64) << mantissa) | fraction;
        }
        if self.below(64) == 0 {
            out[self.below(3) as usize] &= 1 << (mantissa + exponent);
        }
        out
    }
}
