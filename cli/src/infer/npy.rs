//! NumPy files: every element type that has a counterpart in ONNX, in and out, to the last bit.

use crate::errors::{CliError, Result};
use candor_primitives::DType;

const MAGIC: &[u8] = b"\x93NUMPY";

/// An array of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Array {
    /// Element type.
    pub dtype: DType,
    /// Shape.
    pub shape: Vec<u32>,
    /// Raw little-endian, row-major.
    pub data: Vec<u8>,
}

/// Read the bytes of a .npy file.
pub fn read(bytes: &[u8]) -> Result<Array> {
    let bad = || CliError::usage("this is not a NumPy file (.npy)");
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(bad)?;
    let (version, rest) = rest.split_at_checked(2).ok_or_else(bad)?;
    let width = if version[0] == 1 { 2 } else { 4 };
    let (length, rest) = rest.split_at_checked(width).ok_or_else(bad)?;
    let length = length.iter().rev().fold(0usize, |n, byte| n << 8 | usize::from(*byte));
    let (header, data) = rest.split_at_checked(length).ok_or_else(bad)?;
    let header = std::str::from_utf8(header).map_err(|_| bad())?;
    let descr = value(header, "descr").ok_or_else(bad)?;
    let descr = descr.strip_prefix('\'').and_then(|d| d.split('\'').next()).ok_or_else(|| {
        CliError::usage("structured NumPy arrays cannot be an input").hint("save one plain array per file")
    })?;
    let fortran = value(header, "fortran_order").ok_or_else(bad)?.starts_with("True");
    let shape = shape(value(header, "shape").ok_or_else(bad)?)?;
    let element = element(descr)?;
    let count = shape.iter().try_fold(1usize, |n, dim| n.checked_mul(*dim as usize)).ok_or_else(bad)?;
    if count.checked_mul(element.width) != Some(data.len()) {
        return Err(CliError::usage(format!(
            "the NumPy file is damaged: {} bytes of data for shape {shape:?}",
            data.len()
        )));
    }
    let mut data = if fortran { row_major(data, &shape, element.width) } else { data.to_vec() };
    if element.big_endian {
        // Text is stored as one number per character.
        let word = if element.dtype == DType::String { 4 } else { element.width };
        data.chunks_exact_mut(word).for_each(<[u8]>::reverse);
    }
    if element.dtype == DType::String {
        data = from_utf32(&data, element.width)?;
    }
    Ok(Array { dtype: element.dtype, shape, data })
}

/// The bytes of a .npy file.
pub fn write(dtype: DType, shape: &[u32], data: &[u8]) -> Result<Vec<u8>> {
    let (descr, body) = match dtype {
        DType::String => to_utf32(data)?,
        other => (descr(other).to_owned(), data.to_vec()),
    };
    let dims: Vec<String> = shape.iter().map(u32::to_string).collect();
    let comma = if dims.len() == 1 { "," } else { "" };
    let dict = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({}{comma}), }}", dims.join(", "));
    // Data starts at a multiple of 64; the header ends with a line break.
    let length = (MAGIC.len() + 4 + dict.len() + 1).next_multiple_of(64) - MAGIC.len() - 4;
    let mut bytes = MAGIC.to_vec();
    bytes.extend([1, 0]);
    bytes.extend((length as u16).to_le_bytes());
    bytes.extend(format!("{dict:<width$}\n", width = length - 1).as_bytes());
    bytes.extend(body);
    Ok(bytes)
}

struct Element {
    dtype: DType,
    width: usize,
    big_endian: bool,
}

fn element(descr: &str) -> Result<Element> {
    let unknown = || {
        CliError::usage(format!("the NumPy type `{descr}` has no counterpart in ONNX"))
            .hint("convert it first, for example array.astype(np.float32)")
    };
    let (order, kind) = descr.split_at_checked(1).ok_or_else(unknown)?;
    if let Some(length) = kind.strip_prefix('U') {
        let length: usize = length.parse().map_err(|_| unknown())?;
        let width = length.checked_mul(4).ok_or_else(unknown)?;
        return Ok(Element { dtype: DType::String, width, big_endian: order == ">" });
    }
    let dtype = match kind {
        "f2" => DType::Float16,
        "f4" => DType::Float32,
        "f8" => DType::Float64,
        "i1" => DType::Int8,
        "i2" => DType::Int16,
        "i4" => DType::Int32,
        "i8" => DType::Int64,
        "u1" => DType::Uint8,
        "u2" => DType::Uint16,
        "u4" => DType::Uint32,
        "u8" => DType::Uint64,
        "b1" => DType::Bool,
        // NumPy has no bfloat16; the packages that add it save it so.
        "V2" => DType::Bfloat16,
        _ => return Err(unknown()),
    };
    let width = dtype.size().unwrap_or(1) as usize;
    Ok(Element { dtype, width, big_endian: order == ">" })
}

const fn descr(dtype: DType) -> &'static str {
    match dtype {
        DType::Float16 => "<f2",
        DType::Float32 => "<f4",
        DType::Float64 => "<f8",
        DType::Int8 => "|i1",
        DType::Int16 => "<i2",
        DType::Int32 => "<i4",
        DType::Int64 => "<i8",
        DType::Uint8 => "|u1",
        DType::Uint16 => "<u2",
        DType::Uint32 => "<u4",
        DType::Uint64 => "<u8",
        DType::Bool => "|b1",
        DType::Bfloat16 => "|V2",
        DType::String => "<U1",
    }
}

