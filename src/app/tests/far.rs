//! Logs of other hosts, parts of which have to be fetched before they can be seen.

use proptest::prelude::*;

use super::harness::{Desk, numbered};
use crate::app::event::Effect;
use crate::app::link::LinkState;
use crate::app::source::State;

/// Lines of 60 bytes each.
fn long(lines: std::ops::RangeInclusive<usize>) -> String {
    lines.map(|n| format!("{:59}\n", format!("line {n}"))).collect()
}

/// 300 lines, of which the last 20 are there; the pane shows ten.
fn far() -> Desk {
    let mut desk = Desk::new(40, 12);
    desk.open_far("web1:/var/log/app.log", &long(1..=300), 280 * 60);
    desk
}

fn lines(desk: &mut Desk) -> Vec<String> {
    desk.lines().into_iter().map(|line| line.trim_end().to_owned()).collect()
}

fn named(range: std::ops::RangeInclusive<usize>) -> Vec<String> {
    range.map(|n| format!("line {n}")).collect()
}

#[test]
fn the_last_lines_are_seen_without_fetching_anything() {
    let mut desk = far();
    assert_eq!(lines(&mut desk), named(291..=300));
    desk.keys("5k");
    assert_eq!(lines(&mut desk), named(286..=295));
    assert_eq!(desk.logs[0].0.wanted(), []);
}

#[test]
fn scrolling_up_shows_what_is_there_and_stays_when_the_rest_comes() {
    let mut desk = far();
    desk.keys("8ku");
    assert_eq!(lines(&mut desk)[..5], ["()", "()", "()", "(fetching …)", "line 282"]);
    let missing = lines(&mut desk).iter().position(|line| line == "line 282").unwrap();
    let held = desk.lines();
    assert!(desk.fetch(0));
    assert_eq!(desk.lines()[missing..], held[missing..], "nothing that was seen moves");
    assert_eq!(lines(&mut desk), named(278..=287));
}

#[test]
fn rows_that_are_missing_are_left_free_for_them() {
    let mut desk = far();
    desk.keys("bbb");
    let shown = lines(&mut desk);
    assert_eq!(shown[8..], ["(fetching …)".to_owned(), "line 282".to_owned()]);
    assert!(shown[..8].iter().all(|line| line == "()"), "{shown:?}");
    desk.keys("jj");
    assert_eq!(lines(&mut desk)[6..], ["(fetching …)", "line 282", "line 283", "line 284"]);
    desk.keys("kk");
    while desk.fetch(0) && lines(&mut desk)[0] != "line 273" {}
    assert_eq!(lines(&mut desk), named(273..=282));
}

#[test]
fn the_row_scrolled_to_while_it_was_missing_is_the_one_that_stays() {
    let near = |keys: &str| {
        let mut desk = Desk::new(40, 12);
        desk.open("/var/log/app.log", &long(1..=300));
        desk.keys(keys);
        lines(&mut desk)
    };
    for (steps, relaid) in [("8ku", "-S"), ("8kuj", "-S"), ("8kukjj", "-S"), ("8ku", "&[37] <Enter>")] {
        let mut desk = far();
        desk.keys(steps);
        assert_eq!(lines(&mut desk)[0], "()", "{steps}");
        while desk.fetch(0) {
            desk.screen();
        }
        assert_eq!(lines(&mut desk), near(steps));
        desk.keys(relaid);
        while desk.fetch(0) {
            desk.screen();
        }
        assert_eq!(lines(&mut desk), near(&format!("{steps}{relaid}")), "{steps} {relaid}");
    }
}

#[test]
fn the_start_a_percentage_and_a_mark_lead_to_bytes_that_are_elsewhere() {
    for (keys, first) in [("g", 1), ("50%", 151), ("ma50%'a", 300)] {
        let mut desk = far();
        desk.keys(keys);
        while desk.fetch(0) {
            desk.screen();
        }
        let shown = lines(&mut desk);
        assert!(shown.iter().any(|line| line.ends_with(&format!("line {first}"))), "{keys}: {shown:?}");
    }
    let mut desk = far();
    desk.keys("50%");
    assert_eq!(desk.lines()[0], "(fetching …)");
    desk.fetch(0);
    assert_eq!(lines(&mut desk)[0], "line 151");
}

