//! Whatever is typed, whatever is in the log, however small the screen: nothing panics, and everything
//! lies where there is room for it.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::harness::Desk;
use crate::app::event::Event;
use crate::app::key::{Code, Key, Mouse, MouseAction};
use crate::app::link::LinkState;
use crate::app::question::{Ask, Question, QuestionId};
use crate::app::screen::{Area, Row, Screen, Size};
use crate::app::source::{Notice, NoticeKind};
use crate::core::pos::Pos;
use crate::core::text;

#[derive(Clone, Debug)]
enum Act {
    Keys(String),
    Key(Key),
    Append(String),
    Notice,
    Mouse(MouseAction, u16, u16),
    Size(u16, u16),
    Hold,
    Answer,
    Fetch,
    Forget(u64),
    Asked(bool),
    Unasked,
    Link(u8),
    Pass,
}

fn act() -> impl Strategy<Value = Act> {
    let keys = prop::sample::select(vec![
        "j",
        "k",
        "5k",
        "d",
        "u",
        "f",
        "b",
        "g",
        "G",
        "50%",
        "3G",
        "h",
        "l",
        "L",
        "H",
        "0",
        "$",
        "F",
        "P",
        "/a<Enter>",
        "/x",
        "?b<Enter>",
        "n",
        "N",
        "*",
        "e",
        "W",
        ">",
        "<lt>",
        ":filter level>=info line | a=1<Enter>",
        "&a<Enter>",
        "!b<Enter>",
        "+c<Enter>",
        "&(<Enter><Esc>",
        "U",
        "C",
        "<Tab>",
        "R",
        "]",
        "[",
        "ma",
        "'a",
        "''",
        "<Ctrl-W>s",
        "<Ctrl-W>v",
        "<Ctrl-W>q",
        "<Ctrl-W>z",
        "<Ctrl-W>x",
        "<Ctrl-W>+",
        "<Ctrl-W><Space>",
        "<Ctrl-W>j",
        "<Ctrl-W>l",
        "<Ctrl-W>",
        "gt",
        "-S",
        "J",
        "i",
        ":hide a time<Enter>",
        ":hide <Tab><Tab><Enter>",
        ":show all<Enter>",
        ":zone utc<Enter>",
        ":zone <Tab>",
        "#",
        "v",
        "y",
        "V5k",
        "D",
        "s",
        "=",
        ":",
        "<F1>",
        "<Esc>",
        "q",
        ":chrome none<Enter>",
        ":chrome full<Enter>",
        ":layout main<Enter>",
        "<Enter>",
        "e",
        "T",
        ":merge all<Enter>",
        "S",
        "t10:00<Enter>",
        "t-1d<Enter>",
    ]);
    let key = (any::<char>(), any::<bool>(), any::<bool>()).prop_map(|(c, ctrl, alt)| Key {
        code: Code::Char(c),
        ctrl,
        alt,
        shift: false,
    });
    let mouse = prop::sample::select(vec![
        MouseAction::Press,
        MouseAction::Drag,
        MouseAction::Release,
        MouseAction::WheelUp,
        MouseAction::WheelDown,
    ]);
    prop_oneof![
        12 => keys.prop_map(|keys| Act::Keys(keys.to_owned())),
        1 => key.prop_map(Act::Key),
        3 => text_of_a_log().prop_map(Act::Append),
        1 => Just(Act::Notice),
        1 => (mouse, coordinate(90), coordinate(30)).prop_map(|(action, x, y)| Act::Mouse(action, x, y)),
        2 => (0u16..90, 0u16..30).prop_map(|(width, height)| Act::Size(width, height)),
        1 => Just(Act::Hold),
        1 => Just(Act::Answer),
        2 => Just(Act::Fetch),
        1 => (0u64..3000).prop_map(Act::Forget),
        1 => any::<bool>().prop_map(Act::Asked),
        1 => Just(Act::Unasked),
        1 => (0u8..4).prop_map(Act::Link),
        1 => Just(Act::Pass),
    ]
}

/// Where the mouse is said to be: on the screen, near it, or wherever a terminal's mistake puts it.
fn coordinate(upto: u16) -> impl Strategy<Value = u16> {
    prop_oneof![9 => 0..upto, 1 => Just(u16::MAX)]
}

