//! Queries, on the screen.

use super::harness::Desk;

const LOG: &str = concat!(
    "{\"time\":\"2026-11-21T12:50:00Z\",\"level\":\"info\",\"msg\":\"one\",\"status\":200}\n",
    "{\"time\":\"2026-11-21T12:58:00Z\",\"level\":\"warn\",\"msg\":\"two\",\"status\":404}\n",
    "{\"time\":\"2026-11-21T13:04:00Z\",\"level\":\"error\",\"msg\":\"three\",\"status\":502}\n",
    "{\"time\":\"2026-11-21T13:05:00Z\",\"level\":\"info\",\"msg\":\"four\",\"status\":502}\n",
);

fn shop() -> Desk {
    let mut desk = Desk::new(160, 12);
    desk.open("shop.log", LOG);
    desk
}

/// The messages of the lines in sight.
fn messages(desk: &mut Desk) -> Vec<String> {
    const WORDS: [&str; 6] = ["one", "two", "three", "four", "five", "six"];
    let word = |line: String| line.split(' ').find(|word| WORDS.contains(word)).map(str::to_owned);
    desk.lines().into_iter().filter_map(word).collect()
}

#[test]
fn each_part_of_a_query_is_a_term_of_the_chain() {
    let mut desk = shop();
    desk.keys(":filter status>=400 level>=warn !three<Enter>");
    assert_eq!(messages(&mut desk), ["two"]);
    assert!(desk.title().contains("status>=400 level>=warn !three"), "{}", desk.title());
    desk.keys("<Tab>j<Space>q");
    assert_eq!(messages(&mut desk), ["two", "four"]);
    desk.keys("<Tab>d<Esc>");
    assert_eq!(messages(&mut desk), ["one", "two", "four"]);
    desk.keys("UUU");
    assert_eq!(messages(&mut desk), ["one", "two", "three", "four"]);
}

#[test]
fn a_query_is_asked_of_new_lines_too() {
    let mut desk = shop();
    desk.keys(":filter level>=error | status=200<Enter>");
    assert_eq!(messages(&mut desk), ["one", "three"]);
    desk.append(0, "{\"level\":\"info\",\"msg\":\"five\"}\n{\"level\":\"fatal\",\"msg\":\"six\"}\n");
    assert_eq!(messages(&mut desk), ["one", "three", "six"]);
    desk.keys("/six<Enter>");
    assert!(desk.bottom().contains("1 of 1 hit"), "{}", desk.bottom());
}

#[test]
fn times_are_those_of_the_wall() {
    let mut desk = shop();
    // It is 14:05:30 in Berlin, an hour ahead of the lines.
    desk.keys(":filter since 10m<Enter>");
    assert_eq!(messages(&mut desk), ["two", "three", "four"]);
    desk.keys("U:filter time>=14:04<Enter>");
    assert_eq!(messages(&mut desk), ["three", "four"]);
}

#[test]
fn a_mistake_is_shown_at_its_column_and_can_be_mended() {
    let mut desk = shop();
    desk.keys(":filter one level>=wran<Enter>");
    let screen = desk.screen();
    let rows: Vec<String> = screen.popups.iter().map(|popup| popup.rows[0][0].text.clone()).collect();
    let carets = rows.iter().find(|row| row.contains('^')).unwrap();
    assert_eq!(carets.find('^'), Some(":filter one level>=".len()), "{rows:?}");
    assert!(rows.iter().any(|row| row.contains("warn")), "{rows:?}");
    assert_eq!(messages(&mut desk).len(), 4);
    desk.keys("<Backspace><Backspace><Backspace>arn<Enter>");
    assert!(desk.screen().popups.is_empty(), "{:?}", desk.popup());
    assert!(desk.title().contains("one level>=warn"), "{}", desk.title());
}

#[test]
fn a_part_is_edited_in_the_panel() {
    let mut desk = shop();
    desk.keys(":filter status=502 level=info<Enter><Tab><Enter>");
    assert!(desk.bottom().starts_with("filter: status=502"), "{}", desk.bottom());
    for _ in 0..3 {
        desk.keys("<Backspace>");
    }
    desk.keys("200<Enter>q");
    assert_eq!(messages(&mut desk), ["one"]);
    assert!(desk.title().contains("status=200 level=info"), "{}", desk.title());
}

#[test]
fn tab_completes_what_can_be_asked_and_the_fields_in_sight() {
    let mut desk = shop();
    desk.keys(":filter st<Tab>");
    assert!(desk.bottom().starts_with(":filter status="), "{}", desk.bottom());
    desk.keys("502 lev<Tab>");
    assert!(desk.bottom().starts_with(":filter status=502 level"), "{}", desk.bottom());
    assert!(desk.popup().iter().any(|row| row.contains("level>=")), "{:?}", desk.popup());
    desk.keys(">=e<Tab><Enter>");
    assert_eq!(messages(&mut desk), ["three"]);
}

