//! Going to a time, and panes that keep step.

use super::harness::{Desk, bar_text, row_text};
use crate::app::screen::Row;

/// A line of a log, so many seconds after noon.
fn lines(seconds: impl IntoIterator<Item = usize>) -> String {
    let line =
        |s: usize| format!("2026-11-21T{:02}:{:02}:{:02}+01:00 n{s}\n", 12 + s / 3600, s / 60 % 60, s % 60);
    seconds.into_iter().map(line).collect()
}

fn current(desk: &mut Desk) -> String {
    let rows = desk.pane().rows.into_iter();
    let current = rows.filter_map(|row| match row {
        Row::Line(line) if line.current => Some(line.text),
        _ => None,
    });
    current.collect::<Vec<_>>().join(" and ")
}

fn hour() -> Desk {
    let mut desk = Desk::new(80, 12);
    desk.open("/var/log/app.log", &lines((0..7200).step_by(3)));
    desk
}

#[test]
fn a_time_is_gone_to_and_the_way_back_leads_where_one_was() {
    let mut desk = hour();
    for (typed, n) in [
        ("12:05", 300),
        ("12:05:30.5", 333),
        ("2026-11-21 13:05", 3900),
        ("2026-11-21T12:05:00+01:00", 300),
        ("2026-11-21T11:05:00Z", 300),
        ("-1h", 3930),
    ] {
        desk.keys(&format!("Gt{typed}<Enter>"));
        assert!(current(&mut desk).ends_with(&format!(" n{n}")), "{typed}: {}", current(&mut desk));
        desk.keys("''");
        assert!(desk.ends().1.ends_with("n7197"));
    }
    desk.keys(":time 12:10<Enter>");
    assert!(current(&mut desk).ends_with(" n600"));
}

#[test]
fn beyond_either_end_it_goes_there_and_says_so() {
    let mut desk = hour();
    desk.keys("tyesterday 9:00<Enter>");
    assert!(desk.bottom().contains("this is the beginning, 2026-11-21 12:00:00"), "{}", desk.bottom());
    assert!(desk.ends().0.ends_with("n0"));
    desk.keys("t2026-11-22<Enter>");
    assert!(desk.bottom().contains("this is the end, 2026-11-21 13:59:57"), "{}", desk.bottom());
    assert!(desk.title().contains("quiet") && !desk.title().contains("paused"));
    desk.keys("t0001-01-01<Enter>");
    assert!(desk.bottom().contains("this is the beginning"), "{}", desk.bottom());
    desk.keys("t9999-12-31 23:59<Enter>");
    assert!(desk.bottom().contains("this is the end"), "{}", desk.bottom());
    desk.keys("t-999999999d<Enter>");
    assert!(desk.bottom().contains("this is the beginning"), "{}", desk.bottom());
}

#[test]
fn what_a_filter_hides_is_not_taken_for_the_end_of_the_log() {
    let mut desk = hour();
    desk.keys("&n3$<Enter>t12:30<Enter>");
    assert!(
        desk.bottom().contains("the filter keeps nothing from 2026-11-21 12:30:00 on: this is the end"),
        "{}",
        desk.bottom()
    );
    desk.keys("t2026-11-22<Enter>");
    assert!(desk.bottom().contains("nothing is so late: this is the end, 2026-11-21 13:59:57"));
}

#[test]
fn a_mistake_is_said_below_the_prompt_and_nothing_moves() {
    let mut desk = hour();
    let before = desk.lines();
    desk.keys("tsoonish<Enter>");
    let shown: String =
        desk.screen().popups.iter().flat_map(|p| &p.rows).flatten().map(|p| p.text.clone()).collect();
    assert!(shown.contains("soonish is no time"), "{shown}");
    desk.keys("<Esc>");
    assert_eq!(desk.lines(), before);
    desk.keys(":time soonish<Enter>");
    assert!(desk.bottom().contains("is no time"), "{}", desk.bottom());
}

