use std::time::Duration;

use super::harness::{Desk, bar_text, numbered};
use crate::app::screen::Size;
use crate::app::source::{State, Watch};
use crate::config::settings::{Chrome, Settings};

#[test]
fn names_are_the_shortest_that_differ() {
    let mut desk = Desk::new(100, 40);
    desk.open("/srv/one/app.log", "");
    desk.open("/srv/two/app.log", "");
    desk.open("/srv/two/db.log", "");
    let titles: Vec<String> =
        desk.screen().panes.iter().map(|pane| bar_text(pane.title.as_ref().unwrap())).collect();
    let names: Vec<&str> = titles.iter().map(|title| title.split(' ').next().unwrap()).collect();
    assert_eq!(names, ["one/app.log", "two/app.log", "db.log"]);
}

#[test]
fn a_hostile_name_is_made_visible() {
    let mut desk = Desk::new(60, 12);
    desk.open("a\x1b]0;b\x07\u{202e}c", "");
    assert!(desk.title().chars().all(|c| !c.is_control() && c != '\u{202e}'), "{:?}", desk.title());
}

#[test]
fn liveness_and_age() {
    let mut desk = Desk::numbered(3, 60, 12);
    assert_eq!(desk.title(), "app.log quiet");
    desk.append(0, "x\n");
    assert_eq!(desk.title(), "app.log live");
    let mut said = Vec::new();
    for _ in 0..6 {
        let wake = desk.app.wake_at(desk.now).unwrap();
        let wait = wake - desk.now;
        desk.pass(wait);
        said.push(desk.title());
    }
    let ages = ["5s", "10s", "30s", "1m", "2m", "3m"].map(|age| format!("app.log quiet {age}"));
    assert_eq!(said, ages);
}

#[test]
fn an_idle_program_sleeps() {
    let mut desk = Desk::numbered(3, 60, 12);
    assert_eq!(desk.app.wake_at(desk.now), None);
    desk.append(0, "x\n");
    let (start, mut wakes) = (desk.now, 0);
    while desk.now - start < Duration::from_secs(60) {
        let wake = desk.app.wake_at(desk.now).unwrap();
        let wait = wake - desk.now;
        desk.pass(wait);
        wakes += 1;
    }
    assert!(wakes <= 5, "{wakes} wake-ups in a minute");
}

#[test]
fn lines_a_second_and_then_silence() {
    let mut desk = Desk::numbered(3, 60, 12);
    for _ in 0..30 {
        desk.append(0, &"x\n".repeat(10));
        desk.now += Duration::from_millis(50);
    }
    assert!(desk.title().contains("/s"), "{}", desk.title());
    desk.pass(Duration::from_millis(1100));
    desk.pass(Duration::from_millis(1100));
    assert!(!desk.title().contains("/s"), "{}", desk.title());
}

#[test]
fn states_in_words() {
    let mut desk = Desk::new(60, 12);
    desk.open("/var/log/app.log", "");
    assert_eq!(desk.lines(), ["(no lines yet)"]);
    desk.change(0, |status| status.state = State::Waiting("no such file".into()));
    assert_eq!(desk.title(), "app.log waiting: no such file");
    assert_eq!(desk.lines(), ["(no such file)"]);
    desk.change(0, |status| status.state = State::Failed("permission denied; tried again".into()));
    assert!(desk.title().contains("failed: permission denied"), "{}", desk.title());
    desk.change(0, |status| {
        status.state = State::Live;
        status.watch = Watch::Polling("no events on this file system".into());
    });
    assert!(desk.title().contains("polling"), "{}", desk.title());
    desk.keys("=");
    assert!(desk.popup().iter().any(|row| row.contains("polling: no events")), "{:?}", desk.popup());
    desk.change(0, |status| status.state = State::Ended("its writer closed it".into()));
    assert_eq!(desk.title(), "app.log ended: its writer closed it");
    assert!(!desk.popup().iter().any(|row| row.contains("watched by")), "{:?}", desk.popup());
}

#[test]
fn a_long_reason_gives_way_to_the_name() {
    let mut desk = Desk::new(30, 6);
    desk.open("/var/log/app.log", "");
    desk.change(0, |status| status.state = State::Waiting("not there; it is shown when it comes".into()));
    assert_eq!(desk.title(), "app.log waiting");
}

#[test]
fn a_source_that_fails_with_lines_on_the_screen_says_so_below_them() {
    let mut desk = Desk::numbered(3, 60, 12);
    desk.change(0, |status| status.state = State::Waiting("it was removed".into()));
    assert_eq!(desk.lines(), ["line 1", "line 2", "line 3", "(it was removed)"]);
}

