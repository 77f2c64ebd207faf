use super::harness::{Desk, numbered, settings};
use crate::app::event::{Effect, Event};
use crate::app::screen::Size;

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
    desk.configure("wrap = true\n[[filter]]\nquery = '7'");
    assert!(desk.title().contains("5 &1"), "another thing has changed: {}", desk.title());
    desk.configure("[[filter]]\nquery = '8'");
    assert!(desk.title().contains("8 &1"), "until this one does: {}", desk.title());
}

#[test]
fn filters_of_the_config_never_pile_up_whatever_became_of_them() {
    let filter = |query: &str| format!("[[filter]]\nname = 'a'\nquery = '{query}'");
    let chain = |desk: &Desk| {
        let terms = desk.app.desk.panes.values().flat_map(|pane| &pane.chain.terms);
        terms.map(crate::app::chain::written).collect::<Vec<_>>().join(" ")
    };
    let mut desk = desk(&filter("level>=info"));
    desk.keys(">");
    assert_eq!(chain(&desk), "level>=warn");
    desk.configure(&filter("level>=error"));
    assert_eq!(chain(&desk), "level>=error");
    desk.keys("U");
    assert_eq!(chain(&desk), "level>=warn");
    desk.configure("");
    assert_eq!(chain(&desk), "");
    desk.configure(&filter("request"));
    assert_eq!(chain(&desk), "request");
    desk.keys("UU");
    desk.configure(&filter("INFO"));
    assert_eq!(chain(&desk), "INFO");
}

#[test]
fn the_filter_of_a_pane_that_shows_all_beside_its_match_stays_empty() {
    let mut desk = Desk::with(settings(""), 80, 24);
    desk.open("/var/log/app.log", &numbered(1..=100));
    desk.keys("&1<Enter><Ctrl-W>m");
    desk.configure("[[filter]]\nquery = '5'");
    let chains: Vec<usize> = desk.app.desk.panes.values().map(|pane| pane.chain.terms.len()).collect();
    assert_eq!(chains, [2, 0]);
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
    assert!(
        said.contains("config.toml:1:1: no (1 more: :config lists them)")
            && said.contains("old settings stay"),
        "{said}"
    );
    desk.configure("");
    assert!(!desk.bottom().contains("config.toml:1:1"), "{}", desk.bottom());
}

#[test]
fn a_mark_stays_until_the_mistake_is_mended_and_says_who_lists_it() {
    let mut desk = desk("");
    desk.send(Event::NotConfigured(vec!["config.toml:1:1: no".into(), "config.toml:2:1: nor that".into()]));
    assert!(desk.bottom().contains("(1 more: :config lists them)"), "{}", desk.bottom());
    desk.keys("j");
    assert!(desk.bottom().contains("config: 2 mistakes (see :config)"), "{}", desk.bottom());
    desk.keys("<F1>");
    assert_eq!(desk.popup()[0], "config: 2 mistakes (see :config)");
    desk.keys("q:config<Enter>");
    let listed = desk.popup();
    assert_eq!(
        listed,
        ["config.toml:1:1  no", "config.toml:2:1  nor that", "  The old settings stay until this is mended."]
    );
    // What is mended meanwhile is no longer in it.
    desk.configure("");
    assert_eq!(desk.popup(), ["nothing is wrong in the config"]);
    desk.keys("q");
    assert!(!desk.bottom().contains("config:"), "{}", desk.bottom());
    desk.keys(":config<Enter>");
    assert!(desk.bottom().contains("nothing is wrong"), "{}", desk.bottom());
}

#[test]
fn every_mistake_can_be_read_to_its_end_in_a_tile() {
    let mut desk = Desk::with(settings(""), 20, 5);
    desk.open("/var/log/app.log", &numbered(1..=100));
    let long = |n| {
        format!("a-very-long-name-of-a-config.toml:{n}:17: nothing is called frobnicate; did you mean {n}?")
    };
    desk.send(Event::NotConfigured((1..=9).map(long).collect()));
    assert!(desk.bottom().contains(".toml:1:17:"), "the place is in sight: {}", desk.bottom());
    desk.keys("j:config<Enter>");
    let (mut read, mut page) = (String::new(), Vec::new());
    while page != desk.popup() {
        page = desk.popup();
        read.extend(page.iter().map(String::as_str));
        desk.keys("<Space>");
    }
    let read = read.replace(' ', "");
    for n in 1..=9 {
        assert!(read.contains(&long(n).replace(": n", "n").replace(' ', "")), "{n} in {read}");
    }
    desk.send(Event::NotConfigured((1..=10_000).map(long).collect()));
    desk.keys("G");
    let end = desk.popup().join(" ");
    assert!(end.contains("mended") && !end.contains(":10000:"), "what nobody reads is only counted: {end}");
    desk.keys("kk");
    assert!(desk.popup().join(" ").contains("and 9,800 more"), "{:?}", desk.popup());
}

