//! The threads that hash: one for each core, so that nothing else waits for a hash but who asked for it.
//! Each keeps its memory from one piece of work to the next while there is much to do.

use std::{
    collections::VecDeque,
    io,
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tokio::sync::oneshot;

use super::queue::{Busy, Queue, Waiting};

/// How long an idle thread keeps its memory: long enough for a rush, short enough to be small when idle.
const KEEP_MEMORY: Duration = Duration::from_secs(2);

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
    /// How long an idle thread keeps its memory.
    keep: Duration,
}

type Job<M> = Box<dyn FnOnce(&mut M) + Send>;

struct State<M> {
    waiting: Waiting<Job<M>>,
    /// Given to a core that has not taken it up yet. These and what runs are never more than the cores.
    ready: VecDeque<Job<M>>,
    /// Cores at work or about to be.
    busy: usize,
    last_ticket: u64,
    closing: bool,
}

impl<M: Memory> Pool<M> {
    /// `cores` threads (0: one for each core of the machine) and `places` to wait.
    /// Fails when the operating system gives no thread.
    pub fn new(cores: usize, places: usize) -> io::Result<Self> {
        Self::keeping(cores, places, KEEP_MEMORY)
    }

    fn keeping(cores: usize, places: usize, keep: Duration) -> io::Result<Self> {
        let machine = || thread::available_parallelism().map_or(1, NonZero::get);
        let cores = if cores == 0 { machine() } else { cores };
        let state =
            State { waiting: Waiting::new(places), ready: VecDeque::new(), busy: 0, last_ticket: 0, closing: false };
        // Made first: when a thread cannot be had, dropping it ends those that could.
        let pool = Self(Arc::new(Shared { state: Mutex::new(state), work_came: Condvar::new(), cores, keep }));
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
        let job = Box::new(move |memory: &mut M| {
            // Nobody waits any more: a core is too dear.
            if !answer.is_closed() {
                let _ = answer.send(work(memory));
            }
        });
        let ticket = self.0.admit(&queue, job)?;
        let _place = Place { shared: &self.0, ticket, queue };
        // No answer: the work panicked, which was logged.
        answered.await.map_err(|_| Busy)
    }

    /// How many wait now.
    pub fn waiting(&self) -> usize {
        self.0.lock().waiting.count()
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
        let left = self.shared.lock().waiting.leave(&self.queue, self.ticket);
        // What the job holds is dropped outside the lock.
        drop(left);
    }
}

