//! The palette, and what the line behind `:` goes on with.

use std::path::PathBuf;
use std::time::Duration;

use super::harness::{Desk, bar_text};
use crate::app::event::{Effect, Event};
use crate::app::folder::{Folder, Found, Listing, LookId};
use crate::app::screen::{Piece, Popup, Tone};
use crate::app::source::SourceId;
use crate::app::source::{State, Watch};
use crate::config::settings::LayoutKind;

/// A file of so many bytes that was written so many seconds ago; a folder by the slash in its name.
pub fn found(name: &str, size: u64, age: u64) -> Found {
    let folder = name.ends_with('/');
    let name = name.trim_end_matches('/').into();
    Found { name, folder, size: (!folder).then_some(size), file: None, age: Some(Duration::from_secs(age)) }
}

pub fn listing(path: &str, names: &[&str]) -> Listing {
    let found = names.iter().zip(1..).map(|(name, n)| found(name, 1000 * n, 60 * n)).collect();
    Listing { path: path.into(), found, left_out: 0 }
}

impl Desk {
    /// The looks into folders that were asked for and not taken yet.
    pub fn looks(&mut self) -> Vec<(LookId, Folder)> {
        let mut looks = Vec::new();
        self.looking.retain(|effect| match effect {
            Effect::List(id, folder) => {
                looks.push((*id, folder.clone()));
                false
            }
            _ => true,
        });
        looks
    }

    /// Answers the newest look.
    pub fn list(&mut self, path: &str, names: &[&str]) {
        let (id, _) = self.looks().pop().expect("a folder was asked for");
        self.send(Event::Listed(id, Ok(listing(path, names))));
    }

    pub fn opened_paths(&self) -> Vec<PathBuf> {
        let path = |effect: &Effect| match effect {
            Effect::OpenPath(path) => Some(path.clone()),
            _ => None,
        };
        self.effects.iter().filter_map(path).collect()
    }

    pub fn top(&mut self) -> Popup {
        self.screen().popups.pop().expect("a box is open")
    }

    /// The selected row of the top popup.
    pub fn chosen(&mut self) -> String {
        let popup = self.top();
        let row = popup.selected.map(|at| popup.rows[at].iter().map(|piece| piece.text.as_str()).collect());
        row.unwrap_or_default()
    }
}

fn desk() -> Desk {
    let mut desk = Desk::new(100, 30);
    desk.open("/var/log/app.log", "one\ntwo\n");
    desk.open("/var/log/db.log", "three\n");
    desk.looks();
    desk
}

#[test]
fn a_few_letters_find_a_command_and_enter_runs_it() {
    let mut desk = desk();
    desk.keys("<Ctrl-P>numb");
    assert!(desk.chosen().starts_with("numbers  "), "{}", desk.chosen());
    assert!(desk.chosen().ends_with('#'), "its key: {}", desk.chosen());
    let row = &desk.top().rows[1];
    assert_eq!((row[0].text.as_str(), row[0].tone), ("numb", Tone::Match));
    desk.keys("<Enter>");
    assert!(desk.screen().popups.is_empty());
    assert!(desk.lines()[0].trim_start().starts_with("1 "), "{:?}", desk.lines());
}

#[test]
fn what_a_command_does_finds_it_too() {
    let mut desk = desk();
    desk.keys("<Ctrl-P>repeats itself");
    assert!(desk.chosen().starts_with("fold-repeats"), "{}", desk.chosen());
    desk.keys("<Ctrl-U>xyzzyx");
    assert_eq!(desk.popup()[1], "nothing is called so");
    desk.keys("<Enter><Esc>");
    assert!(desk.screen().popups.is_empty() && desk.effects.iter().all(|e| !matches!(e, Effect::Quit)));
}

#[test]
fn each_choice_of_a_command_is_an_entry() {
    let mut desk = desk();
    desk.keys("<Ctrl-P>layro<Enter>");
    assert!(desk.bottom().contains("layout: rows"), "{}", desk.bottom());
    assert_eq!(desk.app.settings.layout, LayoutKind::Rows);
}

#[test]
fn each_theme_is_an_entry() {
    let mut desk = desk();
    desk.keys("<Ctrl-P>theme ansi16");
    assert!(desk.chosen().starts_with("theme ansi16  "), "{}", desk.chosen());
    desk.keys("<Enter>");
    assert_eq!(desk.app.settings.theme, "ansi16");
    assert!(matches!(desk.effects.last(), Some(Effect::Looks(_))));
}

