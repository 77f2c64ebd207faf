//! What lines say of themselves: errors nobody saw, errors found at once, lines over time.

use super::harness::{Desk, bar_text};
use crate::app::event::Event;
use crate::app::screen::{Screen, Tone};

fn line(clock: &str, level: &str, n: usize) -> String {
    format!("2026-11-21 {clock},000 {level} [main] a.B - line {n}\n")
}

/// An hour of a service, a line a second, an error every ten minutes and a warning every five.
fn hour() -> String {
    let level = |second: usize| match second {
        second if second.is_multiple_of(600) => "ERROR",
        second if second.is_multiple_of(300) => "WARN",
        _ => "INFO",
    };
    let clock = |second: usize| format!("14:{:02}:{:02}", second / 60, second % 60);
    (0..3600).map(|second| line(&clock(second), level(second), second)).collect()
}

fn tabs(screen: &Screen) -> String {
    screen.tabs.as_ref().map(bar_text).unwrap_or_default()
}

#[test]
fn a_paused_pane_says_how_many_errors_came() {
    let mut desk = Desk::new(100, 12);
    desk.open("app.log", &hour());
    desk.screen();
    desk.keys("kk");
    let two: String = (0..2).map(|n| line("15:00:00", "WARN", n)).collect();
    desk.append(0, &two);
    assert!(desk.title().contains("[+2, 2 warnings]"), "{}", desk.title());
    let more: String =
        (0..10).map(|n| line("15:00:01", if n % 5 == 0 { "ERROR" } else { "INFO" }, n)).collect();
    desk.append(0, &more);
    assert!(desk.title().contains("[+12, 2 errors]"), "{}", desk.title());
    // What was seen is left out, to the line, although blocks are all that is counted.
    desk.keys("5j");
    assert!(desk.title().contains("[+9, 1 error]"), "{}", desk.title());
    desk.keys("F");
    assert!(!desk.title().contains("[+"), "{}", desk.title());
}

#[test]
fn errors_that_came_among_the_lines_a_filter_keeps_are_told() {
    let mut desk = Desk::new(100, 12);
    desk.open("app.log", &hour());
    desk.keys("&main<Enter>!noise<Enter>kk");
    desk.append(0, &line("15:00:00", "ERROR", 1));
    desk.append(0, &line("15:00:00", "ERROR noise", 2));
    desk.append(0, &line("15:00:01", "INFO", 3));
    assert!(desk.title().contains("[+2, 1 error]"), "{}", desk.title());
}

#[test]
fn a_narrow_title_says_it_in_short() {
    let mut desk = Desk::new(40, 12);
    desk.open("app.log", &hour());
    desk.screen();
    desk.keys("kk");
    desk.append(0, &line("15:00:00", "ERROR", 1));
    assert!(desk.title().contains("[+1 1E]"), "{}", desk.title());
}

#[test]
fn a_tab_behind_shows_that_errors_came_and_the_next_news_are_errors() {
    let mut desk = Desk::new(40, 9);
    for name in ["one.log", "two.log", "three.log"] {
        desk.open(name, &hour());
    }
    desk.screen();
    desk.append(1, &line("15:00:00", "INFO", 1));
    desk.append(2, &line("15:00:00", "ERROR", 1));
    let screen = desk.screen();
    assert!(
        tabs(&screen).contains("2:two.log*") && tabs(&screen).contains("3:three.log!"),
        "{}",
        tabs(&screen)
    );
    let tab = screen.tabs.unwrap().left.into_iter().find(|piece| piece.text.starts_with("3:")).unwrap();
    assert_eq!(tab.tone, Tone::Bad);
    desk.keys("<Ctrl-W>n");
    assert!(desk.title().contains("three.log"), "errors come first: {}", desk.title());
    desk.keys("<Ctrl-W>n");
    assert!(desk.title().contains("two.log"), "{}", desk.title());
    desk.keys("<Ctrl-W>n");
    assert!(desk.bottom().contains("no other pane has news"), "{}", desk.bottom());
}

