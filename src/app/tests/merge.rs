//! Panes as one stream in the order of time, and back.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::harness::{Desk, bar_text, remote};
use crate::app::event::Effect;
use crate::app::link::LinkState;
use crate::app::source::{Notice, NoticeKind, State};
use crate::core::pos::Pos;

/// A line of a log, so many seconds after noon.
fn line(second: usize, text: &str) -> String {
    format!("2026-11-21T12:{:02}:{:02}Z {text}\n", second / 60, second % 60)
}

fn lines(seconds: impl IntoIterator<Item = usize>, text: &str) -> String {
    seconds.into_iter().map(|second| line(second, &format!("{text} {second}"))).collect()
}

/// A log of even seconds, one of odd ones, in a terminal of this size.
fn two(width: u16, height: u16, upto: usize) -> Desk {
    let mut desk = Desk::new(width, height);
    desk.open("/var/log/api.log", &lines((0..upto).step_by(2), "api"));
    desk.open("/var/log/web.log", &lines((1..upto).step_by(2), "web"));
    desk
}

/// What the lines in sight say, without their times.
fn said(desk: &mut Desk) -> Vec<String> {
    let text = |row: String| row.split_once("Z ").map_or(row.clone(), |(_, text)| text.to_owned());
    desk.lines().into_iter().map(text).collect()
}

fn panes(desk: &mut Desk) -> usize {
    desk.screen().panes.len()
}

#[test]
fn the_panes_of_a_tab_become_one_stream_and_panes_again() {
    let mut desk = two(100, 24, 40);
    assert_eq!(panes(&mut desk), 2);
    desk.keys("T");
    assert_eq!(panes(&mut desk), 1);
    let rows = desk.lines();
    assert!(rows.last().unwrap().starts_with("web 2026-11-21T12:00:39Z web 39"), "{rows:?}");
    assert!(rows[rows.len() - 2].starts_with("api 2026-11-21T12:00:38Z api 38"), "{rows:?}");
    assert!(desk.title().starts_with("2 logs by time quiet"), "{}", desk.title());
    desk.keys("T");
    assert_eq!(panes(&mut desk), 2);
    assert!(desk.title().starts_with("api.log"));
}

#[test]
fn a_stream_goes_on_growing_and_a_late_line_sorts_in() {
    let mut desk = two(100, 12, 40);
    desk.keys("T");
    desk.append(0, &line(42, "api 42"));
    desk.append(1, &line(41, "late 41"));
    let rows = said(&mut desk);
    assert_eq!(rows[rows.len() - 3..], ["web 39", "late 41", "api 42"]);
}

#[test]
fn what_is_looked_at_stays_when_lines_sort_in_above_and_below() {
    let mut desk = two(100, 12, 100);
    desk.keys("Tkkk");
    let before = said(&mut desk);
    // Of the log whose lines all stand above: it was late.
    desk.append(1, &line(99, "web 99 again"));
    desk.append(0, &line(30, "an api line that is far too late"));
    assert_eq!(said(&mut desk), before);
    assert!(desk.title().contains("paused [+2]"), "{}", desk.title());
    desk.keys("G");
    assert!(said(&mut desk).contains(&"web 99 again".to_owned()));
}

#[test]
fn scrolling_back_and_forth_shows_every_line_once() {
    let mut desk = two(60, 8, 60);
    desk.keys("Tg");
    let rows = said(&mut desk);
    let (first, page) = (rows[0].clone(), rows.len());
    assert_eq!(first, "api 0");
    let mut seen = rows;
    for _ in 0..60 {
        desk.keys("j");
        seen.push(said(&mut desk).last().unwrap().clone());
    }
    seen.truncate(60);
    let all: Vec<String> =
        (0..60).map(|n| format!("{} {n}", if n % 2 == 0 { "api" } else { "web" })).collect();
    assert_eq!(seen, all);
    desk.keys("G");
    for n in (0..60 - page).rev() {
        desk.keys("k");
        assert_eq!(said(&mut desk)[0], all[n]);
    }
}

#[test]
fn panes_come_back_at_the_instant_that_was_looked_at() {
    let mut desk = two(100, 24, 100);
    desk.keys("T/api 40<Enter>");
    assert!(said(&mut desk).contains(&"api 40".to_owned()));
    desk.keys("<Esc>T");
    let screen = desk.screen();
    let first = |n: usize| super::harness::row_text(&screen.panes[n].rows[0]);
    assert!(first(0).contains("api 40") && first(1).contains("web 41"), "{} | {}", first(0), first(1));
    // And the stream begins where the focused pane looks.
    desk.keys("T");
    assert_eq!(said(&mut desk)[..2], ["api 40", "web 41"]);
}

