//! Workspaces: what a file plans stands on the screen, and what stands there is written as such a file.

use std::sync::Arc;

use proptest::prelude::*;

use super::harness::{Desk, bar_text, numbered, row_text};
use crate::app::event::{Effect, Event, Saved};
use crate::config::settings::{FormatRule, LayoutKind, Settings, Times};
use crate::config::workspace::{
    Direction, Kept, LAYER, Origin, Part, TabPlan, TermKind, TermPlan, View, Workspace, write,
};
use crate::config::{FLAGS, toml};
use crate::core::form::Way;

pub fn settings(text: &str) -> Settings {
    let tree = toml::parse(text, "dash.toml", LAYER).unwrap();
    crate::config::read(&tree, &|_| None, &Arc::default())
        .unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"))
        .settings
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
fn sources_of_one_label_are_saved_by_their_paths() {
    let mut desk = Desk::with(settings("[logs.'*']\nlabel = 'x'"), 120, 40);
    desk.open("/srv/a.log", "a\n");
    desk.open("/srv/b.log", "b\n");
    desk.keys("<Ctrl-W>+");
    let saved = desk.app.snapshot();
    let text = write(&saved, "saved", LayoutKind::Grid, &Kept::default());
    assert_eq!(settings(&text).workspace, saved, "{text}");
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
fn another_plan_opens_and_closes_what_differs_and_keeps_places() {
    let mut desk = desk(
        "sources = ['/srv/a.log', '/srv/b.log']\n[[tabs]]\nrows = ['/srv/a.log', '/srv/b.log']",
        100,
        30,
    );
    desk.keys("gg3j");
    let before = desk.lines()[0].clone();
    let next = "sources = ['/srv/a.log', '/srv/c.log']\n[[tabs]]\ncolumns = ['/srv/c.log', '/srv/a.log']";
    desk.app.plan(settings(next).workspace);
    desk.send(Event::Tick);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Open(path) if path == "/srv/c.log")));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Close(_))), "b is closed");
    assert_eq!(desk.lines()[0], before, "what stays is where it was");
    desk.open("/srv/c.log", "x\n");
    assert_eq!(titles(&mut desk), ["c.log", "a.log"]);
}

pub fn saved(desk: &mut Desk) -> (String, String, bool) {
    let effect = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::SaveWorkspace { name, text, overwrite } => Some((name.clone(), text.clone(), *overwrite)),
        _ => None,
    });
    effect.expect("a workspace is saved")
}

#[test]
fn what_is_saved_reads_like_a_file_by_hand_and_asks_before_it_replaces() {
    let mut desk = desk(SHOP, 120, 40);
    desk.keys(":save-workspace<Enter>");
    assert!(desk.bottom().contains("under which name"), "{}", desk.bottom());
    desk.keys(":save-workspace shop<Enter>");
    let (name, text, overwrite) = saved(&mut desk);
    assert_eq!((name.as_str(), overwrite), ("shop", false));
    let body: Vec<&str> = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    assert_eq!(
        body,
        [
            "sources = [",
            "  { path = \"/srv/web.log\", name = \"web.log\" },",
            "  { path = \"/srv/api.log\", name = \"api.log\" },",
            "  { path = \"/srv/db.log\", name = \"db.log\" },",
            "  { path = \"/srv/jobs.log\", name = \"jobs.log\" },",
            "]",
            "[[tabs]]",
            "name = \"front\"",
            "front = true",
            "rows = [",
            "  \"api.log\",",
            "  { weight = 2, columns = [",
            "    { pane = \"web.log\", focus = true, filters = [\"7\"] },",
            "    { pane = \"db.log\", weight = 2, wrap = true },",
            "  ] },",
            "]",
            "[[tabs]]",
            "rows = [\"jobs.log\"]",
        ]
    );
    desk.send(Event::WorkspaceSaved(Saved::Exists("/home/ada/shop.toml".into())));
    assert!(
        desk.popup()[0].contains("shop.toml is there already") && desk.popup()[0].contains("(/home/ada)")
    );
    desk.keys("y");
    assert!(saved(&mut desk).2);
    desk.send(Event::WorkspaceSaved(Saved::Done("saved as /home/ada/shop.toml".into())));
    assert!(desk.bottom().contains("saved as"), "{}", desk.bottom());
}

