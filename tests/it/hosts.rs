//! Pictures of what is told of hosts and what they ask, at the sizes people use.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tailpane::app::App;
use tailpane::app::event::Event;
use tailpane::app::key::Key;
use tailpane::app::link::{HostStatus, LinkState};
use tailpane::app::question::{Ask, Question, QuestionId};
use tailpane::app::screen::Size;
use tailpane::app::source::{Exact, Notice, NoticeKind, Remote, Source, SourceId, State, Status, Watch};
use tailpane::config::keymap::Keymap;
use tailpane::config::settings::Settings;
use tailpane::core::pos::Pos;
use tailpane::core::store::Store;
use tailpane::ui::render;
use tailpane::ui::theme::Theme;

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (20, 5)];

const ART: &str = "\
+--[ED25519 256]--+
|    .o+          |
|     +.o .       |
|    . = +        |
|     o * . .     |
|    . B S o      |
|     o X = .     |
|      * @ o      |
|     o B.B.E     |
|      ++**B.     |
+----[SHA256]-----+";

struct Desk {
    app: App,
    size: Size,
    now: Instant,
    status: Vec<Status>,
}

impl Desk {
    /// A log on each of so many hosts.
    fn new((width, height): (u16, u16), hosts: usize) -> Desk {
        let app = App::new(Settings::default(), Keymap::shipped().unwrap()).unwrap();
        let size = Size { width, height };
        let mut desk = Desk { app, size, now: Instant::now(), status: Vec::new() };
        desk.send(Event::Resize(size));
        for n in 1..=hosts {
            let text: String = (1..=60)
                .map(|line| format!("14:02:{:02} INFO request {line} took {} ms\n", line % 60, line * 7 % 90))
                .collect();
            let store: Arc<dyn Store> = Arc::new(text.into_bytes());
            let host = HostStatus {
                name: format!("web{n}").into(),
                state: LinkState::Up,
                latency: Some(Duration::from_micros(12_340)),
                bytes: 4_300_000,
                reconnects: 3,
                facts: vec![
                    ("login", "publickey, /home/ada/.ssh/id_ed25519".into()),
                    ("host key", "ED25519 SHA256:uNiVztksCsDhcc0u9e8BrrLFyVFoJnu4XjWBpEHOpJQ".into()),
                    ("key exchange", "mlkem768x25519-sha256".into()),
                    ("cipher", "chacha20-poly1305@openssh.com".into()),
                ],
                caveats: Vec::new(),
            };
            let status = Status {
                state: State::Live,
                end: store.range().end,
                grew: Some(desk.now),
                watch: Watch::Pushed,
                notices: [].into(),
                file: None,
                facts: Vec::new(),
                remote: Some(Remote {
                    host: host.into(),
                    behind: None,
                    exact: true,
                    zone: None,
                    fetching: None,
                }),
            };
            desk.status.push(status.clone());
            let id = SourceId(n as u32 - 1);
            let name = format!("web{n}:/var/log/app.log");
            desk.send(Event::Opened(Source { id, name, exact: Exact::Shown, store, status }));
        }
        desk
    }

    fn send(&mut self, event: Event) {
        self.app.on(self.now, event);
    }

    fn link(&mut self, host: usize, state: LinkState) {
        let status = &mut self.status[host];
        let remote = status.remote.as_mut().unwrap();
        Arc::make_mut(&mut remote.host).state = state;
        let status = status.clone();
        self.send(Event::Source(SourceId(host as u32), status));
    }

    fn ask(&mut self, ask: Ask) {
        self.send(Event::Asked(Question { id: QuestionId(1), host: "ada@web1".into(), ask }));
        self.now += Duration::from_secs(2);
    }

    /// The screen as text.
    fn picture(&mut self) -> String {
        let screen = self.app.screen(self.now, self.size);
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.size.width, self.size.height));
        render(&screen, &Theme::default(), &mut buffer);
        let rows = buffer.content.chunks(usize::from(self.size.width));
        let text = rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>());
        text.map(|row| row.trim_end().to_owned() + "\n").collect()
    }
}

/// The same at every size, one below the other.
fn pictures(mut make: impl FnMut(&mut Desk), hosts: usize) -> String {
    SIZES
        .map(|size| {
            let mut desk = Desk::new(size, hosts);
            make(&mut desk);
            format!("{} × {}\n{}", size.0, size.1, desk.picture())
        })
        .join("\n")
}

#[test]
fn a_password() {
    let all = pictures(
        |desk| {
            let note = "that was not right, try again".into();
            desk.ask(Ask::Text { prompt: "password".into(), note, echo: false });
            for c in "secret".chars() {
                desk.send(Event::Key(Key::from(c)));
            }
        },
        1,
    );
    insta::assert_snapshot!(all);
}

fn host_key() -> Ask {
    Ask::HostKey {
        kind: "ED25519".into(),
        fingerprint: "SHA256:uNiVztksCsDhcc0u9e8BrrLFyVFoJnu4XjWBpEHOpJQ".into(),
        art: ART.lines().map(str::to_owned).collect(),
        file: Some("/home/ada/.ssh/known_hosts".into()),
    }
}

#[test]
fn a_host_key() {
    insta::assert_snapshot!(pictures(|desk| desk.ask(host_key()), 1));
    let mut desk = Desk::new((80, 12), 1);
    desk.ask(host_key());
    insta::assert_snapshot!("a_host_key_without_room_for_its_picture", desk.picture());
}

#[test]
fn a_lost_link() {
    let all = pictures(
        |desk| {
            let notice = |line: u64, kind, text: &str| Notice { pos: Pos(line), kind, text: text.into() };
            let end = desk.status[0].end;
            let line = |n: u64| end.0 - n * (end.0 / 60) / 2;
            desk.status[0].notices = [
                notice(line(8), NoticeKind::Lost, "link lost 14:03:07"),
                notice(line(8), NoticeKind::Back, "back after 3 m 12 s, 4.1 kB filled"),
                notice(end.0, NoticeKind::Lost, "link lost 14:09:40"),
            ]
            .into();
            let retry = Some(desk.now + Duration::from_secs(8));
            desk.link(0, LinkState::Lost { why: "no answer for 15 s".into(), since: desk.now, retry });
        },
        1,
    );
    insta::assert_snapshot!(all);
}

#[test]
fn the_source_and_its_host() {
    let all = pictures(|desk| desk.send(Event::Key(Key::named("Tab").unwrap())), 1);
    insta::assert_snapshot!(all);
}

#[test]
fn hosts_that_are_not_connected() {
    let all = pictures(
        |desk| {
            for host in 0..12 {
                let why = "the key of this host has changed: it was refused".to_owned();
                desk.link(host, LinkState::Refused(why));
            }
        },
        50,
    );
    insta::assert_snapshot!(all);
}
