//! Screens made by hand, as the app would make them.

use crate::app::screen::{Area, Bar, LineRow, PaneView, Piece, Popup, Row, Screen, Scrollbar, Size, Tone};
use crate::core::highlight::{level, recognise};
use crate::core::span::{Class, Level, Span};
use crate::core::text::{cut_spans, window};

const APP: &[&str] = &[
    "2026-11-21 07:25:31.104 INFO  [http-1] o.e.orders.Api - GET /api/orders?page=2 200 in 12ms",
    "2026-11-21 07:25:31.870 DEBUG [http-2] o.e.cache.Redis - hit key=user:5521 ttl=270s size=1.2kB",
    "2026-11-21 07:25:32.006 WARN  [pool-1] o.e.db.Pool - 18 of 20 connections in use, waited 340ms",
    "2026-11-21 07:25:33.411 ERROR [http-7] o.e.orders.Api - POST /api/orders failed: timeout=5000ms",
    "    at org.example.db.Pool.take(Pool.java:88)",
    "    at org.example.orders.Store.insert(Store.java:41)",
    "2026-11-21 07:25:34.002 INFO  [http-3] o.e.mail.Sender - sent 'Order 8812' to 203.0.113.9:587",
];

const ACCESS: &[&str] = &[
    r#"203.0.113.7 - - [21/Nov/2026:07:25:31 +0000] "GET /index.html HTTP/1.1" 200 5120 "https://example.org/" "Mozilla/5.0""#,
    r#"198.51.100.4 - bob [21/Nov/2026:07:25:32 +0000] "POST /login HTTP/1.1" 302 0 "-" "curl/8.5""#,
    r#"203.0.113.7 - - [21/Nov/2026:07:25:33 +0000] "GET /missing.png HTTP/1.1" 404 162 "-" "Mozilla/5.0""#,
    r#"2001:db8::7 - - [21/Nov/2026:07:25:34 +0000] "GET /api/orders HTTP/2.0" 503 99 "-" "app/2.1""#,
];

const JSON: &[&str] = &[
    r#"{"ts":"2026-11-21T07:25:31Z","level":"info","msg":"job done","job":"resize","took":1.25,"ok":true}"#,
    r#"{"ts":"2026-11-21T07:25:32Z","level":"error","msg":"no space left","path":"/var/lib/x","free":0}"#,
    r#"{"ts":"2026-11-21T07:25:33Z","level":"info","id":"550e8400-e29b-41d4-a716-446655440000","tags":["a",null]}"#,
];

pub fn piece(text: &str, tone: Tone) -> Piece {
    Piece { text: text.to_owned(), tone }
}

/// A line as it is cut to `columns`, with what is recognised in it.
fn line(text: &str, columns: u16) -> LineRow {
    let spans = recognise(text);
    let (range, pad) = window(text, 0, usize::from(columns));
    LineRow {
        text: text[range.clone()].to_owned(),
        pad: pad as u16,
        spans: cut_spans(&spans, &range),
        tint: level(text).filter(|level| *level >= Level::Warn),
        more: (false, range.end < text.len()),
        ..LineRow::default()
    }
}

fn pane(area: Area, title: Bar, lines: &[&str], focused: bool) -> PaneView {
    let body = Area { y: area.y + 1, height: area.height - 1, ..area };
    let mut rows: Vec<Row> = lines
        .iter()
        .cycle()
        .take(usize::from(body.height))
        .map(|text| Row::Line(line(text, body.width - 1)))
        .collect();
    if rows.len() > 7 {
        rows[5] = Row::Rule("rotated".to_owned(), Tone::Faint);
    }
    let scrollbar = Scrollbar {
        thumb: (body.height / 2, body.height / 3),
        ticks: vec![1, body.height / 2],
        marks: vec![3],
    };
    PaneView { title: Some(title), focused, body, rows, scrollbar: Some(scrollbar) }
}

