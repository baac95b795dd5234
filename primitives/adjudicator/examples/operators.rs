//! Prints the table of operators, a line each: room, domain, name, operator sets, exactness.

use candor_adjudicator::operators::tables;

fn main() {
    let rooms = ["pointwise", "index", "row", "pool", "contraction", "quantised"];
    for (room, table) in rooms.iter().zip(tables()) {
        for operator in table {
            let (first, last) = operator.opsets;
            println!("{room}\t{:?}\t{}\t{first}\t{last}\t{:?}", operator.domain, operator.name, operator.exactness);
        }
    }
}