#[test]
fn in_a_tile_the_question_before_replacing_names_the_file() {
    let mut tile = Desk::new(20, 5);
    tile.open("/srv/a.log", "x\n");
    tile.keys(":save-workspace shop<Enter>");
    tile.send(Event::WorkspaceSaved(Saved::Exists("/home/ada/.config/tailpane/workspaces/shop.toml".into())));
    let popup = tile.popup();
    assert!(popup[0].starts_with("shop.toml is"), "{popup:?}");
    assert!(popup.last().is_some_and(|row| row.contains("y replace")), "{popup:?}");
}

#[test]
fn a_plain_desk_is_saved_as_its_sources() {
    let mut desk = Desk::new(100, 30);
    desk.open("/srv/a.log", "x\n");
    desk.open("/srv/b.log", "x\n");
    let plan = desk.app.snapshot();
    assert_eq!((plan.sources.len(), plan.tabs.len()), (2, 0));
    desk.keys("<Ctrl-W>v");
    assert_eq!(desk.app.snapshot().tabs.len(), 1);
}

#[test]
fn names_are_saved_as_they_were_written() {
    let mut desk = Desk::new(100, 30);
    let named = vec![Origin::path("app-${date:%Y-%m-%d}.log", "/srv"), Origin::path("b.log", "/srv")];
    desk.app = std::mem::replace(&mut desk.app, Desk::new(1, 1).app).named(named, "/srv".into(), None);
    desk.open("app-2026-11-21.log", "x\n");
    desk.open("b.log", "x\n");
    let plan = desk.app.snapshot();
    let written: Vec<&str> = plan.sources.iter().map(|origin| origin.written.as_str()).collect();
    assert_eq!(written, ["/srv/app-${date:%Y-%m-%d}.log", "/srv/b.log"]);
}

pub fn shared(desk: &mut Desk) -> String {
    desk.keys(":share<Enter>");
    let copied = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    desk.send(Event::Copied("copied".into()));
    copied.expect("a command is copied")
}

#[test]
fn a_command_says_what_flags_can_say_and_the_message_what_they_cannot() {
    let mut desk = Desk::new(100, 30);
    desk.open("/srv/a b.log", "x\n");
    desk.keys("&it's<Enter>");
    assert_eq!(shared(&mut desk), "tailpane --keep='it'\\''s' '/srv/a b.log'");
    assert_eq!(desk.bottom().trim(), "copied");
    desk.open("/srv/b.log", "x\n");
    assert_eq!(shared(&mut desk), "tailpane '/srv/a b.log' /srv/b.log");
    assert!(desk.bottom().contains("does not say filters"), "{}", desk.bottom());
    desk.keys("<Ctrl-W>+");
    shared(&mut desk);
    assert!(desk.bottom().contains("how the panes stand, filters"), "{}", desk.bottom());
}

#[test]
fn a_command_says_how_files_are_found_and_read() {
    let mut set = settings("recursive = true\nclose-vanished = true");
    set.formats = [(None, "json"), (Some("*.acc"), "nginx")]
        .map(|(of, name)| FormatRule { sources: of.map(str::to_owned), name: name.to_owned() })
        .to_vec();
    let mut desk = Desk::with(set, 100, 30);
    desk.open("/srv/a.log", "x\n");
    assert_eq!(
        shared(&mut desk),
        "tailpane --recursive --close-vanished --format=json --format='*.acc=nginx' /srv/a.log"
    );
}

/// Settings of a workspace's file, with what flags of the command line say over them, each a layer by its name; and a
/// format for some sources.
fn flagged(text: &str, flags: &[(&str, &str)], format: Option<&str>) -> Settings {
    let mut tree = toml::parse(text, "dash.toml", LAYER).unwrap();
    for (flag, said) in flags {
        tree.lay(toml::parse(said, flag, FLAGS).unwrap());
    }
    let settings = crate::config::read(&tree, &|_| None, &Arc::default()).unwrap().settings;
    let formats = vec![FormatRule { sources: format.map(str::to_owned), name: "json".to_owned() }];
    Settings { formats, ..settings }
}

