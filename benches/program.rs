//! The whole program in a 200×50 pseudo-terminal, beside the tools it means to replace, in one run.
//!
//! ```text
//! cargo bench --bench program            everything (about four minutes)
//! cargo bench --bench program -- filter  only rows whose name contains a word
//! ```
//!
//! Absolute times are not stable on shared machines: read the ratio beside the other tool. A tool that is
//! not installed is left out and said so. Budgets stand beside the rows; a figure that misses its budget
//! is marked, and nothing fails: this measures, tests judge.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement that cannot go on has nothing to say"
)]

#[allow(dead_code)]
mod corpus;
#[allow(dead_code)]
mod process;
// What the tests of the screen use too; not all of it is needed here.
#[allow(dead_code)]
#[path = "../tests/it/tty.rs"]
mod tty;

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;
use tty::Tty;

const TAILPANE: &str = env!("CARGO_BIN_EXE_tailpane");
/// Longer than anything takes that ends at all.
const LONG: Duration = Duration::from_secs(120);
/// A line that is not on the screen by then has been scrolled away unseen.
const SEEN: Duration = Duration::from_secs(2);

/// Measures one row of the table, with the mixed log and a folder to write in.
type Row = fn(&Log, &Path);

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let log = Log::open(corpus::mixed(1 << 30).expect("the mixed log"));
    let rows: [(&str, Row); 9] = [
        ("start", start),
        ("workspace", workspace),
        ("filter", filter),
        ("search", search),
        ("append", append),
        ("burst", burst),
        ("eight", eight),
        ("idle", idle),
        ("page", page),
    ];
    for (name, measure) in rows {
        if wanted.is_empty() || wanted.iter().any(|w| name.contains(w.as_str())) {
            println!("\n{name}");
            measure(&log, dir.path());
        }
    }
}

// ------------------------------------------------------------------------------------------- reporting

fn ms(d: Duration) -> f64 {
    d.as_secs_f64() * 1e3
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

fn percentile(times: &mut [f64], p: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    let at = ((times.len() as f64 * p) as usize).min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or(f64::NAN)
}

fn report(what: &str, value: f64, unit: &str, budget: Option<f64>) {
    match budget {
        Some(b) if value <= b => println!("  {what:<52} {value:>9.2} {unit:<4} (budget {b} {unit})"),
        Some(b) => println!("  {what:<52} {value:>9.2} {unit:<4} (budget {b} {unit}) MISSED"),
        None => println!("  {what:<52} {value:>9.2} {unit}"),
    }
}

fn installed(tool: &str) -> bool {
    let found = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(tool).is_file()));
    if !found {
        println!("  {tool} is not installed: left out");
    }
    found
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// A program in a terminal of 200×50, and when it was started.
struct Session {
    tty: Tty,
    started: Instant,
}

impl Session {
    fn start(argv: &[&str]) -> Session {
        let mut command = CommandBuilder::new(argv[0]);
        command.args(&argv[1..]);
        command.env("LESSHISTFILE", "-");
        let started = Instant::now();
        Session { tty: Tty::command(command, 200, 50), started }
    }

    fn keys(&mut self, keys: &str) {
        self.tty.keys(keys);
    }

    fn pid(&self) -> u32 {
        self.tty.pid()
    }

    /// Milliseconds from `since` until the screen's text is as wanted; infinite when that takes too long.
    fn wait_for(&self, since: Instant, wanted: impl Fn(&str) -> bool) -> f64 {
        let shown = self.tty.shows_within(LONG, |screen| wanted(&screen.contents()));
        if shown { ms(since.elapsed()) } else { f64::INFINITY }
    }

    /// Waits until nothing was written for `quiet`.
    fn settle(&self, quiet: Duration) {
        let mut before = self.tty.bytes();
        loop {
            std::thread::sleep(quiet);
            let now = self.tty.bytes();
            if now == before {
                return;
            }
            before = now;
        }
    }
}

/// The mixed log, and the places in it that are looked for.
struct Log {
    path: PathBuf,
    /// The end of its last line.
    last: String,
    /// The words that make each rare line different, oldest first.
    rare: Vec<String>,
}

impl Log {
    fn open(path: PathBuf) -> Log {
        let bytes = std::fs::read(&path).expect("the mixed log");
        let text = String::from_utf8(bytes).expect("a log of text");
        let last = text.lines().next_back().expect("a last line");
        let last = last[last.len().saturating_sub(40)..].to_owned();
        let word = |at: usize| {
            let line = text[at..].lines().next().unwrap_or_default();
            line.split(' ').find(|word| word.starts_with("order=")).expect("an order").to_owned()
        };
        let rare = text.match_indices(corpus::NEEDLE).map(|(at, _)| word(at)).collect();
        Log { path, last, rare }
    }