fn text_of_a_log() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[abc]{0,60}\n",
        2 => Just("\n".to_owned()),
        1 => (0..60u8).prop_map(|second| format!("2026-01-02T10:00:{second:02}Z up\n")),
        1 => Just("ERROR 2026-01-02 10:00:00 日本語 café\u{301}\t\x1b[31mred\x1b[0m\n".to_owned()),
        1 => any::<String>(),
        2 => ("[a-c]{0,3}", any::<String>(), 0..60u8).prop_map(|(key, text, second)| format!(
            "{{\"time\":\"2026-01-02T10:00:{second:02}Z\",\"{key}\":{{\"b\":[1,{text:?}]}},\"msg\":\"a\\nb\"}}\n"
        )),
        1 => "[a]{200}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn question(text: bool) -> Question {
    let ask = match text {
        true => {
            Ask::Text { prompt: "password\n\x1b日本語".into(), note: "wrong ".repeat(50), echo: false }
        }
        false => Ask::HostKey {
            kind: "RSA".into(),
            fingerprint: "SHA256:".to_owned() + &"x".repeat(43),
            art: vec!["+---+".into(); 11],
            file: Some("~/.ssh/known_hosts".into()),
        },
    };
    Question { id: QuestionId(1), host: "ada@web1".into(), ask }
}

fn link(state: u8, now: Instant) -> LinkState {
    match state {
        0 => LinkState::Up,
        1 => LinkState::Connecting("connecting"),
        2 => LinkState::Lost { why: "gone".into(), since: now, retry: Some(now + Duration::from_secs(7)) },
        3 => LinkState::Failed { why: "nobody\x1b".into(), retry: Some(now + Duration::from_secs(9)) },
        _ => LinkState::Refused("a wrong key\x1b".into()),
    }
}

fn inside(area: &Area, size: Size) -> bool {
    u32::from(area.x) + u32::from(area.width) <= u32::from(size.width)
        && u32::from(area.y) + u32::from(area.height) <= u32::from(size.height)
}

fn check(screen: &Screen) -> Result<(), TestCaseError> {
    let size = screen.size;
    for pane in &screen.panes {
        prop_assert!(inside(&pane.body, size), "{:?} in {size:?}", pane.body);
        prop_assert!(pane.rows.len() <= usize::from(pane.body.height));
        let room = usize::from(pane.body.width) - usize::from(pane.scrollbar.is_some());
        for row in &pane.rows {
            let Row::Line(line) = row else { continue };
            prop_assert!(line.text.chars().all(|c| !c.is_control()), "{:?}", line.text);
            let source = line.source.as_ref().map_or(0, |(name, _)| text::width(name));
            let gutter = source + text::width(&line.gutter);
            let width = gutter + usize::from(line.pad) + text::width(&line.text);
            // Wrapped to a single column, a wide character stands alone and is cut when drawn.
            let cut = room == 1 && text::cells(&line.text).count() == 1;
            prop_assert!(width <= room || cut, "{width} columns in {room}: {line:?}");
            prop_assert!(line.spans.iter().all(|span| line.text.get(span.range.clone()).is_some()));
        }
        if let Some(bar) = &pane.scrollbar {
            let mut rows = bar.ticks.iter().chain(&bar.marks).chain([&bar.thumb.0]);
            prop_assert!(rows.all(|row| *row < pane.body.height));
            prop_assert!(bar.thumb.0 + bar.thumb.1 <= pane.body.height);
        }
        if let Some(title) = &pane.title {
            prop_assert!(inside(&title.area, size));
        }
    }
    for popup in &screen.popups {
        prop_assert!(inside(&popup.area, size), "{:?} in {size:?}", popup.area);
        prop_assert!(popup.rows.len() <= usize::from(popup.area.height));
    }
    for bar in screen.tabs.iter().chain(&screen.bottom) {
        prop_assert!(inside(&bar.area, size), "{:?} in {size:?}", bar.area);
    }
    if let Some((x, y)) = screen.cursor {
        prop_assert!(x < size.width && y < size.height, "the cursor at {x}, {y} in {size:?}");
    }
    Ok(())
}

