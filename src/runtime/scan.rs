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

use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::app::event::{ChartRequest, Event, ScanId, ScanRequest};
use crate::app::source::SourceId;
use crate::core::count::{Counts, Fresh, Part as Counted};
use crate::core::index::STRIPE;
use crate::core::lines::next_line_start;
use crate::core::pos::Pos;
use crate::core::scan::{Appended, Scanner, Select};
use crate::core::store::Store;

/// More workers would only wait for the same memory.
const MOST_WORKERS: usize = 4;
/// Appended bytes that are counted before they are published.
const PIECE: u64 = 1 << 20;

/// Bytes of a stripe that are asked for ahead of what has come; a scan that is stopped leaves no more than these
/// to be fetched in vain.
const AHEAD: u64 = 4 << 20;

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

#[derive(Default)]
struct State {
    /// The newest last.
    jobs: Vec<Job>,
    failed: Vec<(ScanId, String)>,
    /// Histograms to be made, the newest last, and those that were.
    charts: Vec<ChartRequest>,
    charted: Vec<Event>,
    /// `changed` was called, and nobody has taken anything since.
    told: bool,
    closed: bool,
    /// Counts tails, so that every log gets its turn.
    turn: u64,
}

struct Job {
    request: ScanRequest,
    store: Arc<dyn Store>,
    /// Where the log ended when the scan was asked for, and where it ends as far as is known now.
    opened: Pos,
    end: Pos,
    stage: Stage,
    /// How often something has arrived.
    arrivals: u64,
    /// The start cannot be looked for before something has arrived.
    waits: bool,
    /// What was there at first and is not counted yet is left out.
    rests: bool,
    /// Something was counted that nobody has taken yet.
    fresh: bool,
    cancelled: Arc<AtomicBool>,
}

enum Stage {
    /// It is not known yet where the unfinished last line starts.
    New,
    /// A worker is looking for it.
    Starting,
    Counting(Box<Counting>),
}

struct Counting {
    index: Counts,
    /// What was there when the scan began: the lines that stripes are counted for.
    history: Range<Pos>,
    /// Stripes to be counted, the nearest to the reader last.
    todo: Vec<u64>,
    /// Stripes whose bytes were asked for; taken up again when something has arrived. No other is asked for
    /// meanwhile.
    parked: Vec<u64>,
    tail: Tail,
    /// Of what is finished behind the index: the lines selected as it is now, and its end.
    open: (Vec<Pos>, Pos),
}

struct Tail {
    /// `None` while a worker has it.
    scanner: Option<Scanner>,
    /// All finished lines before this have been counted.
    seen: Pos,
    /// From the end of what is covered up to here there is no newline.
    searched: Pos,
    /// It cannot be read before something has arrived.
    waits: bool,
    turn: u64,
}

/// What a worker does next; everything it needs to do it without the lock.
struct Task {
    id: ScanId,
    source: SourceId,
    store: Arc<dyn Store>,
    cancelled: Arc<AtomicBool>,
    /// It is for nobody in particular.
    idle: bool,
    /// How often something had arrived when it was handed out.
    arrivals: u64,
    what: What,
}

enum What {
    Start { scanner: Scanner, end: Pos },
    Tail { scanner: Scanner, from: Pos, searched: Pos, end: Pos },
    Stripe { number: u64, range: Range<Pos> },
}

/// What came of it.
enum Done {
    Started {
        first: Pos,
        end: Pos,
    },
    Tail {
        scanner: Scanner,
        fresh: Fresh,
        searched: Pos,
        seen: Pos,
    },
    /// No line was finished by what was appended.
    Unfinished {
        scanner: Scanner,
        searched: Pos,
    },
    Stripe {
        number: u64,
        stripe: Counted,
    },
    /// The stripe with this number is counted when nobody else waits.
    GaveWay(u64),
    /// Bytes have to be fetched first.
    Later(Part),
    Cancelled,
}

