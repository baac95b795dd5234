//! Judges what ONNX Runtime computed: the vectors beside this file, and any file of the same form (written by
//! `tools/conformance/row.py`) named by `CANDOR_ROW_CASES`.

use crate::{
    operators::lookup,
    soft::{F32, F64},
    ArrayElements, Attribute, Call, DType, Domain, Expected, Header, Isa, Layout, Memo, Mode, Node, Operand, Place,
    Reject, Schedule, Tensor,
};
use std::{collections::BTreeMap, string::String, vec::Vec};

struct Value {
    place: Place,
    header: Header,
    data: Vec<u8>,
}

impl Value {
    fn tensor(&self) -> Tensor<'_> {
        Tensor { header: self.header.clone(), data: &self.data }
    }
}

struct Case {
    name: String,
    node: Node,
    threads: u16,
    isa: Isa,
    inputs: Vec<Option<Value>>,
    outputs: Vec<Option<Value>>,
}

fn parse_value(words: &[&str]) -> Option<Value> {
    if words[0] == "-" {
        return None;
    }
    let place = if words[0] == "w" { Place::Weight } else { Place::Trace };
    let dtype = DType::from_code(words[1].parse().unwrap()).unwrap();
    let dims = if words[2] == "." { Vec::new() } else { words[2].split(',').map(|d| d.parse().unwrap()).collect() };
    let hex = words.get(3).copied().unwrap_or("").as_bytes();
    let digit = |c: u8| (c as char).to_digit(16).unwrap() as u8;
    let data = hex.chunks(2).map(|p| digit(p[0]) << 4 | digit(p[1])).collect();
    Some(Value { place, header: Header::new(dtype, dims).unwrap(), data })
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words[0] {
            "case" => cases.push(Case {
                name: words[2].into(),
                node: Node {
                    domain: if words[1] == "ms" { Domain::Microsoft } else { Domain::Onnx },
                    operator: words[2].as_bytes().to_vec(),
                    opset: words[3].parse().unwrap(),
                    attributes: Vec::new(),
                    inputs: Vec::new(),
                    outputs: Vec::new(),
                    mode: Mode::Bounded,
                },
                threads: words[4].parse().unwrap(),
                isa: if words[5] == "avx2" { Isa::Avx2 } else { Isa::Avx512 },
                inputs: Vec::new(),
                outputs: Vec::new(),
            }),
            "attr" => {
                let value = match words[2] {
                    "i" => Attribute::Int(words[3].parse().unwrap()),
                    "f" => Attribute::Float(words[3].parse().unwrap()),
                    "s" => Attribute::Text(words[3].as_bytes().to_vec()),
                    _ => Attribute::Ints(
                        words[3].split(',').filter(|w| !w.is_empty()).map(|w| w.parse().unwrap()).collect(),
                    ),
                };
                cases.last_mut().unwrap().node.attributes.push((words[1].as_bytes().to_vec(), value));
            },
            "in" => cases.last_mut().unwrap().inputs.push(parse_value(&words[1..])),
            "out" => cases.last_mut().unwrap().outputs.push(parse_value(&words[1..])),
            _ => {},
        }
    }
    cases
}

#[derive(Default, Debug)]
struct Tally {
    cases: u64,
    exact: u64,
    bounded: u64,
    unsupported: [u64; 2],
    wrong: Vec<String>,
    worst: f64,
}

fn double(x: F64) -> f64 {
    f64::from_bits(x.0)
}

fn share(expected: &Expected, dtype: DType, bits: u64) -> f64 {
    let Expected::Within { low, high, .. } = expected else { return 0.0 };
    let (low, high) = (double(*low), double(*high));
    let value = match dtype {
        DType::Float32 => double(F32(bits as u32).to_f64()),
        DType::Float64 => f64::from_bits(bits),
        _ => return 0.0,
    };
    if !(low.is_finite() && high.is_finite() && value.is_finite()) || low == high {
        return 0.0;
    }
    (value - (low + high) / 2.0).abs() / ((high - low) / 2.0)
}

/// Whether a perturbed element is refused: the last bit, or twice the bound.
fn refused(expected: &Expected, dtype: DType, bits: u64) -> bool {
    match expected {
        Expected::Within { low, high, .. } => {
            let step = (double(*high) - double(*low)) / 2.0;
            let wrong = if step == 0.0 { double(high.next_up()) } else { double(*high) + step };
            let bits = match dtype {
                DType::Float32 => u64::from((wrong as f32).to_bits()),
                DType::Float64 => wrong.to_bits(),
                _ => return true,
            };
            !wrong.is_finite()
                || (dtype == DType::Float32 && !(wrong as f32).is_finite())
                || !expected.admits(dtype, bits)
                || (dtype == DType::Float32 && f64::from(wrong as f32) <= double(*high))
        },
        Expected::Either(..) => true,
        _ => {
            let other = bits ^ 1;
            let nan = crate::expected::widen(dtype, bits).is_some_and(F64::is_nan);
            let zero = crate::expected::widen(dtype, bits).is_some_and(F64::is_zero);
            nan || zero || !expected.admits(dtype, other)
        },
    }
}