    fn oldest(&self) -> &str {
        &self.rare[0]
    }

    fn newest(&self) -> &str {
        &self.rare[self.rare.len() - 1]
    }
}

// ------------------------------------------------------------------------------------------------ rows

/// From exec until the end of the file is on the screen, and the memory that took.
fn start(log: &Log, dir: &Path) {
    let small = dir.join("small.log");
    std::fs::write(&small, format!("one\n{}\n", log.last)).expect("a small log");
    let large = sparse(dir, &log.last);
    let opened = |argv: &[&str]| {
        let mut memory: f64 = 0.0;
        let mut times = Vec::new();
        for _ in 0..15 {
            let session = Session::start(argv);
            times.push(session.wait_for(session.started, |s| s.replace('\n', "").contains(&log.last)));
            memory = memory.max(process::peak_mib(session.pid()));
        }
        (median(&mut times), memory)
    };
    let (t, mib) = opened(&[TAILPANE, text(&log.path)]);
    report("tailpane, end of 1 GiB on the screen", t, "ms", Some(12.0));
    report("tailpane, peak memory then", mib, "MiB", Some(25.0));
    report("tailpane, 1 KB", opened(&[TAILPANE, text(&small)]).0, "ms", Some(12.0));
    report(
        "tailpane, 10 GiB (a hole but for its end)",
        opened(&[TAILPANE, text(&large)]).0,
        "ms",
        Some(12.0),
    );
    report("tail -n 50, 1 GiB", opened(&["tail", "-n", "50", text(&log.path)]).0, "ms", None);
    for (tool, argv) in [("less", &["less", "-S", "+G"][..]), ("lnav", &["lnav"][..])] {
        if installed(tool) {
            let argv: Vec<&str> = argv.iter().copied().chain([text(&log.path)]).collect();
            let (t, mib) = opened(&argv);
            report(&format!("{tool}, 1 GiB"), t, "ms", None);
            report(&format!("{tool}, peak memory then"), mib, "MiB", None);
        }
    }
}

/// From exec until the first screen of a workspace with hundreds of rules and sources.
fn workspace(_: &Log, dir: &Path) {
    const RULES: usize = 500;
    const SOURCES: usize = 300;
    const PLANNED: usize = 100;
    const LAST: &str = "the end of this log";
    let mut config = String::new();
    for n in 0..SOURCES {
        let log = dir.join(format!("service-{n}.log"));
        std::fs::write(&log, format!("2026-11-21 10:00:00 INFO began {n}\n{LAST}\n")).expect("a log");
        config += &format!("[[sources]]\npath = '{}'\nname = 'service {n}'\n", text(&log));
        // Some stand where the workspace says, others with their group.
        if n >= PLANNED {
            config += &format!("group = 'g{}'\n", n / 4);
        }
    }
    for n in (0..PLANNED).step_by(4) {
        let name = |n: usize| format!("'service {n}'");
        config += &format!(
            "[[tabs]]\nname = 'tab {n}'\nrows = [{{ columns = [{}, {}], weight = 2 }}, {{ pane = {}, filters = ['!nothing'] \
             }}, {}]\n",
            name(n),
            name(n + 1),
            name(n + 2),
            name(n + 3),
        );
    }
    for n in 0..RULES {
        config += &format!(
            "[[highlight]]\nname = 'rule {n}'\nsources = ['service-{}.log']\npattern = 'order-{n} (failed|took (?<ms>\\d+)ms)'\n\
             style = 'bold red'\npriority = {}\n[highlight.when]\ngroup = 'ms'\nabove = {n}\n",
            n % SOURCES,
            n % 7,
        );
    }
    let file = dir.join("workspace.toml");
    std::fs::write(&file, config).expect("a workspace");
    let mut times = Vec::new();
    for _ in 0..15 {
        let session = Session::start(&[TAILPANE, "--workspace", text(&file)]);
        times.push(session.wait_for(session.started, |screen| screen.contains(LAST)));
    }
    report(
        &format!("{RULES} rules and {SOURCES} sources, first screen"),
        median(&mut times),
        "ms",
        Some(50.0),
    );
}

