//! Against ONNX Runtime 1.31.1 (AVX-512): digests of whole outputs, printed by `tools/conformance/contraction.py
//! vectors`. The conformance harness judges many more.

use super::{bound::Term, dot::Fold, product::share, *};
use crate::{
    lookup, soft::F32, ArrayElements, Attribute, Call, DType, Expected, Header, Isa, Layout, Memo, Mode, Node, Operand,
    Place, Schedule, Tensor,
};

struct Case {
    domain: Domain,
    name: &'static str,
    attributes: Vec<(&'static str, Attribute)>,
    /// Shapes, and whether the input is a weight.
    inputs: Vec<Option<(Vec<u64>, bool)>>,
    threads: u16,
    digest: u64,
}

#[rustfmt::skip]
fn cases() -> Vec<Case> {
    vec![
        Case { domain: Domain::Onnx, name: "MatMul", attributes: vec![], inputs: vec![Some((vec![2, 300], false)), Some((vec![300, 5], false))], threads: 1, digest: 0x777f4beee9e0ae6f },
        Case { domain: Domain::Onnx, name: "MatMul", attributes: vec![], inputs: vec![Some((vec![2, 300], false)), Some((vec![300, 5], true))], threads: 1, digest: 0xed7589211dd90537 },
        Case { domain: Domain::Onnx, name: "MatMul", attributes: vec![], inputs: vec![Some((vec![1, 300], false)), Some((vec![300, 5], false))], threads: 1, digest: 0xcf35710261607447 },
        Case { domain: Domain::Onnx, name: "MatMul", attributes: vec![], inputs: vec![Some((vec![3, 5, 300], false)), Some((vec![300], false))], threads: 1, digest: 0x8d02d3273f9a6caa },
        Case { domain: Domain::Onnx, name: "MatMul", attributes: vec![], inputs: vec![Some((vec![6, 1030], false)), Some((vec![1030, 16], false))], threads: 4, digest: 0x63c9cc12044a06f5 },
        Case { domain: Domain::Onnx, name: "MatMul", attributes: vec![], inputs: vec![Some((vec![2, 4, 900], false)), Some((vec![2, 900, 20], false))], threads: 3, digest: 0xb9917706bc6684dc },
        Case { domain: Domain::Microsoft, name: "FusedMatMul", attributes: vec![("transB", Attribute::Int(1)), ("transBatchA", Attribute::Int(0)), ("alpha", Attribute::Float(0x3e99999a))], inputs: vec![Some((vec![3, 2, 40], false)), Some((vec![3, 5, 40], false))], threads: 1, digest: 0x6a92931aac2b7436 },
        Case { domain: Domain::Microsoft, name: "FusedMatMul", attributes: vec![("transBatchA", Attribute::Int(1)), ("transBatchB", Attribute::Int(1))], inputs: vec![Some((vec![7, 3, 40], false)), Some((vec![40, 3, 5], false))], threads: 1, digest: 0xfefc467aed001a67 },
        Case { domain: Domain::Onnx, name: "Gemm", attributes: vec![("transB", Attribute::Int(1))], inputs: vec![Some((vec![1, 129], false)), Some((vec![7, 129], false)), Some((vec![7], false))], threads: 1, digest: 0xc10748f8c77314a9 },
        Case { domain: Domain::Onnx, name: "Gemm", attributes: vec![("transA", Attribute::Int(1)), ("alpha", Attribute::Float(0x3e99999a)), ("beta", Attribute::Float(0x3f333333))], inputs: vec![Some((vec![129, 3], false)), Some((vec![129, 9], true)), Some((vec![3, 1], false))], threads: 2, digest: 0x0a0fbb59f858b156 },
        Case { domain: Domain::Microsoft, name: "FusedGemm", attributes: vec![("activation", Attribute::Text(b"Tanh".to_vec()))], inputs: vec![Some((vec![3, 129], false)), Some((vec![129, 9], true)), Some((vec![9], false))], threads: 1, digest: 0xc96fd109d85f7a8f },
        Case { domain: Domain::Microsoft, name: "FusedGemm", attributes: vec![("activation", Attribute::Text(b"Selu".to_vec())), ("activation_alpha", Attribute::Float(0x3e99999a)), ("activation_gamma", Attribute::Float(0x3f8ccccd))], inputs: vec![Some((vec![3, 9], false)), Some((vec![9, 9], true))], threads: 1, digest: 0x1a52aff3b9cffb52 },
        Case { domain: Domain::Onnx, name: "Conv", attributes: vec![("pads", Attribute::Ints(vec![1, 1, 1, 1]))], inputs: vec![Some((vec![1, 20, 9, 8], false)), Some((vec![6, 20, 3, 3], true)), Some((vec![6], true))], threads: 4, digest: 0xdf483f7466f19af7 },
        Case { domain: Domain::Onnx, name: "Conv", attributes: vec![("group", Attribute::Int(6)), ("strides", Attribute::Ints(vec![2]))], inputs: vec![Some((vec![2, 6, 9], false)), Some((vec![6, 1, 3], true))], threads: 2, digest: 0xe4b10ae7f95e867e },
        Case { domain: Domain::Onnx, name: "Conv", attributes: vec![("dilations", Attribute::Ints(vec![1, 1, 2])), ("auto_pad", Attribute::Text(b"VALID".to_vec()))], inputs: vec![Some((vec![1, 4, 5, 4, 6], false)), Some((vec![3, 4, 2, 3, 2], true)), Some((vec![3], true))], threads: 1, digest: 0x956a186a5642e9d6 },
        Case { domain: Domain::Microsoft, name: "FusedConv", attributes: vec![("activation", Attribute::Text(b"Relu".to_vec()))], inputs: vec![Some((vec![1, 20, 9, 8], false)), Some((vec![6, 20, 1, 1], true)), None, Some((vec![1, 6, 9, 8], false))], threads: 2, digest: 0x24ae53508e3a9bba },
        Case { domain: Domain::Nchwc, name: "Conv", attributes: vec![("auto_pad", Attribute::Text(b"SAME_UPPER".to_vec())), ("activation", Attribute::Text(b"Sigmoid".to_vec()))], inputs: vec![Some((vec![1, 3, 6, 5], false)), Some((vec![16, 3, 3, 3], true)), Some((vec![16], true))], threads: 1, digest: 0xf11daa92519cf912 },
        Case { domain: Domain::Nchwc, name: "Conv", attributes: vec![("pads", Attribute::Ints(vec![1, 1, 1, 1]))], inputs: vec![Some((vec![1, 48, 4, 3], false)), Some((vec![16, 48, 3, 3], true)), Some((vec![16], true)), Some((vec![1, 16, 4, 3], false))], threads: 2, digest: 0x366a608a9492b043 },
        Case { domain: Domain::Nchwc, name: "Conv", attributes: vec![("strides", Attribute::Ints(vec![2, 2])), ("activation", Attribute::Text(b"Relu".to_vec()))], inputs: vec![Some((vec![1, 144, 3, 3], false)), Some((vec![16, 144, 1, 1], true))], threads: 1, digest: 0x3c066d2d64f7175d },
        Case { domain: Domain::Nchwc, name: "Conv", attributes: vec![("group", Attribute::Int(16)), ("pads", Attribute::Ints(vec![1, 0, 0, 1]))], inputs: vec![Some((vec![1, 16, 4, 4], false)), Some((vec![16, 1, 3, 3], true))], threads: 1, digest: 0x0321f118af72ae7c },
        Case { domain: Domain::Onnx, name: "ConvTranspose", attributes: vec![("group", Attribute::Int(2)), ("strides", Attribute::Ints(vec![2, 1])), ("pads", Attribute::Ints(vec![1, 0, 0, 1]))], inputs: vec![Some((vec![2, 6, 4, 3], false)), Some((vec![6, 2, 3, 2], true)), Some((vec![4], true))], threads: 2, digest: 0xe5802f5432f7572b },
        Case { domain: Domain::Onnx, name: "ConvTranspose", attributes: vec![("strides", Attribute::Ints(vec![3])), ("output_padding", Attribute::Ints(vec![1]))], inputs: vec![Some((vec![1, 40, 5], false)), Some((vec![40, 3, 4], false))], threads: 1, digest: 0x24d2ea45753d1961 },
        Case { domain: Domain::Onnx, name: "Einsum", attributes: vec![("equation", Attribute::Text(b"bhid, bhjd->bjhi".to_vec()))], inputs: vec![Some((vec![2, 3, 4, 33], false)), Some((vec![2, 3, 5, 33], false))], threads: 1, digest: 0xdc5fd21f737c7b52 },
        Case { domain: Domain::Onnx, name: "Einsum", attributes: vec![("equation", Attribute::Text(b"iij,jkl->lik".to_vec()))], inputs: vec![Some((vec![4, 4, 6], false)), Some((vec![6, 5, 3], false))], threads: 1, digest: 0x904efcfee606b602 },
    ]
}

/// Number `i` of an input: 16 bits, so that sums round.
fn value(i: u32, seed: u32) -> f32 {
    let mut z = i.wrapping_mul(2654435761).wrapping_add(seed.wrapping_mul(40503));
    z ^= z >> 15;
    z = z.wrapping_mul(0x2c1b_3c6d);
    z ^= z >> 12;
    ((z & 0xffff) as i32 - 32768) as f32 * 2f32.powi(-12)
}

fn operand(place: Place) -> Option<Operand> {
    Some(Operand { place, root: 0, layouts: vec![Layout::Natural] })
}

/// What every element of the case's output must be.
fn judge(case: &Case, mode: Mode) -> Vec<Expected> {
    let data: Vec<Vec<u8>> = case
        .inputs
        .iter()
        .enumerate()
        .map(|(n, input)| {
            let count = input.as_ref().map_or(0, |(dims, _)| dims.iter().product::<u64>()) as u32;
            (0..count).flat_map(|i| value(i, n as u32 + 1).to_le_bytes()).collect()
        })
        .collect();
    let mut attributes: Vec<_> =
        case.attributes.iter().map(|(name, value)| (name.as_bytes().to_vec(), value.clone())).collect();
    attributes.sort_by(|a, b| a.0.cmp(&b.0));
    let place = |weight: bool| if weight { Place::Weight } else { Place::Trace };
    let node = Node {
        domain: case.domain,
        operator: case.name.as_bytes().to_vec(),
        opset: if case.domain == Domain::Onnx { 21 } else { 1 },
        attributes,
        inputs: case.inputs.iter().map(|i| i.as_ref().and_then(|(_, weight)| operand(place(*weight)))).collect(),
        outputs: vec![operand(Place::Trace)],
        mode,
    };
    let tensor = |(input, data)| {
        let (dims, _): &(Vec<u64>, bool) = Option::as_ref(input)?;
        Some(Tensor { header: Header::new(DType::Float32, dims.clone())?, data })
    };
    let inputs = case.inputs.iter().zip(data.iter().map(Vec::as_slice)).map(tensor).collect();
    let elements = ArrayElements { inputs, outputs: vec![] };
    let operator = lookup(node.domain, &node.operator, node.opset).unwrap();
    let memo = Memo::new();
    let header = (operator.header)(&Call::new(&node, &elements, &memo), 0).unwrap();
    let element = |i| (operator.element)(&Call::new(&node, &elements, &memo), 0, i).unwrap();
    (0..header.count()).map(element).collect()
}

fn exact(threads: u16) -> Mode {
    Mode::Exact(Schedule { isa: Isa::Avx512, threads, variant: 0 })
}

#[test]
fn elements_should_have_the_kernels_bits_when_replayed() {
    for case in cases() {
        let digest = judge(&case, exact(case.threads)).iter().fold(0xcbf2_9ce4_8422_2325u64, |hash, expected| {
            let (Expected::Exact(bits) | Expected::Value(bits)) = expected else { panic!("{expected:?}") };
            (hash ^ bits).wrapping_mul(0x100_0000_01b3)
        });
        assert_eq!(digest, case.digest, "{} {:?}", case.name, case.inputs);
    }
}

#[test]
fn bounds_should_hold_every_order_when_the_schedule_is_unknown() {
    for case in cases() {
        let bounds = judge(&case, Mode::Bounded);
        for threads in [1, 2, 4] {
            for (bound, expected) in bounds.iter().zip(judge(&case, exact(threads))) {
                let (Expected::Exact(bits) | Expected::Value(bits) | Expected::Either(bits, _)) = expected else {
                    panic!("{expected:?}")
                };
                assert!(bound.admits(DType::Float32, bits), "{} {bound:?} {bits:x}", case.name);
                assert!(matches!(bound, Expected::Within { nan: false, .. }));
            }
        }
    }
}

fn f32s(values: &[f32]) -> Vec<F32> {
    values.iter().map(|x| F32(x.to_bits())).collect()
}

#[test]
fn orders_should_differ_when_the_terms_cancel() {
    let a: Vec<f32> = (0..300).map(|i| if i % 2 == 0 { 4096.0 } else { -4096.0 } + value(i, 1) * 0.001).collect();
    let b: Vec<f32> = (0..300).map(|i| 1.0 + value(i, 2) * 0.01).collect();
    let (a, b) = (f32s(&a), f32s(&b));
    let orders = [Order::Blocks(128), Order::Blocks(256), Order::Rows, Order::Lanes(Fold::Quad)];
    let sums: Vec<u32> = orders.iter().map(|order| dot_exact(*order, &a, &b, F32::ONE, None).0).collect();
    let distinct: std::collections::BTreeSet<u32> = sums.iter().copied().collect();
    assert!(distinct.len() >= 3, "{sums:x?}");
    let bound: Expected = dot_bound(&a, &b, F32::ONE, &[]).into();
    assert!(sums.iter().all(|sum| bound.admits(DType::Float32, u64::from(*sum))));
}

#[test]
fn bound_should_follow_infinities_and_nan_when_they_occur() {
    let inf = f32::INFINITY;
    let judge = |a: &[f32], b: &[f32]| Expected::from(dot_bound(&f32s(a), &f32s(b), F32::ONE, &[]));
    let admits = |e: Expected, x: f32| e.admits(DType::Float32, u64::from(x.to_bits()));
    let up = judge(&[inf, 1.0], &[2.0, -5.0]);
    assert!(admits(up, inf) && !admits(up, 3e38) && !admits(up, -inf));
    for nan in [judge(&[inf, inf], &[2.0, -5.0]), judge(&[f32::NAN], &[0.0]), judge(&[inf], &[0.0])] {
        assert!(admits(nan, f32::NAN) && !admits(nan, inf) && !admits(nan, 0.0));
    }
    let over = judge(&[3e38, 3e38, -3e38], &[1.0, 1.0, 1.0]);
    assert!(admits(over, inf) && admits(over, 3e38) && !admits(over, -inf));
    let tiny = judge(&[1e-30, 1e-30], &[1e-30, -1e-30]);
    assert!(admits(tiny, 1e-45) && admits(tiny, -0.0) && !admits(tiny, 1e-40));
    let term = Term { value: F32(0xff80_0000), scale: F32::ONE };
    let down = Expected::from(dot_bound(&f32s(&[1.0]), &f32s(&[1.0]), F32::ONE, &[term]));
    assert!(admits(down, -inf) && !admits(down, inf) && !admits(down, 0.0));
}

#[test]
fn shares_should_cover_all_work_when_split() {
    for (total, parts) in [(10, 3), (7, 7), (16, 4), (5, 1), (1, 1), (101, 6)] {
        let mut next = 0;
        while next < total {
            let (from, count) = share(next, total, parts);
            assert_eq!(from, next);
            assert!((next..next + count).all(|i| share(i, total, parts) == (from, count)));
            next += count;
        }
        assert_eq!(next, total);
    }
}

/// Attributes and shapes that do not fit: an answer or a reason, never a panic, and bounded work.
#[test]
fn operators_should_answer_or_refuse_when_nodes_are_malformed() {
    let mut seed = 7u32;
    let mut next = move |n: usize| {
        seed = seed.wrapping_mul(1664525).wrapping_add(1013904223);
        (seed >> 8) as usize % n
    };
    const LENGTHS: [u64; 8] = [0, 1, 1, 2, 3, 4, 5, 1 << 40];
    const INTS: [i64; 8] = [0, 1, 1, 2, 3, -1, i64::MAX, i64::MIN];
    let names = ["strides", "pads", "dilations", "kernel_shape", "output_shape", "output_padding", "scales"];
    for operator in TABLE {
        for _ in 0..400 {
            let mut attributes: Vec<(Vec<u8>, Attribute)> = Vec::new();
            for name in names.iter().filter(|_| next(3) == 0).copied().collect::<Vec<_>>() {
                let list = (0..next(6)).map(|_| INTS[next(8)]).collect();
                attributes.push((name.as_bytes().to_vec(), Attribute::Ints(list)));
            }
            for name in ["group", "transA", "transB", "transBatchA", "transBatchB"] {
                attributes.push((name.as_bytes().to_vec(), Attribute::Int(INTS[next(8)])));
            }
            let texts: [&[u8]; 6] = [b"ij,jk->ik", b"...i,i...", b"i->", b",,->..", b"SAME_LOWER", b"linear"];
            for name in ["equation", "auto_pad", "mode"] {
                attributes.push((name.as_bytes().to_vec(), Attribute::Text(texts[next(6)].to_vec())));
            }
            attributes.sort_by(|a, b| a.0.cmp(&b.0));
            let count = 1 + next(4);
            let data = [0u8; 4096];
            let tensors: Vec<Tensor> = (0..count)
                .filter_map(|_| {
                    let dims = (0..next(6)).map(|_| LENGTHS[next(8)]).collect();
                    Some(Tensor { header: Header::new(DType::Float32, dims)?, data: &data })
                })
                .collect();
            let node = Node {
                domain: operator.domain,
                operator: operator.name.as_bytes().to_vec(),
                opset: operator.opsets.0,
                attributes,
                inputs: tensors.iter().map(|_| operand(Place::Trace)).collect(),
                outputs: vec![operand(Place::Trace)],
                mode: if next(2) == 0 { Mode::Bounded } else { exact(3) },
            };
            let elements = ArrayElements { inputs: tensors.into_iter().map(Some).collect(), outputs: vec![] };
            let memo = Memo::new();
            let call = Call::new(&node, &elements, &memo);
            for index in [0, 1, 1 << 50] {
                let _ = (operator.header)(&call, 0);
                let _ = (operator.element)(&call, 0, index);
            }
            for slot in 0..5 {
                let _ = (operator.layout)(&node, crate::Slot::Input(slot), Some(next(6)));
            }
        }
    }
}
