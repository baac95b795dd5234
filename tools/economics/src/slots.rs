//! What withholding blocks is worth: the part of an audit rate that is left, by the share of slots.
//!
//! Slots belong to the adversary at random and it knows which ones, long ahead and whoever has the others (more than
//! BABE tells: primary slots of others are secret). Of its own slots it knows the randomness. It withholds its blocks as
//! it likes, and where it `chooses`, it also chooses in which of so many blocks its receipt comes.

use crate::{
    parameters::{share, CHOICE, DELAY, RATES},
    random::Random,
    table::{digits, Finding, Table},
};
use std::path::Path;

const TRIALS: u32 = 4_000;
/// What was not drawn for so many times the mean is drawn in the next block (`pallet_audits::PATIENCE`).
const PATIENCE: usize = 8;

/// Slots, and which are the adversary's.
fn schedule(random: &mut Random, slots: f64, length: usize) -> Vec<bool> {
    (0..length).map(|_| random.chance(slots)).collect()
}

/// In how many of its own slots the block can come that draws a receipt of the block before `schedule`: the block of
/// height `DELAY` above it. It publishes as many own blocks before it as it takes.
fn reachable(schedule: &[bool]) -> i32 {
    let (mut honest, mut own) = (0usize, 0);
    for (at, adversary) in schedule.iter().enumerate() {
        if honest >= DELAY {
            break;
        }
        if *adversary {
            // Fewer than DELAY honest blocks come before it, and with its own there are enough.
            own += i32::from(at + 1 >= DELAY);
        } else {
            honest += 1;
        }
    }
    own
}

/// What is left of the rate of a receipt drawn once: in each reachable slot it sees another draw, and takes one that
/// spares it. If none does, an honest block draws.
fn once(random: &mut Random, slots: f64, choice: usize) -> f64 {
    let rate = share(RATES.1);
    let mut sum = 0.;
    for _ in 0..TRIALS {
        let schedule = schedule(random, slots, choice + 20 * DELAY);
        let most = (0..choice).map(|start| reachable(&schedule[start..])).max().unwrap_or(0);
        sum += rate.powi(most);
    }
    sum / f64::from(TRIALS)
}

/// What is left of the rate of a receipt that waits for a block whose arc of the ring covers it, one in `blocks`.
///
/// Where the arc of an own slot covers it and spares it, it is out; where it is drawn, the block is withheld and it waits on.
/// Of the honest blocks the adversary knows nothing; how many own slots come it does, and chooses the moment by that. What
/// waited [`PATIENCE`] times as long as it should is drawn by the next block, which counts as the adversary's.
///
/// `mixed`: the randomness of a block is hashed from that of the block before, as it would be with one seed for everything. Then
/// who has `run` slots in a row sees one draw in the first, two in the second, four in the third: as many as there are
/// sets of blocks before it that it could leave out.
fn spread(random: &mut Random, slots: f64, blocks: usize, mixed: bool) -> f64 {
    let rate = share(RATES.1);
    let (part, length) = (1. / blocks as f64, PATIENCE * blocks);
    let left_from = |schedule: &[bool]| {
        let (mut waits, mut found, mut run) = (1., 0., 0);
        for adversary in schedule {
            run = if *adversary { run + 1 } else { 0 };
            if *adversary {
                let draws = if mixed { f64::from(1u32 << (run - 1).min(30)) } else { 1. };
                waits *= (1. - part * (1. - rate)).powf(draws);
            } else {
                found += waits * part;
                waits *= 1. - part;
            }
        }
        found
    };
    let trials = (TRIALS / 4).min(4_000_000 / (length * CHOICE) as u32).max(20);
    let mut sum = 0.;
    for _ in 0..trials {
        let schedule = schedule(random, slots, CHOICE + length);
        sum += (0..CHOICE).map(|start| left_from(&schedule[start..start + length])).fold(f64::INFINITY, f64::min);
    }
    sum / f64::from(trials)
}

/// Write the table.
pub fn write(folder: &Path) -> std::io::Result<Finding> {
    let mut table =
        Table::new(folder, "slots", "slots,bound,once,once_chosen,spread_10,spread_100,spread_1000,mixed_100")?;
    let mut random = Random::new(4);
    let (mut chosen_at_tenth, mut at_fifth, mut at_third, mut mixed_at_third) = (0., 0., 0., 0.);
    for percent in [0, 5, 10, 15, 20, 25, 30, 33, 35, 40, 45, 50] {
        let slots = f64::from(percent) / 100.;
        let (plain, chosen) = (once(&mut random, slots, 1), once(&mut random, slots, CHOICE));
        let parts = [10, 100, 1_000].map(|blocks| spread(&mut random, slots, blocks, false));
        let mixed = spread(&mut random, slots, 100, true);
        match percent {
            10 => chosen_at_tenth = chosen,
            20 => at_fifth = parts[1],
            33 => (at_third, mixed_at_third) = (parts[1], mixed),
            _ => {},
        }
        table.row(&[
            &percent,
            &digits(1. - slots),
            &digits(plain),
            &digits(chosen),
            &digits(parts[0]),
            &digits(parts[1]),
            &digits(parts[2]),
            &digits(mixed),
        ])?;
    }
    Ok(Finding {
        claim:
            "a receipt drawn once escapes who may choose its moment; one drawn by a block that nobody knows does not",
        holds: chosen_at_tenth < 0.1 && at_fifth > 0.75 && at_third > 0.6 && mixed_at_third < at_third,
        lines: vec![
            format!("\"rate_left_at_10_percent_of_slots_drawn_once_at_a_chosen_moment\": {}", digits(chosen_at_tenth)),
            format!("\"rate_left_at_20_percent_of_slots_drawn_over_100_blocks\": {}", digits(at_fifth)),
            format!("\"rate_left_at_33_percent_of_slots_drawn_over_100_blocks\": {}", digits(at_third)),
            format!("\"the_same_if_a_block_draws_with_everything_before_it\": {}", digits(mixed_at_third)),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reachable_should_count_own_slots_at_the_height_when_some_are_withheld() {
        // All honest: the block at the height is honest.
        assert_eq!(reachable(&[false; 100]), 0);
        // An own slot exactly at the height, and one that can be brought there by withholding another.
        let mut schedule = [false; 100];
        schedule[DELAY - 1] = true;
        assert_eq!(reachable(&schedule), 1);
        let mut schedule = [false; 100];
        (schedule[3], schedule[DELAY]) = (true, true);
        assert_eq!(reachable(&schedule), 1);
        // Too early to be the one, and nothing after it.
        let mut schedule = [false; 100];
        schedule[3] = true;
        assert_eq!(reachable(&schedule), 0);
    }

    #[test]
    fn once_should_leave_what_others_draw_when_nobody_chooses() {
        let mut random = Random::new(1);
        assert!((once(&mut random, 0., 1) - 1.).abs() < 1e-12);
        assert!(once(&mut random, 0.1, 1) < 0.9);
        assert!((spread(&mut random, 0., 10, false) - 1.).abs() < 1e-3, "but for what waits too long");
        let (apart, mixed) = (spread(&mut random, 0.3, 100, false), spread(&mut random, 0.3, 100, true));
        assert!(apart > 0.6 && apart < 0.7 && mixed < apart, "{apart} {mixed}");
    }
}
