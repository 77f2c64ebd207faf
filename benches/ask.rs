//! What asking costs: a query with one field compare on 1 GiB of JSON lines, beside `rg` piping into `jq`, and
//! levels counted on a mixed log of 1 GiB.
//!
//! `cargo bench --bench ask` runs it (about two minutes, most of them `jq`'s). Where `rg` or `jq` are not
//! installed their rows are left out. Read the ratios: absolute times are not stable on shared machines.

use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Zoned;
use jiff::tz::TimeZone;
use tailpane::core::count::{Counts, Part};
use tailpane::core::filter::{Chain, Filter, Term};
use tailpane::core::histogram::{self, Looked};
use tailpane::core::index::STRIPE;
use tailpane::core::levels::LevelIndex;
use tailpane::core::pos::Pos;
use tailpane::core::query::{Asked, Op, Query, Reader};
use tailpane::core::read::{Clock, Learner, Level, Reading, Time};
use tailpane::core::scan::{Scanner, Select};
use tailpane::core::store::Store;
use tailpane::core::walk::{Selection, Step, StoreWalk, Walk};

#[allow(dead_code)] // other benchmarks use the rest
mod corpus;
#[allow(dead_code)]
mod process;

const BYTES: u64 = 1 << 30;
const TIMES: usize = 3;

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

impl Disk {
    fn open(path: &Path) -> io::Result<Disk> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Disk(file, length))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("load of the machine: {}", process::load());
    levels(&corpus::mixed(BYTES)?)?;
    over_time(&corpus::mixed(BYTES)?)?;
    errors()?;
    compare(&corpus::json(BYTES)?)
}

fn row(what: &str, measured: String, budget: &str, met: bool) {
    println!("{what:<52} {measured:>34}   {budget:<22} {}", if met { "" } else { "OVER" });
}

fn best(mut run: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<Duration, Box<dyn Error>> {
    let mut best = Duration::MAX;
    for _ in 0..TIMES {
        let begin = Instant::now();
        run()?;
        best = best.min(begin.elapsed());
    }
    Ok(best)
}

fn learner() -> Learner {
    Learner::new(Clock::new(TimeZone::system(), Time(1_795_300_000_000_000_000)), &[], None)
}

/// A query asked of a log whose formats were learned from its end.
fn asked(log: &Disk, query: &str) -> Result<Filter, Box<dyn Error>> {
    let mut learner = learner();
    learner.look_at(log, log.range().end);
    let reader: Arc<dyn Reader> = learner.reading().clone();
    let now = Zoned::now();
    let terms = Query::parse(query)?.parts().iter().map(|part| Term::of_part(part, &now)).collect();
    let filter = Chain { terms, off: false }.filter().ok_or("an empty query")?;
    Ok(filter.read_by(&reader))
}

/// Lines a query keeps, counted by one thread, and the seconds of a core that takes.
fn count(log: &Disk, query: &str) -> Result<(u64, f64), Box<dyn Error>> {
    let select = Select::Kept(asked(log, query)?);
    let (mut total, mut best) = (0, f64::MAX);
    for _ in 0..TIMES {
        let before = process::cpu_seconds(std::process::id());
        let mut scanner = Scanner::new(&select);
        total = 0;
        for number in 0..log.1.div_ceil(STRIPE) {
            total += scanner.stripe(log, number, log.range(), &|| false)?.map_or(0, |stripe| stripe.total);
        }
        best = best.min(process::cpu_seconds(std::process::id()) - before);
    }
    Ok((total, best))
}

/// Learning a log, and counting what its lines say of themselves.
fn levels(path: &Path) -> Result<(), Box<dyn Error>> {
    let log = Disk::open(path)?;
    let time = best(|| {
        black_box(learner().look_at(&log, log.range().end));
        Ok(())
    })?;
    let millis = time.as_secs_f64() * 1e3;
    row("formats learned from the end of a log", format!("{millis:.2} ms"), "<= 2 ms", millis <= 2.0);
    for query in ["level>=error", "level=warn", "time<2026-11-21T00:05"] {
        let (lines, time) = count(&log, query)?;
        let speed = log.1 as f64 / time / 1e6;
        row(&format!("{query} ({lines})"), format!("{speed:.0} MB/s a core"), ">= 300 MB/s", speed >= 300.0);
    }
    Ok(())
}

/// All that lines say, counted by one thread: the pass in the background that errors and histograms are made of.
fn counted(log: &dyn Store, reading: &Arc<Reading>) -> Result<(LevelIndex, f64), Box<dyn Error>> {
    let select = Select::Levels(Arc::clone(reading));
    let Counts::Levels(mut index) = select.unknown(log.range()) else { return Err("another count".into()) };
    let before = process::cpu_seconds(std::process::id());
    let mut scanner = Scanner::new(&select);
    let mut todo: Vec<u64> = index.lines().unknown_stripes().collect();
    while let Some(number) = todo.pop() {
        if let Some(Part::Levels(part)) = scanner.part(log, number, log.range(), &|| false)? {
            index.set(number, *part);
        }
    }
    Ok((index, process::cpu_seconds(std::process::id()) - before))
}

/// The pass over a mixed log, and histograms made of it.
fn over_time(path: &Path) -> Result<(), Box<dyn Error>> {
    let log = Disk::open(path)?;
    let mut learner = learner();
    learner.look_at(&log, log.range().end);
    let (index, seconds) = counted(&log, learner.reading())?;
    let speed = log.1 as f64 / seconds / 1e6;
    let what = format!("levels and times of all lines ({} errors)", index.errors().total());
    row(&what, format!("{speed:.0} MB/s a core"), ">= 300 MB/s", speed >= 300.0);
    let view = histogram::Log { index: &index, store: &log, reading: learner.reading() };
    let span = histogram::span(&index).ok_or("no line says a time")?;
    let mut looked = Looked::default();
    for (what, budget) in [("a histogram of 200 columns", 500.0), ("the same when more came", 50.0)] {
        let begin = Instant::now();
        black_box(view.histogram(&span, 200, 0, &mut looked));
        let millis = begin.elapsed().as_secs_f64() * 1e3;
        row(what, format!("{millis:.1} ms"), &format!("<= {budget} ms"), millis <= budget);
    }
    Ok(())
}

/// A log that is one line over and over, but for an error a gigabyte behind its start.
struct Endless(u64);

const LINE: &[u8; 64] = b"2026-11-21 14:05:30,123 INFO [main] com.shop.Order - order 1234\n";
const TROUBLE: &[u8; 64] = b"2026-11-21 14:05:30,124 ERROR [main] com.shop.Order - no stock.\n";

impl Store for Endless {
    fn range(&self) -> Range<Pos> {
        Pos(0)..Pos(self.0)
    }
    fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        let most = buf.len().min(usize::try_from(self.0 - pos.0.min(self.0)).unwrap_or(usize::MAX));
        let mut at = 0;
        while at < most {
            let from = pos.0 + at as u64;
            let line = if from / 64 == BYTES / 64 { TROUBLE } else { LINE };
            let line = &line[(from % 64) as usize..];
            let length = line.len().min(most - at);
            buf[at..at + length].copy_from_slice(&line[..length]);
            at += length;
        }
        Ok(most)
    }
}

