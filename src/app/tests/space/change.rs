//! The file is another one than before: what follows from that, and what stays as it was.

use std::sync::Arc;

use super::{desk, settings, started, titles};
use crate::app::event::{Effect, Event};
use crate::app::tests::harness::{Desk, bar_text};
use crate::config::workspace::Workspace;

/// The config is read again.
pub fn reload(desk: &mut Desk, text: &str) {
    desk.effects.clear();
    let keymap = crate::config::keymap::layered("less", &[], &crate::app::command::judge).unwrap();
    let configured = crate::app::configure::Configured { settings: settings(text), keymap };
    desk.send(Event::Configured(Box::new(configured)));
}

/// Another plan is used.
fn replan(desk: &mut Desk, plan: Arc<Workspace>) {
    let words = desk.app.words();
    desk.app.plan(plan);
    desk.app.go_with_words(&words);
}

pub fn opened(desk: &Desk) -> Vec<&str> {
    desk.effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Open(path) => Some(path.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn another_plan_opens_and_closes_what_differs_and_keeps_places() {
    let mut desk = desk(
        "sources = ['/srv/a.log', '/srv/b.log']\n[[tabs]]\nrows = ['/srv/a.log', '/srv/b.log']",
        100,
        30,
    );
    desk.keys("gg3j");
    let before = desk.lines()[0].clone();
    let next = "sources = ['/srv/a.log', '/srv/c.log']\n[[tabs]]\ncolumns = ['/srv/c.log', '/srv/a.log']";
    replan(&mut desk, settings(next).workspace);
    desk.send(Event::Tick);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Open(path) if path == "/srv/c.log")));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Close(_))), "b is closed");
    assert_eq!(desk.lines()[0], before, "what stays is where it was");
    desk.open("/srv/c.log", "x\n");
    assert_eq!(titles(&mut desk), ["c.log", "a.log"]);
}

#[test]
fn a_variable_that_says_something_else_opens_the_other_file() {
    let text =
        |base: &str| format!("sources = ['${{base}}/x.log', 'b.log']\n[variables]\nbase = '/srv/{base}'\n");
    let mut desk = started(&text("v1"), "x");
    desk.open("/srv/v1/x.log", "x\n");
    desk.open("b.log", "x\n");
    reload(&mut desk, &text("v2"));
    assert_eq!(opened(&desk), ["/srv/v2/x.log"]);
    assert_eq!(titles(&mut desk), ["b.log"], "the old one is closed");
}

#[test]
fn a_source_that_the_file_replaces_keeps_its_place() {
    let text = |path: &str| {
        format!(
            "sources = [{{ path = '/srv/{path}.log', name = 'x' }}, '/srv/b.log', '/srv/t1.log']\n[[tabs]]\nname = 'two'\ncolumns \
             = ['x', '/srv/b.log']\n"
        )
    };
    let mut desk = desk(&text("a"), 120, 40);
    desk.keys("j");
    reload(&mut desk, &text("r"));
    assert_eq!(opened(&desk), ["/srv/r.log"]);
    desk.open("/srv/r.log", "x\n");
    let tabs = bar_text(desk.screen().tabs.as_ref().unwrap());
    assert_eq!(tabs.replace('*', "").trim(), "1:two 2:t1.log");
    assert_eq!(titles(&mut desk), ["x", "b.log"]);
}

#[test]
fn a_source_is_shown_a_second_time_where_the_file_says_so_now() {
    let first = "sources = ['/srv/a.log', '/srv/b.log']\n[[tabs]]\nrows = ['/srv/a.log', '/srv/b.log']\n";
    let mut desk = desk(first, 120, 40);
    let next = format!(
        "{first}[[tabs]]\nname = 'errs'\nrows = [{{ pane = '/srv/a.log', filters = [{{ keep = '5' }}] }}]\n"
    );
    reload(&mut desk, &next);
    let tabs = bar_text(desk.screen().tabs.as_ref().unwrap());
    assert!(tabs.contains("2:errs"), "{tabs}");
    desk.keys("gt");
    assert!(desk.title().contains('5') && desk.title().starts_with("a.log"), "{}", desk.title());
}

#[test]
fn what_the_file_showed_twice_goes_where_it_says_so_once() {
    for (before, next, shown) in [
        ("rows = ['/srv/a.log', '/srv/a.log', '/srv/b.log']", "rows = ['/srv/a.log', '/srv/b.log']", 2),
        (
            "rows = ['/srv/a.log']\n[[tabs]]\nrows = ['/srv/a.log', '/srv/b.log']",
            "rows = ['/srv/a.log', '/srv/b.log']",
            2,
        ),
        (
            "merged = ['/srv/a.log', '/srv/b.log']\n[[tabs]]\nrows = ['/srv/a.log']",
            "rows = ['/srv/a.log', '/srv/b.log']",
            2,
        ),
    ] {
        let text = |tabs: &str| format!("sources = ['/srv/a.log', '/srv/b.log']\n[[tabs]]\n{tabs}\n");
        let mut desk = desk(&text(before), 120, 40);
        reload(&mut desk, &text(next));
        assert_eq!((titles(&mut desk).len(), desk.app.desk.tabs.len()), (shown, 1), "{before}");
        assert_eq!(desk.app.desk.panes.len(), shown, "{before}");
    }
    // What somebody has split stays.
    let text = "sources = ['/srv/a.log', '/srv/b.log']\n[[tabs]]\nrows = ['/srv/a.log', '/srv/b.log']\n";
    let mut desk = desk(text, 120, 40);
    desk.keys("<Ctrl-W>s");
    reload(&mut desk, &text.replace("rows", "columns"));
    assert_eq!(desk.app.desk.panes.len(), 3);
}

