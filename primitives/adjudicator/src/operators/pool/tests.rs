//! Pools on small images; what ONNX Runtime 1.31 gives.

use crate::{
    lookup, ArrayElements, Attribute, Call, DType, Domain, Expected, Header, Isa, Judged, Layout, Memo, Mode, Node,
    Operand, Place, Reject, Schedule, Tensor,
};

const EXACT: Mode = Mode::Exact(Schedule { isa: Isa::Avx512, threads: 1, variant: 0 });

fn image(dims: &[u64], values: &[f32]) -> (Header, Vec<u8>) {
    (Header::new(DType::Float32, dims.to_vec()).unwrap(), values.iter().flat_map(|v| v.to_le_bytes()).collect())
}

fn ints(name: &'static str, list: &[i64]) -> (&'static str, Attribute) {
    (name, Attribute::Ints(list.to_vec()))
}

/// Shape and elements of output `output`.
fn run(
    (operator, opset, mode): (&str, u32, Mode),
    attributes: &[(&str, Attribute)],
    (header, data): &(Header, Vec<u8>),
    (output, outputs): (usize, usize),
) -> Judged<(Vec<u64>, Vec<Expected>)> {
    let operand = Some(Operand { place: Place::Trace, root: 0, layouts: vec![Layout::Natural] });
    let node = Node {
        domain: Domain::Onnx,
        operator: operator.as_bytes().to_vec(),
        opset,
        attributes: attributes.iter().map(|(name, value)| (name.as_bytes().to_vec(), value.clone())).collect(),
        inputs: vec![operand.clone()],
        outputs: vec![operand; outputs],
        mode,
    };
    let elements = ArrayElements { inputs: vec![Some(Tensor { header: header.clone(), data })], outputs: Vec::new() };
    let definition = lookup(Domain::Onnx, operator.as_bytes(), opset).unwrap();
    let memo = Memo::new();
    let header = (definition.header)(&Call::new(&node, &elements, &memo), output)?;
    let element = |index| (definition.element)(&Call::new(&node, &elements, &memo), output, index);
    let all = (0..header.count()).map(element).collect::<Judged<Vec<Expected>>>()?;
    Ok((header.dims, all))
}

fn exact(values: &[f32]) -> Vec<Expected> {
    values.iter().map(|v| Expected::Exact(u64::from(v.to_bits()))).collect()
}

#[test]
fn max_pool_should_forget_nan_when_no_index_is_asked_for() {
    let data = image(&[1, 1, 3], &[f32::NAN, 1.0, 2.0]);
    let attributes = [ints("kernel_shape", &[3])];
    let one = run(("MaxPool", 12, EXACT), &attributes, &data, (0, 1)).unwrap();
    assert_eq!(one, (vec![1, 1, 1], exact(&[2.0])));
    let two = run(("MaxPool", 12, EXACT), &attributes, &data, (0, 2)).unwrap();
    assert!(two.1[0].admits(DType::Float32, u64::from(f32::NAN.to_bits())));
}

#[test]
fn max_pool_should_name_the_first_maximum_when_indices_are_asked_for() {
    let data = image(&[1, 1, 2, 3], &[1.0, 5.0, 2.0, 5.0, 0.0, 5.0]);
    let attributes = [ints("kernel_shape", &[2, 2])];
    let (dims, places) = run(("MaxPool", 12, EXACT), &attributes, &data, (1, 2)).unwrap();
    assert_eq!((dims, places), (vec![1, 1, 1, 2], vec![Expected::Bits(1), Expected::Bits(1)]));
    let columns = [ints("kernel_shape", &[2, 2]), ("storage_order", Attribute::Int(1))];
    let (_, places) = run(("MaxPool", 12, EXACT), &columns, &data, (1, 2)).unwrap();
    assert_eq!(places, [Expected::Bits(2), Expected::Bits(2)]);
}

