//! The words of an account.

use super::{Account, FindingAccount, NodeAccount, PlaceAccount};
use std::fmt;

/// Most characters of attributes that are printed.
const SHOWN: usize = 160;

/// The decision in one sentence.
pub(super) fn sentence(account: &Account) -> String {
    let place = account.place.as_ref().map_or_else(String::new, described);
    let node = account.node.as_ref().map_or_else(String::new, |n| format!(" of node {} ({})", n.position, n.operator));
    match (&account.finding, account.faulty) {
        (FindingAccount::Element { claimed, expected }, true) => {
            format!("The run is wrong: {place}{node} is claimed to be {claimed}, but must be {expected}.")
        },
        (FindingAccount::Element { claimed, .. }, false) => {
            format!("No fault: {place}{node} is right, it is {claimed}.")
        },
        (FindingAccount::Header { claimed, expected }, true) => {
            format!("The run is wrong: {place}{node} is claimed to be {claimed}, but must be {expected}.")
        },
        (FindingAccount::Header { claimed, .. }, false) => {
            format!("No fault: {place}{node} has the right type and shape, {claimed}.")
        },
        (FindingAccount::Layouts { first, second }, true) => format!(
            "The run is wrong: two commitments to one value disagree at {place}{node}: {first} in one, {second} in the other."
        ),
        (FindingAccount::Layouts { first, .. }, false) => {
            format!("No fault: both commitments to the value hold {first} at {place}{node}.")
        },
        (FindingAccount::Binding { receipt, trace }, true) => format!(
            "The trace is not of this receipt: {place} of the model has root {receipt} in the receipt and {trace} in the trace."
        ),
        (FindingAccount::Binding { .. }, false) => format!("No fault: {place} is the same in receipt and trace."),
        (FindingAccount::Failure { expected }, true) => {
            format!("The run did not fail as the receipt says: {place}{node} is {expected}.")
        },
        (FindingAccount::Failure { .. }, false) => format!("No fault: the operator does fail at {place}{node}."),
        (FindingAccount::Nowhere { nodes, elements: None }, _) => {
            format!("The run did not fail as the receipt says: it names a node, and the graph has only {nodes}.")
        },
        (FindingAccount::Nowhere { elements: Some(elements), .. }, _) => {
            format!("The run did not fail as the receipt says: it names {place}{node}, which has only {elements}.")
        },
        (FindingAccount::Stopped { position, first }, true) => format!(
            "The run did not fail as the receipt says: the trace ends at value {position}, before {first}, which that node makes."
        ),
        (FindingAccount::Stopped { position, .. }, false) => format!("No fault: value {position} need not be there."),
    }
}

fn described(place: &PlaceAccount) -> String {
    let operand = format!("{} {}", place.side, place.number);
    match (&place.coordinates, place.index) {
        (Some(at), _) if !at.is_empty() => format!("element {at:?} of {operand}"),
        (_, Some(index)) => format!("element {index} of {operand}"),
        _ => operand,
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.verdict)?;
        writeln!(f, "fault       {}", self.fault_words())?;
        if let Some(node) = &self.node {
            write!(f, "{node}")?;
        }
        if let Some(place) = &self.place {
            write!(f, "{place}")?;
        }
        match &self.finding {
            FindingAccount::Element { claimed, expected } => {
                writeln!(f, "claimed     {claimed}\nrecomputed  {expected}")?;
            },
            FindingAccount::Header { claimed, expected } => {
                writeln!(f, "claimed     {claimed}\nrecomputed  {expected}")?;
            },
            FindingAccount::Layouts { first, second } => writeln!(f, "one layout  {first}\nanother     {second}")?,
            FindingAccount::Binding { receipt, trace } => writeln!(f, "in receipt  {receipt}\nin trace    {trace}")?,
            FindingAccount::Failure { expected } => writeln!(f, "claimed     a failure\nrecomputed  {expected}")?,
            FindingAccount::Nowhere { nodes, elements } => {
                writeln!(f, "claimed     a failure\nnodes       {nodes}")?;
                if let Some(elements) = elements {
                    writeln!(f, "elements    {elements}")?;
                }
            },
            FindingAccount::Stopped { position, first } => {
                writeln!(f, "claimed     a failure\nmissing     value {position}\nfails at    value {first}")?;
            },
        }
        let size = &self.size;
        writeln!(
            f,
            "evidence    {} bytes of at most {}: {} tensors opened, {} chunks ({} bytes)",
            size.bytes, size.most, size.tensors, size.chunks, size.chunk_bytes
        )?;
        let known = &self.commitments;
        writeln!(
            f,
            "\njudged against (compare with the chain)\n  graph     {}\n  weights   {}\n  trace     {}\n  inputs    {}\n  outcome   {}",
            known.graph, known.weights, known.trace, known.inputs, known.outcome
        )
    }
}

impl Account {
    fn fault_words(&self) -> &'static str {
        match self.fault {
            "element" => "an element of an output is not what the operator gives",
            "header" => "type or shape of an output is not what the operator gives",
            "layouts" => "two commitments to one value disagree",
            "binding" => "the trace does not hold the receipt's inputs or outputs",
            _ => "the receipt says that the run failed",
        }
    }
}

impl fmt::Display for NodeAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "node        {}: {} ({}, opset {})", self.position, self.operator, self.domain, self.opset)?;
        let all: Vec<String> = self.attributes.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        if !all.is_empty() {
            let all = all.join(", ");
            let mut shown: String = all.chars().take(SHOWN).collect();
            if shown.len() < all.len() {
                shown.push_str(" ...");
            }
            writeln!(f, "attributes  {shown}")?;
        }
        writeln!(f, "judged      {}", self.mode)
    }
}

impl fmt::Display for PlaceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:11} {}", self.side, self.number)?;
        if let (Some(dtype), Some(shape)) = (&self.dtype, &self.shape) {
            write!(f, ", {dtype} {shape:?}")?;
        }
        if let Some(index) = self.index {
            write!(f, "\nelement     {index}")?;
            if let Some(at) = self.coordinates.as_ref().filter(|at| at.len() > 1) {
                write!(f, ", at {at:?}")?;
            }
        }
        writeln!(f)
    }
}
