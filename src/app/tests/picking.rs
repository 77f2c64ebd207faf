//! The picker.

use std::ffi::OsString;
use std::path::PathBuf;

use super::finding::{found, listing};
use super::harness::Desk;
use crate::app::event::{Effect, Event};
use crate::app::folder::{Folder, Listing, LookId, Peek};
use crate::app::screen::Row;
use crate::app::source::Lies;
use crate::core::pos::Pos;
use crate::core::span::{Class, Level};

fn desk(width: u16, height: u16) -> Desk {
    let mut desk = Desk::new(width, height);
    desk.open("/var/log/app.log", "one\ntwo\n");
    desk.keys("a");
    desk
}

/// What was asked for of files.
fn peeks(desk: &mut Desk) -> Vec<(LookId, PathBuf)> {
    let peek = |effect: &Effect| match effect {
        Effect::Peek(id, path, _) => Some((*id, path.clone())),
        _ => None,
    };
    let peeks = desk.looking.iter().filter_map(peek).collect();
    desk.looking.retain(|effect| !matches!(effect, Effect::Peek(..)));
    peeks
}

fn rows(desk: &mut Desk) -> Vec<String> {
    desk.popup()[1..].iter().map(|row| row.split("  ").next().unwrap().trim().to_owned()).collect()
}

#[test]
fn what_is_typed_before_a_folder_has_come_is_looked_for_in_it() {
    let mut desk = desk(80, 12);
    desk.keys("sl");
    let looks = desk.looks();
    desk.send(Event::Listed(looks[0].0, Ok(listing("/var/log", &["app.log", "syslog", "nginx/"]))));
    assert_eq!(rows(&mut desk), ["syslog"]);
    desk.keys("<Backspace><Backspace>ng<Enter>err");
    let looks = desk.looks();
    desk.send(Event::Listed(looks[0].0, Ok(listing("/var/log/nginx", &["access.log", "error.log"]))));
    assert_eq!(rows(&mut desk), ["error.log"]);
}

#[test]
fn it_begins_beside_the_log_and_opens_what_is_chosen() {
    let mut desk = desk(80, 12);
    assert_eq!(desk.popup()[1], "looking …");
    let looks = desk.looks();
    assert_eq!(looks[0].1, Folder::At("/var/log".into()));
    desk.send(Event::Listed(looks[0].0, Ok(listing("/var/log", &["app.log", "syslog", "nginx/", ".x"]))));
    assert_eq!(desk.top().title, "/var/log");
    assert_eq!(rows(&mut desk), ["app.log", "syslog", "nginx/"]);
    assert!(desk.popup()[2].ends_with("2.0 kB   2m"), "{:?}", desk.popup());
    desk.keys("sl<Enter>");
    assert_eq!(desk.opened_paths(), [PathBuf::from("/var/log/syslog")]);
    assert!(desk.screen().popups.is_empty());
}

#[test]
fn what_is_open_already_gets_the_focus() {
    let mut desk = Desk::new(80, 12);
    desk.open("/var/log/app.log", "one\n");
    desk.open("/var/log/db.log", "two\n");
    desk.keys("a");
    desk.list("/var/log", &["app.log", "db.log"]);
    desk.keys("db<Enter>");
    assert!(desk.title().contains("db.log") && desk.opened_paths().is_empty(), "{}", desk.title());
    desk.keys("a");
    desk.list("/var/log", &["app.log", "db.log"]);
    // What was opened last stands first.
    assert_eq!(rows(&mut desk), ["db.log", "app.log"]);
}

#[test]
fn what_earlier_runs_opened_stands_first() {
    let mut desk = desk(80, 12);
    desk.list("/var/log", &["app.log", "db.log", "syslog"]);
    assert_eq!(rows(&mut desk), ["app.log", "db.log", "syslog"]);
    desk.send(Event::Recent(vec!["/var/log/syslog".into(), "/srv/x".into(), "/var/log/db.log".into()]));
    assert_eq!(rows(&mut desk), ["syslog", "db.log", "app.log"]);
    desk.keys("app<Enter>a");
    desk.list("/var/log", &["app.log", "db.log", "syslog"]);
    assert_eq!(rows(&mut desk), ["app.log", "syslog", "db.log"]);
}