/// What a task was about.
#[derive(Clone, Copy)]
enum Part {
    Start,
    Tail,
    Stripe(u64),
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
            counting.todo = nearest_last(counting.index.index().unknown_stripes(), near);
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
            counting.todo.clear();
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

impl Task {
    fn run(self, stripes: Option<&mut Scanner>, urgent: &AtomicBool) -> io::Result<Done> {
        let part = match &self.what {
            What::Start { .. } => Part::Start,
            What::Tail { .. } => Part::Tail,
            What::Stripe { number, .. } => Part::Stripe(*number),
        };
        match self.count(stripes, urgent) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Done::Later(part)),
            done => done,
        }
    }

    fn count(self, stripes: Option<&mut Scanner>, urgent: &AtomicBool) -> io::Result<Done> {
        match self.what {
            What::Start { scanner, end } => {
                let end = scanner.begin(&*self.store, end)?;
                let first = if self.idle { first_held(&*self.store, end)? } else { self.store.range().start };
                Ok(Done::Started { first, end })
            }
            What::Tail { scanner, from, searched, end } => {
                count_tail(&*self.store, scanner, from, searched, end)
            }
            What::Stripe { number, range } => {
                let Some(scanner) = stripes else { return Ok(Done::Cancelled) };
                if !is_here(&*self.store, number, &range, !self.idle) {
                    return Ok(Done::Later(Part::Stripe(number)));
                }
                let gives_way = || self.idle && urgent.load(Ordering::Relaxed);
                let cancelled = || self.cancelled.load(Ordering::Relaxed) || gives_way();
                let part = scanner.part(&*self.store, number, range, &cancelled)?;
                let without = if self.idle { Done::GaveWay(number) } else { Done::Cancelled };
                Ok(part.map_or(without, |part| Done::Stripe { number, stripe: part }))
            }
        }
    }
}

/// Where the first line starts from which on all is here up to `end`, a line's start.
fn first_held(store: &dyn Store, end: Pos) -> io::Result<Pos> {
    let (whole, held) = (store.range(), store.held(end.back(1)));
    if !held.contains(&end.back(1)) {
        return Ok(end);
    }
    let known = held.start <= whole.start || store.hole(held.start.back(1)).is_some();
    let first =
        if known { Some(held.start.max(whole.start)) } else { next_line_start(store, held.start..end)? };
    Ok(first.unwrap_or(end))
}

/// Stripes in the order they are taken from the end of the list.
fn nearest_last(stripes: impl Iterator<Item = u64>, near: u64) -> Vec<u64> {
    let mut todo: Vec<u64> = stripes.collect();
    todo.sort_by_key(|number| std::cmp::Reverse(number.abs_diff(near)));
    todo
}

/// Whether a stripe can be counted without waiting; where not, the first that is missing is asked for if `ask`.
fn is_here(store: &dyn Store, number: u64, range: &Range<Pos>, ask: bool) -> bool {
    let whole = store.range();
    let stripe = Pos(number * STRIPE)..Pos((number + 1) * STRIPE);
    // Whether a line starts at its first byte is said by the byte before.
    let mut at = stripe.start.back(1).max(range.start).max(whole.start);
    let end = stripe.end.min(range.end).min(whole.end);
    while at < end {
        if let Some(hole) = store.hole(at) {
            at = hole.end;
            continue;
        }
        let held = store.held(at);
        if !held.contains(&at) {
            return ask && store.ready(at..end.min(at + AHEAD));
        }
        at = held.end;
    }
    true
}

/// Counts one piece of what was appended: the lines from `from` on that are finished before `end`.
fn count_tail(
    store: &dyn Store,
    mut scanner: Scanner,
    from: Pos,
    searched: Pos,
    end: Pos,
) -> io::Result<Done> {
    let gone = store.range().start.min(end);
    if gone > from {
        let appended = Appended { counted: gone, read: gone, ..Appended::default() };
        return Ok(Done::Tail { scanner, fresh: Fresh::Lines(appended), searched: gone, seen: gone });
    }
    // A long line that grows is searched for its end once, and read again only when that has come.
    let Some(first) = next_line_start(store, searched.max(from)..end)? else {
        scanner.rest();
        return Ok(Done::Unfinished { scanner, searched: end });
    };
    let piece = first.max(end.min(from + PIECE));
    let fresh = scanner.fresh(store, from..piece)?;
    if piece == end {
        scanner.rest();
    }
    let searched = fresh.read();
    Ok(Done::Tail { scanner, fresh, searched, seen: piece })
}

