//! Records: kept and dropped as one, walked, shown by themselves, copied, folded; and repeated lines.

use super::harness::{Desk, numbered, row_text};
use crate::app::event::{Effect, Event, Saved};
use crate::app::screen::Row;
use crate::config::settings::Settings;

const LOG: &str = "2026-11-21 07:25:33 INFO up
2026-11-21 07:25:34 ERROR it broke
java.lang.IllegalStateException: no cart
\tat shop.Cart.add(Cart.java:17)
Caused by: java.io.IOException: timeout
\t... 12 more
2026-11-21 07:25:35 INFO GET /healthcheck
\tno trouble
2026-11-21 07:25:36 WARN slow user=\"jo k\" took=12ms
";

fn desk(width: u16, height: u16) -> Desk {
    let mut desk = Desk::new(width, height);
    desk.open("/var/log/app.log", LOG);
    desk
}

/// The rows of the focused pane with what is folded behind them.
fn folded(desk: &mut Desk) -> Vec<String> {
    let rows = desk.pane().rows;
    let text = |row: &Row| match row {
        Row::Line(line) if !line.count.is_empty() => format!("{} [{}]", row_text(row), line.count),
        row => row_text(row),
    };
    rows.iter().map(text).collect()
}

fn copied(desk: &Desk) -> String {
    let copied = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    copied.unwrap()
}

#[test]
fn a_filter_keeps_a_trace_whole_or_drops_it_with_its_tail() {
    let mut desk = desk(80, 14);
    desk.keys("&Caused by<Enter>");
    assert_eq!(desk.lines(), LOG.lines().skip(1).take(5).map(shown).collect::<Vec<_>>());
    desk.keys("U!healthcheck<Enter>");
    assert_eq!(desk.lines().len(), 7);
    assert!(!desk.lines().iter().any(|line| line.contains("no trouble")), "{:?}", desk.lines());
    desk.keys("U&Cart<Enter>!timeout<Enter>");
    assert!(desk.lines()[0].contains("keeps no line"), "{:?}", desk.lines());
}

fn shown(line: &str) -> String {
    line.replace('\t', "        ")
}

#[test]
fn a_part_of_a_query_asks_the_head_for_its_level_and_any_line_for_its_text() {
    let mut desk = desk(80, 14);
    desk.keys(":filter level>=error timeout<Enter>");
    assert_eq!(desk.lines().len(), 5);
    desk.keys("UU:filter level=info timeout<Enter>");
    assert!(desk.lines()[0].contains("keeps no line"), "{:?}", desk.lines());
    desk.keys("UU:filter (level=warn | Caused)<Enter>");
    assert_eq!(desk.lines().len(), 6);
}

#[test]
fn single_lines_are_kept_where_that_is_asked_for() {
    let mut desk = desk(80, 14);
    desk.keys("&Caused by<Enter>zw");
    assert_eq!(desk.lines(), ["Caused by: java.io.IOException: timeout"]);
    assert!(desk.title().contains("by line"), "{}", desk.title());
    desk.keys("zw");
    assert_eq!(desk.lines().len(), 5);
    let mut desk = Desk::with(Settings { by_line: true, ..Settings::default() }, 80, 14);
    desk.open("/var/log/app.log", LOG);
    desk.keys("&Caused by<Enter>");
    assert_eq!(desk.lines().len(), 1);
}

#[test]
fn a_line_that_comes_later_brings_its_record_back() {
    let mut desk = desk(80, 14);
    desk.keys("&Caused by<Enter>");
    desk.append(0, "2026-11-21 07:25:37 ERROR again\n\tat one\n");
    assert_eq!(desk.lines().len(), 5);
    desk.append(0, "Caused by: something\n");
    assert_eq!(desk.lines().len(), 8);
    assert!(desk.lines()[5].contains("ERROR again"), "{:?}", desk.lines());
    desk.append(0, "\tat its end\n2026-11-21 07:25:38 INFO fine\n");
    assert_eq!(desk.lines().len(), 9);
    desk.keys("U!its end<Enter>");
    assert!(!desk.lines().iter().any(|line| line.contains("again")), "{:?}", desk.lines());
}

