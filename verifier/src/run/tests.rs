use super::*;
use crate::{
    fixtures::{
        bounded, convolutions, external, gathering, indices, info, int, judged, library, model, node, noise, tensor,
    },
    judge::machine_isa,
    lower::{lower_with_refusals, Graph, LowerOptions, Source},
    onnx::{proto::ModelProto, OnnxModel},
    tensor::OwnedTensor,
};
use candor_adjudicator::{DType, Header, Isa};
use prost::Message;
use std::{collections::BTreeMap, path::Path};

fn lowered(model: &OnnxModel) -> Graph {
    let block = if machine_isa() == Some(Isa::Avx512) { 16 } else { 8 };
    lower_with_refusals(model, &LowerOptions { block, mode: &bounded }).unwrap().0
}

/// The convolutions as a release carries them: optimised and saved, weights beside the graph if `external`.
fn prepared(folder: &Path, external: bool) -> OnnxModel {
    let (plain, prepared) = (folder.join("plain.onnx"), folder.join("prepared.onnx"));
    std::fs::write(&plain, convolutions().encode_to_vec()).unwrap();
    library().optimise(&plain, &prepared, external.then_some("weights.bin"), 1).unwrap();
    OnnxModel::open(&prepared).unwrap()
}

fn image() -> OwnedTensor {
    tensor(&[2, 3, 8, 8], noise(9, 384))
}

#[test]
fn a_trace_should_have_the_bits_of_the_plain_run() {
    let folder = tempfile::tempdir().unwrap();
    let model = prepared(folder.path(), false);
    let graph = lowered(&model);
    let all = Tracer::new(library(), &model, &graph, 1).run_all(&[image()]).unwrap();
    assert!(all.iter().all(Option::is_some));
    assert!(graph.values.iter().any(|v| v.blocked.is_some()), "no blocked kernel was used");
    let mut session = library().open_prepared(model.path(), 1).unwrap();
    let outputs = session.run(trace::feed([("x", image())].into_iter()).unwrap()).unwrap();
    for (name, value) in outputs.iter() {
        let at = graph.values.iter().position(|v| v.name == name).unwrap();
        let traced = all[at].as_ref().unwrap();
        let plain = crate::tensor::view_value(&value).unwrap();
        assert_eq!((&traced.header, &traced.data[..]), (&plain.header, plain.data), "{name}");
    }
}

#[test]
fn subsets_should_have_the_bits_of_the_full_trace() {
    let folder = tempfile::tempdir().unwrap();
    let model = prepared(folder.path(), false);
    let graph = lowered(&model);
    let tracer = Tracer::new(library(), &model, &graph, 2);
    let all = tracer.run_all(&[image()]).unwrap();
    for wanted in [vec![], vec![0], vec![3], vec![1, 4], (0..all.len()).collect()] {
        let mut session = tracer.open(&wanted).unwrap();
        for _ in 0..2 {
            let mut seen = BTreeMap::new();
            let skipped = session
                .run(&[image()], &mut |position, tensor| {
                    seen.insert(position, OwnedTensor::new(tensor.header.clone(), tensor.data.to_vec())?);
                    Ok(())
                })
                .unwrap();
            assert_eq!(skipped, [0usize; 0]);
            assert_eq!(seen.keys().copied().collect::<Vec<_>>(), wanted);
            assert!(seen.iter().all(|(position, tensor)| all[*position].as_ref() == Some(tensor)));
        }
    }
}

#[test]
fn blocked_values_should_be_shown_as_logical_tensors() {
    let folder = tempfile::tempdir().unwrap();
    let model = prepared(folder.path(), false);
    let graph = lowered(&model);
    let all = Tracer::new(library(), &model, &graph, 1).run_all(&[image()]).unwrap();
    let mut reordered = 0;
    for (node, wiring) in graph.nodes.iter().zip(&graph.wiring) {
        let nhwc = node.attribute("channels_last") == Some(&candor_adjudicator::Attribute::Int(1));
        if node.operator != b"ReorderOutput" || nhwc {
            continue;
        }
        let Some(Source::Value(from)) = wiring.inputs[0] else { panic!() };
        let (from, to) = (all[from].as_ref().unwrap(), all[wiring.outputs[0].unwrap()].as_ref().unwrap());
        assert_eq!(from, to, "ReorderOutput is the identity of logical tensors");
        reordered += 1;
    }
    assert!(reordered > 0, "the graph reorders nothing");
}

