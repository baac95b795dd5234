//! `Resize`: nearest is a copy; linear and cubic interpolation are replayed in the kernels' order.

mod blocked;
mod coordinates;
mod interpolate;
mod plan;

use super::common::{copy, made};
use crate::{
    operators::{any_layout, shape},
    Call, DType, Domain, Exactness, Expected, Header, Judged, Operator, Reject,
};
use plan::{Method, Plan};

/// `Resize`; without antialiasing.
pub const RESIZE: Operator = Operator {
    domain: Domain::Onnx,
    name: "Resize",
    opsets: (11, 26),
    exactness: Exactness::Scheduled(1),
    header,
    element,
    layout: any_layout,
};
/// `Upsample` on blocked channels.
pub const NCHWC_UPSAMPLE: Operator = Operator {
    domain: Domain::Nchwc,
    name: "Upsample",
    opsets: (1, 1),
    exactness: Exactness::Scheduled(1),
    header: blocked::header,
    element: blocked::element,
    layout: any_layout,
};

fn header(call: &Call<'_>, _: usize) -> Judged<Header> {
    made(call.dtype(0)?, Plan::new(call)?.output)
}

fn element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let plan = Plan::new(call)?;
    if plan.output == plan.input {
        return copy(call, 0, index);
    }
    let at = shape::coordinates(&plan.output, index);
    if plan.method == Method::Nearest {
        return match plan.nearest(&at)? {
            Some(from) => copy(call, 0, shape::index(&plan.input, &from)),
            None => Ok(Expected::Bits(outside(call)?)),
        };
    }
    if call.schedule().is_none() {
        return Err(Reject::Unsupported("interpolation without a schedule"));
    }
    match interpolate::value(call, &plan, &at)? {
        Some(value) => Ok(value),
        None => Ok(Expected::Bits(outside(call)?)),
    }
}

/// What stands outside the region of interest.
fn outside(call: &Call<'_>) -> Judged<u64> {
    let value = call.float("extrapolation_value", crate::soft::F32::ZERO)?;
    let dtype = call.dtype(0)?;
    match dtype {
        DType::Float32 => Ok(u64::from(value.0)),
        DType::Int8 | DType::Uint8 | DType::Int32 => {
            let whole = value.to_i64_trunc().filter(|n| dtype.integer(dtype.bits(*n)) == *n);
            Ok(dtype.bits(whole.ok_or(Reject::Unsupported("an extrapolation value that does not fit the type"))?))
        },
        _ => Err(Reject::Unsupported("this element type")),
    }
}