#[test]
fn at_twenty_columns_the_name_and_the_state_stay() {
    let mut desk = Desk::new(20, 5);
    desk.open("/var/log/a-rather-long-name.log", &numbered(1..=50));
    desk.keys("&line<Enter>k");
    desk.append(0, "line x\nline y\n");
    let title = desk.title();
    assert!(title.starts_with("…") && title.contains("me.log [+2] live"), "{title}");
}

#[test]
fn chrome_and_hints() {
    let mut desk = Desk::numbered(100, 60, 12);
    assert!(desk.bottom().contains("/ search"), "{}", desk.bottom());
    assert!(desk.pane().scrollbar.is_some());
    desk.keys(":hints<Enter>");
    assert_eq!(desk.bottom(), "");
    assert_eq!(desk.lines().len(), 11);
    desk.keys(":chrome none<Enter>");
    assert_eq!(desk.lines().len(), 12);
    assert!(desk.pane().title.is_none() && desk.pane().scrollbar.is_none());
    desk.keys(":chrome min<Enter>");
    assert!(desk.pane().title.is_some() && desk.pane().scrollbar.is_none());
    let mut bare = Desk::with(Settings { chrome: Chrome::Min, ..Settings::default() }, 60, 12);
    bare.open("a", "x\n");
    assert_eq!(bare.bottom(), "");
}

#[test]
fn a_narrow_title_never_runs_over() {
    let mut desk = Desk::numbered(100, 60, 12);
    desk.keys("&line<Enter>!x<Enter>5k");
    for width in 0..60 {
        desk.size = Size { width, height: 6 };
        let title = desk.pane().title.unwrap();
        let right: usize = title.right.iter().map(|piece| piece.text.len()).sum();
        assert!(right <= usize::from(width));
    }
}

#[test]
fn at_twenty_columns_an_age_gives_way_to_the_name() {
    let mut desk = Desk::new(20, 5);
    desk.open("/srv/web1/access.log", "x\n");
    desk.append(0, "y\n");
    desk.pass(Duration::from_secs(61));
    assert_eq!(desk.title(), "access.log quiet 1m");
    desk.keys("k");
    assert_eq!(desk.title(), "access.log quiet 1m", "all is in sight, so it follows");
    desk.append(0, &numbered(1..=9));
    desk.pass(Duration::from_secs(61));
    desk.screen();
    desk.keys("k");
    assert_eq!(desk.title(), "…ss.log paused quiet");
    desk.open("/srv/web2/access.log", "x\n");
    desk.keys("G");
    assert_eq!(desk.title(), "web1/…cess.log quiet");
}

#[test]
fn nothing_unseen_is_no_number() {
    let mut desk = Desk::numbered(100, 60, 12);
    desk.keys("5k");
    assert!(desk.title().starts_with("app.log paused quiet"), "{}", desk.title());
    desk.append(0, "new\n");
    assert!(desk.title().starts_with("app.log paused [+1] live"), "{}", desk.title());
    desk.keys("GP");
    assert!(desk.title().starts_with("app.log frozen live"), "{}", desk.title());
    desk.append(0, "new\n");
    assert!(desk.title().starts_with("app.log frozen [+1] live"), "{}", desk.title());
}

#[test]
fn panes_out_of_sight_are_counted() {
    let mut desk = Desk::new(100, 40);
    for name in ["a", "b", "c"] {
        desk.open(name, "x\n");
    }
    desk.keys("<Ctrl-W>w<Ctrl-W>z");
    assert_eq!(desk.title(), "b quiet | zoomed, 2 of 3");
    desk.keys("<Ctrl-W>z");
    assert_eq!(desk.title(), "b quiet");
    desk.keys(":layout rows<Enter><Ctrl-W>+");
    desk.size = Size { width: 20, height: 5 };
    assert_eq!(desk.title(), "b quiet | 2 of 3");
}

#[test]
fn a_sentence_is_readable_in_a_tile() {
    let mut desk = Desk::new(20, 5);
    desk.open("/var/log/app.log", "");
    desk.change(0, |status| status.state = State::Waiting("not there; it is shown when it comes".into()));
    assert_eq!(desk.title(), "app.log waiting");
    assert_eq!(desk.lines(), ["(not there; it is)", "(shown when it)", "(comes)"]);
    desk.keys(":wrapp<Enter>");
    assert_eq!(desk.popup(), ["there is no command"]);
    assert_eq!(desk.bottom(), "there is no command wrapp; did you mean wrap?");
}
