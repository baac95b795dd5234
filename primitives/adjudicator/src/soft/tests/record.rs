//! The operations compared with the machine, and the long run over them.

use super::{
    super::{F32, F64},
    Cases,
};

/// One operation on encodings: ours and the machine's result, as comparable numbers.
pub struct Operation {
    pub name: &'static str,
    pub run: fn(u64, u64, u64) -> (u64, u64),
}

const NONE: u64 = 0xdead_beef_dead_beef;

fn order(x: Option<core::cmp::Ordering>) -> u64 {
    x.map_or(NONE, |x| x as i8 as u64)
}

/// `m` in a range that meets every boundary of both formats.
fn scale(bits: u64) -> i32 {
    (bits >> 8) as i32 % 2300
}

macro_rules! operations {
    ($soft:ident, $hard:ident, $bits:ident, $ldexp:path, $round_even:path) => {{
        fn hard(x: $hard) -> u64 {
            if x.is_nan() {
                $soft::NAN.0 as u64
            } else {
                x.to_bits() as u64
            }
        }
        macro_rules! op {
            ($name:literal, |$a:ident, $b:ident, $c:ident, $x:ident, $y:ident, $z:ident| $ours:expr, $theirs:expr) => {
                Operation {
                    name: concat!(stringify!($hard), " ", $name),
                    run: |a, b, c| {
                        let ($a, $b, $c) = ($soft(a as $bits), $soft(b as $bits), $soft(c as $bits));
                        let [$x, $y, $z] = [a, b, c].map(|x| $hard::from_bits(x as $bits));
                        let _ = ($a, $b, $c, $x, $y, $z);
                        ($ours, $theirs)
                    },
                }
            };
        }
        vec![
            op!("add", |a, b, c, x, y, z| (a + b).0 as u64, hard(x + y)),
            op!("add, close", |a, b, c, x, y, z| ((a * b) + c).0 as u64, hard((x * y) + z)),
            op!("sub", |a, b, c, x, y, z| (a - b).0 as u64, hard(x - y)),
            op!("mul", |a, b, c, x, y, z| (a * b).0 as u64, hard(x * y)),
            op!("div", |a, b, c, x, y, z| (a / b).0 as u64, hard(x / y)),
            op!("mul_add", |a, b, c, x, y, z| a.mul_add(b, c).0 as u64, hard(x.mul_add(y, z))),
            op!("sqrt", |a, b, c, x, y, z| a.sqrt().0 as u64, hard(x.sqrt())),
            op!("neg", |a, b, c, x, y, z| (-a).0 as u64, hard(-x)),
            op!("abs", |a, b, c, x, y, z| a.abs().0 as u64, hard(x.abs())),
            op!("copysign", |a, b, c, x, y, z| a.copysign(b).0 as u64, hard(x.copysign(y))),
            op!("compare", |a, b, c, x, y, z| order(a.compare(b)), order(x.partial_cmp(&y))),
            op!(
                "lt le gt ge same_value",
                |a, b, c, x, y, z| [a.lt(b), a.le(b), a.gt(b), a.ge(b), a.same_value(b)]
                    .iter()
                    .fold(0, |n, &x| 2 * n + x as u64),
                [x < y, x <= y, x > y, x >= y, x == y].iter().fold(0, |n, &x| 2 * n + x as u64)
            ),
            op!("min_x86", |a, b, c, x, y, z| a.min_x86(b).0 as u64, hard(if x < y { x } else { y })),
            op!("max_x86", |a, b, c, x, y, z| a.max_x86(b).0 as u64, hard(if x > y { x } else { y })),
            op!("floor", |a, b, c, x, y, z| a.floor().0 as u64, hard(x.floor())),
            op!("ceil", |a, b, c, x, y, z| a.ceil().0 as u64, hard(x.ceil())),
            op!("trunc", |a, b, c, x, y, z| a.trunc().0 as u64, hard(x.trunc())),
            op!("round_ties_even", |a, b, c, x, y, z| a.round_ties_even().0 as u64, hard(x.round_ties_even())),
            op!("round_half_away", |a, b, c, x, y, z| a.round_half_away().0 as u64, hard(x.round())),
            op!("ldexp", |a, b, c, x, y, z| a.ldexp(scale(b.0 as u64)).0 as u64, hard($ldexp(x, scale(b.0 as u64)))),
            op!("fmod", |a, b, c, x, y, z| a.fmod(b).0 as u64, hard(x % y)),
            op!(
                "to_i64_trunc",
                |a, b, c, x, y, z| a.to_i64_trunc().map_or(NONE, |n| n as u64),
                if x >= i64::MIN as $hard && x < -(i64::MIN as $hard) { x as i64 as u64 } else { NONE }
            ),
            op!("to_i64_rne", |a, b, c, x, y, z| a.to_i64_rne().map_or(NONE, |n| n as u64), {
                let x = x.round_ties_even();
                if x >= i64::MIN as $hard && x < -(i64::MIN as $hard) {
                    x as i64 as u64
                } else {
                    NONE
                }
            }),
            op!(
                "from_i64 from_u64",
                |a, b, c, x, y, z| {
                    let n = (a.0 as u64).wrapping_mul(b.0 as u64) >> (c.0 & 63);
                    ($soft::from_i64(n as i64).0 as u64) ^ ($soft::from_u64(n).0 as u64).rotate_left(7)
                },
                {
                    let n = (x.to_bits() as u64).wrapping_mul(y.to_bits() as u64) >> (z.to_bits() & 63);
                    hard(n as i64 as $hard) ^ hard(n as $hard).rotate_left(7)
                }
            ),
            op!("next_up", |a, b, c, x, y, z| a.next_up().0 as u64, hard(x.next_up())),
            op!("next_down", |a, b, c, x, y, z| a.next_down().0 as u64, hard(x.next_down())),
            op!(
                "split, from_parts",
                |a, b, c, x, y, z| {
                    let (sign, exponent, mantissa) = a.split();
                    if a.is_nan() {
                        $soft::NAN.0 as u64
                    } else {
                        $soft::from_parts(sign, mantissa as u128, exponent).0 as u64
                    }
                },
                hard(x)
            ),
        ]
    }};
}