/// The first error from the bottom of 10 GiB, nine of which hold none.
fn errors() -> Result<(), Box<dyn Error>> {
    let log = Endless(10 * BYTES);
    let mut learner = learner();
    learner.look_at(&log, log.range().end);
    let (index, seconds) = counted(&log, learner.reading())?;
    row("levels of 10 GiB counted, one thread", format!("{seconds:.1} s"), "", true);
    let reader: Arc<dyn Reader> = learner.reading().clone();
    let asked = Asked::new(Query::of_level(Op::AtLeast, Level::Error), &Zoned::default());
    let filter = Filter::search(&Chain::default(), asked).read_by(&reader);
    let time = best(|| {
        let selection = Selection { filter: &filter, index: index.errors(), context: 0, memory: None };
        let step = StoreWalk::new(&log, log.range().end, Some(selection)).before(log.range().end)?;
        match step {
            Step::Line(line, _) if line.start == Pos(BYTES) => Ok(()),
            step => Err(format!("the error was not found: {step:?}").into()),
        }
    })?;
    let millis = time.as_secs_f64() * 1e3;
    row(
        "the first error from the bottom of 10 GiB, then",
        format!("{millis:.2} ms"),
        "<= 50 ms",
        millis <= 50.0,
    );
    Ok(())
}

/// The compare that is measured, as it is asked here and there.
const QUERY: &str = "us>4990";
const SELECT: &str = "select(.us > 4990)";

fn compare(path: &Path) -> Result<(), Box<dyn Error>> {
    let log = Disk::open(path)?;
    let (lines, time) = count(&log, QUERY)?;
    let speed = log.1 as f64 / time / 1e6;
    row(&format!("{QUERY} ({lines})"), format!("{speed:.0} MB/s a core"), "", true);
    let printed = best(|| {
        let mut tailpane = Command::new(env!("CARGO_BIN_EXE_tailpane"));
        let log = tailpane.args(["--no-follow", "-n", "+1", "--filter", QUERY]).arg(path);
        log.stdout(Stdio::null()).status()?;
        Ok(())
    })?;
    let printed = printed.as_secs_f64();
    row(&format!("tailpane --filter '{QUERY}'"), format!("{:.0} ms", printed * 1e3), "", true);
    for tool in ["rg", "jq"] {
        if Command::new(tool).arg("--version").stdout(Stdio::null()).status().is_err() {
            println!("{tool} is not installed: nothing to compare with");
            return Ok(());
        }
    }
    // What the compare says, and what only somebody knows who thinks of the digits of all numbers it is true for.
    for (pattern, budget) in [(r#""us":"#, Some(10.0)), (r#""us":499"#, None)] {
        let begin = Instant::now();
        let mut rg =
            Command::new("rg").args(["--no-config", pattern]).arg(path).stdout(Stdio::piped()).spawn()?;
        let from = rg.stdout.take().ok_or("rg has no output")?;
        Command::new("jq").args(["-c", SELECT]).stdin(from).stdout(Stdio::null()).status()?;
        rg.wait()?;
        let ratio = begin.elapsed().as_secs_f64() / printed;
        let measured = format!("{:.0} ms, {ratio:.1} times as long", begin.elapsed().as_secs_f64() * 1e3);
        let wanted = budget.map_or(String::new(), |budget| format!(">= {budget} times"));
        row(
            &format!("rg '{pattern}' | jq -c '{SELECT}'"),
            measured,
            &wanted,
            budget.is_none_or(|b| ratio >= b),
        );
    }
    Ok(())
}
