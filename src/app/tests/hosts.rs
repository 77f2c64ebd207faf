use std::time::{Duration, Instant};

use super::harness::{Desk, bar_text, numbered};
use crate::app::event::{Effect, Event};
use crate::app::link::LinkState;
use crate::app::screen::{Row, Tone};
use crate::app::source::{Notice, NoticeKind, SourceId, State};

fn lost(since: Instant, retry: Option<Instant>) -> LinkState {
    LinkState::Lost { why: "no answer for 15 s".into(), since, retry }
}

fn refused() -> LinkState {
    LinkState::Refused("the host's key has changed; see line 7 of known_hosts".into())
}

/// A log of `web1` in a pane.
fn far(width: u16, height: u16) -> Desk {
    let mut desk = Desk::new(width, height);
    desk.open_far("web1:/var/log/app.log", &numbered(1..=100), 0);
    desk
}

/// As many hosts with a log each.
fn many(hosts: usize, width: u16, height: u16) -> Desk {
    let mut desk = Desk::new(width, height);
    for n in 1..=hosts {
        desk.open_far(&format!("web{n}:/var/log/app.log"), "a line\n", 0);
    }
    desk
}

#[test]
fn a_quiet_log_says_that_its_link_answers() {
    let mut desk = far(100, 12);
    assert_eq!(desk.title(), "app.log quiet, link ok");
    desk.append(0, "x\n");
    assert_eq!(desk.title(), "app.log live");
    desk.pass(Duration::from_secs(15 * 60));
    assert_eq!(desk.title(), "app.log quiet 15m, link ok");
    desk.host(0, |host| host.latency = None);
    assert_eq!(desk.title(), "app.log quiet 15m", "only an answer makes it ok");
}

#[test]
fn a_lost_link_never_looks_like_a_quiet_log() {
    let mut desk = far(100, 12);
    let now = desk.now;
    desk.link(0, LinkState::Connecting("connecting"));
    assert_eq!(desk.title(), "app.log connecting");
    desk.link(0, lost(now, Some(now + Duration::from_secs(8))));
    assert_eq!(desk.title(), "app.log lost, retry in 8s");
    assert_eq!(desk.ends().1, "line 100", "what is on the screen stays there");
    desk.pass(Duration::from_secs(3));
    assert_eq!(desk.title(), "app.log lost, retry in 5s");
    desk.link(0, lost(now, None));
    assert_eq!(desk.title(), "app.log lost, retrying");
    desk.link(0, refused());
    assert!(
        desk.title().starts_with("app.log not connected: the host's key has changed"),
        "{}",
        desk.title()
    );
    desk.link(0, LinkState::Up);
    desk.change(0, |status| status.state = State::Failed("permission denied".into()));
    assert_eq!(desk.title(), "app.log failed: permission denied");
}

#[test]
fn a_host_that_was_never_connected_is_not_lost() {
    let mut desk = Desk::new(100, 12);
    desk.open_far("dead:/var/log/app.log", "", 0);
    let why = "dead refused the connection at 127.0.0.1:1: no SSH server listens there".to_owned();
    let retry = Some(desk.now + Duration::from_secs(8));
    desk.link(0, LinkState::Failed { why: why.clone(), retry });
    assert_eq!(desk.title(), "app.log not connected, retry in 8s");
    assert_eq!(desk.lines(), [format!("(not connected: {why})")]);
    desk.pass(Duration::from_secs(3));
    assert_eq!(desk.title(), "app.log not connected, retry in 5s");
    desk.link(0, LinkState::Failed { why, retry: None });
    assert_eq!(desk.title(), "app.log not connected, retrying");
    desk.link(0, refused());
    let said = desk.lines().concat();
    assert!(said.contains("R tries again"), "{said}");
    let mut tile = far(20, 5);
    tile.link(0, LinkState::Failed { why: "nobody answers".into(), retry });
    assert_eq!(tile.title(), "…p.log not connected");
    tile.link(0, LinkState::Up);
    tile.change(0, |status| status.remote.as_mut().unwrap().behind = Some(Duration::from_millis(72_240)));
    assert_eq!(tile.title(), "…log behind 1 m 12 s");
}

