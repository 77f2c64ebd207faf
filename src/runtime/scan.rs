//! The worker pool that counts lines: what is there already by stripes, nearest to the reader first, and
//! what is appended as it comes.
//!
//! ```text
//!   begin, grow, stop ─▶ jobs ─▶ worker ─▶ stripe or tail counted ─▶ job's index
//!                         ▲      worker                                │ changed(), once
//!                         └─────────────────── take() ◀───────────────┘
//! ```
//!
//! Workers sleep on a condition and nothing else: nothing to count is no wake-up at all. What has to be fetched
//! before it can be counted is asked for and put aside until something has arrived, so no worker waits for a
//! link and no other log waits for a worker.
//!
//! What lines say (levels, times) is counted for everyone and for nobody in particular, so it comes last, gives way
//! to what somebody waits for, and has nothing fetched.

mod job;
mod state;
mod task;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use self::job::{Job, Stage, nearest_last};
use self::state::State;
use self::task::{Done, What};
use crate::app::event::{ChartRequest, Event, ScanId, ScanRequest};
use crate::app::source::SourceId;
use crate::core::count::Counts;
use crate::core::pos::Pos;
use crate::core::scan::Scanner;
use crate::core::store::Store;

/// More workers would only wait for the same memory.
const MOST_WORKERS: usize = 4;
/// Threads that count lines for all scans.
pub struct Pool {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    work: Condvar,
    /// Somebody waits: who counts for nobody in particular gives way.
    urgent: AtomicBool,
    changed: Box<dyn Fn() + Send + Sync>,
}

