//! Workspaces: what a file plans stands on the screen.

mod again;
mod change;
pub mod save;
pub mod share;
mod spare;
mod word;

use std::sync::Arc;

use jiff::tz::TimeZone;
use save::saved;

use super::harness::{Desk, bar_text, numbered, row_text};
use crate::config::settings::Settings;
use crate::config::toml;
use crate::config::workspace::{LAYER, Origin};

pub fn settings(text: &str) -> Settings {
    let tree = toml::parse(text, "dash.toml", LAYER).unwrap();
    crate::config::read(&tree, &zone, &Arc::default())
        .unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"))
        .settings
}

/// The zones there are.
fn zone(name: &str) -> Option<TimeZone> {
    (name == "UTC").then_some(TimeZone::UTC)
}

/// A desk with all sources of a workspace, in their order.
fn desk(text: &str, width: u16, height: u16) -> Desk {
    let settings = settings(text);
    let paths: Vec<String> = settings.workspace.sources.iter().map(Origin::typed).collect();
    let mut desk = Desk::with(settings, width, height);
    for path in paths {
        desk.open(&path, &numbered(1..=50));
    }
    desk
}

/// A desk with all sources of a workspace that the program was started with from `/srv`, under this name.
pub fn started(text: &str, name: &str) -> Desk {
    let mut desk = Desk::with(settings(text), 120, 40);
    let app = std::mem::replace(&mut desk.app, Desk::new(1, 1).app);
    desk.app = app.named(Vec::new(), "/srv".into(), Some(name.into()));
    desk
}

pub fn titles(desk: &mut Desk) -> Vec<String> {
    let screen = desk.screen();
    let title = |pane: &crate::app::screen::PaneView| pane.title.as_ref().map(bar_text).unwrap_or_default();
    screen.panes.iter().map(title).map(|title| title.split(' ').next().unwrap().to_owned()).collect()
}

const SHOP: &str = "sources = ['/srv/web.log', '/srv/api.log', '/srv/db.log', '/srv/jobs.log']\n\
    [[tabs]]\nname = 'front'\nrows = ['/srv/api.log', { columns = [{ pane = '/srv/web.log', focus = true, filters = ['7'] }, \
    { pane = '/srv/db.log', weight = 2, wrap = true }], weight = 2 }]\n[[tabs]]\nrows = ['/srv/jobs.log']\n";

#[test]
fn panes_stand_where_the_file_says() {
    let mut desk = desk(SHOP, 120, 40);
    assert_eq!(titles(&mut desk), ["api.log", "web.log", "db.log"]);
    let screen = desk.screen();
    assert_eq!(bar_text(screen.tabs.as_ref().unwrap()).trim(), "1:front 2:jobs.log");
    let area = |n: usize| screen.panes[n].body;
    assert!(area(2).width > area(1).width + 30, "weights share the space");
    assert!(area(1).height > area(0).height);
    assert!(desk.title().starts_with("web.log") && desk.title().contains('7'), "{}", desk.title());
    assert_eq!(desk.lines().len().min(5), 5);
    assert!(
        desk.lines().iter().filter(|line| !line.is_empty()).all(|line| line.contains('7')),
        "{:?}",
        desk.lines()
    );
}

#[test]
fn titles_show_what_the_file_calls_a_source_and_tabs_know_labels() {
    let text = "sources = [{ path = '/srv/web.log', name = 'front' }, { path = '/srv/api.log', label = 'back' }]\n\
                [[tabs]]\nrows = ['back', 'front']\n";
    let mut desk = desk(text, 120, 40);
    assert_eq!(titles(&mut desk), ["back", "front"]);
}

#[test]
fn a_stream_in_front_of_other_tabs_stays_there() {
    let text = "sources = ['/srv/a.log', '/srv/b.log', '/srv/c.log']\n[[tabs]]\nname = 'one'\nmerged = ['/srv/a.log', \
                '/srv/b.log']\n[[tabs]]\nname = 'two'\nrows = ['/srv/c.log']\n";
    let mut desk = desk(text, 120, 40);
    let tabs = bar_text(desk.screen().tabs.as_ref().unwrap());
    assert!(tabs.contains("1:one") && tabs.contains("2:two"), "{tabs}");
    assert!(desk.title().contains("2 logs"), "{}", desk.title());
}

