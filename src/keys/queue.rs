//! Who waits for a core, and who is next: bounded, fair between networks, with places kept for known browsers.
//! Only the order is kept here; the threads are in `pool`.

use std::{collections::VecDeque, time::Duration};

/// Waiting places one network may hold (rule 8).
pub const PER_NETWORK: usize = 8;

/// Waiting places kept for known browsers (rule 8); half of a queue that has fewer than 16.
pub const FOR_KNOWN: usize = 8;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Queue {
    /// A browser that completed a sign-in of this patient before.
    Known,
    /// Any other, by the network it asks from.
    Stranger { network: Vec<u8> },
}

/// No place was free: answer 503 with [`Busy::RETRY_AFTER`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("every place of the hashing queue is taken")]
pub struct Busy;

impl Busy {
    /// A full queue of 64 is through after half a second on two cores; this leaves room for slower machines.
    pub const RETRY_AFTER: Duration = Duration::from_secs(5);
}

/// The waiting jobs.
pub struct Waiting<J> {
    places: usize,
    known: VecDeque<Entry<J>>,
    /// One lane a network, the next to be served first; none is empty.
    lanes: VecDeque<Lane<J>>,
    /// How many are in the lanes.
    strangers: usize,
    known_had_last: bool,
}

struct Lane<J> {
    network: Vec<u8>,
    jobs: VecDeque<Entry<J>>,
}

struct Entry<J> {
    ticket: u64,
    job: J,
}

impl<J> Waiting<J> {
    pub fn new(places: usize) -> Self {
        Self { places, known: VecDeque::new(), lanes: VecDeque::new(), strangers: 0, known_had_last: false }
    }

    pub fn count(&self) -> usize {
        self.known.len() + self.strangers
    }

    /// Takes a place. `ticket` is what [`Waiting::leave`] finds it by.
    pub fn join(&mut self, queue: &Queue, ticket: u64, job: J) -> Result<(), Busy> {
        if self.count() >= self.places {
            return Err(Busy);
        }
        let entry = Entry { ticket, job };
        let Queue::Stranger { network } = queue else {
            self.known.push_back(entry);
            return Ok(());
        };
        if self.strangers >= self.places - FOR_KNOWN.min(self.places / 2) {
            return Err(Busy);
        }
        match self.lanes.iter_mut().find(|lane| lane.network == *network) {
            Some(lane) if lane.jobs.len() >= PER_NETWORK => return Err(Busy),
            Some(lane) => lane.jobs.push_back(entry),
            None => self.lanes.push_back(Lane { network: network.clone(), jobs: VecDeque::from([entry]) }),
        }
        self.strangers += 1;
        Ok(())
    }

    /// Known browsers and strangers in turn; among strangers one network after the other.
    pub fn pop(&mut self) -> Option<J> {
        if (self.lanes.is_empty() || !self.known_had_last)
            && let Some(entry) = self.known.pop_front()
        {
            self.known_had_last = true;
            return Some(entry.job);
        }
        self.known_had_last = false;
        let mut lane = self.lanes.pop_front()?;
        let entry = lane.jobs.pop_front()?;
        if !lane.jobs.is_empty() {
            self.lanes.push_back(lane);
        }
        self.strangers -= 1;
        Some(entry.job)
    }

    /// Gives the place back before its turn came; nothing when it has come.
    pub fn leave(&mut self, queue: &Queue, ticket: u64) -> Option<J> {
        let Queue::Stranger { network } = queue else {
            return take(&mut self.known, ticket);
        };
        let at = self.lanes.iter().position(|lane| lane.network == *network)?;
        let lane = &mut self.lanes[at];
        let job = take(&mut lane.jobs, ticket)?;
        if lane.jobs.is_empty() {
            self.lanes.remove(at);
        }
        self.strangers -= 1;
        Some(job)
    }
}

