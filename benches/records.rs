//! What keeping whole records costs beside keeping single lines, and what folding costs, on 1 GiB of mixed lines with
//! stack traces among them and on 1 GiB of JSON lines, none of which continues another.
//!
//! `cargo bench --bench records` runs it (about a minute). Seconds are those of a core; read the ratios.

use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use jiff::tz::TimeZone;
use tailpane::core::filter::{Chain, Filter, Grain, Kind, Term};
use tailpane::core::index::{BLOCK, STRIPE, SparseIndex};
use tailpane::core::pattern::Pattern;
use tailpane::core::pick;
use tailpane::core::pos::Pos;
use tailpane::core::query::Reader;
use tailpane::core::read::{Clock, Learner, Time};
use tailpane::core::record::record_at;
use tailpane::core::scan::{Scanner, Select};
use tailpane::core::store::Store;
use tailpane::core::walk::{Selection, Step, StoreWalk, Walk};

#[allow(dead_code)] // other benchmarks use the rest
mod corpus;
#[allow(dead_code)]
mod process;

const BYTES: u64 = 1 << 30;
const TIMES: usize = 3;
/// Rows of a screen.
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

fn open(path: &Path) -> io::Result<Disk> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    Ok(Disk(file, length))
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("load of the machine: {}", process::load());
    let mixed = open(&corpus::mixed(BYTES)?)?;
    for terms in [
        &[(Kind::Keep, "checkout lost")][..],
        &[(Kind::Keep, "Exception: cart")],
        &[(Kind::Keep, "GET /cart")],
        &[(Kind::Keep, "ERROR"), (Kind::Drop, "worker-3")],
        &[(Kind::Drop, "INFO")],
    ] {
        compare("mixed", &mixed, terms)?;
    }
    let json = open(&corpus::json(BYTES)?)?;
    for terms in [&[(Kind::Keep, "us\":4990")][..], &[(Kind::Keep, "warn")], &[(Kind::Drop, "info")]] {
        compare("json", &json, terms)?;
    }
    fold(&mixed)
}

fn row(what: &str, measured: &str) {
    println!("{what:<52} {measured}");
}

fn reader(log: &Disk) -> Arc<dyn Reader> {
    let mut learner = Learner::new(Clock::new(TimeZone::UTC, Time(1_795_300_000_000_000_000)), &[], None);
    learner.look_at(log, log.range().end);
    learner.reading().clone()
}

fn filter(log: &Disk, terms: &[(Kind, &str)]) -> Result<Filter, Box<dyn Error>> {
    let term = |&(kind, source): &(Kind, &str)| Ok(Term::new(kind, Pattern::new(source)?));
    let terms = terms.iter().map(term).collect::<Result<_, Box<dyn Error>>>()?;
    let chain = Chain { terms, off: false };
    Ok(chain.filter().unwrap_or_else(Filter::all).read_by(&reader(log)))
}

/// Where the lines are that a filter selects, and the seconds of a core that takes.
fn count(log: &Disk, filter: &Filter) -> Result<(SparseIndex, f64), Box<dyn Error>> {
    let (mut index, mut best) = (SparseIndex::default(), f64::MAX);
    for _ in 0..TIMES {
        let before = process::cpu_seconds(std::process::id());
        let mut scanner = Scanner::new(&Select::Kept(filter.clone()));
        index = SparseIndex::unknown(log.range());
        for number in 0..log.1.div_ceil(STRIPE) {
            if let Some(stripe) = scanner.stripe(log, number, log.range(), &|| false)? {
                index.set(number, stripe);
            }
        }
        best = best.min(process::cpu_seconds(std::process::id()) - before);
    }
    Ok((index, best))
}

fn compare(name: &str, log: &Disk, terms: &[(Kind, &str)]) -> Result<(), Box<dyn Error>> {
    let lines = filter(log, terms)?;
    let (of_lines, by_line) = count(log, &lines)?;
    let (of_records, by_record) = count(log, &lines.folded(Grain::Record, false))?;
    let said = format!(
        "lines {by_line:.2} s ({}), records {by_record:.2} s ({}): {:.2}",
        of_lines.total(),
        of_records.total(),
        by_record / by_line
    );
    row(&format!("{name} {terms:?}"), &said);
    Ok(())
}

/// The best of some runs, in milliseconds.
fn millis(mut run: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let mut best = f64::MAX;
    for _ in 0..TIMES {
        let begin = Instant::now();
        run()?;
        best = best.min(begin.elapsed().as_secs_f64() * 1e3);
    }
    Ok(best)
}

/// Folding all of a log, and what a screen of it costs then.
fn fold(log: &Disk) -> Result<(), Box<dyn Error>> {
    let all = filter(log, &[])?;
    for (what, grain, repeats) in
        [("tails", Grain::Head, false), ("repeats", Grain::Line, true), ("both", Grain::Head, true)]
    {
        let filter = all.folded(grain, repeats);
        let (index, seconds) = count(log, &filter)?;
        let speed = log.1 as f64 / seconds / 1e6;
        row(&format!("fold {what} ({})", index.total()), &format!("{speed:.0} MB/s a core"));
        let selection = Some(Selection { filter: &filter, index: &index, context: 0, memory: None });
        let time = millis(|| {
            let mut walk = StoreWalk::new(log, log.range().end, selection);
            let mut at = log.range().end;
            for _ in 0..PAGE {
                if let Step::Line(line, _) = walk.before(at)? {
                    at = line.start;
                }
            }
            black_box(at);
            Ok(())
        })?;
        row(&format!("page of that, back, {what}"), &format!("{time:.2} ms"));
    }
    let (index, _) = count(log, &all)?;
    let half = Pos(BYTES / 2 / BLOCK * BLOCK);
    let start = tailpane::core::lines::line_start(log, half, log.range().end)?;
    let end = log.range().end;
    let time = millis(|| {
        black_box(pick::count(&all, &index, log, start..end, end)?);
        Ok(())
    })?;
    row("a run of 512 MiB counted", &format!("{time:.2} ms"));
    let reader = reader(log);
    let time = millis(|| {
        black_box(record_at(log, &*reader, start, end)?);
        Ok(())
    })?;
    row("the record around a line", &format!("{time:.3} ms"));
    Ok(())
}
