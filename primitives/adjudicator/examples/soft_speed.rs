//! Prints how long each operation of `soft` takes here, in ns: `cargo run --release --example soft_speed`.
//!
//! "each" is with independent operands, "chained" with every result the next operation's operand.

use candor_adjudicator::soft::{Wide, F32, F64};
use std::{hint::black_box, time::Instant};

const COUNT: usize = 4096;
const ROUNDS: usize = 500;

/// Numbers of either sign in about [1/16, 1/2).
fn numbers(seed: u64) -> Vec<F64> {
    let mut state = seed;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..COUNT).map(|_| F64((next() & 0x803f_ffff_ffff_ffff) | ((0x3fb + next() % 3) << 52))).collect()
}

/// The best of several rounds, in ns per element.
fn best(mut run: impl FnMut()) -> f64 {
    let round = |run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        start.elapsed().as_nanos() as f64 / COUNT as f64
    };
    (0..ROUNDS).map(|_| round(&mut run)).fold(f64::INFINITY, f64::min)
}

macro_rules! operations {
    ($type:ident, $a:ident, $b:ident, $c:ident, $($name:literal: |$x:ident, $y:ident, $z:ident| $operation:expr;)*) => {
        $({
            let mut out = vec![$type::ZERO; COUNT];
            let each = best(|| {
                for (((out, &$x), &$y), &$z) in out.iter_mut().zip(black_box(&$a)).zip(&$b).zip(&$c) {
                    let _ = ($x, $y, $z);
                    *out = $operation;
                }
                black_box(&mut out);
            });
            let chained = best(|| {
                let mut $z = $c[0];
                for (&$x, &$y) in black_box(&$a).iter().zip(&$b) {
                    let _ = ($x, $y, $z);
                    $z = $operation;
                }
                black_box($z);
            });
            println!("{:4} {:16} {each:7.1} {chained:7.1}", stringify!($type), $name);
        })*
    };
}

fn main() {
    println!("ns                       each chained");
    let (a, b, c) = (numbers(1), numbers(2), numbers(3));
    operations!(F64, a, b, c,
        "add": |x, y, z| x + z;
        "mul": |x, y, z| x * F64(z.0 & 0x803f_ffff_ffff_ffff | 0x3ff << 52);
        "div": |x, y, z| x / F64(z.0 & 0x803f_ffff_ffff_ffff | 0x3ff << 52);
        "mul_add": |x, y, z| x.mul_add(y, z);
        "sqrt": |x, y, z| F64(z.0 & 0x003f_ffff_ffff_ffff | 0x3ff << 52).sqrt();
        "to_f32": |x, y, z| F64(z.to_f32().0 as u64 ^ z.0);
    );
    let [a, b, c] = [a, b, c].map(|numbers| numbers.into_iter().map(F64::to_f32).collect::<Vec<_>>());
    operations!(F32, a, b, c,
        "add": |x, y, z| x + z;
        "mul": |x, y, z| x * F32(z.0 & 0x807f_ffff | 0x3f80_0000);
        "div": |x, y, z| x / F32(z.0 & 0x807f_ffff | 0x3f80_0000);
        "mul_add": |x, y, z| x.mul_add(y, z);
        "sqrt": |x, y, z| F32(z.0 & 0x007f_ffff | 0x3f80_0000).sqrt();
        "max_x86": |x, y, z| x.max_x86(z);
        "round_ties_even": |x, y, z| F32(z.round_ties_even().0 ^ x.0);
        "ldexp": |x, y, z| z.ldexp(1 - (x.0 & 2) as i32);
    );
    let wide = best(|| {
        let mut sum = Wide::ZERO;
        for (&x, &y) in black_box(&a).iter().zip(&b) {
            sum.add_product(x, y);
        }
        black_box(sum);
    });
    let bound = best(|| {
        let (mut sum, mut magnitudes) = (Wide::ZERO, Wide::ZERO);
        for (&x, &y) in black_box(&a).iter().zip(&b) {
            sum.add_product(x, y);
            magnitudes.add_abs(&sum);
        }
        black_box(magnitudes);
    });
    println!("Wide add_product      {wide:7.1}\nWide with add_abs     {bound:7.1}");
}
