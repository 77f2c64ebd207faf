//! How what is open is named in saved workspaces, in sessions and on command lines.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::harness::{Desk, bar_text};
use super::space::save::saved;
use super::space::share::shared;
use super::space::{settings, started, titles};
use crate::app::event::{Event, Saved};
use crate::config::session;
use crate::config::workspace::{Origin, Origins, Workspace};
use crate::core::text::printable;

fn typed(desk: &Desk) -> Vec<String> {
    desk.app.snapshot().sources.iter().map(Origin::typed).collect()
}

/// A desk with a name that a terminal cannot show, one that is no text, and a plain one.
fn odd() -> Desk {
    let mut desk = started("", "x");
    desk.open("/srv/a\u{1b}[2J.log", "one\n");
    desk.open_bytes(b"/srv/b\xff.log", "two\n");
    desk.open("/srv/c.log", "three\n");
    desk
}

#[test]
fn a_name_with_control_characters_is_saved_as_it_is_and_found_again() {
    let mut desk = odd();
    desk.keys("<Ctrl-W>+:save-workspace team<Enter>");
    let text = saved(&mut desk).1;
    assert!(!text.contains('\u{1b}'), "{text}");
    let read = settings(&text);
    assert_eq!(read.workspace.sources[0].typed(), "/srv/a\u{1b}[2J.log", "{text}");
    let mut desk = Desk::with(read, 120, 40);
    desk.open("/srv/c.log", "x\n");
    desk.open("/srv/a\u{1b}[2J.log", "x\n");
    assert_eq!(titles(&mut desk), ["a^[[2J.log", "c.log"], "they stand as they were saved");
    let session = session::write(&odd().app.session().unwrap());
    let session = session::read(&session, "x", &Arc::default()).unwrap();
    let names: Vec<String> = session.desk.sources.iter().map(Origin::typed).collect();
    assert_eq!(names, ["/srv/a\u{1b}[2J.log", "/srv/c.log"]);
}

#[test]
fn what_is_said_of_a_name_with_control_characters_counts_for_it() {
    let mut desk =
        Desk::with(settings("sources = [{ path = \"/srv/a\\u001b.log\", name = 'odd' }]"), 100, 30);
    desk.open("/srv/a\u{1b}.log", "x\n");
    assert_eq!(titles(&mut desk), ["odd"]);
}

#[test]
fn what_cannot_be_named_is_counted_in_the_message() {
    let mut desk = odd();
    desk.keys(":save-workspace team<Enter>");
    let read = settings(&saved(&mut desk).1);
    let panes: usize = read.workspace.tabs.iter().map(|tab| tab.root.views().len()).sum();
    assert_eq!((read.workspace.sources.len(), panes), (2, 2));
    desk.send(Event::WorkspaceSaved(Saved::Exists("/x/team.toml".into())));
    desk.keys("y");
    desk.send(Event::WorkspaceSaved(Saved::Done("saved as /x/team.toml".into())));
    assert!(
        desk.bottom().contains("team.toml; 1 file is left out: its name is no UTF-8"),
        "{}",
        desk.bottom()
    );
    let command = shared(&mut desk);
    assert!(command.ends_with(" /srv/c.log") && !command.contains("/srv/a"), "{command}");
    assert_eq!(printable(&command), command);
    let said = desk.bottom();
    assert!(
        said.contains("1 source whose name has characters that cannot be typed: :save-workspace does"),
        "{said}"
    );
    assert!(said.contains("1 file is left out"), "{said}");
    desk.send(Event::Recalled(Ok(Some(Box::default()))));
    assert!(desk.bottom().contains("taken up again; 1 file is left out"), "{}", desk.bottom());
    let mut desk = started("", "x");
    desk.open_bytes(b"/srv/b\xff.log", "two\n");
    desk.open_bytes(b"/srv/c\xff.log", "two\n");
    desk.keys(":save-workspace team<Enter>");
    assert!(
        desk.bottom().contains("could be saved; 2 files are left out: their names are"),
        "{}",
        desk.bottom()
    );
    assert_eq!(desk.app.session(), None);
}

