//! What the engine needs for a mixed log of 1 GiB, warm, beside ripgrep and beside its budgets.
//!
//! `cargo bench --bench engine` runs it. Absolute times are not stable on shared machines; the ratios to
//! ripgrep in the same run are what counts. Each row ends with its budget.

use std::fs::File;
use std::hint::black_box;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tailpane::app::event::{Event, ScanId, ScanRequest};
use tailpane::app::source::SourceId;
use tailpane::core::filter::{Chain, Filter, Kind, Term};
use tailpane::core::index::{STRIPE, SparseIndex, Stripe};
use tailpane::core::pattern::Pattern;
use tailpane::core::pos::Pos;
use tailpane::core::scan::{Scanner, Select};
use tailpane::core::store::Store;
use tailpane::core::walk::{Selection, Step, StoreWalk, Walk};
use tailpane::runtime::scan::Pool;

#[allow(dead_code)] // other benchmarks use the rest
mod corpus;

const BYTES: u64 = 1 << 30;
const TIMES: usize = 5;
/// Rows of a page.
const PAGE: usize = 60;

/// A file that does not change.
struct Disk(File, u64);

impl Store for Disk {
    fn range(&self) -> Range<Pos> {
        Pos(0)..Pos(self.1)
    }
    fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(buf, pos.0)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = corpus::mixed(BYTES)?;
    let file = File::open(&path)?;
    let length = file.metadata()?.len();
    let log = Arc::new(Disk(file, length));
    // The first reading warms the cache.
    let lines = count_stripes(&log, &Select::All)?;
    println!("{} MiB, {lines} lines, best of {TIMES}", length >> 20);
    line_index(&log)?;
    filters(&log, &path)?;
    first_hits(&log)?;
    pages(&log)?;
    publishing();
    memory();
    Ok(())
}

/// The most memory this process has had, where the system says so.
fn memory() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    if let Some(kib) = peak {
        say(
            "peak memory of all this",
            format!("{:.1} MiB", kib as f64 / 1024.0),
            "<= 25 MiB",
            kib <= 25 << 10,
        );
    }
}

/// One row of the result.
fn say(what: &str, measured: String, budget: &str, met: bool) {
    println!("{what:<52} {measured:>34}   {budget:<22} {}", if met { "" } else { "OVER" });
}

