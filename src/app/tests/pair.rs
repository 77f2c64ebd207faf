//! The lines a filter keeps above, the whole log below, kept at one line.

use super::harness::{Desk, row_text};
use crate::app::pane::Pane;
use crate::app::screen::Row;

/// What the panes say from the top, each with its marked line.
fn marked(desk: &mut Desk) -> Vec<Option<String>> {
    let current = |row: &Row| matches!(row, Row::Line(line) if line.current);
    let panes = desk.screen().panes;
    panes.iter().map(|pane| pane.rows.iter().find(|row| current(row)).map(row_text)).collect()
}

fn both(line: &str) -> Vec<Option<String>> {
    vec![Some(line.to_owned()); 2]
}

#[test]
fn moving_among_the_kept_lines_moves_the_whole_log() {
    let mut desk = Desk::numbered(500, 80, 24);
    desk.keys("&7$<Enter>g<Ctrl-W>m");
    assert_eq!(marked(&mut desk), both("line 7"));
    desk.keys("j");
    assert_eq!(marked(&mut desk), both("line 17"));
    desk.keys("3j");
    assert_eq!(marked(&mut desk), both("line 47"));
    desk.keys("k");
    assert_eq!(marked(&mut desk), both("line 37"));
    desk.keys("<Space>");
    let seen = marked(&mut desk);
    assert!(seen[0].is_some() && seen[0] == seen[1] && seen[0] != Some("line 37".into()), "{seen:?}");
}

#[test]
fn moving_in_the_whole_log_marks_the_kept_line_above() {
    let mut desk = Desk::numbered(500, 80, 24);
    desk.keys("&7$<Enter>g<Ctrl-W>mjj<Ctrl-W>j");
    assert_eq!(marked(&mut desk), both("line 27"));
    desk.keys("3j");
    assert_eq!(marked(&mut desk), [Some("line 27".into()), Some("line 30".into())]);
    desk.keys("20j");
    assert_eq!(marked(&mut desk), [Some("line 47".into()), Some("line 50".into())]);
}

#[test]
fn a_search_makes_the_pane_of_its_matches() {
    let mut desk = Desk::numbered(500, 80, 24);
    desk.keys("gg/9$<Enter><Ctrl-W>m");
    let panes = desk.screen().panes;
    let lines: Vec<String> = panes[0].rows.iter().map(row_text).collect();
    assert!(lines.iter().take(5).all(|line| line.ends_with('9')), "{lines:?}");
    desk.keys("n");
    assert_eq!(marked(&mut desk), both("line 19"));
}

#[test]
fn closing_either_leaves_the_other_by_itself() {
    for keys in ["<Ctrl-W>q", "<Ctrl-W>j<Ctrl-W>q"] {
        let mut desk = Desk::numbered(500, 80, 24);
        desk.keys("&7$<Enter>g<Ctrl-W>mj").keys(keys);
        assert!(desk.app.desk.panes.values().all(|pane| pane.pair.is_none()));
        let before = desk.ends().0;
        desk.keys("j");
        assert_ne!(desk.ends().0, before, "it scrolls as ever");
    }
}

#[test]
fn without_a_filter_or_a_search_there_is_nothing_to_pair() {
    let mut desk = Desk::numbered(500, 80, 24);
    desk.keys("<Ctrl-W>m");
    assert!(desk.bottom().contains("which lines?"), "{}", desk.bottom());
}

#[test]
fn at_the_end_both_follow() {
    let mut desk = Desk::numbered(500, 80, 24);
    desk.keys("&7$<Enter><Ctrl-W>m");
    desk.append(0, "line 507\nlast\n");
    let panes = desk.screen().panes;
    let last = |n: usize| panes[n].rows.iter().next_back().map(row_text);
    assert_eq!((last(0).as_deref(), last(1).as_deref()), (Some("line 507"), Some("last")));
}

#[test]
fn going_to_the_end_in_either_takes_both_there_and_both_follow() {
    for keys in ["<Ctrl-W>jkkG", "<Ctrl-W>jkk<Ctrl-W>kkG", "<Ctrl-W>kgG", "kgjG", "<Ctrl-W>jkkF"] {
        let mut desk = Desk::numbered(500, 80, 24);
        desk.keys("&7$<Enter><Ctrl-W>m").keys(keys);
        assert!(desk.app.desk.panes.values().all(Pane::follows), "{keys}");
        desk.append(0, "line 507\nlast\n");
        let panes = desk.screen().panes;
        let last = |n: usize| panes[n].rows.iter().next_back().map(row_text);
        assert_eq!((last(0).as_deref(), last(1).as_deref()), (Some("line 507"), Some("last")), "{keys}");
    }
}

#[test]
fn going_to_the_beginning_takes_both_there_also_where_all_that_is_kept_is_in_sight() {
    let mut desk = Desk::numbered(500, 80, 24);
    desk.keys("&00$<Enter><Ctrl-W>mg");
    assert_eq!(marked(&mut desk), both("line 100"));
    desk.keys("G");
    assert!(desk.app.desk.panes.values().all(Pane::follows));
    desk.keys("<Ctrl-W>jg");
    assert_eq!(marked(&mut desk), [Some("line 100".into()), Some("line 1".into())]);
}

#[test]
fn only_a_line_that_is_a_hit_is_counted_among_the_hits() {
    let mut desk = Desk::numbered(500, 80, 24);
    desk.keys("k/nosuch<Enter><Ctrl-W>m");
    assert!(!desk.bottom().contains(" of "), "{}", desk.bottom());
    let mut desk = Desk::numbered(500, 80, 24);
    desk.keys("gg/7$<Enter><Ctrl-W>m<Ctrl-W>j");
    assert!(desk.bottom().contains("1 of 50 hits"), "{}", desk.bottom());
    desk.keys("j");
    assert!(desk.bottom().contains("50 hits") && !desk.bottom().contains(" of "), "{}", desk.bottom());
    desk.keys("n");
    assert!(desk.bottom().contains("2 of 50 hits"), "{}", desk.bottom());
}

#[test]
fn a_merged_stream_has_no_pane_of_its_matches_and_says_so() {
    let mut desk = Desk::numbered(500, 80, 24);
    desk.open("/var/log/web.log", "one\n");
    desk.keys("T&7$<Enter><Ctrl-W>m");
    assert!(desk.bottom().contains("a merged stream cannot be split"), "{}", desk.bottom());
}
