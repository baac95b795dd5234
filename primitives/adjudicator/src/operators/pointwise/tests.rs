//! Special values as ONNX Runtime 1.31.1 answers them, bounds against schedules, and input of any kind.

use super::TABLE;
use crate::{
    math, operators::lookup, soft::F32, ArrayElements, Attribute, Call, DType, Domain, Exactness, Expected, Header,
    Isa, Judged, Layout, Memo, Mode, Node, Operand, Place, Schedule, Tensor,
};
use proptest::prelude::*;

const EXACT: Mode = Mode::Exact(Schedule { isa: Isa::Avx512, threads: 1, variant: 0 });

/// A tensor that owns its bytes.
#[derive(Clone, Debug)]
struct Owned(Header, Vec<u8>);

fn tensor(dtype: DType, dims: &[u64], bits: &[u64]) -> Owned {
    let bytes = bits.iter().flat_map(|b| b.to_le_bytes()[..dtype.size()].to_vec()).collect();
    Owned(Header::new(dtype, dims.to_vec()).unwrap(), bytes)
}

fn f32s(values: &[f32]) -> Owned {
    let bits: Vec<u64> = values.iter().map(|v| u64::from(v.to_bits())).collect();
    tensor(DType::Float32, &[values.len() as u64], &bits)
}

fn i32s(values: &[i32]) -> Owned {
    let bits: Vec<u64> = values.iter().map(|v| u64::from(*v as u32)).collect();
    tensor(DType::Int32, &[values.len() as u64], &bits)
}

fn node(domain: Domain, name: &str, opset: u32, mode: Mode, attributes: &[(&str, Attribute)], inputs: usize) -> Node {
    let operand = Operand { place: Place::Trace, root: 0, layouts: vec![Layout::Natural] };
    Node {
        domain,
        operator: name.as_bytes().to_vec(),
        opset,
        attributes: attributes.iter().map(|(n, a)| (n.as_bytes().to_vec(), a.clone())).collect(),
        inputs: vec![Some(operand.clone()); inputs],
        outputs: vec![Some(operand)],
        mode,
    }
}

fn judge(node: &Node, inputs: &[Owned], index: u64) -> Judged<Expected> {
    let tensors = inputs.iter().map(|t| Some(Tensor { header: t.0.clone(), data: &t.1 })).collect();
    let elements = ArrayElements { inputs: tensors, outputs: vec![] };
    let memo = Memo::new();
    let call = Call::new(node, &elements, &memo);
    let operator = lookup(node.domain, &node.operator, node.opset).unwrap();
    (operator.header)(&call, 0)?;
    (operator.element)(&call, 0, index)
}

fn run(name: &str, attributes: &[(&str, Attribute)], inputs: &[Owned], index: u64) -> Expected {
    judge(&node(Domain::Onnx, name, 22, EXACT, attributes, inputs.len()), inputs, index).unwrap()
}

fn number(value: f32) -> Expected {
    Expected::Exact(u64::from(value.to_bits()))
}

#[test]
fn choice_should_lose_the_sign_of_a_chosen_zero_when_it_comes_from_the_first_operand() {
    let condition = tensor(DType::Bool, &[2], &[1, 0]);
    let inputs = [condition, f32s(&[-0.0, 1.0]), f32s(&[1.0, -0.0])];
    assert_eq!(run("Where", &[], &inputs, 0), Expected::Bits(0));
    assert_eq!(run("Where", &[], &inputs, 1), Expected::Bits(0x8000_0000));
}

#[test]
fn choice_should_lose_the_sign_of_the_second_operand_when_that_is_one_number() {
    let condition = |v: u64| tensor(DType::Bool, &[1], &[v]);
    let inputs = |v: u64| [condition(v), f32s(&[-0.0, -0.0]), f32s(&[-0.0])];
    assert_eq!(run("Where", &[], &inputs(1), 0), Expected::Bits(0x8000_0000));
    assert_eq!(run("Where", &[], &inputs(0), 0), Expected::Bits(0));
}

#[test]
fn second_operand_should_be_one_number_when_only_the_first_has_more_on_the_innermost_axis() {
    use super::common::second_is_scalar;
    let one_number: [(&[u64], &[u64]); 6] = [
        (&[5], &[]),
        (&[5], &[5, 1]),
        (&[5, 1], &[1, 1]),
        (&[1, 5, 1], &[1, 1]),
        (&[1, 5], &[1]),
        (&[5, 1, 1], &[1, 1, 1]),
    ];
    for (a, b) in one_number {
        assert!(second_is_scalar(a, b), "{a:?} {b:?}");
    }
    let several: [(&[u64], &[u64]); 7] = [
        (&[5, 1], &[]),
        (&[5, 1], &[1]),
        (&[5, 1, 1], &[1, 1]),
        (&[5, 1], &[5, 1]),
        (&[1], &[1]),
        (&[], &[]),
        (&[5, 1, 1], &[5, 1]),
    ];
    for (a, b) in several {
        assert!(!second_is_scalar(a, b), "{a:?} {b:?}");
    }
}