#[test]
fn what_wants_an_argument_goes_on_behind_the_colon() {
    let mut desk = desk();
    desk.keys("<Ctrl-P>open…<Enter>");
    assert!(desk.bottom().starts_with(":open "), "{}", desk.bottom());
    // What can follow is asked for as if it had been typed.
    desk.looks().pop().expect("the current folder is looked into");
    desk.keys("<Esc><Ctrl-P>search-all<Enter>");
    assert!(desk.bottom().starts_with("g/"), "{}", desk.bottom());
}

#[test]
fn panes_are_gone_to() {
    let mut desk = desk();
    let other = if desk.title().contains("db.log") { "app.log" } else { "db.log" };
    desk.keys(&format!("<Ctrl-P>{other}"));
    assert!(desk.chosen().contains("pane on tab 1, /var/log/"), "{}", desk.chosen());
    desk.keys("<Enter>");
    assert!(desk.title().contains(other), "{}", desk.title());
}

#[test]
fn files_beside_the_open_ones_are_opened() {
    let mut desk = desk();
    desk.keys("<Ctrl-P>");
    let looks = desk.looks();
    assert_eq!(looks.len(), 1, "both logs lie in one folder");
    assert_eq!(looks[0].1, Folder::At("/var/log".into()));
    // Typing does not wait for the folder.
    desk.keys("sys");
    let names = ["app.log", "syslog", ".hidden", "nginx/", "two\nlines\x1b[31m.log"];
    desk.send(Event::Listed(looks[0].0, Ok(listing("/var/log", &names))));
    desk.keys("log");
    assert!(desk.chosen().starts_with("/var/log/syslog"), "{}", desk.chosen());
    desk.keys("<Ctrl-U>linesred");
    desk.keys("<Ctrl-U>two");
    assert!(desk.chosen().contains("/var/log/two^Jlines^[[31m.log"), "{}", desk.chosen());
    desk.keys("<Enter>");
    assert_eq!(desk.opened_paths(), [PathBuf::from("/var/log/two\nlines\x1b[31m.log")]);
}

#[test]
fn files_beside_those_that_were_named_from_the_current_folder_are_opened() {
    let mut desk = Desk::new(100, 30);
    desk.open("a.log", "one\n");
    desk.open("sub/b.log", "two\n");
    desk.looks();
    desk.keys("<Ctrl-P>");
    let looks = desk.looks();
    let folders: Vec<Folder> = looks.iter().map(|(_, folder)| folder.clone()).collect();
    assert_eq!(folders, [Folder::Current, Folder::At("sub".into())]);
    desk.send(Event::Listed(looks[0].0, Ok(listing("/home/d", &["a.log", "more.log"]))));
    desk.send(Event::Listed(looks[1].0, Ok(listing("/home/d/sub", &["b.log"]))));
    desk.keys("/home/d");
    assert!(desk.chosen().starts_with("/home/d/more.log"), "{}", desk.chosen());
    assert_eq!(desk.popup().iter().filter(|row| row.contains("/home/d/")).count(), 1, "{:?}", desk.popup());
    desk.keys("<Enter>");
    assert_eq!(desk.opened_paths(), [PathBuf::from("/home/d/more.log")]);
}

#[test]
fn the_focused_pane_is_found_too() {
    let mut desk = desk();
    for name in ["app.log", "db.log"] {
        desk.keys(&format!("<Ctrl-P>{name}"));
        assert!(desk.chosen().starts_with(name), "{}", desk.chosen());
        desk.keys("<Enter>");
        assert!(desk.title().contains(name), "{}", desk.title());
    }
}

#[test]
fn what_was_used_last_stands_first() {
    let mut desk = desk();
    desk.keys("<Ctrl-P>spark<Enter><Ctrl-P>chrome min<Enter><Ctrl-P>");
    let rows = desk.popup();
    assert!(rows[1].starts_with("chrome min") && rows[2].starts_with("sparkline"), "{rows:?}");
    // Another session brings it back.
    let kept = desk.app.histories.kept();
    let mut other = self::desk();
    other.app.histories.recall(kept);
    other.keys("<Ctrl-P>");
    assert!(other.chosen().starts_with("chrome min"), "{}", other.chosen());
}

