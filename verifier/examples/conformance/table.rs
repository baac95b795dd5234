//! What came out, per operator.

use crate::case::{CaseResult, NodeResult, Verdict};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    path::Path,
};

#[derive(Default)]
struct Row {
    cases: BTreeSet<String>,
    nodes: u64,
    judged: u64,
    exact_nodes: u64,
    bounded_nodes: u64,
    exact: u64,
    bounded: u64,
    largest: f64,
    vacuous: u64,
    wrong: u64,
    unsupported: BTreeMap<String, u64>,
}

/// Results of all cases.
#[derive(Default)]
pub struct Table {
    rows: BTreeMap<String, Row>,
    not_run: BTreeMap<String, String>,
    records: Vec<serde_json::Value>,
    wrong: u64,
    runs: u64,
    clean_runs: u64,
}

impl Table {
    pub fn add(&mut self, case: &Path, threads: u16, result: CaseResult, verbose: bool) {
        let name = case.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        self.runs += 1;
        let nodes = match result {
            Ok(nodes) => nodes,
            Err(reason) => {
                let reason = tidy(&reason);
                if verbose {
                    println!("{name}: {reason}");
                }
                self.not_run.insert(name, reason);
                return;
            },
        };
        if nodes.iter().all(|n| matches!(n.verdict, Verdict::Exact | Verdict::Bounded)) {
            self.clean_runs += 1;
        }
        for node in nodes {
            self.node(&name, threads, node, verbose);
        }
    }

    fn node(&mut self, case: &str, threads: u16, node: NodeResult, verbose: bool) {
        let notable = match node.verdict {
            Verdict::Wrong => true,
            Verdict::Exact => verbose,
            Verdict::Bounded => verbose || !node.note.is_empty(),
            Verdict::Unsupported => verbose,
        };
        let verdict = format!("{:?}", node.verdict).to_uppercase();
        if notable {
            println!("{case} threads {threads}: {} {} {verdict} {}", node.operator, node.label, node.note);
        }
        self.records.push(serde_json::json!({
            "case": case, "threads": threads, "operator": node.operator, "types": node.types,
            "node": node.label, "verdict": verdict,
            "judged": node.report.judged, "exact": node.report.exact, "bounded": node.report.bounded,
            "largest": node.report.largest, "wrong": node.report.wrong, "vacuous": node.vacuous, "note": node.note,
        }));
        let row = self.rows.entry(node.operator).or_default();
        row.cases.insert(case.to_owned());
        row.nodes += 1;
        row.judged += node.report.judged;
        row.exact += node.report.exact;
        row.bounded += node.report.bounded;
        row.largest = row.largest.max(node.report.largest);
        row.vacuous += node.vacuous;
        match node.verdict {
            Verdict::Exact => row.exact_nodes += 1,
            Verdict::Bounded => row.bounded_nodes += 1,
            Verdict::Wrong => {
                row.wrong += 1;
                self.wrong += 1;
            },
            Verdict::Unsupported => *row.unsupported.entry(node.note).or_default() += 1,
        }
    }

    /// Whether nothing was wrong.
    pub fn clean(&self) -> bool {
        self.wrong == 0
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({ "nodes": self.records, "not_run": self.not_run })
    }

    pub fn render(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(
            out,
            "\n{:34} {:>5} {:>6} {:>11} {:>6} {:>7} {:>9} {:>7} {:>6}  unsupported",
            "operator", "cases", "nodes", "elements", "exact", "bounded", "max ratio", "vacuous", "WRONG"
        );
        for (operator, row) in &self.rows {
            let unsupported: Vec<String> = row.unsupported.iter().map(|(why, n)| format!("{n}x {why}")).collect();
            let _ = writeln!(
                out,
                "{operator:34} {:>5} {:>6} {:>11} {:>6} {:>7} {:>9.4} {:>7} {:>6}  {}",
                row.cases.len(),
                row.nodes,
                row.judged,
                row.exact_nodes,
                row.bounded_nodes,
                row.largest,
                row.vacuous,
                row.wrong,
                unsupported.join("; ")
            );
        }
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (case, reason) in &self.not_run {
            reasons.entry(reason).or_default().push(case);
        }
        for (reason, cases) in reasons {
            let shown: Vec<&str> = cases.iter().take(4).copied().collect();
            let _ = writeln!(out, "{} cases: {reason} ({} ...)", cases.len(), shown.join(", "));
        }
        let judged: u64 = self.rows.values().map(|r| r.judged).sum();
        let wrong = self.wrong;
        let _ = writeln!(
            out,
            "{} runs, {} judged in full, {} not run, {judged} elements, {wrong} nodes wrong",
            self.runs,
            self.clean_runs,
            self.not_run.len()
        );
        out
    }
}

/// A reason without what differs from case to case: paths, source lines.
fn tidy(reason: &str) -> String {
    let line = reason.lines().next().unwrap_or_default();
    let Some((_, cause)) = line.split_once("not run by ONNX Runtime: ") else { return line.to_owned() };
    let cause = cause.rsplit_once(") ").filter(|_| cause.contains("onnxruntime_src")).map_or(cause, |(_, rest)| rest);
    let cause = cause.split_once(" failed:").filter(|_| cause.starts_with("Load model from")).map_or(cause, |(_, r)| r);
    format!("not run by ONNX Runtime: {cause}")
}