#[test]
fn folders_are_gone_into_and_left() {
    let mut desk = desk(80, 12);
    desk.list("/var/log", &["syslog", "nginx/"]);
    desk.keys("ngi<Enter>");
    assert_eq!(desk.looks().pop().unwrap().1, Folder::At("/var/log/nginx".into()));
    // A folder that does not answer holds nothing up.
    assert!(desk.top().title.ends_with("(looking …)"));
    desk.keys("<Ctrl-U>");
    assert_eq!(rows(&mut desk), ["syslog", "nginx/"]);
    desk.keys("nginx/");
    desk.list("/var/log/nginx", &["access.log", "error.log"]);
    assert_eq!(
        (desk.top().title.as_str(), rows(&mut desk)),
        ("/var/log/nginx", vec!["access.log".into(), "error.log".into()])
    );
    desk.keys("<Backspace>");
    assert_eq!(desk.looks().pop().map(|(_, folder)| folder), Some(Folder::At("/var/log".into())));
    desk.keys("<Backspace>");
    desk.list("/var/log", &["syslog", "nginx/"]);
    assert!(desk.chosen().starts_with("nginx/"), "{}", desk.chosen());
    desk.keys("~");
    assert_eq!(desk.looks().pop().unwrap().1, Folder::Home);
    desk.keys("/");
    assert_eq!(desk.looks().pop().unwrap().1, Folder::At("/".into()));
}

#[test]
fn answers_to_older_questions_are_dropped() {
    let mut desk = desk(80, 12);
    desk.list("/var/log", &["old", "nginx/"]);
    desk.keys("nginx/");
    let late = desk.looks().pop().unwrap().0;
    desk.keys("<Ctrl-U>~");
    desk.send(Event::Listed(late, Ok(listing("/var/log/nginx", &["access.log"]))));
    assert_eq!(desk.top().title, "/var/log (looking …)");
    desk.list("/home/ada", &["notes"]);
    assert_eq!(desk.top().title, "/home/ada");
}

#[test]
fn a_folder_that_cannot_be_read_says_so_and_changes_nothing() {
    let mut desk = desk(80, 12);
    // That of the log has gone: the current one is looked into.
    let (id, _) = desk.looks().pop().unwrap();
    desk.send(Event::Listed(id, Err("it is gone".into())));
    let (id, folder) = desk.looks().pop().unwrap();
    assert_eq!(folder, Folder::Current);
    desk.send(Event::Listed(id, Ok(listing("/srv", &["secret/", "a.log"]))));
    desk.keys("secret/");
    let (id, _) = desk.looks().pop().unwrap();
    desk.send(Event::Listed(id, Err("/srv/secret: the folder cannot be read: Permission denied".into())));
    assert!(desk.bottom().contains("Permission denied"), "{}", desk.bottom());
    assert_eq!(rows(&mut desk), ["secret/", "a.log"]);
}

#[test]
fn hostile_names_are_shown_safely_and_opened_as_they_are() {
    use std::os::unix::ffi::OsStringExt;
    let mut desk = desk(80, 12);
    let (id, _) = desk.looks().pop().unwrap();
    let name = OsString::from_vec(b"bad\n\x1b]0;x\x07\xff.log".to_vec());
    let mut file = found("x", 5, 5);
    file.name = name.clone();
    desk.send(Event::Listed(id, Ok(Listing { path: "/tmp".into(), found: vec![file], left_out: 1_234 })));
    let text = desk.popup()[1].clone();
    assert!(text.starts_with("bad^J^[]0;x^G"), "{text:?}");
    assert_eq!(desk.top().title, "/tmp (and 1,234 older ones)");
    desk.keys("<Enter>");
    assert_eq!(desk.opened_paths(), [PathBuf::from("/tmp").join(name)]);
}

#[test]
fn several_are_marked_and_opened_together() {
    let mut desk = desk(80, 12);
    desk.list("/var/log", &["a.log", "b.log", "c.log", "sub/"]);
    desk.keys("<Tab><Down><Tab><Tab>");
    assert_eq!(desk.top().title, "/var/log, 2 marked");
    assert!(desk.popup()[1].starts_with("+ a.log"), "{:?}", desk.popup());
    desk.keys("<Enter>");
    assert_eq!(desk.opened_paths(), [PathBuf::from("/var/log/a.log"), PathBuf::from("/var/log/c.log")]);
}