/// Until the oldest hit of a rare regex is on the screen with all the others.
fn filter(log: &Log, _: &Path) {
    let mut ours = Vec::new();
    let (mut first, mut rg) = (Vec::new(), Vec::new());
    let mut memory: f64 = 0.0;
    for _ in 0..9 {
        let mut session = Session::start(&[TAILPANE, text(&log.path)]);
        session.settle(Duration::from_millis(50));
        session.keys(&format!("&{}", corpus::NEEDLE));
        session.settle(Duration::from_millis(300));
        let since = Instant::now();
        session.keys("\r");
        first.push(session.wait_for(since, |s| s.contains(log.newest())));
        ours.push(session.wait_for(since, |s| s.contains(log.oldest()) && s.contains(log.newest())));
        session.settle(Duration::from_millis(100));
        memory = memory.max(process::peak_mib(session.pid()));
        rg.extend(rg_count(&log.path, corpus::NEEDLE));
    }
    report("tailpane, first hit", median(&mut first), "ms", Some(50.0));
    beside_rg("tailpane, every hit shown", &mut ours, &mut rg);
    report("tailpane, peak memory after the filter", memory, "MiB", Some(25.0));
}

/// One `rg -c` of a pattern; nothing where there is no `rg`.
fn rg_count(log: &Path, pattern: &str) -> Option<f64> {
    let since = Instant::now();
    Command::new("rg").args(["-c", pattern]).arg(log).stdout(Stdio::null()).status().ok()?;
    Some(ms(since.elapsed()))
}

/// Reports a time beside `rg`'s, which is the budget.
fn beside_rg(what: &str, ours: &mut [f64], rg: &mut [f64]) {
    let rg = installed("rg").then(|| median(rg));
    if let Some(rg) = rg {
        report("rg -c", rg, "ms", None);
    }
    report(what, median(ours), "ms", rg);
}

/// From the top to a hit near the end.
fn search(log: &Log, _: &Path) {
    let (mut ours, mut rg) = (Vec::new(), Vec::new());
    for _ in 0..9 {
        let mut session = Session::start(&[TAILPANE, text(&log.path)]);
        session.settle(Duration::from_millis(50));
        session.keys("g");
        session.settle(Duration::from_millis(50));
        // Typed and entered at once: nothing of the search is done before the clock starts.
        let since = Instant::now();
        session.keys(&format!("/{}\r", log.newest()));
        let hit = |line: &str| line.contains(log.newest()) && line.contains(corpus::NEEDLE);
        ours.push(session.wait_for(since, |s| s.lines().any(hit)));
        // The same words, although rg looks for them in this case only.
        rg.extend(rg_count(&log.path, log.newest()));
    }
    beside_rg("tailpane, on the hit", &mut ours, &mut rg);
}

/// From an append until the line is on the screen: idle, and with 10,000 lines/s on that file.
fn append(_: &Log, dir: &Path) {
    let mut tools: Vec<(&str, Vec<&str>)> =
        vec![("tailpane", vec![TAILPANE]), ("tail -F", vec!["tail", "-F"])];
    if installed("multitail") {
        tools.push(("multitail", vec!["multitail"]));
    }
    for (name, argv) in &tools {
        for busy in [false, true] {
            let path = dir.join(format!("append-{}-{busy}.log", name.replace(' ', "")));
            std::fs::write(&path, "first line\n").expect("a log");
            let mut argv = argv.clone();
            argv.push(text(&path));
            let session = Session::start(&argv);
            session.wait_for(session.started, |s| s.contains("first line"));
            session.settle(Duration::from_millis(200));
            let writer = busy.then(|| Writer::start(vec![path.clone()], 10_000));
            if busy {
                std::thread::sleep(Duration::from_millis(500));
            }
            let mut file = OpenOptions::new().append(true).open(&path).expect("the log");
            let mut times = Vec::new();
            for i in 0..200 {
                // Uneven pauses, so that no tool's rhythm is met by chance.
                std::thread::sleep(Duration::from_millis(25 + (i * 7919) % 41));
                let since = Instant::now();
                let shown = match &writer {
                    // Single lines fly by between two frames: what counts is how old the newest one shown is.
                    Some(writer) => {
                        let written = writer.written.load(Ordering::Relaxed);
                        session.tty.shows_within(SEEN, |screen| newest_item(&screen.contents()) >= written)
                    }
                    None => {
                        let word = format!("marker{i}x");
                        writeln!(file, "2026-11-21T07:25:34Z INFO {word} appended").expect("appending");
                        session.tty.shows_within(SEEN, |screen| screen.contents().contains(&word))
                    }
                };
                times.push(if shown { ms(since.elapsed()) } else { f64::INFINITY });
            }
            drop(writer);
            let what = if busy { "10,000 lines/s" } else { "idle" };
            let ours = *name == "tailpane";
            let (m, p) = if busy { (20.0, 40.0) } else { (2.0, 5.0) };
            report(&format!("{name}, {what}, median"), median(&mut times), "ms", ours.then_some(m));
            report(&format!("{name}, {what}, p99"), percentile(&mut times, 0.99), "ms", ours.then_some(p));
        }
    }
}

