use super::harness::{Desk, numbered};
use crate::app::screen::{Row, Tone};

fn hundred() -> Desk {
    Desk::numbered(100, 60, 12)
}

#[test]
fn a_chain_grows_and_is_taken_back() {
    let mut desk = hundred();
    desk.keys("&5<Enter>");
    assert_eq!(desk.ends(), ("line 54".into(), "line 95".into()));
    desk.keys("!5$<Enter>+^line 1$<Enter>");
    assert_eq!(desk.ends(), ("line 1".into(), "line 59".into()));
    assert!(desk.title().contains("&5 !5$ +^line 1$"), "{}", desk.title());
    desk.keys("UU");
    assert_eq!(desk.ends().1, "line 95");
    desk.keys("U");
    assert_eq!(desk.ends().0, "line 91");
    desk.keys("U");
    assert!(desk.bottom().contains("no change"), "{}", desk.bottom());
    assert_eq!(desk.running().iter().filter(|(_, kept)| *kept).count(), 0, "no scan is left behind");
}

#[test]
fn new_lines_pass_through_the_filter() {
    let mut desk = hundred();
    desk.keys("&error<Enter>");
    assert!(desk.lines()[0].contains("keeps no line"), "{:?}", desk.lines());
    desk.append(0, "fine\nan Error\nfine\n");
    assert_eq!(desk.lines(), ["an Error"]);
}

#[test]
fn paused_and_filtered_counts_what_is_kept() {
    let mut desk = hundred();
    desk.keys("&5<Enter>k");
    desk.append(0, "x\n5\nx\n55\n");
    assert!(desk.title().contains("[+2]"), "{}", desk.title());
    desk.keys("U");
    assert!(desk.title().contains("[+4]"), "{}", desk.title());
}

#[test]
fn the_line_stays_while_filters_come_and_go() {
    let mut desk = hundred();
    desk.keys("40G4k");
    let row = |desk: &mut Desk| desk.lines().iter().position(|line| line == "line 40");
    let place = row(&mut desk).unwrap();
    desk.keys("&[05]$<Enter>");
    assert_eq!(row(&mut desk), Some(place));
    desk.keys("C");
    assert_eq!(row(&mut desk), Some(place));
    desk.keys("C!40<Enter>");
    assert_eq!(desk.lines()[place], "line 45");
    desk.keys("C");
    assert_eq!(row(&mut desk), Some(place));
}

#[test]
fn the_first_line_stays_when_no_line_was_jumped_to() {
    let mut desk = hundred();
    desk.keys("55k");
    assert_eq!(desk.ends().0, "line 36");
    desk.keys("&[06]<Enter>");
    assert_eq!(desk.ends().0, "line 36");
    desk.keys("C");
    assert_eq!(desk.ends().0, "line 36");
    assert!(desk.title().contains("off:"), "{}", desk.title());
}

#[test]
fn a_mistake_leaves_the_old_filter_standing() {
    let mut desk = hundred();
    desk.keys("&5<Enter>");
    let before = desk.lines();
    desk.keys("&a(b<Enter>");
    assert!(desk.screen().popups[0].rows[0][0].text.contains('^'));
    desk.keys("<Esc>");
    assert_eq!(desk.lines(), before);
    desk.keys(":keep (<Enter>");
    assert!(desk.bottom().contains("filter stays"), "{}", desk.bottom());
}

#[test]
fn context_is_shown_dimmed() {
    let mut desk = hundred();
    desk.keys("&50<Enter>]]");
    assert_eq!(desk.lines(), ["line 48", "line 49", "line 50", "line 51", "line 52"]);
    let dim: Vec<bool> =
        desk.pane().rows.iter().map(|row| matches!(row, Row::Line(line) if line.dim)).collect();
    assert_eq!(dim, [true, true, false, true, true]);
    desk.keys("[");
    assert_eq!(desk.lines().len(), 3);
    desk.keys("5[");
    assert_eq!(desk.lines(), ["line 50"]);
}