#[test]
fn blocked_filters_should_be_read_as_the_plain_ones() {
    let folder = tempfile::tempdir().unwrap();
    let model = prepared(folder.path(), false);
    let graph = lowered(&model);
    let plain = OnnxModel::decode(convolutions().encode_to_vec(), folder.path()).unwrap();
    let plain = plain.graph().initializer.iter().map(|t| plain.data(t).unwrap().bytes).collect::<Vec<_>>();
    let filters = graph.weights.iter().filter(|w| w.value.blocked.is_some()).collect::<Vec<_>>();
    assert_eq!(filters.len(), 3);
    for filter in filters {
        let logical = filter.tensor().unwrap().data;
        assert!(plain.contains(&logical), "{} {:?}", filter.value.name, filter.value.blocked);
    }
}

#[test]
fn rerunning_every_node_should_give_the_trace() {
    let folder = tempfile::tempdir().unwrap();
    for external in [false, true] {
        let model = prepared(folder.path(), external);
        let graph = lowered(&model);
        let all = Tracer::new(library(), &model, &graph, 1).run_all(&[image()]).unwrap();
        let rerunner = Rerunner::new(library(), &model, &graph, 1);
        let everything: Vec<usize> = (0..graph.nodes.len()).collect();
        for nodes in [everything.as_slice(), &[1], &[0, 2]] {
            let mut seen = 0;
            let source = &mut |position: usize| all.get(position).cloned().flatten();
            rerunner
                .run(nodes, source, &mut |position, tensor| {
                    seen += 1;
                    let traced = all[position].as_ref().unwrap();
                    assert_eq!((&traced.header, &traced.data[..]), (&tensor.header, tensor.data));
                    Ok(())
                })
                .unwrap();
            assert_eq!(seen, nodes.len());
        }
    }
}

#[test]
fn a_rerun_should_read_the_given_values_and_not_those_that_other_nodes_made() {
    let folder = tempfile::tempdir().unwrap();
    let model = prepared(folder.path(), false);
    let graph = lowered(&model);
    let mut all = Tracer::new(library(), &model, &graph, 1).run_all(&[image()]).unwrap();
    let Some(Source::Value(read)) = graph.wiring[1].inputs[0] else { panic!() };
    let honest = all[read].take().unwrap();
    all[read] = Some(OwnedTensor::new(honest.header.clone(), vec![0u8; honest.data.len()]).unwrap());
    let mut results = Vec::new();
    let source = &mut |position: usize| all.get(position).cloned().flatten();
    Rerunner::new(library(), &model, &graph, 1)
        .run(&[0, 1], source, &mut |position, tensor| {
            results.push((position, tensor.data.to_vec()));
            Ok(())
        })
        .unwrap();
    let made = graph.wiring[1].outputs[0].unwrap();
    for (position, data) in results {
        let same = all[position].as_ref().unwrap().data == data;
        // The first node reads the graph's input and makes what it made before, whatever stands in its place.
        if position == read {
            assert_eq!(honest.data, data);
        } else {
            assert_eq!((position, same), (made, false));
        }
    }
}

#[test]
fn weights_should_stay_in_their_file_when_a_model_with_external_data_is_traced() {
    let folder = tempfile::tempdir().unwrap();
    let weights = std::fs::File::create(folder.path().join("table.bin")).unwrap();
    // A hole of 3 GiB, more than one protobuf may hold; the embedding of a large model looks like this.
    weights.set_len(3 << 30).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&weights, &5.0f32.to_le_bytes(), (2 << 30) + 64 * 4).unwrap();
    let rows = (3i64 << 30) / (64 * 4);
    let file: ModelProto = model(
        vec![
            node("Gather", &["table", "ids"], &["rows"], vec![int("axis", 0)]),
            node("Identity", &["rows"], &["y"], vec![]),
        ],
        vec![external("table", &[rows, 64], 1, &[("location", "table.bin")])],
        vec![info("ids", 7, &[-1])],
        vec![info("y", 1, &[-1, 64])],
    );
    let path = folder.path().join("model.onnx");
    std::fs::write(&path, file.encode_to_vec()).unwrap();
    let model = OnnxModel::open(&path).unwrap();
    let graph = lowered(&model);
    let id = (2i64 << 30) / (64 * 4) + 1;
    let ids = OwnedTensor::new(Header::new(DType::Int64, vec![1]).unwrap(), id.to_le_bytes().to_vec()).unwrap();
    let all = Tracer::new(library(), &model, &graph, 1).run_all(&[ids]).unwrap();
    assert_eq!(&all[1].as_ref().unwrap().data[..4], &5.0f32.to_le_bytes());
    assert_eq!(graph.weights[0].tensor().unwrap().data.len(), 3 << 30);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    let peak: u64 = peak.split_whitespace().nth(1).unwrap().parse().unwrap();
    assert!(peak < 2 << 20, "the process grew to {peak} KiB");
}