fn best(
    mut run: impl FnMut() -> Result<Duration, Box<dyn std::error::Error>>,
) -> Result<Duration, Box<dyn std::error::Error>> {
    let mut best = Duration::MAX;
    for _ in 0..TIMES {
        best = best.min(run()?);
    }
    Ok(best)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn count_stripes(log: &Disk, select: &Select) -> io::Result<u64> {
    let mut scanner = Scanner::new(select);
    let mut total = 0;
    for number in 0..log.1.div_ceil(STRIPE) {
        total += scanner.stripe(log, number, log.range(), &|| false)?.map_or(0, |stripe| stripe.total);
    }
    Ok(total)
}

fn line_index(log: &Arc<Disk>) -> Result<(), Box<dyn std::error::Error>> {
    let time = best(|| {
        let begin = Instant::now();
        black_box(count_stripes(log, &Select::All)?);
        Ok(begin.elapsed())
    })?;
    let speed = log.1 as f64 / time.as_secs_f64() / 1e9;
    say("line index, one thread", format!("{speed:.1} GB/s"), ">= 6 GB/s", speed >= 6.0);
    let bench = Workers::new()?;
    let time = best(|| Ok(bench.count(log, &Select::All).1))?;
    say("line index, all workers", format!("{:.0} ms", millis(time)), "", true);
    Ok(())
}

fn term(kind: Kind, source: &str) -> Result<Term, Box<dyn std::error::Error>> {
    Ok(Term::new(kind, Pattern::new(source)?))
}

fn filter(terms: &[(Kind, &str)]) -> Result<Filter, Box<dyn std::error::Error>> {
    let terms = terms.iter().map(|&(kind, source)| term(kind, source)).collect::<Result<_, _>>()?;
    Ok(Chain { terms, off: false }.filter().ok_or("an empty chain")?)
}

/// The pool, and its calls.
struct Workers {
    pool: Pool,
    told: Receiver<()>,
    next: std::cell::Cell<u64>,
}

impl Workers {
    fn new() -> io::Result<Workers> {
        let (tell, told) = channel();
        let tell = std::sync::Mutex::new(tell);
        let pool = Pool::start(move || {
            if let Ok(tell) = tell.lock() {
                let _ = tell.send(()); // nobody listens only at the end
            }
        })?;
        Ok(Workers { pool, told, next: std::cell::Cell::new(0) })
    }

    /// Scans the log from its end on until `done` is content with a snapshot, or there is no more to come.
    fn until(
        &self,
        log: &Arc<Disk>,
        select: &Select,
        done: impl Fn(&SparseIndex) -> bool,
    ) -> (SparseIndex, Duration) {
        let begin = Instant::now();
        self.next.set(self.next.get() + 1);
        let id = ScanId(self.next.get());
        let request =
            ScanRequest { id, source: SourceId(0), select: select.clone(), near: Pos::MAX, history: true };
        self.pool.begin(request, Arc::clone(log) as Arc<dyn Store>, log.range().end);
        loop {
            let _ = self.told.recv();
            for event in self.pool.take() {
                if let Event::Scanned(of, index) = event
                    && of == id
                    && (done(&index) || index.complete())
                {
                    let time = begin.elapsed();
                    self.pool.stop(id);
                    return (index, time);
                }
            }
        }
    }

    fn count(&self, log: &Arc<Disk>, select: &Select) -> (SparseIndex, Duration) {
        self.until(log, select, SparseIndex::complete)
    }
}

/// Patterns as a user would type them, from the rarest to the most common.
const PATTERNS: &[&str] = &[
    "Checkout lost",
    "checkout lost",
    "order=5f3a9c01d2e4b687",
    "user=31415 took",
    r"Checkout \w+ order=[0-9a-f]+ after",
    r"order=[0-9a-f]{16} after \d+ tries",
    r"\b(Lost|Gone|Vanished) order",
    "nothing like it",
    r"\w+Exception: cart \d+",
    " 50[02] ",
    "error|exception",
    "ERROR|WARN",
    "GET /cart",
];

fn filters(log: &Arc<Disk>, path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let bench = Workers::new()?;
    let ripgrep = Command::new("rg").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !ripgrep {
        println!("rg is not installed: filters are not compared");
    }
    for pattern in PATTERNS {
        let select = Select::Kept(filter(&[(Kind::Keep, pattern)])?);
        let (mut mine, mut exact, mut smart, mut hits) = (Duration::MAX, Duration::MAX, Duration::MAX, 0);
        for _ in 0..TIMES {
            let (index, time) = bench.count(log, &select);
            (mine, hits) = (mine.min(time), index.total());
            if ripgrep {
                exact = exact.min(count_with_rg("-s", pattern, path)?.0);
                let (time, counted) = count_with_rg("-S", pattern, path)?;
                assert_eq!(hits, counted, "rg counts otherwise: {pattern}");
                smart = smart.min(time);
            }
        }
        let ratio = mine.as_secs_f64() / exact.as_secs_f64();
        let (mine, exact, smart) = (millis(mine), millis(exact), millis(smart));
        let measured = format!("{mine:.0} ms, rg {exact:.0}, -S {smart:.0}: {ratio:.2}");
        say(&format!("filter {pattern} ({hits})"), measured, "<= 1.0 x rg -c", ratio <= 1.0);
    }
    for terms in [
        &[(Kind::Drop, "INFO")][..],
        &[(Kind::Keep, "ERROR"), (Kind::Drop, "worker-3")],
        &[(Kind::Keep, "Exception"), (Kind::Or, "Checkout"), (Kind::Or, " 502 ")],
        &[(Kind::Keep, r"^\S+ \S+ ERROR")],
    ] {
        let select = Select::Kept(filter(terms)?);
        let time = best(|| Ok(bench.count(log, &select).1))?;
        say(&format!("filter {terms:?}"), format!("{:.0} ms", millis(time)), "", true);
    }
    Ok(())
}

/// How long ripgrep takes to count the lines that match, and how many it counts. `case` is its option: `-s`
/// for the letters as they are, `-S` for both cases where all are lower case, as ours are matched.
fn count_with_rg(case: &str, pattern: &str, path: &Path) -> io::Result<(Duration, u64)> {
    let begin = Instant::now();
    let output = Command::new("rg").args(["-c", case, "--no-config", "-e", pattern]).arg(path).output()?;
    let time = begin.elapsed();
    Ok((time, String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(0)))
}

/// From the key press until a page of hits can be drawn, from the end of the log backwards.
fn first_hits(log: &Arc<Disk>) -> Result<(), Box<dyn std::error::Error>> {
    let bench = Workers::new()?;
    for pattern in ["GET /cart", "ERROR", r"Exception: cart \d+7\b"] {
        let filter = filter(&[(Kind::Keep, pattern)])?;
        let select = Select::Kept(filter.clone());
        let time = best(|| {
            let page = |index: &SparseIndex| walk_back(log, Some((&filter, index)), PAGE) == PAGE;
            Ok(bench.until(log, &select, page).1)
        })?;
        say(
            &format!("first {PAGE} hits {pattern}"),
            format!("{:.1} ms", millis(time)),
            "<= 16 ms",
            millis(time) <= 16.0,
        );
    }
    let select = Select::Kept(filter(&[(Kind::Keep, corpus::NEEDLE)])?);
    let time = best(|| Ok(bench.until(log, &select, |index| index.total() > 0).1))?;
    say("first hit of a rare line", format!("{:.1} ms", millis(time)), "<= 50 ms", millis(time) <= 50.0);
    Ok(())
}

fn selection<'a>((filter, index): (&'a Filter, &'a SparseIndex)) -> Selection<'a> {
    Selection { filter, index, context: 0, memory: None }
}

/// How many of the last `lines` lines are there.
fn walk_back(log: &Disk, kept: Option<(&Filter, &SparseIndex)>, lines: usize) -> usize {
    let end = log.range().end;
    let mut walk = StoreWalk::new(log, end, kept.map(selection));
    let mut pos = end;
    for n in 0..lines {
        match walk.before(pos) {
            Ok(Step::Line(line, _)) => pos = line.start,
            _ => return n,
        }
    }
    lines
}

fn walk_on(log: &Disk, kept: Option<(&Filter, &SparseIndex)>, lines: usize) -> usize {
    let mut walk = StoreWalk::new(log, log.range().end, kept.map(selection));
    let mut pos = Pos(BYTES / 2);
    for n in 0..lines {
        match walk.at_or_after(pos) {
            Ok(Step::Line(line, _)) => pos = line.end,
            _ => return n,
        }
    }
    lines
}

fn pages(log: &Arc<Disk>) -> Result<(), Box<dyn std::error::Error>> {
    let bench = Workers::new()?;
    let row =
        |what: String, budget: f64, page: &dyn Fn() -> usize| -> Result<(), Box<dyn std::error::Error>> {
            let time = best(|| {
                let begin = Instant::now();
                assert_eq!(black_box(page()), PAGE);
                Ok(begin.elapsed())
            })?;
            say(&what, format!("{:.3} ms", millis(time)), &format!("<= {budget} ms"), millis(time) <= budget);
            Ok(())
        };
    row("page of all lines, back".into(), 0.5, &|| walk_back(log, None, PAGE))?;
    row("page of all lines, on".into(), 0.5, &|| walk_on(log, None, PAGE))?;
    for (pattern, budget) in [("GET /cart", 0.5), ("ERROR", 5.0), (r"\w+Exception: cart", 5.0)] {
        let filter = filter(&[(Kind::Keep, pattern)])?;
        let (index, _) = bench.count(log, &Select::Kept(filter.clone()));
        let kept = Some((&filter, &index));
        row(format!("page of {pattern}, back"), budget, &|| walk_back(log, kept, PAGE))?;
        row(format!("page of {pattern}, on"), budget, &|| walk_on(log, kept, PAGE))?;
    }
    Ok(())
}

/// What a snapshot of the index of 10 GiB costs the event loop, and the worker that goes on counting.
fn publishing() {
    let mut index = SparseIndex::unknown(Pos(0)..Pos(10 << 30));
    for number in index.unknown_stripes().collect::<Vec<_>>() {
        let mut stripe = Stripe::EMPTY;
        stripe.count(Pos(number * STRIPE));
        index.set(number, stripe);
    }
    let mut best = Duration::MAX;
    for i in 0..1000 {
        let begin = Instant::now();
        let snapshot = index.clone();
        index.append(&[Pos((10 << 30) + i)], Pos((10 << 30) + i + 1));
        best = best.min(begin.elapsed());
        black_box(snapshot);
    }
    let micros = best.as_secs_f64() * 1e6;
    say("snapshot of 10 GiB, and a line appended", format!("{micros:.1} us"), "<= 50 us", micros <= 50.0);
}
