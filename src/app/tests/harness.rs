//! A program over logs in memory: scans are answered at once by counting, unless they are held back.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::App;
use crate::app::command;
use crate::app::configure::Configured;
use crate::app::event::{Effect, Event, ScanId, ScanRequest};
use crate::app::key::Key;
use crate::app::link::{HostStatus, LinkState};
use crate::app::screen::{Bar, PaneView, Row, Screen, Size};
use crate::app::source::{Exact, Lies, Notice, Remote, Source, SourceId, State, Status, Watch};
use crate::config::keymap::{File, Keymap, layered};
use crate::config::settings::Settings;
use crate::core::count::{Counts, Fresh};
use crate::core::index::STRIPE;
use crate::core::scan::{Scanner, Select};
use crate::core::sparse::Sparse;
use crate::core::store::Store;
use crate::core::text::printable;

struct Running {
    request: ScanRequest,
    scanner: Scanner,
    index: Counts,
    /// What was told last.
    told: Counts,
    /// Nothing more of what was there is counted.
    rests: bool,
}

pub struct Desk {
    pub app: App,
    pub logs: Vec<(Arc<Sparse>, Status)>,
    /// What the program asked for, scans aside.
    pub effects: Vec<Effect>,
    /// The looks into folders, files and configs it asked for.
    pub looking: Vec<Effect>,
    /// Scans are not answered while this is set.
    pub hold_scans: bool,
    /// It is not known yet how long a log is that is opened.
    pub opening: bool,
    /// In which file the log lies that is opened.
    pub file: Option<Lies>,
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
            looking: Vec::new(),
            hold_scans: false,
            opening: false,
            file: None,
            size,
            now,
            scans: Vec::new(),
        };
        desk.send(Event::Wall("2026-11-21T14:05:30+01:00[Europe/Berlin]".parse().unwrap()));
        desk.send(Event::Resize(size));
        desk
    }

    /// The config says this now.
    pub fn configure(&mut self, config: &str) {
        let keymap = Keymap::shipped().unwrap();
        self.send(Event::Configured(Box::new(Configured { settings: settings(config), keymap })));
    }

    /// A keymap of the user's own says this.
    pub fn bind(&mut self, text: &str) {
        let file = File { place: "keymap.toml".into(), text: text.into() };
        let keymap = layered("less", &[file], &command::judge).unwrap();
        self.send(Event::Configured(Box::new(Configured { settings: settings(""), keymap })));
    }

    /// One log of `lines` numbered lines, followed in a terminal of this size.
    pub fn numbered(lines: usize, width: u16, height: u16) -> Desk {
        let mut desk = Desk::new(width, height);
        desk.open("/var/log/app.log", &numbered(1..=lines));
        desk
    }

    pub fn open(&mut self, name: &str, text: &str) -> SourceId {
        self.open_log(name.as_bytes(), Sparse::new(text, 0), None)
    }

    /// A log whose name may be no text.
    pub fn open_bytes(&mut self, name: &[u8], text: &str) -> SourceId {
        self.open_log(name, Sparse::new(text, 0), None)
    }

    /// A log of a host, of which only the bytes from `held` on are there.
    pub fn open_far(&mut self, name: &str, text: &str, held: u64) -> SourceId {
        let host = name.split_once(':').unwrap().0;
        self.open_log(name.as_bytes(), Sparse::new(text, held), Some(remote(host)))
    }

    fn open_log(&mut self, name: &[u8], log: Sparse, remote: Option<Remote>) -> SourceId {
        let id = SourceId(self.logs.len() as u32);
        let log = Arc::new(log);
        let status = Status {
            state: if self.opening { State::Opening } else { State::Live },
            end: log.range().end,
            grew: None,
            watch: Watch::Events,
            notices: Arc::new([]),
            file: self.file,
            facts: Vec::new(),
            remote,
        };
        self.logs.push((log.clone(), status.clone()));
        let (exact, name) = (Exact::of(name), printable(&String::from_utf8_lossy(name)));
        self.send(Event::Opened(Source { id, name, exact, store: log, status }));
        id
    }

    pub fn append(&mut self, log: usize, text: &str) {
        let (store, status) = &mut self.logs[log];
        store.append(text.as_bytes());
        status.end = store.range().end;
        status.grew = Some(self.now);
        self.tell(log);
        self.answer();
    }

    pub fn change(&mut self, log: usize, change: impl FnOnce(&mut Status)) {
        change(&mut self.logs[log].1);
        self.tell(log);
    }

    /// The link to a log's host is another one now.
    pub fn link(&mut self, log: usize, state: LinkState) {
        self.host(log, |host| host.state = state);
    }

    pub fn host(&mut self, log: usize, change: impl FnOnce(&mut HostStatus)) {
        self.change(log, |status| change(Arc::make_mut(&mut status.remote.as_mut().unwrap().host)));
    }

    /// What was asked for of a log comes; whether there was anything.
    pub fn fetch(&mut self, log: usize) -> bool {
        let came = self.logs[log].0.fetch();
        self.tell(log);
        if !self.hold_scans {
            self.answer();
        }
        came
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
        let mut made = Vec::new();
        for effect in self.app.on(self.now, event) {
            match effect {
                Effect::Chart(request) => made.push(request.made()),
                Effect::Scan(request) => self.begin(request),
                Effect::Rest(id) => {
                    let scans = self.scans.iter_mut().filter(|scan| scan.request.id == id);
                    scans.for_each(|scan| scan.rests = true);
                }
                Effect::LookBack(id) => {
                    let scans = self.scans.iter_mut().filter(|scan| scan.request.id == id);
                    scans.for_each(|scan| scan.rests = false);
                }
                Effect::StopScan(id) => self.scans.retain(|scan| scan.request.id != id),
                look @ (Effect::List(..)
                | Effect::Peek(..)
                | Effect::Hosts
                | Effect::Workspaces
                | Effect::Recent) => self.looking.push(look),
                effect => self.effects.push(effect),
            }
        }
        made.into_iter().for_each(|made| self.send(made));
        if !self.hold_scans && self.scans.iter().any(|scan| !scan.index.index().complete() && !scan.rests) {
            self.answer();
        }
    }

    fn begin(&mut self, request: ScanRequest) {
        let (log, status) = &self.logs[request.source.0 as usize];
        let levels = matches!(request.select, Select::Levels(_));
        let from = match (request.history, levels) {
            (true, _) => log.range().start,
            (_, true) => log.held(status.end.back(1)).start.min(status.end),
            (false, false) => status.end,
        };
        let scanner = Scanner::new(&request.select);
        let end = scanner.begin(&**log, status.end).unwrap_or(status.end).max(from);
        let index = request.select.unknown(from..end);
        let rests = levels && !request.history;
        self.scans.push(Running { request, scanner, told: index.clone(), index, rests });
    }

    /// Answers all scans that have come further with everything there is.
    pub fn answer(&mut self) {
        self.hold_scans = false;
        let mut answers = Vec::new();
        for scan in &mut self.scans {
            let (log, status) = &self.logs[scan.request.source.0 as usize];
            let known = |index: &Counts| (index.covered(), index.index().total(), index.index().complete());
            if !scan.index.index().complete() && !scan.rests {
                let covered = scan.index.covered();
                for number in covered.start.0 / STRIPE..covered.end.0.div_ceil(STRIPE) {
                    // What has to be fetched is counted when it came.
                    match scan.scanner.part(log, number, covered.clone(), &|| false) {
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                        stripe => scan.index.set(number, stripe.unwrap().unwrap()),
                    }
                }
            }
            let mut open = (Vec::new(), scan.index.covered().end);
            match scan.scanner.fresh(log, scan.index.covered().end..status.end) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                fresh => {
                    let fresh = fresh.unwrap();
                    scan.index.append(&fresh);
                    if let Fresh::Lines(appended) = fresh {
                        open = (appended.open, appended.read);
                    }
                }
            }
            let index = scan.index.with_open(&open.0, open.1);
            if known(&index) != known(&scan.told) {
                scan.told = index.clone();
                answers.push((scan.request.id, index));
            }
        }
        for (id, index) in answers {
            self.send(match index {
                Counts::Lines(index) => Event::Scanned(id, index),
                Counts::Levels(index) => Event::Levelled(id, index),
            });
        }
    }

    /// The numbers of the scans that run for a pane, and whether each counts kept lines.
    pub fn running(&self) -> Vec<(ScanId, bool)> {
        let kept = |scan: &Running| matches!(scan.request.select, Select::Kept(_));
        let scans = self.scans.iter().filter(|scan| !matches!(scan.request.select, Select::Levels(_)));
        scans
            .filter(|scan| scan.request.history || !kept(scan))
            .map(|scan| (scan.request.id, kept(scan)))
            .collect()
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

    /// The screen when all that is due because of it has been done.
    pub fn screen(&mut self) -> Screen {
        for _ in 0..3 {
            self.app.screen(self.now, self.size);
            if self.app.wake_at(self.now).is_some_and(|wake| wake <= self.now) {
                self.send(Event::Tick);
            }
        }
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

/// The settings of a config.
pub fn settings(config: &str) -> Settings {
    let tree = crate::config::toml::parse(config, "config.toml", 0).unwrap();
    crate::config::read(&tree, &|_| None, &Arc::default()).unwrap().settings
}

/// A link that stands.
pub fn remote(host: &str) -> Remote {
    let host = HostStatus {
        name: host.into(),
        state: LinkState::Up,
        latency: Some(Duration::from_millis(12)),
        bytes: 4_300_000,
        reconnects: 0,
        facts: vec![("login", "publickey".into()), ("cipher", "chacha20-poly1305@openssh.com".into())],
        caveats: Vec::new(),
    };
    Remote { host: Arc::new(host), behind: None, exact: true, zone: None, fetching: None }
}

pub fn numbered(lines: std::ops::RangeInclusive<usize>) -> String {
    lines.map(|n| format!("line {n}\n")).collect()
}

pub fn row_text(row: &Row) -> String {
    match row {
        Row::Line(line) => {
            let source = line.source.as_ref().map_or("", |(name, _)| name);
            format!("{source}{}{}", line.gutter, line.text)
        }
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
