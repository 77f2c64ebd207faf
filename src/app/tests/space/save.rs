//! What stands on the screen is written as a file.

use std::sync::Arc;

use super::change::{opened, reload};
use super::share::shared;
use super::{SHOP, desk, settings, started, zone};
use crate::app::event::{Effect, Event, Saved};
use crate::app::source::Watch;
use crate::app::tests::harness::Desk;
use crate::config::settings::{Chrome, FormatRule, LayoutKind, Settings};
use crate::config::workspace::{Kept, LAYER, Origin, write};
use crate::config::{FLAGS, toml};

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
fn a_name_that_looks_like_a_flag_is_told_so_that_it_is_taken() {
    let mut desk = started("", "x");
    desk.open("/srv/a.log", "x\n");
    desk.keys(":save-workspace -x<Enter>");
    let text = saved(&mut desk).1;
    assert!(text.contains("`tailpane --workspace=-x` shows it again"), "{text}");
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

#[test]
fn sources_of_one_label_are_saved_by_their_paths() {
    let mut desk = Desk::with(settings("[logs.'*']\nlabel = 'x'"), 120, 40);
    desk.open("/srv/a.log", "a\n");
    desk.open("/srv/b.log", "b\n");
    desk.keys("<Ctrl-W>+");
    let saved = desk.app.snapshot();
    let text = write(&saved, "saved", LayoutKind::Grid, &Kept::default());
    assert_eq!(*settings(&text).workspace, saved, "{text}");
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
fn what_opens_a_variable_in_one_is_saved_as_it_was_said() {
    let text = "sources = ['${logs}/a.log']\n[variables]\nlogs = '/srv/$${r}'\n";
    let mut desk = started("[variables]\nlogs = '/srv/$${r}'", "x");
    let app = std::mem::replace(&mut desk.app, Desk::new(1, 1).app);
    desk.app = app.named(vec![Origin::path("${logs}/a.log", "")], "/srv".into(), None);
    desk.open("/srv/${r}/a.log", "x\n");
    let session = crate::config::session::write(&desk.app.session().unwrap());
    assert!(session.contains("/srv/$${r}"), "{session}");
    let session = crate::config::session::read(&session, "x", &Arc::default()).unwrap();
    assert_eq!(session.desk.variables["logs"], "/srv/${r}");
    desk.keys(":save-workspace team<Enter>");
    let saved = saved(&mut desk).1;
    assert!(saved.contains("/srv/$${r}"), "{saved}");
    let (again, wanted) = (settings(&saved), settings(text));
    assert_eq!(again.sources.variables, wanted.sources.variables);
    assert_eq!(again.workspace.variables["logs"], "/srv/${r}");
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

/// Settings of a workspace's file, with what flags of the command line say over them, each a layer by its name; and a
/// format for some sources.
fn flagged(text: &str, flags: &[(&str, &str)], format: Option<&str>) -> Settings {
    let mut tree = toml::parse(text, "dash.toml", LAYER).unwrap();
    for (flag, said) in flags {
        tree.lay(toml::parse(said, flag, FLAGS).unwrap());
    }
    let settings = crate::config::read(&tree, &zone, &Arc::default()).unwrap().settings;
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
        let mut rules = was.highlights.to_vec();
        rules.dedup();
        assert_eq!(read.highlights.to_vec(), rules, "{once}");
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
fn what_is_chosen_on_the_screen_is_saved_whatever_flags_and_the_file_say() {
    let own = "# Ours.\ntheme = 'light' # short\nzone = 'UTC'\nsources = ['/srv/a.log']\n";
    let flags = [("--theme", "theme = 'dark'"), ("--chrome", "chrome = 'min'")];
    for flags in [&[][..], &flags] {
        let mut desk = Desk::with(flagged(own, flags, None), 120, 40);
        desk.open("/srv/a.log", "x\n");
        let mut save = |keys: &str| {
            desk.keys(keys).keys(":save-workspace team<Enter>");
            let text = saved(&mut desk).1;
            (settings(&text), text)
        };
        // What is tried only is not chosen, nor what was left again.
        let (first, text) = save(":theme contrast<Esc>:theme contrast<Ctrl-U>hints<Enter>:hints<Enter>");
        assert_eq!(first.theme, if flags.is_empty() { "light" } else { "dark" }, "{text}");
        assert!(first.hints && !text.contains("hints"), "{text}");
        let (read, text) = save(
            ":theme contrast<Enter>:chrome none<Enter>:zone local<Enter>:colours<Enter>:hints<Enter>:sparkline<Enter>",
        );
        assert_eq!((read.theme.as_str(), read.chrome, read.zone), ("contrast", Chrome::None, None), "{text}");
        assert!(!read.sgr && !read.hints && !read.sparkline, "{text}");
        for name in ["theme =", "chrome =", "zone =", "log-colors =", "hints =", "sparkline ="] {
            assert_eq!(text.matches(name).count(), 1, "{name} in {text}");
        }
        // What the file says already is left as it is written.
        let (_, text) = save(":theme light<Enter>:zone utc<Enter>");
        assert!(text.contains("\n# Ours.\ntheme = 'light' # short\nzone = 'UTC'\n"), "{text}");
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
fn what_is_read_because_it_was_saved_is_no_news_and_changes_nothing() {
    let mut desk = started("sources = ['a.log']\n[[tabs]]\nrows = ['a.log']\n", "./dash.toml");
    desk.open("a.log", "says 7\nsays 77\n");
    desk.keys("&7<Enter>:filter says<Enter>:times age<Enter>:save-workspace<Enter>");
    let text = saved(&mut desk).1;
    desk.send(Event::WorkspaceSaved(Saved::Done("saved as /srv/dash.toml".into())));
    reload(&mut desk, &text);
    assert!(desk.bottom().contains("saved as"), "{}", desk.bottom());
    let title = desk.title();
    assert!(title.contains("&7 says"), "{title}");
    desk.keys("U");
    assert!(desk.title().contains("&7") && !desk.title().contains("says"), "{}", desk.title());
    // What is on the screen is what the file says now: it goes with the next change.
    reload(&mut desk, &text.replace("age", "clock"));
    assert!(desk.bottom().contains("read again"), "{}", desk.bottom());
    assert_eq!(desk.app.pane().unwrap().look.times, crate::config::settings::Times::Clock);
}

#[test]
fn names_that_would_be_something_else_stay_relative_as_files() {
    let mut desk = started("", "x");
    for name in ["./-", "./~t.log", "./web1:x.log", "./$${x}.log", "./$$${y}.log", "-dash.log", "a.log"] {
        desk.open(&Origin::path(name, "/srv").typed().replace("$${", "${"), "x\n");
    }
    desk.keys(":save-workspace ./dash.toml<Enter>");
    let text = saved(&mut desk).1;
    assert!(!text.contains("/srv"), "{text}");
    let sources = settings(&text).workspace.sources.clone();
    let opened = sources.iter().map(|origin| Origin { folder: "/srv".into(), ..origin.clone() }.typed());
    assert_eq!(
        opened.collect::<Vec<_>>(),
        [
            "/srv/-",
            "/srv/~t.log",
            "/srv/web1:x.log",
            "/srv/$${x}.log",
            "/srv/$$${y}.log",
            "/srv/-dash.log",
            "/srv/a.log"
        ],
        "{text}"
    );
}

#[test]
fn equal_commands_run_once_in_a_workspace_and_that_is_told() {
    let mut desk = started("", "x");
    for n in 0..2 {
        desk.open("echo $$", "1\n");
        desk.change(n, |status| status.watch = Watch::Command);
    }
    assert_eq!(shared(&mut desk), "tailpane --command 'echo $$' --command 'echo $$'");
    assert_eq!(desk.bottom().trim(), "copied");
    desk.keys(":save-workspace team<Enter>");
    assert_eq!(settings(&saved(&mut desk).1).workspace.sources.len(), 1);
    desk.send(Event::WorkspaceSaved(Saved::Done("saved".into())));
    let told = "a workspace runs equal commands once: 1 pane will show what another one does";
    assert!(desk.bottom().contains(told), "{}", desk.bottom());
}