fn title(area: Area, name: &str, focused: bool, right: &str) -> Bar {
    let mut left = vec![
        piece(&format!(" {name} "), if focused { Tone::Focused } else { Tone::Name }),
        piece(" live 2s ", Tone::Good),
    ];
    if focused {
        left.push(piece(" &error !health ", Tone::Filter));
    }
    let right = vec![piece(right, Tone::Faint)];
    Bar { area: Area { height: 1, ..area }, left, right }
}

/// Three panes, tabs, a prompt row.
pub fn screen(width: u16, height: u16) -> Screen {
    let half = width / 2;
    let top = height / 2;
    let app = Area { x: 0, y: 1, width, height: top - 1 };
    let access = Area { x: 0, y: top, width: half, height: height - top - 1 };
    let json = Area { x: half + 1, y: top, width: width - half - 1, height: height - top - 1 };
    let mut first = pane(app, title(app, "app.log", true, " paused [+128, 3 errors]  1.2k/s "), APP, true);
    for (at, row) in first.rows.iter_mut().enumerate() {
        if let Row::Line(row) = row {
            row.gutter = format!("{:>5} ", 1201 + at);
            match at {
                3 => {
                    row.current = true;
                    row.spans.retain(|span| span.range.end <= 50);
                    row.spans.push(Span { range: 61..67, class: Class::Hit });
                }
                7 => row.selected = true,
                8 | 9 => row.dim = true,
                _ => {}
            }
        }
    }
    let second = pane(access, title(access, "access.log", false, " 12/s "), ACCESS, false);
    let third = pane(json, title(json, "jobs.json", false, " 3/s "), JSON, false);
    let tabs = Bar {
        area: Area { x: 0, y: 0, width, height: 1 },
        left: vec![
            piece(" 1 web ", Tone::Focused),
            piece(" 2 db ", Tone::Name),
            piece(" 3 mail ", Tone::Off),
        ],
        right: vec![],
    };
    let bottom = Bar {
        area: Area { x: 0, y: height - 1, width, height: 1 },
        left: vec![
            piece(" /", Tone::Key),
            piece(" search  ", Tone::Faint),
            piece("&", Tone::Key),
            piece(" filter  ", Tone::Faint),
            piece("F1", Tone::Key),
            piece(" help  ", Tone::Faint),
        ],
        right: vec![piece("saved 120 lines ", Tone::Good)],
    };
    Screen {
        size: Size { width, height },
        tabs: Some(tabs),
        panes: vec![first, second, third],
        dividers: vec![Area { x: half, y: top, width: 1, height: height - top - 1 }],
        bottom: Some(bottom),
        popups: vec![],
        cursor: None,
    }
}

/// The same with a box over it.
pub fn with_popup(mut screen: Screen) -> Screen {
    let Size { width, height } = screen.size;
    let area = Area { x: width / 4, y: height / 4, width: width / 2, height: 7.min(height) };
    screen.popups.push(Popup {
        area,
        title: "Filter".to_owned(),
        rows: vec![
            vec![piece(" & ", Tone::Key), piece("error", Tone::Filter)],
            vec![piece(" ! ", Tone::Key), piece("health", Tone::Off), piece("  off", Tone::Faint)],
            vec![piece(" + ", Tone::Key), piece("panic|fatal", Tone::Filter)],
        ],
        selected: Some(1),
        footer: "Enter edit  Space on/off".to_owned(),
    });
    screen
}

/// A tile of a dashboard: one pane, one waiting.
pub fn tile(width: u16, height: u16) -> Screen {
    let first = Area { x: 0, y: 0, width, height: height - 2 };
    let second = Area { x: 0, y: height - 2, width, height: 2 };
    let head = |area, name: &str, tone, right: &str| Bar {
        area: Area { height: 1, ..area },
        left: vec![piece(name, tone)],
        right: vec![piece(right, Tone::Good)],
    };
    let top = pane(first, head(first, " access.log ", Tone::Focused, " live "), ACCESS, true);
    let mut below = pane(second, head(second, " a-very-long-name.log ", Tone::Name, " live "), &[], false);
    below.rows = vec![Row::Note("waiting for /var/log/a-very-long-name.log".to_owned(), Tone::Note)];
    below.scrollbar = None;
    Screen { size: Size { width, height }, panes: vec![top, below], ..Screen::default() }
}
