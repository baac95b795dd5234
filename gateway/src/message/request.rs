//! The body of a call.

use crate::{
    backend::CallError,
    datatype::{datatype_names, parse_datatype},
    fit::check_bytes,
    json::{read_values, Broken, Reader, Wrong},
    tensor::{NamedTensor, TensorData},
};
use bytes::Bytes;
use candor_primitives::{
    tensor::{elements, Shape, MAX_RANK, MAX_TENSORS},
    DType,
};
use std::{ops::Range, time::Duration};

/// A call as it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// What the caller calls it.
    pub id: Option<String>,
    /// Its inputs.
    pub inputs: Vec<NamedTensor>,
    /// The outputs that are wanted; all if empty.
    pub outputs: Vec<Wanted>,
    /// Whether outputs that say nothing about it are wanted as binary data.
    pub binary: bool,
    /// How long the caller waits.
    pub timeout: Option<Duration>,
}

/// An output that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its name.
    pub name: String,
    /// Whether as binary data, if it says so.
    pub binary: Option<bool>,
}

fn invalid(field: impl Into<String>, message: impl Into<String>) -> CallError {
    CallError::Invalid { field: field.into(), message: message.into() }
}

impl From<Broken> for CallError {
    fn from(broken: Broken) -> Self {
        invalid("body", format!("the body is {broken}"))
    }
}

/// Read a call. `header` is the length of the JSON where binary data follows it. Inputs are checked against their own types
/// and shapes, not against the model.
pub fn decode(body: &Bytes, header: Option<usize>) -> Result<Decoded, CallError> {
    let length = header.unwrap_or(body.len());
    let Some((json, binary)) = body.split_at_checked(length) else {
        let message = format!("it says {length} bytes of JSON, the body has {}", body.len());
        return Err(invalid(super::HEADER_LENGTH, message));
    };
    let json = std::str::from_utf8(json)
        .map_err(|error| invalid("body", format!("the JSON is not UTF-8 at byte {}", error.valid_up_to())))?;
    let mut binary = Binary { body, next: length, left: binary.len() };
    let mut decoded = Decoded::default();
    let mut given = false;
    let mut reader = Reader::new(json);
    reader.object(|key, reader| -> Result<(), CallError> {
        match key {
            "id" => decoded.id = Some(text(reader, "id")?),
            "parameters" => parameters(reader, &mut decoded)?,
            "inputs" => {
                given = true;
                decoded.inputs = inputs(reader, json, &mut binary)?;
            },
            "outputs" => decoded.outputs = outputs(reader)?,
            _ => drop(reader.skip()?),
        }
        Ok(())
    })?;
    reader.end()?;
    if !given {
        return Err(invalid("inputs", "a call has a list of `inputs`"));
    }
    if binary.left > 0 {
        let message = format!("{} bytes follow the data of the last input", binary.left);
        return Err(invalid("body", message));
    }
    Ok(decoded)
}

/// The bytes after the JSON.
struct Binary<'a> {
    body: &'a Bytes,
    next: usize,
    left: usize,
}

impl Binary<'_> {
    fn take(&mut self, field: &str, size: u64) -> Result<Bytes, CallError> {
        let fits = usize::try_from(size).ok().filter(|size| *size <= self.left);
        let Some(size) = fits else {
            let message = format!("{} bytes of binary data are left, not {size}", self.left);
            return Err(invalid(format!("{field}.parameters.binary_data_size"), message));
        };
        let range = self.next..self.next + size;
        self.next += size;
        self.left -= size;
        Ok(self.body.slice(range))
    }
}

fn text(reader: &mut Reader<'_>, field: &str) -> Result<String, CallError> {
    if reader.peek() != b'"' {
        return Err(invalid(field, "expected a string"));
    }
    Ok(reader.string()?.into_owned())
}

fn boolean(reader: &mut Reader<'_>, field: &str) -> Result<bool, CallError> {
    reader.boolean().ok_or_else(|| invalid(field, "expected true or false"))
}

fn whole(reader: &mut Reader<'_>, field: &str) -> Result<u64, CallError> {
    let message = "expected a whole number that is not negative";
    if !matches!(reader.peek(), b'-' | b'0'..=b'9') {
        return Err(invalid(field, message));
    }
    reader.number()?.parse().map_err(|_| invalid(field, message))
}