#[test]
fn hidden_files_come_with_a_dot() {
    let mut desk = desk(80, 12);
    desk.list("/home/ada", &[".bashrc", "a.log", ".cache/"]);
    assert_eq!(rows(&mut desk), ["a.log"]);
    desk.keys(".");
    assert!(
        rows(&mut desk).contains(&".bashrc".to_owned()) && rows(&mut desk).contains(&".cache/".to_owned())
    );
    desk.keys("bash<Enter>");
    assert_eq!(desk.opened_paths(), [PathBuf::from("/home/ada/.bashrc")]);
}

#[test]
fn the_end_of_the_selected_file_is_shown_as_lines_are() {
    let mut desk = desk(120, 20);
    desk.list("/var/log", &["app.log", "blob.gz"]);
    let asked = peeks(&mut desk);
    assert_eq!(asked.last().unwrap().1, PathBuf::from("/var/log/app.log"));
    let lines =
        (1..=100).map(|n| format!("2026-11-21 14:05:00 ERROR failed {n}\x1b[2J").into_bytes()).collect();
    desk.send(Event::Peeked(asked.last().unwrap().0, Peek::Lines(lines)));
    let screen = desk.screen();
    let [view] = &screen.panes[..] else { panic!("the end of the file and no pane") };
    let Some(Row::Line(last)) = view.rows.last() else { panic!("{:?}", view.rows) };
    assert!(last.text.ends_with("failed 100^[[2J"), "{}", last.text);
    assert!(last.spans.iter().any(|span| span.class == Class::Level(Level::Error)), "{:?}", last.spans);
    assert_eq!(view.rows.len(), usize::from(view.body.height));
    desk.keys("<Down>");
    let (id, path) = peeks(&mut desk).pop().unwrap();
    assert_eq!(path, PathBuf::from("/var/log/blob.gz"));
    // The answer for the file before comes late.
    desk.send(Event::Peeked(asked.last().unwrap().0, Peek::Lines(vec![b"late".to_vec()])));
    assert!(matches!(&desk.screen().panes[0].rows[..], [Row::Note(said, _)] if said == "reading …"));
    desk.send(Event::Peeked(id, Peek::Binary));
    assert!(matches!(&desk.screen().panes[0].rows[0], Row::Note(said, _) if said.contains("no text")));
}

#[test]
fn in_a_tile_there_is_the_list_alone() {
    let mut desk = desk(20, 5);
    desk.list("/var/log", &["app.log", "a-very-long-name-of-a-file.log"]);
    assert!(peeks(&mut desk).is_empty());
    assert_eq!(
        desk.popup()[1..].iter().map(|row| row.trim_end()).collect::<Vec<_>>(),
        ["app.log", "…name-of-a-file.log"]
    );
    desk.keys("ile.<Enter>");
    assert_eq!(desk.opened_paths(), [PathBuf::from("/var/log/a-very-long-name-of-a-file.log")]);
}

#[test]
fn a_whole_folder_is_opened() {
    let mut desk = desk(80, 12);
    desk.list("/var/log", &["app.log", "nginx/"]);
    desk.keys("<Down><Ctrl-O>");
    assert_eq!(desk.opened_paths(), [PathBuf::from("/var/log/nginx")]);
}

#[test]
fn what_is_open_stands_first_whatever_name_it_was_opened_by() {
    let mut desk = Desk::new(80, 12);
    desk.file = Some(Lies { device: 1, inode: 7, from: Pos(0), offset: 0 });
    desk.open("../logs/b.log", "one\n");
    desk.keys("a");
    let looks = desk.looks();
    assert_eq!(looks[0].1, Folder::At("../logs".into()));
    let mut listing = listing("/srv/logs", &["a.log", "b.log", "c.log"]);
    for (found, inode) in listing.found.iter_mut().zip(6..) {
        found.file = Some((1, inode));
    }
    desk.send(Event::Listed(looks[0].0, Ok(listing)));
    assert_eq!(rows(&mut desk), ["b.log", "a.log", "c.log"]);
    desk.send(Event::Recent(vec!["/srv/logs/c.log".into(), "/srv/logs/b.log".into()]));
    assert_eq!(rows(&mut desk), ["b.log", "c.log", "a.log"]);
}
