//! What is remembered of a session, and how it is written: what was open, where its panes looked, what was typed into
//! prompts. Names, positions, what is in effect and what the user typed; nothing else of what the logs say.
//!
//! ```toml
//! version = 1
//! sources = ["/var/log/app.log"]
//!
//! [[logs]]
//! name = "/var/log/app.log"
//! device = "66306"
//! inode = "131"
//! size = "40960"
//! head = "7311862907301893411"
//!
//! [[panes]]
//! log = "/var/log/app.log"
//! at = "8192"
//! row = 0
//! marks = { a = "512" }
//! search = "timeout"
//!
//! [typed]
//! "/" = ["timeout"]
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use super::logs::Known;
use super::schema;
use super::settings::LayoutKind;
use super::show::text as quoted;
use super::toml::{Table, parse};
use super::tree::Value;
use super::workspace::{self, Here, Kept, LAYER, Workspace};

/// The version of the file.
const VERSION: u64 = 1;

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// What was open, and how it stood on the screen.
    pub desk: Workspace,
    /// How panes were laid out where the desk does not say it.
    pub layout: LayoutKind,
    /// The files, by their names.
    pub files: BTreeMap<String, FileMark>,
    /// The panes, in the order of the tabs.
    pub panes: Vec<PaneMark>,
    /// What was typed into prompts, by the sign of each, the newest last.
    pub typed: BTreeMap<String, Vec<String>>,
}

/// What tells a file from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileMark {
    /// The device it is on.
    pub device: u64,
    /// Its number there.
    pub inode: u64,
    /// How many bytes it had.
    pub size: u64,
    /// A digest of the first [`HEAD`] of them: a file that was cut and has grown again begins otherwise.
    pub head: u64,
}

/// How many bytes at a file's beginning tell it from others.
pub const HEAD: usize = 256;

/// Where a pane looked; positions are bytes of its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaneMark {
    /// The name of its log.
    pub log: String,
    /// A line on its screen; none while it followed the end.
    pub at: Option<u64>,
    /// The row of the pane on which that stood, from 0.
    pub row: u64,
    /// Marked lines by letter.
    pub marks: BTreeMap<char, u64>,
    /// What was searched, and whether `n` went back.
    pub search: Option<(String, bool)>,
}

/// The text of a session's file.
pub fn write(session: &Session) -> String {
    let heading =
        "What tailpane remembers of a session: names, positions, what was in effect and what was typed.";
    let mut text = format!("version = {VERSION}\n")
        + &workspace::write(&session.desk, heading, session.layout, &Kept::default());
    for (name, file) in &session.files {
        let FileMark { device, inode, size, head } = file;
        text += &format!(
            "\n[[logs]]\nname = {}\ndevice = \"{device}\"\ninode = \"{inode}\"\nsize = \"{size}\"\nhead = \"{head}\"\n",
            quoted(name)
        );
    }
    for pane in &session.panes {
        text += &format!("\n[[panes]]\nlog = {}\n", quoted(&pane.log));
        text.extend(pane.at.map(|at| format!("at = \"{at}\"\nrow = {}\n", pane.row)));
        if !pane.marks.is_empty() {
            let marks: Vec<String> = pane
                .marks
                .iter()
                .map(|(letter, at)| format!("{} = \"{at}\"", quoted(&letter.to_string())))
                .collect();
            text += &format!("marks = {{ {} }}\n", marks.join(", "));
        }
        if let Some((pattern, back)) = &pane.search {
            text += &format!("search = {}\nback = {back}\n", quoted(pattern));
        }
    }
    text += "\n[typed]\n";
    for (sign, lines) in &session.typed {
        let lines: Vec<String> = lines.iter().map(|line| quoted(line)).collect();
        text += &format!("{} = [{}]\n", quoted(sign), lines.join(", "));
    }
    text
}

