use super::{perturb::candidates, *};
use crate::{
    fixtures::{bounded, decoded, info, ints, model, node, noise, tensor},
    lower::{lower, LowerOptions},
};
use candor_adjudicator::soft::F64;
use proptest::prelude::*;

/// Two transpositions of a matrix, and what they make.
fn transposed(rows: u64, columns: u64) -> (Graph, Tensors) {
    let transpose = |from, to| node("Transpose", &[from], &[to], vec![ints("perm", &[1, 0])]);
    let file = model(
        vec![transpose("x", "t"), transpose("t", "y")],
        vec![],
        vec![info("x", 1, &[-1, -2])],
        vec![info("y", 1, &[-1, -2])],
    );
    let folder = std::env::temp_dir();
    let graph = lower(&decoded(&file, &folder), &LowerOptions { block: 16, mode: &bounded }).unwrap();
    let x: Vec<f32> = noise(5, (rows * columns) as usize).collect();
    let t = (0..columns).flat_map(|c| (0..rows).map(move |r| (r * columns + c) as usize)).map(|i| x[i]);
    let there = tensor(&[columns, rows], t);
    let back = tensor(&[rows, columns], x.iter().copied());
    let tensors = Tensors::new(&graph, vec![Some(back.clone()), Some(there), Some(back)]).unwrap();
    (graph, tensors)
}

/// Flip a bit of an element of a value.
fn flip(tensors: &mut Tensors, value: usize, element: usize) {
    let tensor = tensors.values[value].as_mut().unwrap();
    let mut data = tensor.data.to_vec();
    data[element * 4] ^= 1;
    tensor.data = data.into();
}

#[test]
fn an_honest_run_should_be_clean() {
    let (graph, tensors) = transposed(70, 300);
    for threads in [0, 1, 3] {
        let report = judge_all(&graph, &tensors, &JudgeOptions { threads, ..Default::default() });
        assert!(report.nodes.iter().all(NodeReport::is_clean));
        let total = report.total();
        assert_eq!((total.judged, total.exact, total.bounded), (42_000, 42_000, 0));
    }
}

#[test]
fn a_flipped_bit_should_be_found_where_it_is() {
    let (graph, mut tensors) = transposed(70, 300);
    flip(&mut tensors, 1, 20_999);
    let report = judge_all(&graph, &tensors, &JudgeOptions::default());
    let [first, second] = report.nodes.as_slice() else { panic!() };
    // The node that made it is wrong, and so is the next, which did not copy it.
    assert_eq!((first.wrong, first.examples[0].index), (1, 20_999));
    assert_eq!((second.wrong, second.examples[0].index), (1, 69 * 300 + 299));
    assert!(first.is_wrong() && !first.is_clean());
    let quick = judge_all(&graph, &tensors, &JudgeOptions { stop_at_wrong: true, ..Default::default() });
    assert_eq!(quick.nodes[0].wrong, 1);
}

#[test]
fn a_wrong_shape_should_be_found() {
    let (graph, mut tensors) = transposed(4, 6);
    tensors.values[1].as_mut().unwrap().header.dims = vec![4, 6];
    let report = judge_all(&graph, &tensors, &JudgeOptions::default());
    let (output, found, expected) = report.nodes[0].header.clone().unwrap();
    assert_eq!((output, found.dims, expected.dims), (0, vec![4, 6], vec![6, 4]));
    assert!(report.nodes[0].is_wrong());
}

#[test]
fn a_missing_operand_should_be_rejected_and_not_called_wrong() {
    let (graph, mut tensors) = transposed(4, 6);
    tensors.values[0] = None;
    let report = judge_all(&graph, &tensors, &JudgeOptions::default());
    assert!(!report.nodes[0].is_clean() && !report.nodes[0].is_wrong());
    assert!(matches!(report.nodes[0].rejection, Some((0, None, Reject::Missing(_)))));
}

