//! How far two tensors are apart.

use candor_adjudicator::{
    soft::half::{BF16, F16},
    DType,
};
use serde::Serialize;

/// How a claimed output differs from the one that the model gives.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Difference {
    /// Elements that differ in a bit.
    pub elements: u64,
    /// Elements.
    pub of: u64,
    /// The first of them, row-major.
    pub first: u64,
    /// Largest distance; none where something is not a number, or is infinite.
    pub max_abs: Option<f64>,
    /// Largest distance in units in the last place (of integers: in ones); none where something is not a number.
    pub max_ulp: Option<u64>,
}

/// Compare bytes of the same type and number; nothing if they are equal.
pub fn compare(dtype: DType, claimed: &[u8], own: &[u8]) -> Option<Difference> {
    let size = dtype.size();
    let mut found: Option<Difference> = None;
    for (n, (a, b)) in claimed.chunks_exact(size).zip(own.chunks_exact(size)).enumerate() {
        if a == b {
            continue;
        }
        let of = (own.len() / size) as u64;
        let start = Difference { of, first: n as u64, max_abs: Some(0.0), max_ulp: Some(0), ..Difference::default() };
        let entry = found.get_or_insert(start);
        entry.elements += 1;
        let (a, b) = (element(dtype, a), element(dtype, b));
        let apart = (a.value - b.value).abs();
        entry.max_abs = entry.max_abs.filter(|_| apart.is_finite()).map(|most| most.max(apart));
        let ulp = a.order.zip(b.order).and_then(|(a, b)| u64::try_from(a.abs_diff(b)).ok());
        entry.max_ulp = entry.max_ulp.zip(ulp).map(|(most, ulp)| most.max(ulp));
    }
    found
}

struct Element {
    value: f64,
    /// Place among all values of the type; neighbours are one apart.
    order: Option<i128>,
}

fn element(dtype: DType, bytes: &[u8]) -> Element {
    let bits = bytes.iter().rev().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    let float = |value: f64, sign: u32| {
        let magnitude = i128::from(bits & !(1 << sign));
        let order = if bits >> sign == 0 { magnitude } else { -magnitude };
        Element { value, order: (!value.is_nan()).then_some(order) }
    };
    let integer = |value: i128| Element { value: value as f64, order: Some(value) };
    match dtype {
        DType::Float32 => float(f64::from(f32::from_bits(bits as u32)), 31),
        DType::Float64 => float(f64::from_bits(bits), 63),
        DType::Float16 => float(f64::from(f32::from_bits(F16(bits as u16).to_f32().0)), 15),
        DType::Bfloat16 => float(f64::from(f32::from_bits(BF16(bits as u16).to_f32().0)), 15),
        DType::Int8 => integer((bits as i8).into()),
        DType::Int16 => integer((bits as i16).into()),
        DType::Int32 => integer((bits as i32).into()),
        DType::Int64 => integer((bits as i64).into()),
        _ => integer(bits.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floats(values: &[f32]) -> Vec<u8> {
        values.iter().flat_map(|v| v.to_le_bytes()).collect()
    }

    #[test]
    fn difference_should_be_none_when_all_bits_are_equal() {
        assert_eq!(compare(DType::Float32, &floats(&[1.0, f32::NAN]), &floats(&[1.0, f32::NAN])), None);
    }

    #[test]
    fn difference_should_count_units_in_the_last_place_when_floats_are_apart() {
        let next = f32::from_bits(1.0f32.to_bits() + 1);
        let found = compare(DType::Float32, &floats(&[0.5, next, -0.0]), &floats(&[0.5, 1.0, 0.0])).unwrap();
        assert_eq!((found.elements, found.of, found.first), (2, 3, 1));
        assert_eq!((found.max_ulp, found.max_abs), (Some(1), Some(f64::from(next) - 1.0)));
        let across = compare(DType::Float32, &floats(&[-f32::from_bits(1)]), &floats(&[f32::from_bits(1)])).unwrap();
        assert_eq!(across.max_ulp, Some(2));
        let halves = compare(DType::Float16, &[0x01, 0x3c], &[0x00, 0x3c]).unwrap();
        assert_eq!(halves.max_ulp, Some(1));
    }

    #[test]
    fn difference_should_have_no_distance_when_something_is_not_a_number() {
        let found = compare(DType::Float32, &floats(&[f32::NAN, 2.0]), &floats(&[1.0, 1.0])).unwrap();
        assert_eq!((found.elements, found.max_abs, found.max_ulp), (2, None, None));
    }

    #[test]
    fn difference_should_be_in_ones_when_integers_are_apart() {
        let found = compare(DType::Int64, &(-1i64).to_le_bytes(), &3i64.to_le_bytes()).unwrap();
        assert_eq!((found.max_abs, found.max_ulp), (Some(4.0), Some(4)));
        let far = compare(DType::Int64, &i64::MIN.to_le_bytes(), &i64::MAX.to_le_bytes()).unwrap();
        assert_eq!(far.max_ulp, Some(u64::MAX));
    }
}
