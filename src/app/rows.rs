//! How a pane's rows are drawn: gutter, text, what its stretches are.

use std::rc::Rc;

use super::feed::Feed;
use super::fold::fold;
use super::info::thousands;
use super::layer::piece;
use super::lens::{Entry, Lens, Picture, Side, Slot};
use super::link::LinkState;
use super::numbers;
use super::pane::{Gutter, Pane};
use super::pressed::pressed;
use super::screen::{LineRow, Row, Shade, Tone};
use super::source::{NoticeKind, Remote, State};
use super::tally::Tally;
use super::times::Column;
use crate::config::keymap::Keymap;
use crate::config::look::Look;
use crate::core::highlight::{self, Choice, Rules};
use crate::core::place::Place;
use crate::core::pos::Pos;
use crate::core::span::{Level, Span};
use crate::core::text;
use crate::core::walk::Role;

/// Bytes of a line in which things are recognised; behind them a line is data, not prose.
const RECOGNISED: usize = 16 << 10;
/// Below this width a sentence takes every column.
const LEAST_NOTE: usize = 12;

/// Draws the rows of one pane.
pub struct Brush<'a> {
    /// The pane.
    pub pane: &'a Pane,
    /// The source of its log, or of the first of several.
    pub feed: &'a Feed,
    /// The sources of all its logs.
    pub feeds: &'a [&'a Feed],
    /// How the config has the names of each of them look.
    pub own: &'a [Option<Look>],
    /// The user's highlight rules.
    pub rules: &'a Rules,
    /// Which of them apply to each of the logs.
    pub choices: &'a [&'a Choice],
    /// Columns for gutter and text.
    pub width: usize,
    /// The times before the lines.
    pub times: Column,
    /// The keys that sentences name.
    pub keymap: &'a Keymap,
}

/// Columns of an entry's text.
pub fn text_width(lens: &Lens<'_>, entry: &Entry) -> usize {
    let cut = lens.cut(entry);
    cut.rows.iter().map(|row| text::width(&cut.shown.text[row.clone()])).max().unwrap_or(0)
}

