//! Index operators on small tensors; what ONNX Runtime 1.31 gives.

use crate::{
    lookup, ArrayElements, Attribute, Call, DType, Domain, Expected, Header, Judged, Layout, Memo, Mode, Node, Operand,
    Place, Reject, Tensor,
};

/// A tensor of int64.
fn tensor(dims: &[u64], values: &[i64]) -> (Header, Vec<u8>) {
    let data = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    (Header::new(DType::Int64, dims.to_vec()).unwrap(), data)
}

fn vector(values: &[i64]) -> (Header, Vec<u8>) {
    tensor(&[values.len() as u64], values)
}

/// Shape and elements of the first output at operator set 24.
fn run(
    operator: &str,
    attributes: &[(&str, Attribute)],
    inputs: &[(Header, Vec<u8>)],
) -> Judged<(Vec<u64>, Vec<Expected>)> {
    let operand = Some(Operand { place: Place::Trace, root: 0, layouts: vec![Layout::Natural] });
    let node = Node {
        domain: Domain::Onnx,
        operator: operator.as_bytes().to_vec(),
        opset: 24,
        attributes: attributes.iter().map(|(name, value)| (name.as_bytes().to_vec(), value.clone())).collect(),
        inputs: vec![operand.clone(); inputs.len()],
        outputs: vec![operand],
        mode: Mode::Bounded,
    };
    let elements = ArrayElements {
        inputs: inputs.iter().map(|(header, data)| Some(Tensor { header: header.clone(), data })).collect(),
        outputs: vec![None],
    };
    let definition = lookup(Domain::Onnx, operator.as_bytes(), 24).unwrap();
    let memo = Memo::new();
    let header = (definition.header)(&Call::new(&node, &elements, &memo), 0)?;
    let element = |index| (definition.element)(&Call::new(&node, &elements, &memo), 0, index);
    let all = (0..header.count()).map(element).collect::<Judged<Vec<Expected>>>()?;
    Ok((header.dims, all))
}

fn bits(values: &[i64]) -> Vec<Expected> {
    values.iter().map(|v| Expected::Bits(*v as u64)).collect()
}

#[test]
fn reshape_should_infer_one_dimension_when_it_is_unknown() {
    let data = tensor(&[2, 3], &[1, 2, 3, 4, 5, 6]);
    let shape = |wanted: &[i64]| run("Reshape", &[], &[data.clone(), vector(wanted)]).map(|(dims, _)| dims);
    assert_eq!(shape(&[3, -1]).unwrap(), [3, 2]);
    assert_eq!(shape(&[0, -1]).unwrap(), [2, 3]);
    assert_eq!(shape(&[-1]).unwrap(), [6]);
    for wrong in [&[-1, -1][..], &[4, -1], &[5], &[2, 3, 0], &[-2, 3], &[i64::MAX, i64::MAX]] {
        assert!(matches!(shape(wrong), Err(Reject::Malformed(_))), "{wrong:?}");
    }
}

#[test]
fn reshape_should_infer_from_what_is_not_zero_when_zeros_are_asked_for() {
    let data = tensor(&[2, 0, 2], &[]);
    let shape = |wanted: &[i64]| {
        run("Reshape", &[("allowzero", Attribute::Int(1))], &[data.clone(), vector(wanted)]).map(|(dims, _)| dims)
    };
    assert_eq!(shape(&[-1, 0]).unwrap(), [4, 0]);
    assert_eq!(shape(&[2, -1, 0]).unwrap(), [2, 2, 0]);
    assert_eq!(shape(&[-1, 3]).unwrap(), [0, 3]);
    assert!(shape(&[3, -1, 0]).is_err());
}

#[test]
fn slice_should_clamp_when_bounds_are_extreme() {
    let data = vector(&[10, 11, 12, 13, 14]);
    let slice = |start, end, step| {
        run("Slice", &[], &[data.clone(), vector(&[start]), vector(&[end]), vector(&[0]), vector(&[step])]).unwrap().1
    };
    assert_eq!(slice(3, i64::MAX, -1), bits(&[13, 12, 11, 10]));
    assert_eq!(slice(3, i64::MIN, -1), bits(&[13, 12, 11, 10]));
    assert_eq!(slice(3, -1, -1), bits(&[]));
    assert_eq!(slice(i64::MIN, i64::from(i32::MAX), 2), bits(&[10, 12, 14]));
    assert_eq!(slice(1, 100, i64::MAX), bits(&[11]));
    assert_eq!(slice(i64::MAX, i64::MIN, i64::MIN), bits(&[14]));
}

#[test]
fn gather_should_fail_where_an_index_is_out_of_range() {
    let data = tensor(&[3, 2], &[1, 2, 3, 4, 5, 6]);
    let (dims, elements) = run("Gather", &[], &[data, vector(&[-1, 3, 0])]).unwrap();
    assert_eq!(dims, [3, 2]);
    assert_eq!(elements[..2], bits(&[5, 6]));
    assert_eq!(elements[2..4], [Expected::Fails, Expected::Fails]);
    assert_eq!(elements[4..], bits(&[1, 2]));
}

#[test]
fn gather_nd_should_read_within_its_batch_when_axes_are_shared() {
    let data = tensor(&[2, 2, 2], &[0, 1, 2, 3, 4, 5, 6, 7]);
    let indices = tensor(&[2, 1], &[1, 0]);
    let (dims, elements) = run("GatherND", &[("batch_dims", Attribute::Int(1))], &[data, indices]).unwrap();
    assert_eq!((dims, elements), (vec![2, 2], bits(&[2, 3, 4, 5])));
}

