//! Answers of calls: JSON, and behind it the tensors' bytes.

use super::{connection::Answer, ClientError};
use crate::{
    backend::InferResponse,
    datatype::parse_datatype,
    json::{read_values, Broken, Reader, Wrong},
    message::HEADER_LENGTH,
    tensor::{NamedTensor, TensorData},
    wire,
};
use base64::{engine::general_purpose::STANDARD, Engine as _};
use bytes::Bytes;
use candor_primitives::tensor::{elements, Shape};
use codec::DecodeAll;
use http::HeaderMap;

fn protocol(message: impl Into<String>) -> ClientError {
    ClientError::Protocol(message.into())
}

impl From<Broken> for ClientError {
    fn from(broken: Broken) -> Self {
        protocol(broken.to_string())
    }
}

/// What was answered.
pub(super) fn decode(answer: Answer) -> Result<InferResponse, ClientError> {
    if !answer.status.is_success() {
        return Err(answer.failure());
    }
    let length = match answer.headers.get(HEADER_LENGTH) {
        Some(value) => {
            let length = value.to_str().ok().and_then(|text| text.trim().parse::<usize>().ok());
            length.ok_or_else(|| protocol("the length of its JSON is no number"))?
        },
        None => answer.body.len(),
    };
    let text = answer.body.get(..length).ok_or_else(|| protocol("its JSON is longer than the whole"))?;
    let text = std::str::from_utf8(text).map_err(|_| protocol("its JSON is not UTF-8"))?;
    let head = Head::read(text)?;
    let mut at = length;
    let mut outputs = Vec::with_capacity(head.outputs.len());
    for output in head.outputs {
        outputs.push(output.tensor(&answer.body, &mut at)?);
    }
    if at != answer.body.len() {
        return Err(protocol("it has bytes behind the last output"));
    }
    Ok(InferResponse {
        model: head.model,
        version: head.version,
        outputs,
        receipt: scale(&answer.headers, wire::RECEIPT)?,
        output_roots: scale(&answer.headers, wire::ROOTS)?.unwrap_or_default(),
    })
}

/// An answer's JSON.
#[derive(Default)]
struct Head<'a> {
    model: String,
    version: String,
    outputs: Vec<Output<'a>>,
}

#[derive(Default)]
struct Output<'a> {
    name: String,
    datatype: String,
    shape: Vec<u32>,
    /// Bytes behind the JSON.
    size: Option<usize>,
    /// Its elements as JSON.
    data: Option<&'a str>,
}

impl<'a> Head<'a> {
    fn read(text: &'a str) -> Result<Self, ClientError> {
        let (mut head, mut given) = (Self::default(), false);
        let mut reader = Reader::new(text);
        reader.object(|key, reader| -> Result<(), ClientError> {
            match key {
                "model_name" => head.model = optional(reader)?,
                "model_version" => head.version = optional(reader)?,
                "outputs" => {
                    given = true;
                    reader.list(|_, reader| -> Result<(), ClientError> {
                        head.outputs.push(Output::read(reader)?);
                        Ok(())
                    })?;
                },
                _ => drop(reader.skip()?),
            }
            Ok(())
        })?;
        reader.end()?;
        match given {
            true => Ok(head),
            false => Err(protocol("it has no outputs")),
        }
    }
}

/// A text, or nothing where it is `null`.
fn optional(reader: &mut Reader<'_>) -> Result<String, ClientError> {
    if reader.peek() == b'n' && reader.eat_word("null") {
        return Ok(String::new());
    }
    Ok(reader.string()?.into_owned())
}

/// A whole number that fits.
fn whole<T: std::str::FromStr>(reader: &mut Reader<'_>) -> Result<T, ClientError> {
    reader.peek();
    let text = reader.number()?;
    text.parse().map_err(|_| protocol(format!("{text} is no length")))
}

impl<'a> Output<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, ClientError> {
        let mut output = Self::default();
        reader.object(|key, reader| -> Result<(), ClientError> {
            match key {
                "name" => output.name = reader.string()?.into_owned(),
                "datatype" => output.datatype = reader.string()?.into_owned(),
                "shape" => reader.list(|_, reader| -> Result<(), ClientError> {
                    output.shape.push(whole(reader)?);
                    Ok(())
                })?,
                "parameters" if reader.peek() == b'{' => {
                    reader.object(|key, reader| -> Result<(), ClientError> {
                        match key {
                            "binary_data_size" => output.size = Some(whole(reader)?),
                            _ => drop(reader.skip()?),
                        }
                        Ok(())
                    })?;
                },
                "data" => output.data = Some(reader.skip()?),
                _ => drop(reader.skip()?),
            }
            Ok(())
        })?;
        Ok(output)
    }

    /// The tensor; the next bytes of the body are at `at`.
    fn tensor(self, body: &Bytes, at: &mut usize) -> Result<NamedTensor, ClientError> {
        let wrong = |what: &str| protocol(format!("the output `{}` {what}", self.name));
        let dtype = parse_datatype(&self.datatype).ok_or_else(|| wrong("has a type that is not known"))?;
        let shape = Shape::try_from(self.shape).map_err(|_| wrong("has more than eight dimensions"))?;
        let data = match (self.size, self.data) {
            (Some(size), _) => {
                let end = at.checked_add(size).filter(|end| *end <= body.len());
                let end = end.ok_or_else(|| wrong("has fewer bytes than it says"))?;
                let data = body.slice(*at..end);
                *at = end;
                data
            },
            (None, Some(text)) => {
                let count = elements(&shape).ok_or_else(|| wrong("has too many elements"))?;
                let mut data = Vec::new();
                read_values(&mut Reader::new(text), dtype, &shape, count, &mut data).map_err(|error| {
                    let reason = match error {
                        Wrong::Json(broken) => broken.to_string(),
                        Wrong::Element(index, reason) => format!("element {index}: {reason}"),
                        Wrong::List(reason) => reason,
                    };
                    wrong(&format!("cannot be read: {reason}"))
                })?;
                data.into()
            },
            (None, None) => return Err(wrong("has no data")),
        };
        let tensor = TensorData { dtype, shape, data };
        tensor.check().map_err(|_| wrong("has bytes that do not fit its type and shape"))?;
        Ok(NamedTensor { name: self.name, tensor })
    }
}

/// A value in SCALE, in base64.
fn scale<T: DecodeAll>(headers: &HeaderMap, name: &'static str) -> Result<Option<T>, ClientError> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let bytes = STANDARD.decode(value.as_bytes()).map_err(|e| protocol(format!("`{name}`: {e}")))?;
    let value = T::decode_all(&mut bytes.as_slice()).map_err(|e| protocol(format!("`{name}`: {e}")))?;
    Ok(Some(value))
}