#[test]
fn a_changed_element_should_be_rejected_when_it_is_judged_exactly() {
    let (graph, tensors) = transposed(5, 7);
    for index in [0, 17, 34] {
        let found = perturb(&graph.nodes[0], &tensors.elements(&graph, 0), 0, index);
        assert_eq!(found, Perturbation::Rejected);
    }
    let found = perturb(&graph.nodes[0], &tensors.elements(&graph, 0), 1, 0);
    assert!(matches!(found, Perturbation::Unknown(_)));
}

#[test]
fn runs_should_cover_a_tensor_when_all_of_it_is_judged() {
    for count in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 3] {
        let mut next = 0;
        for (from, to) in runs(count, None, 0) {
            assert_eq!(from, next);
            assert!(to > from);
            next = to;
        }
        assert_eq!(next, count);
    }
}

proptest! {
    #[test]
    fn a_sample_should_lie_within_the_tensor_and_reach_both_ends(count in 1u64..1 << 40, sample in 1u64..10_000) {
        let runs = runs(count, Some(sample.min(count - 1)).filter(|s| *s > 0), 0);
        prop_assert!(runs.iter().all(|(from, to)| from < to && *to <= count));
        prop_assert_eq!(runs[0].0, 0);
        if runs.len() > 1 {
            prop_assert_eq!(runs[runs.len() - 1].1, count);
        }
    }

    #[test]
    fn twice_a_bound_should_lie_outside_it_in_every_type(value in -1e4f64..1e4, half in 0f64..10.0, code in 0..4usize) {
        let dtype = [DType::Float32, DType::Float64, DType::Float16, DType::Bfloat16][code];
        let bound = |v: f64| F64(v.to_bits());
        let expected = Expected::Within { low: bound(value - half), high: bound(value + half), nan: true };
        let found = candidates(dtype, 0, expected);
        prop_assert_eq!(found.len(), 2);
        for bits in found {
            prop_assert!(!expected.admits(dtype, bits), "{:#x} is {:?}", bits, number(dtype, bits));
            let distance = (number(dtype, bits).unwrap() - value).abs();
            // Never nearer than twice the bound but for the rounding of the type.
            prop_assert!(distance >= 2.0 * half * (1.0 - 1e-2) - 1e-9);
        }
    }
}

#[test]
fn a_bound_should_be_vacuous_when_it_is_infinite() {
    let (low, high) = (F64(f64::NEG_INFINITY.to_bits()), F64(f64::INFINITY.to_bits()));
    assert!(candidates(DType::Float32, 0, Expected::Within { low, high, nan: false }).is_empty());
}

#[test]
fn exact_candidates_should_differ_from_everything_that_is_right() {
    let nan = u64::from(f32::NAN.to_bits());
    assert_eq!(candidates(DType::Float32, 8, Expected::Exact(8)), [9]);
    assert_eq!(candidates(DType::Float32, nan, Expected::Exact(nan)), [0]);
    assert_eq!(candidates(DType::Float32, 8, Expected::Either(8, 9)), [10]);
    assert_eq!(candidates(DType::Bool, 1, Expected::Bits(1)), [0]);
    let zero = Expected::Value(0);
    assert!(!zero.admits(DType::Float32, candidates(DType::Float32, 0, zero)[0]));
}

#[test]
fn the_share_of_a_bound_should_be_its_distance_from_the_middle() {
    let of = |value: f32, low: f64, high: f64| {
        share(DType::Float32, u64::from(value.to_bits()), low.to_bits(), high.to_bits())
    };
    assert_eq!(of(1.5, 1.0, 3.0), 0.5);
    assert_eq!(of(2.0, 2.0, 2.0), 0.0);
    assert_eq!(of(3.0, 2.0, 2.0), f64::INFINITY);
    assert_eq!(of(f32::NAN, 1.0, 2.0), 0.0);
    assert_eq!(of(1.0, f64::NEG_INFINITY, 2.0), 0.0);
}