#[test]
fn files_of_earlier_runs_stand_before_others() {
    let mut desk = desk();
    desk.keys("<Ctrl-P>");
    assert_eq!(desk.looking.iter().filter(|effect| matches!(effect, Effect::Recent)).count(), 1);
    // The folder answers first.
    desk.list("/var/log", &["new.log", "old.log", "app.log"]);
    desk.keys(".log<Down>");
    let chosen = desk.chosen();
    desk.send(Event::Recent(
        ["web1:/x.log", "/srv/y.log", "/var/log/old.log", "/var/log/db.log"].map(Into::into).into(),
    ));
    assert_eq!(desk.chosen(), chosen, "what was selected by hand stays so");
    desk.keys("<Ctrl-U>.log");
    let files: Vec<String> = desk.popup().iter().filter(|row| row.starts_with(['/', 'w'])).cloned().collect();
    let named: Vec<&str> = files.iter().map(|row| row.split("  ").next().unwrap().trim()).collect();
    // What is open is a pane.
    assert_eq!(named, ["web1:/x.log", "/srv/y.log", "/var/log/old.log", "/var/log/new.log"]);
    let before = |row: &&String| row.contains("opened before");
    assert_eq!(files.iter().filter(before).count(), 3, "whoever answered first: {files:?}");
    desk.keys("<Ctrl-U>y.log<Enter>");
    assert_eq!(desk.opened_paths(), [PathBuf::from("/srv/y.log")]);
    desk.keys("<Ctrl-P>x.log<Enter>");
    assert!(matches!(desk.effects.last(), Some(Effect::Open(name)) if name == "web1:/x.log"));
    // They are asked for once.
    assert_eq!(desk.looking.iter().filter(|effect| matches!(effect, Effect::Recent)).count(), 1);
}

#[test]
fn later_runs_are_told_of_files_and_of_nothing_else() {
    let mut desk = desk();
    desk.open("stdin", "four\n");
    desk.change(2, |status| status.watch = Watch::Pushed);
    desk.open("tail -f secret/x", "five\n");
    desk.change(3, |status| status.watch = Watch::Command);
    desk.open("/var/log/none.log", "");
    desk.change(4, |status| status.state = State::Waiting("no such file".into()));
    desk.open_far("web1:/var/log/far.log", "six\n", 0);
    let all = ["/var/log/app.log", "/var/log/db.log", "web1:/var/log/far.log"];
    assert_eq!(desk.app.opened_files(), all);
    // What was closed was opened before all that is open.
    desk.keys("<Ctrl-P>db.log<Enter><Ctrl-W>q");
    assert_eq!(desk.app.opened_files(), ["/var/log/db.log", "/var/log/app.log", "web1:/var/log/far.log"]);
}

#[test]
fn what_a_file_is_called_counts_more_than_where_it_lies() {
    let mut desk = desk();
    desk.keys("<Ctrl-P>");
    desk.list("/var/log", &["laravel.gz", "wtmp", "varnish.gz"]);
    desk.keys("var");
    let popup = desk.top();
    let files: Vec<&Vec<_>> = popup.rows.iter().filter(|row| row[0].text.starts_with('/')).collect();
    let name = |row: &[Piece]| {
        row.iter()
            .take_while(|piece| piece.tone != Tone::Plain)
            .map(|piece| piece.text.as_str())
            .collect::<String>()
    };
    assert_eq!(name(files[0]), "/var/log/varnish.gz");
    // The letters that were found are those of the file, where it has them.
    assert_eq!((files[0][1].text.as_str(), files[0][1].tone), ("var", Tone::Match));
    let names: Vec<String> = popup.rows.iter().map(|row| name(row)).collect();
    assert!(names.iter().any(|name| name == "/var/log/wtmp"), "the folder is searched, too: {names:?}");
    desk.keys("<Ctrl-U>var wtm");
    assert!(desk.chosen().starts_with("/var/log/wtmp"), "{}", desk.chosen());
}

#[test]
fn in_a_tile_every_row_is_an_entry() {
    let mut desk = Desk::numbered(100, 20, 5);
    desk.looks();
    desk.keys("<Ctrl-P>lay");
    let popup = desk.top();
    assert!(popup.bare && popup.rows.len() == 5, "{popup:?}");
    let rows = desk.popup();
    assert!(rows[0].starts_with("lay  ") && rows[0].contains("5 of "), "{rows:?}");
    assert_eq!(rows[1], "layout");
}