#[test]
fn what_is_learned_later_is_asked_anew() {
    let mut desk = Desk::new(80, 12);
    desk.open("any.log", "");
    desk.keys(":filter level>=warn<Enter>");
    // A level in any case counts where all lines have one.
    desk.append(0, "2026-11-21 13:00:00 warn slow\n");
    assert!(desk.lines()[0].contains("keeps no line"), "{:?}", desk.lines());
    desk.append(0, &"2026-11-21 13:00:01 info fine\n2026-11-21 13:00:02 warn slower\n".repeat(5));
    assert_eq!(desk.lines()[0], "2026-11-21 13:00:00 warn slow");
    assert_eq!(desk.running().iter().filter(|(_, kept)| *kept).count(), 1, "no scan is left behind");
}

#[test]
fn the_threshold_of_levels_is_a_term_of_the_chain() {
    let mut desk = shop();
    desk.append(0, "no level\n");
    desk.keys("&status<Enter>3>");
    assert_eq!(messages(&mut desk), ["two", "three"]);
    assert!(desk.title().contains("&status level>=warn"), "{}", desk.title());
    desk.keys(">");
    assert_eq!(messages(&mut desk), ["three"]);
    desk.keys("<lt>");
    assert!(desk.title().contains("level>=warn"), "{}", desk.title());
    desk.keys("<Tab>j<Space>q");
    assert_eq!(messages(&mut desk).len(), 4, "switched off by itself");
    desk.keys(">");
    assert!(desk.title().contains("&status level>=error"), "{}", desk.title());
    desk.keys("9<lt>");
    assert!(!desk.title().contains("level"), "{}", desk.title());
    desk.keys("<lt>");
    assert!(desk.bottom().contains("every level"), "{}", desk.bottom());
    desk.keys("9>");
    assert!(desk.title().contains("level>=fatal"), "{}", desk.title());
    desk.keys("U");
    assert!(!desk.title().contains("level"), "{}", desk.title());
}

#[test]
fn the_threshold_of_levels_moves_from_where_it_was_left() {
    let mut desk = shop();
    desk.keys(":filter level>=warn<Enter>C");
    assert!(desk.title().contains("off: level>=warn"), "{}", desk.title());
    desk.keys("<lt>");
    assert!(desk.bottom().contains("every level"), "{}", desk.bottom());
    assert!(desk.title().contains("off: level>=warn"), "what is off is not weakened: {}", desk.title());
    desk.keys(">");
    assert_eq!(messages(&mut desk), ["three"], "{}", desk.title());
    assert!(desk.title().contains("level>=error") && !desk.title().contains("off"), "{}", desk.title());
    desk.keys(">C>");
    assert!(desk.title().contains("level>=fatal") && !desk.title().contains("off"), "{}", desk.title());
    desk.keys(">");
    assert!(desk.bottom().contains("only fatal errors are kept already"), "{}", desk.bottom());
    // Of several the highest counts: to raise another would change nothing.
    desk.keys("UUUUU:filter level>=error<Enter>:filter level>=info<Enter>>");
    assert!(desk.title().contains("level>=fatal level>=info"), "{}", desk.title());
}

#[test]
fn from_error_to_error_and_from_warning_to_warning() {
    let mut desk = Desk::new(80, 12);
    let line = |n: usize| match n % 50 {
        7 => format!("2026-11-21 13:00:00 ERROR at {n}\n"),
        8 => format!("2026-11-21 13:00:00 WARN at {n}\n"),
        _ => format!("2026-11-21 13:00:00 INFO the word error at {n}\n"),
    };
    desk.open("app.log", &(1..=200).map(line).collect::<String>());
    let current = |desk: &mut Desk| -> String {
        let rows = desk.pane().rows;
        let at = rows.into_iter().find_map(|row| match row {
            crate::app::screen::Row::Line(line) if line.current => Some(line.text),
            _ => None,
        });
        at.unwrap_or_default().rsplit(' ').next().unwrap_or_default().to_owned()
    };
    desk.keys("g");
    let mut seen = Vec::new();
    for keys in ["e", "e", "n", "E", "w", "w", "2W", "G", "E"] {
        desk.keys(keys);
        seen.push(current(&mut desk));
    }
    assert_eq!(seen, ["7", "57", "107", "57", "58", "108", "8", "", "157"]);
    assert!(desk.bottom().contains("4 of 4 errors"), "{}", desk.bottom());
    desk.keys("e");
    assert!(desk.bottom().contains("no more errors below"), "{}", desk.bottom());
    desk.keys("<Esc>");
    assert_eq!(desk.running().len(), 1, "the search is over");
}

#[test]
fn where_no_line_says_a_level_there_are_no_errors() {
    let mut desk = Desk::numbered(100, 80, 12);
    desk.keys("e");
    assert!(desk.bottom().contains("no errors, as far as lines say a level"), "{}", desk.bottom());
}

#[test]
fn looking_for_errors_says_how_far_it_is_and_can_be_given_up() {
    let mut desk = shop();
    desk.hold_scans = true;
    desk.keys("ge");
    assert!(desk.bottom().contains("0 errors, 0 %"), "{}", desk.bottom());
    desk.keys("<Esc><Esc>");
    assert_eq!(desk.running().len(), 1, "nobody looks any more");
    desk.keys("e");
    desk.answer();
    assert!(desk.bottom().contains("1 of 1 error"), "{}", desk.bottom());
}