#[test]
fn the_files_of_a_folder_take_its_place() {
    let mut desk = many(2, 100, 30);
    desk.keys("<Ctrl-W>j");
    let focused = desk.app.desk.focused();
    desk.send(Event::Superseded(SourceId(0)));
    assert_eq!(desk.screen().panes.len(), 1);
    assert_eq!(desk.app.desk.focused(), focused);
    assert!(matches!(desk.effects[..], [Effect::Close(SourceId(0))]));
}

#[test]
fn a_narrow_title_keeps_the_word_that_matters() {
    let mut desk = far(20, 5);
    let now = desk.now;
    desk.link(0, lost(now, Some(now + Duration::from_secs(8))));
    assert_eq!(desk.title(), "app.log lost");
    desk.link(0, refused());
    assert_eq!(desk.title(), "…p.log not connected");
    desk.link(0, LinkState::Up);
    assert_eq!(desk.title(), "app.log quiet");
}

#[test]
fn however_many_links_are_lost_the_clock_wakes_once_a_second_at_most() {
    let mut desk = many(12, 200, 50);
    let start = desk.now;
    for n in 0..12 {
        let retry = start + Duration::from_millis(40_000 + 1_137 * n as u64);
        desk.link(n, lost(start, Some(retry)));
    }
    let mut wakes = 0;
    while let Some(wake) = desk.app.wake_at(desk.now).filter(|wake| *wake < start + Duration::from_secs(30)) {
        let wait = wake - desk.now;
        desk.pass(wait);
        wakes += 1;
    }
    assert!((4..=30).contains(&wakes), "{wakes}");
    let mut desk = far(100, 12);
    desk.link(0, refused());
    assert_eq!(desk.app.wake_at(desk.now), None, "what does not change by itself wakes nobody");
}

#[test]
fn what_else_there_is_to_know_stands_in_the_title() {
    let mut desk = far(120, 12);
    desk.change(0, |status| {
        let remote = status.remote.as_mut().unwrap();
        remote.behind = Some(Duration::from_millis(3_240));
        remote.fetching = Some((1_200, 10_000));
        remote.exact = false;
    });
    desk.host(0, |host| host.caveats = vec!["host key not checked (StrictHostKeyChecking no)".into()]);
    let said = "app.log behind 3.2 s fetching 12 % no exact resume host key not checked";
    assert_eq!(desk.title(), said);
}

#[test]
fn rules_tell_of_a_link_that_was_lost_and_came_back() {
    let mut desk = far(60, 12);
    let pos = desk.logs[0].1.end;
    for (kind, text) in [
        (NoticeKind::Lost, "link lost 14:03:07"),
        (NoticeKind::Back, "back after 3 m 12 s, 4.1 kB filled"),
        (NoticeKind::Gap, "1.2 kB are lost"),
    ] {
        desk.notice(0, Notice { pos, kind, text: text.into() });
    }
    desk.append(0, "line 101\n");
    let rules: Vec<(String, Tone)> = desk
        .pane()
        .rows
        .into_iter()
        .filter_map(|row| match row {
            Row::Rule(text, tone) => Some((text, tone)),
            _ => None,
        })
        .collect();
    assert_eq!(rules.len(), 3);
    assert_eq!(rules.iter().map(|rule| rule.1).collect::<Vec<_>>(), [Tone::Note, Tone::Good, Tone::Bad]);
}

