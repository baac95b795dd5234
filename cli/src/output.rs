//! Where words go: the result to standard output, everything else to standard error.

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// Prints results.
#[derive(Clone, Copy, Debug)]
pub struct Out {
    json: bool,
}

impl Out {
    /// `json`: print JSON instead of text.
    pub const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether the result goes out as JSON.
    pub const fn is_json(&self) -> bool {
        self.json
    }

    /// Print the one result of a command.
    pub fn document(&self, json: &Value, text: impl FnOnce() -> String) {
        let text = if self.json { format!("{json:#}") } else { text() };
        // A reader that went away (`candor ... | head`) is no failure of the command.
        let _ = writeln!(std::io::stdout(), "{}", text.trim_end());
    }

    /// A remark for the person at the terminal.
    pub fn note(&self, text: impl AsRef<str>) {
        let _ = writeln!(std::io::stderr(), "{}", text.as_ref());
    }

    /// A bar over `bytes` bytes. Shown on a terminal only.
    pub fn bar(&self, label: &str, bytes: u64) -> ProgressBar {
        let style = ProgressStyle::with_template(
            "{msg:28!} {bar:30} {binary_bytes:>11} of {binary_total_bytes:>11} {binary_bytes_per_sec:>13} {eta:>4}",
        )
        .unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::new(bytes).with_style(style).with_message(label.to_owned())
    }

    /// Steps, each with a bar of its own.
    pub fn steps(&self) -> ProgressBar {
        let style = ProgressStyle::with_template("{msg:28!} {bar:30} {pos:>6} of {len:>6} {elapsed:>5}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::new(1).with_style(style)
    }

    /// A spinner. Shown on a terminal only.
    pub fn spinner(&self, text: impl Into<String>) -> ProgressBar {
        let spinner = ProgressBar::new_spinner().with_message(text.into());
        if std::io::stderr().is_terminal() {
            spinner.enable_steady_tick(Duration::from_millis(100));
        }
        spinner
    }
}

/// Columns of text, each as wide as its widest cell.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells.zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        padded.join("  ").trim_end().to_owned() + "\n"
    };
    let mut text = line(&mut header.iter().copied());
    for row in rows {
        text += &line(&mut row.iter().map(String::as_str));
    }
    text
}

/// Bytes as text; what is not UTF-8 is marked, and control characters cannot reach the terminal.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A hash with its 0x.
pub fn hash(hash: &sp_core::H256) -> String {
    hex(hash)
}

/// Bytes in hex.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// A size in bytes, KiB, MiB or GiB.
pub fn size(bytes: u64) -> String {
    indicatif::BinaryBytes(bytes).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_should_align_when_cells_differ_in_width() {
        let rows = [vec!["1".into(), "minilm".into()], vec!["200".into(), "x".into()]];
        assert_eq!(table(&["id", "name"], &rows), "id   name\n1    minilm\n200  x\n");
    }

    #[test]
    fn text_should_be_harmless_when_bytes_carry_escapes() {
        assert_eq!(text(b"a\x1b[31mb"), "a [31mb");
        assert_eq!(text(b"\xff"), "\u{fffd}");
    }
}