/// The highest number of a line of [`Writer`] on the screen.
fn newest_item(screen: &str) -> u64 {
    let number = |text: &str| text.split(' ').next().and_then(|number| number.parse().ok());
    screen.split("/api/v1/items/").skip(1).filter_map(number).max().unwrap_or(0)
}

/// Two million lines appended at once until the last is shown.
fn burst(_: &Log, dir: &Path) {
    let lines: String = (0..2_000_000)
        .map(|i| format!("2026-11-21T07:25:34.123Z INFO worker-{} did piece {i} of its work\n", i % 8))
        .collect();
    let append = |path: &Path| {
        let mut file = OpenOptions::new().append(true).open(path).expect("the log");
        file.write_all(lines.as_bytes()).expect("appending");
        file.write_all(b"the very last line\n").expect("appending");
    };
    let mut ours = Vec::new();
    let mut pipe = Vec::new();
    for i in 0..5 {
        let path = dir.join(format!("burst-{i}.log"));
        std::fs::write(&path, "first line\n").expect("a log");
        let session = Session::start(&[TAILPANE, text(&path)]);
        session.wait_for(session.started, |s| s.contains("first line"));
        session.settle(Duration::from_millis(100));
        let since = Instant::now();
        append(&path);
        ours.push(session.wait_for(since, |s| s.contains("the very last line")));
        drop(session);
        pipe.push(piped(&["tail", "-n", "0", "-F"], &path, &append));
        std::fs::remove_file(&path).expect("removing");
    }
    let (ours, pipe) = (median(&mut ours), median(&mut pipe));
    report("tail -F into a pipe", pipe, "ms", None);
    report("tailpane, last line shown", ours, "ms", Some(2.0 * pipe));
    let plain = piped(&[TAILPANE, "--plain", "-n", "0"], &dir.join("burst-plain.log"), &append);
    report("tailpane --plain into a pipe", plain, "ms", None);
}

/// Until the last of the appended lines came out of a pipe.
fn piped(argv: &[&str], path: &Path, append: &dyn Fn(&Path)) -> f64 {
    std::fs::write(path, "").expect("a log");
    let mut child =
        Command::new(argv[0]).args(&argv[1..]).arg(path).stdout(Stdio::piped()).spawn().expect("the program");
    let mut out = child.stdout.take().expect("a pipe");
    std::thread::sleep(Duration::from_millis(300));
    let since = Instant::now();
    let reader = std::thread::spawn(move || {
        let mut buf = vec![0; 1 << 20];
        let mut kept: Vec<u8> = Vec::new();
        loop {
            let n = out.read(&mut buf).expect("reading");
            kept.extend_from_slice(&buf[..n]);
            if n == 0 || kept.ends_with(b"the very last line\n") {
                return since.elapsed();
            }
            kept.drain(..kept.len().saturating_sub(64));
        }
    });
    append(path);
    let took = reader.join().expect("the reader");
    let _ = child.kill();
    let _ = child.wait();
    ms(took)
}

/// Eight files at 1,000 lines/s each for ten seconds.
fn eight(_: &Log, dir: &Path) {
    let paths: Vec<PathBuf> = (0..8).map(|i| dir.join(format!("eight-{i}.log"))).collect();
    for path in &paths {
        std::fs::write(path, "first line\n").expect("a log");
    }
    let argv: Vec<&str> = std::iter::once(TAILPANE).chain(paths.iter().map(|p| text(p))).collect();
    let session = Session::start(&argv);
    session.settle(Duration::from_millis(300));
    let (cpu, bytes) = (process::cpu_seconds(session.pid()), session.tty.bytes());
    let writer = Writer::start(paths, 8_000);
    std::thread::sleep(Duration::from_secs(10));
    drop(writer);
    report("tailpane, CPU", process::cpu_seconds(session.pid()) - cpu, "s", Some(0.5));
    report("tailpane, to the terminal", (session.tty.bytes() - bytes) as f64 / 1e6, "MB", Some(5.0));
}

