//! Elements of tensors as JSON to their bytes.

use super::read::{Broken, Reader};
use crate::datatype::datatype;
use candor_primitives::DType;
use half::{bf16, f16};

/// Why a list is not the elements of a tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is not JSON.
    Json(Broken),
    /// This element is wrong, for this reason.
    Element(u64, String),
    /// The list as a whole is wrong, for this reason.
    List(String),
}

impl From<Broken> for Wrong {
    fn from(broken: Broken) -> Self {
        Self::Json(broken)
    }
}

/// Append the elements of a tensor: a list of all in row-major order, or lists nested as the shape says, or for a scalar also
/// the element itself. What is appended is `count` elements or an error.
pub fn read_values(
    reader: &mut Reader<'_>,
    dtype: DType,
    shape: &[u32],
    count: u64,
    out: &mut Vec<u8>,
) -> Result<(), Wrong> {
    // An element takes at least two bytes of text, so what is reserved is bounded by what was sent.
    let most = (reader.rest() as u64 / 2 + 1).min(count);
    out.reserve(usize::try_from(most * u64::from(dtype.size().unwrap_or(4))).unwrap_or(0));
    macro_rules! walk {
        ($element:expr) => {
            Walk { shape, count, read: 0, element: $element, out }.run(reader)
        };
    }
    match dtype {
        DType::Bool => walk!(boolean),
        DType::Uint8 => walk!(integer::<u8>),
        DType::Uint16 => walk!(integer::<u16>),
        DType::Uint32 => walk!(integer::<u32>),
        DType::Uint64 => walk!(integer::<u64>),
        DType::Int8 => walk!(integer::<i8>),
        DType::Int16 => walk!(integer::<i16>),
        DType::Int32 => walk!(integer::<i32>),
        DType::Int64 => walk!(integer::<i64>),
        DType::Float16 => walk!(float::<f16>),
        DType::Bfloat16 => walk!(float::<bf16>),
        DType::Float32 => walk!(float::<f32>),
        DType::Float64 => walk!(float::<f64>),
        DType::String => walk!(text),
    }
}

/// Why one element is wrong.
enum Bad {
    Json(Broken),
    Value(String),
}

impl From<Broken> for Bad {
    fn from(broken: Broken) -> Self {
        Self::Json(broken)
    }
}

struct Walk<'a, F> {
    shape: &'a [u32],
    count: u64,
    read: u64,
    element: F,
    out: &'a mut Vec<u8>,
}

impl<F: Fn(&mut Reader<'_>, &mut Vec<u8>) -> Result<(), Bad>> Walk<'_, F> {
    fn run(mut self, reader: &mut Reader<'_>) -> Result<(), Wrong> {
        if reader.peek() != b'[' && self.shape.is_empty() {
            return self.one(reader);
        }
        if !reader.eat(b'[') {
            return Err(Wrong::List("expected a list of the elements".into()));
        }
        if reader.peek() == b'[' {
            self.nested(reader, 0)?;
        } else {
            self.flat(reader)?;
        }
        if self.read == self.count {
            Ok(())
        } else {
            Err(Wrong::List(format!("there are {} elements, the shape has {}", self.read, self.count)))
        }
    }

    #[inline]
    fn one(&mut self, reader: &mut Reader<'_>) -> Result<(), Wrong> {
        match (self.element)(reader, self.out) {
            Ok(()) => {
                self.read += 1;
                Ok(())
            },
            Err(Bad::Json(broken)) => Err(Wrong::Json(broken)),
            Err(Bad::Value(why)) => Err(Wrong::Element(self.read, why)),
        }
    }

    /// Elements up to the end of a list whose `[` was consumed; how many.
    fn flat(&mut self, reader: &mut Reader<'_>) -> Result<u64, Wrong> {
        let before = self.read;
        if reader.eat(b']') {
            return Ok(0);
        }
        loop {
            if self.read == self.count {
                return Err(Wrong::List(format!("there are more elements than the shape's {}", self.count)));
            }
            self.one(reader)?;
            if !reader.more(b']')? {
                return Ok(self.read - before);
            }
        }
    }

    /// A list of dimension `level` and below, whose `[` was consumed.
    fn nested(&mut self, reader: &mut Reader<'_>, level: usize) -> Result<(), Wrong> {
        let Some(wanted) = self.shape.get(level) else {
            return Err(Wrong::List(format!("lists are nested more deeply than the shape's {} dimensions", level)));
        };
        let length = if level + 1 == self.shape.len() {
            self.flat(reader)?
        } else if reader.eat(b']') {
            0
        } else {
            let mut length = 0;
            loop {
                if !reader.eat(b'[') {
                    return Err(Wrong::List(format!("lists are nested less deeply than the shape: item {length}")));
                }
                self.nested(reader, level + 1)?;
                length += 1;
                if !reader.more(b']')? {
                    break length;
                }
            }
        };
        if length == u64::from(*wanted) {
            Ok(())
        } else {
            Err(Wrong::List(format!("a list of dimension {level} has {length} items, the shape says {wanted}")))
        }
    }
}

fn short(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_string(),
    }
}

