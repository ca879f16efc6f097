//! The queue before the cores: bounded, fair between networks, with places kept for known browsers.
//! What waits here costs nothing else a turn: the work runs on threads of its own, one for each core.

use std::{
    collections::VecDeque,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tokio::sync::oneshot;

/// Waiting places one network may hold (rule 8).
pub const PER_NETWORK: usize = 8;

/// Waiting places kept for known browsers (rule 8); half of a queue that has fewer than 16.
pub const FOR_KNOWN: usize = 8;

/// How long an idle thread keeps its memory: long enough for a rush, short enough to be small when idle.
const KEEP_MEMORY: Duration = Duration::from_secs(2);

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

/// What one thread keeps between two pieces of work.
pub trait Memory: Default + 'static {
    /// Gives back what it holds; called when there was nothing to do for a while.
    fn release(&mut self);
}

/// The threads and the queue before them. Dropped, its threads end after what they are at.
pub struct Pool<M>(Arc<Shared<M>>);

struct Shared<M> {
    state: Mutex<State<M>>,
    work_came: Condvar,
    cores: usize,
    places: usize,
}

struct State<M> {
    /// Given to a core that has not woken yet. These and what runs are never more than the cores.
    ready: VecDeque<Job<M>>,
    /// Cores at work or about to be.
    busy: usize,
    known: VecDeque<Job<M>>,
    /// One lane a network, the next to be served first; none is empty.
    lanes: VecDeque<Lane<M>>,
    strangers: usize,
    /// Known browsers and strangers take turns.
    known_had_last: bool,
    last_ticket: u64,
    closing: bool,
}

struct Lane<M> {
    network: Vec<u8>,
    jobs: VecDeque<Job<M>>,
}

struct Job<M> {
    ticket: u64,
    work: Box<dyn FnOnce(&mut M) + Send>,
}

impl<M: Memory> Pool<M> {
    /// `cores` threads (0: one for each core of the machine) and `places` to wait.
    /// Fails when the operating system gives no thread.
    pub fn new(cores: usize, places: usize) -> io::Result<Self> {
        let machine = || thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let cores = if cores == 0 { machine() } else { cores };
        let shared = Arc::new(Shared { state: Mutex::new(State::new()), work_came: Condvar::new(), cores, places });
        // Made first: when a thread cannot be had, dropping it ends those that could.
        let pool = Self(shared);
        for n in 0..cores {
            let shared = Arc::clone(&pool.0);
            thread::Builder::new().name(format!("hash-{n}")).spawn(move || shared.serve())?;
        }
        Ok(pool)
    }

    /// Runs `work` when it is its turn. Dropping the future gives a waiting place back at once; work that has begun
    /// keeps its core until it is done.
    pub async fn run<T: Send + 'static>(
        &self,
        queue: Queue,
        work: impl FnOnce(&mut M) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let (answer, answered) = oneshot::channel();
        let ticket = self.0.admit(&queue, move |memory: &mut M| {
            // Nobody waits any more: a core is too dear.
            if !answer.is_closed() {
                let _ = answer.send(work(memory));
            }
        })?;
        let _place = Place { shared: &self.0, ticket, queue };
        // No answer: the work panicked, which was logged.
        answered.await.map_err(|_| Busy)
    }

    /// How many wait now, for the metrics.
    pub fn waiting(&self) -> usize {
        self.0.lock().waiting()
    }
}

impl<M> Drop for Pool<M> {
    fn drop(&mut self) {
        self.0.lock().closing = true;
        self.0.work_came.notify_all();
    }
}

/// A waiting place; gives it back when dropped. Where the work has begun or is done there is nothing to give.
struct Place<'a, M> {
    shared: &'a Shared<M>,
    ticket: u64,
    queue: Queue,
}

impl<M> Drop for Place<'_, M> {
    fn drop(&mut self) {
        let left = self.shared.lock().leave(self.ticket, &self.queue);
        // What the work holds is dropped outside the lock.
        drop(left);
    }
}

