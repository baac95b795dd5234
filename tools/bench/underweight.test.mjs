// Tests of what judges weights and blocks: node --test tools/bench/underweight.test.mjs

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { authored, judge } from './blocks.mjs';
import { comparePallet, slowness } from './underweight.mjs';
import { databaseWeight, functionsBehind, granted, palletsWithCalls, parseCalls, parseWeights, readPallet, unweighed } from './weights.mjs';

const REPOSITORY = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const DATABASE = { read: 8_000_000, write: 50_000_000 };

const FILE = `
pub trait WeightInfo {
	fn answer(b: u32, m: u32, ) -> Weight;
	fn idle() -> Weight;
}
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: \`Jobs::Jobs\` (r:1 w:1)
	/// Proof: \`Jobs::Jobs\` (\`max_values\`: None)
	/// The range of component \`b\` is \`[0, 100]\`.
	/// The range of component \`m\` is \`[1, 5]\`.
	fn answer(b: u32, _m: u32, ) -> Weight {
		// Minimum execution time: 1_000_000 picoseconds.
		Weight::from_parts(200_000_000, 5707)
			// Standard error: 6
			.saturating_add(Weight::from_parts(1_000_000, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(Weight::from_parts(0, 24).saturating_mul(b.into()))
	}
	fn idle() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
}
`;

/** What the benchmark program writes: times in nanoseconds. */
function batch(benchmark, components, times, reads, writes, pallet = 'pallet_jobs') {
    return {
        pallet,
        instance: 'Jobs',
        benchmark,
        time_results: times.map((extrinsic_time) => ({ components, extrinsic_time, reads: 0, writes: 0 })),
        db_results: [{ components, extrinsic_time: 0, reads, writes }],
    };
}

const MOST = [['b', 100], ['m', 5]];
const good = () => [batch('answer', MOST, [250_000, 290_000, 270_000], 13, 1), batch('idle', [], [9_000], 0, 0)];
const compare = (batches, pallet = { ...parseWeights(FILE), errors: [] }, slower = 1) => comparePallet('pallet_jobs', pallet, batches, { database: DATABASE, tolerance: 0.25, slower });

test('weights_should_be_computed_when_they_have_components', () => {
    const { functions, trait } = parseWeights(FILE);
    assert.deepEqual(trait, ['answer', 'idle']);
    assert.deepEqual(functions.get('answer').ranges, { b: [0, 100], m: [1, 5] });
    assert.deepEqual(granted(functions.get('answer'), { b: 100, m: 5 }), { time: 300_000_000, reads: 13, writes: 1 });
    assert.deepEqual(granted(functions.get('idle'), {}), { time: 10_000_000, reads: 0, writes: 0 });
});

test('weights_should_be_refused_when_a_line_is_not_understood', () => {
    const changed = (from, to) => () => parseWeights(FILE.replace(from, to));
    assert.throws(changed('reads(3_u64)', 'reads(2 + 1)'), /is not understood/);
    assert.throws(changed('saturating_mul(b.into())', 'saturating_mul(c.into())'), /unknown component/);
    assert.throws(changed('		Weight::from_parts(10_000_000, 0)\n', ''), /has no weight/);
    assert.throws(changed('	/// The range of component `m` is `[1, 5]`.\n', ''), /components and ranges differ/);
    assert.throws(changed('impl<T: frame_system::Config>', 'impl<T>'), /no implementation/);
    assert.throws(changed('	fn idle() -> Weight;', '	fn idle();'), /a line of the trait/);
});

test('nothing_should_be_underweight_when_everything_stays_within_its_weight', () => {
    const { errors, rows } = compare(good());
    assert.deepEqual(errors, []);
    assert.deepEqual(rows.map(({ reasons }) => reasons), [[], []]);
    // 270 µs, 13 reads, 1 write: 270 + 104 + 50 of 300 + 104 + 50.
    assert.equal(rows[0].share.toFixed(4), (424 / 454).toFixed(4));
    assert.equal(rows[0].share90.toFixed(4), (444 / 454).toFixed(4));
});