#[test]
fn errors_are_found_without_a_scan_where_all_lines_are_counted_anyway() {
    let mut desk = Desk::new(80, 12);
    desk.open("app.log", &hour());
    desk.screen();
    desk.keys("<Ctrl-L>");
    let before = desk.running();
    desk.keys("E");
    assert_eq!(desk.running(), before, "nothing more is scanned");
    assert!(desk.bottom().contains("6 of 6 errors"), "{}", desk.bottom());
    desk.keys("gW");
    assert!(desk.bottom().contains("no more warnings above"), "{}", desk.bottom());
    desk.keys("w");
    assert!(desk.bottom().contains("1 of 6 warnings"), "{}", desk.bottom());
    // The count goes on for everyone when the search is over.
    desk.keys("<Esc>kk");
    desk.append(0, &line("15:00:00", "ERROR", 1));
    assert!(desk.title().contains("1 error]"), "{}", desk.title());
    desk.keys("GE");
    assert!(desk.bottom().contains("7 of 7 errors"), "{}", desk.bottom());
}

#[test]
fn a_source_is_counted_whole_when_it_has_been_on_the_screen() {
    let mut desk = Desk::new(40, 9);
    desk.open("one.log", &hour());
    desk.open("two.log", &hour());
    desk.screen();
    let all =
        |desk: &Desk, id| desk.app.feeds[&crate::app::source::SourceId(id)].levels.index.lines().total();
    assert_eq!((all(&desk, 0), all(&desk, 1)), (3600, 0));
    desk.keys("gt");
    desk.screen();
    assert_eq!((all(&desk, 0), all(&desk, 1)), (3600, 3600));
}

#[test]
fn a_histogram_stands_above_the_text() {
    let mut desk = Desk::new(100, 12);
    desk.open("app.log", &hour());
    let rows = desk.pane().rows.len();
    desk.keys("-h");
    let pane = desk.pane();
    let band = pane.band.clone().unwrap();
    assert_eq!(pane.rows.len(), rows - 1);
    let text = bar_text(&band);
    assert!(text.starts_with("14:00 ▇") || text.starts_with("14:00 █"), "{text}");
    assert!(text.ends_with("15:00"), "{text}");
    assert!(band.left.iter().any(|piece| piece.tone == Tone::Bad), "errors are seen: {band:?}");
    desk.keys("-h");
    assert_eq!((desk.pane().band, desk.pane().rows.len()), (None, rows));
}

#[test]
fn a_log_is_looked_at_over_time_and_jumped_into() {
    let mut desk = Desk::new(80, 24);
    desk.open("app.log", &hour());
    desk.keys("-H");
    let rows = desk.popup();
    assert!(rows.last().unwrap().starts_with("14:59–15:00  60 lines"), "{rows:?}");
    desk.keys("0");
    assert!(desk.popup().last().unwrap().starts_with("14:00–14:01  60 lines, 1 error"), "{:?}", desk.popup());
    desk.keys("lllll");
    assert!(desk.popup().last().unwrap().contains("1 warning"), "{:?}", desk.popup());
    desk.keys("e");
    assert!(desk.popup().last().unwrap().starts_with("14:10–14:11"), "{:?}", desk.popup());
    desk.keys("z");
    let rows = desk.popup();
    assert!(rows.last().unwrap().starts_with("14:10:00–14:10:01  1 line, 1 error"), "{rows:?}");
    desk.keys("l<Enter>");
    assert!(desk.lines().iter().any(|line| line.contains("14:10:01")), "{:?}", desk.lines());
    assert_eq!(desk.screen().popups.len(), 0);
    desk.keys("''");
    assert!(desk.lines().last().unwrap().contains("14:59:59"), "there is a way back");
}

#[test]
fn a_histogram_grows_with_its_log() {
    let mut desk = Desk::new(80, 24);
    desk.open("app.log", &hour());
    desk.keys("-H");
    desk.screen();
    desk.append(0, &line("14:59:59", "ERROR", 1));
    desk.now += std::time::Duration::from_secs(1);
    assert!(desk.popup().last().unwrap().contains("61 lines, 1 error"), "{:?}", desk.popup());
    desk.now += std::time::Duration::from_secs(60);
    desk.send(Event::Tick);
    desk.screen();
    assert!(desk.app.chart_due().is_none(), "a quiet log wakes nobody");
}

