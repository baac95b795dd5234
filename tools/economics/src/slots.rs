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

/// What is left of the rate of a receipt that is drawn in each of `draws` blocks with a part of the rate: the blocks of
/// others.
fn spread(random: &mut Random, slots: f64, draws: usize) -> f64 {
    let mut sum = 0.;
    for _ in 0..TRIALS / 4 {
        let schedule = schedule(random, slots, CHOICE + draws);
        let most = (0..CHOICE)
            .map(|start| schedule[start..start + draws].iter().filter(|adversary| **adversary).count())
            .max()
            .unwrap_or(0);
        sum += 1. - most as f64 / draws as f64;
    }
    sum / f64::from(TRIALS / 4)
}

/// Write the table.
pub fn write(folder: &Path) -> std::io::Result<Finding> {
    let mut table = Table::new(folder, "slots", "slots,bound,once,once_chosen,spread_10,spread_100,spread_1000")?;
    let mut random = Random::new(4);
    let (mut chosen_at_tenth, mut spread_at_fifth) = (0., 0.);
    for percent in (0..=50).step_by(5) {
        let slots = f64::from(percent) / 100.;
        let (plain, chosen) = (once(&mut random, slots, 1), once(&mut random, slots, CHOICE));
        let parts = [10, 100, 1_000].map(|draws| spread(&mut random, slots, draws));
        table.row(&[
            &percent,
            &digits(1. - slots),
            &digits(plain),
            &digits(chosen),
            &digits(parts[0]),
            &digits(parts[1]),
            &digits(parts[2]),
        ])?;
        if percent == 10 {
            chosen_at_tenth = chosen;
        }
        if percent == 20 {
            spread_at_fifth = parts[2];
        }
    }
    Ok(Finding {
        claim: "a receipt drawn once escapes who may choose its moment; one drawn in every block does not",
        holds: chosen_at_tenth < 0.1 && spread_at_fifth > 0.75,
        lines: vec![
            format!("\"rate_left_at_10_percent_of_slots_drawn_once_at_a_chosen_moment\": {}", digits(chosen_at_tenth)),
            format!("\"rate_left_at_20_percent_of_slots_drawn_in_1000_blocks\": {}", digits(spread_at_fifth)),
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
        assert!((spread(&mut random, 0., 10) - 1.).abs() < 1e-12);
    }
}
