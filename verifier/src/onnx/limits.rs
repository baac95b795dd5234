//! How much of a file is structure. A message of two bytes takes a hundred times as much memory once it is decoded, so
//! the parts of a file are counted before: a small file cannot fill the memory, and weights (which are not decoded) may be
//! as large as they like.

/// Most parts of a file: messages, names, texts, and lists of numbers by their length. A graph of 100 000 nodes has about
/// two million.
pub(super) const MAX_PARTS: u64 = 1 << 22;

/// Bytes of packed numbers that count as one part; a number on its own counts as eight.
const NUMBERS_PER_PART: u64 = 64;

/// Deepest nesting that the decoder reads.
const MAX_DEPTH: u32 = 100;

/// Messages whose fields are looked at.
#[derive(Clone, Copy)]
enum Message {
    Model,
    Graph,
    Function,
    Node,
    Attribute,
    Tensor,
    SparseTensor,
    Value,
    Type,
    TensorType,
    Shape,
    /// Messages of which only the presence counts.
    Leaf,
}

/// What a field holds.
enum Field {
    Message(Message),
    /// A name or a text: decoded into an allocation or a view of its own.
    Part,
    /// Numbers, packed or not.
    Numbers,
    /// Anything else: skipped, or a view that costs nothing.
    Other,
}

impl Message {
    fn field(self, tag: u64) -> Field {
        use Field::{Numbers, Other, Part};
        let message = match (self, tag) {
            (Self::Model, 7) | (Self::Attribute, 6 | 11) => Self::Graph,
            (Self::Model, 8) | (Self::Tensor, 13) | (Self::Shape, 1) => Self::Leaf,
            (Self::Model, 25) => Self::Function,
            (Self::Graph, 1) | (Self::Function, 7) => Self::Node,
            (Self::Graph, 5) | (Self::Attribute, 5 | 10) | (Self::SparseTensor, 1) => Self::Tensor,
            (Self::Graph, 11..=13) => Self::Value,
            (Self::Graph, 15) => Self::SparseTensor,
            (Self::Node, 5) => Self::Attribute,
            (Self::Value, 2) => Self::Type,
            (Self::Type, 1) => Self::TensorType,
            (Self::TensorType, 2) => Self::Shape,
            (Self::Node, 1 | 2) | (Self::Attribute, 9) => return Part,
            (Self::Attribute, 7 | 8) | (Self::Tensor, 1 | 4 | 5 | 7 | 10 | 11) => return Numbers,
            _ => return Other,
        };
        Field::Message(message)
    }
}

/// Check that an encoded model has at most `most` parts; why it is refused, otherwise.
pub(super) fn check(model: &[u8], most: u64) -> Result<(), &'static str> {
    let mut numbers = 0;
    let mut left = most;
    walk(Message::Model, model, &mut left, &mut numbers, 0)
}

fn walk(message: Message, mut data: &[u8], left: &mut u64, numbers: &mut u64, depth: u32) -> Result<(), &'static str> {
    const DAMAGED: &str = "its encoding is damaged";
    if depth > MAX_DEPTH {
        return Err("its messages are nested too deeply");
    }
    while !data.is_empty() {
        let key = varint(&mut data).ok_or(DAMAGED)?;
        let field = message.field(key >> 3);
        let parts = match key & 7 {
            0 => {
                varint(&mut data).ok_or(DAMAGED)?;
                count_numbers(&field, 8, numbers)
            },
            1 => {
                take(&mut data, 8).ok_or(DAMAGED)?;
                count_numbers(&field, 8, numbers)
            },
            5 => {
                take(&mut data, 4).ok_or(DAMAGED)?;
                count_numbers(&field, 8, numbers)
            },
            2 => {
                let len = varint(&mut data).ok_or(DAMAGED)?;
                let value = take(&mut data, len).ok_or(DAMAGED)?;
                match field {
                    Field::Message(inner) => {
                        spend(left, 1)?;
                        walk(inner, value, left, numbers, depth + 1)?;
                        0
                    },
                    Field::Part => 1,
                    Field::Numbers => count_numbers(&field, len, numbers),
                    Field::Other => 0,
                }
            },
            _ => return Err(DAMAGED),
        };
        spend(left, parts)?;
    }
    Ok(())
}

fn spend(left: &mut u64, parts: u64) -> Result<(), &'static str> {
    *left = left.checked_sub(parts).ok_or("its graph has too many parts")?;
    Ok(())
}

/// Add to the count of numbers; the parts that this completes.
fn count_numbers(field: &Field, bytes: u64, numbers: &mut u64) -> u64 {
    if !matches!(field, Field::Numbers) {
        return 0;
    }
    let before = *numbers / NUMBERS_PER_PART;
    *numbers = numbers.saturating_add(bytes);
    *numbers / NUMBERS_PER_PART - before
}

fn varint(data: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..70).step_by(7) {
        let (byte, rest) = data.split_first()?;
        *data = rest;
        value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn take<'a>(data: &mut &'a [u8], len: u64) -> Option<&'a [u8]> {
    let (value, rest) = data.split_at_checked(usize::try_from(len).ok()?)?;
    *data = rest;
    Some(value)
}