impl<M> Shared<M> {
    /// A panic elsewhere does not spoil the state: every change of it is whole before anything can panic.
    fn lock(&self) -> MutexGuard<'_, State<M>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(&self, queue: &Queue, work: impl FnOnce(&mut M) + Send + 'static) -> Result<u64, Busy> {
        let work = Box::new(work);
        let mut state = self.lock();
        let ticket = state.last_ticket + 1;
        let job = Job { ticket, work };
        if state.busy < self.cores {
            state.busy += 1;
            state.ready.push_back(job);
            self.work_came.notify_one();
        } else {
            state.join(queue, job, self.places)?;
        }
        state.last_ticket = ticket;
        Ok(ticket)
    }
}

impl<M: Memory> Shared<M> {
    fn serve(&self) {
        let mut memory = M::default();
        let mut holds_memory = false;
        let mut state = self.lock();
        loop {
            if let Some(job) = state.ready.pop_front() {
                drop(state);
                if catch_unwind(AssertUnwindSafe(|| (job.work)(&mut memory))).is_err() {
                    tracing::error!("hashing a password panicked");
                    memory = M::default();
                }
                holds_memory = true;
                state = self.lock();
                state.done();
            } else if state.closing {
                return;
            } else if holds_memory {
                let waited = self.work_came.wait_timeout(state, KEEP_MEMORY);
                let (woken, waited) = waited.unwrap_or_else(PoisonError::into_inner);
                state = woken;
                if waited.timed_out() && state.ready.is_empty() {
                    drop(state);
                    memory.release();
                    holds_memory = false;
                    state = self.lock();
                }
            } else {
                let woken = self.work_came.wait(state);
                state = woken.unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

impl<M> State<M> {
    fn new() -> Self {
        Self {
            ready: VecDeque::new(),
            busy: 0,
            known: VecDeque::new(),
            lanes: VecDeque::new(),
            strangers: 0,
            known_had_last: false,
            last_ticket: 0,
            closing: false,
        }
    }

    fn waiting(&self) -> usize {
        self.known.len() + self.strangers
    }

    fn join(&mut self, queue: &Queue, job: Job<M>, places: usize) -> Result<(), Busy> {
        if self.waiting() >= places {
            return Err(Busy);
        }
        let Queue::Stranger { network } = queue else {
            self.known.push_back(job);
            return Ok(());
        };
        if self.strangers >= places - FOR_KNOWN.min(places / 2) {
            return Err(Busy);
        }
        match self.lanes.iter_mut().find(|lane| lane.network == *network) {
            Some(lane) if lane.jobs.len() >= PER_NETWORK => return Err(Busy),
            Some(lane) => lane.jobs.push_back(job),
            None => self.lanes.push_back(Lane { network: network.clone(), jobs: VecDeque::from([job]) }),
        }
        self.strangers += 1;
        Ok(())
    }

    /// A core is free again: it takes the next job over, if one waits.
    fn done(&mut self) {
        match self.next() {
            Some(job) => self.ready.push_back(job),
            None => self.busy -= 1,
        }
    }

    /// Known browsers and strangers in turn; among strangers one network after the other.
    fn next(&mut self) -> Option<Job<M>> {
        let known_next = self.lanes.is_empty() || !self.known_had_last;
        if known_next && let Some(job) = self.known.pop_front() {
            self.known_had_last = true;
            return Some(job);
        }
        self.known_had_last = false;
        let mut lane = self.lanes.pop_front()?;
        let job = lane.jobs.pop_front();
        if !lane.jobs.is_empty() {
            self.lanes.push_back(lane);
        }
        self.strangers -= 1;
        job
    }

    /// Takes a waiting job out again.
    fn leave(&mut self, ticket: u64, queue: &Queue) -> Option<Job<M>> {
        let jobs = match queue {
            Queue::Known => &mut self.known,
            Queue::Stranger { network } => &mut self.lanes.iter_mut().find(|lane| lane.network == *network)?.jobs,
        };
        let job = jobs.iter().position(|job| job.ticket == ticket).and_then(|at| jobs.remove(at))?;
        if let Queue::Stranger { .. } = queue {
            self.strangers -= 1;
            self.lanes.retain(|lane| !lane.jobs.is_empty());
        }
        Some(job)
    }
}
