use super::harness::Desk;
use crate::app::screen::{Row, Tone};

fn hundred() -> Desk {
    Desk::numbered(100, 60, 12)
}

fn current(desk: &mut Desk) -> Option<String> {
    desk.pane().rows.into_iter().find_map(|row| match row {
        Row::Line(line) if line.current => Some(line.text),
        _ => None,
    })
}

#[test]
fn hits_are_shown_as_they_are_typed_and_escape_goes_back() {
    let mut desk = hundred();
    let before = desk.lines();
    desk.keys("/e 4");
    assert_eq!(current(&mut desk).as_deref(), Some("line 49"));
    desk.keys("2");
    assert_eq!(current(&mut desk).as_deref(), Some("line 42"));
    assert!(desk.bottom().contains("1 of 1 hit"), "{}", desk.bottom());
    desk.keys("<Backspace>");
    assert_eq!(current(&mut desk).as_deref(), Some("line 49"));
    desk.keys("<Esc>");
    assert_eq!(desk.lines(), before);
    assert_eq!(desk.running().len(), 1, "an abandoned search is stopped");
}

#[test]
fn from_hit_to_hit() {
    let mut desk = hundred();
    desk.keys("gg/5$<Enter>");
    let mut seen = vec![current(&mut desk).unwrap()];
    for keys in ["n", "n", "2n", "N", "3N"] {
        desk.keys(keys);
        seen.push(current(&mut desk).unwrap());
    }
    assert_eq!(seen, ["line 5", "line 15", "line 25", "line 45", "line 35", "line 5"]);
    desk.keys("N");
    assert!(desk.bottom().contains("no more hits above"), "{}", desk.bottom());
    assert_eq!(current(&mut desk).as_deref(), Some("line 5"));
    desk.keys("?95<Enter>n");
    assert!(desk.bottom().contains("no more hits above"), "{}", desk.bottom());
    desk.keys("<Esc>");
    assert_eq!(desk.running().len(), 1);
}

#[test]
fn hits_asked_for_before_any_is_found_are_all_counted() {
    let mut desk = hundred();
    desk.keys("gg");
    desk.hold_scans = true;
    desk.keys("/5$<Enter>n2n");
    assert_eq!(current(&mut desk), None);
    desk.answer();
    assert_eq!(current(&mut desk).as_deref(), Some("line 35"));
}

#[test]
fn what_is_nowhere_is_said() {
    let mut desk = hundred();
    let before = desk.lines();
    desk.keys("/nowhere<Enter>");
    assert_eq!(desk.lines(), before);
    desk.keys("n");
    assert!(desk.bottom().contains("no line matches"), "{}", desk.bottom());
}

#[test]
fn a_mistake_is_shown_below_the_prompt_and_the_last_search_stands() {
    let mut desk = hundred();
    desk.keys("/4(");
    let screen = desk.screen();
    assert_eq!(screen.bottom.as_ref().unwrap().area.y, 9 - 1);
    let below: Vec<(u16, &str)> =
        screen.popups.iter().map(|popup| (popup.area.y, popup.rows[0][0].text.as_str())).collect();
    let marks = ["  ^", "unclosed group; close it with ), or write \\( for the", "character itself"];
    assert_eq!(below, [(9, marks[0]), (10, marks[1]), (11, marks[2])]);
    assert!(screen.bottom.unwrap().left.iter().any(|piece| piece.tone == Tone::Bad && piece.text == "("));
    assert_eq!(current(&mut desk).as_deref(), Some("line 94"));
    desk.keys("<Enter>2)<Enter>");
    assert_eq!(current(&mut desk).as_deref(), Some("line 42"));
}

#[test]
fn a_jump_waits_for_the_scan_and_can_be_given_up() {
    let mut desk = Desk::new(60, 12);
    let filler = "x".repeat(99);
    let text: String =
        (0..100_000).map(|n| if n == 10 { "needle\n".into() } else { format!("{filler}\n") }).collect();
    desk.open("big", &text);
    let before = desk.lines();
    desk.hold_scans = true;
    desk.keys("?needle<Enter>");
    assert_eq!(desk.lines(), before);
    assert!(desk.bottom().contains("0 %"), "{}", desk.bottom());
    desk.answer();
    assert_eq!(current(&mut desk).as_deref(), Some("needle"));
    desk.keys("<Esc>G");
    desk.hold_scans = true;
    desk.keys("?needle<Enter><Esc>");
    desk.answer();
    assert_eq!(desk.lines(), before);
}

