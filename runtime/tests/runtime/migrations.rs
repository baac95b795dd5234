//! Migrations over several blocks: nothing is decided while they run.

use crate::chain::*;
use candor_runtime::{configs::SteppedMigrations, Runtime};
use frame_support::migrations::SteppedMigrations as _;
use pallet_migrations::{Cursor, MigrationCursor};
use sp_runtime::ExtrinsicInclusionMode;

/// Steps of all migrations together: deadlines of jobs and sessions go on while they run, and the shortest is ten blocks.
pub const MOST_STEPS: u32 = 5;

fn ticks() -> u32 {
    pallet_challenges::Ticks::<Runtime>::get()
}

#[test]
fn clock_hooks_and_transactions_should_pause_when_a_migration_runs() {
    chain(|chain| {
        chain.market();
        chain.ok(Bob, submit(&[1.0]));
        chain.block();
        let job = || pallet_jobs::Jobs::<Runtime>::get(last_job());
        let (assigned, begun) = (job(), ticks());
        assert!(assigned.is_some());
        assert_eq!(chain.mode, ExtrinsicInclusionMode::AllExtrinsics);

        // As long as there is a cursor a migration is under way.
        Cursor::<Runtime>::put(MigrationCursor::Stuck);
        chain.blocks(40);
        assert_eq!(chain.mode, ExtrinsicInclusionMode::OnlyInherents);
        assert_eq!(ticks(), begun, "the disputes' clock stands still");
        assert_eq!(job(), assigned, "nobody is late, long after the deadline");

        Cursor::<Runtime>::kill();
        chain.blocks(2);
        assert_eq!(chain.mode, ExtrinsicInclusionMode::AllExtrinsics);
        assert!(ticks() > begun);
        assert_ne!(job(), assigned, "deadlines in blocks went on meanwhile");
    });
}

#[test]
fn migrations_should_say_how_long_they_last_and_be_short() {
    let steps = |at| SteppedMigrations::nth_max_steps(at).flatten().expect("a migration says how many steps it takes");
    let steps: u32 = (0..SteppedMigrations::len()).map(steps).sum();
    assert!(steps <= MOST_STEPS, "{steps} steps: deadlines in blocks would pass");
}