fn is_not(reader: &mut Reader<'_>, what: &str) -> Bad {
    match reader.skip() {
        Ok(text) => Bad::Value(format!("{} is not {what}", short(text))),
        Err(broken) => Bad::Json(broken),
    }
}

fn boolean(reader: &mut Reader<'_>, out: &mut Vec<u8>) -> Result<(), Bad> {
    if let Some(value) = reader.boolean() {
        out.push(value.into());
        return Ok(());
    }
    let mut ahead = reader.clone();
    match ahead.number() {
        Ok(digit @ ("0" | "1")) => {
            out.push(u8::from(digit == "1"));
            *reader = ahead;
            Ok(())
        },
        _ => Err(is_not(reader, "true or false")),
    }
}

fn text(reader: &mut Reader<'_>, out: &mut Vec<u8>) -> Result<(), Bad> {
    if reader.peek() != b'"' {
        return Err(is_not(reader, "a string"));
    }
    let text = reader.string()?;
    let length = u32::try_from(text.len()).map_err(|_| Bad::Value("the text is longer than 4 GiB".into()))?;
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

trait Integer: Sized + std::str::FromStr + TryFrom<i64> {
    const DTYPE: DType;
    fn put(self, out: &mut Vec<u8>);
}

trait Float: Sized {
    const DTYPE: DType;
    const NAN: Self;
    const INFINITY: Self;
    const NEGATIVE: Self;
    /// The nearest value, ties to even; `None` if it is beyond the largest.
    fn parse(text: &str) -> Option<Self>;
    fn put(self, out: &mut Vec<u8>);
}

macro_rules! integers {
    ($($type:ty: $dtype:ident),*) => {$(
        impl Integer for $type {
            const DTYPE: DType = DType::$dtype;
            #[inline]
            fn put(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
        }
    )*};
}
integers!(u8: Uint8, u16: Uint16, u32: Uint32, u64: Uint64, i8: Int8, i16: Int16, i32: Int32, i64: Int64);

macro_rules! floats {
    ($($type:ty: $dtype:ident, $parse:expr;)*) => {$(
        impl Float for $type {
            const DTYPE: DType = DType::$dtype;
            const NAN: Self = <$type>::NAN;
            const INFINITY: Self = <$type>::INFINITY;
            const NEGATIVE: Self = <$type>::NEG_INFINITY;
            #[inline]
            fn parse(text: &str) -> Option<Self> {
                let parse: fn(&str) -> Option<Self> = $parse;
                parse(text).filter(|value| !value.is_infinite())
            }
            #[inline]
            fn put(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
        }
    )*};
}
floats! {
    f32: Float32, |text| text.parse().ok();
    f64: Float64, |text| text.parse().ok();
    f16: Float16, |text| text.parse().ok().map(f16::from_f64);
    bf16: Bfloat16, |text| text.parse().ok().map(bf16::from_f64);
}

#[inline]
fn integer<T: Integer>(reader: &mut Reader<'_>, out: &mut Vec<u8>) -> Result<(), Bad> {
    if !matches!(reader.peek(), b'-' | b'0'..=b'9') {
        return Err(is_not(reader, datatype(T::DTYPE)));
    }
    let text = reader.number()?;
    let value = text.parse().ok().or_else(|| whole(text).and_then(|value| T::try_from(value).ok()));
    match value {
        Some(value) => value.put(out),
        None => return Err(Bad::Value(format!("{} is not {}", short(text), datatype(T::DTYPE)))),
    }
    Ok(())
}

/// An integer that is written as a float, such as `1.0` or `1e3`: JSON does not tell them apart. Only where a double holds it
/// exactly.
fn whole(text: &str) -> Option<i64> {
    const MOST: f64 = 9_007_199_254_740_992.0;
    let value: f64 = text.parse().ok()?;
    (text.contains(['.', 'e', 'E']) && value.trunc() == value && value.abs() <= MOST).then_some(value as i64)
}

#[inline]
fn float<T: Float>(reader: &mut Reader<'_>, out: &mut Vec<u8>) -> Result<(), Bad> {
    match reader.peek() {
        b'0'..=b'9' => {},
        b'-' if !reader.eat_word("-Infinity") => {},
        b'-' => {
            T::NEGATIVE.put(out);
            return Ok(());
        },
        _ => return odd_float::<T>(reader, out),
    }
    let text = reader.number()?;
    match T::parse(text) {
        Some(value) => value.put(out),
        None => return Err(Bad::Value(format!("{} is too large for {}", short(text), datatype(T::DTYPE)))),
    }
    Ok(())
}

/// What JSON has no numbers for: `NaN` and the infinities, bare or as strings.
fn odd_float<T: Float>(reader: &mut Reader<'_>, out: &mut Vec<u8>) -> Result<(), Bad> {
    let mut ahead = reader.clone();
    let value = match ahead.skip()?.trim_matches('"') {
        "NaN" => T::NAN,
        "Infinity" => T::INFINITY,
        "-Infinity" => T::NEGATIVE,
        _ => return Err(is_not(reader, datatype(T::DTYPE))),
    };
    *reader = ahead;
    value.put(out);
    Ok(())
}