#[test]
fn context_stands_around_whole_records() {
    let mut desk = desk(80, 14);
    desk.keys("&Caused by<Enter>]");
    let rows = desk.pane().rows;
    let dim: Vec<bool> = rows.iter().map(|row| matches!(row, Row::Line(line) if line.dim)).collect();
    assert_eq!(dim, [true, false, false, false, false, false, true]);
}

#[test]
fn braces_walk_from_record_to_record() {
    let mut desk = desk(80, 6);
    let at = |desk: &mut Desk| {
        let rows = desk.pane().rows;
        let current = rows.iter().find(|row| matches!(row, Row::Line(line) if line.current));
        current.map(row_text).unwrap_or_default()
    };
    desk.keys("g}");
    assert!(at(&mut desk).contains("it broke"), "{:?}", desk.lines());
    desk.keys("}");
    assert!(at(&mut desk).contains("healthcheck"));
    desk.keys("2{");
    assert!(at(&mut desk).ends_with("INFO up"));
    desk.keys("{");
    assert!(desk.bottom().contains("no record above"), "{}", desk.bottom());
    desk.keys("/at shop<Enter>{");
    assert!(at(&mut desk).contains("it broke"), "back to the head of its own first");
    desk.keys("9}");
    assert!(at(&mut desk).contains("slow"), "as far as there are any");
    desk.keys("}");
    assert!(desk.bottom().contains("no record below"), "{}", desk.bottom());
    desk.keys("zw&Cart|slow<Enter>g}");
    assert!(at(&mut desk).contains("slow"), "{:?}", desk.lines());
    desk.keys("{");
    assert!(at(&mut desk).contains("no cart") || at(&mut desk).contains("at shop"), "{}", at(&mut desk));
}

#[test]
fn a_record_is_shown_by_itself() {
    let mut desk = desk(80, 30);
    desk.keys("gp");
    desk.keys("}}}");
    let rows = desk.popup().join("\n");
    assert!(rows.contains("level") && rows.contains("warn"), "{rows}");
    assert!(rows.contains("2026-11-21 07:25:36 +01:00"), "{rows}");
    assert!(rows.contains("user") && rows.contains("jo k") && rows.contains("12ms"), "{rows}");
    desk.keys("{{");
    let rows = desk.popup().join("\n");
    assert!(rows.contains("ERROR it broke") && rows.contains("... 12 more"), "{rows}");
    desk.keys("y");
    assert_eq!(copied(&desk), LOG.lines().skip(1).take(5).collect::<Vec<_>>().join("\n"));
    desk.keys("q");
    assert!(desk.popup().is_empty());
    let current = desk
        .pane()
        .rows
        .iter()
        .any(|row| matches!(row, Row::Line(line) if line.current && line.text.contains("it broke")));
    assert!(current, "the pane has gone along");
}

#[test]
fn a_record_in_a_tile_scrolls() {
    let mut desk = desk(20, 5);
    desk.keys("g}p");
    let first = desk.popup();
    assert!(!first.is_empty() && first.len() <= 5, "{first:?}");
    let mut seen = first.join("");
    for _ in 0..40 {
        desk.keys("j");
        seen += &desk.popup().join("");
    }
    assert!(seen.contains("more"), "its end was seen: {seen}");
    desk.keys("<Esc>");
    assert!(desk.popup().is_empty());
}

#[test]
fn times_of_another_zone_are_shown_here_too() {
    let mut desk = Desk::new(80, 20);
    desk.open("a.log", "2026-11-21T07:25:34.5+05:30 INFO up\n");
    desk.keys("p");
    let rows = desk.popup().join("\n");
    assert!(rows.contains("2026-11-21 07:25:34.5 +05:30"), "{rows}");
    assert!(rows.contains("2026-11-21 02:55:34.5 +01:00"), "{rows}");
}

#[test]
fn without_a_selection_the_whole_record_is_copied() {
    let mut desk = desk(80, 14);
    desk.keys("/shop<Enter>y");
    assert_eq!(copied(&desk), LOG.lines().skip(1).take(5).collect::<Vec<_>>().join("\n"));
    desk.keys("vy");
    assert_eq!(copied(&desk), "\tat shop.Cart.add(Cart.java:17)");
}