#[test]
fn scatter_elements_should_apply_updates_in_order_when_one_element_has_several() {
    let inputs = [vector(&[5, 6]), vector(&[0, 0, -1]), vector(&[2, 3, 4])];
    let reduced =
        |name: &str| run("ScatterElements", &[("reduction", Attribute::Text(name.into()))], &inputs).unwrap().1;
    assert_eq!(reduced("none"), bits(&[3, 4]));
    assert_eq!(reduced("add"), [Expected::Exact(10), Expected::Exact(10)]);
    assert_eq!(reduced("min"), [Expected::Exact(2), Expected::Exact(4)]);
}

#[test]
fn scatter_nd_should_fail_when_an_index_is_out_of_range() {
    let inputs = [vector(&[5, 6]), tensor(&[1, 1], &[2]), vector(&[2])];
    assert_eq!(run("ScatterND", &[], &inputs).unwrap().1, [Expected::Fails, Expected::Fails]);
}

#[test]
fn split_should_give_the_last_part_less_when_the_axis_does_not_divide() {
    let shorter = run("Split", &[("num_outputs", Attribute::Int(1))], &[vector(&[1, 2, 3])]).unwrap();
    assert_eq!(shorter, (vec![3], bits(&[1, 2, 3])));
    assert!(run("Split", &[("num_outputs", Attribute::Int(2))], &[vector(&[1, 2, 3])]).is_err());
}

#[test]
fn concat_should_find_the_part_when_one_is_empty() {
    let parts = [tensor(&[2, 1], &[1, 2]), tensor(&[2, 0], &[]), tensor(&[2, 2], &[3, 4, 5, 6])];
    let (dims, elements) = run("Concat", &[("axis", Attribute::Int(-1))], &parts).unwrap();
    assert_eq!((dims, elements), (vec![2, 3], bits(&[1, 3, 4, 2, 5, 6])));
}

#[test]
fn compress_and_non_zero_should_take_their_shape_from_the_values() {
    let data = vector(&[7, 0, 9]);
    assert_eq!(run("NonZero", &[], std::slice::from_ref(&data)).unwrap(), (vec![1, 2], bits(&[0, 2])));
    assert_eq!(run("Compress", &[], &[data, vector(&[0, 1, 1, 1])]).unwrap(), (vec![2], bits(&[0, 9])));
}

#[test]
fn one_hot_should_be_off_everywhere_when_the_index_is_out_of_range() {
    let (dims, elements) = run("OneHot", &[], &[vector(&[-1, 2, 5]), vector(&[3]), vector(&[0, 1])]).unwrap();
    assert_eq!((dims, elements), (vec![3, 3], bits(&[0, 0, 1, 0, 0, 1, 0, 0, 0])));
}

#[test]
fn trilu_should_compare_with_the_diagonal_when_it_is_extreme() {
    let data = tensor(&[2, 2], &[1, 2, 3, 4]);
    assert_eq!(run("Trilu", &[], &[data.clone(), vector(&[i64::MAX])]).unwrap().1, bits(&[0, 0, 0, 0]));
    assert_eq!(run("Trilu", &[], &[data, vector(&[i64::MIN])]).unwrap().1, bits(&[1, 2, 3, 4]));
}

#[test]
fn range_should_count_steps_when_they_go_down() {
    let scalar = |value| tensor(&[], &[value]);
    let range = |a, b, c| run("Range", &[], &[scalar(a), scalar(b), scalar(c)]);
    assert_eq!(range(5, 0, -2).unwrap(), (vec![3], bits(&[5, 3, 1])));
    assert_eq!(range(0, 5, -2).unwrap().0, [0]);
    assert!(range(0, 5, 0).is_err());
}

#[test]
fn tensor_scatter_should_wrap_around_when_it_is_circular() {
    let inputs = [tensor(&[1, 3, 1], &[1, 2, 3]), tensor(&[1, 2, 1], &[8, 9]), vector(&[2])];
    let circular = [("mode", Attribute::Text(b"circular".to_vec()))];
    assert_eq!(run("TensorScatter", &circular, &inputs).unwrap().1, bits(&[9, 2, 8]));
    assert_eq!(run("TensorScatter", &[], &inputs).unwrap().1, [Expected::Fails; 3]);
}

#[test]
fn resize_should_copy_when_the_shape_stays() {
    let float = |dims: &[u64], values: &[f32]| {
        let data = values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
        (Header::new(DType::Float32, dims.to_vec()).unwrap(), data)
    };
    let data = float(&[3], &[1.0, 2.0, 3.0]);
    let empty = float(&[0], &[]);
    let nearest = |scale: f32| {
        let attributes = [
            ("coordinate_transformation_mode", Attribute::Text(b"asymmetric".to_vec())),
            ("nearest_mode", Attribute::Text(b"floor".to_vec())),
        ];
        run("Resize", &attributes, &[data.clone(), empty.clone(), float(&[1], &[scale])]).unwrap()
    };
    let bits = |values: &[f32]| values.iter().map(|v| Expected::Bits(u64::from(v.to_bits()))).collect::<Vec<_>>();
    assert_eq!(nearest(1.3), (vec![3], bits(&[1.0, 2.0, 3.0])));
    assert_eq!(nearest(2.0), (vec![6], bits(&[1.0, 1.0, 2.0, 2.0, 3.0, 3.0])));
    assert_eq!(nearest(0.4), (vec![1], bits(&[1.0])));
}