#[test]
fn clip_should_let_the_upper_bound_win_when_bounds_cross() {
    let scalar = |v: f32| Owned(Header::new(DType::Float32, vec![]).unwrap(), v.to_le_bytes().to_vec());
    let x = f32s(&[f32::NAN, 0.0, f32::INFINITY]);
    let crossed = [x.clone(), scalar(2.0), scalar(1.0)];
    assert!(run("Clip", &[], &crossed, 0).admits(DType::Float32, 0x7fc0_0000));
    assert_eq!(run("Clip", &[], &crossed, 1), Expected::Value(u64::from(1f32.to_bits())));
    // Without bounds the type's limits hold.
    assert_eq!(run("Clip", &[], &[x], 2), Expected::Value(u64::from(f32::MAX.to_bits())));
}

#[test]
fn integers_should_divide_as_the_processor_when_they_overflow() {
    let inputs = [i32s(&[7, -7, i32::MIN, 7]), i32s(&[2, 2, -1, 0])];
    assert_eq!(run("Div", &[], &inputs, 0), Expected::Bits(3));
    assert_eq!(run("Div", &[], &inputs, 1), Expected::Bits(-3i32 as u32 as u64));
    assert_eq!(run("Div", &[], &inputs, 2), Expected::Bits(i32::MIN as u32 as u64));
    assert_eq!(run("Div", &[], &inputs, 3), Expected::Fails);
    let widest = |v: i64| tensor(DType::Int64, &[1], &[v as u64]);
    assert_eq!(run("Div", &[], &[widest(i64::MIN), widest(-1)], 0), Expected::Fails);
}

#[test]
fn remainders_should_have_the_divisors_sign_unless_fmod() {
    let inputs = [i32s(&[7, -7, 7, -7, 7]), i32s(&[3, 3, -3, -3, 0])];
    for (index, (modulo, fmod)) in [(1, 1), (2, -1), (-2, 1), (-1, -1)].into_iter().enumerate() {
        let expected = |v: i32| Expected::Bits(u64::from(v as u32));
        assert_eq!(run("Mod", &[], &inputs, index as u64), expected(modulo));
        assert_eq!(run("Mod", &[("fmod", Attribute::Int(1))], &inputs, index as u64), expected(fmod));
    }
    assert_eq!(run("Mod", &[], &inputs, 4), Expected::Fails);
}

#[test]
fn casts_should_give_the_processors_result_when_a_number_does_not_fit() {
    let x = f32s(&[f32::NAN, 300.0, -129.0, 3e9, -1.5, f32::INFINITY]);
    let cast = |to: DType, index: u64| {
        run("Cast", &[("to", Attribute::Int(i64::from(to.code())))], std::slice::from_ref(&x), index)
    };
    let bytes: Vec<Expected> = (0..6).map(|i| cast(DType::Int8, i)).collect();
    assert_eq!(bytes, [0, 44, 127, 0, 255, 0].map(Expected::Bits));
    let words: Vec<Expected> = (0..6).map(|i| cast(DType::Int32, i)).collect();
    let smallest = 1 << 31;
    assert_eq!(words, [smallest, 300, 0xffff_ff7f, smallest, 0xffff_ffff, smallest].map(Expected::Bits));
    let widest: Vec<Expected> = (0..6).map(|i| cast(DType::Uint64, i)).collect();
    assert_eq!(widest, [1 << 63, 300, 129u64.wrapping_neg(), 3_000_000_000, u64::MAX, 0].map(Expected::Bits));
    // A vector's last elements go another way.
    assert_eq!(cast(DType::Uint32, 0), Expected::Either(1 << 31, 0));
}

#[test]
fn powers_should_be_products_when_the_exponent_is_one_number() {
    let two = F32(2f32.to_bits());
    // The C library's power is the neighbour of the product for some numbers.
    let x = (0x3f80_0000..).map(F32).find(|x| math::powf(*x, two) != *x * *x).unwrap();
    let base = f32s(&[f32::from_bits(x.0); 2]);
    let expected = |y: F32| Expected::Exact(u64::from(y.0));
    assert_eq!(run("Pow", &[], &[base.clone(), f32s(&[2.0])], 1), expected(x * x));
    assert_eq!(run("Pow", &[], &[base, f32s(&[2.0, 2.0])], 1), expected(math::powf(x, two)));
}

#[test]
fn integer_powers_should_be_exact_when_they_fit() {
    let inputs = [i32s(&[2, 3, -3, 0, 7]), i32s(&[-1, 3, 3, -1, 20])];
    let smallest = i32::MIN;
    for (index, expected) in [0, 27, -27, smallest, smallest].into_iter().enumerate() {
        assert_eq!(run("Pow", &[], &inputs, index as u64), Expected::Bits(u64::from(expected as u32)));
    }
}