#[test]
fn a_log_without_times_says_so() {
    let mut desk = Desk::numbered(100, 80, 12);
    let before = desk.lines();
    desk.keys("t12:00<Enter>");
    assert!(
        desk.bottom().contains("no line of app.log is known to say when it was written"),
        "{}",
        desk.bottom()
    );
    assert_eq!(desk.lines()[..10], before[..10]);
    let mut empty = Desk::new(80, 12);
    empty.open("/var/log/empty.log", "");
    empty.keys("t12:00<Enter>");
    assert!(empty.bottom().contains("no line of empty.log"), "{}", empty.bottom());
}

#[test]
fn of_what_a_filter_hides_the_next_line_is_shown() {
    let mut desk = hour();
    desk.keys("&7$<Enter>t12:05<Enter>");
    assert!(current(&mut desk).ends_with(" n327"), "{}", current(&mut desk));
}

#[test]
fn a_time_in_a_log_of_another_host_is_fetched_bit_by_bit() {
    let mut desk = Desk::new(80, 12);
    let text = lines(0..7200);
    desk.open_far("web1:/var/log/app.log", &text, text.len() as u64 - 3000);
    desk.keys("t12:30<Enter>");
    assert_eq!(current(&mut desk), "");
    let mut rounds = 0;
    while current(&mut desk).is_empty() {
        assert!(desk.fetch(0), "it waits for something that was asked for");
        rounds += 1;
        assert!(rounds < 60);
    }
    assert!(current(&mut desk).ends_with(" n1800"), "{}", current(&mut desk));
    // Given up, it does not go there later.
    desk.keys("Gt13:45<Enter><Esc>");
    while desk.fetch(0) {}
    assert!(desk.ends().1.ends_with("n7199"), "{:?}", desk.lines());
}

#[test]
fn a_time_is_found_in_a_merged_stream() {
    let mut desk = Desk::new(100, 12);
    desk.open("/var/log/api.log", &lines((0..7200).step_by(7)));
    desk.open("/var/log/web.log", &lines((1..7200).step_by(7)));
    desk.keys("Tt13:00<Enter>");
    assert!(current(&mut desk).ends_with(" n3605"), "{}", current(&mut desk));
    let rows = desk.lines();
    let at = rows.iter().position(|row| row.ends_with(" n3605")).unwrap();
    assert!(rows[at - 1].ends_with(" n3599") && rows[at + 1].ends_with(" n3606"), "{rows:?}");
}

/// The first row of each pane.
fn tops(desk: &mut Desk) -> Vec<String> {
    let number = |row: &Row| row_text(row).rsplit(' ').next().unwrap_or_default().to_owned();
    desk.screen().panes.iter().map(|pane| pane.rows.first().map(number).unwrap_or_default()).collect()
}

#[test]
fn panes_that_are_locked_show_the_same_instant() {
    let mut desk = Desk::new(120, 24);
    desk.open("/var/log/api.log", &lines(0..7200));
    desk.open("/var/log/web.log", &lines((0..7200).step_by(60)));
    desk.open("/var/log/noise.log", &"nothing here\n".repeat(500));
    let still = tops(&mut desk)[2].clone();
    desk.keys("S");
    assert!(desk.bottom().contains("no times in noise.log: it stays"), "{}", desk.bottom());
    desk.keys("g");
    assert_eq!(tops(&mut desk), ["n0", "n0", &still]);
    desk.keys("61j");
    assert_eq!(tops(&mut desk), ["n61", "n120", &still]);
    let marked = |desk: &mut Desk, pane: usize| match &desk.screen().panes[pane].rows[0] {
        Row::Line(line) => line.current,
        _ => false,
    };
    assert!(marked(&mut desk, 0) && marked(&mut desk, 1) && !marked(&mut desk, 2));
    // The other way round: the other pane leads once it has moved.
    desk.keys("<Ctrl-W>w");
    assert_eq!(tops(&mut desk)[0], "n61");
    desk.keys("j");
    assert_eq!(tops(&mut desk), ["n180", "n180", &still]);
    desk.keys("G");
    assert!(
        desk.screen()
            .panes
            .iter()
            .take(2)
            .all(|pane| pane.rows.iter().all(|row| !matches!(row, Row::Line(line) if line.current)))
    );
    desk.keys("Sg");
    assert_ne!(tops(&mut desk)[0], "n0", "each goes by itself again");
}