#[test]
fn in_a_tile_the_mark_is_a_word_over_the_last_row_until_the_list_was_read() {
    let mut desk = Desk::with(settings(""), 20, 5);
    desk.open("/var/log/app.log", &numbered(1..=100));
    let mark = |desk: &mut Desk| {
        let popups = desk.screen().popups.clone();
        popups.iter().flat_map(|popup| popup.rows.concat()).map(|piece| piece.text).collect::<String>()
    };
    desk.send(Event::NotConfigured(vec!["config.toml:1:10: no".into()]));
    desk.keys("j");
    assert_eq!(mark(&mut desk), ":config!");
    desk.keys(":config<Enter>q");
    assert_eq!(mark(&mut desk), "", "no line of the log is hidden for good");
    desk.send(Event::NotConfigured(vec!["config.toml:1:12: nor that".into()]));
    desk.keys("j");
    assert_eq!(mark(&mut desk), ":config!", "this one is new");
    desk.configure("");
    desk.keys("k");
    assert_eq!(mark(&mut desk), "");
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

/// How many panes stand on each tab.
fn spread(desk: &mut Desk) -> Vec<usize> {
    let front = desk.app.desk.front;
    let tabs = desk.app.desk.tabs.len();
    let mut count = |n: usize| {
        desk.keys(&format!("{}gt", n + 1));
        desk.screen().panes.len()
    };
    let counts = (0..tabs).map(&mut count).collect();
    desk.keys(&format!("{}gt", front + 1));
    counts
}

fn resize(desk: &mut Desk, width: u16, height: u16) {
    desk.size = Size { width, height };
    desk.send(Event::Resize(desk.size));
}

fn many(config: &str, logs: usize, width: u16, height: u16) -> Desk {
    let mut desk = Desk::with(settings(config), width, height);
    for n in 0..logs {
        desk.open(&format!("/var/log/{n}.log"), "text\n");
    }
    desk
}

#[test]
fn a_changed_layout_lays_all_tabs_out_as_a_fresh_start_would() {
    let mut desk = many("layout = 'grid'", 16, 80, 24);
    assert_eq!(spread(&mut desk), [6, 6, 4]);
    desk.configure("layout = 'columns'");
    assert_eq!(spread(&mut desk), spread(&mut many("layout = 'columns'", 16, 80, 24)));
    assert_eq!(spread(&mut desk), [2; 8]);
    resize(&mut desk, 200, 50);
    assert_eq!(spread(&mut desk), [5, 5, 5, 1]);
    desk.keys(":layout rows<Enter>");
    desk.configure("layout = 'grid'");
    assert_eq!(spread(&mut desk), [16], "what `:layout` asked for goes with it too");
}

#[test]
fn what_was_laid_out_by_hand_stays_under_a_changed_layout() {
    let mut desk = many("layout = 'grid'", 16, 80, 24);
    desk.keys("2gt<Ctrl-W>x");
    let by_hand = |desk: &mut Desk| desk.screen().panes.iter().map(|pane| pane.body).collect::<Vec<_>>();
    let before = by_hand(&mut desk);
    desk.configure("layout = 'columns'");
    assert_eq!(by_hand(&mut desk), before);
    assert_eq!(spread(&mut desk), [2, 6, 2, 2, 2, 2]);
    resize(&mut desk, 200, 50);
    assert_eq!(spread(&mut desk), [5, 6, 5]);
}

#[test]
fn a_zoomed_pane_stays_zoomed_and_the_panes_of_a_stream_come_back_as_the_config_has_them() {
    let mut desk = many("layout = 'grid'", 4, 100, 40);
    desk.keys("<Ctrl-W>z");
    desk.configure("layout = 'rows'");
    assert_eq!(desk.screen().panes.len(), 1);
    desk.keys("<Ctrl-W>z");
    let abreast = |desk: &mut Desk| {
        let rows: Vec<u16> = desk.screen().panes.iter().map(|pane| pane.body.y).collect();
        rows.iter().filter(|row| **row == rows[0]).count()
    };
    assert_eq!((desk.screen().panes.len(), abreast(&mut desk)), (4, 1));
    desk.keys("T");
    desk.configure("layout = 'columns'");
    assert_eq!(desk.screen().panes.len(), 1);
    desk.keys("T");
    assert_eq!(spread(&mut desk), [2, 2]);
    assert_eq!(abreast(&mut desk), 2);
}
