use std::ops::Range;
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use super::task::AHEAD;
use super::*;
use crate::core::filter::{Chain, Kind, Term};
use crate::core::index::STRIPE;
use crate::core::pattern::Pattern;
use crate::core::scan::Select;
use crate::core::sparse::Sparse;

const PATIENCE: Duration = Duration::from_secs(20);

fn keep(source: &str) -> Select {
    let pattern = Pattern::new(source).unwrap();
    let chain = Chain { terms: vec![Term::new(Kind::Keep, pattern)], off: false };
    Select::Kept(chain.filter().unwrap())
}

fn request(id: u64, select: Select) -> ScanRequest {
    ScanRequest { id: ScanId(id), source: SourceId(0), select, near: Pos::MAX, history: true }
}

/// A log that can be written to, and fails or is slow on demand.
#[derive(Default)]
struct Log {
    bytes: Mutex<Vec<u8>>,
    broken: AtomicBool,
    slow: AtomicBool,
    first: AtomicUsize,
}

impl Log {
    fn new(bytes: impl Into<Vec<u8>>) -> Arc<Log> {
        Arc::new(Log { bytes: Mutex::new(bytes.into()), ..Log::default() })
    }
    fn end(&self) -> Pos {
        self.range().end
    }
    fn write(&self, bytes: &[u8]) -> Pos {
        self.bytes.lock().unwrap().extend_from_slice(bytes);
        self.end()
    }
}

impl Store for Log {
    fn range(&self) -> Range<Pos> {
        Pos(self.first.load(Ordering::Relaxed) as u64)..self.bytes.lock().unwrap().range().end
    }
    fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        if self.broken.load(Ordering::Relaxed) {
            return Err(io::Error::other("a fault"));
        }
        if self.slow.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
        }
        if pos < self.range().start {
            return Ok(0);
        }
        self.bytes.lock().unwrap().read_at(pos, buf)
    }
}

struct Bench {
    pool: Pool,
    told: Receiver<()>,
}

impl Bench {
    fn new() -> Bench {
        let (tell, told) = channel();
        let tell = Mutex::new(tell);
        let pool = Pool::start(move || {
            let _ = tell.lock().unwrap().send(());
        });
        Bench { pool: pool.unwrap(), told }
    }

    fn begin(&self, request: ScanRequest, log: &Arc<Log>) {
        self.pool.begin(request, Arc::clone(log) as Arc<dyn Store>, log.end());
    }

    /// Takes what comes until something satisfies `done`.
    fn until(&self, mut done: impl FnMut(&Event) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            self.told.recv_timeout(left).expect("nothing more came");
            if self.pool.take().iter().any(&mut done) {
                return;
            }
        }
    }

    fn until_complete(&self, id: u64, total: u64) {
        self.until(|event| {
            matches!(event, Event::Scanned(ScanId(n), index) if *n == id && index.complete() && index.total() == total)
        });
    }
}

fn long_log() -> Vec<u8> {
    let mut bytes = b"an ordinary line of a log\n".repeat(1_000_000);
    for at in [104, 9_000_010, 25_000_000] {
        bytes[at..at + 6].copy_from_slice(b"needle");
    }
    bytes
}

#[test]
fn everything_there_is_counted_and_goes_on_with_what_is_appended() {
    let bench = Bench::new();
    let log = Log::new(long_log());
    bench.begin(request(1, Select::All), &log);
    bench.begin(request(2, keep("needle")), &log);
    bench.begin(ScanRequest { history: false, ..request(3, keep("needle")) }, &log);
    let mut totals = [0; 4];
    let mut all = |events: &Event| {
        if let Event::Scanned(ScanId(id), index) = events {
            totals[*id as usize] = index.total();
        }
        totals == [0, 1_000_000, 3, 0]
    };
    bench.until(&mut all);
    bench.pool.grow(SourceId(0), log.write(b"a needle, not fini"));
    bench.pool.grow(SourceId(7), Pos::MAX);
    bench.pool.grow(SourceId(0), log.write(b"shed\nnext\n"));
    bench.until(|event| {
        if let Event::Scanned(ScanId(id), index) = event {
            totals[*id as usize] = index.total();
        }
        totals == [0, 1_000_002, 4, 1]
    });
}

