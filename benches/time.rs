//! Going by time and the merged stream, beside their budgets: the program itself without a terminal.
//!
//! `cargo bench --bench time` runs it. The log of 10 GiB is made up as it is read, so that what it costs to make 64 KiB of
//! lines is among the figures; the logs that are merged are eight such of 1 GiB each, and then eight times the mixed log
//! that is on the disk. No index of any of them exists.

use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tailpane::app::App;
use tailpane::app::event::Event;
use tailpane::app::key::Key;
use tailpane::app::screen::{Row, Screen, Size};
use tailpane::app::source::{Exact, Source, SourceId, State, Status, Watch};
use tailpane::config::keymap::Keymap;
use tailpane::config::settings::Settings;
use tailpane::core::pos::Pos;
use tailpane::core::store::Store;

#[allow(dead_code)] // other benchmarks use the rest
mod corpus;

const GIB: u64 = 1 << 30;
const SIZE: Size = Size { width: 200, height: 50 };
const TIMES: usize = 40;
/// Bytes of a line that is made up.
const LINE: u64 = 128;

/// A log of lines that are made up as they are read: `every` milliseconds one, from `first` milliseconds on.
struct Made {
    lines: u64,
    first: u64,
    every: u64,
}

impl Made {
    fn line(&self, n: u64, out: &mut Vec<u8>) {
        let millis = self.first + n * self.every;
        let seconds = millis / 1000;
        let (day, hour) = (1 + seconds / 86_400, seconds / 3600 % 24);
        let (minute, second, millis) = (seconds / 60 % 60, seconds % 60, millis % 1000);
        let from = out.len();
        let _ = write!(
            out,
            "2026-11-{day:02} {hour:02}:{minute:02}:{second:02}.{millis:03} INFO  [worker-{}] c.e.shop.Web - request {n} took={}ms",
            n % 32,
            n * 7 % 900
        );
        out.resize(from + LINE as usize - 1, b' ');
        out.push(b'\n');
    }
}

impl Store for Made {
    fn range(&self) -> Range<Pos> {
        Pos(0)..Pos(self.lines * LINE)
    }
    fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        let end = (pos.0 + buf.len() as u64).min(self.lines * LINE);
        let mut lines = Vec::with_capacity(buf.len() + 2 * LINE as usize);
        (pos.0 / LINE..end.div_ceil(LINE)).for_each(|n| self.line(n, &mut lines));
        let (from, len) = ((pos.0 % LINE) as usize, end.saturating_sub(pos.0) as usize);
        buf[..len].copy_from_slice(&lines[from..from + len]);
        Ok(len)
    }
}

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

/// The program over some logs.
struct Desk {
    app: App,
    now: Instant,
}

impl Desk {
    fn new(logs: Vec<Arc<dyn Store>>) -> Result<Desk, Box<dyn std::error::Error>> {
        let app = App::new(Settings::default(), Keymap::shipped()?)?;
        let mut desk = Desk { app, now: Instant::now() };
        desk.send(Event::Wall("2026-11-29T12:00:00+00:00[UTC]".parse()?));
        desk.send(Event::Resize(SIZE));
        for (n, store) in (0..).zip(logs) {
            let status = Status {
                state: State::Live,
                end: store.range().end,
                grew: None,
                watch: Watch::Events,
                notices: Arc::new([]),
                file: None,
                facts: Vec::new(),
                remote: None,
            };
            desk.send(Event::Opened(Source {
                id: SourceId(n),
                name: format!("/var/log/{n}.log"),
                exact: Exact::Shown,
                store,
                status,
            }));
        }
        desk.screen();
        Ok(desk)
    }

    fn send(&mut self, event: Event) {
        let _ = self.app.on(self.now, event); // scans are not begun: nothing is counted
    }

    fn screen(&mut self) -> Screen {
        self.app.screen(self.now, SIZE)
    }

    /// Types keys; how long it takes until the screen behind them is there.
    fn keys(&mut self, keys: &str) -> (Duration, Screen) {
        for c in keys.chars().take(keys.chars().count() - 1) {
            self.send(Event::Key(Key::from(c)));
        }
        let last =
            keys.chars().last().map(|c| if c == '\r' { Key::named("Enter") } else { Some(Key::from(c)) });
        let begun = Instant::now();
        if let Some(key) = last.flatten() {
            self.send(Event::Key(key));
        }
        let screen = self.screen();
        (begun.elapsed(), screen)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    to_a_time()?;
    let made = |n: u64| -> Arc<dyn Store> { Arc::new(Made { lines: GIB / LINE, first: n * 3, every: 10 }) };
    merged("eight logs of 1 GiB", (0..8).map(made).collect())?;
    let path = corpus::mixed(GIB)?;
    let open = |_| -> io::Result<Arc<dyn Store>> {
        let file = File::open(&path)?;
        let length = file.metadata()?.len();
        Ok(Arc::new(Disk(file, length)))
    };
    merged("the mixed log eight times", (0..8).map(open).collect::<io::Result<_>>()?)
}

fn to_a_time() -> Result<(), Box<dyn std::error::Error>> {
    let mut desk = Desk::new(vec![Arc::new(Made { lines: 10 * GIB / LINE, first: 0, every: 7 })])?;
    let mut times = Vec::new();
    for n in 0..TIMES as u64 {
        let (day, hour, minute) = (1 + n % 6, n * 7 % 24, n * 13 % 60);
        let typed = format!("2026-11-{day:02} {hour:02}:{minute:02}");
        let (time, screen) = desk.keys(&format!("t{typed}\r"));
        assert!(rows(&screen).any(|row| row.contains(&format!("{typed}:00"))), "{typed} is on the screen");
        times.push(time);
    }
    say("`t` in 10 GiB, median", median(&mut times), 50.0);
    say("… the slowest", times[times.len() - 1], 50.0);
    Ok(())
}

fn merged(what: &str, logs: Vec<Arc<dyn Store>>) -> Result<(), Box<dyn std::error::Error>> {
    let mut desk = Desk::new(logs)?;
    let (time, screen) = desk.keys("T");
    assert!(screen.panes.len() == 1 && rows(&screen).count() > 40, "one pane full of lines");
    say(&format!("{what} merged: the first picture"), time, 100.0);
    for (what, key) in [("a page up", "b"), ("a page down", "f"), ("a row up", "k")] {
        let mut times: Vec<Duration> = (0..TIMES).map(|_| desk.keys(key).0).collect();
        say(&format!("  {what}, median"), median(&mut times), 30.0);
        say("  … the slowest", times[times.len() - 1], 30.0);
    }
    let (time, _) = desk.keys("t12:30\r");
    say("  `t` in all of them", time, 100.0);
    let (time, _) = desk.keys("g");
    say("  to the first line of all", time, 100.0);
    Ok(())
}

fn rows(screen: &Screen) -> impl Iterator<Item = &str> {
    screen.panes.iter().flat_map(|pane| &pane.rows).filter_map(|row| match row {
        Row::Line(line) => Some(line.text.as_str()),
        _ => None,
    })
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn say(what: &str, time: Duration, budget: f64) {
    let millis = time.as_secs_f64() * 1e3;
    let verdict = if millis <= budget { "" } else { "OVER" };
    println!("{what:<52} {millis:>9.2} ms   <= {budget} ms {verdict}");
}