#[test]
fn panes_go_with_the_groups_that_the_config_says() {
    let mut desk = Desk::with(settings(""), 120, 40);
    for name in ["/srv/web1.log", "/srv/x.log", "/srv/web2.log"] {
        desk.open(name, "x\n");
    }
    let tabs = |desk: &mut Desk| {
        let tabs = desk.screen().tabs.as_ref().map(bar_text).unwrap_or_default();
        tabs.replace('*', "").trim().to_owned()
    };
    let focused = desk.title();
    reload(&mut desk, "[logs.'*web*']\ngroup = 'web'");
    assert_eq!(tabs(&mut desk), "1:x.log 2:web");
    assert_eq!(titles(&mut desk), ["web1.log", "web2.log"], "the focused pane stays in front");
    assert_eq!(desk.title().split(' ').next(), focused.split(' ').next());
    reload(&mut desk, "[logs.'*web*']\ngroup = 'front'");
    assert_eq!(tabs(&mut desk), "1:x.log 2:front");
    reload(&mut desk, "");
    assert_eq!((tabs(&mut desk), titles(&mut desk).len()), (String::new(), 3));
}

#[test]
fn what_a_file_has_laid_out_stays_when_the_layout_of_the_settings_changes() {
    let plan = "sources = ['/srv/api.log', '/srv/web.log', '/srv/n1.log']\n\
        [[tabs]]\ncolumns = ['/srv/api.log', { rows = ['/srv/web.log', '/srv/n1.log'] }]\n";
    let mut desk = desk(&format!("layout = 'rows'\n{plan}"), 120, 40);
    desk.open("/tmp/a.log", "text\n");
    desk.open("/tmp/b.log", "text\n");
    let areas = |desk: &mut Desk| desk.screen().panes.iter().map(|pane| pane.body).collect::<Vec<_>>();
    let before = areas(&mut desk);
    reload(&mut desk, &format!("layout = 'columns'\n{plan}"));
    assert_eq!(areas(&mut desk), before);
    desk.keys("gt");
    let others = areas(&mut desk);
    assert!(others.len() == 2 && others[0].y == others[1].y, "what it says nothing of follows: {others:?}");
}

#[test]
fn another_word_of_a_tab_leaves_the_focus_where_it_is() {
    let text = |context: usize| {
        format!(
            "sources = ['/srv/a.log', '/srv/b.log', '/srv/c.log']\n[[tabs]]\nrows = ['/srv/a.log', {{ pane = '/srv/b.log', \
             context = {context} }}]\n[[tabs]]\nrows = ['/srv/c.log']"
        )
    };
    let mut desk = desk(&text(2), 120, 40);
    desk.keys("<Ctrl-W>wgt");
    reload(&mut desk, &text(1));
    assert!(desk.title().starts_with("c.log"), "{}", desk.title());
    desk.keys("gt");
    assert!(desk.title().starts_with("b.log"), "{}", desk.title());
    reload(&mut desk, &text(2));
    assert!(desk.title().starts_with("b.log"), "{}", desk.title());
}

#[test]
fn an_edit_of_tabs_leaves_in_front_what_is_there() {
    let text = |third: &str| {
        format!(
            "sources = ['/a.log', '/b.log']\n[[tabs]]\nrows = ['/a.log']\n[[tabs]]\nmerged = ['/a.log', '/b.log']\n\
             [[tabs]]\nrows = [{third}]\n"
        )
    };
    let mut desk = desk(&text("'/b.log'"), 100, 30);
    desk.keys("gt");
    assert!(desk.title().starts_with("2 logs"), "{}", desk.title());
    replan(&mut desk, settings(&text("{ pane = '/b.log', wrap = true }")).workspace);
    assert!(desk.title().starts_with("2 logs"), "{}", desk.title());
    desk.keys("gt");
    replan(&mut desk, settings(&text("'/b.log'")).workspace);
    assert!(desk.title().starts_with("b.log"), "{}", desk.title());
    let tabs = bar_text(desk.screen().tabs.as_ref().unwrap());
    assert!(tabs.contains("3:b.log"), "{tabs}");
}