impl Brush<'_> {
    /// The rows of a picture.
    pub fn rows(&self, lens: &Lens<'_>, picture: &Picture, height: usize) -> Vec<Row> {
        let mut rows = Vec::with_capacity(height);
        if self.width == 0 {
            return rows;
        }
        rows.extend(self.above(picture, height));
        let (numbers, counts) = (self.numbers(picture), self.counts(picture));
        let mut painted: Option<(Place, Painted)> = None;
        for slot in &picture.slots {
            rows.push(match slot {
                Slot::Tail(log, notice) => self.rule(*log, *notice),
                Slot::Entry(entry, row) if *row < entry.rules.len() => {
                    self.rule(entry.place.log, entry.rules.start + row)
                }
                Slot::Entry(entry, row) => {
                    let known = painted.take().filter(|(place, _)| *place == entry.place);
                    let (_, paint) = known.unwrap_or_else(|| (entry.place.clone(), self.paint(lens, entry)));
                    let number = numbers.iter().find(|(pos, _)| *pos == entry.line.start).map(|(_, n)| *n);
                    let row = *row - entry.rules.len();
                    let count = counts.iter().find(|(place, _)| *place == entry.place && row == 0);
                    let count = count.map(|(_, count)| count.as_str()).unwrap_or_default();
                    let line = self.line(lens, entry, row, &paint, (number, count));
                    painted = Some((entry.place.clone(), paint));
                    Row::Line(line)
                }
            });
        }
        if rows.len() < height {
            rows.extend(self.below(picture));
        }
        rows.truncate(height);
        rows
    }

    fn rule(&self, log: usize, notice: usize) -> Row {
        let Some(notice) = self.feeds.get(log).and_then(|feed| feed.status().notices.get(notice)) else {
            return Row::Rule(String::new(), Tone::Faint);
        };
        let tone = match notice.kind {
            NoticeKind::Gap => Tone::Bad,
            NoticeKind::Truncated | NoticeKind::Lost => Tone::Note,
            NoticeKind::Back => Tone::Good,
            NoticeKind::Rotated => Tone::Faint,
        };
        Row::Rule(self.called(log) + &notice.text, tone)
    }

    /// What to say above the first row: that lines are missing there, while that is so.
    fn above(&self, picture: &Picture, height: usize) -> Vec<Row> {
        let room = height.saturating_sub(picture.slots.len());
        let room = if picture.gap > 0 { picture.gap.min(room) } else { room };
        let mut rows = match &picture.above {
            Side::Pending => self.looking(),
            Side::Failed(why) => self.note(why, Tone::Bad),
            Side::Edge if picture.slots.is_empty() && picture.below == Side::Edge => self.nothing(),
            _ => Vec::new(),
        };
        rows.truncate(room);
        // It stands next to the lines that are known.
        let free = picture.gap.min(room).saturating_sub(rows.len());
        rows.splice(0..0, std::iter::repeat_n(Row::Note(String::new(), Tone::Faint), free));
        rows
    }

    fn below(&self, picture: &Picture) -> Vec<Row> {
        match &picture.below {
            Side::Pending => self.looking(),
            Side::Failed(why) => self.note(why, Tone::Bad),
            // A source that stopped says so below its last line.
            _ if picture.slots.is_empty() => Vec::new(),
            _ => {
                let stopped = |(log, feed): (usize, &&Feed)| match (&feed.status().state, self.unlinked(feed))
                {
                    (_, Some((said, tone))) => self.note(&(self.called(log) + &said), tone),
                    (State::Waiting(why) | State::Failed(why), _) => {
                        self.note(&(self.called(log) + why), Tone::Note)
                    }
                    _ => Vec::new(),
                };
                self.feeds.iter().enumerate().flat_map(stopped).collect()
            }
        }
    }

    fn looking(&self) -> Vec<Row> {
        let tally = self.pane.keeping().find(|tally| !tally.complete());
        match tally {
            Some(Tally { failed: Some(why), .. }) => self.note(why, Tone::Bad),
            Some(Tally { stopped: true, .. }) => {
                let switch = pressed(self.keymap, "toggle-filter");
                let again = format!("not looked at: it was stopped; {switch} {switch} looks again");
                self.note(&again, Tone::Note)
            }
            Some(tally) => {
                let keeps = self.pane.chain.filter().is_some();
                let what = if keeps { "to keep" } else { "to show" };
                self.note(&format!("looking for lines {what}, {} %", tally.percent()), Tone::Faint)
            }
            None => self.fetching(),
        }
    }

    /// What is missing is not here and has to be fetched.
    fn fetching(&self) -> Vec<Row> {
        // Of several logs one that waits for its host keeps the others waiting.
        let down = |feed: &&&Feed| {
            feed.status().remote.as_ref().is_some_and(|remote| remote.host.state != LinkState::Up)
        };
        let far =
            |feed: &&&Feed| feed.status().remote.as_ref().is_some_and(|remote| remote.fetching.is_some());
        let feed = self.feeds.iter().find(down).or_else(|| self.feeds.iter().find(far)).unwrap_or(&self.feed);
        match &feed.status().remote {
            Some(remote) if remote.host.state != LinkState::Up => {
                let host = text::printable(&remote.host.name);
                self.note(&format!("fetched when {host} is connected again"), Tone::Note)
            }
            // What is fetched for more than this pane says nothing of how far that has come.
            Some(Remote { fetching: Some((came, wanted)), .. })
                if !self.pane.tallies().chain(&feed.lines).any(Tally::runs) =>
            {
                self.note(&format!("fetching … {} %", percent(*came, *wanted)), Tone::Faint)
            }
            _ => self.note("fetching …", Tone::Faint),
        }
    }

    /// What is to be said while the link to a log's host does not stand.
    fn unlinked(&self, feed: &Feed) -> Option<(String, Tone)> {
        super::hosts::below(&feed.status().remote.as_ref()?.host, self.keymap)
    }

    /// A sentence in as many rows as it needs.
    fn note(&self, sentence: &str, tone: Tone) -> Vec<Row> {
        // A blank stands on either side of it where there is room.
        let room = if self.width > LEAST_NOTE { self.width - 2 } else { self.width };
        fold(sentence, room).into_iter().map(|row| Row::Note(row, tone)).collect()
    }

    /// Why there is nothing to see.
    fn nothing(&self) -> Vec<Row> {
        let status = self.feed.status();
        if let Some((said, tone)) = self.unlinked(self.feed) {
            return self.note(&said, tone);
        }
        let ended = match &status.state {
            State::Ended(why) => status.ended(why),
            _ => String::new(),
        };
        let nothing_kept = format!(
            "the filter keeps no line; {} switches it off, {} takes the last term back",
            pressed(self.keymap, "toggle-filter"),
            pressed(self.keymap, "undo")
        );
        let (text, tone) = match &status.state {
            State::Waiting(why) => (why.as_str(), Tone::Note),
            State::Failed(why) => (why.as_str(), Tone::Bad),
            State::Opening => ("opening …", Tone::Faint),
            State::Ended(_) if self.pane.keeping().next().is_none() => (ended.as_str(), Tone::Note),
            _ if self.pane.keeping().next().is_some() => (&*nothing_kept, Tone::Note),
            _ => ("no lines yet", Tone::Faint),
        };
        self.note(text, tone)
    }

    /// The numbers of the lines shown, as far as they are known: the first is looked up, the others are
    /// counted from it where the log runs on between them.
    fn numbers(&self, picture: &Picture) -> Vec<(Pos, u64)> {
        let Some(lines) = self.feed.lines.as_ref().filter(|_| self.pane.look.numbers) else {
            return Vec::new();
        };
        let store = &*self.feed.source.store;
        let mut known: Vec<(Pos, u64)> = Vec::new();
        let mut last: Option<(Pos, u64)> = None;
        for entry in picture.entries() {
            let pos = entry.line.start;
            let number = match last {
                Some((end, number)) if end == pos => Some(number + 1),
                Some((end, number)) if pos - end < crate::core::index::BLOCK => {
                    let between = numbers::starts_between(store, end, pos).ok().flatten();
                    between.map(|between| number + between + 1)
                }
                _ => numbers::number_at(&lines.index, store, pos).ok().flatten(),
            };
            last = number.map(|number| (entry.line.end, number));
            known.extend(number.map(|number| (pos, number)));
        }
        known
    }

    fn gutter(&self, entry: &Entry, row: usize, number: Option<u64>) -> String {
        let Gutter { marks, numbers, .. } = self.pane.gutter(self.feed, self.width);
        let mut gutter = String::new();
        if marks > 0 {
            let mark = self.pane.marks.iter().find(|(_, place)| **place == entry.place && row == 0);
            gutter.push(mark.map_or(' ', |(letter, _)| *letter));
            gutter.push(' ');
        }
        if numbers > 0 {
            let width = numbers - 1;
            let number = number.filter(|_| row == 0).map(|number| number.to_string()).unwrap_or_default();
            gutter.push_str(&format!("{number:>width$} "));
        }
        gutter
    }

    /// What the source of an entry is called, on its first row, in a column of its own.
    fn source(&self, entry: &Entry, row: usize, column: usize) -> Option<(String, Shade)> {
        let column = Some(column).filter(|column| *column > 0)?;
        let names = self.pane.merged.as_ref()?.brief(self.width);
        let name = names.get(entry.place.log).filter(|_| row == 0);
        let mut name = name.cloned().unwrap_or_default();
        name.push_str(&" ".repeat(column.saturating_sub(text::width(&name))));
        let own = self.own.get(entry.place.log).copied().flatten();
        Some((name, own.map_or(Shade::Number(entry.place.log), Shade::Own)))
    }

    /// What a log is called in front of what is said of it, where there are several.
    fn called(&self, log: usize) -> String {
        let merged = self.pane.merged.as_ref();
        let name = merged.and_then(|merged| merged.brief(usize::MAX).into_iter().nth(log));
        name.map(|name| format!("{name}: ")).unwrap_or_default()
    }

    fn paint(&self, lens: &Lens<'_>, entry: &Rc<Entry>) -> Painted {
        let cut = lens.cut(entry);
        let shown = &cut.shown;
        let mut upto = shown.text.len().min(RECOGNISED);
        while !shown.text.is_char_boundary(upto) {
            upto -= 1;
        }
        let head = &shown.text[..upto];
        let (known, level) = highlight::read(head);
        let all = &Choice::All;
        let choice = self.choices.get(entry.place.log).unwrap_or(&all);
        let marks = self.rules.marks(&shown.text, choice);
        let pattern = self.pane.search.as_ref().and_then(|search| search.sought.pattern());
        let pattern = pattern.filter(|_| !cut.told.no_hit);
        let hits = pattern.map(|pattern| highlight::hits(&shown.text, pattern)).unwrap_or_default();
        Painted {
            spans: highlight::merge(&[&known, &shown.spans, &marks.spans, &hits]),
            rule: marks.line,
            // What it says in its format, where it is in one, and else what its words say.
            tint: cut.told.level.unwrap_or(level).filter(|level| *level >= Level::Warn),
        }
    }

    fn line(
        &self,
        lens: &Lens<'_>,
        entry: &Entry,
        row: usize,
        paint: &Painted,
        (number, count): (Option<u64>, &str),
    ) -> LineRow {
        let cut = lens.cut(entry);
        let gutter = self.gutter(entry, row, number);
        let columns = self.pane.gutter(self.feed, self.width);
        let source = self.source(entry, row, columns.names);
        let time = (columns.times > 0).then(|| match row {
            0 => self.times.piece(&entry.place),
            _ => piece(" ".repeat(columns.times), Tone::Faint),
        });
        let width = self.width.saturating_sub(columns.names + text::width(&gutter) + columns.times);
        let whole = cut.rows.get(row).cloned().unwrap_or_default();
        let (range, pad) = match self.pane.look.wrap {
            true => (whole.clone(), 0),
            false => {
                // A count stands behind the text, not on it.
                let taken = if count.is_empty() { 0 } else { text::width(count) + 1 };
                let width = width.saturating_sub(taken);
                let (part, pad) = text::window(&cut.shown.text[whole.clone()], self.pane.look.left, width);
                (part.start + whole.start..part.end + whole.start, pad)
            }
        };
        let more = (range.start > whole.start, range.end < whole.end);
        LineRow {
            source,
            gutter,
            time,
            text: cut.shown.text[range.clone()].to_owned(),
            pad: super::compose::cells(pad),
            spans: text::cut_spans(&paint.spans, &range),
            tint: paint.tint,
            rule: paint.rule,
            dim: entry.role == Role::Context,
            selected: self.pane.selected.as_ref().is_some_and(|selected| selected.holds(&entry.place)),
            current: [&self.pane.current, &self.pane.instant].contains(&&Some(entry.place.clone())),
            ruled: row == 0 && self.pane.instant.as_ref() == Some(&entry.place),
            more,
            count: count.to_owned(),
        }
    }
}

/// What an entry's stretches are.
struct Painted {
    spans: Vec<Span>,
    rule: Option<u16>,
    tint: Option<Level>,
}

/// A part of a whole in percent, rounded down.
pub fn percent(part: u64, whole: u64) -> u64 {
    let percent = u128::from(part.min(whole)) * 100 / u128::from(whole.max(1));
    u64::try_from(percent).unwrap_or(100)
}

/// A count with its word: `1 hit`, `1,204 hits`.
pub fn counted(n: u64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {one}s", thousands(n)) }
}