#[test]
fn errors_should_say_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let model = prepared(folder.path(), false);
    let graph = lowered(&model);
    let tracer = Tracer::new(library(), &model, &graph, 1);
    assert!(matches!(tracer.run_all(&[]), Err(TraceError::Call(_))));
    assert!(matches!(tracer.open(&[99]), Err(TraceError::Call(_))));
    let narrow = tensor(&[1, 4, 8, 8], noise(1, 256));
    assert!(matches!(tracer.run_all(&[narrow]), Err(TraceError::Run(_))));
    let stopped = tracer.run(&[image()], &[2], &mut |_, _| Err("enough".into()));
    assert!(matches!(stopped, Err(TraceError::Sink(_))));
    let rerunner = Rerunner::new(library(), &model, &graph, 1);
    assert!(matches!(rerunner.run(&[0], &mut |_| None, &mut |_, _| Ok(())), Err(TraceError::Call(_))));
    assert!(matches!(rerunner.run(&[99], &mut |_| None, &mut |_, _| Ok(())), Err(TraceError::Call(_))));
}

#[test]
fn tensors_should_come_back_as_they_went_when_they_pass_through_onnx_runtime() {
    let codes = [1u8, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 16];
    for code in codes {
        let dtype = DType::from_code(i64::from(code)).unwrap();
        for dims in [vec![], vec![0, 3], vec![2, 3]] {
            let header = Header::new(dtype, dims).unwrap();
            let len = crate::tensor::byte_len(&header).unwrap();
            let bytes: Vec<u8> = (0..len).map(|i| if code == 9 { (i % 2) as u8 } else { (i * 37) as u8 }).collect();
            let tensor = OwnedTensor::new(header.clone(), bytes.clone()).unwrap();
            let value = tensor.to_value().unwrap().into_dyn();
            let view = crate::tensor::view_value(&value).unwrap();
            assert_eq!((&view.header, view.data), (&header, &bytes[..]));
            assert!(len == 0 || (view.data.as_ptr() as usize).is_multiple_of(64), "not aligned to 64 bytes");
        }
    }
    let header = Header::new(DType::Float32, vec![2]).unwrap();
    assert!(OwnedTensor::new(header, vec![0u8; 7]).is_err());
}

#[test]
fn elements_should_be_counted_when_the_file_states_no_shapes() {
    let folder = tempfile::tempdir().unwrap();
    let judged = judged(&gathering(), folder.path());
    let tracer = Tracer::new(library(), &judged.model, &judged.graph, 1);
    let x = tensor(&[4, 3], noise(1, 12));
    for rows in [1, 5, 0] {
        let inputs = [x.clone(), indices(&vec![1; rows])];
        let all = tracer.run_all(&inputs).unwrap();
        for _ in 0..2 {
            let counts = tracer.counts(&inputs, &[0, 2, 3, 4]).unwrap();
            assert!(counts.iter().all(|(v, count)| all[*v].as_ref().unwrap().header.count() == *count), "{counts:?}");
            assert_eq!(counts.len(), 4);
        }
    }
}

#[test]
fn elements_should_be_counted_when_values_are_blocked() {
    let folder = tempfile::tempdir().unwrap();
    let model = prepared(folder.path(), false);
    let graph = lowered(&model);
    let tracer = Tracer::new(library(), &model, &graph, 1);
    let all = tracer.run_all(&[image()]).unwrap();
    let every: Vec<usize> = (0..all.len()).collect();
    let counts = tracer.counts(&[image()], &every).unwrap();
    assert!(every.iter().all(|v| counts[v] == all[*v].as_ref().unwrap().header.count()));
}