#[test]
fn wide_characters_wrapped_to_a_single_column_are_rows_of_their_own() {
    let mut desk = Desk::new(1, 15);
    desk.open("/logs/0.log", "a日語\n");
    desk.open("/logs/1.log", "");
    desk.keys("-S");
    let screen = desk.screen();
    check(&screen).unwrap();
    let text = |row: &Row| if let Row::Line(line) = row { line.text.clone() } else { String::new() };
    let rows: Vec<String> = screen.panes.iter().flat_map(|pane| pane.rows.iter().map(text)).collect();
    assert_eq!(rows, ["a", "日", "語"]);
}

#[test]
fn whatever_is_typed_in_needs_no_room() {
    // What is opened, and what is typed into it.
    let ways = [
        "<Ctrl-P>",
        "<Ctrl-P>log w",
        "a",
        "alog",
        ":",
        ":layout ",
        "/",
        "g/",
        "&",
        "+",
        "t",
        ":save /x",
        "s",
    ];
    for (keys, (width, height)) in ways.iter().flat_map(|keys| {
        let sizes = (0..4).flat_map(|width| (0..4).map(move |height| (width, height)));
        sizes.chain([(20, 0), (0, 20), (20, 5)]).map(move |size| (keys, size))
    }) {
        for panes in 0..2 {
            let mut desk = Desk::new(width, height);
            (0..panes).for_each(|n| _ = desk.open(&format!("/logs/{n}.log"), "one\ntwo\n"));
            desk.keys(keys);
            check(&desk.screen()).unwrap_or_else(|why| panic!("{keys} in {width}×{height}: {why}"));
            // The screen may lose its room while the box is open, and a host may ask.
            desk.size = Size { width: height, height: width };
            check(&desk.screen()).unwrap_or_else(|why| panic!("{keys} in {height}×{width}: {why}"));
            for text in [true, false] {
                desk.send(Event::Asked(question(text)));
                check(&desk.screen()).unwrap_or_else(|why| panic!("asked in {height}×{width}: {why}"));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_everything_fits(
        texts in prop::collection::vec(text_of_a_log(), 0..4),
        (width, height) in (0u16..90, 0u16..30),
        acts in prop::collection::vec(act(), 0..40),
    ) {
        let mut desk = Desk::new(width, height);
        for (n, text) in texts.iter().enumerate() {
            match n % 2 {
                0 => desk.open(&format!("/logs/{n}.log"), text),
                _ => desk.open_far(&format!("web{n}:/logs/{n}.log"), text, text.len() as u64 / 2),
            };
        }
        check(&desk.screen())?;
        for act in acts {
            let log = desk.logs.len().checked_sub(1);
            match act {
                Act::Keys(keys) => {
                    desk.keys(&keys);
                }
                Act::Key(key) => desk.send(Event::Key(key)),
                Act::Append(text) => log.into_iter().for_each(|log| desk.append(log, &text)),
                Act::Notice => {
                    if let Some(log) = log {
                        let pos: Pos = desk.logs[log].1.end;
                        desk.notice(log, Notice { pos, kind: NoticeKind::Gap, text: "a gap".into() });
                    }
                }
                Act::Mouse(action, x, y) => desk.send(Event::Mouse(Mouse { action, x, y })),
                Act::Size(width, height) => desk.size = Size { width, height },
                Act::Hold => desk.hold_scans = true,
                Act::Answer => desk.answer(),
                Act::Fetch => {
                    if let Some(log) = log {
                        desk.fetch(log);
                    }
                }
                Act::Forget(pos) if log == Some(1) => desk.logs[1].0.drop_before(pos),
                Act::Forget(_) => {}
                Act::Asked(text) => desk.send(Event::Asked(question(text))),
                Act::Unasked => desk.send(Event::Unasked(QuestionId(1))),
                Act::Link(state) if log >= Some(1) => desk.link(1, link(state, desk.now)),
                Act::Link(_) => {}
                Act::Pass => desk.pass(Duration::from_secs(2)),
            }
            check(&desk.screen())?;
        }
    }
}