fn judge(case: &mut Case, mode: Mode, tally: &mut Tally) {
    let operand = |v: &Option<Value>| {
        v.as_ref().map(|v| Operand { place: v.place, root: 0, layouts: std::vec![Layout::Natural] })
    };
    case.node.inputs = case.inputs.iter().map(operand).collect();
    case.node.outputs = case.outputs.iter().map(operand).collect();
    case.node.mode = mode;
    let exact = mode != Mode::Bounded;
    let elements = ArrayElements {
        inputs: case.inputs.iter().map(|v| v.as_ref().map(Value::tensor)).collect(),
        outputs: case.outputs.iter().map(|v| v.as_ref().map(Value::tensor)).collect(),
    };
    let Some(operator) = lookup(case.node.domain, &case.node.operator, case.node.opset) else {
        tally.wrong.push(std::format!("not defined at {}", case.node.opset));
        return;
    };
    let about = std::format!(
        "{:?} {:?} threads {} {:?}",
        case.inputs.iter().flatten().map(|v| (v.header.dtype, v.header.dims.clone())).collect::<Vec<_>>(),
        case.node
            .attributes
            .iter()
            .map(|(n, a)| (String::from_utf8_lossy(n).into_owned(), a.clone()))
            .collect::<Vec<_>>(),
        case.threads,
        if exact { "exact" } else { "bounded" },
    );
    for (n, output) in case.outputs.iter().enumerate() {
        let Some(output) = output else { continue };
        let memo = Memo::new();
        match (operator.header)(&Call::new(&case.node, &elements, &memo), n) {
            Ok(header) if header == output.header => {},
            other => {
                tally.wrong.push(std::format!("{about} output {n}: header {other:?}, is {:?}", output.header));
                continue;
            },
        }
        let dtype = output.header.dtype;
        let is = Tensor { header: output.header.clone(), data: &output.data };
        let mut bad = 0;
        for index in 0..output.header.count() {
            let bits = is.bits(index).unwrap();
            match (operator.element)(&Call::new(&case.node, &elements, &memo), n, index) {
                Ok(expected) => {
                    if exact {
                        tally.exact += 1;
                    } else {
                        tally.bounded += 1;
                        tally.worst = tally.worst.max(share(&expected, dtype, bits));
                    }
                    if !expected.admits(dtype, bits) {
                        bad += 1;
                        if bad < 3 {
                            let wide = crate::expected::widen(dtype, bits).map(double);
                            tally.wrong.push(std::format!(
                                "{about} output {n} element {index}: {expected:x?}, is {bits:x} {wide:?}"
                            ));
                        }
                    } else if !refused(&expected, dtype, bits) {
                        tally.wrong.push(std::format!(
                            "{about} output {n} element {index}: {expected:x?} admits a wrong {bits:x}"
                        ));
                    }
                },
                Err(Reject::Unsupported(_)) => {
                    tally.unsupported[usize::from(exact)] += output.header.count();
                    break;
                },
                Err(error) => {
                    tally.wrong.push(std::format!("{about} output {n} element {index}: {error}"));
                    break;
                },
            }
        }
        if bad > 0 {
            tally.wrong.push(std::format!("{about} output {n}: {bad} of {} wrong", output.header.count()));
        }
    }
}

fn run(text: &str) -> BTreeMap<String, Tally> {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for mut case in parse(text) {
        let dtype = case.inputs[0].as_ref().unwrap().header.dtype;
        let tally = tallies.entry(std::format!("{} {dtype:?}", case.name)).or_default();
        tally.cases += 1;
        let schedule = Schedule { isa: case.isa, threads: case.threads, variant: 0 };
        judge(&mut case, Mode::Exact(schedule), tally);
        judge(&mut case, Mode::Bounded, tally);
    }
    tallies
}

#[test]
fn rows_should_be_as_onnx_runtime_has_them_when_judged() {
    let mut text = String::from(include_str!("vectors.txt"));
    if let Ok(path) = std::env::var("CANDOR_ROW_CASES") {
        text = std::fs::read_to_string(path).unwrap();
    }
    let tallies = run(&text);
    let mut wrong = 0;
    for (name, t) in &tallies {
        std::println!(
            "{name:40} cases {:6} exact {:9} bounded {:9} unsupported exact {:7} bounded {:7} worst {:.3} wrong {}",
            t.cases,
            t.exact,
            t.bounded,
            t.unsupported[1],
            t.unsupported[0],
            t.worst,
            t.wrong.len()
        );
        for line in t.wrong.iter().take(6) {
            std::println!("    {}", &line[..line.len().min(700)]);
        }
        wrong += t.wrong.len();
    }
    assert_eq!(wrong, 0);
}
