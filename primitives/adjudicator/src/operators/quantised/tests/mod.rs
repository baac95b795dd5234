//! Judges what ONNX Runtime 1.31.1 computed: `vectors.txt` (from `tools/conformance/quantised.py OUT --text`), by schedule and
//! by bounds. The conformance program judges many more.

use super::{
    dot::{dot, dot_exact, Pairs},
    number::{Enclosure, Number, Whole},
};
use crate::{
    operators::lookup,
    soft::{F32, F64},
    ArrayElements, Attribute, Call, DType, Domain, Expected, Header, Isa, Layout, Memo, Mode, Node, Operand, Place,
    Reject, Schedule, Tensor,
};
use std::{string::String, vec::Vec};

type Values = Vec<Option<(Place, Header, Vec<u8>)>>;

struct Case {
    node: Node,
    inputs: Values,
    outputs: Values,
}

fn value(words: &[&str]) -> Option<(Place, Header, Vec<u8>)> {
    let [place, dtype, dims, data] = *words else { return None };
    let dims = if dims == "." { Vec::new() } else { dims.split(',').map(|d| d.parse().unwrap()).collect() };
    let place = if place == "w" { Place::Weight } else { Place::Trace };
    let header = Header::new(DType::from_code(dtype.parse().unwrap()).unwrap(), dims).unwrap();
    let bytes = (0..data.len()).step_by(2).map(|at| u8::from_str_radix(&data[at..at + 2], 16).unwrap());
    Some((place, header, bytes.collect()))
}

fn attribute(kind: &str, value: &str) -> Attribute {
    match kind {
        "i" => Attribute::Int(value.parse().unwrap()),
        "f" => Attribute::Float(value.parse().unwrap()),
        "s" => Attribute::Text(value.as_bytes().to_vec()),
        _ => Attribute::Ints(value.split(',').map(|n| n.parse().unwrap()).collect()),
    }
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in include_str!("vectors.txt").lines() {
        let words: Vec<&str> = line.split(' ').collect();
        if let ["case", domain, operator, opset] = words[..] {
            let node = Node {
                domain: if domain == "ms" { Domain::Microsoft } else { Domain::Onnx },
                operator: operator.as_bytes().to_vec(),
                opset: opset.parse().unwrap(),
                attributes: Vec::new(),
                inputs: Vec::new(),
                outputs: Vec::new(),
                mode: Mode::Bounded,
            };
            cases.push(Case { node, inputs: Vec::new(), outputs: Vec::new() });
            continue;
        }
        let case = cases.last_mut().unwrap();
        match words[..] {
            ["attr", name, kind, text] => {
                case.node.attributes.push((name.as_bytes().to_vec(), attribute(kind, text)));
            },
            ["in", ..] => case.inputs.push(value(&words[1..])),
            ["out", ..] => case.outputs.push(value(&words[1..])),
            _ => panic!("{line}"),
        }
    }
    for case in &mut cases {
        let operand = |v: &Option<(Place, Header, Vec<u8>)>| {
            v.as_ref().map(|(place, ..)| Operand { place: *place, root: 0, layouts: std::vec![Layout::Natural] })
        };
        case.node.inputs = case.inputs.iter().map(operand).collect();
        case.node.outputs = case.outputs.iter().map(operand).collect();
    }
    cases
}

fn tensors(values: &Values) -> Vec<Option<Tensor<'_>>> {
    values.iter().map(|v| v.as_ref().map(|(_, header, data)| Tensor { header: header.clone(), data })).collect()
}

const REPLAY: Mode = Mode::Exact(Schedule { isa: Isa::Avx512, threads: 1, variant: 0 });

/// Every element of the outputs, and what it must be.
fn judge(case: &Case, mode: Mode) -> Vec<(DType, u64, Result<Expected, Reject>)> {
    let node = Node { mode, ..case.node.clone() };
    let elements = ArrayElements { inputs: tensors(&case.inputs), outputs: tensors(&case.outputs) };
    let operator = lookup(node.domain, &node.operator, node.opset).unwrap();
    let memo = Memo::new();
    let mut all = Vec::new();
    for (n, output) in elements.outputs.iter().enumerate() {
        let Some(output) = output else { continue };
        let name = String::from_utf8_lossy(&node.operator).into_owned();
        assert_eq!((operator.header)(&Call::new(&node, &elements, &memo), n).as_ref(), Ok(&output.header), "{name}");
        for index in 0..output.header.count() {
            let expected = (operator.element)(&Call::new(&node, &elements, &memo), n, index);
            all.push((output.header.dtype, output.bits(index).unwrap(), expected));
        }
    }
    all
}

fn about(case: &Case) -> String {
    let shapes: Vec<_> = case.inputs.iter().flatten().map(|(_, header, _)| header).collect();
    std::format!("{} {:?} {shapes:?}", String::from_utf8_lossy(&case.node.operator), case.node.attributes)
}

#[test]
fn every_operator_should_have_vectors() {
    let cases = cases();
    for operator in super::TABLE {
        let of = |case: &&Case| case.node.domain == operator.domain && case.node.operator == operator.name.as_bytes();
        assert!(cases.iter().filter(of).count() >= 2, "{:?} {}", operator.domain, operator.name);
    }
}

