//! How what is open is named in saved workspaces, in sessions and on command lines.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::harness::Desk;
use super::space::{saved, settings, shared, started, titles};
use crate::app::event::{Event, Saved};
use crate::config::session;
use crate::config::workspace::{Origin, Origins};
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
    let (_, text, _) = saved(&mut desk);
    assert_eq!(settings(&text).workspace.sources.len(), 2, "{text}");
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
