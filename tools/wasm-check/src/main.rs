//! Reads a Wasm module.
//!
//! `candor-wasm-check floats MODULE` lists floating-point instructions and types, and fails if there are any.
//! `candor-wasm-check sizes MODULE` prints the largest functions, with the bytes of their code.

use parity_wasm::elements::{External, Instruction, Module, Serialize, Type, ValueType};
use std::{error::Error, fs, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["floats", module] => floats(Path::new(module)),
        ["sizes", module] => sizes(Path::new(module)),
        _ => {
            println!("usage: candor-wasm-check floats MODULE | sizes MODULE");
            return ExitCode::from(2);
        },
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("error: {error}");
            ExitCode::FAILURE
        },
    }
}

/// The largest functions; names as the compiler wrote them, where the module has them.
fn sizes(path: &Path) -> Result<bool, Box<dyn Error>> {
    let module = Module::from_bytes(fs::read(path)?)?;
    let module = module.parse_names().unwrap_or_else(|(_, module)| module);
    let names = module.names_section().and_then(|n| n.functions()).map(|f| f.names().clone()).unwrap_or_default();
    let imports = module.import_section().map(|i| i.entries()).unwrap_or_default();
    let imported = imports.iter().filter(|i| matches!(i.external(), External::Function(_))).count();
    let mut functions = Vec::new();
    for (number, body) in module.code_section().map(|c| c.bodies()).unwrap_or_default().iter().enumerate() {
        let mut bytes = Vec::new();
        body.clone().serialize(&mut bytes)?;
        let number = u32::try_from(number + imported)?;
        functions.push((bytes.len(), names.get(number).cloned().unwrap_or_else(|| number.to_string())));
    }
    functions.sort_by(|a, b| b.cmp(a));
    let total: usize = functions.iter().map(|(size, _)| size).sum();
    println!("{total} bytes of code in {} functions, {} of data", functions.len(), data(&module));
    for (size, name) in functions.iter().take(60) {
        println!("{size:>8} {name}");
    }
    Ok(true)
}

fn data(module: &Module) -> usize {
    module.data_section().map_or(0, |d| d.entries().iter().map(|e| e.value().len()).sum())
}

/// Whether the module is free of floating point.
fn floats(path: &Path) -> Result<bool, Box<dyn Error>> {
    let module = Module::from_bytes(fs::read(path)?)?;
    let float = |t: &ValueType| matches!(t, ValueType::F32 | ValueType::F64);
    let mut found = 0usize;
    let mut instructions = 0usize;
    for (number, body) in module.code_section().map(|c| c.bodies()).unwrap_or_default().iter().enumerate() {
        if body.locals().iter().any(|l| float(&l.value_type())) {
            println!("function {number} has a floating-point local");
            found += 1;
        }
        for instruction in body.code().elements() {
            instructions += 1;
            if is_float(instruction) {
                println!("function {number}: {instruction}");
                found += 1;
            }
        }
    }
    for kind in module.type_section().map(|t| t.types()).unwrap_or_default() {
        let Type::Function(function) = kind;
        if function.params().iter().chain(function.results()).any(float) {
            println!("a function's type has a float: {function:?}");
            found += 1;
        }
    }
    for global in module.global_section().map(|g| g.entries()).unwrap_or_default() {
        found += usize::from(float(&global.global_type().content_type()));
    }
    let imports = module.import_section().map(|i| i.entries()).unwrap_or_default();
    let functions = imports.iter().filter(|i| matches!(i.external(), External::Function(_))).count();
    println!("{instructions} instructions, {functions} imported functions, {found} with floating point");
    Ok(found == 0 && instructions > 0)
}

/// By name: every instruction of the float types, and every conversion from or to them, is named so.
fn is_float(instruction: &Instruction) -> bool {
    let name = format!("{instruction:?}");
    name.contains("F32") || name.contains("F64")
}
