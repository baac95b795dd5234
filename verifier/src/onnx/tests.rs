use super::*;
use crate::fixtures::{decoded, external, floats, info, int, model, node};
use proptest::prelude::*;
use proto::StringEntry;
use std::{fs::File, io::Write};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn tensors(tensors: Vec<TensorProto>) -> ModelProto {
    model(vec![node("Relu", &["x"], &["y"], vec![])], tensors, vec![info("x", 1, &[2])], vec![info("y", 1, &[2])])
}

fn only(model: &OnnxModel) -> Result<WeightData, OnnxError> {
    model.data(&model.graph().initializer[0])
}

/// Data of a single tensor in a model in `folder`.
fn data_of(tensor: TensorProto, folder: &Path) -> Result<WeightData, OnnxError> {
    only(&decoded(&tensors(vec![tensor]), folder))
}

#[test]
fn raw_data_should_be_a_view_of_the_file_when_a_model_is_opened() {
    let folder = folder();
    let path = folder.path().join("model.onnx");
    let bytes = tensors(vec![floats("w", &[2, 2], [1.0, 2.0, -3.0, 4.0])]).encode_to_vec();
    std::fs::write(&path, &bytes).unwrap();
    let model = OnnxModel::open(&path).unwrap();
    let data = only(&model).unwrap();
    let Location::Inline { offset } = data.location else { panic!("{:?}", data.location) };
    assert_eq!(&bytes[offset as usize..offset as usize + 16], &data.bytes[..]);
    assert_eq!(&data.bytes[8..12], &(-3.0f32).to_le_bytes());
    let range = model.bytes().as_ptr_range();
    assert!(range.contains(&data.bytes.as_ptr()), "the bytes were copied");
}

#[test]
fn typed_fields_should_give_the_bytes_of_every_element_type() {
    let folder = folder();
    let base = |data_type: i32| TensorProto { name: "w".into(), dims: vec![2], data_type, ..Default::default() };
    let nan = 0x7fa0_0001u32;
    let cases: Vec<(TensorProto, Vec<u8>)> = vec![
        (TensorProto { float_data: vec![nan, 1], ..base(1) }, [nan.to_le_bytes(), 1u32.to_le_bytes()].concat()),
        (TensorProto { int32_data: vec![255, 0], ..base(2) }, vec![255, 0]),
        (TensorProto { int32_data: vec![-1, 5], ..base(3) }, vec![255, 5]),
        (TensorProto { int32_data: vec![65535, 1], ..base(4) }, vec![255, 255, 1, 0]),
        (TensorProto { int32_data: vec![-2, 1], ..base(5) }, vec![254, 255, 1, 0]),
        (TensorProto { int32_data: vec![-2, 1], ..base(6) }, vec![254, 255, 255, 255, 1, 0, 0, 0]),
        (TensorProto { int64_data: vec![-1, 2], ..base(7) }, [(-1i64).to_le_bytes(), 2i64.to_le_bytes()].concat()),
        (TensorProto { int32_data: vec![1, 0], ..base(9) }, vec![1, 0]),
        (TensorProto { int32_data: vec![0x3c00, 1], ..base(10) }, vec![0, 0x3c, 1, 0]),
        (TensorProto { double_data: vec![1, 2], ..base(11) }, [1u64.to_le_bytes(), 2u64.to_le_bytes()].concat()),
        (TensorProto { uint64_data: vec![7, 1], ..base(12) }, vec![7, 0, 0, 0, 1, 0, 0, 0]),
        (
            TensorProto { uint64_data: vec![u64::MAX, 1], ..base(13) },
            [u64::MAX.to_le_bytes(), 1u64.to_le_bytes()].concat(),
        ),
        (TensorProto { int32_data: vec![0x3f80, 1], ..base(16) }, vec![0x80, 0x3f, 1, 0]),
    ];
    for (tensor, bytes) in cases {
        let data_type = tensor.data_type;
        let data = data_of(tensor, folder.path()).unwrap();
        assert_eq!((&data.bytes[..], data.location), (&bytes[..], Location::Typed), "type {data_type}");
    }
}

#[test]
fn external_data_should_be_a_slice_of_its_file() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    let file = folder.path().join("data/w.bin");
    std::fs::write(&file, (0..32).collect::<Vec<u8>>()).unwrap();
    let entries = [("location", "data/w.bin"), ("offset", "5"), ("length", "8")];
    let data = data_of(external("w", &[2], 1, &entries), folder.path()).unwrap();
    assert_eq!(&data.bytes[..], (5..13).collect::<Vec<u8>>());
    assert_eq!(data.location, Location::External { path: file.canonicalize().unwrap(), offset: 5 });
    // Without offset and length: from the start, as long as type and shape ask for.
    let data = data_of(external("w", &[2], 1, &[("location", "data/w.bin")]), folder.path()).unwrap();
    assert_eq!(&data.bytes[..], (0..8).collect::<Vec<u8>>());
}