#[test]
fn sources_that_come_late_or_in_another_order_find_their_place() {
    let mut desk = Desk::with(settings(SHOP), 120, 40);
    for name in ["/srv/jobs.log", "/srv/db.log", "/srv/other.log", "/srv/web.log", "/srv/api.log"] {
        desk.open(name, "x\n");
    }
    assert_eq!(titles(&mut desk), ["api.log", "web.log", "db.log"]);
    let tabs = bar_text(desk.screen().tabs.as_ref().unwrap());
    assert_eq!(
        tabs.split_whitespace().map(|tab| tab.trim_end_matches('*')).collect::<Vec<_>>(),
        ["1:front", "2:jobs.log", "3:other.log"]
    );
}

#[test]
fn a_tab_that_was_changed_by_hand_is_left_alone() {
    let mut desk = Desk::with(settings(SHOP), 120, 40);
    desk.open("/srv/api.log", "x\n");
    desk.open("/srv/web.log", "x\n");
    desk.keys("<Ctrl-W>x");
    let before = titles(&mut desk);
    desk.open("/srv/db.log", "x\n");
    assert_eq!(titles(&mut desk), before);
}

#[test]
fn all_files_of_a_glob_stand_where_it_is_named() {
    let text = "sources = ['/srv/web-*.log', '/srv/db.log']\n[[tabs]]\ncolumns = ['/srv/db.log', '/srv/web-*.log']\n";
    let mut desk = Desk::with(settings(text), 120, 40);
    for name in ["/srv/web-1.log", "/srv/db.log", "/srv/web-2.log"] {
        desk.open(name, "x\n");
    }
    assert_eq!(titles(&mut desk), ["db.log", "web-1.log", "web-2.log"]);
    let plan = desk.app.snapshot();
    assert_eq!(plan.sources.iter().map(Origin::typed).collect::<Vec<_>>(), ["/srv/web-*.log", "/srv/db.log"]);
}

#[test]
fn groups_are_tabs_and_can_be_merged_by_name() {
    let text = "[logs.'web*']\ngroup = 'web'\n[logs.'db*']\ngroup = 'db'";
    let mut desk = Desk::with(settings(text), 120, 40);
    for name in ["/srv/web1.log", "/srv/db1.log", "/srv/web2.log", "/srv/x.log"] {
        desk.open(name, "2026-11-21T10:00:00Z one\n");
    }
    let tabs = |desk: &mut Desk| bar_text(desk.screen().tabs.as_ref().unwrap());
    assert_eq!(tabs(&mut desk).replace('*', "").trim(), "1:web 2:db 3:x.log");
    desk.keys("gt:merge web<Enter>");
    assert_eq!(tabs(&mut desk).replace('*', "").trim(), "1:web 2:db 3:x.log", "the others stay as they are");
    assert!(desk.title().starts_with("2 logs"), "{}", desk.title());
    desk.keys("T");
    assert_eq!(titles(&mut desk), ["web1.log", "web2.log"]);
}

#[test]
fn a_merged_tab_is_one_stream_when_all_its_sources_are_there() {
    let text = "sources = ['/srv/a.log', '/srv/b.log']\n[[tabs]]\nmerged = [{ pane = '/srv/a.log', filters = ['one'] }, '/srv/b.log']\n";
    let mut desk = Desk::with(settings(text), 120, 40);
    desk.open("/srv/a.log", "2026-11-21T10:00:00Z one\n2026-11-21T10:00:02Z two\n");
    assert!(desk.title().starts_with("a.log"), "{}", desk.title());
    desk.open("/srv/b.log", "2026-11-21T10:00:01Z one more\n");
    assert!(desk.title().starts_with("2 logs"), "{}", desk.title());
    assert_eq!(desk.lines().iter().filter(|line| line.contains("one")).count(), 2);
    assert!(!desk.lines().iter().any(|line| line.contains("two")));
}