#[test]
fn a_log_without_times_says_so() {
    let mut desk = Desk::numbered(100, 80, 12);
    desk.keys("-H");
    assert!(desk.popup()[0].contains("no line says when it was written"), "{:?}", desk.popup());
    desk.keys("q-h");
    assert!(bar_text(&desk.pane().band.unwrap()).contains("no line says when"));
}

#[test]
fn in_a_tile_there_is_still_something_to_see() {
    let mut desk = Desk::new(20, 5);
    desk.open("app.log", &hour());
    desk.keys("-H").screen();
    desk.keys("0");
    let rows = desk.popup();
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows[0].contains('█') && rows[2].starts_with("14:00"), "{rows:?}");
    assert!(rows[2].contains("1E"), "{rows:?}");
}

#[test]
fn with_a_filter_on_it_is_said_that_all_lines_are_shown() {
    let mut desk = Desk::new(80, 24);
    desk.open("app.log", &hour());
    desk.keys("&ERROR<Enter>-H");
    assert!(desk.popup().last().unwrap().contains("of all lines"), "{:?}", desk.popup());
}

#[test]
fn a_title_shows_what_came_in_the_last_seconds_until_nothing_did_for_a_while() {
    use std::time::Duration;
    let mut desk = Desk::new(100, 12);
    desk.open("app.log", &hour());
    desk.screen();
    for n in 1..=3 {
        let more: String = (0..n * 10).map(|n| line("15:00:00", "INFO", n)).collect();
        desk.append(0, &more);
        desk.pass(Duration::from_secs(1));
    }
    desk.append(0, &line("15:00:00", "ERROR", 1).repeat(30));
    desk.pass(Duration::from_secs(1));
    assert!(desk.title().contains("| ▃▆██ 30/s"), "{}", desk.title());
    let title = desk.pane().title.unwrap();
    assert!(title.right.iter().any(|piece| piece.tone == Tone::Bad), "{title:?}");
    let mut ticks = 0;
    while desk.app.feeds.values().any(|feed| feed.rate.wake_at().is_some()) {
        desk.pass(Duration::from_secs(1));
        ticks += 1;
        assert!(ticks < 20, "it never comes to rest");
    }
    assert!(!desk.title().contains('▃') && !desk.title().contains("/s"), "{}", desk.title());
}

#[test]
fn where_a_title_is_narrow_the_last_seconds_are_the_first_to_go() {
    use std::time::Duration;
    let mut desk = Desk::new(30, 12);
    desk.open("application.log", &hour());
    desk.screen();
    for _ in 0..10 {
        desk.append(0, &line("15:00:00", "INFO", 1).repeat(20));
        desk.pass(Duration::from_secs(1));
    }
    assert!(desk.title().ends_with("| 20/s"), "{}", desk.title());
    let mut desk = Desk::new(80, 12);
    desk.open("application.log", &hour());
    desk.keys("-R");
    desk.append(0, &line("15:00:00", "INFO", 1).repeat(20));
    desk.pass(Duration::from_secs(1));
    assert!(desk.title().ends_with("| 20/s"), "it is switched off: {}", desk.title());
}

#[test]
fn where_a_part_is_looked_at_it_is_said_that_errors_are_looked_for_there() {
    let mut desk = Desk::new(80, 24);
    desk.open("app.log", &hour());
    desk.keys("-H").screen();
    desk.keys("EEll+");
    desk.screen();
    desk.keys("eee");
    desk.screen();
    desk.keys("EEEE");
    assert!(desk.bottom().contains("before it in what is shown; - shows more"), "{}", desk.bottom());
    desk.keys("-");
    desk.screen();
    desk.keys("EEEEEEEE");
    assert!(desk.bottom().ends_with("no more errors before it"), "{}", desk.bottom());
}
