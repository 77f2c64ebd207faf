//! What lines say, on the screen.

use super::harness::Desk;
use crate::app::screen::Row;
use crate::config::settings::{FormatRule, Settings};
use crate::core::span::Level;

const JSON: &str =
    "{\"level\":\"info\",\"msg\":\"ERROR: none so far\"}\n{\"level\":\"error\",\"msg\":\"it broke\"}\n";

fn tints(desk: &mut Desk) -> Vec<Option<Level>> {
    let rows = desk.pane().rows;
    rows.iter().filter_map(|row| if let Row::Line(line) = row { Some(line.tint) } else { None }).collect()
}

fn info(desk: &mut Desk, what: &str) -> String {
    desk.keys("=");
    let rows = desk.popup();
    desk.keys("q");
    let row = rows.iter().find(|row| row.trim_start().starts_with(what));
    row.unwrap_or_else(|| panic!("{what} is not in {rows:?}")).trim().to_owned()
}

#[test]
fn a_line_is_tinted_by_the_level_it_was_read_to_have() {
    let mut desk = Desk::new(80, 12);
    desk.open("app.log", JSON);
    desk.append(0, "ERROR in no format\n[main] and no level\n");
    assert_eq!(tints(&mut desk), [None, Some(Level::Error), Some(Level::Error), None]);
}

#[test]
fn what_is_known_of_the_format_is_told() {
    let mut desk = Desk::new(100, 30);
    desk.open("app.log", "");
    assert!(info(&mut desk, "format").ends_with("none that is known, so far"));
    desk.append(0, "2026-11-21 07:25:34,123 INFO [main] shop.Cart - up\n");
    assert!(info(&mut desk, "format").contains("log4j (log4j and logback)"));
    assert!(info(&mut desk, "times").ends_with("without a zone, taken for those of Europe/Berlin"));
    for _ in 0..60 {
        desk.append(0, &"{\"time\":\"2026-11-21T07:25:34+05:30\",\"level\":\"info\"}\n".repeat(20));
    }
    assert!(info(&mut desk, "format").contains("json (a JSON object a line)"));
    assert!(info(&mut desk, "times").ends_with("+05:30, as the lines say"));
}

#[test]
fn a_format_that_was_chosen_is_kept() {
    let rule = FormatRule { sources: Some("app.*".into()), name: "syslog".into() };
    let mut desk = Desk::with(Settings { formats: vec![rule], ..Settings::default() }, 100, 30);
    desk.open("/var/log/app.log", JSON);
    assert!(info(&mut desk, "format").contains("as chosen"));
    desk.open("/var/log/other.log", JSON);
    desk.keys("<Ctrl-W>w");
    assert!(info(&mut desk, "format").contains("json"));
}

#[test]
fn times_without_a_zone_are_of_the_host_they_come_from() {
    let mut desk = Desk::new(100, 30);
    let log = "2026-11-21 12:00:00,000 INFO [main] a.B - x\n".repeat(10);
    desk.open_far("web1:/app.log", &log, 0);
    assert!(info(&mut desk, "times").ends_with("taken for those of Europe/Berlin"));
    desk.keys(":filter time>=12:00<Enter>i");
    let shown = |desk: &mut Desk| desk.lines().len();
    assert_eq!(shown(&mut desk), 10);
    let zone = |desk: &mut Desk, zone: i32| {
        desk.change(0, |status| status.remote.as_mut().unwrap().zone = Some(zone))
    };
    // Noon there is half past seven in Berlin: the lines are asked anew.
    zone(&mut desk, 19_800);
    assert!(info(&mut desk, "times").ends_with("taken for those of the host (+05:30)"));
    assert!(desk.lines()[0].contains("keeps no line"), "{:?}", desk.lines());
    desk.keys("U");
    let time = |desk: &mut Desk| match &desk.pane().rows[0] {
        Row::Line(line) => line.time.as_ref().unwrap().text.clone(),
        row => panic!("{row:?}"),
    };
    assert_eq!(time(&mut desk), "07:30:00.000 ");
    // A host whose clock shows what the one here does is taken for one in this zone, with its summers.
    desk.open_far("web2:/app.log", "2026-07-01 12:00:00,000 INFO [main] a.B - x\n", 0);
    desk.change(1, |status| status.remote.as_mut().unwrap().zone = Some(3600));
    desk.keys("<Ctrl-W>w");
    assert!(info(&mut desk, "times").ends_with("taken for those of Europe/Berlin"));
}

#[test]
fn a_log_of_a_host_is_read_from_what_is_here() {
    let mut desk = Desk::new(100, 30);
    let log = JSON.repeat(400);
    let held = log.len() as u64 - 5000;
    desk.open_far("web1:/app.log", &log, held);
    assert!(info(&mut desk, "format").contains("json"));
    assert!(!desk.fetch(0), "nothing was asked for only to learn from it");
}