#[test]
fn one_pane_alone_keeps_step_with_nobody() {
    let mut desk = hour();
    desk.keys("S");
    assert!(desk.bottom().contains("one pane on this tab"), "{}", desk.bottom());
}

/// The rows of a pane below which a rule is.
fn ruled(desk: &mut Desk, pane: usize) -> Vec<usize> {
    let rows = desk.screen().panes[pane].rows.clone();
    let ruled = rows.iter().enumerate().filter(|(_, row)| matches!(row, Row::Line(line) if line.ruled));
    ruled.map(|(at, _)| at).collect()
}

fn titles(desk: &mut Desk) -> Vec<String> {
    let panes = desk.screen().panes;
    panes.iter().map(|pane| bar_text(pane.title.as_ref().unwrap())).collect()
}

#[test]
fn a_rule_marks_the_instant_and_titles_say_that_panes_keep_step() {
    let mut desk = Desk::new(120, 24);
    desk.open("/var/log/api.log", &lines(0..7200));
    desk.open("/var/log/web.log", &lines((0..7200).step_by(60)));
    desk.open("/var/log/noise.log", &"nothing here\n".repeat(500));
    desk.keys("Sg61j");
    assert_eq!([ruled(&mut desk, 0), ruled(&mut desk, 1), ruled(&mut desk, 2)], [vec![0], vec![0], vec![]]);
    let told = |desk: &mut Desk| -> Vec<bool> {
        titles(desk).iter().map(|title| title.contains("lockstep")).collect()
    };
    assert_eq!(told(&mut desk), [true, true, false], "{:?}", titles(&mut desk));
    desk.keys("S");
    assert_eq!(told(&mut desk), [false; 3]);
    assert!((0..3).all(|pane| ruled(&mut desk, pane).is_empty()));
}

#[test]
fn the_lock_ends_when_the_tab_has_one_pane_left() {
    let mut desk = Desk::new(120, 24);
    desk.open("/var/log/api.log", &lines(0..7200));
    desk.open("/var/log/web.log", &lines((0..7200).step_by(60)));
    desk.keys("Sg61j<Ctrl-W>w<Ctrl-W>q");
    assert!(ruled(&mut desk, 0).is_empty() && !titles(&mut desk)[0].contains("lockstep"));
    desk.keys("G<Ctrl-W>sg");
    assert_eq!(tops(&mut desk)[1], "n0");
    assert_ne!(tops(&mut desk)[0], "n0", "the twin scrolls by itself");
}

#[test]
fn at_the_end_a_frozen_pane_is_at_its_own_end_and_one_without_times_stays() {
    let mut desk = Desk::new(120, 24);
    desk.open("/var/log/api.log", &lines(0..7200));
    desk.open("/var/log/web.log", &lines((0..7200).step_by(60)));
    desk.open("/var/log/noise.log", &(0..500).map(|n| format!("nothing n{n}\n")).collect::<String>());
    desk.keys("<Ctrl-W>w<Ctrl-W>wg<Ctrl-W>wS<Ctrl-W>wP");
    let end = tops(&mut desk)[1].clone();
    desk.append(1, &lines([7200, 7260]));
    desk.keys("<Ctrl-W>w<Ctrl-W>wg");
    assert_eq!(tops(&mut desk), ["n0", "n0", "n0"]);
    desk.keys("G");
    assert_eq!(tops(&mut desk)[1..], [end, "n0".into()]);
}