#[test]
fn the_page_behind_tab_tells_of_the_host() {
    let mut desk = far(80, 40);
    desk.host(0, |host| host.caveats = vec!["host key not checked (StrictHostKeyChecking no)".into()]);
    desk.keys("<Tab>");
    let rows = desk.popup().join("\n");
    for said in [
        "web1",
        "12.0 ms",
        "4.3 MB",
        "reconnects",
        "publickey",
        "chacha20",
        "not checked (Strict",
        "exact byte",
    ] {
        assert!(rows.contains(said), "{said}: {rows}");
    }
    desk.keys("R");
    assert!(matches!(desk.effects[..], [Effect::Reconnect(SourceId(0))]));
    desk.keys("<Tab>=");
    assert!(desk.popup().join("\n").contains("publickey"), "= tells the same");
}

#[test]
fn reconnecting() {
    let mut desk = far(80, 24);
    desk.keys("R");
    assert!(matches!(desk.effects[..], [Effect::Reconnect(SourceId(0))]));
    assert!(desk.bottom().contains("connecting to web1"), "{}", desk.bottom());
    let mut desk = Desk::numbered(3, 80, 24);
    desk.keys("R");
    assert!(desk.effects.is_empty());
    let mut desk = many(3, 80, 24);
    desk.link(1, refused());
    desk.link(2, refused());
    desk.keys(":reconnect all<Enter>");
    assert!(matches!(desk.effects[..], [Effect::Reconnect(SourceId(1)), Effect::Reconnect(SourceId(2))]));
}

#[test]
fn fifty_hosts_that_fail_are_one_line() {
    let mut desk = many(50, 120, 40);
    assert!(!desk.bottom().contains("hosts"));
    let now = desk.now;
    for n in 0..50 {
        desk.link(n, if n % 2 == 0 { refused() } else { lost(now, None) });
    }
    let line = desk.bottom();
    assert!(line.starts_with("50 of 50 hosts not connected: web1 (refused), web2 (lost), "), "{line}");
    assert!(line.ends_with(", …; = shows why") && line.chars().count() <= 120, "{line}");
    assert!(desk.screen().popups.is_empty());
    desk.keys("<Tab>G");
    let rows = desk.popup().join("\n");
    assert!(rows.matches("has changed").count() + rows.matches("no answer").count() >= 10, "{rows}");
    desk.keys("q");
    for n in 0..50 {
        desk.link(n, LinkState::Up);
    }
    assert!(!desk.bottom().contains("hosts"), "{}", desk.bottom());
}

#[test]
fn one_link_is_told_by_its_title_while_that_is_seen() {
    let mut desk = many(2, 120, 40);
    desk.link(1, refused());
    assert!(!desk.bottom().contains("hosts"), "{}", desk.bottom());
    desk.keys("<Ctrl-W>z");
    assert!(desk.bottom().contains("1 of 2 hosts not connected: web2 (refused)"), "{}", desk.bottom());
}

#[test]
fn in_a_tile_the_line_gives_way_to_the_log() {
    let mut desk = many(50, 20, 5);
    for n in 0..12 {
        desk.link(n, refused());
    }
    assert_eq!(desk.bottom(), "12/50 hosts down");
    desk.keys("j");
    assert_eq!(desk.bottom(), "");
    desk.link(12, refused());
    assert_eq!(desk.bottom(), "13/50 hosts down", "news come back");
}

#[test]
fn sources_that_appear_later_take_no_focus() {
    let mut desk = many(3, 80, 24);
    desk.keys("<Ctrl-W>l<Ctrl-W>z");
    let focused = |desk: &mut Desk| {
        let screen = desk.screen();
        bar_text(screen.panes.iter().find(|pane| pane.focused).unwrap().title.as_ref().unwrap())
    };
    let before = focused(&mut desk);
    for n in 4..=20 {
        desk.open_far(&format!("web{n}:/var/log/app.log"), "", 0);
    }
    assert_eq!(focused(&mut desk).split(' ').next(), before.split(' ').next());
    desk.keys("<Ctrl-W>z");
    assert!(desk.screen().panes.len() >= 3, "the others went on tabs of their own or found room");
    assert!(desk.screen().tabs.is_some());
}
