//! Makes the picture in `README.md` out of the program's own cells: the demo's logs at a fixed time, looked
//! at with a filter and a search.
//!
//! `cargo run --example picture > docs/tailpane.svg`

use std::sync::Arc;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tailpane::app::App;
use tailpane::app::event::{Effect, Event, ScanRequest};
use tailpane::app::key::Key;
use tailpane::app::screen::Size;
use tailpane::app::source::{Source, SourceId, State, Status, Watch};
use tailpane::config::keymap::Keymap;
use tailpane::config::settings::Settings;
use tailpane::config::themes::Looks;
use tailpane::core::index::SparseIndex;
use tailpane::core::pos::Pos;
use tailpane::core::scan::Scanner;
use tailpane::core::store::Store;
use tailpane::runtime::demo::backlog;
use tailpane::runtime::demo::voice::{Random, VOICES};
use tailpane::ui::theme::{Depth, Glyphs, Theme};
use tailpane::ui::{render, svg::svg};

/// Columns and rows of the picture.
const SIZE: Size = Size { width: 150, height: 40 };
/// What is typed before the picture is taken.
const KEYS: &[&str] = &["\x17j", "&slow|fail\r", "\x17k\x17l", "/timeout|failed\r"];

fn main() -> anyhow::Result<()> {
    let mut app = App::new(Settings::default(), Keymap::shipped()?).map_err(anyhow::Error::msg)?;
    let now = Instant::now();
    let mut stores = Vec::new();
    let mut effects = app.on(now, Event::Resize(SIZE));
    for (number, voice) in (0..).zip(VOICES) {
        let at = "2026-03-14T09:26:53Z".parse()?;
        let text = backlog(voice, &mut Random::new(u64::from(number) + 3), at, 400);
        let store: Arc<dyn Store> = Arc::new(text.into_bytes());
        stores.push(Arc::clone(&store));
        let status = Status {
            state: State::Live,
            end: store.range().end,
            grew: Some(now - Duration::from_millis(400)),
            watch: Watch::Events,
            notices: [].into(),
            facts: Vec::new(),
            remote: None,
        };
        let source = Source { id: SourceId(number), name: voice.file.to_string(), store, status };
        effects.extend(app.on(now, Event::Opened(source)));
    }
    perform(&mut app, now, &stores, effects)?;
    for key in KEYS.iter().flat_map(|keys| keys.chars()) {
        let effects = app.on(now, Event::Key(named(key)));
        perform(&mut app, now, &stores, effects)?;
        // A search begins where the eye is, which is known once a screen was drawn.
        app.screen(now, SIZE);
    }
    let screen = app.screen(now, SIZE);
    let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.width, SIZE.height));
    render(&screen, &Theme::new(Depth::True, Glyphs::Unicode, &Looks::default()), &mut buffer);
    println!("{}", svg(&buffer));
    Ok(())
}

fn named(c: char) -> Key {
    match c {
        '\r' => Key::from(tailpane::app::key::Code::Enter),
        '\x01'..='\x1a' => Key::ctrl(char::from(b'a' + c as u8 - 1)),
        c => Key::from(c),
    }
}

/// Does at once what workers do in the background.
fn perform(
    app: &mut App,
    now: Instant,
    stores: &[Arc<dyn Store>],
    effects: Vec<Effect>,
) -> anyhow::Result<()> {
    for effect in effects {
        if let Effect::Scan(ScanRequest { id, source, select, history, .. }) = effect {
            let store = &stores[source.0 as usize];
            let all = store.range();
            let mut index = SparseIndex::unknown(all.end..all.end);
            if history {
                index = SparseIndex::unknown(Pos(0)..Pos(0));
                let appended = Scanner::new(&select).appended(store, all)?;
                index.append(&appended.starts, appended.counted);
                index.append(&appended.open, appended.read);
            }
            let more = app.on(now, Event::Scanned(id, index));
            perform(app, now, stores, more)?;
        }
    }
    Ok(())
}