#[test]
fn an_empty_log_is_complete_at_once() {
    let bench = Bench::new();
    bench.begin(request(1, keep("x")), &Log::new([]));
    bench.until_complete(1, 0);
}

#[test]
fn the_unfinished_line_is_counted_when_it_ends_and_once() {
    let bench = Bench::new();
    let log = Log::new(*b"one\nhalf");
    bench.begin(request(1, Select::All), &log);
    bench.until_complete(1, 1);
    for _ in 0..200 {
        bench.pool.grow(SourceId(0), log.write(&[b'x'; 20_000]));
    }
    bench.pool.grow(SourceId(0), log.write(b"\n\nlast"));
    bench.until(|event| matches!(event, Event::Scanned(_, index) if index.total() == 3));
}

#[test]
fn the_stripe_the_reader_looks_at_comes_first() {
    for (near, order) in [(Pos::MAX, [3, 2, 1, 0]), (Pos(STRIPE + 7), [1, 2, 0, 3]), (Pos(0), [0, 1, 2, 3])] {
        let log = Log::new(long_log());
        let request = ScanRequest { near, ..request(1, keep("needle")) };
        let end = log.end();
        let mut pending = Job::new(request, log, end).start_at(Pos(0), end).pending;
        pending.reverse();
        assert_eq!(pending, order);
    }
}

#[test]
fn a_stopped_scan_says_nothing_more_and_frees_the_workers() {
    let bench = Bench::new();
    let slow = Log::new(long_log());
    slow.slow.store(true, Ordering::Relaxed);
    for id in 0..20 {
        bench.begin(request(id, keep("needle")), &slow);
    }
    for id in 0..10 {
        bench.pool.stop(ScanId(id));
    }
    bench.pool.close(SourceId(0));
    bench.pool.take();
    let log = Log::new(*b"needle\n");
    bench.begin(ScanRequest { source: SourceId(1), ..request(77, keep("needle")) }, &log);
    bench.until(|event| {
        let Event::Scanned(id, index) = event else { panic!("a scan failed") };
        assert_eq!(*id, ScanId(77));
        index.total() == 1
    });
    drop(bench);
    assert_eq!(Arc::strong_count(&slow), 1);
}

#[test]
fn a_log_that_cannot_be_read_fails_in_words_and_others_go_on() {
    let bench = Bench::new();
    let broken = Log::new(*b"needle\n");
    broken.broken.store(true, Ordering::Relaxed);
    bench.begin(request(1, keep("needle")), &broken);
    bench.until(|event| matches!(event, Event::ScanFailed(ScanId(1), why) if why.contains("a fault")));
    bench.begin(request(2, keep("needle")), &Log::new(*b"needle\n"));
    bench.until_complete(2, 1);
}

#[test]
fn lines_that_have_gone_are_not_waited_for() {
    let bench = Bench::new();
    let log = Log::new(long_log());
    log.first.store(26 * 999_999, Ordering::Relaxed);
    bench.begin(request(1, Select::All), &log);
    bench.until_complete(1, 1);
    let end = log.write(b"gone\ngone\nstays\n");
    log.first.store(end.0 as usize - 6, Ordering::Relaxed);
    bench.pool.grow(SourceId(0), end);
    bench.until_complete(1, 2);
}

impl Bench {
    fn begin_far(&self, request: ScanRequest, log: &Arc<Sparse>) {
        self.pool.begin(request, Arc::clone(log) as Arc<dyn Store>, log.range().end);
    }

    /// Waits until something of a log was asked for.
    fn until_wanted(&self, log: &Sparse) {
        let deadline = Instant::now() + PATIENCE;
        while log.wanted().is_empty() {
            assert!(Instant::now() < deadline, "nothing was asked for");
            std::thread::yield_now();
        }
    }
}