#[test]
fn external_data_should_be_refused_when_it_leaves_the_folder() {
    let outer = folder();
    let inner = outer.path().join("model");
    std::fs::create_dir(&inner).unwrap();
    std::fs::write(outer.path().join("secret"), [0u8; 64]).unwrap();
    std::os::unix::fs::symlink(outer.path().join("secret"), inner.join("link")).unwrap();
    std::os::unix::fs::symlink(outer.path(), inner.join("up")).unwrap();
    let absolute = outer.path().join("secret");
    let absolute = absolute.to_str().unwrap();
    for location in ["../secret", "a/../../secret", "/etc/passwd", absolute, "", "link", "up/secret"] {
        let found = data_of(external("w", &[2], 1, &[("location", location)]), &inner);
        assert!(matches!(found, Err(OnnxError::Escapes(_))), "{location:?}: {found:?}");
    }
}

#[test]
fn external_data_should_be_refused_when_it_does_not_fit() {
    let folder = folder();
    std::fs::write(folder.path().join("w"), [0u8; 16]).unwrap();
    let entries: [&[(&str, &str)]; 7] = [
        &[("location", "w"), ("offset", "9")],
        &[("location", "w"), ("offset", "18446744073709551615")],
        &[("location", "w"), ("offset", "-1")],
        &[("location", "w"), ("length", "9")],
        &[("location", "w"), ("length", "many")],
        &[("offset", "0")],
        &[("location", ".")],
    ];
    for entries in entries {
        assert!(data_of(external("w", &[2], 1, entries), folder.path()).is_err(), "{entries:?}");
    }
    assert!(data_of(external("w", &[2], 1, &[("location", "absent")]), folder.path()).is_err());
}

#[test]
fn tensors_should_be_refused_when_type_shape_or_length_are_impossible() {
    let folder = folder();
    let base = floats("w", &[2], [1.0, 2.0]);
    let shapes = [vec![-1], vec![1 << 40, 1 << 40], vec![i64::MIN], vec![1; 9], vec![3], vec![i64::MAX, 2]];
    for dims in shapes {
        assert!(data_of(TensorProto { dims: dims.clone(), ..base.clone() }, folder.path()).is_err(), "{dims:?}");
    }
    for data_type in [-1, 0, 8, 14, 15, 17, 22, i32::MAX] {
        assert!(data_of(TensorProto { data_type, ..base.clone() }, folder.path()).is_err(), "type {data_type}");
    }
    assert!(data_of(TensorProto { data_location: 7, ..base.clone() }, folder.path()).is_err());
    let bools = TensorProto { data_type: 9, raw_data: Some(vec![0, 2].into()), ..base };
    assert!(data_of(bools, folder.path()).is_err());
}

#[test]
fn a_model_should_open_in_little_memory_when_its_external_data_is_larger_than_memory() {
    let folder = folder();
    let path = folder.path().join("weights.bin");
    // A file with a hole: 64 GiB that take no room.
    let mut file = File::create(&path).unwrap();
    file.set_len(64 << 30).unwrap();
    use std::io::Seek;
    file.seek(std::io::SeekFrom::Start((63 << 30) + 4)).unwrap();
    file.write_all(&7.0f32.to_le_bytes()).unwrap();
    let offset = (63u64 << 30).to_string();
    let large = external("large", &[15 << 30], 1, &[("location", "weights.bin")]);
    let small = external("small", &[2], 1, &[("location", "weights.bin"), ("offset", &offset)]);
    let before = resident();
    let model = decoded(&tensors(vec![large, small]), folder.path());
    let [large, small] = model.graph().initializer.as_slice() else { panic!() };
    assert_eq!(model.data(large).unwrap().bytes.len(), 60 << 30);
    assert_eq!(&model.data(small).unwrap().bytes[4..], &7.0f32.to_le_bytes());
    assert!(resident() < before + (64 << 20), "opening took {} MiB", resident().saturating_sub(before) >> 20);
}

/// Bytes of memory that this process holds.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

#[test]
fn lists_of_the_model_should_be_read_when_graphs_are_nested() {
    let folder = folder();
    let body = GraphProto {
        node: vec![node("Sub", &["a"], &["b"], vec![])],
        initializer: vec![external("inner", &[1], 1, &[("location", "inner.bin")])],
        ..Default::default()
    };
    let attribute = proto::AttributeProto { name: "body".into(), g: Some(Box::new(body)), ..int("k", 1) };
    let mut file = tensors(vec![external("w", &[1], 1, &[("location", "w.bin")])]);
    file.graph.as_mut().unwrap().node.push(node("Loop", &["y"], &["z"], vec![attribute]));
    let model = decoded(&file, folder.path());
    assert_eq!(model.operators(), ["Loop", "Relu", "Sub"].map(String::from).into());
    assert_eq!(model.external_files(), ["inner.bin", "w.bin"].map(String::from).into());
    assert_eq!(model.inputs().len(), 1);
    assert_eq!(model.opset("ai.onnx"), Some(17));
    assert_eq!(model.opset("com.microsoft.nchwc"), None);
}

