//! A search in all panes, and the list of its hits.

use super::harness::Desk;
use crate::app::hunt::MOST;
use crate::app::screen::Tone;

fn line(clock: &str, what: &str) -> String {
    format!("2026-11-21 {clock},000 INFO [main] a.B - {what}\n")
}

/// Three services through which a request goes.
fn services(width: u16, height: u16) -> Desk {
    let mut desk = Desk::new(width, height);
    let log = |lines: &[(&str, &str)]| -> String {
        let noise: String = (0..200).map(|n| line("14:00:00", &format!("noise {n}"))).collect();
        noise + &lines.iter().map(|(clock, what)| line(clock, what)).collect::<String>()
    };
    desk.open("front.log", &log(&[("14:05:01", "got req-7"), ("14:05:09", "answered req-7")]));
    desk.open(
        "shop.log",
        &log(&[("14:05:03", "ordered req-7"), ("14:05:04", "other"), ("14:05:06", "paid req-7")]),
    );
    desk.open("bank.log", &log(&[("14:05:05", "took money for req-7")]));
    desk
}

/// What the rows of the list say, without names and times.
fn said(desk: &mut Desk) -> Vec<String> {
    let rows = desk.popup();
    rows.iter().map(|row| row.rsplit(" - ").next().unwrap().trim_end().to_owned()).collect()
}

#[test]
fn hits_of_all_panes_are_listed_newest_first() {
    let mut desk = services(120, 24);
    desk.keys("g/req-7<Enter>");
    let all = ["answered req-7", "paid req-7", "took money for req-7", "ordered req-7", "got req-7"];
    assert_eq!(said(&mut desk), all);
    let rows = desk.popup();
    assert!(rows[1].starts_with("shop.log  14:05:06 "), "{rows:?}");
    let screen = desk.screen();
    let popup = screen.popups.last().unwrap();
    assert_eq!((popup.title.as_str(), popup.selected), ("req-7: 5 hits", Some(0)));
    let hits = popup.rows[0].iter().filter(|piece| piece.tone == Tone::Filter);
    assert_eq!(hits.map(|piece| piece.text.as_str()).collect::<Vec<_>>(), ["req-7"]);
}

#[test]
fn enter_goes_to_the_pane_and_the_line_and_the_list_is_still_there() {
    let mut desk = services(40, 9);
    assert!(desk.screen().tabs.is_some(), "three panes do not fit on one tab");
    desk.keys("g/req-7<Enter>jj<Enter>");
    assert!(desk.screen().popups.is_empty());
    assert!(desk.title().contains("bank.log"), "{}", desk.title());
    let pane = desk.pane();
    let current = pane.rows.iter().find_map(|row| match row {
        crate::app::screen::Row::Line(line) if line.current => Some(line.text.clone()),
        _ => None,
    });
    // Sideways too, so that the hit is in sight.
    assert!(current.as_ref().is_some_and(|text| text.contains("req-7")), "{current:?}");
    desk.keys("g/<Enter>");
    assert_eq!(desk.screen().popups.last().unwrap().selected, Some(2), "where it was left");
    desk.keys("k<Enter>");
    assert!(desk.title().contains("shop.log"), "{}", desk.title());
    desk.keys(":hits<Enter>q");
    assert!(desk.screen().popups.is_empty());
}

#[test]
fn every_pane_has_the_search_afterwards() {
    let mut desk = services(120, 24);
    desk.keys("g/req-7<Enter>q");
    let searched = desk.app.desk.panes.values().filter(|pane| pane.search.is_some()).count();
    assert_eq!(searched, 3);
    desk.keys("<Ctrl-W>wn");
    assert!(desk.bottom().contains("of 2 hits"), "{}", desk.bottom());
}

#[test]
fn the_list_grows_and_the_selection_stays() {
    let mut desk = services(120, 24);
    desk.keys("g/req-7<Enter>j");
    assert_eq!(said(&mut desk)[1], "paid req-7");
    desk.append(2, &line("14:06:00", "gave change for req-7"));
    let screen = desk.screen();
    assert_eq!(screen.popups.last().unwrap().selected, Some(2));
    assert_eq!(said(&mut desk)[0], "gave change for req-7");
}

