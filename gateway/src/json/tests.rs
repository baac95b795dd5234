//! Reading and writing tensors as JSON.

use super::*;
use crate::datatype::DATATYPES;
use candor_primitives::DType;
use proptest::prelude::*;

fn read(dtype: DType, shape: &[u32], text: &str) -> Result<Vec<u8>, Wrong> {
    let count = shape.iter().map(|dim| u64::from(*dim)).product();
    let mut reader = Reader::new(text);
    let mut out = Vec::new();
    read_values(&mut reader, dtype, shape, count, &mut out)?;
    reader.end()?;
    Ok(out)
}

fn written(dtype: DType, count: u64, data: &[u8]) -> String {
    let mut out = Vec::new();
    assert!(write_values(dtype, count, data, &mut out));
    String::from_utf8(out).unwrap()
}

fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

#[test]
fn lists_should_be_read_when_flat_or_nested_as_the_shape_says() {
    let wanted = floats(&[1.0, 2.5, -3.0, 4e-3, 5.0, 6.0]);
    for text in ["[1,2.5,-3,4e-3,5,6]", "[[1,2.5,-3],[0.004,5,6.0]]", " [ [1 , 2.5\n,-3],\t[4E-3,5,6] ] "] {
        assert_eq!(read(DType::Float32, &[2, 3], text).unwrap(), wanted, "{text}");
    }
    assert_eq!(read(DType::Float32, &[], "7").unwrap(), floats(&[7.0]));
    assert_eq!(read(DType::Float32, &[], "[7]").unwrap(), floats(&[7.0]));
    for (shape, text) in [(&[0, 3][..], "[]"), (&[2, 0], "[[],[]]"), (&[2, 0], "[]"), (&[0], "[]")] {
        assert_eq!(read(DType::Int64, shape, text), Ok(Vec::new()), "{text}");
    }
}

#[test]
fn lists_should_be_refused_when_they_do_not_fit_the_shape() {
    for (shape, text) in [
        (&[2, 3][..], "[1,2,3,4,5]"),
        (&[2, 3], "[1,2,3,4,5,6,7]"),
        (&[2, 3], "[[1,2],[3,4],[5,6]]"),
        (&[2, 3], "[[1,2,3],[4,5]]"),
        (&[2, 3], "[[1,2,3],[4,5,6],[]]"),
        (&[2, 3], "[[1,2,3]]"),
        (&[2, 3], "[[[1,2,3],[4,5,6]]]"),
        (&[2, 3], "[[1,2,3],4,5,6]"),
        (&[1, 1, 1], "[[1]]"),
        (&[2], "[[1,2]]"),
        (&[], "[[1]]"),
        (&[1], "1"),
        (&[1], "{}"),
    ] {
        assert!(matches!(read(DType::Int32, shape, text), Err(Wrong::List(_) | Wrong::Element(..))), "{text}");
    }
}

#[test]
fn integers_should_be_exact_when_a_double_could_not_hold_them() {
    let text = "[9223372036854775807,-9223372036854775808,9007199254740993]";
    let data = read(DType::Int64, &[3], text).unwrap();
    assert_eq!(written(DType::Int64, 3, &data), text);
    let data = read(DType::Uint64, &[1], "[18446744073709551615]").unwrap();
    assert_eq!(written(DType::Uint64, 1, &data), "[18446744073709551615]");
    assert_eq!(read(DType::Uint8, &[2], "[1.0,2e2]").unwrap(), [1, 200]);
}

#[test]
fn elements_should_be_named_when_they_are_of_another_type() {
    for (dtype, element) in [
        (DType::Uint8, "256"),
        (DType::Uint8, "-1"),
        (DType::Int8, "1.5"),
        (DType::Int64, "9223372036854775808"),
        (DType::Int64, "9.1e18"),
        (DType::Int32, "true"),
        (DType::Int32, "\"1\""),
        (DType::Float32, "1e39"),
        (DType::Float32, "null"),
        (DType::Float32, "\"1\""),
        (DType::Float16, "65520"),
        (DType::Bfloat16, "3.4e38e"),
        (DType::Bool, "2"),
        (DType::Bool, "\"true\""),
        (DType::String, "1"),
    ] {
        let text = format!("[{}, {element}]", if dtype == DType::String { "\"\"" } else { "0" });
        match read(dtype, &[2], &text) {
            Err(Wrong::Element(1, _)) => {},
            Err(Wrong::Json(_)) if element.ends_with('e') => {},
            other => panic!("{dtype:?} {element}: {other:?}"),
        }
    }
}

#[test]
fn numbers_should_be_refused_when_they_are_not_json() {
    for text in [
        "[01]", "[+1]", "[.5]", "[1.]", "[1e]", "[- 1]", "[inf]", "[nan]", "[1,]", "[,1]", "[1 2]", "[1", "[", "",
        "[0x1]",
    ] {
        assert!(matches!(read(DType::Float32, &[1], text), Err(Wrong::Json(_) | Wrong::List(_))), "{text}");
    }
}