#[test]
fn a_part_of_a_record_that_is_kept_is_saved_as_it_was_selected() {
    let mut desk = desk(80, 14);
    desk.keys("&Caused by|slow<Enter>gg/no cart<Enter>vjjs/tmp/x<Enter>");
    let request = |desk: &Desk| {
        desk.effects.iter().rev().find_map(|effect| match effect {
            Effect::Save(request) => Some(request.clone()),
            _ => None,
        })
    };
    let saved = request(&desk).unwrap();
    let at = |part: &str| LOG.find(part).unwrap() as u64;
    assert_eq!((saved.from.0, saved.to.0), (at("java.lang"), at("\t... 12")));
    assert!(saved.judged.is_empty(), "{:?}", saved.judged);
    desk.send(Event::Saved(Saved::Done("saved".into())));
    desk.keys("<Esc><Esc>gg/no cart<Enter>vGs/tmp/y<Enter>");
    let saved = request(&desk).unwrap();
    assert_eq!((saved.from.0, saved.to.0), (at("java.lang"), LOG.len() as u64));
    assert_eq!(saved.judged.start.0, at("2026-11-21 07:25:35"), "the part of the first is not judged again");
}

#[test]
fn tails_fold_behind_their_heads() {
    let mut desk = desk(80, 14);
    desk.keys("za");
    assert_eq!(
        folded(&mut desk),
        [
            "2026-11-21 07:25:33 INFO up",
            "2026-11-21 07:25:34 ERROR it broke [+4 lines]",
            "2026-11-21 07:25:35 INFO GET /healthcheck [+1 line]",
            "2026-11-21 07:25:36 WARN slow user=\"jo k\" took=12ms",
        ]
    );
    assert!(desk.title().contains("tails folded"), "{}", desk.title());
    desk.append(0, "\tmore of it\n");
    assert!(folded(&mut desk)[3].ends_with("[+1 line]"), "{:?}", folded(&mut desk));
    desk.keys("/timeout<Enter>");
    let current = desk.pane().rows.iter().position(|row| matches!(row, Row::Line(line) if line.current));
    assert_eq!(current, Some(1), "a hit in a tail is found where it is folded");
    desk.keys("&Cart<Enter>");
    assert_eq!(folded(&mut desk), ["2026-11-21 07:25:34 ERROR it broke [+4 lines]"]);
    desk.keys("zR");
    assert_eq!(desk.lines().len(), 5);
    desk.keys("zM");
    assert_eq!(desk.lines().len(), 1);
}

#[test]
fn folding_stays_at_the_record_that_is_looked_at() {
    let mut log = numbered(1..=50);
    log += "it broke\n";
    (0..30).for_each(|n| log += &format!("\tat frame {n}\n"));
    log += &numbered(51..=90);
    let mut desk = Desk::new(60, 8);
    desk.open("a.log", &log);
    desk.keys("/frame 20<Enter>jjjj");
    assert!(desk.lines()[0].contains("frame"), "{:?}", desk.lines());
    desk.keys("za");
    assert_eq!(folded(&mut desk)[0], "it broke [+30 lines]");
    desk.keys("<Esc>ma83G");
    let shown = folded(&mut desk);
    assert!(shown.iter().any(|row| row.contains("line 5")), "{shown:?}");
}

#[test]
fn repeated_lines_are_shown_once_and_count_up() {
    let mut desk = Desk::new(80, 14);
    let log: String = (0..500).map(|n| format!("GET /cart/{n} took {}.{n}ms\n", n % 7)).collect();
    desk.open("a.log", &format!("up\n{log}down\n"));
    desk.keys("zr");
    assert_eq!(folded(&mut desk), ["up", "GET /cart/0 took 0.0ms [×500]", "down"]);
    assert!(desk.title().contains("repeats folded"), "{}", desk.title());
    desk.append(0, "lost 10.0.0.1\nlost 10.0.0.2\n");
    assert_eq!(folded(&mut desk)[3], "lost 10.0.0.1 [×2]");
    desk.append(0, "lost 10.0.0.7\n");
    assert_eq!(folded(&mut desk)[3], "lost 10.0.0.1 [×3]");
    desk.keys("!lost<Enter>");
    assert_eq!(folded(&mut desk).len(), 3);
    desk.keys("U/cart<Enter>");
    let current = desk.pane().rows.iter().position(|row| matches!(row, Row::Line(line) if line.current));
    assert_eq!(current, Some(1));
    desk.keys("nzrG");
    assert_eq!(desk.ends().1, "lost 10.0.0.7");
    assert_eq!(desk.running().iter().filter(|(_, kept)| *kept).count(), 1, "only the search goes on");
}