impl State {
    /// The most urgent task: where a scan begins, then what was appended, then the stripes of the
    /// newest scan; what is for nobody in particular after all others.
    fn next_task(&mut self) -> Option<Task> {
        if let Some(job) = self.jobs.iter_mut().rev().find(|job| job.is_new()) {
            job.stage = Stage::Starting;
            let scanner = Scanner::new(&job.request.select);
            return Some(job.task(What::Start { scanner, end: job.opened }));
        }
        self.next_of(false).or_else(|| self.next_of(true))
    }

    /// The most urgent task of the scans that somebody waits for, or of the others.
    fn next_of(&mut self, idle: bool) -> Option<Task> {
        let jobs = self.jobs.iter_mut().filter(|job| job.is_idle() == idle);
        let due = jobs.filter_map(|job| Some((job.tail_due()?, job)));
        if let Some((_, job)) = due.min_by_key(|(turn, _)| *turn) {
            self.turn += 1;
            let (turn, end) = (self.turn, job.end);
            let counting = job.counting()?;
            counting.tail.turn = turn;
            let (from, searched) = (counting.index.covered().end, counting.tail.searched);
            let scanner = counting.tail.scanner.take()?;
            return Some(job.task(What::Tail { scanner, from, searched, end }));
        }
        self.jobs.iter_mut().rev().filter(|job| job.is_idle() == idle).find_map(|job| {
            let counting = job.counting().filter(|counting| counting.parked.is_empty())?;
            let number = counting.todo.pop()?;
            let range = counting.history.clone();
            Some(job.task(What::Stripe { number, range }))
        })
    }

    /// A scanner of its own for a worker that has a stripe of scan `id` to count.
    fn scanner(&self, id: ScanId) -> Option<Scanner> {
        Some(Scanner::new(&self.jobs.iter().find(|job| job.request.id == id)?.request.select))
    }

    /// Puts a result in its place; says whether there is something new to take.
    fn put(&mut self, id: ScanId, arrivals: u64, done: io::Result<Done>) -> bool {
        let Some(job) = self.jobs.iter_mut().find(|job| job.request.id == id) else { return false };
        match done {
            Ok(Done::Later(part)) => {
                job.put_aside(part);
                if job.arrivals != arrivals {
                    job.arrived();
                }
                false
            }
            Ok(done) => {
                let fresh = job.put(done);
                job.fresh |= fresh;
                fresh
            }
            Err(error) => {
                self.failed
                    .push((id, format!("not all lines were counted: the log cannot be read ({error})")));
                self.remove(|job| job.request.id == id);
                true
            }
        }
    }

    /// Whether a scan was stopped, or rests and waits for nothing.
    fn is_over(&self, id: ScanId) -> bool {
        let job = self.jobs.iter().find(|job| job.request.id == id);
        job.is_none_or(|job| job.rests && !job.waits_for_bytes())
    }

    /// Takes up again what was put aside; whether anything was.
    fn arrived(&mut self, source: SourceId) -> bool {
        let jobs = self.jobs.iter_mut().filter(|job| job.request.source == source);
        jobs.fold(false, |due, job| due | job.arrived())
    }

    fn remove(&mut self, which: impl Fn(&Job) -> bool) {
        self.jobs.retain(|job| {
            let stays = !which(job);
            job.cancelled.fetch_or(!stays, Ordering::Relaxed);
            stays
        });
    }
}

impl Job {
    fn new(request: ScanRequest, store: Arc<dyn Store>, end: Pos) -> Job {
        Job {
            request,
            store,
            opened: end,
            end,
            stage: Stage::New,
            arrivals: 0,
            waits: false,
            rests: false,
            fresh: false,
            cancelled: Arc::default(),
        }
    }

    fn task(&self, what: What) -> Task {
        let (store, cancelled) = (Arc::clone(&self.store), Arc::clone(&self.cancelled));
        Task {
            id: self.request.id,
            source: self.request.source,
            store,
            cancelled,
            idle: self.is_idle(),
            arrivals: self.arrivals,
            what,
        }
    }

    /// Whether it is for nobody in particular.
    fn is_idle(&self) -> bool {
        matches!(self.request.select, Select::Levels(_))
    }

    /// The stripe the reader looks at.
    fn near(&self) -> u64 {
        self.request.near.min(self.end).0 / STRIPE
    }

    fn is_new(&self) -> bool {
        matches!(self.stage, Stage::New) && !self.waits
    }

