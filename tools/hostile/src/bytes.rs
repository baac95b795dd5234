//! Choices drawn from bytes: an empty source answers zero, so that every input means something.

/// What is left of the input.
pub struct Bytes<'a>(pub &'a [u8]);

impl Bytes<'_> {
    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        let Some((byte, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *byte
    }

    /// The next byte, smaller than `n`.
    pub fn below(&mut self, n: usize) -> usize {
        usize::from(self.byte()) % n.max(1)
    }

    /// Eight bytes.
    pub fn wide(&mut self) -> u64 {
        (0..8).fold(0, |n, shift| n | u64::from(self.byte()) << (8 * shift))
    }

    /// One of a list.
    pub fn pick<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        let at = self.below(list.len());
        list.get(at).copied()
    }

    /// An integer: small as a rule, any now and then.
    pub fn integer(&mut self) -> i64 {
        match self.byte() {
            byte @ 0..=239 => i64::from(byte as i8),
            240..=243 => self.pick(&EDGES).unwrap_or(0),
            244..=247 => i64::from(self.byte()) << 8 | i64::from(self.byte()),
            _ => self.wide() as i64,
        }
    }

    /// A length: small as a rule, any now and then.
    pub fn length(&mut self) -> u64 {
        match self.byte() {
            byte @ 0..=95 => u64::from(byte % 12),
            byte @ 96..=199 => LENGTHS.get(usize::from(byte) % LENGTHS.len()).copied().unwrap_or(1),
            byte @ 200..=239 => u64::from(byte) - 199,
            240..=247 => u64::from(self.byte()) << 8 | u64::from(self.byte()),
            _ => self.wide() >> (self.byte() % 64),
        }
    }
}

const EDGES: [i64; 9] = [
    i64::MIN,
    i64::MAX,
    i32::MIN as i64,
    i32::MAX as i64,
    u32::MAX as i64,
    1 << 47,
    -(1 << 31) - 1,
    i64::MIN + 1,
    1 << 20,
];

const LENGTHS: [u64; 19] = [1, 2, 3, 4, 8, 16, 17, 24, 32, 33, 63, 64, 100, 128, 257, 1024, 4096, 1 << 16, 1 << 20];