#[test]
fn max_pool_should_answer_the_least_number_when_its_window_is_empty() {
    let data = image(&[1, 1, 3], &[1.0, 2.0, 3.0]);
    let attributes = [ints("kernel_shape", &[2]), ints("dilations", &[4]), ints("pads", &[1, 1])];
    let (_, elements) = run(("MaxPool", 12, EXACT), &attributes, &data, (0, 2)).unwrap();
    assert_eq!(elements, exact(&[f32::MIN]));
    let (_, places) = run(("MaxPool", 12, EXACT), &attributes, &data, (1, 2)).unwrap();
    assert_eq!(places, [Expected::Bits(u64::MAX)]);
}

#[test]
fn average_pool_should_sum_columns_first_before_operator_set_19() {
    // 2^25 swallows a 1, but not a 2.
    let big = 33_554_432.0;
    let data = image(&[1, 1, 3, 2], &[1.0, big, 1.0, 0.0, 0.0, 0.0]);
    let attributes = [ints("kernel_shape", &[2, 2])];
    let average = |opset| run(("AveragePool", opset, EXACT), &attributes, &data, (0, 1)).unwrap().1;
    assert_eq!(average(11), exact(&[(2.0 + big) / 4.0, 0.25]));
    assert_eq!(average(22), exact(&[((1.0 + big) + 1.0) / 4.0, 0.25]));
    let Expected::Within { low, high, nan } =
        run(("AveragePool", 11, Mode::Bounded), &attributes, &data, (0, 1)).unwrap().1[0]
    else {
        panic!("a bound");
    };
    let (low, high) = (f64::from_bits(low.0), f64::from_bits(high.0));
    assert!(low < f64::from(big) / 4.0 && f64::from(2.0 + big) / 4.0 < high && high - low < 40.0 && !nan);
}

#[test]
fn average_pool_should_count_padding_only_where_the_padded_image_has_it() {
    let data = image(&[1, 1, 6], &[1.0; 6]);
    let attributes = |ceil| {
        [
            ints("kernel_shape", &[3]),
            ints("strides", &[2]),
            ints("pads", &[0, 1]),
            ("count_include_pad", Attribute::Int(1)),
            ("ceil_mode", Attribute::Int(ceil)),
        ]
    };
    for ceil in [0, 1] {
        let (_, elements) = run(("AveragePool", 11, EXACT), &attributes(ceil), &data, (0, 1)).unwrap();
        assert_eq!(elements, exact(&[1.0, 1.0, 2.0 / 3.0]));
    }
}

#[test]
fn pool_should_refuse_windows_that_onnx_runtime_refuses() {
    let data = image(&[1, 1, 2], &[1.0, 2.0]);
    for attributes in [
        vec![ints("kernel_shape", &[4])],
        vec![ints("kernel_shape", &[0])],
        vec![ints("kernel_shape", &[2, 2])],
        vec![ints("kernel_shape", &[2]), ints("pads", &[2, 0])],
        vec![ints("kernel_shape", &[2]), ints("strides", &[0])],
        vec![ints("kernel_shape", &[i64::MAX])],
        vec![],
    ] {
        let header = run(("MaxPool", 12, EXACT), &attributes, &data, (0, 1));
        assert!(matches!(header, Err(Reject::Malformed(_))), "{attributes:?}");
    }
}

#[test]
fn global_average_pool_should_sum_four_lanes() {
    let values: Vec<f32> = (0..7).map(|i| 0.1 * i as f32).collect();
    let lanes: Vec<f32> = values[..4].iter().map(|v| 0.0 + v).collect();
    let sum = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]) + values[4] + values[5] + values[6];
    let data = image(&[1, 1, 7], &values);
    let (dims, elements) = run(("GlobalAveragePool", 22, EXACT), &[], &data, (0, 1)).unwrap();
    assert_eq!((dims, elements), (vec![1, 1, 1], exact(&[sum / 7.0])));
}

#[test]
fn lp_pool_should_take_the_root_of_squares() {
    let data = image(&[1, 1, 2], &[3.0, -4.0]);
    let (_, elements) = run(("LpPool", 22, EXACT), &[ints("kernel_shape", &[2])], &data, (0, 1)).unwrap();
    assert_eq!(elements, exact(&[5.0]));
}