#[test]
fn a_mark_on_a_line_that_has_gone_from_memory() {
    let mut desk = far();
    desk.keys("10kmaG");
    desk.logs[0].0.drop_before(292 * 60);
    desk.keys("'a");
    assert_eq!(desk.lines()[0], "(fetching …)");
    while desk.fetch(0) {
        desk.screen();
    }
    let shown = lines(&mut desk);
    assert_eq!(shown[10 / 3], "a line 282", "{shown:?}");
}

#[test]
fn a_search_up_goes_on_as_bytes_come_and_can_be_stopped() {
    let mut desk = far();
    desk.keys("?line 77 <Enter>");
    assert_eq!(lines(&mut desk), named(291..=300));
    assert!(desk.bottom().contains("0 hits, 0 %"), "{}", desk.bottom());
    while desk.fetch(0) {}
    assert!(lines(&mut desk).contains(&"line 77".to_owned()));
    for key in ["<Esc>", "<Ctrl-C>"] {
        let mut desk = far();
        desk.keys("?line 77 <Enter>");
        desk.keys(key);
        assert!(desk.bottom().contains("stopped"), "{}", desk.bottom());
        while desk.fetch(0) {}
        assert_eq!(lines(&mut desk), named(291..=300));
        desk.keys("n");
        while desk.fetch(0) {}
        assert!(lines(&mut desk).contains(&"line 77".to_owned()), "n goes on: {:?}", lines(&mut desk));
    }
}

#[test]
fn a_filter_shows_what_it_keeps_of_what_is_there_at_once() {
    let mut desk = far();
    desk.keys("&5 <Enter>");
    assert_eq!(lines(&mut desk), ["(looking for lines to keep, 0 %)", "line 285", "line 295"]);
    desk.append(0, &long(305..=305));
    assert_eq!(lines(&mut desk).last().unwrap(), "line 305");
    desk.keys("<Esc>");
    assert_eq!(desk.lines()[0], "(not looked at: it was stopped; C C)");
    while desk.fetch(0) {}
    assert_eq!(lines(&mut desk)[8..], ["line 295", "line 305"]);
    desk.append(0, &long(315..=315));
    assert_eq!(lines(&mut desk).last().unwrap(), "line 315");
    desk.keys("CC");
    while desk.fetch(0) {}
    assert_eq!(lines(&mut desk)[..2], ["line 225", "line 235"]);
}

#[test]
fn what_is_fetched_for_a_filter_is_told_as_far_as_the_filter_has_come() {
    let mut desk = Desk::new(120, 12);
    desk.open_far("web1:/var/log/app.log", &long(1..=300), 280 * 60);
    let fetched = |desk: &mut Desk, came: u64| {
        desk.change(0, |status| status.remote.as_mut().unwrap().fetching = Some((came, 100)));
        let title = desk.title();
        title.split_once("fetching ").unwrap().1.split_once(" %").unwrap().0.parse::<u64>().unwrap()
    };
    assert_eq!(fetched(&mut desk, 82), 82);
    desk.keys("&5 <Enter>");
    // Another part of what is looked through is asked for.
    assert_eq!([82, 33].map(|came| fetched(&mut desk, came)), [0, 0]);
    while desk.fetch(0) {}
    assert_eq!(fetched(&mut desk, 33), 33, "for somebody who reads");
}

