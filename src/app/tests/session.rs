//! Sessions: what is remembered, and what of it is taken up again.

use std::sync::Arc;

use super::harness::{Desk, numbered};
use crate::app::event::{Effect, Event};
use crate::app::source::Lies;
use crate::config::session::{Session, read, write};
use crate::config::settings::Settings;
use crate::config::workspace::Origin;
use crate::core::pos::Pos;

/// The lines of a file of this inode.
fn lies(inode: u64) -> Lies {
    Lies { device: 1, inode, from: Pos(0), offset: 0 }
}

/// A desk over two files, of which the first lies in a file of this inode.
fn desk(inode: u64, lines: usize, session: Option<Session>) -> Desk {
    desk_over(inode, &numbered(1..=lines), session)
}

/// The same of this text.
fn desk_over(inode: u64, text: &str, session: Option<Session>) -> Desk {
    let mut desk = Desk::new(80, 30);
    let app = std::mem::replace(&mut desk.app, Desk::new(1, 1).app);
    let named = ["a.log", "b.log"].map(|name| Origin::path(name, "/srv"));
    let app = app.named(named.to_vec(), "/srv".into(), None);
    desk.app = match session {
        Some(session) => app.resuming(session),
        None => app,
    };
    desk.file = Some(lies(inode));
    desk.open("a.log", text);
    desk.file = None;
    desk.open("b.log", &numbered(1..=20));
    desk
}

/// What a session says once it was written and read.
fn remembered(desk: &Desk) -> Session {
    let session = desk.app.session().unwrap();
    let read = read(&write(&session), "x", &Arc::default()).unwrap();
    assert_eq!(read, session);
    read
}

fn used() -> Session {
    let mut desk = desk(7, 100, None);
    desk.keys("gg9jma5j/line 3<Enter>gg19j&1<Enter>");
    remembered(&desk)
}

#[test]
fn places_marks_filters_and_searches_are_taken_up() {
    let session = used();
    let mut first = desk(7, 100, None);
    first.keys("gg9jma5j/line 3<Enter>gg19j&1<Enter>");
    let mut second = desk(7, 120, Some(session));
    assert_eq!(second.lines()[..5], first.lines()[..5]);
    assert!(second.title().contains("&1") && !second.bottom().contains("another file"), "{}", second.title());
    second.keys("'a");
    assert!(second.lines().iter().any(|line| line.contains("line 10")), "{:?}", second.lines());
    second.keys("/<Up>");
    assert!(second.bottom().contains("/line 3"), "{}", second.bottom());
}

#[test]
fn nothing_of_what_logs_say_is_remembered() {
    let mut desk = desk(7, 100, None);
    desk.keys("gg9jmav5jy<Esc>*");
    desk.append(1, "user=ada hunter2secret\n");
    desk.keys("<Ctrl-W>w/hunter<Enter>*/<Enter>/<Up><Enter>");
    let text = write(&desk.app.session().unwrap());
    assert!(text.contains("hunter"), "what was typed is: {text}");
    assert!(!text.contains("line") && !text.contains("secret"), "{text}");
    desk.keys("/<Up>");
    assert!(desk.bottom().contains("/hunter2secret"), "here it can be brought back: {}", desk.bottom());
}

#[test]
fn names_of_fields_that_tab_took_from_lines_are_not_remembered_with_what_was_typed() {
    let lines = "{\"level\":\"info\",\"msg\":\"hi\",\"tenant_ada\":\"a\",\"status\":200,\"typed_id\":1}\n";
    let mut desk = desk_over(7, &lines.repeat(9), None);
    // What a format calls a field is no word of a log, nor what somebody types.
    desk.keys(":filter stat<Tab>200<Enter>:hide typed_id<Enter>:hide ten<Tab>");
    assert!(desk.bottom().contains(":hide tenant_ada"), "{}", desk.bottom());
    desk.keys("<Enter>:filter ten<Tab>a<Enter>:filter x<Up><Ctrl-U>filter tenant<Enter>");
    // Nor a name that Tab wrote and that was deleted again.
    desk.keys(":hide t<Tab><Tab><Ctrl-W>message<Enter>");
    // What is brought back and changed still has it.
    desk.keys(":hide ten<Up> host<Enter>");
    assert_eq!(desk.app.histories.newest(":").next(), Some("hide tenant_ada host"));
    // So has what is changed in the list of filters.
    desk.keys("<Tab>Gk<Enter><Backspace>b<Enter><Esc>");
    assert_eq!(desk.app.histories.newest("filter").next(), Some("tenant_ada=b"));
    let typed = |desk: &Desk| desk.app.session().unwrap().typed;
    let lines = ["filter status=200", "hide typed_id", "filter tenant", "hide message"];
    assert_eq!(typed(&desk)[":"], lines);
    assert!(typed(&desk)["filter"].is_empty(), "{:?}", typed(&desk));
    desk.keys(":hide ten<Up>");
    assert!(desk.bottom().contains("tenant_ada"), "here it can be brought back: {}", desk.bottom());
}

