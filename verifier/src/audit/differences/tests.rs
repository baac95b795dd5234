use super::*;
use crate::fixtures::noise;

/// Rows, columns and terms of a product of matrices.
const ROWS: usize = 64;
const COLUMNS: usize = 256;
const TERMS: usize = 512;

fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// The operands of all elements; rows of very different sizes.
fn operands() -> (Vec<f32>, Vec<f32>) {
    let size = |row: usize| 4f32.powi((row % 13) as i32 - 6);
    let a = noise(1, ROWS * TERMS).enumerate().map(|(at, x)| x * size(at / TERMS)).collect();
    (a, noise(2, COLUMNS * TERMS).collect())
}

/// All elements, each by what `sum` makes of its products.
fn elements<T>(sum: impl Fn(&mut dyn DoubleEndedIterator<Item = (f32, f32)>) -> T) -> Vec<T> {
    let (a, b) = operands();
    let rows = a.chunks(TERMS);
    rows.flat_map(|a| b.chunks(TERMS).map(|b| sum(&mut a.iter().copied().zip(b.iter().copied()))).collect::<Vec<_>>())
        .collect()
}

#[test]
fn what_is_beyond_its_bound_should_be_chosen_when_honest_results_differ_everywhere() {
    // Two honest machines: one adds forwards, the other backwards with fused multiply-adds.
    let mine = bytes(&elements(|products| products.fold(0f32, |sum, (x, y)| sum + x * y)));
    let honest = elements(|products| products.rev().fold(0f32, |sum, (x, y)| x.mul_add(y, sum)));
    let right = elements(|products| products.fold(0f64, |sum, (x, y)| sum + f64::from(x) * f64::from(y)));
    let magnitude = elements(|products| products.fold(0f64, |sum, (x, y)| sum + f64::from(x * y).abs()));
    let differing = differences(DType::Float32, &mine, &bytes(&honest), 16).count;
    assert!(differing as usize > ROWS * COLUMNS / 2, "{differing} differ");
    // Every eighth element, and all columns of some row.
    for index in (0..ROWS * COLUMNS).step_by(8).chain(9 * COLUMNS..10 * COLUMNS) {
        let bound = (TERMS + 6) as f64 * magnitude[index] / 2f64.powi(24);
        for side in [-1.0, 1.0] {
            let mut theirs = honest.clone();
            theirs[index] = (right[index] + side * 1.01 * bound) as f32;
            let chosen = differences(DType::Float32, &mine, &bytes(&theirs), 16).chosen;
            assert!(chosen.len() == 16 && chosen.contains(&(index as u64)), "{index}");
        }
    }
}

#[test]
fn what_is_beyond_its_bound_should_be_chosen_when_results_are_of_any_size_and_relatively_right() {
    // As a softmax gives them: neighbours of very different sizes, all within a unit in the last place.
    let mine: Vec<f32> = noise(4, 40_000).map(|x| (20.0 * x - 20.0).exp()).collect();
    let honest: Vec<f32> = mine.iter().map(|x| x.next_up()).collect();
    for index in (0..mine.len()).step_by(97) {
        let mut theirs = honest.clone();
        theirs[index] = f32::from_bits(mine[index].to_bits() + 8);
        let Differences { count, chosen } = differences(DType::Float32, &bytes(&mine), &bytes(&theirs), 16);
        assert_eq!(count, 40_000);
        assert!(chosen.contains(&(index as u64)), "{index}");
    }
}

#[test]
fn everything_that_differs_should_be_chosen_when_it_is_few() {
    let mine: Vec<f32> = noise(3, 40_000).collect();
    let mut theirs = mine.clone();
    let changed = [0, 63, 64, 16_383, 16_384, 39_999];
    changed.iter().for_each(|at| theirs[*at] = -theirs[*at]);
    let found = differences(DType::Float32, &bytes(&mine), &bytes(&theirs), 6);
    assert_eq!((found.count, found.chosen), (6, changed.map(|at| at as u64).to_vec()));
}

#[test]
fn choice_should_be_in_order_and_spread_when_there_is_more() {
    for (count, most) in [(1000, 10), (1000, 1), (4, 3), (4, 4), (0, 5)] {
        let found = Differences::unknown(count, most);
        assert_eq!((found.count, found.chosen.len()), (count, most.min(count as usize)));
        assert!(found.chosen.is_sorted_by(|a, b| a < b) && found.chosen.iter().all(|index| *index < count));
    }
    // Of what is alike everywhere, from everywhere.
    let (mine, theirs) = (bytes(&[1.0; 100_000]), bytes(&[2.0; 100_000]));
    let found = differences(DType::Float32, &mine, &theirs, 30);
    assert_eq!((found.count, found.chosen.len()), (100_000, 30));
    assert!(found.chosen[0] < 20_000 && found.chosen[29] >= 80_000, "{:?}", found.chosen);
}

#[test]
fn distance_should_be_that_of_the_numbers_when_the_type_is_any() {
    assert_eq!(differences(DType::Int8, &[255, 2, 3], &[1, 2, 5], 1).chosen, [0]);
    assert_eq!(differences(DType::Bool, &[0, 1], &[1, 1], 1).chosen, [0]);
    assert_eq!(differences(DType::Int64, &[0; 16], &[[0; 8], [1; 8]].concat(), 1).chosen, [1]);
    let (nan, other, end) = (f32::NAN, f32::from_bits(f32::NAN.to_bits() + 1), f64::INFINITY);
    let floats = |mine: [f32; 3], theirs: [f32; 3]| -> Vec<(u64, f64, f64)> {
        let bytes = |values: [f32; 3]| values.map(f32::to_le_bytes);
        let found =
            in_run(&bytes(mine), &bytes(theirs), 0, |bytes| f64::from(f32::from_le_bytes(bytes))).collect::<Vec<_>>();
        found.iter().map(|d| (d.index, d.alone, d.around)).collect()
    };
    // What both could not compute is no difference, what one could is the largest; infinities have no size.
    assert_eq!(floats([nan, 1.0, 1.0], [other, nan, 3.0]), [(0, 0.0, 0.0), (1, end, end), (2, 2.0 / 3.0, 2.0)]);
    let infinite = f32::INFINITY;
    assert_eq!(floats([infinite, 2.0, 2.0], [1.0, -infinite, 2.5]), [(0, end, end), (1, end, end), (2, 0.2, 0.25)]);
    assert_eq!(floats([0.0; 3], [1.0, 0.0, -0.0]), [(0, 1.0, end), (2, 0.0, 0.0)]);
}
