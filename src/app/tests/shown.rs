//! The form of lines, hidden values and the column of times, on the screen.

use std::time::Duration;

use super::harness::{Desk, row_text};
use crate::app::event::{Effect, Event};
use crate::app::screen::{LineRow, Row, Tone};
use crate::core::span::{Class, Level};

const LOG: &str = concat!(
    "{\"time\":\"2026-11-21T12:50:00Z\",\"level\":\"info\",\"msg\":\"one\",\"req\":{\"method\":\"GET\",\"ms\":12},\"user\":7}\n",
    "2026-11-21 14:04:00,500 INFO [main] shop.Cart - two\n",
    "    at a.b.C\n",
    "time=2026-11-21T14:05:20+01:00 level=error msg=\"it broke\" req=none user=8\n",
);

fn desk(width: u16, height: u16) -> Desk {
    let mut desk = Desk::new(width, height);
    desk.open("shop.log", LOG);
    desk
}

fn rows(desk: &mut Desk) -> Vec<LineRow> {
    let rows = desk.pane().rows;
    rows.into_iter().filter_map(|row| if let Row::Line(line) = row { Some(line) } else { None }).collect()
}

/// What the column of times says, by row.
fn times(desk: &mut Desk) -> Vec<String> {
    rows(desk).into_iter().map(|row| row.time.map(|time| time.text).unwrap_or_default()).collect()
}

/// The stretches of a row that are of a class.
fn of(row: &LineRow, wanted: Class) -> Vec<&str> {
    row.spans.iter().filter(|span| span.class == wanted).map(|span| &row.text[span.range.clone()]).collect()
}

#[test]
fn lines_with_fields_are_shown_on_one_line_and_j_turns_them() {
    let mut desk = desk(100, 12);
    let line = [
        "13:50:00.000 INFO  one req={method:GET ms:12} user=7",
        "2026-11-21 14:04:00,500 INFO [main] shop.Cart - two",
        "    at a.b.C",
        "14:05:20.000 ERROR it broke req=none user=8",
    ];
    assert_eq!(desk.lines(), line);
    let row = &rows(&mut desk)[3];
    assert_eq!((of(row, Class::Level(Level::Error)), row.tint), (vec!["ERROR"], Some(Level::Error)));
    assert_eq!((of(row, Class::Time), of(row, Class::Key)), (vec!["14:05:20.000"], vec!["req", "user"]));
    desk.keys("J");
    let folded = [
        "13:50:00.000 INFO  one",
        "  req:",
        "    method: GET",
        "    ms: 12",
        "  user: 7",
        line[1],
        line[2],
        "14:05:20.000 ERROR it broke",
        "  req: none",
        "  user: 8",
    ];
    assert_eq!(desk.lines(), folded);
    desk.keys("J");
    assert_eq!(desk.lines(), LOG.lines().collect::<Vec<_>>());
    desk.keys("J");
    assert_eq!(desk.lines(), line);
    desk.keys(":form raw<Enter>");
    assert_eq!(desk.lines()[0], LOG.lines().next().unwrap());
}

#[test]
fn what_is_folded_out_scrolls_wraps_and_moves_sideways_by_its_rows() {
    let mut desk = desk(20, 6);
    desk.keys("Jg");
    assert_eq!(
        desk.lines(),
        ["13:50:00.000 INFO  o", "  req:", "    method: GET", "    ms: 12", "  user: 7"]
    );
    // The longest row decides how far it goes, not all of them behind each other.
    desk.keys("$");
    assert_eq!(desk.lines(), [":50:00.000 INFO  one", "req:", "  method: GET", "  ms: 12", "user: 7"]);
    desk.keys("0jj");
    assert_eq!(desk.lines()[0], "    method: GET");
    desk.keys("l");
    assert_eq!(desk.lines()[..2], ["   method: GET", "   ms: 12"]);
    desk.keys("0gvjjy");
    assert!(
        matches!(&desk.effects[..], [Effect::Copy(text)] if LOG.starts_with(text) && text.lines().count() == 3)
    );
    desk.keys("-S");
    let wrapped: Vec<String> = (0..12)
        .map(|_| {
            let first = desk.ends().0;
            desk.keys("j");
            first
        })
        .collect();
    let at = |text: &str| {
        wrapped.iter().position(|row| row == text).unwrap_or_else(|| panic!("{text}: {wrapped:?}"))
    };
    assert!(at("  user: 7") < at("2026-11-21 14:04:00,"), "{wrapped:?}");
}