#[test]
fn a_stream_of_which_a_log_cannot_be_named_is_saved_with_the_others() {
    let mut desk = odd();
    desk.keys("T:save-workspace team<Enter>");
    let read = settings(&saved(&mut desk).1);
    assert!(read.workspace.tabs[0].merged);
    assert_eq!(read.workspace.tabs[0].root.views().len(), 2);
}

#[test]
fn a_file_whose_name_looks_like_a_variable_is_that_file() {
    let mut desk = started("", "x");
    let app = std::mem::replace(&mut desk.app, Desk::new(1, 1).app);
    desk.app = app.named(vec![Origin::path("a-${x}.log", "/srv")], "/srv".into(), None);
    desk.open("a-${x}.log", "x\n");
    assert_eq!(typed(&desk), ["/srv/a-$${x}.log"]);
    assert_eq!(desk.app.session_names(), ["/srv/a-${x}.log"]);
    desk.keys(":save-workspace team<Enter>");
    let read = settings(&saved(&mut desk).1);
    let origins = Origins::new(&read.workspace, &read.workspace.sources);
    assert_eq!(origins.of("/srv/a-${x}.log"), Some(0));
}

#[test]
fn files_of_a_folder_that_has_a_name_are_not_all_called_so() {
    let mut desk = started("sources = [{ path = '/srv/logs', name = 'shop', group = 'g' }]", "x");
    desk.open("/srv/logs/a.log", "x\n");
    desk.open("/srv/logs/b.log", "x\n");
    desk.keys(":save-workspace team<Enter>");
    let read = settings(&saved(&mut desk).1).workspace;
    assert_eq!(read.sources.len(), 1);
    assert_eq!(read.sources[0].name(), "shop");
    let views: Vec<&str> =
        read.tabs.iter().flat_map(|tab| tab.root.views()).map(|view| &*view.source).collect();
    assert_eq!(views, ["/srv/logs/a.log", "/srv/logs/b.log"]);
}

/// A desk on which this was named in `/srv`, and these files have come of it.
fn named(names: &[&str], files: &[&str]) -> Desk {
    let mut desk = Desk::new(100, 30);
    let app = std::mem::replace(&mut desk.app, Desk::new(1, 1).app);
    let named = names.iter().map(|name| Origin::path(name, "/srv")).collect();
    desk.app = app.named(named, "/srv".into(), None);
    for file in files {
        desk.open(file, "x\n");
    }
    desk
}

#[test]
fn a_session_is_found_by_what_was_named_whatever_came_of_it() {
    for (names, files, known) in [
        (&["db"][..], &["db/a.log", "db/b.log"][..], &["/srv/db"][..]),
        (&["."], &["./a.log", "b.log"], &["/srv"]),
        (&["../logs"], &["../logs/a.log"], &["/srv/../logs"]),
        (&["none/*.log", "a.log"], &["a.log"], &["/srv/none/*.log", "/srv/a.log"]),
        (&["a.log", "empty"], &["a.log"], &["/srv/a.log", "/srv/empty"]),
        (&["-", "a.log"], &["a.log"], &["/srv/a.log"]),
    ] {
        let origins: Vec<Origin> = names.iter().map(|name| Origin::path(name, "/srv")).collect();
        let mut session = named(names, files).app.session_names();
        let mut wanted = {
            let plan = Workspace { sources: origins, ..Workspace::default() };
            crate::app::session::names(&plan, "/srv")
        };
        session.sort();
        wanted.sort();
        assert_eq!(session, wanted, "{names:?}");
        let mut known = known.to_vec();
        known.sort();
        assert_eq!(session, known);
    }
}

