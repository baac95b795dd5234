//! The queue before the workers: bounded, and fair between those who call.
//!
//! Everybody who has something waiting is served in turn, one call each, however many calls they have. Calls for jobs on
//! chain count as one caller; each session, and each key of a gateway, as another. As many calls run at once as there are
//! places, in a worker or where they came in; nobody overtakes those who wait.

use candor_primitives::SessionId;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Condvar, Mutex, PoisonError},
};

/// Who waits for a call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Caller {
    /// The chain: all jobs together.
    Jobs,
    /// A session.
    Session(SessionId),
    /// Whoever shows this key at the gateway.
    Key(Arc<str>),
    /// Everybody else at the gateway.
    Anyone,
}

/// Why a call was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    /// As many calls wait as the queue holds, in all or of this caller; send it again later.
    #[error("the engine is busy: its queue is full")]
    Full,
    /// The engine is stopping.
    #[error("the engine is stopping")]
    Stopping,
}

struct Lanes<T> {
    lanes: HashMap<Caller, VecDeque<T>>,
    /// Those who have something waiting, in the order in which they are served.
    turns: VecDeque<Caller>,
    waiting: usize,
    /// Calls that run.
    running: usize,
    closed: bool,
}

/// The queue.
pub(crate) struct Queue<T> {
    lanes: Mutex<Lanes<T>>,
    came: Condvar,
    most: usize,
    most_each: usize,
    places: usize,
}

/// The right to run a call, until it is dropped.
pub(crate) struct Place<'a, T>(&'a Queue<T>);

impl<T> Drop for Place<'_, T> {
    fn drop(&mut self) {
        let mut lanes = self.0.lock();
        lanes.running = lanes.running.saturating_sub(1);
        let waiting = lanes.waiting > 0;
        drop(lanes);
        if waiting {
            self.0.came.notify_one();
        }
    }
}

impl<T> Queue<T> {
    /// Room for `most` calls that wait, for a quarter of it per caller, but all of it for jobs; `places` of them run at once.
    pub(crate) fn new(most: usize, places: usize) -> Self {
        let lanes = Lanes { lanes: HashMap::new(), turns: VecDeque::new(), waiting: 0, running: 0, closed: false };
        let (most, most_each, places) = (most.max(1), (most / 4).max(1), places.max(1));
        Self { lanes: Mutex::new(lanes), came: Condvar::new(), most, most_each, places }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Lanes<T>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls that wait.
    pub(crate) fn waiting(&self) -> usize {
        self.lock().waiting
    }

    /// Append a call.
    pub(crate) fn push(&self, caller: Caller, item: T) -> Result<(), Busy> {
        let mut lanes = self.lock();
        if lanes.closed {
            return Err(Busy::Stopping);
        }
        let own = lanes.lanes.get(&caller).map_or(0, VecDeque::len);
        let most_own = if caller == Caller::Jobs { self.most } else { self.most_each };
        if lanes.waiting >= self.most || own >= most_own {
            return Err(Busy::Full);
        }
        lanes.waiting += 1;
        if own == 0 {
            lanes.turns.push_back(caller.clone());
        }
        lanes.lanes.entry(caller).or_default().push_back(item);
        drop(lanes);
        self.came.notify_one();
        Ok(())
    }

    /// A place for a call that did not wait; `None` if others wait, all places are taken, or the queue is closed.
    pub(crate) fn enter(&self) -> Option<Place<'_, T>> {
        let mut lanes = self.lock();
        if lanes.closed || lanes.waiting > 0 || lanes.running >= self.places {
            return None;
        }
        lanes.running += 1;
        Some(Place(self))
    }

    /// Wait for the next call and a place for it; `None` once the queue is closed.
    pub(crate) fn pop(&self) -> Option<(T, Place<'_, T>)> {
        let mut lanes = self.lock();
        loop {
            if lanes.closed {
                return None;
            }
            let free = lanes.running < self.places;
            if let Some(item) = free.then(|| lanes.next()).flatten() {
                lanes.running += 1;
                return Some((item, Place(self)));
            }
            lanes = self.came.wait(lanes).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Take no more calls, and give none out.
    pub(crate) fn close(&self) {
        let mut lanes = self.lock();
        lanes.closed = true;
        lanes.lanes.clear();
        lanes.turns.clear();
        lanes.waiting = 0;
        drop(lanes);
        self.came.notify_all();
    }
}

impl<T> Lanes<T> {
    fn next(&mut self) -> Option<T> {
        let caller = self.turns.pop_front()?;
        let lane = self.lanes.get_mut(&caller)?;
        let item = lane.pop_front();
        if lane.is_empty() {
            self.lanes.remove(&caller);
        } else {
            self.turns.push_back(caller);
        }
        self.waiting = self.waiting.saturating_sub(1);
        item
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Caller {
        Caller::Key(name.into())
    }

    #[test]
    fn callers_should_be_served_in_turn_when_one_has_many_calls() {
        let queue = Queue::new(100, 8);
        for n in 0..10 {
            queue.push(key("greedy"), n).unwrap();
        }
        queue.push(key("modest"), 100).unwrap();
        queue.push(Caller::Session(1), 200).unwrap();
        let served: Vec<i32> = (0..5).map(|_| queue.pop().unwrap().0).collect();
        assert_eq!(served, [0, 100, 200, 1, 2]);
        assert_eq!(queue.waiting(), 7);
    }

    #[test]
    fn caller_should_not_fill_the_queue_when_others_may_come() {
        let queue = Queue::new(8, 1);
        for n in 0..2 {
            queue.push(key("greedy"), n).unwrap();
        }
        assert_eq!(queue.push(key("greedy"), 2), Err(Busy::Full));
        assert_eq!(queue.push(key("modest"), 3), Ok(()));
        for n in 0..5 {
            queue.push(Caller::Jobs, n).unwrap();
        }
        assert_eq!(queue.push(Caller::Anyone, 9), Err(Busy::Full), "the whole queue is full");
    }

    #[test]
    fn queue_should_give_nothing_when_it_is_closed() {
        let queue = Queue::new(4, 1);
        queue.push(Caller::Jobs, 1).unwrap();
        queue.close();
        assert!(queue.pop().is_none());
        assert!(queue.enter().is_none());
        assert_eq!(queue.push(Caller::Jobs, 2), Err(Busy::Stopping));
    }
    #[test]
    fn places_should_be_shared_when_calls_run_where_they_come_in() {
        let queue = Queue::new(4, 2);
        let (first, second) = (queue.enter().unwrap(), queue.enter().unwrap());
        assert!(queue.enter().is_none(), "two run");
        queue.push(Caller::Jobs, 1).unwrap();
        drop(first);
        assert!(queue.enter().is_none(), "one waits: it comes first");
        let (call, place) = queue.pop().unwrap();
        assert_eq!((call, queue.waiting()), (1, 0));
        assert!(queue.enter().is_none(), "two run again");
        drop((second, place));
        assert!(queue.enter().is_some());
    }

    #[test]
    fn waiting_call_should_be_given_out_when_a_place_is_left() {
        let queue = Queue::new(4, 1);
        let place = queue.enter().unwrap();
        queue.push(Caller::Jobs, 7).unwrap();
        std::thread::scope(|scope| {
            let worker = scope.spawn(|| queue.pop().map(|(call, _)| call));
            std::thread::sleep(std::time::Duration::from_millis(50));
            assert!(!worker.is_finished(), "the only place is taken");
            drop(place);
            assert_eq!(worker.join().unwrap(), Some(7));
        });
    }
}