#[test]
fn what_is_taken_out_is_as_it_is_stored() {
    for keys in ["", "J"] {
        let mut desk = desk(100, 16);
        desk.keys(keys).keys("D");
        assert!(
            matches!(&desk.effects[..], [Effect::Dump(lines)] if *lines == LOG.lines().collect::<Vec<_>>())
        );
        desk.effects.clear();
        desk.keys("vgy");
        assert!(matches!(&desk.effects[..], [Effect::Copy(text)] if *text == LOG.trim_end()));
    }
}

#[test]
fn a_hit_that_the_form_does_not_show_turns_its_line_raw() {
    let mut desk = desk(100, 12);
    desk.keys("/level\":<Enter>");
    assert!(desk.bottom().contains("1 of 1 hit"), "{}", desk.bottom());
    let shown = rows(&mut desk);
    assert_eq!(
        (shown[0].text.as_str(), of(&shown[0], Class::Hit)),
        (LOG.lines().next().unwrap(), vec!["level\":"])
    );
    assert!(shown[3].text.starts_with("14:05:20.000 ERROR"), "others stay as they were");
    desk.keys("<Esc>");
    assert!(desk.lines()[0].starts_with("13:50:00.000 INFO  one"));
    // What is hidden is found all the same, and so is what is folded out and cut.
    desk.keys(":hide user<Enter>/7<Enter>");
    assert_eq!(desk.lines()[0], LOG.lines().next().unwrap());
}

#[test]
fn what_only_the_form_says_is_no_hit() {
    let mut desk = desk(100, 12);
    desk.keys("/user=<Enter>");
    assert!(desk.bottom().contains("1 of 1 hit"), "{}", desk.bottom());
    let hits: Vec<usize> = rows(&mut desk).iter().map(|row| of(row, Class::Hit).len()).collect();
    assert_eq!(hits, [0, 0, 0, 1], "JSON does not say user=");
}

#[test]
fn a_hit_in_what_is_folded_out_comes_into_sight() {
    let mut desk = Desk::new(60, 8);
    let members: Vec<String> = (0..50).map(|n| format!("\"k{n}\":\"v{n}\"")).collect();
    desk.open("a.log", &format!("{{\"msg\":\"many\",{}}}\nlast\n", members.join(",")));
    desk.keys("Jg/v37<Enter>");
    assert!(desk.lines().contains(&"  k37: v37".to_owned()), "{:?}", desk.lines());
}

