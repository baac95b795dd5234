//! The other half of a test: a changed element must be rejected.

use super::{judge_element, number};
use candor_adjudicator::{
    soft::{
        half::{BF16, F16},
        F32, F64,
    },
    ArrayElements, DType, Elements, Expected, Header, Missing, Node, Reject, Slot,
};

/// What became of a changed element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Perturbation {
    /// It was rejected, as it must be.
    Rejected,
    /// It was accepted: these bits in place of the claimed ones.
    Accepted {
        /// The changed bits.
        bits: u64,
        /// What the judge said the element must be.
        expected: Expected,
    },
    /// The bound is infinite here: no value can be rejected.
    Vacuous,
    /// Nothing can be said about the element.
    Unknown(Reject),
}

/// Change one element of an output, by one unit in the last place where it is judged exactly, to twice the bound where it
/// is judged by one, and judge it again.
pub fn perturb(node: &Node, elements: &ArrayElements<'_>, output: usize, index: u64) -> Perturbation {
    let found = match judge_element(node, elements, output, index) {
        Ok(found) => found,
        Err(reject) => return Perturbation::Unknown(reject),
    };
    let Some(dtype) = elements.outputs.get(output).and_then(|t| t.as_ref()).map(|t| t.header.dtype) else {
        return Perturbation::Unknown(Reject::Missing(Missing::Header(Slot::Output(output))));
    };
    let candidates = candidates(dtype, found.claimed, found.expected);
    if candidates.is_empty() {
        return Perturbation::Vacuous;
    }
    for bits in candidates {
        let changed = Changed { elements, slot: Slot::Output(output), index, bits };
        match judge_element(node, &changed, output, index) {
            Ok(judged) if judged.expected.admits(dtype, bits) => {
                return Perturbation::Accepted { bits, expected: judged.expected }
            },
            Ok(_) => {},
            Err(reject) => return Perturbation::Unknown(reject),
        }
    }
    Perturbation::Rejected
}

/// Bits that must be rejected.
pub(super) fn candidates(dtype: DType, claimed: u64, expected: Expected) -> Vec<u64> {
    match expected {
        Expected::Within { low, high, .. } => {
            let (low, high) = (f64::from_bits(low.0), f64::from_bits(high.0));
            let (middle, half) = (low / 2.0 + high / 2.0, high / 2.0 - low / 2.0);
            let below = outside(dtype, middle - 2.0 * half, false);
            let above = outside(dtype, middle + 2.0 * half, true);
            // A bound that reaches infinity admits everything on that side.
            let below = below.filter(|b| number(dtype, *b).is_some_and(|v| v < low));
            let above = above.filter(|b| number(dtype, *b).is_some_and(|v| v > high));
            below.into_iter().chain(above).collect()
        },
        Expected::Either(a, b) => {
            [claimed ^ 1, claimed ^ 2, claimed ^ 3].into_iter().find(|c| *c != a && *c != b).into_iter().collect()
        },
        _ if number(dtype, claimed).is_some_and(f64::is_nan) => vec![0],
        _ => vec![claimed ^ 1],
    }
}

/// The nearest element of the type that is not nearer than `target`, and not equal to what a bound would round to.
fn outside(dtype: DType, target: f64, up: bool) -> Option<u64> {
    if !target.is_finite() {
        return None;
    }
    let away = |bits: F64| if up { bits.next_up() } else { bits.next_down() };
    Some(match dtype {
        DType::Float64 => away(F64(target.to_bits())).0,
        DType::Float32 => {
            let near = F32((target as f32).to_bits());
            u64::from(if up { near.next_up() } else { near.next_down() }.0)
        },
        DType::Float16 => step(u64::from(F16::from_f64(F64(target.to_bits())).0), 15, up),
        DType::Bfloat16 => step(u64::from(BF16::from_f32(F32((target as f32).to_bits())).0), 15, up),
        _ => return None,
    })
}

/// The next larger or smaller bit pattern of a float whose sign is bit `sign`.
fn step(bits: u64, sign: u32, up: bool) -> u64 {
    let magnitude = (bits & ((1 << sign) - 1)) as i64;
    let value = if bits >> sign & 1 == 1 { -magnitude } else { magnitude } + if up { 1 } else { -1 };
    if value < 0 {
        value.unsigned_abs() | 1 << sign
    } else {
        value.unsigned_abs()
    }
}

/// Elements, one of which is another.
struct Changed<'a> {
    elements: &'a ArrayElements<'a>,
    slot: Slot,
    index: u64,
    bits: u64,
}

impl Elements for Changed<'_> {
    fn header(&self, slot: Slot) -> Result<&Header, Missing> {
        self.elements.header(slot)
    }

    fn element(&self, slot: Slot, index: u64) -> Result<u64, Missing> {
        if (slot, index) == (self.slot, self.index) {
            return Ok(self.bits);
        }
        self.elements.element(slot, index)
    }
}