#[test]
fn elements_should_be_onnx_runtimes_when_replayed() {
    for case in cases() {
        for (n, (dtype, bits, expected)) in judge(&case, REPLAY).into_iter().enumerate() {
            let expected = expected.unwrap();
            assert!(expected.admits(dtype, bits), "{} [{n}] is {bits:x}, must be {expected:x?}", about(&case));
            let nan = crate::expected::widen(dtype, bits).is_some_and(F64::is_nan);
            if !nan && matches!(expected, Expected::Bits(_) | Expected::Exact(_)) {
                assert!(!expected.admits(dtype, bits ^ 1), "{} [{n}]", about(&case));
            }
        }
    }
}

#[test]
fn elements_should_be_admitted_when_only_bounds_are_known() {
    let mut certain = (0u64, 0u64);
    for case in cases() {
        for (n, (dtype, bits, expected)) in judge(&case, Mode::Bounded).into_iter().enumerate() {
            let expected = expected.unwrap();
            assert!(expected.admits(dtype, bits), "{} [{n}] is {bits:x}, must be {expected:x?}", about(&case));
            certain.0 += u64::from(matches!(expected, Expected::Bits(_)));
            certain.1 += u64::from(!dtype.is_float());
        }
    }
    // Most quantised results do not depend on how binary32 rounds.
    assert!(certain.0 * 10 > certain.1 * 7, "{certain:?}");
}

#[test]
fn nothing_should_panic_when_operands_do_not_fit() {
    for case in cases() {
        for shuffle in 1..case.node.inputs.len() {
            for mode in [REPLAY, Mode::Bounded] {
                let (mut inputs, mut node) = (tensors(&case.inputs), Node { mode, ..case.node.clone() });
                inputs.rotate_left(shuffle);
                node.inputs.rotate_left(shuffle);
                let elements = ArrayElements { inputs, outputs: tensors(&case.outputs) };
                let operator = lookup(node.domain, &node.operator, node.opset).unwrap();
                let memo = Memo::new();
                for index in [0, 1, u64::MAX] {
                    let _ = (operator.header)(&Call::new(&node, &elements, &memo), 0);
                    let _ = (operator.element)(&Call::new(&node, &elements, &memo), 0, index);
                }
            }
        }
    }
}

#[test]
fn pairs_should_saturate_when_the_kernels_have_no_vnni() {
    let (a, b) = ([255, 255, 255], [127, 127, -128]);
    assert_eq!(dot_exact(Pairs::Exact, &a, 0, &b, 0), Whole::of(255 * (127 + 127 - 128)));
    assert_eq!(dot_exact(Pairs::Saturated, &a, 0, &b, 0), Whole::of(32767 - 255 * 128));
    // Zero points are subtracted from the saturated sum.
    assert_eq!(dot_exact(Pairs::Saturated, &a, 3, &b, 2), Whole::of(32767 - 255 * 128 - 3 * 126 - 2 * 765 + 3 * 3 * 2));
    let known = dot_exact(Pairs::Unknown, &a, 0, &b, 0);
    assert_eq!((known.low, known.high), (32767 - 255 * 128, 255 * 126));
}

#[test]
fn sums_should_wrap_when_they_leave_32_bits() {
    let a = std::vec![255i64; 70_000];
    let sum = dot_exact(Pairs::Exact, &a, 0, &a, 0);
    assert_eq!(sum, Whole::of(i64::from((255i64 * 255 * 70_000) as i32)));
    let between: Vec<Whole> = a.iter().map(|a| Whole { low: a - 1, high: *a }).collect();
    let sum = dot(Pairs::Exact, &between, Whole::of(0), &a, 0);
    assert_eq!(sum, Whole { low: i64::from(i32::MIN), high: i64::from(i32::MAX) });
}

/// Numbers of many sizes (splitmix64).
fn numbers() -> impl FnMut() -> F32 {
    let mut state = 1u64;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let field = 107 + (z >> 40) as u32 % 40;
        F32((z as u32 & 0x807f_ffff) | field << 23)
    }
}

#[test]
fn enclosures_should_hold_every_order_when_products_are_regrouped() {
    let mut next = numbers();
    for _ in 0..20_000 {
        let (a, b, c, d) = (next(), next(), next(), next());
        let wide = |x| Enclosure::of(x);
        let product = (wide(a) * wide(b) / wide(c) + wide(d)).store(DType::Float32).unwrap();
        for y in [a * b / c + d, a * (b / c) + d, (a / c).mul_add(b, d), a * (F32::ONE / c) * b + d] {
            assert!(product.admits(DType::Float32, u64::from(y.0)), "{a:?} {b:?} {c:?} {d:?}: {product:?} {y:?}");
        }
    }
}

#[test]
fn enclosures_should_admit_anything_when_a_scale_is_extreme() {
    for bits in [0u32, 1, 0x7f80_0000, 0x7fc0_0000, 0x7f00_0000] {
        let y = Enclosure::of(F32::ONE) * Enclosure::scale(F32(bits));
        assert!(matches!(y.store(DType::Float32), Ok(Expected::Within { nan: true, .. })));
        assert_eq!(y.centred(Whole::of(3), (0, 255)), Whole { low: -3, high: 252 });
    }
}
