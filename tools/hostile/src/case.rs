//! A node of any operator with operands of any kind, from bytes.
//!
//! The input begins with the operator's name and a line feed (`nchwc.Conv\n`), so that it means the same when the table
//! grows; a name that is not there stands for some operator.

use crate::{
    attributes::{attribute, MOST},
    bytes::Bytes,
};
use candor_adjudicator::{
    evidence, operators, Call, DType, Domain, Elements, Header, Isa, Layout, Memo, Missing, Mode, Node, Operand,
    Operator, Place, Schedule, Slot, MAX_RANK,
};
use std::time::{Duration, Instant};

const TYPES: [DType; 13] = [
    DType::Float32,
    DType::Uint8,
    DType::Int8,
    DType::Int64,
    DType::Int32,
    DType::Bool,
    DType::Float16,
    DType::Float64,
    DType::Bfloat16,
    DType::Uint16,
    DType::Int16,
    DType::Uint32,
    DType::Uint64,
];

/// Where the elements of a made-up tensor come from.
#[derive(Clone, Debug)]
enum Pattern {
    Constant(u64),
    /// `first + (index % period) * step`, wrapped to the type.
    Steps {
        first: i64,
        step: i64,
        period: u64,
    },
    /// Any bits.
    Noise(u64),
    /// Small numbers, of floats some with a fraction.
    Mild(u64),
    /// Zeros, infinities, NaN, denormals, the greatest, the least.
    Special(u64),
}

/// A made-up tensor: only what is asked for exists.
#[derive(Clone, Debug)]
pub struct Made {
    /// Type and shape.
    pub header: Header,
    pattern: Pattern,
    /// Elements from here on are not opened.
    known: u64,
}

impl Made {
    fn new(source: &mut Bytes<'_>, before: &[Option<Made>], first: Option<Header>) -> Self {
        let header = first.unwrap_or_else(|| made_header(source, before));
        let pattern = match source.below(8) {
            0 => Pattern::Constant(source.wide()),
            1 | 2 => Pattern::Steps { first: source.integer(), step: source.integer(), period: source.length().max(1) },
            3 => Pattern::Noise(source.wide()),
            4 => Pattern::Special(source.byte().into()),
            _ => Pattern::Mild(source.byte().into()),
        };
        let known = if source.byte() >= 250 { source.length() } else { u64::MAX };
        Self { header, pattern, known }
    }

    /// Bits of an element.
    pub fn bits(&self, index: u64) -> Option<u64> {
        if index >= self.header.count() || index >= self.known {
            return None;
        }
        let dtype = self.header.dtype;
        let whole = |bits: u64| if dtype == DType::Bool { bits & 1 } else { dtype.bits(bits as i64) };
        Some(match self.pattern {
            Pattern::Constant(bits) => dtype.bits(bits as i64),
            Pattern::Steps { first, step, period } => {
                let n = first.wrapping_add(step.wrapping_mul((index % period) as i64));
                if dtype.is_float() {
                    float_bits(dtype, n as f64)
                } else {
                    whole(n as u64)
                }
            },
            Pattern::Noise(seed) => whole(mix(seed ^ index)),
            Pattern::Mild(seed) => {
                let n = (mix(seed ^ index) % 513) as i64 - 256;
                if dtype.is_float() {
                    float_bits(dtype, n as f64 / 32.0)
                } else {
                    whole((n / 64) as u64)
                }
            },
            Pattern::Special(seed) => {
                let n = mix(seed ^ index);
                let numbers = [
                    0.0,
                    -0.0,
                    f64::INFINITY,
                    f64::NEG_INFINITY,
                    f64::NAN,
                    1e-310,
                    3.4e38,
                    -1.7e308,
                    1e-45,
                    1.0,
                    65504.0,
                ];
                let number = numbers[(n % 11) as usize];
                if dtype.is_float() {
                    float_bits(dtype, number)
                } else {
                    whole([0, 1, u64::MAX, 1 << 63, i64::MAX as u64, 1 << 31][(n % 6) as usize])
                }
            },
        })
    }
}

/// A number in a type, not rounded with care.
fn float_bits(dtype: DType, value: f64) -> u64 {
    let single = (value as f32).to_bits();
    match dtype {
        DType::Float64 => value.to_bits(),
        DType::Float32 => single.into(),
        DType::Bfloat16 => (single >> 16).into(),
        _ => {
            let sign = (single >> 16) & 0x8000;
            let exponent = ((single >> 23) & 0xff) as i32 - 112;
            let magnitude = match exponent {
                31.. => 0x7c00 | u32::from(value.is_nan()) << 9,
                1..=30 => (exponent as u32) << 10 | (single >> 13) & 0x3ff,
                _ => u32::from(value != 0.0),
            };
            (sign | magnitude).into()
        },
    }
}