impl Pool {
    /// Starts the workers. `changed` is called from them when there is something to take, and not again
    /// before [`Pool::take`].
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(changed: impl Fn() + Send + Sync + 'static) -> io::Result<Pool> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            work: Condvar::new(),
            urgent: AtomicBool::new(false),
            changed: Box::new(changed),
        });
        let mut pool = Pool { shared, workers: Vec::new() };
        let count = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS);
        for _ in 0..count {
            let shared = Arc::clone(&pool.shared);
            let worker = std::thread::Builder::new().name("scan".into()).spawn(move || work(&shared));
            match worker {
                Ok(worker) => pool.workers.push(worker),
                Err(error) if pool.workers.is_empty() => return Err(error),
                Err(_) => break, // fewer will do
            }
        }
        Ok(pool)
    }

    /// Begins a scan of `store`, whose good bytes end at `end` now; it goes on with [`Pool::grow`].
    pub fn begin(&self, request: ScanRequest, store: Arc<dyn Store>, end: Pos) {
        let mut state = self.shared.lock();
        state.remove(|job| job.request.id == request.id);
        let job = Job::new(request, store, end);
        self.shared.urgent.fetch_or(!job.is_idle(), Ordering::Relaxed);
        state.jobs.push(job);
        self.shared.work.notify_one();
    }

    /// What was there when a scan of levels began is counted too, as far as it is here.
    pub fn look_back(&self, id: ScanId) {
        let mut state = self.shared.lock();
        let Some(job) = state.jobs.iter_mut().find(|job| job.request.id == id) else { return };
        if std::mem::replace(&mut job.request.history, true) {
            return;
        }
        let near = job.near();
        if let Some(counting) = job.counting() {
            counting.pending = nearest_last(counting.index.index().unknown_stripes(), near);
        }
        self.shared.work.notify_all();
    }

    /// The good bytes of a source end at `end` now; what is new is counted by all its scans.
    pub fn grow(&self, source: SourceId, end: Pos) {
        let mut state = self.shared.lock();
        for job in state.jobs.iter_mut().filter(|job| job.request.source == source && job.end < end) {
            job.end = end;
            self.shared.work.notify_one();
        }
    }

    /// Bytes of a source may have come that had to be fetched: what was put aside is tried again.
    pub fn arrived(&self, source: SourceId) {
        if self.shared.lock().arrived(source) {
            self.shared.work.notify_all();
        }
    }

    /// What was there when a scan began and has not been counted is left out, and not fetched any more.
    pub fn rest(&self, id: ScanId) {
        let mut state = self.shared.lock();
        let Some(job) = state.jobs.iter_mut().find(|job| job.request.id == id) else { return };
        let waited = job.waits_for_bytes();
        job.rests = true;
        if let Some(counting) = job.counting() {
            counting.pending.clear();
            counting.parked.clear();
        }
        let (source, store) = (job.request.source, Arc::clone(&job.store));
        if waited {
            self.shared.enough(&mut state, source, &*store);
        }
    }

    /// Ends a scan; nothing more is fetched for it.
    pub fn stop(&self, id: ScanId) {
        let mut state = self.shared.lock();
        let Some(at) = state.jobs.iter().position(|job| job.request.id == id) else { return };
        let job = state.jobs.remove(at);
        job.cancelled.store(true, Ordering::Relaxed);
        if job.waits_for_bytes() {
            self.shared.enough(&mut state, job.request.source, &*job.store);
        }
    }

    /// Makes a histogram.
    pub fn chart(&self, request: ChartRequest) {
        self.shared.lock().charts.push(request);
        self.shared.urgent.store(true, Ordering::Relaxed);
        self.shared.work.notify_one();
    }

    /// Ends all scans of a source.
    pub fn close(&self, source: SourceId) {
        let mut state = self.shared.lock();
        state.remove(|job| job.request.source == source);
        state.charts.retain(|chart| chart.source != source);
    }

    /// What has changed since it was last asked: a snapshot for every scan that has come further, and
    /// the scans that have failed.
    pub fn take(&self) -> Vec<Event> {
        let mut state = self.shared.lock();
        state.told = false;
        let failed: Vec<_> = state.failed.drain(..).map(|(id, why)| Event::ScanFailed(id, why)).collect();
        let scanned = state.jobs.iter_mut().filter_map(|job| match &job.stage {
            Stage::Counting(counting) if std::mem::take(&mut job.fresh) => Some(match counting.snapshot() {
                Counts::Lines(index) => Event::Scanned(job.request.id, index),
                Counts::Levels(index) => Event::Levelled(job.request.id, index),
            }),
            _ => None,
        });
        let mut events: Vec<Event> = scanned.chain(failed).collect();
        events.append(&mut state.charted);
        events
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.closed = true;
        state.remove(|_| true);
        drop(state);
        self.shared.work.notify_all();
        for worker in self.workers.drain(..) {
            let _ = worker.join(); // one that panicked has said so
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells that there is something to take, unless that is known.
    fn tell<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        if std::mem::replace(&mut state.told, true) {
            return state;
        }
        drop(state);
        (self.changed)();
        self.lock()
    }

    /// Nothing that was asked for is fetched any more, but for what other scans of the source ask for again.
    fn enough(&self, state: &mut State, source: SourceId, store: &dyn Store) {
        store.enough();
        if state.arrived(source) {
            self.work.notify_all();
        }
    }
}

/// A worker's life.
fn work(shared: &Shared) {
    // The scanner of the last stripe: stripes of one scan come one after the other.
    let mut last: Option<(ScanId, Scanner)> = None;
    let mut state = shared.lock();
    while !state.closed {
        if let Some(chart) = state.charts.pop() {
            drop(state);
            let made = chart.made();
            state = shared.lock();
            state.charted.push(made);
            state = shared.tell(state);
            continue;
        }
        let Some(task) = state.next_task() else {
            last = None;
            state = shared.work.wait(state).unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        shared.urgent.store(false, Ordering::Relaxed);
        if let What::Stripe { .. } = task.what
            && last.as_ref().is_none_or(|(id, _)| *id != task.id)
        {
            last = state.scanner(task.id).map(|scanner| (task.id, scanner));
        }
        drop(state);
        let (id, source, arrivals, store) = (task.id, task.source, task.arrivals, Arc::clone(&task.store));
        let done = task.run(last.as_mut().map(|(_, scanner)| scanner), &shared.urgent);
        state = shared.lock();
        let more = matches!(done, Ok(Done::Started { .. }));
        let later = matches!(done, Ok(Done::Later(_)));
        if state.put(id, arrivals, done) {
            state = shared.tell(state);
        }
        if more {
            shared.work.notify_all();
        }
        // Whoever stopped it could not know yet what it was asking for.
        if later && state.is_over(id) {
            shared.enough(&mut state, source, &*store);
        }
    }
}

#[cfg(test)]
mod tests;
