//! A program over logs in memory: scans are answered at once by counting, unless they are held back.

use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::app::App;
use crate::app::event::{Effect, Event, ScanId, ScanRequest};
use crate::app::key::Key;
use crate::app::screen::{Bar, PaneView, Row, Screen, Size};
use crate::app::source::{Notice, Source, SourceId, State, Status, Watch};
use crate::config::keymap::Keymap;
use crate::config::settings::Settings;
use crate::core::index::{STRIPE, SparseIndex};
use crate::core::pos::Pos;
use crate::core::scan::{Scanner, Select};
use crate::core::store::Store;

/// A log in memory that grows.
#[derive(Default)]
pub struct Log(Mutex<Vec<u8>>);

impl Store for Log {
    fn range(&self) -> Range<Pos> {
        self.0.lock().unwrap().range()
    }
    fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        self.0.lock().unwrap().read_at(pos, buf)
    }
}

struct Running {
    request: ScanRequest,
    scanner: Scanner,
    index: SparseIndex,
}

pub struct Desk {
    pub app: App,
    pub logs: Vec<(Arc<Log>, Status)>,
    /// What the program asked for, scans aside.
    pub effects: Vec<Effect>,
    /// Scans are not answered while this is set.
    pub hold_scans: bool,
    pub size: Size,
    pub now: Instant,
    scans: Vec<Running>,
}

impl Desk {
    pub fn new(width: u16, height: u16) -> Desk {
        Desk::with(Settings::default(), width, height)
    }

    pub fn with(settings: Settings, width: u16, height: u16) -> Desk {
        let app = App::new(settings, Keymap::shipped().unwrap()).unwrap();
        let size = Size { width, height };
        let now = Instant::now();
        let mut desk = Desk {
            app,
            logs: Vec::new(),
            effects: Vec::new(),
            hold_scans: false,
            size,
            now,
            scans: Vec::new(),
        };
        desk.send(Event::Resize(size));
        desk
    }

    /// One log of `lines` numbered lines, followed in a terminal of this size.
    pub fn numbered(lines: usize, width: u16, height: u16) -> Desk {
        let mut desk = Desk::new(width, height);
        desk.open("/var/log/app.log", &numbered(1..=lines));
        desk
    }

    pub fn open(&mut self, name: &str, text: &str) -> SourceId {
        let id = SourceId(self.logs.len() as u32);
        let log = Arc::new(Log(Mutex::new(text.as_bytes().to_vec())));
        let status = Status {
            state: State::Live,
            end: log.range().end,
            grew: None,
            watch: Watch::Events,
            notices: Arc::new([]),
            facts: Vec::new(),
            remote: None,
        };
        self.logs.push((log.clone(), status.clone()));
        self.send(Event::Opened(Source { id, name: name.into(), store: log, status }));
        id
    }

    pub fn append(&mut self, log: usize, text: &str) {
        let (store, status) = &mut self.logs[log];
        store.0.lock().unwrap().extend_from_slice(text.as_bytes());
        status.end = store.range().end;
        status.grew = Some(self.now);
        self.tell(log);
        self.answer();
    }

    pub fn change(&mut self, log: usize, change: impl FnOnce(&mut Status)) {
        change(&mut self.logs[log].1);
        self.tell(log);
    }

    pub fn notice(&mut self, log: usize, notice: Notice) {
        self.change(log, |status| {
            status.notices = status.notices.iter().cloned().chain([notice]).collect();
        });
    }

    fn tell(&mut self, log: usize) {
        let status = self.logs[log].1.clone();
        self.send(Event::Source(SourceId(log as u32), status));
    }

    pub fn send(&mut self, event: Event) {
        for effect in self.app.on(self.now, event) {
            match effect {
                Effect::Scan(request) => self.begin(request),
                Effect::StopScan(id) => self.scans.retain(|scan| scan.request.id != id),
                effect => self.effects.push(effect),
            }
        }
        if !self.hold_scans && self.scans.iter().any(|scan| !scan.index.complete()) {
            self.answer();
        }
    }

    fn begin(&mut self, request: ScanRequest) {
        let (log, status) = &self.logs[request.source.0 as usize];
        let from = if request.history { log.range().start } else { status.end };
        let index = SparseIndex::unknown(from..status.end);
        let scanner = Scanner::new(&request.select);
        self.scans.push(Running { request, scanner, index });
    }

