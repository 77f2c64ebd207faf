use super::harness::Desk;
use crate::app::event::Event;
use crate::app::key::{Mouse, MouseAction};
use crate::app::screen::{Row, Size};
use crate::app::source::{Notice, NoticeKind};
use crate::core::lines::LINE_MAX;
use crate::core::pos::Pos;

/// 100 lines; the pane shows ten of them below its title, and there is a row of hints.
fn hundred() -> Desk {
    Desk::numbered(100, 40, 12)
}

fn at(desk: &mut Desk) -> (String, String) {
    desk.ends()
}

fn ends(first: &str, last: &str) -> (String, String) {
    (format!("line {first}"), format!("line {last}"))
}

#[test]
fn a_log_is_opened_at_its_end_and_followed() {
    let mut desk = hundred();
    assert_eq!(at(&mut desk), ends("91", "100"));
    desk.append(0, "line 101\nline 1");
    assert_eq!(at(&mut desk), ends("93", "1"));
    desk.append(0, "02\n");
    assert_eq!(at(&mut desk), ends("93", "102"));
}

#[test]
fn a_short_log_begins_at_the_top() {
    let mut desk = Desk::numbered(2, 40, 12);
    assert_eq!(desk.lines(), ["line 1", "line 2"]);
    desk.keys("kgb");
    assert_eq!(desk.lines(), ["line 1", "line 2"]);
    assert!(!desk.title().contains("[+"), "{}", desk.title());
}

#[test]
fn keys_move_by_rows_halves_and_pages() {
    for (keys, first) in [
        ("k", 90),
        ("<Up><Up>", 89),
        ("5k", 86),
        ("5k2j", 88),
        ("u", 86),
        ("<Ctrl-U><Ctrl-D>", 91),
        ("2u", 81),
        ("b", 81),
        ("<PgUp>f", 91),
        ("bb<Space>", 81),
        ("<Home>", 1),
        ("g", 1),
        ("gg", 1),
        ("gj", 2),
        ("g<Enter>", 2),
        ("<Ctrl-Y><Ctrl-Y><Ctrl-E>", 90),
        ("1000k", 1),
        ("g1000j", 91),
        ("gG", 91),
        ("g<End>", 91),
    ] {
        let mut desk = hundred();
        desk.keys(keys);
        assert_eq!(at(&mut desk), ends(&first.to_string(), &(first + 9).to_string()), "{keys}");
    }
}

#[test]
fn lines_and_percents() {
    for (keys, first) in [
        ("50G", "line 50"),
        ("7gg", "line 7"),
        ("9gH", "line 9"),
        ("50%", "line 51"),
        (":33<Enter>", "line 33"),
    ] {
        let mut desk = hundred();
        desk.keys(keys);
        assert_eq!(
            desk.lines().iter().filter(|line| *line == first).count(),
            1,
            "{keys}: {:?}",
            desk.lines()
        );
    }
    let mut desk = hundred();
    desk.keys("500G");
    assert!(desk.bottom().contains("no line 500"), "{}", desk.bottom());
    assert_eq!(at(&mut desk), ends("91", "100"));
}

#[test]
fn a_line_far_away_is_gone_to_when_it_is_counted() {
    let mut desk = hundred();
    desk.hold_scans = true;
    desk.keys("50G");
    assert_eq!(at(&mut desk), ends("91", "100"));
    assert!(desk.bottom().contains("counting lines"), "{}", desk.bottom());
    desk.answer();
    assert!(desk.lines().contains(&"line 50".to_owned()));
}

#[test]
fn a_count_that_fails_is_said_and_tried_again_when_asked() {
    let mut desk = hundred();
    desk.hold_scans = true;
    desk.keys("50G");
    let counting = desk.running().last().unwrap().0;
    desk.send(Event::ScanFailed(counting, "the disk cannot be read".into()));
    assert!(desk.bottom().contains("the disk cannot be read"), "{}", desk.bottom());
    assert!(!desk.bottom().contains("counting"), "{}", desk.bottom());
    desk.keys("50G");
    assert!(desk.running().last().unwrap().0 > counting);
    desk.answer();
    assert!(desk.lines().contains(&"line 50".to_owned()));
}

#[test]
fn scrolling_up_pauses_and_the_bottom_resumes() {
    let mut desk = hundred();
    desk.keys("k");
    desk.append(0, "line 101\nline 102\n");
    assert_eq!(at(&mut desk), ends("90", "99"));
    assert!(desk.title().contains("[+2]"), "{}", desk.title());
    desk.keys("j");
    assert_eq!(at(&mut desk), ends("91", "100"));
    desk.keys("j");
    assert!(desk.title().contains("[+1]"), "{}", desk.title());
    for resumed in ["j", "G", "<Space>", "F", "d"] {
        desk.keys(resumed);
        desk.append(0, "new\n");
        assert_eq!(desk.ends().1, "new", "{resumed}");
        assert!(!desk.title().contains("[+"), "{resumed}: {}", desk.title());
        desk.keys("k");
    }
}

#[test]
fn the_wheel_scrolls_the_pane_below_it() {
    let mut desk = hundred();
    desk.send(Event::Mouse(Mouse { action: MouseAction::WheelUp, x: 3, y: 3 }));
    assert_eq!(at(&mut desk), ends("88", "97"));
    desk.send(Event::Mouse(Mouse { action: MouseAction::WheelDown, x: 3, y: 3 }));
    desk.append(0, "new\n");
    assert_eq!(desk.ends().1, "new");
}

#[test]
fn a_frozen_pane_stays_as_it_is() {
    let mut desk = hundred();
    desk.keys("P");
    desk.append(0, "new\n");
    assert_eq!(at(&mut desk), ends("91", "100"));
    assert!(desk.title().contains("frozen [+1]"), "{}", desk.title());
    desk.keys("P");
    assert_eq!(desk.ends().1, "new");
}