#[test]
fn what_somebody_has_closed_is_not_saved_and_what_vanished_is() {
    let mut desk = named(&["a.log", "b*.log"], &["a.log", "b1.log"]);
    desk.keys("<Ctrl-W>q");
    assert_eq!(typed(&desk).len(), 1, "one of them was closed");
    let mut desk = Desk::with(settings("close-vanished = true"), 100, 30);
    let app = std::mem::replace(&mut desk.app, Desk::new(1, 1).app);
    let both = ["a.log", "b*.log"].map(|name| Origin::path(name, "/srv")).to_vec();
    desk.app = app.named(both, "/srv".into(), None);
    desk.open("a.log", "x\n");
    desk.open("b1.log", "x\n");
    desk.send(Event::Vanished(crate::app::source::SourceId(1)));
    assert_eq!(titles(&mut desk), ["a.log"]);
    assert_eq!(typed(&desk), ["/srv/a.log", "/srv/b*.log"]);
}

#[test]
fn what_has_no_file_yet_keeps_its_place_in_a_saved_workspace() {
    let text = "sources = ['/srv/a.log', { path = '/x/none/*.log', name = 'later', color = 'bold red' }, '/srv/b.log']\n\
                [[tabs]]\nrows = ['/srv/a.log', { pane = 'later', weight = 3, wrap = true }]\n\
                [[tabs]]\nname = 'soon'\nrows = ['later']\n[[tabs]]\nrows = ['/srv/b.log']\n";
    let mut desk = started(text, "x");
    desk.open("/srv/a.log", "x\n");
    desk.open("/srv/b.log", "x\n");
    desk.keys(":save-workspace team<Enter>");
    let text = saved(&mut desk).1;
    let mut desk = started(&text, "team");
    for file in ["/srv/b.log", "/x/none/1.log", "/srv/a.log"] {
        desk.open(file, "x\n");
    }
    assert_eq!(titles(&mut desk), ["a.log", "1.log"], "{text}");
    let tabs = |desk: &mut Desk| bar_text(desk.screen().tabs.as_ref().unwrap()).replace('*', "");
    let bar = tabs(&mut desk);
    assert!(bar.contains("2:soon") && bar.contains("3:b.log"), "{bar}\n{text}");
    // Where somebody has laid the tab out meanwhile, it stands on one of its own.
    let mut desk = started(&text, "team");
    desk.open("/srv/a.log", "x\n");
    desk.open("/srv/b.log", "x\n");
    desk.keys("<Ctrl-W>v:save-workspace team<Enter>");
    let again = settings(&saved(&mut desk).1).workspace;
    let later = again.tabs.iter().flat_map(|tab| tab.root.views()).filter(|view| view.source == "later");
    assert_eq!(later.count(), 2, "{again:?}");
}

#[test]
fn a_planned_stream_that_is_not_complete_is_saved_as_one() {
    let text = "sources = ['/srv/a.log', '/srv/none/', '/srv/b.log']\n\
                [[tabs]]\nmerged = [{ pane = '/srv/a.log', filters = ['x'] }, '/srv/none/', '/srv/b.log']\n";
    let mut desk = started(text, "x");
    desk.open("/srv/a.log", "x\n");
    desk.open("/srv/b.log", "x\n");
    desk.keys(":save-workspace team<Enter>");
    let read = settings(&saved(&mut desk).1).workspace;
    assert!(read.tabs[0].merged);
    let views = read.tabs[0].root.views();
    assert_eq!(views.len(), 3);
    assert!(views[0].filters.is_some() && views[2].filters.is_none(), "{views:?}");
}

#[test]
fn what_was_typed_behind_open_is_saved_as_it_was_typed() {
    let mut desk = named(&[], &["a.log"]);
    for (name, file) in [("app-${date:%F}.log", "app-2026-11-21.log"), ("db/*.log", "db/1.log")] {
        desk.keys(&format!(":open {name}<Enter>"));
        desk.open(file, "x\n");
    }
    assert_eq!(typed(&desk), ["/srv/a.log", "/srv/app-${date:%F}.log", "/srv/db/*.log"]);
}

