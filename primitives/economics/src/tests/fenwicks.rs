use crate::fenwick::*;
use proptest::prelude::*;
use std::{cell::Cell, collections::BTreeMap};

/// A map as chains have them: zero is absent, reads are counted.
#[derive(Clone, Debug, Default, PartialEq)]
struct Map {
    nodes: BTreeMap<u32, u128>,
    len: u32,
    reads: Cell<u32>,
    writes: u32,
}

impl FenwickStore for Map {
    fn len(&self) -> u32 {
        self.len
    }
    fn set_len(&mut self, len: u32) {
        self.len = len;
        assert!(self.nodes.range(len..).next().is_none(), "a node beyond the end");
    }
    fn get(&self, i: u32) -> u128 {
        self.reads.set(self.reads.get() + 1);
        self.nodes.get(&i).copied().unwrap_or(0)
    }
    fn set(&mut self, i: u32, node: u128) {
        assert!(i < self.len, "written beyond the end");
        self.writes += 1;
        if node == 0 {
            self.nodes.remove(&i);
        } else {
            self.nodes.insert(i, node);
        }
    }
}

fn tree(items: &[u128]) -> Map {
    let mut map = Map::default();
    for item in items {
        append(&mut map, *item).unwrap();
    }
    map
}

fn agree(map: &Map, items: &[u128]) {
    assert_eq!(map.len as usize, items.len());
    let mut sum = 0;
    for (i, item) in items.iter().enumerate() {
        assert_eq!(prefix(map, i as u32), sum);
        assert_eq!(value(map, i as u32), *item);
        // The first and last target of every item.
        if *item > 0 {
            assert_eq!(find(map, sum), Some(i as u32));
            assert_eq!(find(map, sum + item - 1), Some(i as u32));
        }
        sum += item;
    }
    assert_eq!(total(map), sum);
    assert_eq!(find(map, sum), None);
}

#[test]
fn empty_tree_should_answer_when_asked() {
    let mut map = Map::default();
    assert_eq!((total(&map), find(&map, 0), value(&map, 0), prefix(&map, 9)), (0, None, 0, 0));
    assert_eq!(pop(&mut map), None);
    assert!(map.is_empty());
    assert_eq!(swap_remove(&mut map, 0), Err(FenwickError::NoSuchItem));
    assert_eq!(add(&mut map, 0, 1), Err(FenwickError::NoSuchItem));
    assert_eq!(sub(&mut map, 0, 1), Err(FenwickError::NoSuchItem));
    assert_eq!(set(&mut map, 0, 1), Err(FenwickError::NoSuchItem));
}

#[test]
fn sums_should_be_right_when_the_size_doubles() {
    let mut items = vec![];
    let mut map = Map::default();
    for i in 0..130u128 {
        items.push(i * i % 17);
        assert_eq!(append(&mut map, items[i as usize]), Ok(i as u32));
        agree(&map, &items);
    }
    while let Some(item) = items.pop() {
        assert_eq!(pop(&mut map), Some(item));
        agree(&map, &items);
    }
    assert_eq!(map.nodes.len(), 0);
}

#[test]
fn every_target_should_map_to_its_item_when_drawn() {
    let items = [3, 0, 1, 5, 0, 0, 2];
    let map = tree(&items);
    let drawn: Vec<u32> = (0..total(&map)).map(|target| find(&map, target).unwrap()).collect();
    for (i, item) in items.iter().enumerate() {
        assert_eq!(drawn.iter().filter(|d| **d == i as u32).count() as u128, *item);
    }
    assert_eq!(find(&map, u128::MAX), None);
}

#[test]
fn tree_should_stay_as_it_was_when_a_change_is_refused() {
    let mut map = tree(&[5, u128::MAX - 9, 4]);
    let before = map.nodes.clone();
    assert_eq!(append(&mut map, 1), Err(FenwickError::Overflow));
    assert_eq!(add(&mut map, 0, 1), Err(FenwickError::Overflow));
    assert_eq!(set(&mut map, 0, 6), Err(FenwickError::Overflow));
    assert_eq!(sub(&mut map, 0, 6), Err(FenwickError::Underflow));
    assert_eq!(sub(&mut map, 3, 1), Err(FenwickError::NoSuchItem));
    assert_eq!((&map.nodes, map.len), (&before, 3));
    assert_eq!(total(&map), u128::MAX);
    assert_eq!(find(&map, u128::MAX - 1), Some(2));
}

#[test]
fn append_should_refuse_when_indices_run_out() {
    let mut map = Map { len: u32::MAX, ..Default::default() };
    assert_eq!(append(&mut map, 1), Err(FenwickError::Full));
    assert_eq!(add(&mut map, u32::MAX - 1, 7), Ok(()));
    assert_eq!(add(&mut map, 0, 2), Ok(()));
    assert_eq!((total(&map), find(&map, 1), find(&map, 2)), (9, Some(0), Some(u32::MAX - 1)));
    assert_eq!(add(&mut map, u32::MAX, 7), Err(FenwickError::NoSuchItem));
}

