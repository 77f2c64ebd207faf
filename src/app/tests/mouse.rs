//! What a click does.

use super::harness::{Desk, numbered};
use crate::app::event::{Effect, Event};
use crate::app::key::{Mouse, MouseAction};

fn press(desk: &mut Desk, x: u16, y: u16) {
    desk.send(Event::Mouse(Mouse { action: MouseAction::Press, x, y }));
    desk.send(Event::Mouse(Mouse { action: MouseAction::Release, x, y }));
}

#[test]
fn a_tab_comes_to_the_front() {
    let mut desk = Desk::new(40, 10);
    for name in ["/a.log", "/b.log", "/c.log"] {
        desk.open(name, "x\n");
    }
    let tabs = desk.screen().tabs.unwrap();
    let before: usize = tabs.left[..4].iter().map(|piece| piece.text.chars().count()).sum();
    press(&mut desk, before as u16 + 1, 0);
    assert!(desk.title().contains("c.log"), "{}", desk.title());
    press(&mut desk, 0, 0);
    assert!(desk.title().contains("a.log"), "{}", desk.title());
    press(&mut desk, 39, 0);
    assert!(desk.title().contains("a.log"), "{}", desk.title());
}

#[test]
fn the_scrollbar_goes_as_far_into_the_log() {
    let mut desk = Desk::numbered(10_000, 60, 20);
    let body = desk.pane().body;
    let x = body.x + body.width - 1;
    press(&mut desk, x, body.y);
    assert_eq!(desk.ends().0, "line 1");
    press(&mut desk, x, body.y + body.height / 2);
    let first: u64 = desk.ends().0.strip_prefix("line ").unwrap().parse().unwrap();
    assert!((4_000..6_500).contains(&first), "{first}");
    press(&mut desk, x, body.y + body.height - 1);
    assert_eq!(desk.ends().1, "line 10000");
    // A click beside it does nothing.
    press(&mut desk, x - 1, body.y);
    assert_eq!(desk.ends().1, "line 10000");
}

#[test]
fn a_tick_goes_to_its_hit() {
    let mut desk = Desk::new(60, 20);
    let text = numbered(1..=20_000) + "needle\n" + &numbered(1..=20_000);
    desk.open("/a.log", &text);
    desk.keys("/needle<Enter>GG");
    let pane = desk.pane();
    let tick = pane.scrollbar.unwrap().ticks[0];
    press(&mut desk, pane.body.x + pane.body.width - 1, pane.body.y + tick);
    assert!(desk.lines().iter().any(|line| line == "needle"), "{:?}", desk.lines());
}

#[test]
fn a_row_of_a_list_is_selected_and_a_second_click_takes_it() {
    let mut desk = Desk::new(80, 24);
    desk.open("/a.log", "x\n");
    desk.keys("&a<Enter>&b<Enter>&c<Enter><Tab>");
    let inner = desk.top().inner();
    press(&mut desk, inner.x + 1, inner.y + 2);
    assert_eq!(desk.top().selected, Some(2));
    press(&mut desk, inner.x + 1, inner.y + 2);
    assert!(desk.bottom().starts_with("&c"), "it is edited: {}", desk.bottom());
    desk.keys("<Esc><Esc>");
    desk.keys("<Ctrl-P>layout");
    let inner = desk.top().inner();
    press(&mut desk, inner.x, inner.y + 2);
    let chosen = desk.chosen();
    press(&mut desk, inner.x, inner.y + 2);
    let name = chosen.split("  ").next().unwrap().trim_start_matches("layout ").trim();
    assert!(desk.bottom().contains(&format!("layout: {name}")), "{chosen}: {}", desk.bottom());
    // Beside the box nothing happens.
    desk.keys("<Ctrl-P>");
    press(&mut desk, 0, 22);
    assert_eq!(desk.top().selected, Some(1));
}

#[test]
fn a_completion_is_taken_by_a_click() {
    let mut desk = Desk::new(80, 24);
    desk.open("/a.log", "x\n");
    desk.keys(":layout ");
    let inner = desk.top().inner();
    press(&mut desk, inner.x + 2, inner.y + 2);
    assert!(desk.bottom().starts_with(":layout columns"), "{}", desk.bottom());
}

#[test]
fn a_column_of_the_histogram_leads_to_its_lines() {
    let mut desk = Desk::new(80, 24);
    let line = |n: u32| format!("2026-11-21T12:{:02}:{:02}Z INFO line {n}\n", n / 60, n % 60);
    desk.open("/a.log", &(0..3600).map(line).collect::<String>());
    desk.keys("-h");
    let band = desk.pane().band.unwrap();
    let before = band.left[0].text.chars().count() as u16;
    press(&mut desk, band.area.x + before, band.area.y);
    assert!(desk.lines().iter().any(|line| line.ends_with("line 0")), "{:?}", desk.lines());
    press(&mut desk, band.area.x, band.area.y);
    assert!(desk.lines().iter().any(|line| line.ends_with("line 0")), "a label is no column");
}

#[test]
fn hits_are_gone_to() {
    let mut desk = Desk::new(80, 24);
    desk.open("/a.log", &numbered(1..=2_000));
    desk.keys("g/line 5..$<Enter>");
    desk.screen();
    let inner = desk.top().inner();
    press(&mut desk, inner.x, inner.y + 3);
    let chosen = desk.chosen();
    press(&mut desk, inner.x, inner.y + 3);
    let hit = chosen.split_whitespace().last().unwrap().to_owned();
    assert!(desk.lines().iter().any(|line| line.ends_with(&hit)), "{chosen}: {:?}", desk.lines());
    assert!(desk.effects.iter().all(|effect| !matches!(effect, Effect::Quit)));
}
