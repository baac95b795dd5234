//! Element types.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Element type of a tensor. The numbers are ONNX's (`TensorProto.DataType`).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum DType {
    /// IEEE 754 binary32.
    #[codec(index = 1)]
    Float32,
    /// Unsigned 8-bit integer.
    #[codec(index = 2)]
    Uint8,
    /// Signed 8-bit integer.
    #[codec(index = 3)]
    Int8,
    /// Unsigned 16-bit integer.
    #[codec(index = 4)]
    Uint16,
    /// Signed 16-bit integer.
    #[codec(index = 5)]
    Int16,
    /// Signed 32-bit integer.
    #[codec(index = 6)]
    Int32,
    /// Signed 64-bit integer.
    #[codec(index = 7)]
    Int64,
    /// One byte per element, 0 or 1.
    #[codec(index = 9)]
    Bool,
    /// IEEE 754 binary16.
    #[codec(index = 10)]
    Float16,
    /// IEEE 754 binary64.
    #[codec(index = 11)]
    Float64,
    /// Unsigned 32-bit integer.
    #[codec(index = 12)]
    Uint32,
    /// Unsigned 64-bit integer.
    #[codec(index = 13)]
    Uint64,
    /// bfloat16: the upper half of a binary32.
    #[codec(index = 16)]
    Bfloat16,
}

impl DType {
    /// The type with ONNX's number `code`.
    pub const fn from_code(code: i64) -> Option<Self> {
        Some(match code {
            1 => Self::Float32,
            2 => Self::Uint8,
            3 => Self::Int8,
            4 => Self::Uint16,
            5 => Self::Int16,
            6 => Self::Int32,
            7 => Self::Int64,
            9 => Self::Bool,
            10 => Self::Float16,
            11 => Self::Float64,
            12 => Self::Uint32,
            13 => Self::Uint64,
            16 => Self::Bfloat16,
            _ => return None,
        })
    }

    /// ONNX's number of this type.
    pub const fn code(self) -> u8 {
        match self {
            Self::Float32 => 1,
            Self::Uint8 => 2,
            Self::Int8 => 3,
            Self::Uint16 => 4,
            Self::Int16 => 5,
            Self::Int32 => 6,
            Self::Int64 => 7,
            Self::Bool => 9,
            Self::Float16 => 10,
            Self::Float64 => 11,
            Self::Uint32 => 12,
            Self::Uint64 => 13,
            Self::Bfloat16 => 16,
        }
    }

    /// Bytes of one element.
    pub const fn size(self) -> usize {
        match self {
            Self::Uint8 | Self::Int8 | Self::Bool => 1,
            Self::Uint16 | Self::Int16 | Self::Float16 | Self::Bfloat16 => 2,
            Self::Float32 | Self::Int32 | Self::Uint32 => 4,
            Self::Int64 | Self::Float64 | Self::Uint64 => 8,
        }
    }

    /// Whether it is a floating-point type.
    pub const fn is_float(self) -> bool {
        matches!(self, Self::Float16 | Self::Bfloat16 | Self::Float32 | Self::Float64)
    }

    /// Whether it is an integer with a sign.
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::Int8 | Self::Int16 | Self::Int32 | Self::Int64)
    }

    /// The value of an integer or bool, given its zero-extended bits; an unsigned 64-bit value wraps.
    pub const fn integer(self, bits: u64) -> i64 {
        match self {
            Self::Int8 => bits as u8 as i8 as i64,
            Self::Int16 => bits as u16 as i16 as i64,
            Self::Int32 => bits as u32 as i32 as i64,
            _ => bits as i64,
        }
    }

    /// The bits that hold `value`, wrapped to the width of the type as two's complement, zero-extended.
    pub const fn bits(self, value: i64) -> u64 {
        match self.size() {
            1 => value as u8 as u64,
            2 => value as u16 as u64,
            4 => value as u32 as u64,
            _ => value as u64,
        }
    }
}