/// What stands behind a key of the header's dictionary.
fn value<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let at = header.find(&format!("'{key}'"))?;
    header[at..].split_once(':').map(|(_, value)| value.trim_start())
}

fn shape(text: &str) -> Result<Vec<u32>> {
    let bad = || CliError::usage("the NumPy file has a shape that cannot be read");
    let inner = text.strip_prefix('(').and_then(|t| t.split(')').next()).ok_or_else(bad)?;
    let dims = inner.split(',').map(str::trim).filter(|dim| !dim.is_empty());
    dims.map(|dim| dim.parse().map_err(|_| bad())).collect()
}

/// Column-major to row-major.
fn row_major(data: &[u8], shape: &[u32], width: usize) -> Vec<u8> {
    let mut strides = Vec::with_capacity(shape.len());
    let mut stride = 1usize;
    for dim in shape {
        strides.push(stride);
        stride *= *dim as usize;
    }
    let mut index = vec![0u32; shape.len()];
    let mut out = Vec::with_capacity(data.len());
    for _ in 0..data.len().checked_div(width).unwrap_or(0) {
        let at: usize = index.iter().zip(&strides).map(|(i, stride)| *i as usize * stride).sum();
        out.extend_from_slice(&data[at * width..(at + 1) * width]);
        for (i, dim) in index.iter_mut().zip(shape).rev() {
            *i += 1;
            if *i < *dim {
                break;
            }
            *i = 0;
        }
    }
    out
}

fn from_utf32(data: &[u8], width: usize) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    for element in data.chunks(width.max(1)) {
        let chars: Option<String> =
            element.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).map(char::from_u32).collect();
        let text = chars.ok_or_else(|| CliError::usage("the NumPy file has a character that does not exist"))?;
        let text = text.trim_end_matches('\0');
        out.extend((text.len() as u32).to_le_bytes());
        out.extend(text.as_bytes());
    }
    Ok(out)
}

fn to_utf32(data: &[u8]) -> Result<(String, Vec<u8>)> {
    let texts: Vec<Vec<char>> = super::values::strings(data)?.iter().map(|text| text.chars().collect()).collect();
    let longest = texts.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let mut out = Vec::new();
    for text in texts {
        let padded = text.into_iter().chain(std::iter::repeat('\0')).take(longest);
        padded.for_each(|c| out.extend((c as u32).to_le_bytes()));
    }
    Ok((format!("<U{longest}"), out))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn file_should_round_trip_when_written_for_every_type() {
        for dtype in [
            DType::Float16,
            DType::Float32,
            DType::Float64,
            DType::Bfloat16,
            DType::Bool,
            DType::Int8,
            DType::Int16,
            DType::Int32,
            DType::Int64,
            DType::Uint8,
            DType::Uint16,
            DType::Uint32,
            DType::Uint64,
        ] {
            let data: Vec<u8> = (0..6 * dtype.size().unwrap()).map(|i| (i % 2) as u8).collect();
            let bytes = write(dtype, &[2, 3], &data).unwrap();
            assert_eq!(read(&bytes).unwrap(), Array { dtype, shape: vec![2, 3], data });
        }
    }

    #[test]
    fn file_should_start_its_data_at_64_when_written() {
        let bytes = write(DType::Float32, &[1], &[1, 2, 3, 4]).unwrap();
        assert_eq!((bytes.len() - 4) % 64, 0);
        assert_eq!(bytes[bytes.len() - 5], b'\n');
        assert!(String::from_utf8_lossy(&bytes).contains("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"));
        let scalar = read(&write(DType::Uint8, &[], &[7]).unwrap()).unwrap();
        assert_eq!((scalar.shape, scalar.data), (vec![], vec![7]));
    }

    #[test]
    fn strings_should_round_trip_when_they_differ_in_length() {
        let mut data = Vec::new();
        for text in ["", "schön", "日本"] {
            data.extend((text.len() as u32).to_le_bytes());
            data.extend(text.as_bytes());
        }
        let bytes = write(DType::String, &[3], &data).unwrap();
        assert_eq!(read(&bytes).unwrap().data, data);
    }

    #[test]
    fn read_should_convert_when_the_file_is_column_major_or_big_endian() {
        let header = "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }\n";
        let stored: Vec<u8> = [1i16, 4, 2, 5, 3, 6].iter().flat_map(|v| v.to_be_bytes()).collect();
        let wanted: Vec<u8> = (1i16..=6).flat_map(i16::to_le_bytes).collect();
        assert_eq!(
            read(&file(header, &stored)).unwrap(),
            Array { dtype: DType::Int16, shape: vec![2, 3], data: wanted }
        );
    }

    #[test]
    fn read_should_refuse_when_the_file_is_damaged() {
        let good = write(DType::Float32, &[2], &[0; 8]).unwrap();
        assert!(read(&good[..good.len() - 1]).is_err());
        assert!(read(&good[..20]).is_err());
        assert!(read(b"PK").is_err());
        assert!(read(&file("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", &[0; 8])).is_err());
        assert!(read(&file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", &[0; 4])).is_err());
        assert!(read(&file("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967295, 4294967295, 9), }", &[]))
            .is_err());
    }
}