#[test]
fn what_the_command_line_says_is_in_a_saved_workspace_once_and_in_a_command() {
    let own = "# Ours.\ntheme = 'light'\nwrap = true\nsources = ['/srv/a.log']\n[[highlight]]\nstyle = 'bold red'\n\
               pattern = 'slow\\d'\n";
    let listed = own.replace("[[highlight]]\n", "").replace("style = 'bold red'\npattern", "#");
    let listed = listed.replace("wrap", "highlight = [{ pattern = 'w', line = true, style = 'red' }]\nwrap");
    let flags = [
        ("--theme", "theme = 'dark'"),
        ("--chrome", "chrome = 'min'"),
        ("--mouse", "mouse = true"),
        ("--no-log-colors", "log-colors = false"),
        ("--by-line", "by-line = true"),
        ("--hidden", "hidden = true"),
        ("--highlight", "[[highlight]]\npattern = 'slow\\d'\nstyle = 'bold red'"),
        ("--highlight", "[[highlight]]\npattern = \"it's \\\"=x\\\"\"\nstyle = 'blue'"),
        ("--keymap", "keymap = 'vim'"),
        ("--layout", "layout = 'rows'"),
        ("--restore", "restore = true"),
    ];
    for text in [own, &listed, "sources = ['/srv/a.log']"] {
        let desk = |settings: Settings| {
            let mut desk = Desk::with(settings, 120, 40);
            desk.open("/srv/a.log", "x\n");
            desk
        };
        let save = |desk: &mut Desk| {
            desk.keys(":save-workspace team<Enter>");
            saved(desk).1
        };
        let mut first = desk(flagged(text, &flags, None));
        let once = save(&mut first);
        let read = settings(&once);
        let was = &first.app.settings;
        assert_eq!((&read.theme, read.chrome, read.mouse, read.sgr), (&was.theme, was.chrome, true, false));
        assert!(read.by_line && read.sources.hidden && !read.restore && read.keymap == "less", "{once}");
        // What both say is said once.
        let mut rules = was.highlights.clone();
        rules.dedup();
        assert_eq!(read.highlights, rules, "{once}");
        assert_eq!(read.format_of("/srv/a.log").as_deref(), Some("json"), "{once}");
        assert_eq!(read.wrap, text.contains("wrap"), "{once}");
        assert_eq!(save(&mut desk(flagged(&once, &flags, None))), once, "under the same flags");
        assert_eq!(save(&mut desk(read)), once, "without them");
        let command = shared(&mut first);
        for flag in [
            "--theme=dark",
            "--chrome=min",
            "--mouse",
            "--no-log-colors",
            "--by-line",
            "--format=json",
            "--hidden",
            "--highlight='it'\\''s \"=x\"=blue'",
        ] {
            assert_eq!(command.matches(flag).count(), 1, "{flag} in {command}");
        }
        assert!(!command.contains("keymap") && !command.contains("restore"), "{command}");
    }
}

#[test]
fn a_format_of_some_files_of_a_glob_is_not_saved_and_that_is_told() {
    let mut desk = Desk::with(flagged("sources = ['/srv/*.log', '/x/b.log']", &[], Some("b*")), 120, 40);
    for file in ["/srv/a.log", "/srv/b.log", "/x/b.log"] {
        desk.open(file, "x\n");
    }
    desk.keys(":save-workspace team<Enter>");
    let read = settings(&saved(&mut desk).1);
    let formats = ["/srv/b.log", "/x/b.log"].map(|file| read.format_of(file));
    assert_eq!(formats, [None, Some("json".to_owned())]);
    desk.send(Event::WorkspaceSaved(Saved::Done("saved".into())));
    assert!(
        desk.bottom().contains("--format says of some files of /srv/*.log is not saved"),
        "{}",
        desk.bottom()
    );
}

#[test]
fn the_files_of_a_glob_as_they_come_are_all_that_a_command_shows() {
    let mut desk = Desk::with(settings("sources = ['/srv/*.log']"), 100, 30);
    desk.open("/srv/a.log", "x\n");
    desk.open("/srv/b.log", "x\n");
    assert_eq!(shared(&mut desk), "tailpane '/srv/*.log'");
    assert!(!desk.bottom().contains("how the panes stand"), "{}", desk.bottom());
}

/// Terms as they are written again just so.
fn term() -> impl Strategy<Value = TermPlan> {
    let kinds = prop_oneof![
        Just((TermKind::Keep, "a\\d+ \"b\"")),
        Just((TermKind::Drop, "it's")),
        Just((TermKind::Or, "x|y")),
        Just((TermKind::Query, "level>=warn")),
        Just((TermKind::Query, "!status=500")),
    ];
    (kinds, any::<bool>()).prop_map(|((kind, text), on)| TermPlan { kind, text: text.to_owned(), on })
}