#[test]
fn lines_that_are_elsewhere_are_neither_copied_nor_saved_by_halves() {
    let mut desk = far();
    desk.keys("5kv");
    desk.logs[0].0.drop_before(290 * 60);
    desk.keys("y");
    assert!(desk.bottom().contains("not all here yet"), "{}", desk.bottom());
    desk.keys("s/tmp/out<Enter>");
    assert!(desk.bottom().contains("not all here yet"), "{}", desk.bottom());
    assert!(desk.effects.is_empty());
    desk.fetch(0);
    desk.keys("y");
    assert!(matches!(&desk.effects[..], [Effect::Copy(text)] if text.starts_with("line 286")));
}

#[test]
fn while_the_link_is_lost_nothing_pretends_to_be_fetched() {
    let mut desk = far();
    desk.link(0, LinkState::Lost { why: "no answer".into(), since: desk.now, retry: None });
    desk.keys("bb");
    assert!(
        desk.lines().contains(&"(fetched when web1 is connected again)".to_owned()),
        "{:?}",
        desk.lines()
    );
}

#[test]
fn a_log_whose_length_is_not_known_when_it_is_opened_is_not_taken_to_be_new() {
    let mut desk = Desk::new(40, 12);
    desk.opening = true;
    desk.open_far("web1:/var/log/app.log", "", 0);
    assert_eq!(desk.running(), [], "nothing is counted before it is known where the log ends");
    desk.keys("&7 <Enter>");
    desk.logs[0].0.append(long(1..=100).as_bytes());
    desk.logs[0].0.drop_before(80 * 60);
    desk.change(0, |status| (status.state, status.end) = (State::Live, crate::core::pos::Pos(6000)));
    assert_eq!(lines(&mut desk), ["(looking for lines to keep, 0 %)", "line 87", "line 97"]);
    desk.keys("<Ctrl-C>Uk");
    assert!(!desk.title().contains("[+"), "{}", desk.title());
    desk.append(0, &long(101..=102));
    assert!(desk.title().contains("[+2]"), "{}", desk.title());
}

fn key() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "k",
        "3k",
        "u",
        "j",
        "4j",
        "d",
        "g",
        "G",
        "50%",
        "10%",
        "83%",
        "120G",
        "ma",
        "'a",
        "<Ctrl-O>",
        "-S",
        "#",
        "?line 1[0-9]0<Enter>",
        "/line 2.7<Enter>",
        "n",
        "N",
        "<Esc>",
        "&[37] <Enter>",
        "U",
        "]",
        "P",
        "F",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn once_everything_has_come_a_far_log_looks_like_a_near_one(
        keys in prop::collection::vec(key(), 1..12),
        held in prop::collection::vec((0u64..18_000, 0u64..4_000), 0..5),
    ) {
        let mut near = Desk::new(40, 12);
        near.open("/var/log/app.log", &long(1..=300));
        let mut far = Desk::new(40, 12);
        far.open_far("web1:/var/log/app.log", &long(1..=300), 17_000);
        for (from, length) in held {
            far.logs[0].0.hold(from..from + length);
        }
        for key in &keys {
            near.keys(key);
            far.keys(key);
            far.screen();
            while far.fetch(0) {
                far.screen();
            }
            prop_assert_eq!(near.lines(), far.lines(), "after {} of {:?}", key, keys);
        }
        near.append(0, &numbered(301..=303));
        far.append(0, &numbered(301..=303));
        prop_assert_eq!(near.lines(), far.lines());
    }
}

#[test]
fn what_was_there_when_a_log_could_first_be_read_is_no_news() {
    let mut desk = Desk::new(40, 12);
    desk.opening = true;
    desk.open_far("web1:/var/log/app.log", "", 0);
    desk.change(0, |status| status.state = State::Failed("no shell runs there; tried again".into()));
    desk.append(0, &long(1..=100));
    desk.change(0, |status| status.state = State::Live);
    let counted = |desk: &Desk| desk.app.feeds[&crate::app::source::SourceId(0)].appended.index.total();
    assert_eq!(counted(&desk), 0);
    desk.append(0, "one more\n");
    assert_eq!(counted(&desk), 1);
}