#[test]
fn a_stream_grows_by_a_source_that_is_open() {
    let text = |merged: &str| {
        format!(
            "sources = ['/srv/web.log', '/srv/api.log', '/srv/worker.log']\n[[tabs]]\nmerged = {merged}\n"
        )
    };
    let mut desk = Desk::with(settings(&text("['/srv/web.log', '/srv/api.log']")), 120, 40);
    for (n, name) in ["/srv/web.log", "/srv/api.log", "/srv/worker.log"].iter().enumerate() {
        desk.open(name, &format!("2026-11-21T10:00:0{n}Z says {n}\n"));
    }
    assert!(desk.title().starts_with("2 logs"), "{}", desk.title());
    reload(&mut desk, &text("['/srv/web.log', '/srv/api.log', '/srv/worker.log']"));
    assert!(opened(&desk).is_empty(), "{:?}", opened(&desk));
    assert!(desk.title().starts_with("3 logs"), "{}", desk.title());
    assert_eq!(desk.app.desk.tabs.len(), 1, "the worker's own tab is gone");
    let said: Vec<String> = desk.lines().iter().filter(|line| line.contains("says")).cloned().collect();
    assert_eq!(said.len(), 3, "{said:?}");
    reload(&mut desk, &text("['/srv/web.log', '/srv/worker.log']"));
    assert!(desk.title().starts_with("2 logs"), "{}", desk.title());
    assert_eq!(desk.app.desk.tabs.len(), 2, "the api stands behind");
}

#[test]
fn a_variable_that_changes_under_a_stream_makes_it_one_of_the_new_files() {
    let text = |base: &str| {
        format!(
            "sources = ['${{base}}/web.log', '${{base}}/api.log']\n[[tabs]]\nname = 'all'\nmerged = ['${{base}}/web.log', \
             '${{base}}/api.log']\n[variables]\nbase = '/srv/{base}'\n"
        )
    };
    let mut desk = started(&text("v1"), "x");
    desk.open("/srv/v1/web.log", "2026-11-21T10:00:00Z old\n");
    desk.open("/srv/v1/api.log", "2026-11-21T10:00:00Z old\n");
    assert!(desk.title().starts_with("2 logs"), "{}", desk.title());
    reload(&mut desk, &text("v2"));
    assert_eq!(opened(&desk), ["/srv/v2/web.log", "/srv/v2/api.log"]);
    desk.open("/srv/v2/web.log", "2026-11-21T10:00:00Z new\n");
    desk.open("/srv/v2/api.log", "2026-11-21T10:00:01Z new\n");
    assert!(desk.title().starts_with("2 logs"), "{} {:?}", desk.title(), titles(&mut desk));
    assert_eq!(desk.lines().iter().filter(|line| line.contains("new")).count(), 2, "{:?}", desk.lines());
    assert!(!desk.lines().iter().any(|line| line.contains("old")), "{:?}", desk.lines());
    assert_eq!(desk.app.desk.tabs.len(), 1);
}

#[test]
fn a_stream_merged_by_hand_stays_one_when_tabs_are_edited() {
    let text = |third: &str| {
        format!(
            "sources = ['/a.log', '/b.log', '/c.log']\n[[tabs]]\nrows = ['/a.log', '/b.log']\n[[tabs]]\nrows = [{third}]\n"
        )
    };
    let mut desk = desk(&text("'/c.log'"), 100, 30);
    desk.keys("T&7<Enter>");
    assert!(desk.title().starts_with("2 logs") && desk.title().contains("&7"), "{}", desk.title());
    replan(&mut desk, settings(&text("{ pane = '/c.log', wrap = true }")).workspace);
    assert!(desk.title().starts_with("2 logs") && desk.title().contains("&7"), "{}", desk.title());
    desk.keys("T");
    assert_eq!(titles(&mut desk), ["a.log", "b.log"]);
    // So does one of logs from several tabs.
    desk.keys(":merge all<Enter>");
    assert!(desk.title().starts_with("3 logs"), "{}", desk.title());
    replan(&mut desk, settings(&text("'/c.log'")).workspace);
    assert!(desk.title().starts_with("3 logs"), "{}", desk.title());
}

#[test]
fn what_is_wrong_is_told_before_what_is_in_vain() {
    let vain = "sources = ['/a.log']\n[[alert]]\nwhen = 'x'\n";
    let mut desk = desk("sources = ['/a.log']\n", 100, 30);
    reload(&mut desk, vain);
    assert!(desk.bottom().contains("[[alert]] does nothing"), "{}", desk.bottom());
    desk.send(Event::NotConfigured(vec!["dash.toml: the config cannot be read".into()]));
    assert!(desk.bottom().contains("cannot be read"), "{}", desk.bottom());
    desk.keys("<Esc>");
    assert!(desk.bottom().contains("[[alert]] does nothing"), "{}", desk.bottom());
    // What the file does not say any more is not said of it.
    reload(&mut desk, "sources = ['/a.log']\n");
    assert!(!desk.bottom().contains("[[alert]]"), "{}", desk.bottom());
    let mut desk = Desk::with(settings(vain), 100, 30);
    desk.open("/a.log", "x\n");
    desk.send(Event::NotOpened("b.log: there is no such file".into()));
    assert!(desk.bottom().contains("b.log"), "{}", desk.bottom());
    desk.keys("<Esc>");
    assert!(desk.bottom().contains("[[alert]] does nothing"), "{}", desk.bottom());
}