fn expect(reader: &mut Reader<'_>, open: u8, field: &str) -> Result<(), CallError> {
    if reader.peek() == open {
        return Ok(());
    }
    Err(invalid(field, if open == b'[' { "expected a list" } else { "expected an object" }))
}

fn parameters(reader: &mut Reader<'_>, decoded: &mut Decoded) -> Result<(), CallError> {
    expect(reader, b'{', "parameters")?;
    reader.object(|key, reader| {
        match key {
            "binary_data_output" => decoded.binary = boolean(reader, "parameters.binary_data_output")?,
            // Microseconds, as Triton has it; 0 is no limit there.
            "timeout" => {
                let micros = whole(reader, "parameters.timeout")?;
                decoded.timeout = (micros > 0).then(|| Duration::from_micros(micros));
            },
            "sequence_id" | "sequence_start" | "sequence_end" => {
                return Err(invalid(format!("parameters.{key}"), "models keep no state between calls"));
            },
            _ => drop(reader.skip()?),
        }
        Ok(())
    })
}

fn outputs(reader: &mut Reader<'_>) -> Result<Vec<Wanted>, CallError> {
    expect(reader, b'[', "outputs")?;
    let mut outputs = Vec::<Wanted>::new();
    reader.list(|index, reader| {
        let field = format!("outputs[{index}]");
        limit(index, "outputs")?;
        expect(reader, b'{', &field)?;
        let mut name = None;
        let mut binary = None;
        reader.object(|key, reader| -> Result<(), CallError> {
            match key {
                "name" => name = Some(text(reader, &format!("{field}.name"))?),
                "parameters" => {
                    let field = format!("{field}.parameters");
                    expect(reader, b'{', &field)?;
                    reader.object(|key, reader| -> Result<(), CallError> {
                        match key {
                            "binary_data" => binary = Some(boolean(reader, &format!("{field}.binary_data"))?),
                            _ => foreign(&field, key, reader)?,
                        }
                        Ok(())
                    })?;
                },
                _ => drop(reader.skip()?),
            }
            Ok(())
        })?;
        let name = name.ok_or_else(|| invalid(format!("{field}.name"), "an output that is wanted has a name"))?;
        if outputs.iter().any(|before| before.name == name) {
            return Err(invalid(format!("{field}.name"), format!("the output `{name}` is named twice")));
        }
        outputs.push(Wanted { name, binary });
        Ok(())
    })?;
    Ok(outputs)
}

fn limit(index: usize, field: &str) -> Result<(), CallError> {
    if index < MAX_TENSORS as usize {
        return Ok(());
    }
    Err(invalid(field, format!("there are more than {MAX_TENSORS}, no model has so many")))
}

/// A parameter of a tensor that is not known: ignored, unless without it the call would mean something else.
fn foreign(field: &str, key: &str, reader: &mut Reader<'_>) -> Result<(), CallError> {
    if key == "classification" || key.starts_with("shared_memory") {
        return Err(invalid(format!("{field}.{key}"), "this extension is not offered"));
    }
    reader.skip()?;
    Ok(())
}

fn inputs(reader: &mut Reader<'_>, json: &str, binary: &mut Binary<'_>) -> Result<Vec<NamedTensor>, CallError> {
    expect(reader, b'[', "inputs")?;
    let mut inputs = Vec::new();
    reader.list(|index, reader| -> Result<(), CallError> {
        limit(index, "inputs")?;
        inputs.push(input(&Field(index), reader, json, binary)?);
        Ok(())
    })?;
    Ok(inputs)
}

/// Where an input is; the text is made only for an error.
struct Field(usize);

impl Field {
    fn name(&self) -> String {
        format!("inputs[{}]", self.0)
    }

    fn of(&self, part: &str) -> String {
        format!("inputs[{}].{part}", self.0)
    }

    fn wrong(&self, wrong: Wrong) -> CallError {
        match wrong {
            Wrong::Json(broken) => broken.into(),
            Wrong::Element(index, why) => invalid(self.of(&format!("data[{index}]")), why),
            Wrong::List(why) => invalid(self.of("data"), why),
        }
    }
}

/// The elements, as far as they could be read when they came.
enum Data {
    Read(Vec<u8>),
    /// They came before type or shape: where they are in the JSON.
    Later(Range<usize>),
}

