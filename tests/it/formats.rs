//! The formats that are read: for each a file of lines under `tests/formats`, every line behind its expected
//! time, its expected level, and `+` where a record begins or `.` where one goes on.
//!
//! A first line `# zone=… reference=…` sets the source's zone and the moment its log was last written.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tailpane::core::read::{Clock, Level, Reader, Said, Time};

/// Formats the corpus must have.
const FORMATS: usize = 40;

struct Line {
    expected: String,
    text: Vec<u8>,
}

struct Corpus {
    name: String,
    clock: Clock,
    lines: Vec<Line>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats")
}

fn corpora() -> Vec<Corpus> {
    let mut files: Vec<_> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| corpus(file)).collect()
}

fn corpus(file: &Path) -> Corpus {
    let bytes = std::fs::read(file).unwrap();
    let (mut zone, mut reference) = ("Europe/Berlin", "2026-11-22T12:00:00Z");
    let mut lines = Vec::new();
    let text = String::from_utf8(bytes).unwrap();
    for line in text.lines() {
        if let Some(words) = line.strip_prefix("# ") {
            for word in words.split(' ') {
                match word.split_once('=').unwrap() {
                    ("zone", value) => zone = value,
                    ("reference", value) => reference = value,
                    other => panic!("{other:?} is no setting"),
                }
            }
            continue;
        }
        let mut columns = line.splitn(4, ' ');
        let expected = [(); 3].map(|()| columns.next().unwrap()).join(" ");
        let text = columns.next().unwrap_or_else(|| panic!("{}: {line}", file.display())).into();
        lines.push(Line { expected, text });
    }
    let reference: Timestamp = reference.parse().unwrap();
    let clock = Clock::new(TimeZone::get(zone).unwrap(), Time(reference.as_nanosecond() as i64));
    Corpus { name: file.file_stem().unwrap().to_string_lossy().into_owned(), clock, lines }
}

/// What was found in a line, as it is written in the corpus.
fn found(said: &Said<'_>) -> String {
    let time =
        said.time.map_or("-".into(), |time| Timestamp::from_nanosecond(time.0.into()).unwrap().to_string());
    let level = match said.level {
        None => "-",
        Some(Level::Trace) => "trace",
        Some(Level::Debug) => "debug",
        Some(Level::Info) => "info",
        Some(Level::Warn) => "warn",
        Some(Level::Error) => "error",
        Some(Level::Fatal) => "fatal",
    };
    format!("{time} {level} {}", if said.begins { '+' } else { '.' })
}

/// The expected time in the same words, whatever the digits of its fraction.
fn expected(line: &Line) -> String {
    let (time, rest) = line.expected.split_once(' ').unwrap();
    let time = time.parse::<Timestamp>().map_or("-".into(), |time| time.to_string());
    format!("{time} {rest}")
}

/// How many lines of a format were read as expected, of how many, and the name it was read under.
struct Share {
    right: usize,
    lines: usize,
    format: String,
    wrong: String,
}

fn shares() -> BTreeMap<String, Share> {
    let mut shares = BTreeMap::new();
    for corpus in corpora() {
        let mut reader = Reader::new(corpus.clock, Vec::new());
        corpus.lines.iter().for_each(|line| _ = reader.learn(&line.text));
        let reading = reader.reading();
        let format = reading.format().unwrap_or("none").to_owned();
        let mut share = Share { right: 0, lines: corpus.lines.len(), format, wrong: String::new() };
        for line in &corpus.lines {
            let said = reading.read(&line.text);
            let (found, expected) = (found(&said), expected(line));
            if found == expected {
                share.right += 1;
            } else {
                let text = String::from_utf8_lossy(&line.text);
                let _ = writeln!(
                    share.wrong,
                    "{}: {expected} is read as {found} ({}): {text}",
                    corpus.name, said.format
                );
            }
        }
        shares.insert(corpus.name, share);
    }
    shares
}

#[test]
fn every_line_of_every_format_is_read() {
    let shares = shares();
    let wrong: String = shares.values().map(|share| share.wrong.as_str()).collect();
    let (right, lines) =
        shares.values().fold((0, 0), |(right, lines), share| (right + share.right, lines + share.lines));
    assert!(shares.len() >= FORMATS, "the corpus has {} formats", shares.len());
    assert!(
        wrong.is_empty(),
        "{right} of {lines} lines of {} formats are read as expected:\n{wrong}",
        shares.len()
    );
}

/// The part of `docs/formats.md` that says what was measured.
fn table(shares: &BTreeMap<String, Share>) -> String {
    let (right, lines) =
        shares.values().fold((0, 0), |(right, lines), share| (right + share.right, lines + share.lines));
    let mut table = format!(
        "{right} of {lines} lines of {} formats are read as expected.\n\n\
         | corpus | read as | lines | as expected |\n|---|---|---:|---:|\n",
        shares.len()
    );
    for (name, share) in shares {
        let percent = share.right * 100 / share.lines.max(1);
        let _ = writeln!(table, "| `{name}` | `{}` | {} | {percent} % |", share.format, share.lines);
    }
    table
}

#[test]
fn the_documentation_says_what_is_measured() {
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md")).unwrap();
    let table = table(&shares());
    assert!(page.contains(&table), "docs/formats.md should hold:\n\n{table}");
}

#[test]
fn the_documentation_names_every_format() {
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md")).unwrap();
    for format in tailpane::core::read::formats() {
        let row = format!("| `{}` | {} |", format.name, format.about);
        assert!(page.contains(&row), "docs/formats.md should hold: {row}");
    }
}
