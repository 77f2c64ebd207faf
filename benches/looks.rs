//! What a frame costs from a line's bytes to the terminal's, beside its budgets.
//!
//! `cargo bench --bench looks` runs it: a screen of 200×50 full of lines of a mixed log, best of many.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tailpane::app::screen::{self, Area, LineRow, PaneView, Row, Screen};
use tailpane::config::themes::Looks;
use tailpane::core::form::{Shape, Way, form};
use tailpane::core::highlight::{level, merge, recognise};
use tailpane::core::read::{Clock, Reader, Time};
use tailpane::core::span::Level;
use tailpane::core::text::{TextOptions, cut_spans, show, window};
use tailpane::runtime::backend::Writer;
use tailpane::ui::render;
use tailpane::ui::theme::{Depth, Glyphs, Theme};

const WIDTH: u16 = 200;
const HEIGHT: u16 = 50;
const TIMES: usize = 200;
const OPTIONS: TextOptions = TextOptions { tab: 8, sgr: true, limit: 64 << 10 };

/// Patterns that would be slow if any reader looked twice at what it did not take.
const HOSTILE: [&str; 24] = [
    "a",
    "1",
    "\"",
    "'",
    " '",
    "\\\"",
    "[",
    "{\"a\":",
    "::",
    "1:",
    "/",
    "/-",
    "/1-",
    "./",
    "a=",
    "a://?",
    "1h",
    "1.",
    "µ",
    "Nov 1 ",
    "2026-11-21T",
    "='\\",
    "GET /",
    "ERROR ",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lines: Vec<String> = (0..usize::from(HEIGHT)).map(line).collect();
    let bytes: usize = lines.iter().map(String::len).sum();
    println!("{HEIGHT} lines of {} bytes on average, best of {TIMES}", bytes / usize::from(HEIGHT));

    let shown = best(|| lines.iter().for_each(|line| drop(black_box(show(line.as_bytes(), OPTIONS)))));
    row("show, a 100 bytes of ASCII", shown * 100 / bytes as u32, "1 µs");
    row(
        "recognise, a screen",
        best(|| lines.iter().for_each(|line| drop(black_box(recognise(line))))),
        "300 µs",
    );
    row("level, a screen", best(|| lines.iter().for_each(|line| _ = black_box(level(line)))), "300 µs");
    let worst = HOSTILE.map(|pattern| {
        let line = pattern.repeat((64 << 10) / pattern.len());
        let once = || {
            let begun = Instant::now();
            black_box(recognise(&line));
            begun.elapsed()
        };
        ((0..5).map(|_| once()).min().unwrap_or_default(), pattern)
    });
    let (time, pattern) = worst.into_iter().max().unwrap_or_default();
    row(&format!("recognise, 64 KiB of {pattern:?}, the worst"), time, "5 ms");
    row("a screen from bytes to rows", best(|| drop(black_box(screen(&lines)))), "1 ms");

    let json: Vec<String> = (0..usize::from(HEIGHT)).map(|n| line(n * 4 + 2)).collect();
    let reader = Reader::new(Clock::new(TimeZone::UTC, Time(0)), Vec::new());
    for way in [Way::Line, Way::Pretty] {
        let hidden = BTreeSet::from(["a.b".to_owned()]);
        let shape = Shape { way, hidden: &hidden, zone: TimeZone::system(), timed: false, text: OPTIONS };
        let formed = best(|| {
            json.iter().for_each(|line| {
                let said = reader.reading().read(line.as_bytes());
                drop(black_box(form(line.as_bytes(), &said, &shape)));
            });
        });
        row(&format!("a screen of JSON, read and in its form, {way:?}"), formed, "500 µs");
    }
    let nested = format!("{{\"a\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let wide = format!("{{{}\"z\":1}}", "\"a\":1,".repeat(9_000));
    for (what, line) in [("nested 10,000 deep", nested), ("64 KiB of members", wide)] {
        let hidden = BTreeSet::from(["a.0".to_owned()]);
        let shape =
            Shape { way: Way::Pretty, hidden: &hidden, zone: TimeZone::UTC, timed: false, text: OPTIONS };
        let formed = best(|| {
            let said = reader.reading().read(line.as_bytes());
            drop(black_box(form(line.as_bytes(), &said, &shape)));
        });
        row(&format!("a line of JSON, {what}"), formed, "5 ms");
    }

    for depth in [Depth::Ansi, Depth::True] {
        let theme = Theme::new(depth, Glyphs::Unicode, &Looks::default());
        let first = screen(&lines);
        let mut other = lines.clone();
        other.rotate_left(1);
        if let Some(last) = other.last_mut() {
            *last = line(777);
        }
        let second = screen(&other);
        let [first, second] = [first, second].map(|screen| drawn(&screen, &theme));
        let mut buffer = first.clone();
        let drawing = best(|| {
            buffer.reset();
            render(&screen(&lines), &theme, &mut buffer);
            black_box(&buffer);
        });
        row(&format!("rows and cells, {depth:?}"), drawing, "2 ms");
        let mut writer = Writer::default();
        println!(
            "  bytes of a whole screen, {depth:?}: {} for {bytes} of text",
            writer.frame(&first, None).len()
        );
        println!("  bytes when one line is added: {}", writer.frame(&second, None).len());
        let mut other = lines.clone();
        other.reverse();
        let other = drawn(&screen(&other), &theme);
        println!("  bytes of another screen: {}", writer.frame(&other, None).len());
        let same = best(|| drop(black_box(writer.frame(&other, None))));
        row(&format!("cells to no bytes, {depth:?}"), same, "2 ms");
        let (mut from, mut to) = (&other, &second);
        let writing = best(|| {
            drop(black_box(writer.frame(to, None)));
            (from, to) = (to, from);
        });
        row(&format!("cells to bytes, {depth:?}"), writing, "2 ms");
    }
    Ok(())
}

fn row(what: &str, time: Duration, budget: &str) {
    println!("  {what}: {time:.1?} (budget {budget})");
}

fn best(mut run: impl FnMut()) -> Duration {
    let mut once = || {
        let begun = Instant::now();
        run();
        begun.elapsed()
    };
    (0..TIMES).map(|_| once()).min().unwrap_or_default()
}

/// A line as programs, web servers and JSON loggers write it.
fn line(n: usize) -> String {
    let (second, millis) = (n % 60, n * 37 % 1000);
    match n % 4 {
        0 => format!(
            "2026-11-21 07:25:{second:02}.{millis:03} INFO  [http-{n}] org.example.orders.Api - GET /api/orders/{n}?page=2 \
             answered 200 in {millis}ms for 203.0.113.{second}:443, cache hit=true size=1.2kB trace=a1b2c3d4e5f60718"
        ),
        1 => format!(
            "203.0.113.7 - - [21/Nov/2026:07:25:{second:02} +0000] \"GET /static/app.{n}.js HTTP/1.1\" 200 {millis}12 \
             \"https://example.org/\" \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Safari/537.36\""
        ),
        2 => format!(
            "{{\"ts\":\"2026-11-21T07:25:{second:02}.{millis:03}Z\",\"level\":\"error\",\"msg\":\"no space left\",\
             \"path\":\"/var/lib/x/{n}\",\"free\":0,\"took\":1.25,\"id\":\"550e8400-e29b-41d4-a716-446655440000\"}}"
        ),
        _ => format!(
            "Nov 21 07:25:{second:02} web-{n} app[{millis}]: warning: 18 of 20 connections in use, waited {millis}ms for \
             'orders' at 10.0.0.{second} (retry 3 of 5, 99.5% full, next in 1m30s), see https://example.org/r/{n}"
        ),
    }
}

fn screen(lines: &[String]) -> Screen {
    let body = Area { x: 0, y: 0, width: WIDTH, height: HEIGHT };
    let rows = lines.iter().map(|line| {
        let shown = show(line.as_bytes(), OPTIONS);
        let spans = merge(&[&recognise(&shown.text), &shown.spans]);
        let (range, pad) = window(&shown.text, 0, usize::from(WIDTH));
        Row::Line(LineRow {
            spans: cut_spans(&spans, &range),
            tint: level(&shown.text).filter(|level| *level >= Level::Warn),
            more: (false, range.end < shown.text.len()),
            pad: pad as u16,
            text: shown.text[range].to_owned(),
            ..LineRow::default()
        })
    });
    let pane =
        PaneView { title: None, band: None, focused: true, body, rows: rows.collect(), scrollbar: None };
    let size = screen::Size { width: WIDTH, height: HEIGHT };
    Screen { size, panes: vec![pane], ..Screen::default() }
}

fn drawn(screen: &Screen, theme: &Theme) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, WIDTH, HEIGHT));
    render(screen, theme, &mut buffer);
    buffer
}