#[test]
fn values_are_hidden_and_the_pane_says_so() {
    let mut desk = desk(100, 14);
    desk.keys(":hide us<Tab><Enter>");
    assert_eq!(desk.lines()[3], "14:05:20.000 ERROR it broke req=none");
    assert!(desk.title().contains("hides user"), "{}", desk.title());
    desk.keys(":hide req.me<Tab>");
    assert!(desk.bottom().starts_with(":hide req.method"), "{}", desk.bottom());
    desk.keys(" time,level<Enter>");
    assert_eq!(desk.lines()[0], "one req={ms:12}");
    assert_eq!(desk.lines()[1], LOG.lines().nth(1).unwrap(), "what is no column cannot be hidden");
    assert!(desk.title().contains("hides level, req.method, time, user"), "{}", desk.title());
    desk.keys("<Ctrl-W>s");
    assert!(desk.title().contains("hides"), "the same in a split: {}", desk.title());
    desk.keys("<Ctrl-W>q=");
    let info = desk.popup().join("\n");
    assert!(info.contains("hidden: level, req.method, time, user"), "{info}");
    desk.keys("q:form raw<Enter>");
    assert!(!desk.title().contains("hides"), "raw is all: {}", desk.title());
    desk.keys("J:show ti<Tab> user<Enter>");
    assert_eq!(desk.lines()[3], "14:05:20.000 it broke req=none user=8");
    desk.keys(":show nothing<Enter>");
    assert!(desk.bottom().contains("nothing is not hidden"), "{}", desk.bottom());
    desk.keys(":show all<Enter>");
    assert_eq!(desk.lines()[3], "14:05:20.000 ERROR it broke req=none user=8");
    assert!(!desk.title().contains("hides"), "{}", desk.title());
    desk.keys(":hide<Enter>");
    assert!(desk.bottom().contains(":hide FIELD"), "{}", desk.bottom());
}

#[test]
fn many_hidden_values_are_counted() {
    let mut desk = desk(100, 12);
    desk.keys(":hide an_unusually_long_name another_long_name third<Enter>");
    assert!(desk.title().contains("hides 3 fields"), "{}", desk.title());
}

#[test]
fn fields_within_fields_complete_in_queries_too() {
    let mut desk = desk(100, 12);
    desk.keys(":filter req.m<Tab>s=12<Enter>");
    assert_eq!(desk.lines().len(), 1, "{:?}", desk.lines());
}

#[test]
fn the_column_of_times_goes_round() {
    let mut desk = desk(100, 12);
    desk.keys("i");
    assert_eq!(times(&mut desk), ["13:50:00.000 ", "14:04:00.500 ", "             ", "14:05:20.000 "]);
    assert_eq!(rows(&mut desk)[0].text, "INFO  one req={method:GET ms:12} user=7", "not twice");
    // It is 14:05:30.
    desk.keys("i");
    assert_eq!(times(&mut desk), ["  15m ", "   1m ", "      ", "  10s "]);
    desk.keys("i");
    assert_eq!(times(&mut desk), ["        ", "+14m00s ", "        ", " +1m19s "]);
    assert!(rows(&mut desk)[0].text.starts_with("13:50:00.000 INFO"));
    desk.keys("i");
    assert_eq!(times(&mut desk), ["", "", "", ""]);
    desk.keys(":times age<Enter>J");
    assert_eq!(times(&mut desk)[..3], ["  15m ", "      ", "      "], "only on the first row of a line");
}

#[test]
fn gaps_stand_out_and_so_do_clocks_that_jump_back() {
    let mut desk = Desk::new(80, 9);
    let at = |time: &str| format!("2026-11-21 14:{time} INFO [main] a.B - x\n");
    let log: String =
        ["00:00,000", "00:00,999", "00:01,999", "00:11,998", "00:21,998", "00:20,000"].map(at).concat();
    desk.open("a.log", &log);
    desk.keys("iii");
    let told: Vec<(String, Tone)> =
        rows(&mut desk).into_iter().filter_map(|row| row.time).map(|time| (time.text, time.tone)).collect();
    let known = [
        ("        ", Tone::Faint),
        (" +999ms ", Tone::Faint),
        (" +1.00s ", Tone::Note),
        (" +9.99s ", Tone::Note),
        (" +10.0s ", Tone::Bad),
        (" -1.99s ", Tone::Note),
    ];
    let told: Vec<(&str, Tone)> = told.iter().map(|(text, tone)| (text.as_str(), *tone)).collect();
    assert_eq!(told, known);
}

