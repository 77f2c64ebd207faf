//! What is known of a source and its host, in rows: the popup behind `=`, and behind `Tab`.

use std::time::Duration;

use super::App;
use super::feed::Feed;
use super::fold::entry;
use super::help;
use super::hosts;
use super::link::LinkState;
use super::pane::PaneId;
use super::pressed::pressed;
use super::rows::counted;
use super::screen::{Piece, Tone};
use super::source::{Remote, State, Status, Watch};
use crate::config::keymap::Keymap;
use crate::core::read::formats;
use crate::core::text;

/// The rows of a pane's information page.
pub fn rows(app: &App, id: PaneId, width: usize) -> Vec<Vec<Piece>> {
    let Some(pane) = app.desk.panes.get(&id) else { return Vec::new() };
    // Of several logs, the one whose line is looked at.
    let log = app.current_line().filter(|(own, _)| *own == id).map_or(0, |(_, place)| place.log);
    let strand = pane.strands().nth(log).unwrap_or(&pane.strand);
    let Some(feed) = app.feeds.get(&strand.source) else { return Vec::new() };
    let status = feed.status();
    let range = feed.source.store.range();
    let mut facts: Vec<(String, String, Tone)> = Vec::new();
    let mut fact = |what: &str, value: String| facts.push((what.to_owned(), value, Tone::Plain));
    fact("name", feed.source.name.clone());
    fact("state", state_of(feed, &app.keymap));
    match &status.watch {
        _ if feed.is_far() || matches!(status.state, State::Ended(_)) => {}
        Watch::Events => fact("watched by", "the system's events".into()),
        Watch::Polling(why) => fact("watched by", format!("polling: {why}")),
        Watch::Pushed => fact("watched by", "its writer: bytes simply arrive".into()),
        Watch::Command => {} // what is known of the command stands below
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
    fact("format", format(feed));
    fact("times", zone(feed));
    for (what, value) in &status.facts {
        fact(what, value.clone());
    }
    facts.extend(status.remote.iter().flat_map(|remote| self::remote(remote, &app.keymap)));
    let down = app
        .hosts_down()
        .into_iter()
        .filter(|host| status.remote.as_ref().is_none_or(|remote| remote.host.name != host.name));
    facts.extend(down.map(|host| {
        let (said, tone) = hosts::sentence(host, &app.keymap);
        (text::printable(&host.name), said, tone)
    }));
    let column = facts.iter().map(|(what, _, _)| what.chars().count()).max().unwrap_or(0);
    let row = |what: &str, value: &str, tone| entry((what, Tone::Faint), column, (value, tone), "", width);
    let facts = facts.iter().flat_map(|(what, value, tone)| row(what, value, *tone));
    let mut rows: Vec<Vec<Piece>> = facts.collect();
    rows.push(Vec::new());
    rows.extend(help::sentences(app, id, width));
    for notice in status.notices.iter().rev().take(20) {
        rows.extend(row(&format!("at {}", notice.pos.0), &notice.text, Tone::Note));
    }
    rows
}

/// The format of a source's lines in words.
fn format(feed: &Feed) -> String {
    let table = |name: &str| formats().iter().any(|format| &*format.name == name);
    match feed.learner.main() {
        Some(format) if !table(&format.name) => format!("{} (of config.toml)", format.name),
        Some(format) if feed.learner.is_chosen() => format!("{} ({}), as chosen", format.name, format.about),
        Some(format) => format!("{} ({})", format.name, format.about),
        None => "none that is known, so far".to_owned(),
    }
}

/// The zone of a source's times in words.
fn zone(feed: &Feed) -> String {
    let own = feed.learner.main().and_then(|format| Some((format.zone_name()?, &format.name)));
    if let Some((zone, format)) = own {
        return format!("those of {zone} where they have no zone, as config.toml says of {format}");
    }
    let of_host = feed.status().remote.as_ref().and_then(|remote| remote.zone).map(offset);
    let of_host = of_host.map(|zone| format!("the host ({zone})"));
    let here = feed.learner.clock().zone().or(of_host.as_deref()).unwrap_or("here");
    match feed.learner.zone() {
        Some(Some(0)) => "of UTC, as the lines say".to_owned(),
        Some(Some(seconds)) => format!("{}, as the lines say", offset(seconds)),
        Some(None) => format!("without a zone, taken for those of {here}"),
        None => "none seen so far".to_owned(),
    }
}

/// Seconds ahead of UTC in words: `+01:30`.
fn offset(seconds: i32) -> String {
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs() / 60);
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What is known of the link to a source's host.
fn remote(remote: &Remote, keymap: &Keymap) -> Vec<(String, String, Tone)> {
    let host = &*remote.host;
    let (link, tone) = hosts::sentence(host, keymap);
    let mut facts =
        vec![("host".to_owned(), text::printable(&host.name), Tone::Plain), ("link".to_owned(), link, tone)];
    let mut fact =
        |what: &str, value: String, tone| facts.push((what.to_owned(), text::printable(&value), tone));
    for caveat in &host.caveats {
        fact("take care", caveat.clone(), Tone::Bad);
    }
    if let Some(latency) = host.latency {
        fact("latency", format!("{:.1} ms", latency.as_secs_f64() * 1e3), Tone::Plain);
    }
    fact("received", bytes(host.bytes), Tone::Plain);
    fact("reconnects", thousands(u64::from(host.reconnects)), Tone::Plain);
    for (what, value) in &host.facts {
        fact(what, value.clone(), Tone::Plain);
    }
    match remote.exact {
        true => fact("resumed", "at the exact byte after a lost link".to_owned(), Tone::Plain),
        false => fact(
            "resumed",
            "not exactly: lines may be missing or doubled after a lost link".to_owned(),
            Tone::Note,
        ),
    }
    if let Some(behind) = remote.behind {
        fact("behind", lapse(behind), Tone::Note);
    }
    if let Some((came, wanted)) = remote.fetching {
        fact("fetching", format!("{} to come", bytes(wanted.saturating_sub(came))), Tone::Plain);
    }
    facts
}

/// A short time in words: `3.2 s`, `4 m 10 s`.
pub fn lapse(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{}.{} s", time.as_secs(), time.subsec_millis() / 100),
        seconds => format!("{} m {} s", seconds / 60, seconds % 60),
    }
}

/// The state of a source in words. While its link does not stand nothing else is known of it.
pub fn state_of(feed: &Feed, keymap: &Keymap) -> String {
    let host = feed.status().remote.as_ref().map(|remote| &remote.host);
    match host.filter(|host| host.state != LinkState::Up) {
        Some(host) => hosts::sentence(host, keymap).0,
        None => state(feed.status(), keymap),
    }
}

/// A state in words.
fn state(status: &Status, keymap: &Keymap) -> String {
    match &status.state {
        State::Opening => "being opened".into(),
        State::Live if status.watch == Watch::Command => "running".into(),
        State::Live => "followed".into(),
        State::Waiting(why) => format!("waiting: {why}"),
        State::Failed(why) => format!("failed: {why}"),
        State::Ended(why) if status.watch == Watch::Command => {
            format!("{}; {} runs it again", status.ended(why), pressed(keymap, "reconnect"))
        }
        State::Ended(why) => status.ended(why),
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
