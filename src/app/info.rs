//! What is known of a source, in rows: the popup behind `=`.

use super::App;
use super::fold::entry;
use super::help;
use super::pane::PaneId;
use super::rows::counted;
use super::screen::{Piece, Tone};
use super::source::{State, Watch};

/// The rows of a pane's information page.
pub fn rows(app: &App, id: PaneId, width: usize) -> Vec<Vec<Piece>> {
    let Some(pane) = app.desk.panes.get(&id) else { return Vec::new() };
    let Some(feed) = app.feeds.get(&pane.source) else { return Vec::new() };
    let status = feed.status();
    let range = feed.source.store.range();
    let mut facts: Vec<(String, String)> = vec![("name".into(), feed.source.name.clone())];
    let mut fact = |what: &str, value: String| facts.push((what.to_owned(), value));
    fact("state", state(&status.state));
    let watched_by = match &status.watch {
        _ if matches!(status.state, State::Ended(_)) => None,
        Watch::Events => Some("the system's events".into()),
        Watch::Polling(why) => Some(format!("polling: {why}")),
        Watch::Pushed => Some("its writer: bytes simply arrive".into()),
    };
    if let Some(who) = watched_by {
        fact("watched by", who);
    }
    fact(
        "readable",
        format!("{} (from {} to {})", bytes(range.end - range.start), range.start.0, range.end.0),
    );
    fact("since opened", counted(feed.appended.index.total(), "line"));
    match &feed.lines {
        Some(lines) if lines.complete() => fact("lines", thousands(lines.index.total())),
        Some(lines) => {
            fact("lines", format!("{} and counting, {} %", thousands(lines.index.total()), lines.percent()));
        }
        None => {}
    }
    for (what, value) in &status.facts {
        fact(what, value.clone());
    }
    let column = facts.iter().map(|(what, _)| what.chars().count()).max().unwrap_or(0);
    let row = |what: &str, value: &str, tone| entry((what, Tone::Faint), column, (value, tone), "", width);
    let facts = facts.iter().flat_map(|(what, value)| row(what, value, Tone::Plain));
    let mut rows: Vec<Vec<Piece>> = facts.collect();
    rows.push(Vec::new());
    rows.extend(help::sentences(app, id, width));
    for notice in status.notices.iter().rev().take(20) {
        rows.extend(row(&format!("at {}", notice.pos.0), &notice.text, Tone::Note));
    }
    rows
}

/// A state in words.
pub fn state(state: &State) -> String {
    match state {
        State::Opening => "being opened".into(),
        State::Live => "followed".into(),
        State::Waiting(why) => format!("waiting: {why}"),
        State::Failed(why) => format!("failed: {why}"),
        State::Ended(why) => format!("ended: {why}"),
    }
}

/// A number of bytes in words: `17 B`, `1.2 kB`, `4.3 GB`.
pub fn bytes(n: u64) -> String {
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"];
    let (mut whole, mut rest, mut unit) = (n, 0, None);
    for name in units {
        if whole < 1000 {
            break;
        }
        (rest, whole, unit) = (whole % 1000 / 100, whole / 1000, Some(name));
    }
    unit.map_or_else(|| format!("{n} B"), |unit| format!("{whole}.{rest} {unit}"))
}

/// A number with its thousands set apart: `1,204`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words() {
        assert_eq!([0, 999, 1204, 1_000_000].map(thousands), ["0", "999", "1,204", "1,000,000"]);
        assert_eq!([17, 1234, 4_300_000_000].map(bytes), ["17 B", "1.2 kB", "4.3 GB"]);
    }
}