fn mix(n: u64) -> u64 {
    let n = (n ^ n >> 30).wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ n >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ n >> 31
}

fn made_header(source: &mut Bytes<'_>, before: &[Option<Made>]) -> Header {
    let earlier: Vec<&Header> = before.iter().flatten().map(|m| &m.header).collect();
    let first = earlier.first().map_or(DType::Float32, |h| h.dtype);
    let dtype = match source.byte() {
        0..=127 => first,
        byte => TYPES[usize::from(byte) % TYPES.len()],
    };
    let copy = |n: u8| earlier.get(usize::from(n) % earlier.len().max(1)).map_or(&[][..], |h| &h.dims);
    let mut dims: Vec<u64> = Vec::new();
    match source.byte() {
        byte @ 0..=63 => dims.extend(copy(byte)),
        byte @ 64..=127 => dims.extend(copy(byte).iter().rev()),
        byte => {
            for _ in 0..usize::from(byte) % (MAX_RANK + 1) {
                let length = match source.byte() {
                    // A dimension that an earlier operand has.
                    byte @ 0..=79 => copy(byte / 8).get(usize::from(byte % 8)).copied().unwrap_or(1),
                    _ => source.length(),
                };
                dims.push(length);
            }
        },
    }
    loop {
        if let Some(header) = Header::new(dtype, dims.clone()) {
            return header;
        }
        dims.pop();
    }
}

/// A node and what it meets.
#[derive(Clone, Debug)]
pub struct Case {
    /// The node.
    pub node: Node,
    /// Its inputs.
    pub inputs: Vec<Option<Made>>,
    /// What is claimed of its outputs.
    pub outputs: Vec<Option<Made>>,
    /// Elements of the outputs to ask for.
    pub indices: [u64; 3],
}

/// How long a judgement took.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Time.
    pub time: Duration,
    /// Steps that it accounted for.
    pub steps: u64,
    /// What was judged.
    pub what: String,
}

impl Elements for Case {
    fn header(&self, slot: Slot) -> Result<&Header, Missing> {
        self.made(slot).map(|m| &m.header).ok_or(Missing::Header(slot))
    }

    fn element(&self, slot: Slot, index: u64) -> Result<u64, Missing> {
        self.made(slot).and_then(|m| m.bits(index)).ok_or(Missing::Element(slot, index))
    }
}

impl Case {
    /// Read one.
    pub fn new(data: &[u8]) -> Self {
        let end = data.iter().take(64).position(|b| *b == b'\n').unwrap_or(0);
        let (name, rest) = data.split_at(end);
        let operator = find(name);
        let mut source = Bytes(rest.get(1..).unwrap_or_default());
        let source = &mut source;
        let (low, high) = operator.opsets;
        let opset = high - u32::from(source.byte()) % (high - low + 1);
        let mode = match source.byte() {
            byte @ 0..=95 => {
                let isa = if byte & 1 == 0 { Isa::Avx512 } else { Isa::Avx2 };
                let threads = [1, 2, 4, 16][usize::from(byte >> 1) % 4];
                Mode::Exact(Schedule { isa, threads, variant: u16::from(byte >> 3) % 3 })
            },
            byte @ 96..=103 => {
                let schedule = Schedule { isa: Isa::Avx2, threads: u16::from(byte - 96) * 0x2492, variant: 0xffff };
                Mode::Exact(schedule)
            },
            _ => Mode::Bounded,
        };
        let mut attributes: Vec<_> = (0..source.below(MOST)).map(|_| attribute(operator, source)).collect();
        attributes.sort_by(|a, b| a.0.cmp(&b.0));
        attributes.dedup_by(|a, b| a.0 == b.0);
        let count = match source.byte() {
            byte @ 0..=250 => usize::from(byte) % 8,
            _ => source.byte().into(),
        };
        let mut inputs: Vec<Option<Made>> = Vec::new();
        let mut operands = Vec::new();
        for _ in 0..count {
            let kind = source.byte();
            let made = (kind < 240).then(|| Made::new(source, &inputs, None));
            let place = if kind % 3 == 0 { Place::Weight } else { Place::Trace };
            operands.push(made.is_some().then(|| Operand { place, root: 0, layouts: vec![Layout::Natural] }));
            inputs.push(made);
        }
        let node = Node {
            domain: operator.domain,
            operator: operator.name.as_bytes().to_vec(),
            opset,
            attributes,
            inputs: operands,
            outputs: Vec::new(),
            mode,
        };
        let mut case = Self { node, inputs, outputs: Vec::new(), indices: [0; 3] };
        case.claim(source);
        case.indices = [source.length(), source.length(), source.wide()];
        case
    }