#[test]
fn floats_should_be_accepted_when_they_are_no_numbers() {
    let data = read(DType::Float32, &[6], r#"[NaN,Infinity,-Infinity,"NaN","Infinity","-Infinity"]"#).unwrap();
    assert_eq!(written(DType::Float32, 6, &data), r#"["NaN","Infinity","-Infinity","NaN","Infinity","-Infinity"]"#);
    for dtype in [DType::Float16, DType::Bfloat16, DType::Float64] {
        let data = read(dtype, &[1], "[-Infinity]").unwrap();
        assert_eq!(written(dtype, 1, &data), r#"["-Infinity"]"#);
    }
}

#[test]
fn floats_should_be_written_shortest_when_they_are_finite() {
    assert_eq!(
        written(DType::Float32, 4, &floats(&[0.1, -0.0, 1e30, f32::MIN_POSITIVE])),
        "[0.1,-0.0,1e+30,1.1754944e-38]"
    );
    assert_eq!(written(DType::Float64, 1, &0.1f64.to_le_bytes()), "[0.1]");
    assert_eq!(read(DType::Float32, &[1], "[-0]").unwrap(), floats(&[-0.0]));
}

#[test]
fn texts_should_be_the_same_when_escaped() {
    let text = r#"["a\"b\\c\n","\u00e4\ud83d\ude00","","/"]"#;
    let data = read(DType::String, &[4], text).unwrap();
    assert_eq!(written(DType::String, 4, &data), "[\"a\\\"b\\\\c\\n\",\"ä😀\",\"\",\"/\"]");
    assert!(!write_values(DType::String, 1, &[1, 0, 0, 0, 0xff], &mut Vec::new()));
    for text in [r#"["\x"]"#, r#"["\ud800"]"#, "[\"\n\"]", r#"["a]"#, r#"["\"]"#, "[\"\\"] {
        assert!(matches!(read(DType::String, &[1], text), Err(Wrong::Json(_))), "{text}");
    }
}

#[test]
fn every_16_bit_float_should_come_back_when_written() {
    for dtype in [DType::Float16, DType::Bfloat16] {
        let data: Vec<u8> = (0..=u16::MAX).filter(|bits| !nan(dtype, *bits)).flat_map(u16::to_le_bytes).collect();
        let count = data.len() as u32 / 2;
        assert_eq!(read(dtype, &[count], &written(dtype, count.into(), &data)).unwrap(), data);
    }
}

fn nan(dtype: DType, bits: u16) -> bool {
    match dtype {
        DType::Float16 => half::f16::from_bits(bits).is_nan(),
        _ => half::bf16::from_bits(bits).is_nan(),
    }
}

/// The bytes with every NaN the one that is written, and every bool 0 or 1.
fn canonical(dtype: DType, data: &[u8]) -> Vec<u8> {
    match dtype {
        DType::Bool => data.iter().map(|byte| byte % 2).collect(),
        DType::Float16 | DType::Bfloat16 => data
            .as_chunks::<2>()
            .0
            .iter()
            .flat_map(|c| match (nan(dtype, u16::from_le_bytes(*c)), dtype) {
                (true, DType::Float16) => half::f16::NAN.to_le_bytes(),
                (true, _) => half::bf16::NAN.to_le_bytes(),
                _ => *c,
            })
            .collect(),
        DType::Float32 => (data.as_chunks::<4>().0.iter().map(|c| f32::from_le_bytes(*c)))
            .flat_map(|value| if value.is_nan() { f32::NAN } else { value }.to_le_bytes())
            .collect(),
        DType::Float64 => (data.as_chunks::<8>().0.iter().map(|c| f64::from_le_bytes(*c)))
            .flat_map(|value| if value.is_nan() { f64::NAN } else { value }.to_le_bytes())
            .collect(),
        _ => data.to_vec(),
    }
}

proptest! {
    #[test]
    fn values_should_come_back_when_written(data in prop::collection::vec(any::<u8>(), 0..400)) {
        for (dtype, name) in DATATYPES {
            let Some(size) = dtype.size() else { continue };
            let count = data.len() / size as usize;
            let data = canonical(dtype, &data[..count * size as usize]);
            let text = written(dtype, count as u64, &data);
            prop_assert_eq!(read(dtype, &[count as u32], &text), Ok(data), "{}", name);
            prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
        }
    }

    #[test]
    fn texts_should_come_back_when_written(texts in prop::collection::vec(any::<String>(), 0..8)) {
        let data: Vec<u8> =
            texts.iter().flat_map(|t| [&(t.len() as u32).to_le_bytes()[..], t.as_bytes()].concat()).collect();
        let text = written(DType::String, texts.len() as u64, &data);
        prop_assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), texts.clone());
        prop_assert_eq!(read(DType::String, &[texts.len() as u32], &text), Ok(data));
    }

    /// What serde_json takes is skipped as one value; what it refuses is refused, but for the floats that are no numbers.
    #[test]
    fn values_should_be_skipped_when_they_are_json(text in r#"([\[\]{}",:0-9eE+.\\ \-]|true|null|"a"|\[|\]){0,24}"#) {
        let mut reader = Reader::new(&text);
        let ours = reader.skip().is_ok() && reader.end().is_ok();
        prop_assert_eq!(ours, serde_json::from_str::<serde_json::Value>(&text).is_ok() || beyond(&text), "{}", text);
    }

    #[test]
    fn nothing_should_panic_when_the_text_is_anything(text in any::<String>(), shape in prop::collection::vec(0u32..4, 0..4)) {
        for (dtype, _) in DATATYPES {
            let _ = read(dtype, &shape, &text);
        }
    }
}

/// Numbers beyond a double are JSON, which serde_json does not read.
fn beyond(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_err_and(|error| error.to_string().contains("out of range"))
}