/// The double nearest `x * 2^m` for `m` within a few thousand: at most one of the factors rounds.
fn ldexp64(x: f64, m: i32) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    // Bring x into [1, 2) exactly, then scale by one power of two that stays, or by exact ones and a last rounding.
    let (y, e) = if x.abs() < f64::MIN_POSITIVE { (x * 2f64.powi(64), -64) } else { (x, 0) };
    let exponent = ((y.to_bits() >> 52) & 2047) as i32 - 1023;
    let one = f64::from_bits((y.to_bits() & !(2047 << 52)) | (1023 << 52));
    let total = exponent + e + m;
    if total > 1023 {
        return f64::INFINITY.copysign(x);
    }
    if total >= -1022 {
        return one * 2f64.powi(total);
    }
    // one * 2^-1022 is exact; the second factor, a power of two of at least 2^-1074, rounds.
    if total < -1022 - 60 {
        return 0f64.copysign(x);
    }
    one * f64::from_bits(1 << 52) * 2f64.powi(total + 1022)
}

fn ldexp32(x: f32, m: i32) -> f32 {
    // Exact in binary64 while the result is not far below binary32's range.
    if m < -600 {
        return if x.is_finite() { 0f32.copysign(x) } else { x };
    }
    if m > 600 {
        return if x.is_finite() && x != 0.0 { f32::INFINITY.copysign(x) } else { x };
    }
    (x as f64 * 2f64.powi(m)) as f32
}

pub fn binary32() -> Vec<Operation> {
    let mut all = operations!(F32, f32, u32, ldexp32, f32::round_ties_even);
    all.push(Operation {
        name: "f32 to_f64",
        run: |a, _, _| {
            let x = f32::from_bits(a as u32) as f64;
            (F32(a as u32).to_f64().0, if x.is_nan() { F64::NAN.0 } else { x.to_bits() })
        },
    });
    all
}

pub fn binary64() -> Vec<Operation> {
    let mut all = operations!(F64, f64, u64, ldexp64, f64::round_ties_even);
    all.push(Operation {
        name: "f64 to_f32",
        run: |a, b, _| {
            // Half of the cases in the range of binary32.
            let a = if b & 1 == 0 { a } else { F64(a).ldexp(0).0 & !(0x7ff << 52) | ((880 + (b >> 1) % 300) << 52) };
            let x = f64::from_bits(a) as f32;
            (F64(a).to_f32().0 as u64, if x.is_nan() { F32::NAN.0 as u64 } else { x.to_bits() as u64 })
        },
    });
    all
}

/// `CASES=100000000 cargo test --release -p candor-adjudicator soft_record -- --ignored --nocapture`: every operation
/// on `CASES` random cases (10^8 if not said), one thread per processor; prints the mismatches of each.
#[test]
#[ignore = "minutes per operation"]
fn soft_record() {
    let cases: u64 = std::env::var("CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000_000);
    let only = std::env::var("ONLY").unwrap_or_default();
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get()) as u64;
    let mut all = 0;
    for (operations, mantissa, exponent) in [(binary32(), 23, 8), (binary64(), 52, 11)] {
        for operation in operations.into_iter().filter(|o| o.name.contains(&only)) {
            let start = std::time::Instant::now();
            let run = operation.run;
            let wrong: u64 = std::thread::scope(|scope| {
                let counts = (0..threads).map(|thread| {
                    scope.spawn(move || {
                        let mut random = Cases::new(0x5eed + thread);
                        let mut wrong = 0;
                        for _ in 0..cases / threads {
                            let [a, b, c] = random.triple(mantissa, exponent);
                            let (soft, hard) = run(a, b, c);
                            wrong += (soft != hard) as u64;
                        }
                        wrong
                    })
                });
                counts.collect::<Vec<_>>().into_iter().map(|count| count.join().expect("thread")).sum()
            });
            println!(
                "{:32} {} cases, {wrong} wrong, {:.0} s",
                operation.name,
                cases / threads * threads,
                start.elapsed().as_secs_f64()
            );
            all += wrong;
        }
    }
    assert_eq!(all, 0);
}