#[test]
fn a_filter_on_the_stream_does_not_move_the_instant_of_the_panes() {
    let mut desk = two(100, 24, 200);
    desk.keys("T&web|api 198<Enter>g20j");
    let numbers = |desk: &mut Desk| -> Vec<usize> {
        let screen = desk.screen();
        let first = |pane: &crate::app::screen::PaneView| super::harness::row_text(&pane.rows[0]);
        let number = |row: String| row.rsplit(' ').next().unwrap().parse().unwrap();
        screen.panes.iter().map(|pane| number(first(pane))).collect()
    };
    assert_eq!(said(&mut desk)[0], "web 41");
    desk.keys("T");
    assert_eq!(numbers(&mut desk), [42, 41]);
}

#[test]
fn what_was_put_on_a_stream_is_there_again_and_marks_go_along() {
    let mut desk = two(100, 24, 200);
    desk.keys("gmb");
    desk.keys("T&5<Enter>/web 15<Enter><Esc>gma");
    assert_eq!(said(&mut desk)[0], "web 5");
    let (title, rows) = (desk.title(), said(&mut desk));
    let current = |desk: &mut Desk| {
        let (id, place) = desk.app.current_line().unwrap();
        (desk.app.desk.panes[&id].strand.source, place.pos)
    };
    desk.keys("T");
    // The pane of the log whose line was looked at has the focus.
    let line_5 = Pos(lines([1, 3], "web").len() as u64);
    desk.keys("G'a");
    assert_eq!(current(&mut desk), (crate::app::source::SourceId(1), line_5));
    desk.keys("T'ag");
    assert!(desk.title().contains("&5") && title.contains("&5"), "{} | {title}", desk.title());
    assert_eq!(said(&mut desk), rows);
    desk.keys("n");
    assert!(!desk.bottom().contains("no search"), "{}", desk.bottom());
    // The mark of a pane is one of the stream: its line is not kept, the next one is shown.
    desk.keys("G'b");
    assert!(!desk.bottom().contains("no mark"), "{}", desk.bottom());
    assert_eq!(said(&mut desk)[0], "web 5");
}

#[test]
fn filter_search_marks_and_copy_work_as_in_a_pane() {
    let mut desk = two(100, 12, 100);
    desk.keys("T&5<Enter>");
    let rows = said(&mut desk);
    assert_eq!(rows[rows.len() - 6..], ["api 58", "web 59", "web 65", "web 75", "web 85", "web 95"]);
    desk.keys("/web<Enter>");
    assert!(desk.bottom().contains("of 14 hits"), "{}", desk.bottom());
    desk.keys("<Esc>g");
    assert_eq!(said(&mut desk)[0], "web 5");
    desk.keys("jjmaG'a");
    let marked = desk.pane().rows.into_iter().filter_map(|row| match row {
        crate::app::screen::Row::Line(line) if line.gutter.starts_with('a') => Some(line.text),
        _ => None,
    });
    assert!(marked.collect::<String>().ends_with("web 25"));
    desk.keys("'avjjy");
    let copied = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    let copied = copied.unwrap();
    let texts: Vec<&str> = copied.lines().map(|line| line.split_once("Z ").unwrap().1).collect();
    assert_eq!(texts, ["web 25", "web 35", "web 45"]);
    // A filter that is taken back shows what was hidden where it belongs.
    desk.keys("C");
    let rows = said(&mut desk);
    let numbers: Vec<usize> = rows.iter().map(|row| row[4..].parse().unwrap()).collect();
    assert!(numbers.is_sorted() && numbers.windows(2).all(|two| two[1] == two[0] + 1), "{rows:?}");
    desk.keys("T");
    assert!(!desk.title().contains('&'), "the panes have filters of their own: {}", desk.title());
}

#[test]
fn errors_are_found_in_all_logs_in_the_order_of_time() {
    let mut desk = Desk::new(100, 12);
    let text = |own: usize, name: &str| -> String {
        let level = |n: usize| if n % 40 == own { "ERROR" } else { "INFO" };
        (own..200).step_by(2).map(|n| line(n, &format!("{} {name} {n}", level(n)))).collect()
    };
    desk.open("/var/log/api.log", &text(0, "api"));
    desk.open("/var/log/web.log", &text(1, "web"));
    desk.keys("Tge");
    let mut found = Vec::new();
    for _ in 0..6 {
        let current = desk.pane().rows.into_iter().find_map(|row| match row {
            crate::app::screen::Row::Line(line) if line.current => Some(line.text),
            _ => None,
        });
        found.push(current.unwrap().split_once("ERROR ").unwrap().1.to_owned());
        desk.keys("e");
    }
    assert_eq!(found, ["api 0", "web 1", "api 40", "web 41", "api 80", "web 81"]);
    desk.keys("G>>>>");
    assert!(said(&mut desk).iter().all(|row| row.contains("ERROR")), "{:?}", said(&mut desk));
}