fn view(sources: usize) -> impl Strategy<Value = View> {
    let switches = proptest::array::uniform6(any::<bool>());
    let ways = prop_oneof![Just(None), Just(Some(Way::Pretty)), Just(Some(Way::Raw))];
    let times = prop_oneof![Just(None), Just(Some(Times::Clock)), Just(Some(Times::Delta))];
    let terms = proptest::option::weighted(0.3, proptest::collection::vec(term(), 1..3));
    (0..sources, switches, ways, times, terms, 0..4_usize).prop_map(
        |(source, on, form, times, filters, context)| View {
            source: format!("/srv/{source}.log"),
            filters_off: on[0] && filters.is_some(),
            filters,
            context: Some(context).filter(|lines| *lines > 0),
            by_line: on[1].then_some(true),
            fold_tails: on[2],
            wrap: on[3].then_some(true),
            numbers: on[4].then_some(true),
            histogram: on[5],
            form,
            times,
            hide: if on[1] { vec!["pid".to_owned(), "it's".to_owned()] } else { Vec::new() },
            ..View::default()
        },
    )
}

fn part(sources: usize) -> impl Strategy<Value = Part> {
    let leaf = view(sources).prop_map(Part::Pane);
    leaf.prop_recursive(3, 8, 3, |part| {
        let parts = proptest::collection::vec((1..4_u32, part), 2..4);
        (any::<bool>(), parts).prop_map(|(rows, parts)| {
            Part::Split(if rows { Direction::Rows } else { Direction::Columns }, parts)
        })
    })
}

