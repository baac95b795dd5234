//! From output to input coordinates, in the arithmetic of ONNX Runtime.

use crate::{
    soft::{F32, F64},
    Judged, Reject,
};

/// 0.5 in binary32.
const HALF: F32 = F32(0x3f00_0000);
/// 0.5 in binary64.
const HALF_64: F64 = F64(0x3fe0_0000_0000_0000);

/// `coordinate_transformation_mode`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Transformation {
    HalfPixel,
    HalfPixelSymmetric,
    PytorchHalfPixel,
    TfHalfPixelForNn,
    AlignCorners,
    Asymmetric,
    TfCropAndResize,
}

impl Transformation {
    pub fn new(name: &[u8]) -> Judged<Self> {
        Ok(match name {
            b"half_pixel" => Self::HalfPixel,
            b"half_pixel_symmetric" => Self::HalfPixelSymmetric,
            b"pytorch_half_pixel" => Self::PytorchHalfPixel,
            b"tf_half_pixel_for_nn" => Self::TfHalfPixelForNn,
            b"align_corners" => Self::AlignCorners,
            b"asymmetric" => Self::Asymmetric,
            b"tf_crop_and_resize" => Self::TfCropAndResize,
            _ => return Err(Reject::Malformed("this transformation of coordinates")),
        })
    }

    /// The input coordinate of output coordinate `x` on an axis of `original` elements that becomes `resized` long.
    pub fn original(self, x: F32, scale: F32, resized: u64, original: u64, (start, end): (F32, F32)) -> F32 {
        let (resized_f, original_f) = (F32::from_u64(resized), F32::from_u64(original));
        let (last_resized, last) = (resized_f - F32::ONE, original_f - F32::ONE);
        match self {
            Self::HalfPixel => (x + HALF) / scale - HALF,
            Self::PytorchHalfPixel if resized > 1 => (x + HALF) / scale - HALF,
            Self::PytorchHalfPixel => F32::ZERO,
            Self::TfHalfPixelForNn => (x + HALF) / scale,
            Self::AlignCorners if resized == 1 => F32::ZERO,
            Self::AlignCorners => x * last / last_resized,
            Self::Asymmetric => x / scale,
            Self::HalfPixelSymmetric => {
                let adjustment = resized_f / (scale * original_f);
                let offset = (original_f / F32(0x4000_0000)) * (F32::ONE - adjustment);
                let center = (x.to_f64() + HALF_64) / scale.to_f64();
                (offset.to_f64() + center - HALF_64).to_f32()
            },
            Self::TfCropAndResize if resized > 1 => start * last + (x * (end - start) * last) / last_resized,
            Self::TfCropAndResize => (HALF_64 * (start + end).to_f64() * last.to_f64()).to_f32(),
        }
    }
}

/// `nearest_mode`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Nearest {
    RoundPreferFloor,
    RoundPreferCeil,
    Floor,
    Ceil,
}

impl Nearest {
    pub fn new(name: &[u8]) -> Judged<Self> {
        Ok(match name {
            b"round_prefer_floor" => Self::RoundPreferFloor,
            b"round_prefer_ceil" => Self::RoundPreferCeil,
            b"floor" => Self::Floor,
            b"ceil" => Self::Ceil,
            _ => return Err(Reject::Malformed("this way to the nearest element")),
        })
    }

    /// The element at a coordinate; negative ones give the first.
    pub fn pixel(self, original: F32) -> Judged<u64> {
        let whole = match self {
            Self::RoundPreferFloor if original.same_value(original.trunc() + HALF) => original.floor(),
            Self::RoundPreferFloor | Self::RoundPreferCeil => original.round_half_away(),
            Self::Floor => original.floor(),
            Self::Ceil => original.ceil(),
        };
        let whole = whole.to_i64_trunc().ok_or(Reject::Malformed("a coordinate that is not a number"))?;
        Ok(u64::try_from(whole).unwrap_or(0))
    }
}