#[test]
fn what_was_picked_is_saved_by_its_own_name_and_a_folder_as_a_folder() {
    let dated = "/srv/app-${date:%F}.log";
    let mut desk = started(&format!("sources = ['{dated}']"), "x");
    desk.open("/srv/app-2026-11-21.log", "x\n");
    let pick = |desk: &mut Desk, folder: &str, found: &[&str], keys: &str| {
        desk.keys("a").list(folder, found);
        desk.keys(keys);
    };
    pick(&mut desk, "/srv", &["app-2026-11-20.log", "app-2026-11-21.log", "$${x}.log"], "11-20<Enter>");
    desk.open("/srv/app-2026-11-20.log", "x\n");
    desk.keys("<Ctrl-W>+");
    assert_eq!(typed(&desk), [dated, "/srv/app-2026-11-20.log"]);
    let read = |desk: &mut Desk| {
        desk.keys(":save-workspace team<Enter>");
        settings(&saved(desk).1).workspace
    };
    let views = read(&mut desk).tabs.iter().flat_map(|tab| tab.root.views()).count();
    assert_eq!(views, 2);
    // What is there already is not opened once more, and what is open by the dated name goes by that.
    pick(&mut desk, "/srv", &["app-2026-11-21.log"], "11-21<Enter>");
    pick(&mut desk, "/srv/logs", &["a.log", "b.log"], "<Ctrl-O>");
    desk.open("/srv/logs/a.log", "x\n");
    desk.open("/srv/logs/b.log", "x\n");
    assert_eq!(typed(&desk), [dated, "/srv/app-2026-11-20.log", "/srv/logs"]);
    // What is picked again after it was closed is named again.
    desk.keys("<Ctrl-W>q<Ctrl-W>q");
    assert_eq!(typed(&desk).len(), 2);
    pick(&mut desk, "/srv/logs", &[], "<Ctrl-O>");
    assert_eq!(typed(&desk).last().map(String::as_str), Some("/srv/logs"), "it has no file just now");
}

#[test]
fn what_has_no_file_yet_on_another_host_is_saved_however_it_is_written() {
    let names = ["ssh://web1/none*", "web1:/x/*.log", "ssh://ada@web2:2222/logs/", "a.log"];
    let mut desk = named(&names, &["a.log"]);
    let all = ["ssh://web1/none*", "web1:/x/*.log", "ssh://ada@web2:2222/logs/", "/srv/a.log"];
    assert_eq!(typed(&desk), all);
    // Once there is one, it is saved once.
    desk.open_far("web1:/none.log", "x\n", 0);
    desk.open_far("ssh://ada@web2:2222/logs/b.log", "x\n", 0);
    let mut open = typed(&desk);
    open.sort();
    let mut all = all.map(str::to_owned);
    all.sort();
    assert_eq!(open, all);
}

/// The least time that something takes of three times.
fn least(mut what: impl FnMut()) -> Duration {
    let once = |_| {
        let begun = Instant::now();
        what();
        begun.elapsed()
    };
    (0..3).map(once).min().unwrap_or_default()
}

/// A desk with so many files of one name, each named by itself.
fn many(files: usize) -> Desk {
    let names: Vec<String> = (0..files).map(|n| format!("/srv/{n}/app.log")).collect();
    let mut desk = Desk::new(100, 30);
    let app = std::mem::replace(&mut desk.app, Desk::new(1, 1).app);
    let named = names.iter().map(|name| Origin::path(name, "/srv")).collect();
    desk.app = app.named(named, "/srv".into(), None);
    for name in &names {
        desk.open(name, "x\n");
    }
    desk
}

#[test]
fn ten_times_as_many_sources_do_not_take_a_hundred_times_as_long() {
    let (mut few, mut many) = (many(100), many(1000));
    let mut both = |what: fn(&mut Desk)| (least(|| what(&mut few)), least(|| what(&mut many)));
    for (what, (few, many)) in [
        ("a session", both(|desk| drop(desk.app.session()))),
        (
            "the palette",
            both(|desk| {
                desk.keys("<Ctrl-P><Esc>");
            }),
        ),
    ] {
        assert!(many < few * 40, "{what}: {few:?} with 100 sources, {many:?} with 1000");
    }
}
