//! Numbers as people read them.

use candor_adjudicator::{
    soft::{half, F64},
    DType, Expected,
};
use serde::Serialize;

/// An element.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ValueText {
    /// Its bits, as wide as its type: `0x3f800000`.
    pub bits: String,
    /// Its value, in the fewest digits that read back to the same bits.
    pub decimal: String,
}

/// What an element must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ExpectedText {
    /// Exactly these bits.
    Bits {
        /// It.
        value: ValueText,
    },
    /// The bits of a schedule; any NaN stands for any other.
    Exact {
        /// It.
        value: ValueText,
    },
    /// This value, a zero of either sign.
    Value {
        /// It.
        value: ValueText,
    },
    /// One of two.
    Either {
        /// One.
        first: ValueText,
        /// The other.
        second: ValueText,
    },
    /// Within bounds.
    Within {
        /// Least.
        low: String,
        /// Greatest.
        high: String,
        /// Whether NaN is right too.
        nan: bool,
    },
    /// Nothing is right: the operator fails here.
    Fails,
}

impl ExpectedText {
    /// For an element of type `dtype`.
    pub fn new(dtype: DType, expected: Expected) -> Self {
        let value = |bits| value(dtype, bits);
        match expected {
            Expected::Bits(bits) => Self::Bits { value: value(bits) },
            Expected::Exact(bits) => Self::Exact { value: value(bits) },
            Expected::Value(bits) => Self::Value { value: value(bits) },
            Expected::Either(a, b) => Self::Either { first: value(a), second: value(b) },
            Expected::Within { low, high, nan } => Self::Within { low: wide(low), high: wide(high), nan },
            Expected::Fails => Self::Fails,
        }
    }
}

impl std::fmt::Display for ExpectedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bits { value } | Self::Exact { value } => write!(f, "{value}"),
            Self::Value { value } => write!(f, "{value}, zeros of either sign alike"),
            Self::Either { first, second } => write!(f, "{first} or {second}"),
            Self::Within { low, high, nan } => {
                write!(f, "between {low} and {high}{}", if *nan { ", or NaN" } else { "" })
            },
            Self::Fails => f.write_str("nothing: the operator fails at this element"),
        }
    }
}

impl std::fmt::Display for ValueText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.decimal, self.bits)
    }
}

/// An element of type `dtype` by its zero-extended bits.
pub fn value(dtype: DType, bits: u64) -> ValueText {
    let decimal = match dtype {
        DType::Float32 => float(f32::from_bits(bits as u32)),
        DType::Float64 => float(f64::from_bits(bits)),
        DType::Float16 => float(f32::from_bits(half::F16(bits as u16).to_f32().0)),
        DType::Bfloat16 => float(f32::from_bits(half::BF16(bits as u16).to_f32().0)),
        DType::Int8 => (bits as u8 as i8).to_string(),
        DType::Int16 => (bits as u16 as i16).to_string(),
        DType::Int32 => (bits as u32 as i32).to_string(),
        DType::Int64 => (bits as i64).to_string(),
        DType::Bool if bits < 2 => (bits == 1).to_string(),
        _ => bits.to_string(),
    };
    ValueText { bits: format!("0x{bits:0width$x}", width = dtype.size() * 2), decimal }
}

/// A bound.
fn wide(value: F64) -> String {
    float(f64::from_bits(value.0))
}

fn float(value: impl std::fmt::Debug) -> String {
    format!("{value:?}")
}

/// `float32`.
pub fn dtype_name(dtype: DType) -> String {
    format!("{dtype:?}").to_lowercase()
}