test('a_call_should_be_underweight_when_its_median_is_above_weight_and_tolerance', () => {
    const slow = (time) => compare([batch('answer', MOST, [time, time, 1], 13, 1), good()[1]]).rows[0].reasons;
    // The limit is 454 * 1.25 - 154 = 413.5 µs.
    assert.deepEqual(slow(413_000), []);
    assert.deepEqual(slow(414_000), ['it takes longer']);
});

test('a_machine_should_not_make_calls_underweight_when_it_takes_longer_for_all_of_them', () => {
    const double = [batch('answer', MOST, [600_000, 600_000, 600_000], 13, 1), batch('idle', [], [20_000], 0, 0)];
    const slower = slowness(compare(double).rows);
    assert.equal(slower, 2);
    assert.deepEqual(compare(double).rows.map(({ reasons }) => reasons), [['it takes longer'], ['it takes longer']]);
    assert.deepEqual(compare(double, undefined, slower).rows.map(({ reasons }) => reasons), [[], []]);
    const one = [double[0], batch('idle', [], [40_000], 0, 0)];
    assert.deepEqual(compare(one, undefined, slower).rows.map(({ benchmark, reasons }) => [benchmark, reasons]), [
        ['answer', []],
        ['idle', ['it takes longer']],
    ]);
    assert.equal(slowness(compare([batch('answer', MOST, [1_000], 13, 1), batch('idle', [], [1_000], 0, 0)]).rows), 1);
});

test('a_call_should_be_underweight_when_it_writes_more_than_its_formula_has', () => {
    const { reasons } = compare([batch('answer', MOST, [1_000], 13, 2), good()[1]]).rows[0];
    assert.deepEqual(reasons, ['it reads or writes more']);
    // What a whole number loses is not worth a write.
    const rounded = { ...parseWeights(FILE.replace('200_000_000', '9_000_000_000')), errors: [] };
    assert.deepEqual(compare([batch('answer', MOST, [1_000], 14, 1), good()[1]], rounded).rows[0].reasons, []);
});

test('results_should_be_refused_when_something_was_not_measured', () => {
    const errors = (batches) => compare(batches).errors.join('\n');
    assert.match(errors([good()[0]]), /idle was not measured/);
    assert.match(errors([...good(), batch('other', [], [1], 0, 0)]), /benchmark other has no weight function/);
    assert.match(errors([batch('answer', [['b', 99], ['m', 5]], [1], 0, 0), good()[1]]), /not measured with everything at its most/);
    assert.match(errors([batch('answer', [['b', 101], ['m', 5]], [1], 0, 0), good()[1]]), /its weight was measured for/);
    assert.match(errors([batch('answer', [['b', 100]], [1], 0, 0), good()[1]]), /other components/);
    assert.match(errors([batch('answer', MOST, [], 0, 0), good()[1]]), /nothing was measured/);
    assert.match(errors([...good(), batch('idle', [], [1], 0, 0, 'pallet_hosts')]), /results of pallet_hosts/);
});

const LIB = `
    #[pallet::call(weight(<T as Config>::WeightInfo))]
    impl<T: Config> Pallet<T> {
        #[pallet::call_index(0)]
        pub fn idle(origin: OriginFor<T>) -> DispatchResult { Ok(()) }

        #[pallet::call_index(1)]
        #[pallet::authorize(Self::authorize)]
        #[pallet::weight((Pallet::<T>::heaviest(MOST), DispatchClass::Operational))]
        #[pallet::weight_of_authorize(T::WeightInfo::answer(1, 1))]
        pub fn answer(origin: OriginFor<T>) -> DispatchResult { Ok(()) }
    }
`;
const HELPERS = 'fn heaviest(most: u32) -> Weight { Self::one(most).max(other()) } fn one(most: u32) -> Weight { T::WeightInfo::answer(most, most) }';

test('calls_should_be_found_when_their_weights_come_from_elsewhere', () => {
    assert.deepEqual(parseCalls(LIB).map(({ name, weight }) => [name, weight]), [
        ['idle', 'T::WeightInfo::idle()'],
        ['answer', '(Pallet::<T>::heaviest(MOST), DispatchClass::Operational)'],
    ]);
    assert.deepEqual([...functionsBehind('Self::heaviest(1)', [HELPERS])], ['answer']);
    assert.deepEqual(unweighed(LIB, [HELPERS], ['idle', 'answer']), []);
});