fn take<J>(entries: &mut VecDeque<Entry<J>>, ticket: u64) -> Option<J> {
    let at = entries.iter().position(|entry| entry.ticket == ticket)?;
    entries.remove(at).map(|entry| entry.job)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn network(n: u8) -> Queue {
        Queue::Stranger { network: vec![n] }
    }

    /// Joins with the ticket as the job.
    fn join(waiting: &mut Waiting<u64>, queue: &Queue, ticket: u64) -> Result<(), Busy> {
        waiting.join(queue, ticket, ticket)
    }

    fn drain(waiting: &mut Waiting<u64>) -> Vec<u64> {
        std::iter::from_fn(|| waiting.pop()).collect()
    }

    #[test]
    fn one_network_holds_at_most_eight_places() {
        let mut waiting = Waiting::new(64);
        for n in 0..8 {
            join(&mut waiting, &network(1), n).unwrap();
        }
        assert_eq!(join(&mut waiting, &network(1), 8), Err(Busy));
        join(&mut waiting, &network(2), 9).unwrap();
        waiting.pop().unwrap();
        join(&mut waiting, &network(1), 10).unwrap();
    }

    #[test]
    fn eight_places_are_kept_for_known_browsers_and_no_more_than_all_are_given() {
        let mut waiting = Waiting::new(64);
        for n in 0..56 {
            join(&mut waiting, &network(u8::try_from(n).unwrap()), n).unwrap();
        }
        assert_eq!(join(&mut waiting, &network(200), 56), Err(Busy));
        for n in 57..65 {
            join(&mut waiting, &Queue::Known, n).unwrap();
        }
        assert_eq!(join(&mut waiting, &Queue::Known, 65), Err(Busy));
        assert_eq!(waiting.count(), 64);
    }

    #[test]
    fn known_browsers_may_hold_all_places_and_have_no_network() {
        let mut waiting = Waiting::new(64);
        for n in 0..64 {
            join(&mut waiting, &Queue::Known, n).unwrap();
        }
        assert_eq!(join(&mut waiting, &network(1), 64), Err(Busy));
    }

    #[test]
    fn a_network_that_fills_its_places_delays_another_by_one_turn() {
        let mut waiting = Waiting::new(64);
        for n in 0..8 {
            join(&mut waiting, &network(1), n).unwrap();
        }
        join(&mut waiting, &network(2), 100).unwrap();
        join(&mut waiting, &Queue::Known, 200).unwrap();
        join(&mut waiting, &Queue::Known, 201).unwrap();
        assert_eq!(drain(&mut waiting), [200, 0, 201, 100, 1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn who_leaves_gives_the_place_back_and_is_never_served() {
        let mut waiting = Waiting::new(64);
        for n in 0..8 {
            join(&mut waiting, &network(1), n).unwrap();
        }
        join(&mut waiting, &Queue::Known, 8).unwrap();
        assert_eq!(waiting.leave(&network(1), 3), Some(3));
        assert_eq!(waiting.leave(&network(1), 3), None);
        assert_eq!(waiting.leave(&network(2), 4), None);
        assert_eq!(waiting.leave(&Queue::Known, 8), Some(8));
        join(&mut waiting, &network(1), 9).unwrap();
        assert_eq!(drain(&mut waiting), [0, 1, 2, 4, 5, 6, 7, 9]);
        assert_eq!((waiting.count(), waiting.lanes.len()), (0, 0));
    }

    #[test]
    fn a_small_queue_keeps_half_for_known_browsers() {
        let mut waiting = Waiting::new(4);
        join(&mut waiting, &network(1), 0).unwrap();
        join(&mut waiting, &network(2), 1).unwrap();
        assert_eq!(join(&mut waiting, &network(3), 2), Err(Busy));
        join(&mut waiting, &Queue::Known, 3).unwrap();
        assert_eq!(join(&mut Waiting::new(0), &Queue::Known, 0), Err(Busy));
    }

    proptest! {
        /// Against a plain model: no place is ever lost or given twice, whatever comes and goes.
        #[test]
        fn no_place_is_lost(steps in proptest::collection::vec((0u8..3, 0u8..12), 1..400)) {
            let mut waiting = Waiting::new(64);
            let mut model: Vec<(u64, Queue)> = Vec::new();
            for (ticket, (step, who)) in (0u64..).zip(steps) {
                let queue = if who == 0 { Queue::Known } else { network(who) };
                match step {
                    0 => if join(&mut waiting, &queue, ticket).is_ok() { model.push((ticket, queue)) },
                    1 => if let Some(served) = waiting.pop() {
                        let at = model.iter().position(|(ticket, _)| *ticket == served);
                        model.remove(at.expect("only who waits is served"));
                    } else {
                        prop_assert!(model.is_empty());
                    },
                    _ => if !model.is_empty() {
                        let (ticket, queue) = model.remove(usize::from(who) % model.len());
                        prop_assert_eq!(waiting.leave(&queue, ticket), Some(ticket));
                    },
                }
                prop_assert_eq!(waiting.count(), model.len());
                let of = |queue: &Queue| model.iter().filter(|(_, other)| other == queue).count();
                prop_assert!((1..12).all(|n| of(&network(n)) <= PER_NETWORK));
                prop_assert!(model.len() - of(&Queue::Known) <= 56 && model.len() <= 64);
            }
            prop_assert_eq!(drain(&mut waiting).len(), model.len());
        }
    }
}
