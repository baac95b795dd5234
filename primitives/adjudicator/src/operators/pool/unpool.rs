//! `MaxUnpool`: values go back to where their maxima were.

use crate::{operators::any_layout, Call, DType, Domain, Exactness, Expected, Header, Judged, Operator, Reject};
use alloc::{collections::BTreeMap, rc::Rc, vec, vec::Vec};

/// `MaxUnpool`.
pub const MAX_UNPOOL: Operator = Operator {
    domain: Domain::Onnx,
    name: "MaxUnpool",
    opsets: (11, 26),
    exactness: Exactness::Always,
    header,
    element,
    layout: any_layout,
};

fn header(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    let wrong = Reject::Malformed("windows that do not fit the input");
    let kernel = call.ints("kernel_shape")?.ok_or(wrong)?;
    let (n, spatial) = (kernel.len(), data.dims.get(2..).unwrap_or(&[]));
    let strides = call.ints("strides")?.filter(|s| !s.is_empty()).map_or(vec![1; n], <[i64]>::to_vec);
    let pads = call.ints("pads")?.filter(|p| !p.is_empty()).map_or(vec![0; n.saturating_mul(2)], <[i64]>::to_vec);
    if n != spatial.len() || !(1..=3).contains(&n) || strides.len() != n || pads.len() != n.saturating_mul(2) {
        return Err(wrong);
    }
    if call.dims(1)? != data.dims || call.dtype(1)? != DType::Int64 {
        return Err(Reject::Malformed("not one index for every value"));
    }
    let mut dims: Vec<u64> = data.dims.iter().take(2).copied().collect();
    let (before, behind) = pads.split_at(n);
    for ((((length, stride), kernel), before), behind) in
        spatial.iter().zip(&strides).zip(kernel).zip(before).zip(behind)
    {
        let length = i64::try_from(*length).unwrap_or(i64::MAX).saturating_sub(1).saturating_mul(*stride);
        let length = length.saturating_add(*kernel).saturating_sub(before.saturating_add(*behind));
        dims.push(u64::try_from(length).ok().filter(|d| *d > 0).ok_or(wrong)?);
    }
    let made = |dims| Header::new(data.dtype, dims).ok_or(Reject::Malformed("a tensor that is too large"));
    let inferred = made(dims)?;
    if !call.has(2) {
        return Ok(inferred);
    }
    let wanted = call.integers(2)?.into_iter().map(u64::try_from).collect::<Result<Vec<u64>, _>>();
    let given = made(wanted.map_err(|_| wrong)?)?;
    if given.dims.len() != data.dims.len() || given.dims.get(..2) != data.dims.get(..2) {
        return Err(wrong);
    }
    if given.count() < inferred.count() {
        return Err(Reject::Malformed("an output that is smaller than the windows make it"));
    }
    Ok(given)
}

fn element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let count = header(call, 0)?.count();
    // The last value for a place stays.
    let places = call.remember(0, || {
        let line = call.line(1, 0, 1, call.header(1)?.count())?;
        if line.iter().any(|place| *place >= count) {
            return Ok(None);
        }
        let places: BTreeMap<u64, u64> = line.into_iter().zip(0u64..).collect();
        Ok(Some(Rc::new(places)))
    })?;
    let Some(places) = places else { return Ok(Expected::Fails) };
    match places.get(&index) {
        Some(from) => Ok(Expected::Bits(call.bits(0, *from)?)),
        None => Ok(Expected::Bits(0)),
    }
}