#[test]
fn what_tab_took_of_several_names_is_not_remembered_unless_a_format_has_one_that_begins_so() {
    let lines = "{\"level\":\"info\",\"tenant_ada\":1,\"tenant_bob\":2,\"status\":3,\"stats_ada\":4}\n";
    let mut desk = desk_over(7, &lines.repeat(9), None);
    desk.keys(":filter !te<Tab>z=1<Enter>:filter !sta<Tab>x=1<Enter>");
    assert_eq!(desk.app.histories.newest(":").collect::<Vec<_>>(), ["filter !statx=1", "filter !tenant_z=1"]);
    assert_eq!(desk.app.session().unwrap().typed[":"], ["filter !statx=1"]);
}

#[test]
fn nothing_is_remembered_where_the_config_says_so() {
    let mut desk = Desk::with(Settings { sessions: false, ..Settings::default() }, 80, 30);
    desk.open("a.log", &numbered(1..=20));
    assert_eq!(desk.app.session(), None);
    assert!(desk.app.opened_files().is_empty());
    let mut desk = Desk::new(80, 30);
    desk.open("a.log", &numbered(1..=20));
    assert!(desk.app.session().is_some());
}

#[test]
fn another_file_or_a_shorter_one_keeps_its_own_place_and_it_is_said() {
    for (inode, lines) in [(8, 100), (7, 50)] {
        let mut desk = desk(inode, lines, Some(used()));
        assert!(
            desk.bottom().contains("a.log is another file than in the last session"),
            "{}",
            desk.bottom()
        );
        assert!(desk.title().contains("&1"), "the filter is taken up all the same: {}", desk.title());
        desk.keys("'a");
        assert!(desk.bottom().contains("no mark") || desk.bottom().contains('a'), "{}", desk.bottom());
    }
}

#[test]
fn a_file_that_was_cut_and_has_grown_past_its_old_size_is_another_one() {
    // Lines of the same length begin at the same places.
    let other = numbered(1..=150).replace("line", "LINE");
    let mut desk = desk_over(7, &other, Some(used()));
    assert!(desk.bottom().contains("a.log is another file than in the last session"), "{}", desk.bottom());
    let mut desk = desk_over(7, &numbered(1..=150), Some(used()));
    assert!(!desk.bottom().contains("another file"), "{}", desk.bottom());
}

#[test]
fn a_file_that_was_short_is_known_by_all_it_had() {
    let mut first = desk(7, 2, None);
    first.keys("ggma");
    let session = remembered(&first);
    assert_eq!(session.files.len(), 1);
    let desk = |text: &str| desk_over(7, text, Some(session.clone())).bottom();
    assert!(!desk(&numbered(1..=50)).contains("another file"));
    assert!(desk(&numbered(3..=50)).contains("another file"));
}

#[test]
fn a_file_with_other_lines_at_the_place_is_another_one() {
    let mut session = used();
    for pane in &mut session.panes {
        pane.at = pane.at.map(|at| at + 1);
    }
    let mut desk = desk(7, 100, Some(session));
    assert!(desk.bottom().contains("another file"), "{}", desk.bottom());
}

#[test]
fn a_session_is_taken_up_by_command_without_opening_anything_twice() {
    let session = used();
    let mut desk = desk(7, 100, None);
    desk.keys(":restore<Enter>");
    let names = desk.effects.iter().find_map(|effect| match effect {
        Effect::Recall(names) => Some(names.clone()),
        _ => None,
    });
    assert_eq!(names.unwrap(), ["/srv/a.log", "/srv/b.log"]);
    desk.send(Event::Recalled(Ok(Some(Box::new(session)))));
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Open(_) | Effect::Close(_))));
    assert!(desk.title().contains("&1"), "{}", desk.title());
    let mut first = self::desk(7, 100, None);
    first.keys("gg9jma5j/line 3<Enter>gg19j&1<Enter>");
    assert_eq!(desk.lines(), first.lines());
    desk.send(Event::Recalled(Ok(None)));
    assert!(desk.bottom().contains("nothing is remembered"), "{}", desk.bottom());
}