/// Twenty seconds of nothing.
fn idle(_: &Log, dir: &Path) {
    let paths: Vec<PathBuf> = (0..8).map(|i| dir.join(format!("idle-{i}.log"))).collect();
    for path in &paths {
        std::fs::write(path, "first line\n").expect("a log");
    }
    let argv: Vec<&str> = std::iter::once(TAILPANE).chain(paths.iter().map(|p| text(p))).collect();
    let session = Session::start(&argv);
    session.settle(Duration::from_secs(2));
    let before = process::switches(session.pid());
    std::thread::sleep(Duration::from_secs(20));
    report(
        "tailpane, wake-ups/s",
        (process::switches(session.pid()) - before) as f64 / 20.0,
        "/s",
        Some(1.0),
    );
}

/// One page up: idle, and at 50,000 lines/s.
fn page(log: &Log, dir: &Path) {
    let mut tools = vec![("tailpane", vec![TAILPANE])];
    if installed("less") {
        tools.push(("less", vec!["less", "-S", "+G"]));
    }
    for (name, argv) in &tools {
        for busy in [false, true] {
            let path = if busy { dir.join("page.log") } else { log.path.clone() };
            if busy {
                copy_end(&log.path, &path);
            }
            let mut argv = argv.clone();
            argv.push(text(&path));
            let mut session = Session::start(&argv);
            session.settle(Duration::from_millis(300));
            let writer = busy.then(|| Writer::start(vec![path.clone()], 50_000));
            // The first page up pauses; from then on lines that come do not change the screen's lines.
            session.keys("b");
            std::thread::sleep(Duration::from_millis(300));
            let mut times = Vec::new();
            for _ in 0..100 {
                std::thread::sleep(Duration::from_millis(30));
                let top = second_row(&session.tty.text());
                let since = Instant::now();
                session.keys("b");
                if session.tty.shows_within(SEEN, |screen| second_row(&screen.contents()) != top) {
                    times.push(ms(since.elapsed()));
                }
            }
            drop(writer);
            let what = if busy { "at 50,000 lines/s" } else { "idle" };
            let budget = (*name == "tailpane").then_some(if busy { 3.0 } else { 1.0 });
            report(
                &format!("{name}, page-up {what}, median of {}", times.len()),
                median(&mut times),
                "ms",
                budget,
            );
            report(&format!("{name}, page-up {what}, p99"), percentile(&mut times, 0.99), "ms", None);
        }
    }
}

/// The second row: the first may be a title that changes by itself.
fn second_row(screen: &str) -> String {
    screen.lines().nth(1).unwrap_or_default().to_owned()
}

// --------------------------------------------------------------------------------------------- material

/// Writes lines at a steady rate, one `write` a line, shared among the files, until it is dropped.
struct Writer {
    /// Lines written so far.
    written: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Writer {
    fn start(paths: Vec<PathBuf>, lines_per_second: u64) -> Writer {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let written = Arc::new(AtomicU64::new(0));
        let told = Arc::clone(&written);
        let thread = std::thread::spawn(move || {
            let mut files: Vec<File> =
                paths.iter().map(|p| OpenOptions::new().append(true).open(p).expect("the log")).collect();
            let began = Instant::now();
            let mut written = 0;
            while !stopped.load(Ordering::Relaxed) {
                let due = (began.elapsed().as_secs_f64() * lines_per_second as f64) as u64;
                while written < due {
                    let at = written as usize % files.len();
                    let line = format!(
                        "10.0.3.{} - - [21/Nov/2026:07:25:34 +0000] \"GET /api/v1/items/{written} HTTP/1.1\" 200 {} \"-\" \"curl/8.5.0\" 0.0{}\n",
                        written % 250,
                        500 + written % 9000,
                        written % 97
                    );
                    files[at].write_all(line.as_bytes()).expect("appending");
                    told.store(written, Ordering::Relaxed);
                    written += 1;
                }
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        Writer { written, stop, thread: Some(thread) }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// 10 GiB that take no room, with real lines at the end.
fn sparse(dir: &Path, last: &str) -> PathBuf {
    let path = dir.join("large.log");
    let mut file = File::create(&path).expect("a large log");
    file.set_len(10 << 30).expect("a sparse file");
    std::io::Seek::seek(&mut file, std::io::SeekFrom::End(0)).expect("seeking");
    write!(file, "\n{}{last}\n", "an ordinary line of a large log\n".repeat(10_000)).expect("writing");
    path
}

/// The last 64 MiB of a log as a log of its own.
fn copy_end(from: &Path, to: &Path) {
    let mut file = File::open(from).expect("the log");
    std::io::Seek::seek(&mut file, std::io::SeekFrom::End(-(64 << 20))).expect("seeking");
    std::io::copy(&mut file, &mut File::create(to).expect("a copy")).expect("copying");
}