#[test]
fn the_panel_edits_switches_moves_and_deletes() {
    let mut desk = hundred();
    desk.keys("&5<Enter>!55<Enter><Tab>");
    assert_eq!(desk.popup(), ["&5", "!55"]);
    desk.keys("j<Space>");
    assert_eq!(desk.popup(), ["&5", "!55  off"]);
    assert!(desk.lines().contains(&"line 55".to_owned()));
    desk.keys("K");
    assert_eq!(desk.popup(), ["!55  off", "&5"]);
    desk.keys("jd");
    assert_eq!(desk.popup(), ["!55  off"]);
    desk.keys("<Enter><Ctrl-U>9<Enter><Space>");
    assert_eq!(desk.popup(), ["!9"]);
    assert_eq!(desk.ends().1, "line 100");
    assert!(!desk.lines().contains(&"line 90".to_owned()));
    desk.keys("d");
    assert!(desk.screen().popups.is_empty(), "an empty panel closes");
}

#[test]
fn tab_goes_from_the_filter_to_the_source_and_away() {
    let mut desk = hundred();
    desk.keys("&5<Enter><Tab>");
    assert_eq!(desk.popup(), ["&5"]);
    desk.keys("<Tab>");
    assert!(desk.popup()[0].contains("/var/log/app.log"), "{:?}", desk.popup());
    desk.keys("<Tab>");
    assert!(desk.screen().popups.is_empty());
    desk.keys("U<Tab>");
    assert!(desk.popup()[0].contains("/var/log/app.log"), "without a filter there is one page");
    desk.keys("q");
    assert!(desk.screen().popups.is_empty());
}

#[test]
fn while_the_scan_goes_on_it_says_so() {
    let mut desk = Desk::new(60, 12);
    let text = format!("{}\n", "x".repeat(99)).repeat(100_000);
    desk.open("big", &format!("needle\n{text}"));
    desk.hold_scans = true;
    desk.keys("&needle<Enter>");
    assert!(desk.lines()[0].contains("looking for lines to keep, 0 %"), "{:?}", desk.lines());
    desk.answer();
    assert_eq!(desk.lines(), ["needle"]);
    // Nothing is kept or dropped where lines are only folded.
    desk.keys("U");
    desk.hold_scans = true;
    desk.keys("zrG");
    assert!(desk.lines().iter().any(|row| row.contains("looking for lines to show")), "{:?}", desk.lines());
}

#[test]
fn an_old_answer_is_nobodys() {
    let mut desk = hundred();
    desk.keys("&5<Enter>");
    let old = desk.running().into_iter().find(|(_, kept)| *kept).unwrap().0;
    desk.keys("U&7<Enter>");
    let before = desk.lines();
    desk.send(crate::app::event::Event::Scanned(old, Default::default()));
    assert_eq!(desk.lines(), before);
}

#[test]
fn terms_that_are_off_are_shown_so() {
    let mut desk = hundred();
    desk.keys("&5<Enter>!6<Enter><Tab><Space>q");
    let screen = desk.screen();
    let tones: Vec<Tone> =
        screen.panes[0].title.as_ref().unwrap().left.iter().map(|piece| piece.tone).collect();
    assert!(tones.contains(&Tone::Off) && tones.contains(&Tone::Filter));
}

#[test]
fn a_log_that_keeps_growing_keeps_the_place() {
    let mut desk = hundred();
    desk.keys("&5<Enter>3k");
    let before = desk.lines();
    desk.append(0, &numbered(101..=200));
    assert_eq!(desk.lines(), before);
}

#[test]
fn the_prompt_is_in_sight_whatever_the_panel_covers() {
    let mut desk = Desk::numbered(100, 40, 8);
    desk.keys("&1<Enter>&2<Enter>&3<Enter>&4<Enter><Tab><Enter>(");
    let screen = desk.screen();
    let prompt = screen.bottom.unwrap().area.y;
    let covers = |area: crate::app::screen::Area| (area.y..area.y + area.height).contains(&prompt);
    assert!(screen.popups.iter().all(|popup| !covers(popup.area)), "{:?}", screen.popups);
}

#[test]
fn a_mistake_is_explained_in_a_tile() {
    let mut desk = Desk::numbered(100, 20, 5);
    desk.keys("&(");
    let said: Vec<String> = desk.screen().popups.iter().map(|popup| popup.rows[0][0].text.clone()).collect();
    assert_eq!(said, [" ^", "unclosed group;", "close it with ), or"]);
}