#[test]
fn what_happened_to_a_log_is_drawn_at_its_place_with_its_name() {
    let mut desk = two(100, 12, 40);
    desk.keys("T");
    let pos = Pos(lines((0..36).step_by(2), "api").len() as u64);
    desk.notice(0, Notice { pos, kind: NoticeKind::Rotated, text: "rotated".into() });
    let rows = said(&mut desk);
    let at = rows.iter().position(|row| row == "── api: rotated").unwrap();
    assert_eq!((&*rows[at - 1], &*rows[at + 1]), ("web 35", "api 36"));
}

#[test]
fn a_source_that_stops_says_so_in_the_title_of_the_stream() {
    let mut desk = two(100, 12, 6);
    desk.keys("T");
    desk.change(1, |status| status.state = State::Waiting("not there".into()));
    assert!(desk.title().contains("quiet web waiting: not there"), "{}", desk.title());
    assert!(desk.lines().iter().any(|row| row.contains("web: not there")), "{:?}", desk.lines());
}

#[test]
fn a_log_without_times_stands_above_the_others_and_it_is_said() {
    let mut desk = two(100, 12, 10);
    desk.open("/var/log/noise.log", "one\ntwo\n");
    desk.keys("T");
    assert!(desk.bottom().contains("no times in noise.log: above all others"), "{}", desk.bottom());
    desk.keys("g");
    assert_eq!(desk.lines()[..3], ["noise one", "noise two", "api   2026-11-21T12:00:00Z api 0"]);
}

#[test]
fn a_log_whose_times_are_no_moments_stands_above_the_others_too() {
    let mut desk = two(100, 12, 100);
    let line = |minute: usize| format!("9999-12-31 23:{minute:02}:00 INFO nine {minute}\n");
    desk.open("/var/log/y9.log", &(0..60).map(line).collect::<String>());
    desk.keys(":merge all<Enter>");
    assert!(desk.bottom().contains("no times in y9.log: above all others"), "{}", desk.bottom());
    assert!(desk.lines().iter().all(|row| !row.contains("nine")), "{:?}", desk.lines());
    desk.keys("g");
    assert_eq!(desk.ends().0, "y9  9999-12-31 23:00:00 INFO nine 0");
    desk.keys("t12:01<Enter>");
    let rows = desk.lines();
    assert!(rows.iter().all(|row| !row.contains("nine")), "{rows:?}");
}

#[test]
fn some_panes_can_be_chosen_by_name_and_one_alone_is_no_stream() {
    let mut desk = two(100, 24, 10);
    desk.open("/var/log/db.log", &lines([5], "db"));
    desk.keys(":merge api db<Enter>");
    assert!(desk.title().starts_with("2 logs"), "{}", desk.title());
    desk.keys("T:merge nothing<Enter>");
    assert!(desk.bottom().contains("no log that is shown is called nothing"));
    assert_eq!(panes(&mut desk), 3);
    let mut desk = Desk::numbered(5, 80, 12);
    desk.keys("T");
    assert!(desk.bottom().contains("one log only"), "{}", desk.bottom());
}

#[test]
fn all_tabs_can_be_merged_and_come_back() {
    let mut desk = two(40, 12, 10);
    desk.open("/var/log/db.log", &lines([3], "db"));
    let tabs = desk.app.desk.tabs.len();
    assert!(tabs > 1);
    desk.keys(":merge all<Enter>");
    assert!(desk.title().starts_with("3 logs"), "{}", desk.title());
    assert_eq!(desk.app.desk.tabs.len(), 1);
    desk.keys("<Ctrl-W>q");
    assert_eq!(desk.app.desk.tabs.len(), tabs);
}

#[test]
fn a_pane_that_is_opened_meanwhile_stays_when_the_panes_come_back() {
    let mut desk = two(100, 24, 10);
    desk.keys("T");
    desk.open("/var/log/db.log", &lines([3], "db"));
    desk.keys("T");
    let shown: usize = desk.app.desk.tabs.iter().map(|tab| tab.root.panes().len()).sum();
    assert_eq!((shown, desk.app.desk.panes.len()), (3, 3));
}

#[test]
fn names_stay_narrow_in_a_tile() {
    let mut desk = two(20, 5, 10);
    desk.keys(":merge all<Enter>");
    assert_eq!(desk.lines().last().unwrap().chars().take(6).collect::<String>(), "w 2026");
    assert!(desk.title().starts_with("2 logs"), "{}", desk.title());
}

#[test]
fn line_numbers_mean_nothing_in_a_stream() {
    let mut desk = two(100, 12, 10);
    desk.keys("T#");
    assert!(desk.bottom().contains("no line numbers"), "{}", desk.bottom());
    desk.keys("5G");
    assert!(desk.bottom().contains("no line numbers"), "{}", desk.bottom());
    desk.keys("<Ctrl-W>s");
    assert!(desk.bottom().contains("cannot be split"), "{}", desk.bottom());
}

