use super::harness::{Desk, numbered, settings};
use crate::app::event::{Effect, Event};

fn desk(config: &str) -> Desk {
    let mut desk = Desk::with(settings(config), 60, 12);
    desk.open("/var/log/app.log", &numbered(1..=100));
    desk
}

#[test]
fn the_line_that_is_looked_at_stays_while_settings_change() {
    let mut desk = desk("");
    desk.keys("40G4k");
    let place = desk.lines().iter().position(|line| line == "line 40").unwrap();
    desk.configure("numbers = true\n[logs.'app*']\nlabel = 'shop'\nfilters = ['line']");
    assert_eq!(desk.lines()[place].trim(), "40 line 40");
    assert!(desk.title().contains("shop") && desk.title().contains(" line "), "{}", desk.title());
    assert!(desk.bottom().contains("read again"), "{}", desk.bottom());
    desk.configure("wrap = true\nhints = false");
    assert_eq!(desk.lines()[place], "line 40");
    assert!(desk.title().contains("app.log") && !desk.title().contains(" line "), "{}", desk.title());
}

#[test]
fn what_the_user_changed_meanwhile_stays_until_the_config_changes_that() {
    let mut desk = desk("[[filter]]\nquery = '5'");
    desk.keys("&1<Enter>#");
    desk.configure("wrap = true\n[[filter]]\nquery = '5'");
    assert!(desk.lines()[0].contains("15 line 15"), "the numbers stay: {:?}", desk.lines());
    desk.configure("[[filter]]\nquery = '7'");
    assert!(desk.title().contains("7 &1"), "{}", desk.title());
    desk.keys("U");
    assert!(desk.title().contains("5 &1"), "taken back as any change: {}", desk.title());
    desk.configure("[[filter]]\nquery = '8'");
    assert!(desk.title().contains("5 &1"), "what is no longer the config's stays: {}", desk.title());
}

#[test]
fn formats_and_layouts_are_used_at_once() {
    let mut desk = Desk::with(settings("layout = 'columns'"), 100, 20);
    desk.open("/a.log", "{\"level\":\"error\",\"msg\":\"x\"}\n");
    desk.open("/b.log", "y\n");
    let areas = |desk: &mut Desk| desk.screen().panes.iter().map(|pane| pane.body.width).collect::<Vec<_>>();
    assert!(areas(&mut desk)[0] < 60);
    desk.configure("layout = 'rows'");
    assert_eq!(areas(&mut desk), [100, 100]);
    assert!(desk.lines()[0].contains("ERROR"), "{:?}", desk.lines());
    desk.configure("[logs.'a.log']\nformat = 'logfmt'");
    assert!(desk.lines()[0].contains("{\"level\""), "read as it says: {:?}", desk.lines());
}

#[test]
fn a_mistake_is_told_and_goes_when_it_is_mended() {
    let mut desk = desk("");
    desk.send(Event::NotConfigured(vec!["config.toml:1:1: no".into(), "config.toml:2:1: nor that".into()]));
    let said = desk.bottom();
    assert!(said.contains("config.toml:1:1: no (1 more") && said.contains("old settings stay"), "{said}");
    desk.configure("");
    assert!(!desk.bottom().contains("config.toml:1:1"), "{}", desk.bottom());
}

#[test]
fn the_mouse_is_taken_and_left() {
    let mut desk = desk("");
    desk.configure("mouse = true");
    desk.configure("mouse = true\nhints = false");
    desk.configure("");
    let mouse: Vec<bool> = desk
        .effects
        .iter()
        .filter_map(|effect| if let Effect::Mouse(on) = effect { Some(*on) } else { None })
        .collect();
    assert_eq!(mouse, [true, false]);
}
