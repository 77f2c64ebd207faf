//! Screens made by hand, as the app would make them.

use crate::app::screen::{Area, Bar, LineRow, PaneView, Piece, Popup, Row, Screen, Scrollbar, Size, Tone};
use crate::core::span::{Class, Level, Span};
use crate::core::text::{cut_spans, window};

/// A line in parts: what each says, and what it is.
type Line = &'static [(&'static str, Option<Class>)];

const TIME: Option<Class> = Some(Class::Time);
const NUMBER: Option<Class> = Some(Class::Number);
const UNIT: Option<Class> = Some(Class::Unit);
const IP: Option<Class> = Some(Class::Ip);
const QUOTED: Option<Class> = Some(Class::Quoted);
const METHOD: Option<Class> = Some(Class::Method);
const PATH: Option<Class> = Some(Class::Path);
const KEY: Option<Class> = Some(Class::Key);
const SIGN: Option<Class> = Some(Class::Punctuation);
const INFO: Option<Class> = Some(Class::Level(Level::Info));
const DEBUG: Option<Class> = Some(Class::Level(Level::Debug));
const WARN: Option<Class> = Some(Class::Level(Level::Warn));
const ERROR: Option<Class> = Some(Class::Level(Level::Error));

const APP: &[Line] = &[
    &[
        ("07:25:31.104", TIME),
        (" ", None),
        ("INFO", INFO),
        ("  [http-1] orders.Api - ", None),
        ("GET", METHOD),
        (" ", None),
        ("/api/orders?page=2", PATH),
        (" in ", None),
        ("12", NUMBER),
        ("ms", UNIT),
    ],
    &[
        ("07:25:31.870", TIME),
        (" ", None),
        ("DEBUG", DEBUG),
        (" [http-2] cache - hit ", None),
        ("ttl", KEY),
        ("=", SIGN),
    ],
    &[
        ("07:25:32.006", TIME),
        (" ", None),
        ("WARN", WARN),
        ("  [pool-1] db.Pool - ", None),
        ("18", NUMBER),
        (" of 20 connections in use, and this line is longer than most panes are wide, so it is cut", None),
    ],
    &[
        ("07:25:33.411", TIME),
        (" ", None),
        ("ERROR", ERROR),
        (" [http-7] orders.Api - ", None),
        ("POST", METHOD),
        (" ", None),
        ("/api/orders", PATH),
        (" failed: ", None),
        ("timeout", KEY),
        ("=", SIGN),
        ("5000", NUMBER),
        ("ms", UNIT),
    ],
    &[("    at org.example.db.Pool.take(Pool.java:", None), ("88", NUMBER), (")", None)],
];

const ACCESS: &[Line] = &[
    &[
        ("203.0.113.7", IP),
        (" - - [", None),
        ("21/Nov/2026:07:25:31 +0000", TIME),
        ("] ", None),
        ("\"", QUOTED),
        ("GET", METHOD),
        (" ", QUOTED),
        ("/index.html", PATH),
        (" HTTP/1.1\"", QUOTED),
        (" ", None),
        ("200", Some(Class::Status(2))),
    ],
    &[
        ("198.51.100.4", IP),
        (" - bob [", None),
        ("21/Nov/2026:07:25:32 +0000", TIME),
        ("] ", None),
        ("\"", QUOTED),
        ("POST", METHOD),
        (" ", QUOTED),
        ("/日本語", PATH),
        (" HTTP/1.1\"", QUOTED),
        (" ", None),
        ("503", Some(Class::Status(5))),
    ],
];

const JSON: &[Line] = &[
    &[
        ("{", SIGN),
        ("\"level\"", KEY),
        (":", SIGN),
        ("\"", QUOTED),
        ("info", INFO),
        ("\"", QUOTED),
        ("}", SIGN),
    ],
    &[
        ("{", SIGN),
        ("\"level\"", KEY),
        (":", SIGN),
        ("\"", QUOTED),
        ("error", ERROR),
        ("\"", QUOTED),
        (",", SIGN),
        ("\"msg\"", KEY),
        (":", SIGN),
        ("\"no space left\"", QUOTED),
        ("}", SIGN),
    ],
];

pub fn piece(text: &str, tone: Tone) -> Piece {
    Piece { text: text.to_owned(), tone }
}

/// A line as it is cut to `columns`.
fn line(parts: Line, columns: u16) -> LineRow {
    let (mut text, mut spans, mut tint) = (String::new(), Vec::new(), None);
    for (part, class) in parts {
        let from = text.len();
        text += part;
        spans.extend(class.map(|class| Span { range: from..text.len(), class }));
        if let Some(Class::Level(level)) = class {
            tint = Some(*level).filter(|level| *level >= Level::Warn);
        }
    }
    let (range, pad) = window(&text, 0, usize::from(columns));
    LineRow {
        spans: cut_spans(&spans, &range),
        pad: pad as u16,
        tint,
        more: (false, range.end < text.len()),
        text: text[range].to_owned(),
        ..LineRow::default()
    }
}

fn pane(area: Area, title: Bar, lines: &[Line], focused: bool) -> PaneView {
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
    PaneView { title: Some(title), band: None, focused, body, rows, scrollbar: Some(scrollbar) }
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
                    row.spans.retain(|span| span.range.end <= 24);
                    row.spans.push(Span { range: 29..33, class: Class::Hit });
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
        bare: false,
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