#[test]
fn no_gap_stands_out_behind_a_line_that_stands_for_many() {
    let mut desk = Desk::new(80, 9);
    let line = |n: usize| format!("2026-11-21 14:00:{n:02} INFO tick {n}\n");
    desk.open("a.log", &((0..50).map(line).collect::<String>() + "2026-11-21 14:00:50 INFO tock\n"));
    desk.keys("iiizr");
    let told: Vec<(String, Tone)> =
        rows(&mut desk).into_iter().filter_map(|row| row.time).map(|time| (time.text, time.tone)).collect();
    assert_eq!(told, [("        ".to_owned(), Tone::Faint), (" +50.0s ".to_owned(), Tone::Faint)]);
    desk.keys("zrG");
    assert!(rows(&mut desk).into_iter().filter_map(|row| row.time).all(|time| time.tone == Tone::Note));
}

#[test]
fn the_delta_of_the_first_line_in_sight_is_to_the_one_above() {
    let mut desk = Desk::new(80, 4);
    let line = |n: u32| format!("2026-11-21 14:00:{n:02},000 INFO [main] a.B - {n}\n  more\n");
    desk.open("a.log", &(0..20).map(line).collect::<String>());
    desk.keys("iii10Gk");
    assert_eq!(times(&mut desk), ["        ", " +1.00s ", "        "], "{:?}", desk.lines());
    desk.keys("j");
    assert_eq!(times(&mut desk)[0], " +1.00s ", "{:?}", desk.lines());
    // Of the kept lines, where a filter is on.
    desk.keys("&INFO.*[05]$<Enter>G");
    assert_eq!(times(&mut desk), ["        ", " +5.00s ", "        "], "{:?}", desk.lines());
}

#[test]
fn an_age_ticks_when_it_changes_and_not_before() {
    let mut desk = Desk::new(80, 5);
    desk.open("a.log", "2026-11-21 14:05:27,300 INFO [main] a.B - x\n");
    desk.screen();
    assert_eq!(desk.app.wake_at(desk.now), None, "nothing ticks that is not shown");
    desk.keys("ii");
    let mut seen = Vec::new();
    let began = desk.now;
    while desk.now < began + Duration::from_secs(200) {
        seen.extend(times(&mut desk));
        let due = desk.app.wake_at(desk.now).unwrap();
        assert!(due > desk.now && (due - began).subsec_nanos() == 0, "{:?}", due - began);
        desk.now = due;
        desk.send(Event::Tick);
        assert_eq!(desk.app.wake_at(desk.now), None, "until it is drawn");
    }
    let seconds = (3..60).map(|n| format!("{n:>4}s "));
    let minutes = (1..4).map(|n| format!("{n:>4}m "));
    assert_eq!(seen, seconds.chain(minutes).collect::<Vec<_>>());
    desk.keys("i");
    desk.screen();
    assert_eq!(desk.app.wake_at(desk.now), None);
}

#[test]
fn times_are_shown_in_a_zone_of_choice() {
    let mut desk = desk(100, 12);
    desk.keys("i:zone utc<Enter>");
    assert_eq!(times(&mut desk)[3], "13:05:20.000 ");
    assert!(desk.bottom().contains("in UTC"), "{}", desk.bottom());
    desk.keys(":zone Asia/Tokio<Enter>");
    assert!(matches!(desk.effects.pop(), Some(Effect::Zone(name)) if name == "Asia/Tokio"));
    desk.send(Event::Zone("Asia/Tokio".into(), None));
    assert!(desk.bottom().contains("no zone is called Asia/Tokio"), "{}", desk.bottom());
    desk.keys(":zone a");
    assert!(matches!(desk.effects.pop(), Some(Effect::Zones)), "names are asked for when they may be wanted");
    desk.send(Event::Zones(vec!["Africa/Cairo".into(), "Asia/Tokyo".into(), "Europe/Paris".into()]));
    desk.keys("s<Tab><Enter>");
    assert!(matches!(desk.effects.pop(), Some(Effect::Zone(name)) if name == "Asia/Tokyo"));
    assert!(desk.effects.is_empty(), "they are asked for once");
    desk.send(Event::Zone("Asia/Tokyo".into(), jiff::tz::TimeZone::get("Asia/Tokyo").ok()));
    assert_eq!(times(&mut desk)[3], "22:05:20.000 ");
    desk.keys("iiii:zone local<Enter>");
    assert_eq!(times(&mut desk)[3], "14:05:20.000 ");
    desk.keys("i:zone utc<Enter>");
    assert!(desk.lines()[3].starts_with("13:05:20.000 ERROR"), "in the lines too");
}