fn workspace_plan() -> impl Strategy<Value = Workspace> {
    (1..5_usize).prop_flat_map(|sources| {
        let tab = (part(sources), any::<bool>(), any::<bool>()).prop_map(|(root, zoom, named)| TabPlan {
            name: named.then(|| "a \"tab\"".to_owned()),
            root,
            merged: false,
            front: false,
            zoom,
            locked: false,
        });
        proptest::collection::vec(tab, 1..4).prop_map(move |tabs| Workspace {
            sources: (0..sources).map(|n| Origin::path(&format!("/srv/{n}.log"), "")).collect(),
            tabs,
            ..Workspace::default()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_saved_is_the_same_screen_when_it_is_loaded(plan in workspace_plan(), keys in 0..4_usize) {
        let mut first = Desk::with(Settings { workspace: plan.clone(), ..Settings::default() }, 200, 60);
        for origin in &plan.sources {
            first.open(&origin.typed(), "text\n");
        }
        first.keys(["", "gt", "<Ctrl-W>w", "<Ctrl-W>+<Ctrl-W>>"][keys]);
        let saved = first.app.snapshot();
        let text = write(&saved, "saved", LayoutKind::Grid, &Kept::default());
        let read = settings(&text);
        prop_assert_eq!(&read.workspace, &saved, "{}", text);
        let mut second = Desk::with(read, 200, 60);
        for origin in &saved.sources {
            second.open(&origin.typed(), "text\n");
        }
        prop_assert_eq!(&second.app.snapshot(), &saved, "{}", text);
        let areas = |desk: &mut Desk| desk.screen().panes.iter().map(|pane| (pane.body, pane.focused)).collect::<Vec<_>>();
        prop_assert_eq!(areas(&mut second), areas(&mut first), "{}", text);
    }
}

/// A desk with all sources of a workspace that the program was started with from `/srv`, under this name.
pub fn started(text: &str, name: &str) -> Desk {
    let mut desk = Desk::with(settings(text), 120, 40);
    let app = std::mem::replace(&mut desk.app, Desk::new(1, 1).app);
    desk.app = app.named(Vec::new(), "/srv".into(), Some(name.into()));
    desk
}

/// The config is read again.
pub fn reload(desk: &mut Desk, text: &str) {
    desk.effects.clear();
    let keymap = crate::config::keymap::layered("less", &[], &crate::app::command::judge).unwrap();
    let configured = crate::app::configure::Configured { settings: settings(text), keymap };
    desk.send(Event::Configured(Box::new(configured)));
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
fn variables_are_saved_with_the_names_that_use_them() {
    let text = "sources = ['${logs}/a.log']\n[variables]\nlogs = '/srv/shop'\nother = 'x'\n";
    let mut desk = started("[variables]\nlogs = '/srv/shop'\nother = 'x'", "x");
    let app = std::mem::replace(&mut desk.app, Desk::new(1, 1).app);
    desk.app = app.named(vec![Origin::path("${logs}/a.log", "")], "/srv".into(), None);
    desk.open("/srv/shop/a.log", "x\n");
    let session = crate::config::session::write(&desk.app.session().unwrap());
    let session = crate::config::session::read(&session, "x", &Arc::default()).unwrap();
    assert_eq!(session.desk.variables, [("logs".to_owned(), "/srv/shop".to_owned())].into());
    desk.keys(":save-workspace team<Enter>");
    let read = settings(&saved(&mut desk).1);
    assert_eq!(read.workspace.sources[0].typed(), "${logs}/a.log");
    assert_eq!(read.sources.variables["logs"], "/srv/shop");
    assert_eq!(shared(&mut desk), "tailpane /srv/shop/a.log");
    let mut desk = started(text, "x");
    desk.open("/srv/shop/a.log", "x\n");
    assert_eq!(shared(&mut desk), "tailpane /srv/shop/a.log");
}

#[test]
fn saving_the_open_workspace_keeps_its_settings_and_its_paths() {
    let text = "# The shop.\ntimes = 'clock' # short\nsources = ['logs/a.log', 'logs/*.txt', '/var/b.log']\n\n# Where.\n\
                [variables]\nlogs = '/x'\n\n[logs.'/q/*']\ngroup = 'g'\n";
    let mut desk = started(text, "./dash.toml");
    for name in ["logs/a.log", "logs/1.txt", "logs/2.txt", "/var/b.log"] {
        desk.open(name, "x\n");
    }
    desk.keys("<Ctrl-W>+:save-workspace<Enter>");
    let (_, new, _) = saved(&mut desk);
    assert!(new.contains("\n# The shop.\ntimes = 'clock' # short\n"), "{new}");
    assert!(new.contains("\n# Where.\n[variables]\nlogs = '/x'\n\n[logs.'/q/*']\ngroup = 'g'\n"), "{new}");
    let read = settings(&new);
    let written: Vec<&str> = read.workspace.sources.iter().map(|origin| origin.written.as_str()).collect();
    assert_eq!(written, ["logs/a.log", "/srv/logs/*.txt", "/var/b.log"], "{new}");
    desk.send(Event::WorkspaceSaved(Saved::Exists("/srv/dash.toml".into())));
    assert!(desk.popup().join("").contains("sources and tabs are written anew, without their comments"));
    desk.keys("n");
    let panes = desk.app.desk.panes.len();
    reload(&mut desk, &new);
    assert!(opened(&desk).is_empty(), "{:?}", opened(&desk));
    assert_eq!(desk.app.desk.panes.len(), panes);
    // Once more, it is the same file.
    desk.keys(":save-workspace<Enter>");
    let again = saved(&mut desk).1;
    assert_eq!(again, new);
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
    desk.app.plan(settings(&text("{ pane = '/b.log', wrap = true }")).workspace);
    assert!(desk.title().starts_with("2 logs"), "{}", desk.title());
    desk.keys("gt");
    desk.app.plan(settings(&text("'/b.log'")).workspace);
    assert!(desk.title().starts_with("b.log"), "{}", desk.title());
    let tabs = bar_text(desk.screen().tabs.as_ref().unwrap());
    assert!(tabs.contains("3:b.log"), "{tabs}");
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
    desk.app.plan(settings(&text("{ pane = '/c.log', wrap = true }")).workspace);
    assert!(desk.title().starts_with("2 logs") && desk.title().contains("&7"), "{}", desk.title());
    desk.keys("T");
    assert_eq!(titles(&mut desk), ["a.log", "b.log"]);
    // So does one of logs from several tabs.
    desk.keys(":merge all<Enter>");
    assert!(desk.title().starts_with("3 logs"), "{}", desk.title());
    desk.app.plan(settings(&text("'/c.log'")).workspace);
    assert!(desk.title().starts_with("3 logs"), "{}", desk.title());
}

#[test]
fn a_name_that_looks_like_a_flag_is_told_so_that_it_is_taken() {
    let mut desk = started("", "x");
    desk.open("/srv/a.log", "x\n");
    desk.keys(":save-workspace -x<Enter>");
    let text = saved(&mut desk).1;
    assert!(text.contains("`tailpane --workspace=-x` shows it again"), "{text}");
}