#[test]
fn many_hits_are_looked_up_as_they_are_scrolled_to_and_bounded() {
    let mut desk = Desk::new(80, 24);
    let log: String = (0..MOST * 2).map(|n| line("14:05:00", &format!("hit {n}"))).collect();
    desk.open("app.log", &log);
    desk.keys("g/hit<Enter>");
    assert_eq!(said(&mut desk)[0], format!("hit {}", MOST * 2 - 1));
    let known = |desk: &Desk| desk.app.hunt.as_ref().unwrap().list(&desk.app.desk.order()).len();
    assert!(known(&desk) < 300, "{}", known(&desk));
    for _ in 0..200 {
        desk.keys("<Space>");
        desk.screen();
    }
    assert_eq!(known(&desk), MOST);
    let screen = desk.screen();
    let popup = screen.popups.last().unwrap();
    assert!(popup.title.contains("2,000 hits") && popup.footer.contains("the newest 1,000"), "{popup:?}");
    assert_eq!(said(&mut desk).last().unwrap(), &format!("hit {MOST}"));
}

#[test]
fn hits_come_while_the_scans_go_on() {
    let mut desk = services(120, 24);
    desk.hold_scans = true;
    desk.keys("g/req-7<Enter>");
    assert!(desk.popup()[0].starts_with("looking"), "{:?}", desk.popup());
    desk.answer();
    assert_eq!(said(&mut desk).len(), 5);
    desk.keys("qg/nothing like it<Enter>");
    assert!(desk.popup()[0].starts_with("no line matches"), "{:?}", desk.popup());
}

#[test]
fn in_a_tile_the_list_is_still_of_use() {
    let mut desk = services(20, 5);
    desk.keys("g/req-7<Enter>");
    let rows = desk.popup();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row.contains("req-7")), "{rows:?}");
}

#[test]
fn leaving_the_prompt_leaves_other_panes_alone() {
    let mut desk = services(120, 24);
    desk.keys("g/req<Esc>");
    let searched = desk.app.desk.panes.values().filter(|pane| pane.search.is_some()).count();
    assert_eq!((searched, desk.app.hunt.is_some()), (0, false));
    desk.keys(":hits<Enter>");
    assert!(desk.bottom().contains("no search was made in all panes"), "{}", desk.bottom());
}

#[test]
fn a_hit_of_a_log_that_several_panes_show_is_listed_once() {
    for (keys, title) in [
        ("<Ctrl-W>s", "req-7: 5 hits"),
        ("&req<Enter><Ctrl-W>m", "req-7: 5 hits"),
        ("<Ctrl-W>s&ordered<Enter>", "req-7: 5 hits"),
        ("&req<Enter><Ctrl-W>s", "req-7: 5 hits"),
        // Neither shows all that the other does: what both show cannot be told from the counts.
        ("&req<Enter><Ctrl-W>s&answered|n<Enter>", "req-7: at most 7 hits"),
    ] {
        let mut desk = services(160, 48);
        desk.keys(keys).keys("g/req-7<Enter>");
        let all = ["answered req-7", "paid req-7", "took money for req-7", "ordered req-7", "got req-7"];
        let listed = said(&mut desk);
        let wanted: Vec<&str> = all.into_iter().filter(|hit| listed.iter().any(|row| row == hit)).collect();
        assert_eq!(listed, wanted, "{keys}");
        let popup = desk.screen().popups.last().unwrap().clone();
        assert_eq!(popup.title, title, "{keys}");
    }
}

#[test]
fn of_a_merged_stream_the_list_names_the_log() {
    let mut desk = services(120, 24);
    desk.keys("g/req-7<Enter>qTg/req-7<Enter>");
    assert_eq!(desk.screen().popups.last().unwrap().title, "req-7: 5 hits");
    let names: Vec<String> =
        desk.popup().iter().map(|row| row.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(names, ["front.log", "shop.log", "bank.log", "shop.log", "front.log"]);
    desk.keys("jj<Enter>");
    let current = desk.pane().rows.iter().any(|row| {
        matches!(row, crate::app::screen::Row::Line(line)
        if line.current && line.text.contains("took money"))
    });
    assert!(current, "{:?}", desk.lines());
}

#[test]
fn while_the_list_is_open_it_alone_says_how_many_there_are() {
    let mut desk = services(120, 24);
    desk.keys("g/req-7<Enter>");
    assert!(!desk.bottom().contains("hits"), "{}", desk.bottom());
    desk.keys("q");
    assert!(desk.bottom().contains("2 hits"), "{}", desk.bottom());
}