    /// Answers all scans that have come further with everything there is.
    pub fn answer(&mut self) {
        self.hold_scans = false;
        let mut answers = Vec::new();
        for scan in &mut self.scans {
            let (log, status) = &self.logs[scan.request.source.0 as usize];
            let known = |index: &SparseIndex| (index.covered(), index.total(), index.complete());
            let before = known(&scan.index);
            if !scan.index.complete() {
                let covered = scan.index.covered();
                for number in covered.start.0 / STRIPE..covered.end.0.div_ceil(STRIPE) {
                    let stripe =
                        scan.scanner.stripe(log, number, covered.clone(), &|| false).unwrap().unwrap();
                    scan.index.set(number, stripe);
                }
            }
            let (starts, end) = scan.scanner.appended(log, scan.index.covered().end..status.end).unwrap();
            scan.index.append(&starts, end);
            if known(&scan.index) != before {
                answers.push((scan.request.id, scan.index.clone()));
            }
        }
        for (id, index) in answers {
            self.send(Event::Scanned(id, index));
        }
    }

    /// The numbers of the scans that run, and whether each counts kept lines.
    pub fn running(&self) -> Vec<(ScanId, bool)> {
        let kept = |scan: &Running| matches!(scan.request.select, Select::Kept(_));
        self.scans.iter().map(|scan| (scan.request.id, kept(scan))).collect()
    }

    /// Presses keys: characters, or names in angle brackets (`<Esc>`, `<Ctrl-W>`, `<lt>`).
    pub fn keys(&mut self, keys: &str) -> &mut Desk {
        let mut rest = keys;
        while let Some(c) = rest.chars().next() {
            let key = match rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
                Some((name, after)) => {
                    rest = after;
                    if name == "lt" { Key::from('<') } else { Key::named(name).unwrap() }
                }
                None => {
                    rest = &rest[c.len_utf8()..];
                    Key::from(c)
                }
            };
            self.send(Event::Key(key));
        }
        self
    }

    pub fn pass(&mut self, time: Duration) {
        self.now += time;
        self.send(Event::Tick);
    }

    pub fn screen(&mut self) -> Screen {
        self.app.screen(self.now, self.size)
    }

    /// The texts of the rows of the focused pane.
    pub fn lines(&mut self) -> Vec<String> {
        let screen = self.screen();
        let pane = screen.panes.iter().find(|pane| pane.focused).unwrap();
        pane.rows.iter().map(row_text).collect()
    }

    /// First and last row of the focused pane.
    pub fn ends(&mut self) -> (String, String) {
        let lines = self.lines();
        (lines.first().cloned().unwrap_or_default(), lines.last().cloned().unwrap_or_default())
    }

    pub fn title(&mut self) -> String {
        let screen = self.screen();
        let pane = screen.panes.into_iter().find(|pane| pane.focused).unwrap();
        bar_text(pane.title.as_ref().unwrap())
    }

    /// The last row, with the rows above it that a long message takes.
    pub fn bottom(&mut self) -> String {
        let screen = self.screen();
        let last = screen.bottom.as_ref().map_or(0, |bar| bar.area.y);
        let rows = screen.popups.iter().rev();
        let above = rows.filter(|popup| popup.area.height == 1 && popup.area.y < last);
        let mut rows: Vec<String> = above.map(|popup| popup.rows[0][0].text.clone()).collect();
        rows.extend(screen.bottom.as_ref().map(bar_text));
        rows.join(" ")
    }

    /// The rows of the top popup.
    pub fn popup(&mut self) -> Vec<String> {
        let screen = self.screen();
        let rows = screen.popups.last().map(|popup| popup.rows.clone()).unwrap_or_default();
        rows.iter().map(|row| row.iter().map(|piece| piece.text.as_str()).collect()).collect()
    }

    pub fn pane(&mut self) -> PaneView {
        self.screen().panes.into_iter().find(|pane| pane.focused).unwrap()
    }
}

pub fn numbered(lines: std::ops::RangeInclusive<usize>) -> String {
    lines.map(|n| format!("line {n}\n")).collect()
}

pub fn row_text(row: &Row) -> String {
    match row {
        Row::Line(line) => format!("{}{}", line.gutter, line.text),
        Row::Rule(text, _) => format!("── {text}"),
        Row::Note(text, _) => format!("({text})"),
    }
}

pub fn bar_text(bar: &Bar) -> String {
    let text = |pieces: &[crate::app::screen::Piece]| -> String {
        pieces.iter().map(|piece| piece.text.as_str()).collect()
    };
    let (left, right) = (text(&bar.left), text(&bar.right));
    if right.is_empty() { left } else { format!("{left} | {right}") }
}