#[test]
fn paths_are_completed_when_the_folder_answers() {
    let mut desk = desk();
    desk.keys(":open /var/lo");
    let looks = desk.looks();
    assert_eq!(looks.last().map(|(_, folder)| folder.clone()), Some(Folder::Typed("/var/".into())));
    assert!(desk.screen().popups.is_empty());
    desk.send(Event::Listed(looks.last().unwrap().0, Ok(listing("/var", &["log/", "lock/", "lib/", ".lo"]))));
    assert_eq!(desk.popup().len(), 2);
    desk.keys("g<Tab>");
    assert!(desk.bottom().starts_with(":open /var/log/"), "{}", desk.bottom());
    desk.list("/var/log", &["syslog", "sys tem.log", ".sys"]);
    desk.keys("s<Tab>");
    assert!(desk.bottom().starts_with(":open /var/log/sys"), "{}", desk.bottom());
    desk.keys("<Tab><Tab><Enter>");
    assert!(matches!(desk.effects.last(), Some(Effect::Open(path)) if path == "/var/log/syslog"));
}

#[test]
fn tab_goes_round_folders_without_going_into_them() {
    let mut desk = desk();
    desk.keys(":save /x/");
    desk.list("/x", &["aa/", "ab/"]);
    desk.keys("a<Tab><Tab>");
    assert!(desk.bottom().starts_with(":save /x/ab/"), "{}", desk.bottom());
    assert!(desk.looks().is_empty(), "it is one of two");
    desk.keys("<Tab>");
    assert!(desk.bottom().starts_with(":save /x/aa/"), "{}", desk.bottom());
    desk.keys("f");
    assert_eq!(desk.looks().pop().unwrap().1, Folder::Typed("/x/aa/".into()));
}

#[test]
fn a_late_answer_is_not_taken_for_another_folder() {
    let mut desk = desk();
    desk.keys(":open /a/");
    let late = desk.looks().pop().unwrap().0;
    desk.keys("<Ctrl-U>open /b/");
    let looks = desk.looks();
    desk.send(Event::Listed(late, Ok(listing("/a", &["from-a"]))));
    assert!(desk.screen().popups.is_empty());
    desk.send(Event::Listed(looks.last().unwrap().0, Ok(listing("/b", &["from-b"]))));
    assert!(desk.popup()[0].starts_with("open /b/from-b"), "{:?}", desk.popup());
}

#[test]
fn hosts_are_offered_where_a_path_begins() {
    let mut desk = desk();
    desk.keys(":open w");
    assert!(desk.looking.iter().any(|effect| matches!(effect, Effect::Hosts)));
    desk.send(Event::Hosts(vec!["web1".into(), "db1".into(), "@web".into()]));
    desk.keys("<Tab>");
    assert!(desk.bottom().starts_with(":open web1:"), "{}", desk.bottom());
}

#[test]
fn older_lines_go_on_from_what_was_typed() {
    let mut desk = desk();
    desk.keys(":wrap<Enter>:hide level<Enter>:hints<Enter>:hints<Enter>:hi<Up>");
    assert!(desk.bottom().starts_with(":hints"), "{}", desk.bottom());
    desk.keys("<Up>");
    assert!(desk.bottom().starts_with(":hide level"), "{}", desk.bottom());
    desk.keys("<Up>");
    assert!(desk.bottom().starts_with(":hide level"), "{}", desk.bottom());
    desk.keys("<Down><Down>");
    let screen = desk.screen();
    assert_eq!(bar_text(screen.bottom.as_ref().unwrap()).trim_end(), ":hi");
}

#[test]
fn what_is_followed_already_gets_the_focus() {
    let mut desk = desk();
    for (log, name) in ["app.log", "db.log"].into_iter().enumerate() {
        desk.keys(&format!(":open {name}<Enter>"));
        desk.send(Event::Followed(SourceId(log as u32)));
        assert!(desk.title().contains(name), "{}", desk.title());
    }
}

#[test]
fn panes_to_merge_and_workspaces_to_save_are_completed() {
    let mut desk = desk();
    desk.keys(":merge ap<Tab>");
    assert!(desk.bottom().starts_with(":merge app.log"), "{}", desk.bottom());
    desk.keys(" <Tab>");
    assert!(desk.bottom().starts_with(":merge app.log all"), "{}", desk.bottom());
    desk.keys("<Tab>");
    assert!(desk.bottom().starts_with(":merge app.log db.log"), "what is said is not offered again");
    desk.keys("<Esc>:save-workspace sh");
    assert!(desk.looking.iter().any(|effect| matches!(effect, Effect::Workspaces)));
    desk.send(Event::Workspaces(vec!["night".into(), "shop".into()]));
    desk.keys("<Tab>");
    assert!(desk.bottom().starts_with(":save-workspace shop"), "{}", desk.bottom());
}