test('calls_should_be_refused_when_no_benchmark_stands_behind_their_weight', () => {
    assert.deepEqual(unweighed(LIB, [HELPERS], ['answer']), ['call idle takes its weight from idle, which is not in WeightInfo']);
    assert.deepEqual(unweighed(LIB, [''], ['idle', 'answer']), ['call answer has a weight that was not measured']);
    const plain = LIB.replace('(weight(<T as Config>::WeightInfo))', '');
    assert.deepEqual(unweighed(plain, [HELPERS], ['idle', 'answer']), ['call idle has a weight that was not measured']);
    const free = LIB.replace('        #[pallet::weight_of_authorize(T::WeightInfo::answer(1, 1))]\n', '');
    assert.deepEqual(unweighed(free, [HELPERS], ['idle', 'answer']), ['authorising call answer has a weight that was not measured']);
});

test('all_weights_of_the_repository_should_be_understood_when_they_are_read', () => {
    assert.deepEqual(databaseWeight(readFileSync(join(REPOSITORY, 'runtime/src/configs/system.rs'), 'utf8')), DATABASE);
    const listed = readFileSync(join(REPOSITORY, 'runtime/src/benchmarks.rs'), 'utf8').matchAll(/^ {4}\[(\w+), \w+\]$/gm);
    const names = [...listed].map(([, name]) => name);
    for (const name of names) {
        const { functions, trait, errors } = readPallet(REPOSITORY, name);
        assert.deepEqual(errors, []);
        assert.deepEqual([...functions.keys()], trait, name);
    }
    for (const pallet of palletsWithCalls(REPOSITORY)) assert.ok(names.includes(`pallet_${pallet.replaceAll('-', '_')}`), `${pallet} has benchmarks`);
});

// --- Blocks ---------------------------------------------------------------------------------------------------------

const MS = 1e6;
const timed = (block, weight, median, most = median) => ({ block, transactions: 80, weight: weight * MS, first: 2 * most * MS, median: median * MS, most: most * MS });
const LOG = [
    '2026-11-22 10:00:00 🎁 Prepared block for proposing at 7 (345 ms) hash: 0x01; parent_hash: 0x02; end: HitBlockWeightLimit; extrinsics_count: 81',
    '2026-11-22 10:00:02 🎁 Prepared block for proposing at 8 (12 ms) hash: 0x03; parent_hash: 0x01; end: NoMoreTransactions; extrinsics_count: 2',
].join('\n');

test('authors_should_be_heard_when_their_log_tells_of_blocks', () => {
    assert.deepEqual(authored(LOG).get(7), { authored: 345 * MS, end: 'HitBlockWeightLimit' });
    assert.equal(authored(LOG).size, 2);
    assert.equal(authored('no blocks').size, 0);
});

test('only_blocks_of_the_flood_should_count_when_there_was_one', () => {
    const flood = { blocks: [{ block: 7, normal: 0.99 }, { block: 8, normal: 0.2 }] };
    const found = judge([timed(6, 9, 9), timed(7, 500, 300, 400), timed(8, 100, 120)], 700 * MS, 0.25, flood, LOG);
    assert.deepEqual([found.blocks.count, found.blocks.over, found.blocks.late], [2, 1, 0]);
    assert.deepEqual([found.full.count, found.full.share.most, found.full.authored.most], [1, 0.6, 345 * MS]);
    assert.deepEqual(found.full.ends, { HitBlockWeightLimit: 1 });
    assert.deepEqual(found.failed, [], 'a small block may take longer than its weight');
});

test('blocks_should_fail_when_they_are_late_or_full_and_too_heavy', () => {
    const found = judge([timed(1, 500, 620), timed(2, 500, 630), timed(3, 10, 20, 701)], 700 * MS, 0.25);
    assert.deepEqual(found.failed, [2, 3]);
    assert.equal(found.blocks.longest, 701 * MS);
    assert.throws(() => judge([], 700 * MS, 0.25), /no blocks/);
});
