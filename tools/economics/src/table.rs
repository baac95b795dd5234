//! Tables and findings.

use std::{
    fmt::Display,
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

/// A comma-separated file.
pub struct Table(BufWriter<File>);

impl Table {
    /// Start `folder/name.csv` with these column heads.
    pub fn new(folder: &Path, name: &str, head: &str) -> std::io::Result<Self> {
        let mut file = BufWriter::new(File::create(folder.join(format!("{name}.csv")))?);
        writeln!(file, "{head}")?;
        Ok(Self(file))
    }

    /// Add a row.
    pub fn row(&mut self, cells: &[&dyn Display]) -> std::io::Result<()> {
        let cells: Vec<String> = cells.iter().map(|cell| cell.to_string()).collect();
        writeln!(self.0, "{}", cells.join(","))
    }
}

/// What a part of the simulation came to.
pub struct Finding {
    /// What should hold.
    pub claim: &'static str,
    /// Whether it does.
    pub holds: bool,
    /// Members of the JSON that is printed.
    pub lines: Vec<String>,
}

/// A number as it stands in the tables: six digits are enough.
pub fn digits(value: f64) -> String {
    format!("{value:.6}")
}