impl<M> Shared<M> {
    /// A panic elsewhere does not spoil the state: no change of it can panic half way.
    fn lock(&self) -> MutexGuard<'_, State<M>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(&self, queue: &Queue, job: Job<M>) -> Result<u64, Busy> {
        let mut state = self.lock();
        let ticket = state.last_ticket + 1;
        if state.busy < self.cores {
            state.busy += 1;
            state.ready.push_back(job);
            self.work_came.notify_one();
        } else {
            state.waiting.join(queue, ticket, job)?;
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
                if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
                    tracing::error!("hashing a password panicked");
                    memory = M::default();
                }
                holds_memory = true;
                state = self.lock();
                state.done();
            } else if state.closing {
                return;
            } else if holds_memory {
                let waited = self.work_came.wait_timeout(state, self.keep);
                let (woken, waited) = waited.unwrap_or_else(PoisonError::into_inner);
                state = woken;
                if waited.timed_out() && state.ready.is_empty() {
                    drop(state);
                    memory.release();
                    holds_memory = false;
                    state = self.lock();
                }
            } else {
                state = self.work_came.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

impl<M> State<M> {
    /// A core is free again: it takes the next job over, if one waits.
    fn done(&mut self) {
        match self.waiting.pop() {
            Some(job) => self.ready.push_back(job),
            None => self.busy -= 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    };

    use tokio::task::JoinHandle;

    use super::*;

    #[derive(Default)]
    struct NoMemory;

    impl Memory for NoMemory {
        fn release(&mut self) {}
    }

    /// A pool whose cores are all at work until the gate opens.
    struct Blocked {
        pool: Arc<Pool<NoMemory>>,
        gate: Arc<Barrier>,
        at_work: Vec<JoinHandle<Result<(), Busy>>>,
    }

    impl Blocked {
        async fn new(cores: usize, places: usize) -> Self {
            let pool = Arc::new(Pool::new(cores, places).unwrap());
            let (began, gate) = (Arc::new(Barrier::new(cores + 1)), Arc::new(Barrier::new(cores + 1)));
            let at_work = (0..cores).map(|_| {
                let (pool, began, gate) = (pool.clone(), began.clone(), gate.clone());
                let work = move |_: &mut NoMemory| {
                    began.wait();
                    gate.wait();
                };
                tokio::spawn(async move { pool.run(Queue::Known, work).await })
            });
            let at_work = at_work.collect();
            tokio::task::spawn_blocking(move || began.wait()).await.unwrap();
            Self { pool, gate, at_work }
        }

        async fn open(self) -> Arc<Pool<NoMemory>> {
            let gate = self.gate;
            tokio::task::spawn_blocking(move || gate.wait()).await.unwrap();
            for work in self.at_work {
                work.await.unwrap().unwrap();
            }
            self.pool
        }

        /// `many` ask at the same moment from many threads; gives how many were turned away, once `kept` wait.
        async fn rush(&self, many: usize, kept: usize, queue: impl Fn(usize) -> Queue) -> Vec<JoinHandle<bool>> {
            let (turned_away, mut away) = tokio::sync::mpsc::unbounded_channel();
            let line = Arc::new(tokio::sync::Barrier::new(many));
            let all = (0..many).map(|n| {
                let (pool, line, turned_away, queue) = (self.pool.clone(), line.clone(), turned_away.clone(), queue(n));
                tokio::spawn(async move {
                    line.wait().await;
                    let went = pool.run(queue, |_| ()).await.is_ok();
                    if !went {
                        turned_away.send(()).unwrap();
                    }
                    went
                })
            });
            let all = all.collect();
            for _ in kept..many {
                away.recv().await.unwrap();
            }
            while self.pool.waiting() < kept {
                tokio::task::yield_now().await;
            }
            assert_eq!(self.pool.waiting(), kept);
            all
        }
    }

    async fn how_many_went(all: Vec<JoinHandle<bool>>) -> usize {
        let mut went = 0;
        for one in all {
            went += usize::from(one.await.unwrap());
        }
        went
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 8)]
    async fn beyond_sixty_four_that_wait_everybody_is_turned_away_at_once() {
        let blocked = Blocked::new(2, 64).await;
        let all = blocked.rush(300, 64, |_| Queue::Known).await;
        let pool = blocked.open().await;
        assert_eq!(how_many_went(all).await, 64);
        assert_eq!(pool.waiting(), 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 8)]
    async fn a_network_that_storms_holds_eight_places_and_the_rest_stay_free() {
        let blocked = Blocked::new(2, 64).await;
        let one_network = |_| Queue::Stranger { network: vec![1] };
        let storm = blocked.rush(200, 8, one_network).await;
        let others = (0..48).map(|n: u8| {
            let pool = blocked.pool.clone();
            tokio::spawn(async move { pool.run(Queue::Stranger { network: vec![2, n] }, |_| ()).await.is_ok() })
        });
        let others: Vec<_> = others.collect();
        while blocked.pool.waiting() < 56 {
            tokio::task::yield_now().await;
        }
        let late = blocked.pool.run(Queue::Stranger { network: vec![3] }, |_| ()).await;
        assert_eq!(late, Err(Busy), "the last 8 are for known browsers");
        let pool = blocked.pool.clone();
        let known = tokio::spawn(async move { pool.run(Queue::Known, |_| ()).await });
        blocked.open().await;
        assert_eq!(how_many_went(storm).await, 8);
        assert_eq!(how_many_went(others).await, 48);
        known.await.unwrap().unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 8)]
    async fn never_more_at_once_than_cores_and_never_fewer_while_some_wait() {
        let pool = Arc::new(Pool::<NoMemory>::new(3, 64).unwrap());
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        // Passes only where three run at once: with fewer at a time, this test would never end.
        let three = Arc::new(Barrier::new(3));
        let all = (0..60).map(|_| {
            let (pool, running, most, three) = (pool.clone(), running.clone(), most.clone(), three.clone());
            let work = move |_: &mut NoMemory| {
                most.fetch_max(running.fetch_add(1, SeqCst) + 1, SeqCst);
                three.wait();
                running.fetch_sub(1, SeqCst);
            };
            tokio::spawn(async move { pool.run(Queue::Known, work).await })
        });
        for one in all.collect::<Vec<_>>() {
            one.await.unwrap().unwrap();
        }
        assert_eq!(most.load(SeqCst), 3);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 8)]
    async fn requests_that_go_away_give_their_places_back_and_cost_no_core() {
        let blocked = Blocked::new(1, 64).await;
        let worked = Arc::new(AtomicUsize::new(0));
        for _ in 0..20 {
            let gone = (0..64).map(|_| {
                let (pool, worked) = (blocked.pool.clone(), worked.clone());
                let work = move |_: &mut NoMemory| worked.fetch_add(1, SeqCst);
                tokio::spawn(async move { pool.run(Queue::Known, work).await })
            });
            let gone: Vec<_> = gone.collect();
            while blocked.pool.waiting() < 64 {
                tokio::task::yield_now().await;
            }
            for one in &gone {
                one.abort();
            }
            for one in gone {
                assert!(one.await.unwrap_err().is_cancelled());
            }
            assert_eq!(blocked.pool.waiting(), 0);
        }
        let pool = blocked.open().await;
        pool.run(Queue::Known, |_| ()).await.unwrap();
        assert_eq!(worked.load(SeqCst), 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 8)]
    async fn whoever_goes_away_at_whatever_moment_no_core_is_lost() {
        let pool = Arc::new(Pool::<NoMemory>::new(2, 64).unwrap());
        for round in 0..500 {
            let rush = (0..20).map(|n: u8| {
                let pool = pool.clone();
                let queue = if n.is_multiple_of(2) { Queue::Known } else { Queue::Stranger { network: vec![n % 5] } };
                tokio::spawn(async move { pool.run(queue, |_| ()).await })
            });
            for (n, one) in rush.collect::<Vec<_>>().into_iter().enumerate() {
                if (n + round) % 3 == 0 {
                    one.abort();
                }
                let _ = one.await;
            }
        }
        assert_eq!(pool.waiting(), 0);
        // Both cores still work, at once.
        let two = Arc::new(Barrier::new(2));
        let meet = |two: Arc<Barrier>| pool.run(Queue::Known, move |_| two.wait().is_leader());
        let (one, other) = tokio::join!(meet(two.clone()), meet(two.clone()));
        assert_ne!(one.unwrap(), other.unwrap());
    }

    #[tokio::test]
    async fn work_that_panics_is_turned_away_and_the_core_goes_on() {
        let pool = Pool::<NoMemory>::new(1, 64).unwrap();
        let panicked = pool.run(Queue::Known, |_| -> () { panic!("on purpose") }).await;
        assert_eq!(panicked, Err(Busy));
        assert_eq!(pool.run(Queue::Known, |_| 7).await, Ok(7));
    }

    /// Says when it gives back what it holds, and when its thread ends.
    #[derive(Default)]
    struct Telling(Option<mpsc::Sender<&'static str>>);

    impl Memory for Telling {
        fn release(&mut self) {
            let _ = self.0.as_ref().map(|tell| tell.send("released"));
        }
    }

    impl Drop for Telling {
        fn drop(&mut self) {
            let _ = self.0.as_ref().map(|tell| tell.send("ended"));
        }
    }

    #[tokio::test]
    async fn an_idle_thread_gives_its_memory_back_and_ends_with_the_pool() {
        let pool = Pool::<Telling>::keeping(1, 64, Duration::from_millis(1)).unwrap();
        let (tell, told) = mpsc::channel();
        pool.run(Queue::Known, |memory| memory.0 = Some(tell)).await.unwrap();
        assert_eq!(told.recv(), Ok("released"));
        drop(pool);
        assert_eq!(told.recv(), Ok("ended"));
        assert!(told.recv().is_err());
    }
}
