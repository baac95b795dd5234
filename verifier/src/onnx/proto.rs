//! The messages of `onnx.proto` (ONNX 1.23) that are read; every other field is skipped.
//!
//! Byte strings are views of the file ([`Bytes`]), never copies. Floats are kept as bit patterns: on the wire `float` is
//! `fixed32` and `double` is `fixed64`.

use prost::bytes::Bytes;

/// `ModelProto`: a file.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ModelProto {
    /// Version of the format.
    #[prost(int64, tag = "1")]
    pub ir_version: i64,
    /// The main graph.
    #[prost(message, optional, tag = "7")]
    pub graph: Option<GraphProto>,
    /// Operator sets that the graph uses.
    #[prost(message, repeated, tag = "8")]
    pub opset_import: Vec<OperatorSetId>,
    /// Functions local to the model.
    #[prost(message, repeated, tag = "25")]
    pub functions: Vec<FunctionProto>,
}

/// `OperatorSetIdProto`: a domain and a version of it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OperatorSetId {
    /// Domain; empty for ONNX's own.
    #[prost(string, tag = "1")]
    pub domain: String,
    /// Version.
    #[prost(int64, tag = "2")]
    pub version: i64,
}

/// `FunctionProto`: a function local to a model.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FunctionProto {
    /// Its name, used as an operator.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Its nodes.
    #[prost(message, repeated, tag = "7")]
    pub node: Vec<NodeProto>,
    /// Its domain.
    #[prost(string, tag = "10")]
    pub domain: String,
}

/// `GraphProto`: a graph.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GraphProto {
    /// Nodes, in topological order.
    #[prost(message, repeated, tag = "1")]
    pub node: Vec<NodeProto>,
    /// Name.
    #[prost(string, tag = "2")]
    pub name: String,
    /// Weights.
    #[prost(message, repeated, tag = "5")]
    pub initializer: Vec<TensorProto>,
    /// Inputs; in old files the initialisers too.
    #[prost(message, repeated, tag = "11")]
    pub input: Vec<ValueInfo>,
    /// Outputs.
    #[prost(message, repeated, tag = "12")]
    pub output: Vec<ValueInfo>,
    /// Types of values in between, where the file states them.
    #[prost(message, repeated, tag = "13")]
    pub value_info: Vec<ValueInfo>,
    /// Sparse weights; Candor does not carry them.
    #[prost(message, repeated, tag = "15")]
    pub sparse_initializer: Vec<SparseTensorProto>,
}

/// `SparseTensorProto`, as far as its presence matters.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SparseTensorProto {
    /// The values; its name is the tensor's.
    #[prost(message, optional, tag = "1")]
    pub values: Option<TensorProto>,
}

/// `NodeProto`: a node.
#[derive(Clone, PartialEq, prost::Message)]
pub struct NodeProto {
    /// Names of the values it reads; empty for optional ones that are absent.
    #[prost(string, repeated, tag = "1")]
    pub input: Vec<String>,
    /// Names of the values it makes; empty for those that nobody wants.
    #[prost(string, repeated, tag = "2")]
    pub output: Vec<String>,
    /// Name.
    #[prost(string, tag = "3")]
    pub name: String,
    /// Operator.
    #[prost(string, tag = "4")]
    pub op_type: String,
    /// Attributes.
    #[prost(message, repeated, tag = "5")]
    pub attribute: Vec<AttributeProto>,
    /// Domain of the operator.
    #[prost(string, tag = "7")]
    pub domain: String,
}

/// `AttributeProto`: an attribute.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AttributeProto {
    /// Name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// A number: the bits of a binary32.
    #[prost(fixed32, optional, tag = "2")]
    pub f: Option<u32>,
    /// An integer.
    #[prost(int64, optional, tag = "3")]
    pub i: Option<i64>,
    /// A text.
    #[prost(bytes = "bytes", optional, tag = "4")]
    pub s: Option<Bytes>,
    /// A tensor.
    #[prost(message, optional, tag = "5")]
    pub t: Option<TensorProto>,
    /// A graph.
    #[prost(message, optional, boxed, tag = "6")]
    pub g: Option<Box<GraphProto>>,
    /// Numbers: the bits of binary32s.
    #[prost(fixed32, repeated, packed = "false", tag = "7")]
    pub floats: Vec<u32>,
    /// Integers.
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub ints: Vec<i64>,
    /// Texts.
    #[prost(bytes = "bytes", repeated, tag = "9")]
    pub strings: Vec<Bytes>,
    /// Tensors.
    #[prost(message, repeated, tag = "10")]
    pub tensors: Vec<TensorProto>,
    /// Graphs.
    #[prost(message, repeated, tag = "11")]
    pub graphs: Vec<GraphProto>,
    /// Which of the fields counts ([`attribute_kind`]).
    #[prost(int32, tag = "20")]
    pub kind: i32,
    /// Attribute of the enclosing function that this one stands for.
    #[prost(string, tag = "21")]
    pub ref_attr_name: String,
}