#[test]
fn swap_remove_should_say_which_item_moved_when_one_did() {
    let mut map = tree(&[1, 2, 3, 4]);
    assert_eq!(swap_remove(&mut map, 1), Ok(Some(3)));
    agree(&map, &[1, 4, 3]);
    assert_eq!(swap_remove(&mut map, 2), Ok(None));
    agree(&map, &[1, 4]);
    assert_eq!(swap_remove(&mut map, 2), Err(FenwickError::NoSuchItem));
}

#[test]
fn steps_should_be_logarithmic_when_the_tree_is_large() {
    assert_eq!([0, 1, 2, 3, 4, 7, 8, u32::MAX].map(max_steps), [0, 1, 2, 2, 3, 3, 4, 32]);
    let mut map = tree(&vec![7; 5000]);
    let steps = max_steps(map.len);
    let mut cost = |run: &mut dyn FnMut(&mut Map)| {
        map.reads.set(0);
        map.writes = 0;
        run(&mut map);
        (map.reads.get(), map.writes)
    };
    for i in (0..5000u32).step_by(37) {
        assert!(
            cost(&mut |m| {
                let _ = find(m, u128::from(i) * 7);
            })
            .0 <= steps
        );
        let (reads, writes) = cost(&mut |m| {
            let _ = set(m, i, 9).unwrap();
        });
        assert!(reads <= 3 * steps && writes <= steps);
        let (reads, writes) = cost(&mut |m| {
            let _ = append(m, 7).unwrap();
        });
        assert!(reads <= 2 * steps && writes <= 1);
        let (reads, writes) = cost(&mut |m| {
            let _ = swap_remove(m, i).unwrap();
        });
        assert!(reads <= 6 * steps && writes <= steps + 1);
    }
}

#[derive(Clone, Debug)]
enum Op {
    Append(u128),
    Add(usize, u128),
    Sub(usize, u128),
    Set(usize, u128),
    Pop,
    Remove(usize),
}

fn op() -> impl Strategy<Value = Op> {
    let item = prop_oneof![Just(0u128), 0u128..10, 0u128..1 << 96];
    prop_oneof![
        4 => item.clone().prop_map(Op::Append),
        1 => (any::<usize>(), item.clone()).prop_map(|(i, x)| Op::Add(i, x)),
        1 => (any::<usize>(), item.clone()).prop_map(|(i, x)| Op::Sub(i, x)),
        1 => (any::<usize>(), item).prop_map(|(i, x)| Op::Set(i, x)),
        1 => Just(Op::Pop),
        1 => any::<usize>().prop_map(Op::Remove),
    ]
}

proptest! {
    #[test]
    fn tree_should_agree_with_a_vector_when_anything_is_done(ops in prop::collection::vec(op(), 1..120)) {
        let (mut map, mut items) = (Map::default(), Vec::<u128>::new());
        for op in ops {
            let at = |i: usize| i % items.len().max(1);
            match op {
                Op::Append(item) => {
                    prop_assert_eq!(append(&mut map, item), Ok(items.len() as u32));
                    items.push(item);
                },
                Op::Pop => prop_assert_eq!(pop(&mut map), items.pop()),
                _ if items.is_empty() => {},
                Op::Add(i, by) => {
                    let i = at(i);
                    prop_assert_eq!(add(&mut map, i as u32, by), Ok(()));
                    items[i] += by;
                },
                Op::Sub(i, by) => {
                    let i = at(i);
                    match items[i].checked_sub(by) {
                        Some(left) => {
                            prop_assert_eq!(sub(&mut map, i as u32, by), Ok(()));
                            items[i] = left;
                        },
                        None => prop_assert_eq!(sub(&mut map, i as u32, by), Err(FenwickError::Underflow)),
                    }
                },
                Op::Set(i, item) => {
                    let i = at(i);
                    prop_assert_eq!(set(&mut map, i as u32, item), Ok(items[i]));
                    items[i] = item;
                },
                Op::Remove(i) => {
                    let i = at(i);
                    let moved = (i + 1 < items.len()).then_some(items.len() as u32 - 1);
                    prop_assert_eq!(swap_remove(&mut map, i as u32), Ok(moved));
                    items.swap_remove(i);
                },
            }
            agree(&map, &items);
        }
    }

    #[test]
    fn find_should_agree_with_a_scan_when_any_target_is_drawn(
        items in prop::collection::vec(prop_oneof![Just(0u128), 0u128..1 << 90], 1..200),
        entropy in any::<[u8; 32]>(),
    ) {
        let map = tree(&items);
        let target = crate::draw_target(&entropy, total(&map));
        let mut passed = 0;
        let scan = target.and_then(|target| items.iter().position(|item| {
            passed += item;
            passed > target
        }));
        prop_assert_eq!(target.and_then(|target| find(&map, target)), scan.map(|i| i as u32));
    }
}