#[test]
fn a_long_run_is_counted_by_its_blocks() {
    let mut desk = Desk::new(80, 14);
    let log: String = (0..40_000).map(|n| format!("connection {n:08} lost\n")).collect();
    desk.open("a.log", &format!("up\n{log}down\n{log}"));
    desk.keys("zr");
    assert_eq!(
        folded(&mut desk),
        ["up", "connection 00000000 lost [×40,000]", "down", "connection 00000000 lost [×40,000]"]
    );
    desk.append(0, "connection 9 lost\n");
    assert_eq!(folded(&mut desk)[3], "connection 00000000 lost [×40,001]");
}

#[test]
fn repeated_records_fold_as_one_with_their_tails() {
    let mut desk = Desk::new(80, 14);
    let log: String = (0..20).map(|n| format!("error {n}\n\tat one\n\tat two\n")).collect();
    desk.open("a.log", &log);
    desk.keys("zazr");
    assert_eq!(folded(&mut desk), ["error 0 [+2 lines ×20]"]);
}

#[test]
fn counts_leave_the_text_its_place() {
    let mut desk = Desk::new(80, 6);
    let line = "word ".repeat(30);
    desk.open("a.log", &format!("{line}1\n{line}2\nend\n"));
    desk.keys("zr");
    let Row::Line(row) = &desk.pane().rows[0] else { panic!() };
    assert_eq!((row.count.as_str(), row.more), ("×2", (false, true)));
    assert_eq!(row.text.len(), 79 - 3, "one column for the scrollbar, three for the count");
    let mut tile = Desk::new(20, 5);
    tile.open("a.log", LOG);
    tile.keys("za");
    assert!(folded(&mut tile).iter().any(|row| row.ends_with("[+4]")), "{:?}", folded(&mut tile));
}

#[test]
fn hostile_records_are_shown_like_any_other() {
    let mut desk = Desk::new(80, 14);
    let mut log = String::from("head\n");
    (0..100_000).for_each(|n| log += &format!("\t\u{1b}]0;title\u{7} frame {n}\n"));
    log += &format!("\t{}\nnext\n", "x".repeat(3 << 20));
    desk.open("a.log", &log);
    desk.keys("&head|next<Enter>zag");
    assert!(folded(&mut desk)[0].ends_with(" or more]"), "{:?}", folded(&mut desk));
    desk.keys("}p");
    let rows = desk.popup().join("");
    assert!(!rows.contains('\u{1b}') && !rows.contains('\u{7}'), "nothing is let through");
    desk.keys("qzr{{}}zRG{{{g}");
    assert!(!desk.lines().is_empty());
}

#[test]
fn a_log_of_a_host_is_folded_as_it_comes() {
    let mut desk = Desk::new(80, 10);
    let log: String = (0..3_000).map(|n| format!("error {n}\n\tat one\n")).collect();
    let held = log.len() as u64 - 5_000;
    desk.open_far("web1:/app.log", &log, held);
    desk.keys("za");
    let mut rounds = 0;
    while desk.fetch(0) && rounds < 500 {
        rounds += 1;
        desk.screen();
    }
    assert_eq!(folded(&mut desk).last().map(String::as_str), Some("error 2999 [+1 line]"));
    desk.keys("g");
    while desk.fetch(0) && rounds < 1000 {
        rounds += 1;
        desk.screen();
    }
    assert_eq!(folded(&mut desk)[0], "error 0 [+1 line]");
}