#[test]
fn the_lines_of_other_hosts_come_when_they_were_fetched() {
    let mut desk = Desk::new(100, 12);
    let text = lines((0..400).step_by(2), "far");
    desk.open("/var/log/near.log", &lines((1..400).step_by(2), "near"));
    let held = text.len() as u64 - 2000;
    desk.open_far("web1:/var/log/far.log", &text, held);
    desk.keys("T");
    let rows = said(&mut desk);
    assert_eq!(rows[rows.len() - 2..], ["far 398", "near 399"]);
    for _ in 0..12 {
        desk.keys("b");
    }
    let fetching = desk.lines().iter().any(|row| row.contains("fetching"));
    assert!(fetching, "{:?}", desk.lines());
    for _ in 0..30 {
        desk.fetch(1);
        desk.lines();
    }
    let rows = said(&mut desk);
    let numbers: Vec<usize> = rows.iter().filter_map(|row| row.split_once(' ')?.1.parse().ok()).collect();
    assert!(numbers.len() > 5 && numbers.windows(2).all(|two| two[1] == two[0] + 1), "{rows:?}");
    desk.link(1, LinkState::Lost { why: "gone".into(), retry: None, since: desk.now });
    assert!(desk.title().contains("far lost"), "{}", desk.title());
    let _ = remote("web1");
}

#[test]
fn a_frozen_stream_stands_still() {
    let mut desk = two(100, 12, 40);
    desk.keys("TP");
    let before = desk.lines();
    desk.append(0, &line(50, "api 50"));
    assert_eq!(desk.lines(), before);
    assert!(desk.title().contains("frozen [+1]"), "{}", desk.title());
    desk.keys("P");
    assert_eq!(said(&mut desk).last().unwrap(), "api 50");
}

#[test]
fn a_folder_that_becomes_files_leaves_no_stream_behind() {
    let mut desk = two(100, 12, 10);
    desk.keys("T");
    desk.send(crate::app::event::Event::Superseded(crate::app::source::SourceId(0)));
    assert_eq!(panes(&mut desk), 1);
    assert!(bar_text(desk.pane().title.as_ref().unwrap()).starts_with("web.log"));
}

/// Pages through a stream from one end to the other: every row that came into sight.
fn paged(desk: &mut Desk, keys: &str) -> BTreeSet<String> {
    let mut seen: BTreeSet<String> = desk.lines().into_iter().collect();
    for _ in 0..1000 {
        let before = desk.lines();
        seen.extend(desk.keys(keys).lines());
        if desk.lines() == before {
            return seen;
        }
    }
    panic!("{keys} reaches no end");
}

fn all_rows(logs: &[String]) -> BTreeSet<String> {
    let row = |log: usize, line: &str| format!("{} {line}", ["api", "web"][log]);
    logs.iter().enumerate().flat_map(|(log, text)| text.lines().map(move |line| row(log, line))).collect()
}

#[test]
fn where_a_clock_jumped_back_paging_either_way_shows_every_line() {
    let run = |first: usize| first..first + 100;
    let api: String = [lines(run(1800), "a"), lines(run(0), "b"), lines(run(1900), "c")].concat();
    let logs = [api, lines((1800..2000).step_by(2), "web")];
    let mut desk = Desk::new(60, 24);
    desk.open("/var/log/api.log", &logs[0]);
    desk.open("/var/log/web.log", &logs[1]);
    desk.keys("T");
    let all = all_rows(&logs);
    for (from, keys) in [("G", "b"), ("g", "f"), ("G", "u"), ("g", "d"), ("G", "7k"), ("g", "7j")] {
        let seen = paged(desk.keys(from), keys);
        assert!(seen.is_superset(&all), "{from}{keys}: {:?}", all.difference(&seen).next());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn however_clocks_go_nothing_is_skipped_on_the_way(
        api in prop::collection::vec(0..3000_usize, 10..30), web in prop::collection::vec(0..3000_usize, 10..30),
        there in 1..9_usize, back in 1..9_usize,
    ) {
        let numbered = |seconds: &[usize], name: &str| -> String {
            seconds.iter().enumerate().map(|(n, s)| line(*s, &format!("{name} {n}"))).collect()
        };
        let logs = [numbered(&api, "a"), numbered(&web, "w")];
        let mut desk = Desk::new(60, 11);
        desk.open("/var/log/api.log", &logs[0]);
        desk.open("/var/log/web.log", &logs[1]);
        desk.keys("TG");
        let all = all_rows(&logs);
        for keys in [format!("{there}k"), format!("{back}j"), "b".to_owned(), "f".to_owned()] {
            let seen = paged(&mut desk, &keys);
            prop_assert!(seen.is_superset(&all), "{keys}: {:?}", all.difference(&seen).next());
        }
    }
}