#[test]
fn what_has_to_be_fetched_is_counted_as_it_comes() {
    let bench = Bench::new();
    let log = Arc::new(Sparse::new(long_log(), 25_000_000));
    bench.begin_far(request(1, keep("needle")), &log);
    let deadline = Instant::now() + PATIENCE;
    let mut steps = Vec::new();
    while steps.last() != Some(&(4, 3)) {
        assert!(Instant::now() < deadline, "{steps:?}");
        if log.fetch() {
            bench.pool.arrived(SourceId(0));
        }
        for event in bench.pool.take() {
            let Event::Scanned(_, index) = event else { panic!("it failed") };
            steps.push((index.progress().0, index.total()));
        }
        std::thread::yield_now();
    }
    assert!(steps.is_sorted(), "{steps:?}");
}

#[test]
fn while_bytes_are_fetched_nobody_is_busy_and_other_logs_are_counted() {
    let bench = Bench::new();
    let far = Arc::new(Sparse::new(long_log(), u64::MAX));
    for id in 0..8 {
        bench.begin_far(ScanRequest { source: SourceId(1), ..request(id, keep("needle")) }, &far);
    }
    bench.until_wanted(&far);
    bench.begin(request(77, Select::All), &Log::new(long_log()));
    bench.until_complete(77, 1_000_000);
    // A worker that asked again and again would ask a hundred times while the other log is counted.
    bench.begin(request(78, Select::All), &Log::new(long_log()));
    bench.until_complete(78, 1_000_000);
    assert!(far.wanted().len() <= 8, "{:?}", far.wanted().len());
}

#[test]
fn only_a_little_is_asked_for_ahead_and_nothing_once_it_was_stopped() {
    for stop in [Pool::stop, Pool::rest] {
        let bench = Bench::new();
        let log = Arc::new(Sparse::new(long_log(), 26_000_000 - 100));
        bench.begin_far(request(1, keep("needle")), &log);
        bench.until_wanted(&log);
        stop(&bench.pool, ScanId(1));
        // Another scan that comes to its end makes sure that the workers are done with the first.
        bench.begin(ScanRequest { source: SourceId(1), ..request(2, Select::All) }, &Log::new(long_log()));
        bench.until_complete(2, 1_000_000);
        let asked: u64 = log.wanted().iter().map(|range| range.end - range.start).sum();
        assert!(asked <= 2 * MOST_WORKERS as u64 * AHEAD, "{asked}");
        log.fetch();
        bench.pool.arrived(SourceId(0));
        bench.begin(ScanRequest { source: SourceId(1), ..request(3, Select::All) }, &Log::new(long_log()));
        bench.until_complete(3, 1_000_000);
        assert_eq!(log.wanted(), []);
    }
}

#[test]
fn who_waits_for_the_same_bytes_as_a_scan_that_is_stopped_asks_again() {
    for stop in [Pool::stop, Pool::rest] {
        let bench = Bench::new();
        let log = Arc::new(Sparse::new(long_log(), 26_000_000 - 100));
        bench.begin_far(request(1, keep("needle")), &log);
        bench.until_wanted(&log);
        bench.begin_far(request(2, keep("ordinary")), &log);
        let deadline = Instant::now() + PATIENCE;
        while log.wanted().len() < 2 {
            assert!(Instant::now() < deadline, "the second never asked");
            std::thread::yield_now();
        }
        stop(&bench.pool, ScanId(1));
        bench.until_wanted(&log);
        stop(&bench.pool, ScanId(2));
        assert!(bench.pool.shared.lock().jobs.iter().all(|job| !job.waits_for_bytes()));
        // A worker may be asking at that moment.
        while !log.wanted().is_empty() {
            assert!(Instant::now() < deadline, "nobody waits any more: {:?}", log.wanted());
            std::thread::yield_now();
        }
    }
}

#[test]
fn a_scan_that_rests_counts_what_is_appended() {
    let bench = Bench::new();
    let log = Arc::new(Sparse::new(long_log(), 26_000_000 - 100));
    bench.begin_far(request(1, keep("needle")), &log);
    bench.until_wanted(&log);
    bench.pool.rest(ScanId(1));
    log.append(b"one more needle\n");
    bench.pool.grow(SourceId(0), log.range().end);
    bench.until(|event| matches!(event, Event::Scanned(_, index) if index.total() == 1 && !index.complete()));
}