/// Reads a session's file; `place` is what messages call it, `here` what paths mean on this machine.
///
/// # Errors
/// A sentence when it is none.
pub fn read(text: &str, place: &str, here: &Arc<Here>) -> Result<Session, String> {
    let tree = parse(text, place, LAYER)?;
    let table = Table::of(&tree);
    let version = table.get("version").ok_or_else(|| format!("{place}: this is no session"))?;
    version.number(VERSION..=VERSION)?;
    let zone = |name: &str| jiff::tz::TimeZone::get(name).ok();
    let known = Known { zone: &zone, format: &|_| Ok(()), style: &|_| Ok(()), highlights: &[], here };
    let mut wrong = schema::check_of(&table, &["sources", "tabs"]);
    let (mut desk, ..) = workspace::read(&table, &known, &mut wrong);
    // Its paths are whole.
    desk.sources.iter_mut().for_each(|origin| origin.folder.clear());
    if let Some(first) = wrong.into_iter().min() {
        return Err(first.into());
    }
    let layout = table
        .get("layout")
        .map_or(Ok(LayoutKind::default()), |entry| entry.one_of(&super::settings::LAYOUTS))?;
    let mut session = Session { desk, layout, ..Session::default() };
    for log in tables(&table, "logs")? {
        let of = |name: &str| number(&log, name);
        let (device, inode) = (of("device")?, of("inode")?);
        let mark = FileMark { device, inode, size: of("size")?, head: of("head")? };
        session.files.insert(text_of(&log, "name")?, mark);
    }
    for pane in tables(&table, "panes")? {
        session.panes.push(pane_mark(&pane)?);
    }
    if let Some(typed) = table.get("typed") {
        for entry in typed.table()?.entries() {
            session.typed.insert(entry.name().to_owned(), entry.strings()?);
        }
    }
    Ok(session)
}

fn tables<'a>(table: &Table<'a>, name: &str) -> Result<Vec<Table<'a>>, String> {
    table.get(name).map_or(Ok(Vec::new()), |entry| Ok(entry.tables()?))
}

fn pane_mark(table: &Table) -> Result<PaneMark, String> {
    let mut mark = PaneMark { log: text_of(table, "log")?, ..PaneMark::default() };
    if table.get("at").is_some() {
        mark.at = Some(number(table, "at")?);
        mark.row = table.get("row").map_or(Ok(0), |entry| entry.number(0..=1000))?;
    }
    if let Some(marks) = table.get("marks") {
        let marks = marks.table()?;
        for entry in marks.entries() {
            if let Some(letter) = entry.name().chars().next() {
                mark.marks.insert(letter, number(&marks, entry.name())?);
            }
        }
    }
    if table.get("search").is_some() {
        let back = table.get("back").map_or(Ok(false), |entry| entry.switch())?;
        mark.search = Some((text_of(table, "search")?, back));
    }
    Ok(mark)
}

fn text_of(table: &Table, name: &str) -> Result<String, String> {
    match table.get(name) {
        Some(entry) => Ok(entry.text()?.to_owned()),
        None => Err(format!("a session without {name}")),
    }
}

/// A number of 64 bits: TOML's own have one less.
fn number(table: &Table, name: &str) -> Result<u64, String> {
    let Some(entry) = table.get(name) else { return Err(format!("a session without {name}")) };
    match &entry.node().value {
        Value::Text(digits) => digits.parse().map_err(|_| entry.wanted("a number").into()),
        _ => Err(entry.wanted("a number").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::example;
    use crate::config::workspace::Origin;

    #[test]
    fn the_example_above_is_one() {
        let session = read(&example(include_str!("session.rs")), "x", &Arc::default()).unwrap();
        assert_eq!(session.desk.sources, [Origin::path("/var/log/app.log", "")]);
        assert_eq!(
            session.files["/var/log/app.log"],
            FileMark { device: 66306, inode: 131, size: 40960, head: 7311862907301893411 }
        );
        assert_eq!((session.panes[0].at, session.panes[0].marks[&'a']), (Some(8192), 512));
        assert_eq!(session.typed["/"], ["timeout"]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mark = PaneMark {
            log: "/a \"b\".log".into(),
            at: Some(u64::MAX),
            row: 5,
            marks: BTreeMap::from([('\'', 0), ('z', 7)]),
            search: Some(("it's \\d".into(), true)),
        };
        let session = Session {
            desk: Workspace { sources: vec![Origin::path("/a \"b\".log", "")], ..Workspace::default() },
            layout: LayoutKind::Rows,
            files: BTreeMap::from([(
                "/a \"b\".log".into(),
                FileMark { device: 1, inode: u64::MAX, size: 3, head: u64::MAX - 1 },
            )]),
            panes: vec![mark, PaneMark { log: "/b".into(), ..PaneMark::default() }],
            typed: BTreeMap::from([("/".into(), vec!["x\ty".into()]), (":".into(), Vec::new())]),
        };
        assert_eq!(read(&write(&session), "x", &Arc::default()), Ok(session));
    }

    #[test]
    fn what_is_no_session_is_refused_with_a_sentence() {
        for text in [
            "",
            "version = 2",
            "version = 1\n[[panes]]",
            "version = 1\nsources = 7\n[[logs]]\nname = 'x'",
            "\0",
        ] {
            assert!(read(text, "x", &Arc::default()).is_err(), "{text}");
        }
    }
}