#[test]
fn the_example_of_the_manual_shows_what_it_says() {
    let page = include_str!("../../../docs/workspaces.md");
    let example = page.lines().skip_while(|line| *line != "```toml").skip(1);
    let example: Vec<&str> = example.take_while(|line| *line != "```").collect();
    let mut desk = Desk::with(settings(&example.join("\n")), 120, 60);
    let web = "2026-11-21T10:00:00Z path=/health status=500 a\n2026-11-21T10:00:01Z path=/cart status=200 b\n\
               2026-11-21T10:00:02Z path=/cart status=500 c\n";
    desk.open("/srv/shop/logs/web-2026-11-21.log", web);
    desk.open_far("api1:/var/log/shop/api.log", "{\"time\":\"2026-11-21T10:00:03Z\",\"msg\":\"d\"}\n", 0);
    desk.open_far("api2:/var/log/shop/api.log", "{\"time\":\"2026-11-21T10:00:04Z\",\"msg\":\"e\"}\n", 0);
    desk.open("kubectl logs -f deploy/worker", "f\n");
    desk.open("db/main.log", "g\n");
    let shown = |desk: &mut Desk, n: usize| -> String {
        let rows = desk.screen().panes[n].rows.clone();
        let last = |row| row_text(row).trim_end().chars().last().filter(|c| c.is_ascii_lowercase());
        rows.iter().filter_map(last).collect()
    };
    assert_eq!(titles(&mut desk).len(), 4, "web, two of the api, and the worker");
    // Of the errors not that of /health, with two lines around.
    assert_eq!(shown(&mut desk, 0), "abc");
    assert!(
        desk.title().contains("!path=/health") && desk.title().contains("status>=500"),
        "{}",
        desk.title()
    );
    desk.keys("gt");
    assert!(desk.title().starts_with("3 logs"), "{}", desk.title());
    assert_eq!(shown(&mut desk, 0), "bcde", "of the stream too");
}

#[test]
fn a_stream_grows_by_files_that_come_late_and_keeps_what_was_put_on_it() {
    let text = "sources = ['/srv/web-*.log', '/srv/api.log', '/srv/x.log']\n[[tabs]]\nmerged = ['/srv/web-*.log', '/srv/api.log']\n\
                [[tabs]]\nrows = ['/srv/x.log']\n";
    let mut desk = Desk::with(settings(text), 120, 40);
    desk.open("/srv/web-1.log", "2026-11-21T10:00:00Z says 1\n2026-11-21T10:00:01Z is not\n");
    desk.open("/srv/api.log", "2026-11-21T10:00:02Z says 2\n");
    desk.open("/srv/x.log", "x\n");
    desk.keys("&says<Enter>");
    assert!(desk.title().starts_with("2 logs"), "{}", desk.title());
    desk.open("/srv/web-2.log", "2026-11-21T10:00:01Z says 3\n2026-11-21T10:00:03Z is not\n");
    assert!(desk.title().starts_with("3 logs") && desk.title().contains("&says"), "{}", desk.title());
    let said: Vec<String> = desk.lines().iter().filter(|line| line.contains("10:00:0")).cloned().collect();
    assert!(said.len() == 3 && said.iter().all(|line| line.contains("says")), "{said:?}");
    desk.keys("gt");
    desk.open("/srv/web-3.log", "2026-11-21T10:00:01Z says 4\n");
    assert!(desk.title().starts_with("x.log"), "what is looked at stays in front: {}", desk.title());
    desk.keys("gt");
    assert!(desk.title().starts_with("4 logs"), "{}", desk.title());
    assert_eq!(desk.app.desk.tabs.len(), 2);
}

const TWO: &str = "sources = [{ path = '${web}/app.log', name = 'web', filters = ['level>=error'] }, \
    { path = '${db}/app.log', name = 'db' }]\n[variables]\nweb = '/x/srv/web'\ndb = '/x/srv/db'\n\
    [[tabs]]\nrows = ['web']\n[[tabs]]\nrows = [{ pane = 'db', wrap = true }]\n";

#[test]
fn sources_that_differ_in_a_variable_are_two() {
    let mut desk = started(TWO, "./v.toml");
    for name in ["/x/srv/web/app.log", "/x/srv/db/app.log", "/x/other/app.log"] {
        desk.open(name, "one\n");
    }
    let tabs = bar_text(desk.screen().tabs.as_ref().unwrap());
    assert_eq!(tabs.replace('*', "").trim(), "1:web 2:db 3:other/app.log");
    assert!(desk.title().contains("level>=error"), "{}", desk.title());
    desk.keys("gt");
    assert!(desk.title().starts_with("db ") && !desk.title().contains("level"), "{}", desk.title());
    assert_eq!(desk.lines()[0], "one");
    desk.keys(":save-workspace ./v2.toml<Enter>");
    let read = settings(&saved(&mut desk).1).workspace;
    let written: Vec<&str> = read.sources.iter().map(|origin| origin.written.as_str()).collect();
    assert_eq!(written, ["${web}/app.log", "${db}/app.log", "/x/other/app.log"]);
    assert_eq!(read.tabs.len(), 3);
}
