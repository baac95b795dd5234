//! Finding the mode of a node from one run: exact where a schedule gives every element, bounded otherwise.

use super::{judge_node, JudgeOptions, NodeReport};
use candor_adjudicator::{lookup, ArrayElements, Exactness, Isa, Mode, Node, Schedule};

/// A node with the mode in which it was judged.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The mode.
    pub mode: Mode,
    /// What judging in this mode gave.
    pub report: NodeReport,
    /// Why it is not judged exactly: per variant of the schedule that was tried, what judging gave.
    pub failed: Vec<(u16, NodeReport)>,
}

/// Instruction set of this machine, as far as schedules are known for it.
pub fn machine_isa() -> Option<Isa> {
    #[cfg(target_arch = "x86_64")]
    {
        use std::is_x86_feature_detected as has;
        if has!("avx512f") && has!("avx512bw") && has!("avx512dq") && has!("avx512vl") {
            return Some(Isa::Avx512);
        }
        if has!("avx2") && has!("fma") {
            return Some(Isa::Avx2);
        }
    }
    None
}

/// Whether this machine adds products of unsigned and signed bytes exactly (VNNI); others saturate pairs of them.
pub fn machine_vnni() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        use std::is_x86_feature_detected as has;
        (has!("avx512vnni") && has!("avx512vl")) || has!("avxvnni")
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        false
    }
}

/// The variants of a schedule that may be right on this machine.
///
/// Where there are two, they are exact and saturating sums of bytes: a fact of the machine, which data that happen not to
/// saturate would not show.
pub fn variants(count: u16) -> std::ops::Range<u16> {
    match (count, machine_vnni()) {
        (2, true) => 0..1,
        (2, false) => 1..2,
        _ => 0..count.max(1),
    }
}

/// Try the operator's schedules, then its bound. `isa` is `None` on machines whose kernels are unknown.
pub fn settle(
    node: &Node,
    elements: &ArrayElements<'_>,
    isa: Option<Isa>,
    threads: u16,
    options: &JudgeOptions,
) -> Settled {
    let exactness = lookup(node.domain, &node.operator, node.opset).map(|o| o.exactness);
    let in_mode = |mode, options: &JudgeOptions| {
        let node = Node { mode, ..node.clone() };
        judge_node(&node, elements, options)
    };
    let schedule = |variant| Mode::Exact(Schedule { isa: isa.unwrap_or(Isa::Avx2), threads, variant });
    let mut failed = Vec::new();
    match (exactness, isa) {
        (Some(Exactness::Always), _) => {
            let mode = schedule(0);
            return Settled { mode, report: in_mode(mode, options), failed };
        },
        (Some(Exactness::Scheduled(variants)), Some(_)) => {
            let quick = JudgeOptions { stop_at_wrong: true, ..*options };
            for variant in self::variants(variants) {
                let report = in_mode(schedule(variant), &quick);
                if report.is_clean() {
                    return Settled { mode: schedule(variant), report, failed };
                }
                failed.push((variant, report));
            }
        },
        _ => {},
    }
    Settled { mode: Mode::Bounded, report: in_mode(Mode::Bounded, options), failed }
}
