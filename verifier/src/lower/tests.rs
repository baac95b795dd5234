use super::*;
use crate::{
    fixtures::{bounded, decoded, floats, info, int, ints, model, node},
    onnx::proto::{attribute_kind, AttributeProto, GraphProto, ModelProto, TensorProto},
};
use candor_adjudicator::{Attribute, DType, Domain, Place};
use proptest::prelude::*;

const OPTIONS: LowerOptions<'static> = LowerOptions { block: 16, mode: &bounded };

fn lowered(model: &ModelProto) -> Result<Graph, LowerError> {
    lower(&decoded(model, &std::env::temp_dir()), &OPTIONS)
}

fn refusals(model: &ModelProto) -> Vec<String> {
    match lowered(model) {
        Err(LowerError::Refused(refusals)) => refusals.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

/// x (2 x 3) -> Transpose -> t -> Reshape by a constant -> r -> Concat with weight w -> y
fn chain() -> ModelProto {
    let shape = AttributeProto {
        name: "value_ints".into(),
        ints: vec![2, 3],
        kind: attribute_kind::INTS,
        ..Default::default()
    };
    model(
        vec![
            node("Transpose", &["x"], &["t"], vec![ints("perm", &[1, 0])]),
            node("Constant", &[], &["shape"], vec![shape]),
            node("Reshape", &["t", "shape"], &["r"], vec![]),
            node("Concat", &["r", "w"], &["y"], vec![int("axis", 0)]),
        ],
        vec![floats("unused", &[1], [1.0]), floats("w", &[1, 3], [1.0, 2.0, 3.0])],
        vec![info("x", 1, &[2, 3])],
        vec![info("y", 1, &[3, 3]), info("t", 1, &[3, 2])],
    )
}

#[test]
fn values_should_be_numbered_inputs_first_when_a_graph_is_lowered() {
    let graph = lowered(&chain()).unwrap();
    let names = |values: &[Value]| values.iter().map(|v| v.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&graph.values), ["x", "t", "r", "y"]);
    let weights: Vec<Value> = graph.weights.iter().map(|w| w.value.clone()).collect();
    assert_eq!(names(&weights), ["w", "shape"], "initialisers that are used, then constants");
    assert_eq!(graph.inputs, [0]);
    assert_eq!(graph.outputs, [Source::Value(3), Source::Value(1)]);
    assert_eq!(graph.file_positions, [0, 2, 3]);
    assert_eq!(graph.node_names, ["t_node", "r_node", "y_node"]);
    assert_eq!(graph.wiring[1].inputs, [Some(Source::Value(1)), Some(Source::Weight(1))]);
    assert_eq!(graph.wiring[2].outputs, [Some(3)]);
}

#[test]
fn operands_should_name_the_roots_of_their_values() {
    let graph = lowered(&chain()).unwrap();
    for (node, wiring) in graph.nodes.iter().zip(&graph.wiring) {
        let given = wiring.inputs.iter().map(|s| s.unwrap());
        let made = wiring.outputs.iter().map(|v| Source::Value(v.unwrap()));
        for (operand, source) in node.inputs.iter().chain(&node.outputs).zip(given.chain(made)) {
            let operand = operand.as_ref().unwrap();
            let (place, value) = match source {
                Source::Weight(n) => (Place::Weight, &graph.weights[n].value),
                Source::Value(n) => (Place::Trace, &graph.values[n]),
            };
            assert_eq!((operand.place, operand.root, &operand.layouts), (place, value.first_root, &value.layouts));
        }
    }
    let mut next = 0;
    for value in &graph.values {
        assert_eq!(value.first_root, next);
        next += value.layouts.len() as u32;
    }
    assert_eq!(graph.trace_roots(), next);
    assert_eq!(graph.weight_roots(), 2);
}

#[test]
fn inputs_and_outputs_should_have_the_natural_layout_first() {
    let graph = lowered(&chain()).unwrap();
    let outputs = graph.outputs.iter().filter_map(|s| if let Source::Value(n) = s { Some(*n) } else { None });
    for value in graph.inputs.iter().copied().chain(outputs) {
        assert_eq!(graph.values[value].layouts[0], Layout::Natural);
    }
}

#[test]
fn nodes_should_be_canonical_when_attributes_come_in_any_order() {
    let mut file = chain();
    let attributes = vec![
        AttributeProto { name: "z".into(), f: Some(1.5f32.to_bits()), kind: 1, ..Default::default() },
        ints("perm", &[1, 0]),
        AttributeProto { name: "a".into(), s: Some("text".into()), kind: 3, ..Default::default() },
        // Old files do not say which field counts.
        AttributeProto { kind: 0, ..int("i", -3) },
    ];
    file.graph.as_mut().unwrap().node[0].attribute = attributes;
    let graph = lowered(&file).unwrap();
    let node = &graph.nodes[0];
    assert_eq!((node.domain, node.operator.as_slice(), node.opset), (Domain::Onnx, &b"Transpose"[..], 17));
    let expected = [
        (b"a".to_vec(), Attribute::Text(b"text".to_vec())),
        (b"i".to_vec(), Attribute::Int(-3)),
        (b"perm".to_vec(), Attribute::Ints(vec![1, 0])),
        (b"z".to_vec(), Attribute::Float(1.5f32.to_bits())),
    ];
    assert_eq!(node.attributes, expected);
}

#[test]
fn a_tensor_attribute_should_become_type_and_bits_when_it_has_one_element() {
    let with = |t: TensorProto| AttributeProto {
        name: "value".into(),
        t: Some(t),
        kind: attribute_kind::TENSOR,
        ..Default::default()
    };
    let mut file = chain();
    file.graph.as_mut().unwrap().node[0].attribute.push(with(floats("", &[1], [-2.0])));
    let graph = lowered(&file).unwrap();
    let expected = Attribute::Ints(vec![1, i64::from((-2.0f32).to_bits())]);
    assert_eq!(graph.nodes[0].attribute("value"), Some(&expected));
    file.graph.as_mut().unwrap().node[0].attribute.pop();
    file.graph.as_mut().unwrap().node[0].attribute.push(with(floats("", &[2], [1.0, 2.0])));
    assert!(refusals(&file)[0].contains("more than one element"));
}

#[test]
fn refusals_should_name_node_operator_and_reason() {
    let body = GraphProto::default();
    let attribute = |kind| AttributeProto { name: "a".into(), kind, ..Default::default() };
    let cases: Vec<(crate::onnx::proto::NodeProto, &str)> = vec![
        (node("NoSuchOperator", &["x"], &["q"], vec![]), "does not define"),
        (node("RandomNormalLike", &["x"], &["q"], vec![]), "random"),
        (node("If", &["x"], &["q"], vec![AttributeProto { g: Some(Box::new(body)), ..attribute(5) }]), "control flow"),
        (node("SequenceConstruct", &["x"], &["q"], vec![]), "sequences"),
        (node("Transpose", &["x"], &["q"], vec![attribute(8)]), "lists of texts"),
        (node("Transpose", &["x"], &["q"], vec![int("b", 1), int("b", 2)]), "twice"),
        (
            node("Transpose", &["x"], &["q"], vec![AttributeProto { ref_attr_name: "r".into(), ..int("b", 1) }]),
            "attribute of a function",
        ),
        (node("Transpose", &["x"], &["q"], vec![ints("perm", &[0; 5000])]), "longer than"),
        (
            crate::onnx::proto::NodeProto { domain: "my.own".into(), ..node("Transpose", &["x"], &["q"], vec![]) },
            "domain \"my.own\"",
        ),
    ];
    for (bad, reason) in cases {
        let operator = bad.op_type.clone();
        let mut file = chain();
        file.graph.as_mut().unwrap().node.push(bad);
        let refused = refusals(&file);
        assert_eq!(refused.len(), 1);
        assert!(refused[0].contains(reason), "{refused:?} does not say {reason:?}");
        assert!(refused[0].contains("q_node") && refused[0].contains(&operator), "{refused:?}");
    }
}

#[test]
fn a_node_should_be_refused_when_its_operator_set_is_too_new_or_its_type_a_text() {
    let mut file = chain();
    file.opset_import[0].version = 99;
    assert!(refusals(&file)[0].contains("operator set 99"));
    let mut file = chain();
    file.graph.as_mut().unwrap().output[0].kind.as_mut().unwrap().tensor.as_mut().unwrap().elem_type = 8;
    assert!(refusals(&file)[0].contains("texts"));
}

#[test]
fn a_weight_should_be_refused_when_it_is_an_input_too() {
    let mut file = chain();
    file.graph.as_mut().unwrap().input.push(info("w", 1, &[1, 3]));
    assert!(refusals(&file)[0].contains("also an input"));
    // Files before IR version 4 list all initialisers.
    file.ir_version = 3;
    assert_eq!(lowered(&file).unwrap().inputs, [0]);
}

#[test]
fn a_graph_should_be_refused_when_its_values_do_not_connect() {
    let fails = |change: &dyn Fn(&mut GraphProto)| {
        let mut file = chain();
        change(file.graph.as_mut().unwrap());
        matches!(lowered(&file), Err(LowerError::Graph(_)))
    };
    assert!(fails(&|g| g.node[0].input[0] = "nothing".into()));
    assert!(fails(&|g| g.node.swap(0, 2)));
    assert!(fails(&|g| g.node[2].output[0] = "x".into()));
    assert!(fails(&|g| g.node[2].output[0] = "w".into()));
    assert!(fails(&|g| g.output[0].name = "nothing".into()));
}

#[test]
fn optional_operands_should_be_none_when_they_are_absent() {
    let mut file = chain();
    let clip = node("Slice", &["x", "s", "s", "", "s"], &["q", ""], vec![]);
    file.graph.as_mut().unwrap().node.push(clip);
    file.graph.as_mut().unwrap().initializer.push(floats("s", &[1], [1.0]));
    let graph = lowered(&file).unwrap();
    let node = graph.nodes.last().unwrap();
    assert_eq!(node.inputs.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, true, false, true]);
    assert_eq!(node.outputs.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn unblocking_should_follow_the_definition_when_channels_are_blocked() {
    // 1 x 4 x 1 x 2 in blocks of 2: (c/2, w, c mod 2).
    let header = Header::new(DType::Float32, vec![1, 4, 1, 2]).unwrap();
    let bytes = |numbers: &[u32]| numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    let blocked = bytes(&[0, 2, 1, 3, 4, 6, 5, 7]);
    assert_eq!(Blocked::Channels(2).unblock(&header, &blocked), Some(bytes(&[0, 1, 2, 3, 4, 5, 6, 7])));
    // 2 x 2 x 1 x 2 filters in blocks of 2: (w, i, o).
    let header = Header::new(DType::Float32, vec![2, 2, 1, 2]).unwrap();
    let filter = bytes(&[0, 4, 2, 6, 1, 5, 3, 7]);
    assert_eq!(Blocked::Filter(2).unblock(&header, &filter), Some(bytes(&[0, 1, 2, 3, 4, 5, 6, 7])));
    // Only outputs: (i, w, o).
    let outputs = bytes(&[0, 4, 1, 5, 2, 6, 3, 7]);
    assert_eq!(Blocked::FilterOutputs(2).unblock(&header, &outputs), Some(bytes(&[0, 1, 2, 3, 4, 5, 6, 7])));
}

#[test]
fn unblocking_should_be_refused_when_the_shape_does_not_fit() {
    let header = |dims: &[u64]| Header::new(DType::Float32, dims.to_vec()).unwrap();
    let bytes = vec![0u8; 4 * 64];
    assert_eq!(Blocked::Channels(16).unblock(&header(&[1, 8, 2, 4]), &bytes), None);
    assert_eq!(Blocked::Channels(16).unblock(&header(&[16, 4]), &bytes), None);
    assert_eq!(Blocked::Channels(16).unblock(&header(&[1, 16, 2, 4]), &bytes), None);
    assert_eq!(Blocked::Channels(0).unblock(&header(&[1, 16, 2, 2]), &bytes), None);
    assert_eq!(Blocked::Filter(16).unblock(&header(&[16, 4, 1, 1]), &bytes), None);
}

#[test]
fn what_is_reduced_should_lie_together_when_the_axes_are_a_constant() {
    let axes =
        AttributeProto { name: "value_ints".into(), ints: vec![1], kind: attribute_kind::INTS, ..Default::default() };
    let graph = lowered(&model(
        vec![node("Constant", &[], &["axes"], vec![axes]), node("ReduceSum", &["x", "axes"], &["y"], vec![])],
        vec![],
        vec![info("x", 1, &[2, 3, 4, 5])],
        vec![info("y", 1, &[2, 1, 4, 5])],
    ))
    .unwrap();
    assert_eq!(graph.values[0].layouts, [Layout::Natural, Layout::Last(0b10)]);
    assert!(graph.nodes[0].attributes.is_empty());
}

proptest! {
    #[test]
    fn blocking_should_be_undone_by_unblocking(
        kind in 0..3, block in prop::sample::select(vec![2usize, 8, 16]),
        outer in 1u64..3, inner in 1u64..3, h in 1u64..4, w in 1u64..4,
    ) {
        let b = block as u64;
        let (blocked, dims) = match kind {
            0 => (Blocked::Channels(block), [outer, inner * b, h, w]),
            1 => (Blocked::Filter(block), [outer * b, inner * b, h, w]),
            _ => (Blocked::FilterOutputs(block), [outer * b, inner, h, w]),
        };
        let header = Header::new(DType::Float32, dims.to_vec()).unwrap();
        let data: Vec<u8> = (0..header.count() as u32).flat_map(u32::to_le_bytes).collect();
        let there = blocked.block(&header, &data).unwrap();
        prop_assert_eq!(blocked.unblock(&header, &there).unwrap(), data.clone());
        let blocks = blocked.blocks(&header, &there).unwrap();
        for start in 0..header.count() {
            let (count, mut line) = (header.count() - start, Vec::new());
            prop_assert!(blocks.line(&there, start, count, &mut line).is_some());
            prop_assert_eq!(line, (start..header.count()).collect::<Vec<_>>());
            prop_assert_eq!(blocks.line(&there, start, count + 1, &mut Vec::new()), None);
        }
        let back = blocked.unblock(&header, &data).unwrap();
        prop_assert_eq!(blocked.block(&header, &back).unwrap(), data);
    }
}