#[test]
fn a_file_should_be_refused_when_it_is_no_model() {
    let folder = folder();
    let path = folder.path().join("model.onnx");
    assert!(matches!(OnnxModel::open(&path), Err(OnnxError::Io { .. })));
    assert!(matches!(OnnxModel::open(folder.path()), Err(OnnxError::Io { .. })));
    File::create(&path).unwrap();
    assert!(matches!(OnnxModel::open(&path), Err(OnnxError::NoGraph(_))));
    std::fs::write(&path, [0xff; 100]).unwrap();
    assert!(matches!(OnnxModel::open(&path), Err(OnnxError::Malformed { .. })));
}

#[test]
fn a_file_should_be_refused_when_graphs_are_nested_too_deeply() {
    let mut bytes = Vec::new();
    for _ in 0..10_000 {
        let attribute = [&[0x32][..], &varint(bytes.len()), &bytes].concat();
        let node = [&[0x2a][..], &varint(attribute.len()), &attribute].concat();
        bytes = [&[0x0a][..], &varint(node.len()), &node].concat();
        if bytes.len() > 1 << 20 {
            break;
        }
    }
    let file = [&[0x3a][..], &varint(bytes.len()), &bytes].concat();
    assert!(matches!(OnnxModel::decode(file, folder().path()), Err(OnnxError::Malformed { .. })));
}

#[test]
fn a_file_should_be_refused_when_it_has_too_many_parts() {
    let field = |tag: u8, data: &[u8]| [&[tag << 3 | 2][..], &varint(data.len()), data].concat();
    let most = 1000;
    let times = most as usize + 1;
    let message = |tag: u8| [tag << 3 | 2, 0].repeat(times);
    let graphs = [
        ("nodes", message(1)),
        ("weights", message(5)),
        ("names", field(1, &message(1))),
        ("attributes", field(1, &message(5))),
        ("texts", field(1, &field(5, &message(9)))),
        ("numbers", field(5, &field(7, &vec![1; 64 * times]))),
        ("numbers, not packed", field(1, &field(5, &[8 << 3, 1].repeat(8 * times)))),
        ("dimensions", field(11, &field(2, &field(1, &field(2, &message(1)))))),
    ];
    for (what, graph) in graphs {
        let file = field(7, &graph);
        assert_eq!(limits::check(&file, most), Err("its graph has too many parts"), "{what}");
        assert_eq!(limits::check(&file, 2 * most), Ok(()), "{what}");
    }
    // Raw weights are no parts.
    let raw = field(7, &field(5, &[&[8, 1, 16, 2][..], &field(9, &vec![0; 64 * times])].concat()));
    assert_eq!(limits::check(&raw, most), Ok(()));
}

fn varint(mut n: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while n >= 0x80 {
        bytes.push(n as u8 | 0x80);
        n >>= 7;
    }
    bytes.push(n as u8);
    bytes
}

/// Read everything that can be read of a file that may be anything.
fn read_all(bytes: &[u8], folder: &Path) {
    let Ok(model) = OnnxModel::decode(bytes.to_vec(), folder) else { return };
    let (_, _, _, _) = (model.inputs(), model.outputs(), model.operators(), model.external_files());
    for tensor in &model.graph().initializer {
        if let Ok(data) = model.data(tensor) {
            let header = model.header(tensor).unwrap();
            assert_eq!(Some(data.bytes.len()), crate::tensor::byte_len(&header));
        }
    }
    let options = crate::lower::LowerOptions { block: 16, mode: &crate::fixtures::bounded };
    if let Ok((graph, _)) = crate::lower::lower_with_refusals(&model, &options) {
        assert_eq!(graph.nodes.len(), graph.wiring.len());
    }
}

fn sample() -> Vec<u8> {
    let mut file = crate::fixtures::convolutions();
    let graph = file.graph.as_mut().unwrap();
    graph.initializer.push(external("w", &[1], 1, &[("location", "w"), ("offset", "0")]));
    graph.initializer.push(TensorProto {
        external_data: vec![StringEntry { key: "location".into(), value: "..".into() }],
        ..floats("v", &[1], [1.0])
    });
    // Short weights, so that changes hit structure and not only numbers.
    for tensor in &mut graph.initializer {
        if let Some(raw) = &mut tensor.raw_data {
            *raw = raw.slice(..raw.len().min(8));
            tensor.dims = vec![raw.len() as i64 / 4, 1, 1, 1];
        }
    }
    file.encode_to_vec()
}

#[test]
fn reading_should_not_panic_when_a_file_ends_early() {
    let (folder, bytes) = (folder(), sample());
    for end in 0..bytes.len() {
        read_all(&bytes[..end], folder.path());
    }
}

proptest! {
    #[test]
    fn reading_should_not_panic_when_bytes_are_random(bytes: Vec<u8>) {
        read_all(&bytes, folder().path());
    }

    #[test]
    fn reading_should_not_panic_when_bytes_of_a_model_change(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = sample();
        for (at, value) in changes {
            *at.get_mut(&mut bytes) = value;
        }
        read_all(&bytes, folder().path());
    }
}
