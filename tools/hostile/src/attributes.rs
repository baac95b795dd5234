//! Attributes of any operator, from bytes.

use crate::bytes::Bytes;
use candor_adjudicator::{Attribute, Operator};

/// Attributes of a case are fewer.
pub const MOST: usize = 8;

#[derive(Clone, Copy)]
enum Kind {
    Int,
    Float,
    Text,
    Ints,
    Floats,
}

use Kind::{Float, Floats, Int, Ints, Text};

const ALL: [(&str, Kind); 72] = [
    ("axis", Int),
    ("axes", Ints),
    ("keepdims", Int),
    ("kernel_shape", Ints),
    ("strides", Ints),
    ("pads", Ints),
    ("dilations", Ints),
    ("group", Int),
    ("auto_pad", Text),
    ("ceil_mode", Int),
    ("count_include_pad", Int),
    ("storage_order", Int),
    ("p", Int),
    ("output_shape", Ints),
    ("output_padding", Ints),
    ("alpha", Float),
    ("beta", Float),
    ("gamma", Float),
    ("bias", Float),
    ("lambd", Float),
    ("epsilon", Float),
    ("transA", Int),
    ("transB", Int),
    ("transBatchA", Int),
    ("transBatchB", Int),
    ("activation", Text),
    ("activation_params", Floats),
    ("activation_alpha", Float),
    ("activation_beta", Float),
    ("equation", Text),
    ("mode", Text),
    ("coordinate_transformation_mode", Text),
    ("nearest_mode", Text),
    ("scales", Ints),
    ("perm", Ints),
    ("shape", Ints),
    ("allowzero", Int),
    ("batch_dims", Int),
    ("batch_axis", Int),
    ("time_axis", Int),
    ("blocksize", Int),
    ("channels", Int),
    ("channels_last", Int),
    ("k", Int),
    ("upper", Int),
    ("value", Ints),
    ("start", Int),
    ("end", Int),
    ("to", Int),
    ("dtype", Int),
    ("num_outputs", Int),
    ("split", Ints),
    ("reduction", Text),
    ("direction", Text),
    ("fmod", Int),
    ("approximate", Text),
    ("training_mode", Int),
    ("saturate", Int),
    ("exclusive", Int),
    ("reverse", Int),
    ("select_last_index", Int),
    ("largest", Int),
    ("sorted", Int),
    ("noop_with_empty_axes", Int),
    ("normalize_variance", Int),
    ("interleaved", Int),
    ("num_heads", Int),
    ("rotary_embedding_dim", Int),
    ("is_packed_batching", Int),
    ("block_size", Int),
    ("output_dtype", Int),
    ("opset", Int),
];

const POOL: &[&str] =
    &["kernel_shape", "strides", "pads", "dilations", "auto_pad", "ceil_mode", "count_include_pad", "p"];
const CONV: &[&str] =
    &["kernel_shape", "strides", "pads", "dilations", "auto_pad", "group", "activation", "output_shape"];
const REDUCE: &[&str] = &["axes", "keepdims", "noop_with_empty_axes", "axis", "select_last_index"];

/// The attributes that matter to operators of a kind: a fifth of the draws goes to any other.
const OWN: [(&str, &[&str]); 17] = [
    ("Pool", POOL),
    ("Conv", CONV),
    ("Reduce", REDUCE),
    ("Arg", REDUCE),
    ("Gemm", &["alpha", "beta", "transA", "transB", "activation", "activation_alpha"]),
    ("MatMul", &["alpha", "transA", "transB", "transBatchA", "transBatchB"]),
    ("Normalization", &["axis", "epsilon", "p", "axes"]),
    ("Rotary", &["interleaved", "num_heads", "rotary_embedding_dim", "is_packed_batching"]),
    ("Einsum", &["equation"]),
    ("Transpose", &["perm"]),
    ("Cum", &["exclusive", "reverse"]),
    ("Pad", &["mode", "axes"]),
    ("Scatter", &["axis", "reduction", "mode"]),
    ("Space", &["blocksize", "mode"]),
    ("Cast", &["to", "saturate"]),
    ("Upsample", &["mode", "scales", "coordinate_transformation_mode", "nearest_mode"]),
    ("Linear", &["axis", "block_size", "output_dtype", "saturate"]),
];

const WORDS: [&str; 32] = [
    "NOTSET",
    "SAME_UPPER",
    "SAME_LOWER",
    "VALID",
    "constant",
    "edge",
    "reflect",
    "wrap",
    "linear",
    "nearest",
    "DCR",
    "CRD",
    "none",
    "tanh",
    "add",
    "mul",
    "min",
    "max",
    "asymmetric",
    "Relu",
    "Tanh",
    "Sigmoid",
    "LeakyRelu",
    "Clip",
    "HardSigmoid",
    "LEFT",
    "RIGHT",
    "circular",
    "half_pixel",
    "align_corners",
    "floor",
    "Gelu",
];

const LETTERS: &[u8] = b"ijk,ij->abc.. ,->i,jZ-";

/// One attribute.
pub fn attribute(operator: &Operator, source: &mut Bytes<'_>) -> (Vec<u8>, Attribute) {
    let own = OWN.iter().find(|(part, _)| operator.name.contains(part)).map_or(&[][..], |(_, names)| names);
    let own = if source.byte() < 208 { source.pick(own) } else { None };
    let any = source.pick(&ALL).unwrap_or(("axis", Int));
    let (name, kind) = ALL.iter().copied().find(|(name, _)| Some(*name) == own).unwrap_or(any);
    let kind = match source.byte() {
        0..=249 => kind,
        byte => [Int, Float, Text, Ints, Floats][usize::from(byte) % 5],
    };
    (name.as_bytes().to_vec(), value(name, kind, source))
}

fn value(name: &str, kind: Kind, source: &mut Bytes<'_>) -> Attribute {
    match kind {
        Int => Attribute::Int(source.integer()),
        Float => Attribute::Float(float(source)),
        Ints => Attribute::Ints((0..many(source)).map(|_| source.integer()).collect()),
        Floats => Attribute::Floats((0..many(source)).map(|_| float(source)).collect()),
        Text if name == "equation" => {
            Attribute::Text((0..(many(source) * 4).min(1024)).filter_map(|_| source.pick(LETTERS)).collect())
        },
        Text => match source.byte() {
            byte @ 0..=239 => Attribute::Text(WORDS[usize::from(byte) % WORDS.len()].into()),
            _ => Attribute::Text((0..many(source)).map(|_| source.byte()).collect()),
        },
    }
}

fn float(source: &mut Bytes<'_>) -> u32 {
    match source.byte() {
        byte @ 0..=199 => (f32::from(byte as i8) / 16.0).to_bits(),
        _ => source.wide() as u32,
    }
}

fn many(source: &mut Bytes<'_>) -> usize {
    match source.byte() {
        byte @ 0..=250 => usize::from(byte) % 9,
        _ => 16 * usize::from(source.byte()) + 16,
    }
}
