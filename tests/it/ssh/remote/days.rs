//! Names with a date in them: one source that goes on to the next file, whatever becomes of the link. Here the date is
//! the second.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Zoned};
use tailpane::app::source::{NoticeKind, Source, SourceId, State};
use tailpane::config::hosts::FollowMode;
use tailpane::core::pos::Pos;
use tailpane::core::template::{Known, Template};
use tailpane::source::Keep;
use tailpane::source::ssh::config::Transport;
use tailpane::source::ssh::reading::{Begin, Reading};

use super::history::read;
use super::{DEADLINE, Drained1, Rig, follow, remote};
use crate::follow::lines;

/// A log by the second, and what it is called now.
fn by_second(rig: &Rig) -> Template {
    let known = Known { variables: &Default::default(), environment: &|_| None };
    let name = rig.path("app-${date:%H%M%S}.log");
    Template::parse(name.to_str().unwrap(), &known).unwrap()
}

fn now() -> String {
    Zoned::now().strftime("app-%H%M%S.log").to_string()
}

/// What it was called so many seconds ago.
fn ago(seconds: i64) -> String {
    (Zoned::now() - SignedDuration::from_secs(seconds)).strftime("app-%H%M%S.log").to_string()
}

fn open(rig: &Rig, begin: Begin) -> Source {
    let target = remote("web1", &rig.path("x")).target;
    let reading = Reading { begin, ..Reading::default() };
    rig.follower.open_remote_dated(SourceId(1), &target, &by_second(rig), reading)
}

fn drain(rig: &Rig) -> Drained1 {
    open(rig, Begin::Start);
    let drain = rig.follower.drain(SourceId(1), Pos(0)).unwrap();
    Drained1 { id: 1, drain, bytes: Vec::new(), notices: Vec::new() }
}

impl Rig {
    fn name(&self) -> String {
        self.follower.name(SourceId(1)).unwrap().0
    }
}

/// Writes for some seconds, a file each and a little longer; the link is cut in the midst of it. All of it comes once.
fn follows_all(rig: &Rig) {
    let mut log = drain(rig);
    rig.wait_for_state(1, "waiting", |state| matches!(state, State::Waiting(_)));
    let (mut written, mut last) = (Vec::new(), String::new());
    let begun = Instant::now();
    let mut cut = false;
    while begun.elapsed() < Duration::from_secs(8) {
        let file = now();
        if file != last && !last.is_empty() {
            written.push(format!("late for {last} {}", written.len()));
            rig.append(&last, format!("{}\n", written[written.len() - 1]));
        }
        written.push(format!("{} in {file}", written.len()));
        rig.append(&file, format!("{}\n", written[written.len() - 1]));
        last = file;
        let down = (3..6).contains(&begun.elapsed().as_secs());
        if down != cut {
            rig.proxy.refuse(down);
            if down {
                rig.proxy.cut_now();
            }
            cut = down;
        }
        std::thread::sleep(Duration::from_millis(130));
        log.take();
    }
    written.sort();
    let until = Instant::now() + DEADLINE;
    loop {
        log.take();
        let text = String::from_utf8_lossy(&log.bytes).into_owned();
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        if lines == written {
            break;
        }
        let missing: Vec<&String> = written.iter().filter(|line| !lines.contains(&line.as_str())).collect();
        let fine = lines.len() < written.len() && Instant::now() < until;
        assert!(fine, "missing: {missing:?}\n{text}\n{:?}", log.notices);
        rig.pause();
    }
    assert_eq!(log.count(NoticeKind::Gap), 0, "{:?}", log.notices);
    let rules: Vec<&str> = log.notices.iter().map(|notice| notice.text.as_str()).collect();
    assert!(rules.iter().any(|rule| *rule == format!("the next file: {last}")), "{rules:?}");
    assert!(rig.name().ends_with(&last), "{} is not {last}", rig.name());
}

#[test]
fn nothing_is_lost_when_the_date_turns_and_the_link_is_cut() {
    follows_all(&Rig::new(Keep::Unread));
}

#[test]
fn nor_over_the_system_s_ssh() {
    follows_all(&Rig::with(Keep::Unread, |_| {}, |config| config.transport = Transport::OpenSsh));
}

#[test]
fn a_link_that_was_down_for_several_turns_goes_through_each_file_in_its_order() {
    let rig = Rig::new(Keep::Unread);
    let mut log = drain(&rig);
    let opened = rig.name();
    let old = opened.rsplit('/').next().unwrap();
    rig.append(old, lines(0, 100));
    log.expect(&rig, lines(0, 100));
    rig.proxy.refuse(true);
    rig.proxy.cut_now();
    rig.append(old, lines(100, 200));
    let turn = Instant::now();
    while turn.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(Duration::from_millis(50));
    }
    rig.append(&ago(3), lines(200, 300));
    rig.append(&ago(1), lines(300, 400));
    rig.proxy.refuse(false);
    log.expect(&rig, lines(0, 400));
    assert_eq!(log.count(NoticeKind::Rotated), 2, "{:?}", log.notices);
    assert_eq!(log.count(NoticeKind::Gap), 0, "{:?}", log.notices);
}

#[test]
fn what_scrolls_back_is_fetched_under_the_name_it_had() {
    let rig = Rig::new(Keep::Generations);
    // Of some seconds, whichever it is opened in.
    let text = lines(0, 100_000);
    let seconds = |from: i64, to: i64| (from..to).map(|second| ago(-second));
    seconds(0, 5).for_each(|name| rig.append(&name, &text));
    let source = open(&rig, Begin::About(500));
    let status = rig.wait_for(1, "two files", |status| {
        let turned = status.notices.iter().any(|notice| notice.kind == NoticeKind::Rotated);
        turned && status.end.0 >= 2 * text.len() as u64
    });
    let first = status.notices.iter().find(|notice| notice.kind == NoticeKind::Rotated).unwrap();
    assert_eq!(first.pos.0, text.len() as u64, "{:?}", status.notices);
    assert_eq!(read(&rig, &source, 0, 1000), text.as_bytes()[..1000]);
}

#[test]
fn where_plain_tail_is_used_the_next_file_is_gone_on_to_as_well() {
    let rig = Rig::with(Keep::Unread, |_| {}, follow(FollowMode::Tail));
    let mut log = drain(&rig);
    rig.append(rig.name().rsplit('/').next().unwrap(), "of the first\n");
    log.expect(&rig, "of the first\n");
    rig.append(&ago(-1), "of the second\n");
    log.expect(&rig, "of the first\nof the second\n");
    assert!(log.notices.iter().any(|notice| notice.text.starts_with("the next file: ")), "{:?}", log.notices);
}
