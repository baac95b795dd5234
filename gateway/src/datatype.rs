//! Element types as the Open Inference Protocol calls them.

use candor_primitives::DType;

/// All element types with the protocol's names.
pub const DATATYPES: [(DType, &str); 14] = [
    (DType::Bool, "BOOL"),
    (DType::Uint8, "UINT8"),
    (DType::Uint16, "UINT16"),
    (DType::Uint32, "UINT32"),
    (DType::Uint64, "UINT64"),
    (DType::Int8, "INT8"),
    (DType::Int16, "INT16"),
    (DType::Int32, "INT32"),
    (DType::Int64, "INT64"),
    (DType::Float16, "FP16"),
    (DType::Float32, "FP32"),
    (DType::Float64, "FP64"),
    (DType::Bfloat16, "BF16"),
    (DType::String, "BYTES"),
];

/// The protocol's name of an element type.
pub const fn datatype(dtype: DType) -> &'static str {
    match dtype {
        DType::Bool => "BOOL",
        DType::Uint8 => "UINT8",
        DType::Uint16 => "UINT16",
        DType::Uint32 => "UINT32",
        DType::Uint64 => "UINT64",
        DType::Int8 => "INT8",
        DType::Int16 => "INT16",
        DType::Int32 => "INT32",
        DType::Int64 => "INT64",
        DType::Float16 => "FP16",
        DType::Float32 => "FP32",
        DType::Float64 => "FP64",
        DType::Bfloat16 => "BF16",
        DType::String => "BYTES",
    }
}

/// The element type of a protocol's name; `None` for a name that the protocol does not have.
pub fn parse_datatype(name: &str) -> Option<DType> {
    DATATYPES.iter().find(|(_, known)| *known == name).map(|(dtype, _)| *dtype)
}

/// All names, for error texts.
pub fn datatype_names() -> String {
    DATATYPES.map(|(_, name)| name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datatypes_should_be_found_when_they_are_named() {
        for (dtype, name) in DATATYPES {
            assert_eq!(datatype(dtype), name);
            assert_eq!(parse_datatype(name), Some(dtype));
        }
        assert_eq!(parse_datatype("fp32"), None);
    }
}