    /// Leaves something until bytes have arrived.
    fn put_aside(&mut self, part: Part) {
        let scanner = Scanner::new(&self.request.select);
        let rests = self.rests;
        match (part, self.counting()) {
            (Part::Tail, Some(counting)) => {
                counting.tail.scanner = Some(scanner);
                counting.tail.waits = true;
            }
            (Part::Stripe(number), Some(counting)) if !rests => counting.parked.push(number),
            (Part::Start, None) => (self.stage, self.waits) = (Stage::New, true),
            _ => {}
        }
    }

    /// Something has arrived; whether anything waited for that.
    fn arrived(&mut self) -> bool {
        self.arrivals += 1;
        let mut waited = std::mem::take(&mut self.waits);
        if let Some(counting) = self.counting() {
            waited |= std::mem::take(&mut counting.tail.waits) || !counting.parked.is_empty();
            // The one that was put aside first is the nearest.
            let parked = std::mem::take(&mut counting.parked);
            counting.todo.extend(parked.into_iter().rev());
        }
        waited
    }

    /// Whether something was asked for that has to be fetched.
    fn waits_for_bytes(&self) -> bool {
        match &self.stage {
            Stage::Counting(counting) => !counting.parked.is_empty() || counting.tail.waits,
            Stage::New | Stage::Starting => self.waits,
        }
    }

    fn counting(&mut self) -> Option<&mut Counting> {
        match &mut self.stage {
            Stage::Counting(counting) => Some(counting),
            Stage::New | Stage::Starting => None,
        }
    }

    /// Whether appended bytes wait to be counted, and when it had its last turn.
    fn tail_due(&self) -> Option<u64> {
        match &self.stage {
            Stage::Counting(counting) => {
                let tail = &counting.tail;
                (tail.scanner.is_some() && !tail.waits && tail.seen < self.end).then_some(tail.turn)
            }
            Stage::New | Stage::Starting => None,
        }
    }

    /// Whether there is something new to take.
    fn put(&mut self, done: Done) -> bool {
        match done {
            Done::Started { first, end } => {
                self.stage = Stage::Counting(Box::new(self.start_at(first, end)));
                true
            }
            Done::Tail { scanner, fresh, searched, seen } => {
                let Some(counting) = self.counting() else { return false };
                let turn = counting.tail.turn;
                counting.tail = Tail { scanner: Some(scanner), seen, searched, waits: false, turn };
                let before = counting.index.covered().end;
                counting.index.append(&fresh);
                let open = match fresh {
                    Fresh::Lines(Appended { open, read, .. }) => (open, read),
                    Fresh::Levels(_, read) => (Vec::new(), read),
                };
                let further = counting.index.covered().end > before || counting.open != open;
                counting.open = open;
                further
            }
            Done::Unfinished { scanner, searched } => {
                let Some(counting) = self.counting() else { return false };
                let turn = counting.tail.turn;
                counting.tail = Tail { scanner: Some(scanner), seen: searched, searched, waits: false, turn };
                false
            }
            Done::Stripe { number, stripe } => {
                let Some(counting) = self.counting() else { return false };
                counting.index.set(number, stripe);
                true
            }
            Done::GaveWay(number) => {
                self.counting().into_iter().for_each(|counting| counting.todo.push(number));
                false
            }
            Done::Later(_) | Done::Cancelled => false,
        }
    }

    /// The scan's beginning, when the first unfinished line starts at `end`.
    fn start_at(&self, first: Pos, end: Pos) -> Counting {
        // Levels are counted on when somebody wants to look back, so they speak of all from the beginning.
        let all = self.request.history || self.is_idle();
        let first = if all { first.min(end) } else { end };
        let index = self.request.select.unknown(first..end);
        let due = |_: &u64| self.request.history && !self.rests;
        let todo = nearest_last(index.index().unknown_stripes().filter(due), self.near());
        let scanner = Some(Scanner::new(&self.request.select));
        let tail = Tail { scanner, seen: end, searched: end, waits: false, turn: 0 };
        let open = (Vec::new(), end);
        Counting { history: index.covered(), index, todo, parked: Vec::new(), tail, open }
    }
}

impl Counting {
    /// What is known by now.
    fn snapshot(&self) -> Counts {
        let (starts, end) = &self.open;
        self.index.with_open(starts, *end)
    }
}

#[cfg(test)]
mod tests;