#[test]
fn a_narrow_pane_has_no_column_of_times() {
    let mut desk = desk(20, 5);
    desk.keys("i");
    assert_eq!(times(&mut desk), ["", "", "", ""]);
    assert!(desk.bottom().contains("too narrow"), "{}", desk.bottom());
    desk.keys("i");
    assert_eq!(times(&mut desk)[3], "  10s ", "an age fits");
    assert_eq!(rows(&mut desk)[3].text.len(), 14);
}

#[test]
fn absurd_times_and_lines_are_shown_and_nothing_breaks() {
    let mut desk = Desk::new(80, 24);
    let mut log = String::new();
    for time in [
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "1677-09-21T00:12:44Z",
        "2262-04-11T23:47:16Z",
        "2026-02-30T00:00:00Z",
        "2026-11-21T14:00:00Z",
        "1970-01-01T00:00:00Z",
        "-1",
        "1e400",
        "18446744073709551616",
    ] {
        log += &format!("{{\"time\":\"{time}\",\"msg\":\"x\",\"n\":1}}\n{time} plain\n");
    }
    log += &format!("{{\"msg\":{}1{}}}\n", "[".repeat(10_000), "]".repeat(10_000));
    log += &format!("{{\"msg\":\"{}\"}}\n", "y".repeat(1 << 20));
    log += "{\"msg\":\"a\",\"msg\":\"b\",\"level\":\"info\",\"level\":\"error\"}\n";
    desk.open("a.log", &log);
    for _ in 0..4 {
        for keys in ["g", "G", "bb", "J", "Jg", "J", "-S", "-S"] {
            desk.keys(keys);
            let rows = desk.screen().panes[0].rows.len();
            assert!(rows > 0, "{keys}");
        }
        desk.keys("i");
    }
    desk.keys("Gi");
    let last = desk.pane().rows.last().map(row_text).unwrap();
    assert!(last.ends_with("INFO  a msg=b level=error"), "a second one of a name is not lost: {last}");
}

#[test]
fn in_one_stream_each_line_has_the_form_and_the_times_of_its_log() {
    let mut desk = Desk::new(120, 16);
    desk.open("api.log", LOG);
    let json = |second: u32, n: u32| {
        format!(
            "{{\"ts\":\"2026-11-21T14:05:{second}+01:00\",\"level\":\"warn\",\"msg\":\"web\",\"n\":{n}}}\n"
        )
    };
    desk.open("web.log", &(json(10, 1) + &json(19, 2)));
    desk.keys("T");
    let lines = desk.lines();
    let at = |text: &str| {
        lines.iter().position(|line| line.ends_with(text)).unwrap_or_else(|| panic!("{lines:?}"))
    };
    assert!(
        at("WARN  web n=1") < at("WARN  web n=2") && at("web n=2") < at("ERROR it broke req=none user=8")
    );
    desk.keys("iii:hide n<Enter>");
    let told: Vec<String> = times(&mut desk).into_iter().filter(|time| !time.trim().is_empty()).collect();
    assert_eq!(told, ["+14m00s ", " +1m09s ", " +9.00s ", " +1.00s "]);
    assert!(desk.lines().iter().any(|line| line.ends_with("WARN  web")), "{:?}", desk.lines());
    desk.keys("J:show all<Enter>");
    assert!(desk.lines().iter().any(|line| line.ends_with("  n: 2")), "{:?}", desk.lines());
    desk.keys("T");
    assert!(desk.title().contains(".log"), "{}", desk.title());
}
