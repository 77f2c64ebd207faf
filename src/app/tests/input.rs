use std::time::Duration;

use super::harness::Desk;
use crate::app::event::{Effect, Event};

fn hundred() -> Desk {
    Desk::numbered(100, 60, 12)
}

#[test]
fn a_count_is_shown_while_it_is_typed() {
    let mut desk = hundred();
    desk.keys("12");
    assert!(desk.bottom().starts_with("12"), "{}", desk.bottom());
    desk.keys("<Esc>k");
    assert_eq!(desk.ends().0, "line 90");
}

#[test]
fn an_unknown_key_says_so() {
    let mut desk = hundred();
    desk.keys("Z");
    assert!(desk.bottom().contains("Z does nothing"), "{}", desk.bottom());
    desk.keys("<Ctrl-W>Z");
    assert!(desk.bottom().contains("Ctrl-W Z does nothing"), "{}", desk.bottom());
}

#[test]
fn interrupt_stops_following_and_twice_quits() {
    let mut desk = hundred();
    desk.keys("<Ctrl-C>");
    desk.append(0, "new\n");
    assert_eq!(desk.ends().1, "line 100");
    assert!(desk.effects.is_empty());
    desk.now += Duration::from_secs(2);
    desk.keys("/x<Ctrl-C>");
    assert!(desk.screen().cursor.is_none() && desk.effects.is_empty());
    desk.keys("<Ctrl-C>");
    assert!(matches!(desk.effects[..], [Effect::Quit]));
}

#[test]
fn commands_are_typed_and_completed() {
    let mut desk = hundred();
    desk.keys(":wr");
    assert!(desk.popup()[0].starts_with("wrap"), "{:?}", desk.popup());
    desk.keys("<Tab>");
    assert!(desk.bottom().starts_with(":wrap "), "{}", desk.bottom());
    desk.keys("<Enter>");
    desk.keys(":layout m<Tab>");
    assert!(desk.bottom().starts_with(":layout main"), "{}", desk.bottom());
    desk.keys("<Enter>:wrpa<Enter>");
    assert!(desk.bottom().contains("no command wrpa; did you mean wrap?"), "{}", desk.bottom());
    desk.keys(":wrp<Enter>");
    assert!(desk.bottom().contains("no command wrp; did you mean wrap?"), "{}", desk.bottom());
    desk.keys(":<Up><Up><Up>");
    assert!(desk.bottom().starts_with(":layout main"), "{}", desk.bottom());
    desk.keys("<Down><Down><Down>");
    assert_eq!(desk.screen().cursor, Some((1, 11)));
    desk.keys("<Esc>:chr none<Enter>");
    assert!(desk.pane().title.is_none());
    desk.keys(":s<Enter>");
    assert!(desk.bottom().contains("no command s"), "{}", desk.bottom());
    desk.keys(":wrap now<Enter>");
    assert!(desk.bottom().contains("takes nothing"), "{}", desk.bottom());
}

#[test]
fn pasted_text_goes_into_the_prompt_on_one_line() {
    let mut desk = hundred();
    desk.keys("&");
    desk.send(Event::Paste("line\n5\r\x1b[2J".into()));
    assert!(desk.bottom().starts_with("&line5[2J"), "{}", desk.bottom());
    desk.keys("<Esc>");
    desk.send(Event::Paste("qqq".into()));
    assert!(desk.effects.is_empty(), "pasting is not pressing keys");
}

#[test]
fn a_long_prompt_keeps_its_cursor_in_sight() {
    let mut desk = hundred();
    desk.keys("/").keys(&"x".repeat(200));
    let cursor = desk.screen().cursor.unwrap();
    assert!(cursor.0 < 60, "{cursor:?}");
    desk.keys("<Home>");
    assert_eq!(desk.screen().cursor, Some((1, 11)));
}

#[test]
fn simple_effects() {
    let mut desk = hundred();
    desk.keys("r<Ctrl-L><Ctrl-Z>");
    assert!(matches!(desk.effects[..], [Effect::Redraw, Effect::Redraw, Effect::Suspend]));
}

#[test]
fn nothing_changed_means_nothing_to_draw() {
    let mut desk = hundred();
    desk.screen();
    assert!(!desk.app.dirty());
    desk.keys("k");
    assert!(desk.app.dirty());
}

#[test]
fn a_busy_log_on_a_tab_behind_is_drawn_once() {
    let mut desk = Desk::new(30, 8);
    desk.open("a", "x\n");
    desk.open("b", "x\n");
    desk.screen();
    desk.append(1, "news\n");
    assert!(desk.app.dirty(), "the star beside its tab");
    desk.screen();
    desk.append(1, "more\n");
    assert!(!desk.app.dirty());
    desk.append(0, "seen\n");
    assert!(desk.app.dirty());
}

#[test]
fn tab_goes_round_what_the_text_can_become() {
    let mut desk = hundred();
    let mut said = Vec::new();
    desk.keys(":layout <Tab>");
    for _ in 0..5 {
        said.push(desk.bottom());
        desk.keys("<Tab>");
    }
    assert_eq!(said, ["grid", "rows", "columns", "main", "grid"].map(|kind| format!(":layout {kind}")));
    desk.keys("<BackTab>");
    assert_eq!(desk.bottom(), ":layout grid");
    assert!(desk.popup().iter().any(|row| row.starts_with("layout columns")), "{:?}", desk.popup());
    desk.keys("<Enter>");
    assert!(desk.bottom().contains("layout: grid"), "{}", desk.bottom());
}

#[test]
fn escape_and_a_key_that_arrive_together_are_not_alt() {
    let mut desk = hundred();
    desk.keys("/line<Alt-k>");
    assert!(desk.screen().cursor.is_none());
    assert_eq!(desk.ends().1, "line 99");
    desk.keys("/one two<Alt-b>x");
    assert!(desk.bottom().starts_with("/one xtwo"), "{}", desk.bottom());
}