fn input(
    field: &Field,
    reader: &mut Reader<'_>,
    json: &str,
    binary: &mut Binary<'_>,
) -> Result<NamedTensor, CallError> {
    expect(reader, b'{', &field.name())?;
    let (mut name, mut dtype, mut shape, mut data, mut size) = (None, None, None, None, None);
    reader.object(|key, reader| -> Result<(), CallError> {
        match key {
            "name" => name = Some(text(reader, &field.of("name"))?),
            "datatype" => dtype = Some(read_dtype(field, reader)?),
            "shape" => shape = Some(read_shape(field, reader)?),
            "data" => {
                data = Some(match (&dtype, &shape) {
                    (Some(dtype), Some(shape)) => Data::Read(read_data(field, reader, *dtype, shape)?),
                    _ => {
                        reader.peek();
                        let from = json.len() - reader.rest();
                        reader.skip()?;
                        Data::Later(from..json.len() - reader.rest())
                    },
                });
            },
            "parameters" => {
                let part = field.of("parameters");
                expect(reader, b'{', &part)?;
                reader.object(|key, reader| -> Result<(), CallError> {
                    match key {
                        "binary_data_size" => {
                            size = Some(whole(reader, &field.of("parameters.binary_data_size"))?);
                        },
                        _ => foreign(&part, key, reader)?,
                    }
                    Ok(())
                })?;
            },
            _ => drop(reader.skip()?),
        }
        Ok(())
    })?;
    let missing = |part: &str| invalid(field.of(part), format!("an input has a `{part}`"));
    let name = name.ok_or_else(|| missing("name"))?;
    let dtype = dtype.ok_or_else(|| missing("datatype"))?;
    let shape = shape.ok_or_else(|| missing("shape"))?;
    match (data, size) {
        (Some(_), Some(_)) => Err(invalid(field.of("data"), "`data` and `binary_data_size` exclude each other")),
        (None, None) => Err(invalid(field.of("data"), "an input has `data`, or the parameter `binary_data_size`")),
        (None, Some(size)) => {
            let data = binary.take(&field.name(), size)?;
            let tensor = NamedTensor { name, tensor: TensorData { dtype, shape, data } };
            check_bytes(&field.name(), &tensor)?;
            Ok(tensor)
        },
        (Some(data), None) => {
            let data = match data {
                Data::Read(data) => data,
                Data::Later(range) => read_data(field, &mut Reader::new(&json[range]), dtype, &shape)?,
            };
            Ok(NamedTensor { name, tensor: TensorData { dtype, shape, data: data.into() } })
        },
    }
}

fn read_dtype(field: &Field, reader: &mut Reader<'_>) -> Result<DType, CallError> {
    if reader.peek() != b'"' {
        return Err(invalid(field.of("datatype"), "expected a string"));
    }
    let name = reader.string()?;
    parse_datatype(&name).ok_or_else(|| {
        let name: String = name.chars().take(40).collect();
        invalid(field.of("datatype"), format!("there is no datatype `{name}`; there are {}", datatype_names()))
    })
}

fn read_shape(field: &Field, reader: &mut Reader<'_>) -> Result<Shape, CallError> {
    if reader.peek() != b'[' {
        return Err(invalid(field.of("shape"), "expected a list of lengths"));
    }
    let mut shape = Shape::default();
    reader.list(|index, reader| {
        let text = if matches!(reader.peek(), b'-' | b'0'..=b'9') { reader.number()? } else { "" };
        let Ok(length) = text.parse() else {
            let message = format!("length {index} is not a whole number from 0 to {}", u32::MAX);
            return Err(invalid(field.of("shape"), message));
        };
        let more = |_| invalid(field.of("shape"), format!("there are more than {MAX_RANK} dimensions"));
        shape.try_push(length).map_err(more)
    })?;
    Ok(shape)
}

fn read_data(field: &Field, reader: &mut Reader<'_>, dtype: DType, shape: &Shape) -> Result<Vec<u8>, CallError> {
    let Some(count) = elements(shape) else {
        return Err(invalid(field.of("shape"), "the shape has more elements than can be counted"));
    };
    let mut data = Vec::new();
    read_values(reader, dtype, shape, count, &mut data).map_err(|wrong| field.wrong(wrong))?;
    Ok(data)
}