#[test]
fn a_search_looks_among_the_kept_lines_only() {
    let mut desk = hundred();
    desk.keys("&7<Enter>gg/1<Enter>");
    assert_eq!(current(&mut desk).as_deref(), Some("line 17"));
    desk.keys("n");
    assert_eq!(current(&mut desk).as_deref(), Some("line 71"));
    assert!(desk.bottom().contains("2 of 2 hits"), "{}", desk.bottom());
    desk.keys("U");
    assert!(desk.bottom().contains("of 20 hits"), "{}", desk.bottom());
}

#[test]
fn the_word_under_the_cursor() {
    let mut desk = Desk::new(60, 12);
    desk.open("a", "GET /health 200\nPOST /pay 500\nGET /pay 200\n");
    desk.keys("g*");
    assert_eq!(current(&mut desk).as_deref(), Some("GET /pay 200"));
    desk.keys("/pa<Enter>*");
    assert!(desk.bottom().contains("pay"), "{}", desk.bottom());
}

#[test]
fn a_blob_is_no_word() {
    let mut desk = Desk::new(60, 12);
    desk.open("a", &format!("{} cart\ncart again\n", "Zm9v".repeat(25_000)));
    desk.keys("g*");
    assert_eq!(current(&mut desk).as_deref(), Some("cart again"));
}

#[test]
fn an_empty_search_repeats_the_last_one() {
    let mut desk = hundred();
    desk.keys("gg/20<Enter>g<Esc>/<Enter>");
    assert_eq!(current(&mut desk).as_deref(), Some("line 20"));
    desk.keys("gg/<Up><Enter>");
    assert_eq!(current(&mut desk).as_deref(), Some("line 20"));
}

#[test]
fn ticks_stand_beside_the_hits() {
    let mut desk = Desk::new(60, 12);
    let filler = format!("{}\n", "x".repeat(999)).repeat(5000);
    desk.open("a", &format!("needle\n{filler}needle\n"));
    desk.keys("/needle<Enter>");
    assert_eq!(desk.pane().scrollbar.unwrap().ticks, [0, 9]);
}

#[test]
fn a_hit_far_to_the_right_or_down_is_brought_into_sight() {
    let mut desk = Desk::new(60, 12);
    desk.open("a", &format!("first\n{}needle{}\nlast\n", "x".repeat(2000), "y".repeat(2000)));
    let before = desk.lines();
    desk.keys("/needle");
    assert!(desk.lines()[1].contains("needle"), "{:?}", desk.lines());
    desk.keys("<Esc>");
    assert_eq!(desk.lines(), before);
    desk.keys("-S/needle<Enter>");
    assert!(desk.lines().iter().any(|line| line.contains("needle")), "{:?}", desk.lines());
}

#[test]
fn the_window_comes_back_to_the_left_edge_for_a_hit_that_is_seen_from_there() {
    let mut desk = Desk::new(60, 12);
    let far = "x".repeat(100);
    desk.open("a", &format!("{far}needle\n{}needle\nneedle\n", "y".repeat(40)));
    desk.keys("gg/needle<Enter>");
    assert!(desk.lines()[0].contains("needle"), "{:?}", desk.lines());
    desk.keys("n");
    assert!(desk.lines()[1].starts_with("yyyy"), "{:?}", desk.lines());
    desk.keys("N30ln");
    assert!(desk.lines()[2].starts_with("needle"), "{:?}", desk.lines());
}

#[test]
fn in_a_tile_the_hit_and_the_newest_line_are_not_covered() {
    let mut desk = Desk::numbered(100, 20, 5);
    desk.keys("?98<Enter>");
    assert_eq!((desk.lines()[1].as_str(), desk.bottom().as_str()), ("line 98", "1 of 1 hit"));
    desk.keys("?100<Enter>");
    assert_eq!((desk.ends().1.as_str(), desk.bottom().as_str()), ("line 100", ""));
    desk.keys("G");
    assert_eq!(desk.bottom(), "");
    desk.append(0, "newest\n");
    assert_eq!((desk.ends().1, desk.bottom()), ("newest".into(), String::new()));
}