/// `AttributeProto.AttributeType`, as far as lowering tells them apart.
pub mod attribute_kind {
    /// `f`.
    pub const FLOAT: i32 = 1;
    /// `i`.
    pub const INT: i32 = 2;
    /// `s`.
    pub const STRING: i32 = 3;
    /// `t`.
    pub const TENSOR: i32 = 4;
    /// `g`.
    pub const GRAPH: i32 = 5;
    /// `floats`.
    pub const FLOATS: i32 = 6;
    /// `ints`.
    pub const INTS: i32 = 7;
    /// `strings`.
    pub const STRINGS: i32 = 8;
    /// `tensors`.
    pub const TENSORS: i32 = 9;
    /// `graphs`.
    pub const GRAPHS: i32 = 10;
}

/// `TensorProto`: a tensor. Its bytes stand in `raw_data`, in one of the typed fields, or in another file.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TensorProto {
    /// Shape.
    #[prost(int64, repeated, packed = "false", tag = "1")]
    pub dims: Vec<i64>,
    /// ONNX's number of the element type.
    #[prost(int32, tag = "2")]
    pub data_type: i32,
    /// Bits of float32 elements.
    #[prost(fixed32, repeated, packed = "true", tag = "4")]
    pub float_data: Vec<u32>,
    /// Elements of types up to 32 bits (float16 and bfloat16 as their bits).
    #[prost(int32, repeated, packed = "true", tag = "5")]
    pub int32_data: Vec<i32>,
    /// int64 elements.
    #[prost(int64, repeated, packed = "true", tag = "7")]
    pub int64_data: Vec<i64>,
    /// Name.
    #[prost(string, tag = "8")]
    pub name: String,
    /// Elements, raw and little-endian.
    #[prost(bytes = "bytes", optional, tag = "9")]
    pub raw_data: Option<Bytes>,
    /// Bits of float64 elements.
    #[prost(fixed64, repeated, packed = "true", tag = "10")]
    pub double_data: Vec<u64>,
    /// uint32 and uint64 elements.
    #[prost(uint64, repeated, packed = "true", tag = "11")]
    pub uint64_data: Vec<u64>,
    /// Where external data lies: `location`, `offset`, `length`.
    #[prost(message, repeated, tag = "13")]
    pub external_data: Vec<StringEntry>,
    /// 1 if the data is external.
    #[prost(int32, tag = "14")]
    pub data_location: i32,
}

impl TensorProto {
    /// The entry of `external_data` with this key, if the data is external.
    pub fn external(&self, key: &str) -> Option<&str> {
        let entry = self.external_data.iter().find(|e| e.key == key)?;
        (self.data_location == 1).then_some(entry.value.as_str())
    }

    /// File with the data, relative to the model, if it is not in the model itself.
    pub fn external_file(&self) -> Option<&str> {
        self.external("location")
    }
}

/// `StringStringEntryProto`: a key and a value.
#[derive(Clone, PartialEq, prost::Message)]
pub struct StringEntry {
    /// Key.
    #[prost(string, tag = "1")]
    pub key: String,
    /// Value.
    #[prost(string, tag = "2")]
    pub value: String,
}

/// `ValueInfoProto`: name and type of a value.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ValueInfo {
    /// Name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Type.
    #[prost(message, optional, tag = "2")]
    pub kind: Option<TypeProto>,
}

/// `TypeProto`, as far as it is a tensor.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TypeProto {
    /// Type of a tensor.
    #[prost(message, optional, tag = "1")]
    pub tensor: Option<TensorType>,
}

/// `TypeProto.Tensor`: element type and shape.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TensorType {
    /// ONNX's number of the element type.
    #[prost(int32, tag = "1")]
    pub elem_type: i32,
    /// Shape; absent if not even the rank is known.
    #[prost(message, optional, tag = "2")]
    pub shape: Option<TensorShape>,
}

/// `TensorShapeProto`: a shape.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TensorShape {
    /// Dimensions.
    #[prost(message, repeated, tag = "1")]
    pub dim: Vec<Dimension>,
}

/// `TensorShapeProto.Dimension`: a length or a name.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Dimension {
    /// Length.
    #[prost(int64, optional, tag = "1")]
    pub value: Option<i64>,
    /// Name.
    #[prost(string, optional, tag = "2")]
    pub param: Option<String>,
}