    fn claim(&mut self, source: &mut Bytes<'_>) {
        let count = match source.byte() {
            byte @ 0..=250 => usize::from(byte) % 4 + 1,
            _ => source.byte().into(),
        };
        for output in 0..count {
            let kind = source.byte();
            let right = if kind < 128 && output < 4 { evidence::header(&self.node, self, output).ok() } else { None };
            let made = (kind < 240).then(|| Made::new(source, &self.inputs, right));
            let operand = Operand { place: Place::Trace, root: 0, layouts: vec![Layout::Natural] };
            self.node.outputs.push(made.is_some().then_some(operand));
            self.outputs.push(made);
        }
    }

    fn made(&self, slot: Slot) -> Option<&Made> {
        match slot {
            Slot::Input(n) => self.inputs.get(n)?.as_ref(),
            Slot::Output(n) => self.outputs.get(n)?.as_ref(),
        }
    }

    /// The judgement of the case that takes longest.
    pub fn slowest(&self) -> Option<Measured> {
        let operator = operators::lookup(self.node.domain, &self.node.operator, self.node.opset)?;
        let mut all = Vec::new();
        for output in 0..self.outputs.len().min(3) + 1 {
            let count = evidence::header(&self.node, self, output).map_or(0, |h| h.count());
            for index in [0, self.indices[0], count / 2, count.saturating_sub(1)] {
                let run = || {
                    let memo = Memo::new();
                    let (shape, element) = (Call::new(&self.node, self, &memo), Call::new(&self.node, self, &memo));
                    let start = Instant::now();
                    let header = (operator.header)(&shape, output);
                    let answer = header.and_then(|h| match index < h.count() {
                        true => (operator.element)(&element, output, index).map(Some),
                        false => Ok(None),
                    });
                    let time = start.elapsed();
                    let what = format!("{} output {output} element {index}: {answer:?}", full_name(operator));
                    Measured { time, steps: shape.work() + element.work(), what }
                };
                let mut first = run();
                // Other programs interrupt: what takes long is taken again.
                for _ in 0..3 * usize::from(first.time > Duration::from_micros(20)) {
                    first.time = first.time.min(run().time);
                }
                all.push(first);
            }
        }
        all.into_iter().max_by_key(|m| m.time)
    }

    /// Judge some elements of every output, each alone and with what was remembered of the ones before.
    pub fn judge(&self) {
        assert!(self.node.within_limits());
        let operator = operators::lookup(self.node.domain, &self.node.operator, self.node.opset).expect("it was found");
        for slot in (0..4).flat_map(|n| [Slot::Input(n), Slot::Output(n)]) {
            for rank in [None, Some(0), Some(MAX_RANK)] {
                (operator.layout)(&self.node, slot, rank).axes(rank.unwrap_or(3));
            }
        }
        let memo = Memo::new();
        for output in 0..self.outputs.len().min(3) + 1 {
            let Ok(header) = evidence::header(&self.node, self, output) else { continue };
            assert!(header.dims.len() <= MAX_RANK, "an output of {} dimensions", header.dims.len());
            let count = header.count();
            let [a, b, c] = self.indices;
            for index in [0, a, b, c % count.max(1), count.saturating_sub(1)] {
                if index >= count {
                    continue;
                }
                let alone = evidence::expect(&self.node, self, output, index);
                let next = (operator.element)(&Call::new(&self.node, self, &memo), output, index);
                if let (Ok((dtype, alone)), Ok(next)) = (&alone, &next) {
                    assert_eq!(*dtype, header.dtype);
                    assert_eq!(alone, next, "what is remembered of element {index} or another changes it");
                    for claimed in [0, 1, u64::MAX, 1 << 63, 0x3f80_0000] {
                        alone.admits(*dtype, claimed);
                    }
                }
            }
        }
    }
}

/// The operator of a name, some operator where there is none.
fn find(name: &[u8]) -> &'static Operator {
    let all: Vec<&'static Operator> = operators::tables().into_iter().flatten().collect();
    let known = all.iter().find(|o| full_name(o).as_bytes() == name);
    let hash = name.iter().fold(0u64, |n, b| mix(n ^ u64::from(*b)));
    known.or_else(|| all.get(hash as usize % all.len().max(1))).expect("the table is not empty")
}

/// Name with domain.
pub fn full_name(operator: &Operator) -> String {
    let domain = match operator.domain {
        Domain::Onnx => "",
        Domain::Microsoft => "ms.",
        Domain::Nchwc => "nchwc.",
    };
    format!("{domain}{}", operator.name)
}