#[test]
fn long_lines_are_cut_and_moved_sideways_or_wrapped() {
    let mut desk = Desk::new(20, 6);
    desk.open("a", "0123456789abcdefghijKLMNOPQRST\nshort\n");
    assert_eq!(desk.lines(), ["0123456789abcdefghij", "short"]);
    desk.keys("L");
    assert_eq!(desk.lines(), ["abcdefghijKLMNOPQRST", ""]);
    desk.keys("h");
    assert_eq!(desk.lines()[0], "9abcdefghijKLMNOPQRS");
    desk.keys("0$");
    assert_eq!(desk.lines()[0], "abcdefghijKLMNOPQRST");
    desk.keys("100l0");
    assert_eq!(desk.lines()[0], "0123456789abcdefghij");
    desk.keys("-S");
    assert_eq!(desk.lines(), ["0123456789abcdefghij", "KLMNOPQRST", "short"]);
    let Row::Line(row) = desk.pane().rows[0].clone() else { panic!() };
    assert_eq!(row.more, (false, false));
}

#[test]
fn a_line_longer_than_the_pane_is_scrolled_through() {
    let mut desk = Desk::new(20, 5);
    let long: String = (0..10).map(|n| n.to_string().repeat(20)).collect();
    desk.open("a", &format!("first\n{long}\nlast\n"));
    desk.keys("-S");
    let row = |n: usize| n.to_string().repeat(20);
    assert_eq!(desk.ends(), (row(7), "last".into()));
    desk.keys("k");
    assert_eq!(desk.ends(), (row(6), row(9)));
    desk.keys("5k");
    assert_eq!(desk.ends(), (row(1), row(4)));
    desk.keys("2k");
    assert_eq!(desk.ends(), ("first".into(), row(2)));
    desk.keys("3j");
    assert_eq!(desk.ends(), (row(2), row(5)));
}

#[test]
fn line_numbers_come_when_they_are_asked_for() {
    let mut desk = hundred();
    desk.screen();
    assert_eq!(desk.running().len(), 1, "nothing but the appended lines is counted unasked");
    desk.keys("#");
    assert_eq!(desk.ends().0, " 91 line 91");
    desk.append(0, "line 101\n");
    assert_eq!(desk.ends().1, "101 line 101");
    desk.keys("&7<Enter>");
    assert_eq!(desk.lines().last().unwrap(), " 97 line 97");
    assert_eq!(desk.lines()[0], " 72 line 72");
}

#[test]
fn marks_and_the_way_back() {
    let mut desk = hundred();
    desk.keys("20Gma80G");
    desk.keys("'a");
    assert!(desk.lines().iter().any(|line| line == "a line 20"), "{:?}", desk.lines());
    desk.keys("''");
    assert!(desk.lines().contains(&"  line 80".to_owned()), "{:?}", desk.lines());
    desk.keys("<Ctrl-O><Ctrl-O>");
    assert_eq!(desk.ends().1, "  line 100");
    desk.keys("'z");
    assert!(desk.bottom().contains("no mark z"), "{}", desk.bottom());
}

#[test]
fn rules_stand_where_things_happened() {
    let mut desk = Desk::new(40, 12);
    desk.open("a", "one\ntwo\n");
    desk.notice(0, Notice { pos: Pos(8), kind: NoticeKind::Rotated, text: "rotated".into() });
    assert_eq!(desk.lines(), ["one", "two", "── rotated"]);
    desk.append(0, "three\n");
    assert_eq!(desk.lines(), ["one", "two", "── rotated", "three"]);
    desk.notice(0, Notice { pos: Pos(14), kind: NoticeKind::Gap, text: "lost".into() });
    desk.append(0, "four\nfive\n");
    desk.keys("&o<Enter>");
    assert_eq!(desk.lines(), ["one", "two", "── rotated", "── lost", "four"]);
    desk.keys("!four<Enter>");
    assert_eq!(desk.lines(), ["one", "two", "── rotated", "── lost"]);
}

#[test]
fn rules_are_scrolled_over_like_rows() {
    let mut desk = Desk::new(40, 4);
    desk.open("a", "1\n2\n3\n4\n");
    desk.notice(0, Notice { pos: Pos(2), kind: NoticeKind::Rotated, text: "rotated".into() });
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(desk.lines());
        desk.keys("k");
    }
    assert_eq!(seen, [["2", "3", "4"], ["── rotated", "2", "3"], ["1", "── rotated", "2"]]);
}

#[test]
fn a_tile_and_less_shows_what_it_can() {
    let mut desk = hundred();
    desk.size = Size { width: 20, height: 5 };
    assert_eq!(desk.lines(), ["line 97", "line 98", "line 99", "line 100"]);
    assert!(desk.screen().bottom.is_none());
    desk.keys("#ma");
    desk.size = Size { width: 14, height: 5 };
    assert_eq!(desk.ends().1, "line 100", "there is no room for numbers and marks");
    desk.size = Size { width: 1, height: 1 };
    assert_eq!(desk.lines(), ["l"]);
    desk.size = Size { width: 0, height: 0 };
    desk.screen();
}

#[test]
fn a_line_that_is_not_looked_at_whole_says_how_much_more_there_is() {
    let mut desk = Desk::new(60, 12);
    let long = "x".repeat(LINE_MAX);
    desk.open("a", &format!("{long}{}\nlast\n{long}\r\n", "y".repeat(3_000_000)));
    desk.keys("$");
    assert!(desk.lines()[0].ends_with("… 3.0 MB more"), "{:?}", desk.lines());
    assert!(desk.lines()[2].ends_with('x'), "{:?}", desk.lines());
}