#[test]
fn the_last_elements_should_be_the_c_librarys_when_they_fill_no_packet() {
    // 0x3f0000ab: the packet's logarithm and the library's differ.
    let x = (0x3f00_0000..).map(crate::soft::F32).find(|x| math::log_packet(*x) != math::logf(*x)).unwrap();
    let input = f32s(&[f32::from_bits(x.0); 6]);
    let (packet, single) = (u64::from(math::log_packet(x).0), u64::from(math::logf(x).0));
    assert_eq!(run("Log", &[], std::slice::from_ref(&input), 3), Expected::Exact(packet));
    assert_eq!(run("Log", &[], std::slice::from_ref(&input), 4), Expected::Exact(single));
    let threads = Mode::Exact(Schedule { isa: Isa::Avx2, threads: 2, variant: 0 });
    let shared = judge(&node(Domain::Onnx, "Log", 13, threads, &[], 1), &[input], 0).unwrap();
    assert_eq!(shared, Expected::Either(packet, single));
}

#[test]
fn signs_should_be_zero_when_a_short_float_is_nan() {
    assert_eq!(run("Sign", &[], &[tensor(DType::Float16, &[1], &[0x7e00])], 0), Expected::Exact(0));
    assert!(run("Sign", &[], &[f32s(&[f32::NAN])], 0).admits(DType::Float32, 0x7fc0_0000));
    assert_eq!(run("Sign", &[], &[f32s(&[-0.0])], 0), number(0.0));
    assert_eq!(run("Sign", &[], &[tensor(DType::Uint64, &[1], &[u64::MAX])], 0), Expected::Bits(1));
}

fn bits_of_interest() -> impl Strategy<Value = u32> {
    prop_oneof![
        any::<u32>(),
        (-110f32..110.0).prop_map(f32::to_bits),
        (-2f32..2.0).prop_map(f32::to_bits),
        (prop::sample::select(vec![0u32, 0x3f80_0000, 0x4110_0000, 0x4190_0000, 0x42b1_7218, 0x7f80_0000]), 0u32..40)
            .prop_map(|(edge, step)| edge.wrapping_add(step).wrapping_sub(20)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// What a schedule gives lies within the bound.
    #[test]
    fn bounds_should_admit_the_schedules_result(a in bits_of_interest(), b in bits_of_interest()) {
        for operator in TABLE.iter().filter(|o| matches!(o.exactness, Exactness::Scheduled(_))) {
            let inputs = match operator.name {
                "BatchNormalization" => continue,
                "Pow" | "BiasGelu" | "Sum" | "Mean" => 2,
                _ => 1,
            };
            let x = |bits: u32| tensor(DType::Float32, &[1, 1], &[u64::from(bits)]);
            let operands = &[x(a), x(b)][..inputs];
            let in_mode = |mode| judge(&node(operator.domain, operator.name, operator.opsets.1, mode, &[], inputs), operands, 0);
            let (exact, bounded) = (in_mode(EXACT).unwrap(), in_mode(Mode::Bounded).unwrap());
            let Expected::Exact(bits) = exact else { panic!("{}: {exact:?}", operator.name) };
            prop_assert!(bounded.admits(DType::Float32, bits), "{} of {a:08x} {b:08x}: {bits:08x} not in {bounded:x?}", operator.name);
        }
    }

    /// No input makes an operator panic.
    #[test]
    fn operators_should_answer_when_operands_are_arbitrary(
        which in 0..TABLE.len(),
        exact in any::<bool>(),
        operands in prop::collection::vec((0usize..13, prop::collection::vec(0u64..4, 0..5), any::<u64>()), 0..6),
        index in any::<u64>(),
        flag in any::<i64>(),
        parameter in any::<u32>(),
    ) {
        const TYPES: [DType; 13] = [
            DType::Float32, DType::Uint8, DType::Int8, DType::Uint16, DType::Int16, DType::Int32, DType::Int64, DType::Bool,
            DType::Float16, DType::Float64, DType::Uint32, DType::Uint64, DType::Bfloat16,
        ];
        let operator = &TABLE[which];
        let inputs: Vec<Owned> = operands
            .iter()
            .map(|(dtype, dims, seed)| {
                let count = dims.iter().product::<u64>();
                let bits: Vec<u64> = (0..count).map(|i| seed.wrapping_mul(i.wrapping_mul(2).wrapping_add(1))).collect();
                tensor(TYPES[*dtype], dims, &bits)
            })
            .collect();
        let attributes = [
            ("alpha", Attribute::Float(parameter)), ("bias", Attribute::Float(parameter)), ("fmod", Attribute::Int(flag & 1)),
            ("to", Attribute::Int(flag & 31)), ("direction", Attribute::Text(b"LEFT".to_vec())), ("epsilon", Attribute::Float(parameter)),
        ];
        let mode = if exact { EXACT } else { Mode::Bounded };
        let node = node(operator.domain, operator.name, operator.opsets.1, mode, &attributes, inputs.len());
        let _ = judge(&node, &inputs, index);
        let _ = judge(&node, &inputs, index % 8);
    }
}