#[test]
fn one_call_is_enough_until_somebody_takes() {
    let bench = Bench::new();
    let log = Log::new(long_log());
    bench.begin(request(1, Select::All), &log);
    bench.told.recv_timeout(PATIENCE).unwrap();
    let deadline = Instant::now() + PATIENCE;
    while !bench
        .pool
        .shared
        .lock()
        .jobs
        .iter_mut()
        .all(|job| job.counting().is_some_and(|c| c.index.index().complete()))
    {
        assert!(Instant::now() < deadline);
        std::thread::yield_now();
    }
    assert!(bench.told.try_recv().is_err());
    assert!(matches!(&bench.pool.take()[..], [Event::Scanned(_, index)] if index.complete()));
    assert!(bench.pool.take().is_empty());
}

fn levels(log: &[u8]) -> Select {
    use jiff::tz::TimeZone;
    let now = crate::core::read::Time(1_795_300_000_000_000_000);
    let clock = crate::core::read::Clock::new(TimeZone::UTC, now);
    let mut learner = crate::core::read::Learner::new(clock, &[], None);
    learner.look(log);
    Select::Levels(Arc::clone(learner.reading()))
}

/// A log of which every hundredth line is an error.
fn troubled(lines: usize) -> Vec<u8> {
    let level = |n: usize| if n.is_multiple_of(100) { "ERROR" } else { "INFO" };
    let line = |n: usize| format!("2026-11-21 14:05:30,123 {} [main] a.B - line {n}\n", level(n));
    (0..lines).map(line).collect::<String>().into_bytes()
}

#[test]
fn levels_count_what_comes_and_the_rest_when_somebody_looks_back() {
    let bytes = troubled(200_000);
    let (bench, log) = (Bench::new(), Log::new(bytes.clone()));
    bench.begin(ScanRequest { history: false, ..request(1, levels(&bytes)) }, &log);
    bench.pool.grow(SourceId(0), log.write(&troubled(101)));
    bench.until(|event| {
        let Event::Levelled(ScanId(1), index) = event else { panic!("another kind of count came") };
        (index.lines().total(), index.errors().total()) == (101, 2)
    });
    bench.pool.look_back(ScanId(1));
    bench.until(|event| {
        let Event::Levelled(ScanId(1), index) = event else { panic!("another kind of count came") };
        index.lines().complete() && (index.lines().total(), index.errors().total()) == (200_101, 2002)
    });
}

#[test]
fn levels_give_way_to_a_search_and_lose_nothing() {
    let bytes = troubled(400_000);
    let (bench, log) = (Bench::new(), Log::new(bytes.clone()));
    log.slow.store(true, Ordering::Relaxed);
    bench.begin(request(1, levels(&bytes)), &log);
    // It is at work.
    bench.until(|event| matches!(event, Event::Levelled(..)));
    bench.begin(request(2, keep("line 399999")), &log);
    let (mut left, mut levels_done) = (None, false);
    bench.until(|event| {
        match event {
            Event::Scanned(ScanId(2), index) if index.complete() && left.is_none() => {
                left = Some(index.total());
                assert!(!levels_done, "the search came last");
            }
            Event::Levelled(_, index) => {
                levels_done = index.lines().complete() && index.errors().total() == 4000
            }
            _ => {}
        }
        left.is_some() && levels_done
    });
    assert_eq!(left, Some(1));
}

#[test]
fn levels_of_another_host_are_counted_of_what_is_here_and_have_nothing_fetched() {
    let bytes = troubled(60_000);
    let held = bytes.len() as u64 - 100_000;
    let log = Arc::new(Sparse::new(bytes.clone(), held));
    let bench = Bench::new();
    bench.begin_far(request(1, levels(&bytes)), &log);
    let here = bytes[held as usize..].iter().filter(|byte| **byte == b'\n').count() as u64 - 1;
    bench.until(|event| {
        matches!(event, Event::Levelled(_, index) if index.lines().complete() && index.lines().total() == here)
    });
    assert_eq!(log.wanted(), Vec::<Range<u64>>::new());
}
