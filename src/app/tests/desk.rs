use super::harness::{Desk, bar_text};
use crate::app::event::{Effect, Event};
use crate::app::key::{Mouse, MouseAction};
use crate::app::screen::Size;

fn several(panes: usize) -> Desk {
    let mut desk = Desk::new(100, 40);
    for n in 0..panes {
        desk.open(&format!("/var/log/{}.log", (b'a' + n as u8) as char), "text\n");
    }
    desk
}

fn focused(desk: &mut Desk) -> String {
    desk.title().split('.').next().unwrap().to_owned()
}

fn names(desk: &mut Desk) -> Vec<String> {
    let titles = desk.screen().panes.into_iter().filter_map(|pane| pane.title);
    titles.map(|title| bar_text(&title).split(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn focus_goes_where_it_is_sent() {
    let mut desk = several(4);
    let mut seen = Vec::new();
    for keys in ["", "l", "j", "h", "k", "w", ";", "<Down>", "<Right>", "<Left>", "<Up>"] {
        if !keys.is_empty() {
            desk.keys("<Ctrl-W>").keys(keys);
        }
        seen.push(focused(&mut desk));
    }
    assert_eq!(seen, ["a", "b", "d", "c", "a", "b", "a", "c", "d", "c", "a"]);
}

#[test]
fn a_prefix_shows_how_it_goes_on() {
    let mut desk = several(2);
    desk.keys("<Ctrl-W>");
    let rows = desk.popup();
    assert!(rows.iter().any(|row| row.starts_with("z ") && row.contains("whole screen")), "{rows:#?}");
    assert!(rows.iter().any(|row| row.contains("focus left")), "{rows:#?}");
    desk.keys("<Esc>");
    assert!(desk.screen().popups.is_empty());
    assert!(!desk.bottom().contains("does nothing"), "{}", desk.bottom());
}

#[test]
fn zoom_and_q() {
    let mut desk = several(3);
    desk.keys("<Ctrl-W>z");
    assert_eq!(desk.screen().panes.len(), 1);
    desk.keys("q");
    assert_eq!(desk.screen().panes.len(), 3);
    assert!(desk.effects.is_empty());
    desk.keys("q");
    assert!(matches!(desk.effects[..], [Effect::Quit]));
}

#[test]
fn splits_show_the_same_log_twice_and_close_again() {
    let mut desk = several(1);
    desk.keys("<Ctrl-W>v<Ctrl-W>s");
    assert_eq!(names(&mut desk), ["a.log", "a.log", "a.log"]);
    assert_eq!(desk.screen().dividers.len(), 1);
    desk.keys("<Ctrl-W>q<Ctrl-W>q");
    assert_eq!(names(&mut desk), ["a.log"]);
    assert!(desk.effects.is_empty(), "the log is still shown, so it is not closed");
    desk.keys("<Ctrl-W>q");
    assert!(desk.bottom().contains("last pane"), "{}", desk.bottom());
}

#[test]
fn closing_the_only_pane_of_a_log_closes_the_log() {
    let mut desk = several(2);
    desk.keys("<Ctrl-W>q");
    assert!(matches!(desk.effects[..], [Effect::Close(id)] if id.0 == 0));
    assert_eq!(names(&mut desk), ["b.log"]);
    assert_eq!(desk.running().len(), 1);
}

#[test]
fn layouts_in_turn_and_by_name() {
    let mut desk = several(3);
    let areas = |desk: &mut Desk| -> Vec<(u16, u16)> {
        let panes = desk.screen().panes;
        panes.iter().map(|pane| (pane.body.x, pane.body.y)).collect()
    };
    let grid = areas(&mut desk);
    desk.keys("<Ctrl-W><Space>");
    assert!(desk.bottom().contains("layout: rows"), "{}", desk.bottom());
    assert!(areas(&mut desk).iter().all(|(x, _)| *x == 0));
    desk.keys(":layout columns<Enter>");
    assert!(areas(&mut desk).iter().all(|(_, y)| *y == 1));
    desk.keys(":layout grid<Enter>");
    assert_eq!(areas(&mut desk), grid);
    desk.keys(":layout cube<Enter>");
    assert!(desk.bottom().contains("one of: grid, rows"), "{}", desk.bottom());
}

#[test]
fn sizes_change_and_even_out() {
    let mut desk = several(2);
    desk.keys(":layout rows<Enter>");
    let heights =
        |desk: &mut Desk| -> Vec<u16> { desk.screen().panes.iter().map(|pane| pane.body.height).collect() };
    let even = heights(&mut desk);
    desk.keys("<Ctrl-W>+3<Ctrl-W>+");
    assert_eq!(heights(&mut desk)[0], even[0] + 4);
    desk.keys("<Ctrl-W>-");
    assert_eq!(heights(&mut desk)[0], even[0] + 3);
    desk.keys("<Ctrl-W>=");
    assert_eq!(heights(&mut desk), even);
}

#[test]
fn swapping_exchanges_two_panes() {
    let mut desk = several(3);
    desk.keys("<Ctrl-W>x");
    assert_eq!(names(&mut desk), ["b.log", "a.log", "c.log"]);
    assert_eq!(focused(&mut desk), "a");
}

#[test]
fn more_files_than_fit_go_on_tabs() {
    let mut desk = Desk::new(80, 24);
    for n in 0..13 {
        desk.open(&format!("{n}.log"), "text\n");
    }
    assert_eq!(desk.screen().panes.len(), 6);
    assert_eq!(bar_text(desk.screen().tabs.as_ref().unwrap()), "1:0.log +5 2:6.log +5 3:12.log ");
    desk.keys("gt");
    assert_eq!(focused(&mut desk), "6");
    desk.keys("gTgT");
    assert_eq!(focused(&mut desk), "12");
    desk.keys("2gt");
    assert_eq!(focused(&mut desk), "6");
    assert!(!desk.bottom().contains("no line"), "{}", desk.bottom());
    desk.append(0, "news\n");
    assert!(bar_text(desk.screen().tabs.as_ref().unwrap()).contains("1:0.log +5*"));
    desk.keys("<Ctrl-W>n");
    assert_eq!(focused(&mut desk), "0");
    desk.screen();
    desk.keys("<Ctrl-W>n");
    assert!(desk.bottom().contains("no other pane has news"), "{}", desk.bottom());
}

#[test]
fn the_key_of_a_tab_leaves_the_pane_where_it_was() {
    let mut desk = Desk::new(30, 7);
    desk.open("a", &super::harness::numbered(1..=50));
    desk.open("b", "text\n");
    let before = desk.lines();
    desk.keys("gtgt");
    assert_eq!(desk.lines(), before);
    desk.keys("3k");
    let before = desk.lines();
    desk.keys("gTgT");
    assert_eq!(desk.lines(), before);
}

#[test]
fn a_screen_too_small_for_all_shows_the_focused_one() {
    let mut desk = several(3);
    desk.keys(":layout rows<Enter><Ctrl-W>+<Ctrl-W>j");
    desk.size = Size { width: 20, height: 5 };
    assert_eq!(names(&mut desk), ["b.log"]);
}

#[test]
fn opening_asks_for_the_path() {
    let mut desk = several(1);
    desk.keys(":open /tmp/x y.log<Enter>");
    assert!(matches!(&desk.effects[..], [Effect::Open(path)] if path == "/tmp/x y.log"));
    desk.open("/tmp/x y.log", "");
    assert!(
        desk.title().starts_with("x y.log"),
        "a pane that was asked for gets the focus: {}",
        desk.title()
    );
    desk.send(Event::NotOpened("nothing matches *.logg".into()));
    assert!(desk.bottom().contains("nothing matches"));
}

#[test]
fn the_mouse_focuses_and_drags_borders() {
    let mut desk = several(2);
    desk.keys(":layout columns<Enter>");
    let mouse = |action, x, y| Event::Mouse(Mouse { action, x, y });
    desk.send(mouse(MouseAction::Press, 80, 10));
    assert_eq!(focused(&mut desk), "b");
    let divider = desk.screen().dividers[0].x;
    desk.send(mouse(MouseAction::Press, divider, 10));
    desk.send(mouse(MouseAction::Drag, divider - 5, 10));
    desk.send(mouse(MouseAction::Drag, divider - 10, 11));
    desk.send(mouse(MouseAction::Release, divider - 10, 11));
    assert_eq!(desk.screen().dividers[0].x, divider - 10);
}

#[test]
fn panes_are_split_only_while_there_is_room() {
    let mut desk = Desk::new(20, 5);
    desk.open("a.log", "text\n");
    desk.keys("<Ctrl-W>s<Ctrl-W>s<Ctrl-W>v");
    assert_eq!(names(&mut desk).len(), 2);
    assert!(desk.bottom().contains("no room for another pane"), "{}", desk.bottom());
}

#[test]
fn a_layout_that_was_asked_for_keeps_its_panes_together() {
    let mut desk = Desk::new(80, 24);
    for n in 0..8 {
        desk.open(&format!("{n}.log"), "text\n");
    }
    desk.keys(":layout rows<Enter>");
    assert_eq!(desk.screen().panes.len(), 6);
    desk.keys("<Ctrl-W>q");
    assert_eq!(names(&mut desk), ["1.log", "2.log", "3.log", "4.log", "5.log"]);
}
