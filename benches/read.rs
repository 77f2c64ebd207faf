//! What reading lines costs: time and level of every line of a mixed log, one thread, beside its budget.
//!
//! `cargo bench --bench read` runs it. The log is in memory and its lines are found as they are read. Passes
//! are short and many, and the best one counts, so that other work on the machine is not measured.

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use tailpane::core::read::{Clock, Reader, Reading, Time};

#[allow(dead_code)] // the engine's benchmark uses the rest
mod corpus;

const BYTES: u64 = 64 << 20;
/// Of it, bytes of a pass.
const PASS: usize = 1 << 20;
const TIMES: usize = 60;
/// Lines that are looked at before any is read.
const LEARNED: usize = 500;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mixed = fs::read(corpus::mixed(BYTES)?)?;
    row("mixed log", &mixed[..PASS], 300.0);
    for (what, opening) in
        [("access lines", "10."), ("application lines", "2026"), ("JSON lines", "{"), ("syslog lines", "Nov")]
    {
        let lines =
            mixed.split_inclusive(|byte| *byte == b'\n').filter(|line| line.starts_with(opening.as_bytes()));
        row(what, &lines.flatten().copied().take(PASS).collect::<Vec<_>>(), 300.0);
    }
    unlearned(&mixed[..PASS]);
    let long = format!("{{\"a\":\"{}\",\"level\":\"info\"}}\n", "x".repeat(10 << 20));
    row("one JSON line of 10 MiB", long.as_bytes(), 300.0);
    let deep = format!("{{\"a\":{}{},\"level\":\"info\"}}\n", "[".repeat(5 << 20), "]".repeat(5 << 20));
    row("JSON nested 5 million deep", deep.as_bytes(), 300.0);
    let words = "no format fits a line like this one, which is long enough\n".repeat(20_000);
    row("lines in no format", words.as_bytes(), 300.0);
    Ok(())
}

fn reading(log: &[u8], lines: usize) -> Reading {
    let mut reader = Reader::new(Clock::new(TimeZone::system(), Time(1_795_300_000_000_000_000)), Vec::new());
    log.split(|byte| *byte == b'\n').take(lines).for_each(|line| _ = reader.learn(line));
    reader.reading().clone()
}

/// Lines, those with a time, those with a level.
fn pass(reading: &Reading, log: &[u8]) -> [usize; 3] {
    let (mut counts, mut from) = ([0; 3], 0);
    while from < log.len() {
        let end = memchr::memchr(b'\n', &log[from..]).map_or(log.len(), |len| from + len);
        let said = black_box(reading.read(&log[from..end]));
        counts[0] += 1;
        counts[1] += usize::from(said.time.is_some());
        counts[2] += usize::from(said.level.is_some());
        from = end + 1;
    }
    counts
}

fn row(what: &str, log: &[u8], budget: f64) {
    say(what, log, &reading(log, LEARNED), budget);
}

fn unlearned(log: &[u8]) {
    say("mixed log, nothing learned", log, &reading(log, 0), 150.0);
}

fn say(what: &str, log: &[u8], reading: &Reading, budget: f64) {
    let mut best = Duration::MAX;
    let mut counts = [0; 3];
    for _ in 0..TIMES {
        let begun = Instant::now();
        counts = pass(reading, log);
        best = best.min(begun.elapsed());
    }
    let [lines, times, levels] = counts;
    let speed = log.len() as f64 / best.as_secs_f64() / 1e6;
    let each = best.as_nanos() / lines.max(1) as u128;
    println!(
        "{what:<30} {speed:>7.0} MB/s {each:>8} ns/line, {:>5.1} % timed, {:>5.1} % with a level   >= {budget} MB/s {}",
        times as f64 / lines as f64 * 100.0,
        levels as f64 / lines as f64 * 100.0,
        if speed >= budget { "" } else { "OVER" }
    );
}
