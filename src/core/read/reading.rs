//! How the lines of one source are read: what was learned of it, fixed. The same line is always read in the
//! same way, whatever stands before it, so that any part of a log can be read by any thread.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::format::{FORMATS, FURTHER, Format, JOURNAL, JSON, Kind, PAIRS, TIMED};
use super::line::{Level, NOWHERE, PARTS, Parts, Said, Tail};
use super::members::Found;
use super::shape::Head;
use super::timed::timed;
use super::when::Order;
use super::wrap::unwrap;
use super::zone::{Clock, Date, Written};
use super::{json, level, pairs};

/// What was learned of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Formats its lines have, in the order of the table.
    pub(super) formats: Vec<usize>,
    /// What its dates are, where they do not say so themselves.
    pub(super) order: Order,
    /// Digits at its lines' beginning are times.
    pub(super) epoch: bool,
    /// Its records begin with a time, so that a line without one goes on with the record before.
    pub(super) timed: bool,
    /// Its records are those of the journal's export.
    pub(super) journal: bool,
}

/// How the lines of one source are read. Cloning is cheap, and a clone may go to another thread.
#[derive(Clone, Debug)]
pub struct Reading {
    pub(super) known: Arc<Known>,
    pub(super) own: Arc<[Arc<Format>]>,
    /// The format that was chosen; no other is tried.
    pub(super) forced: Option<Forced>,
    pub(super) clock: Clock,
    /// The format of most lines.
    pub(super) main: Option<usize>,
}

/// A format that a user chose.
#[derive(Clone, Debug)]
pub(super) enum Forced {
    Known(usize),
    Own(Arc<Format>),
}

/// What a line says, before its time is one.
pub(super) struct Draft<'a> {
    pub(super) format: &'a str,
    /// Its place in the table, if it is of the table.
    pub(super) place: Option<usize>,
    pub(super) time: Option<Written>,
    pub(super) level: Option<Level>,
    pub(super) message: Range<usize>,
    names: &'a [Box<str>],
    parts: Parts,
    tail: Option<Tail>,
    begins: bool,
}

impl<'a> Draft<'a> {
    fn nothing(line: &[u8]) -> Draft<'a> {
        Draft {
            format: "",
            place: None,
            time: None,
            level: None,
            message: 0..line.len(),
            names: &[],
            parts: [(0, 0); PARTS],
            tail: None,
            begins: false,
        }
    }
}

impl Reading {
    /// What `line` says; its line ending may be there or not. Linear in its length: a line of any size is read
    /// once, but for its first few kilobytes.
    pub fn read<'a>(&'a self, line: &'a [u8]) -> Said<'a> {
        let unwrapped = unwrap(line, self.known.order);
        let draft = self.draft(&unwrapped.line);
        // A time with a date and a zone of its own says more than the wrapper's; the wrapper's more than one without.
        let complete = |time: &Written| time.offset.is_some() && matches!(time.date, Date::Day(_));
        let written = draft.time.filter(complete).or(unwrapped.time).or(draft.time);
        Said {
            time: written.and_then(|written| self.clock.moment(written)),
            level: draft.level,
            message: draft.message,
            begins: draft.begins,
            format: draft.format,
            line: unwrapped.line,
            start: unwrapped.start,
            names: draft.names,
            parts: draft.parts,
            tail: draft.tail,
            outer: unwrapped.outer,
        }
    }

    /// The name of the format of most lines, as far as one is known.
    pub fn format(&self) -> Option<&str> {
        match &self.forced {
            Some(Forced::Known(place)) => Some(&FORMATS[*place].name),
            Some(Forced::Own(format)) => Some(&format.name),
            None => self.main.map(|place| &*FORMATS[place].name),
        }
    }

    /// The same reading with times that lack a year or a day taken from before `clock`'s reference.
    #[must_use]
    pub fn with_clock(&self, clock: Clock) -> Reading {
        Reading { clock, ..self.clone() }
    }

    /// Whether every line is read in both readings alike.
    pub fn same(&self, other: &Reading) -> bool {
        self.known == other.known
    }

    /// Reads a line that is unwrapped.
    pub(super) fn draft<'a>(&'a self, line: &[u8]) -> Draft<'a> {
        let mut draft = self.recognised(line).unwrap_or_else(|| Draft::nothing(line));
        if draft.format.is_empty() {
            self.unknown(line, &mut draft);
        }
        if draft.tail.is_none() {
            self.within(line, &mut draft);
        }
        draft
    }

    /// What a line says that is in a format.
    fn recognised<'a>(&'a self, line: &[u8]) -> Option<Draft<'a>> {
        let first = *line.first()?;
        if matches!(first, b'\t' | b' ') {
            return None;
        }
        let head = Head::of(line, self.known.order);
        match &self.forced {
            Some(Forced::Known(place)) => return self.tried(&FORMATS[*place], Some(*place), line, &head),
            Some(Forced::Own(format)) => return self.tried(format, None, line, &head),
            None => {}
        }
        if let Some(draft) = self.own.iter().find_map(|format| self.tried(format, None, line, &head)) {
            return Some(draft);
        }
        let table = |place: usize| self.tried(&FORMATS[place], Some(place), line, &head);
        if first == b'{' {
            return table(JSON);
        }
        if self.known.journal
            && let Some(draft) = table(JOURNAL)
        {
            return Some(draft);
        }
        if let Some(draft) = self.known.formats.iter().copied().find_map(table) {
            return Some(draft);
        }
        let others = (TIMED + 1..FORMATS.len()).filter(|place| !FORMATS[*place].shy);
        let others = others.filter(|place| !self.known.formats.contains(place));
        others.chain([PAIRS, TIMED]).find_map(table)
    }

    /// What a line says in one format, if it is in it.
    pub(super) fn tried<'a>(
        &'a self,
        format: &'a Format,
        place: Option<usize>,
        line: &[u8],
        head: &Head,
    ) -> Option<Draft<'a>> {
        let mut draft = Draft { format: &format.name, place, begins: true, ..Draft::nothing(line) };
        match &format.kind {
            Kind::Json => json_line(line, head.order, &mut draft)?,
            Kind::Pairs => pairs_line(line, head.order, &mut draft)?,
            Kind::Journal => journal_line(line, head.order, &mut draft)?,
            Kind::Timed => {
                let (time, level, message) = timed(line, head, self.known.epoch)?;
                (draft.time, draft.level, draft.message) = (Some(time), level, message);
                draft.begins = level.is_some() || !further(line);
            }
            Kind::Shapes(shapes) => {
                let (shape, found) =
                    shapes.iter().find_map(|shape| Some((shape, shape.read(line, head)?)))?;
                (draft.time, draft.level, draft.message) = (found.time, found.level, found.message);
                (draft.names, draft.parts) = (&shape.names, found.parts);
            }
            Kind::Own(own) => {
                let found = own.read(line, head.order)?;
                (draft.time, draft.level, draft.message) = (found.time, found.level, found.message);
                (draft.names, draft.parts) = (&own.names, found.parts);
            }
        }
        if format.utc
            && let Some(time) = &mut draft.time
        {
            time.offset = time.offset.or(Some(0));
        }
        Some(draft)
    }

    /// What a line says that is in no format.
    fn unknown(&self, line: &[u8], draft: &mut Draft<'_>) {
        let indented = line.first().is_none_or(|byte| matches!(byte, b' ' | b'\t'));
        draft.begins = !indented && !self.known.timed && !self.known.journal && !continues(line);
        if !indented && let Some((level, from)) = level::prefix(line) {
            draft.level = Some(level);
            draft.message.start = from;
        }
    }

    /// What the message of a line says, where the line's own format has more to say: JSON, glog or a level
    /// behind syslog, and fields.
    fn within<'a>(&'a self, line: &[u8], draft: &mut Draft<'a>) {
        let from = draft.message.start;
        let message = &line[draft.message.clone()];
        draft.tail = Some(Tail::Pairs(from, [NOWHERE; 3]));
        let Some(first) = message.first().filter(|_| !draft.format.is_empty()) else { return };
        if *first == b'{' && json::whole(message) {
            let found = walk(message, self.known.order);
            if let Some(found) = found {
                draft.level = draft.level.or(found.level);
                if let Some(range) = found.message {
                    draft.message = from + range.start..from + range.end;
                }
                let complete = found.time.filter(|time| time.offset.is_some());
                draft.time = complete.or(draft.time);
                let used = found.used.map(|at| if at == NOWHERE { at } else { at + from as u32 });
                draft.tail = Some(Tail::Json(from, used));
            }
            return;
        }
        if draft.level.is_some() {
            return;
        }
        if let Some((level, behind)) = level::prefix(message) {
            (draft.level, draft.message.start) = (Some(level), from + behind);
        } else if matches!(first, b'I' | b'W' | b'E' | b'F') && message.get(1).is_some_and(u8::is_ascii_digit)
        {
            let glog = FORMATS.iter().find(|format| &*format.name == "glog");
            let head = Head { at: usize::MAX, time: None, order: self.known.order };
            if let Some(inner) = glog.and_then(|glog| self.tried(glog, None, message, &head)) {
                draft.level = inner.level;
                draft.message = from + inner.message.start..from + inner.message.end;
            }
        } else if first.is_ascii_lowercase() {
            let mut inner = Draft::nothing(message);
            if pairs_line(message, self.known.order, &mut inner).is_some() {
                draft.level = inner.level;
            }
        }
    }
}

/// Walks over an object's members until nothing better can come; `None` when there is no member at all.
fn walk(text: &[u8], order: Order) -> Option<Found> {
    let (mut found, mut any) = (Found::new(order), false);
    for member in json::members(text, 0) {
        any = true;
        found.member(text, &member);
        if found.complete() {
            break;
        }
    }
    any.then(|| found.finished())
}

fn json_line(line: &[u8], order: Order, draft: &mut Draft<'_>) -> Option<()> {
    let found = walk(line, order)?;
    (draft.time, draft.level) = (found.time, found.level);
    draft.message = found.message.unwrap_or(0..line.len());
    draft.tail = Some(Tail::Json(0, found.used));
    Some(())
}

/// A line that begins with a pair, and is made of pairs: another follows, or the first is a time, a level or a
/// message.
fn pairs_line(line: &[u8], order: Order, draft: &mut Draft<'_>) -> Option<()> {
    // The sign must be within the first word.
    let word = line.iter().take(64).position(|byte| matches!(byte, b'=' | b' ' | b'\t' | b':'))?;
    if line[word] != b'=' {
        return None;
    }
    let mut found = Found::new(order);
    let mut behind = 0;
    let mut sure = false;
    for (number, pair) in pairs::pairs(line, 0).enumerate() {
        if number == 0 && pair.start != 0 {
            return None;
        }
        found.pair(line, pair.start, pair.raw_key(), pair.range.clone());
        // A second pair right behind the first.
        sure |= found.used != [NOWHERE; 3] || (number == 1 && pair.start <= behind + 2);
        if (number > 0 && !sure) || found.complete() {
            break;
        }
        behind = pair.end;
    }
    if !sure {
        return None;
    }
    (draft.time, draft.level) = (found.time, found.level);
    draft.message = found.message.clone().unwrap_or(0..line.len());
    draft.tail = Some(Tail::Pairs(0, found.used));
    Some(())
}

/// One member of an entry: `PRIORITY=6`. An entry begins with its cursor.
fn journal_line(line: &[u8], order: Order, draft: &mut Draft<'_>) -> Option<()> {
    let name = line
        .iter()
        .take(64)
        .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'_');
    let len = name.count();
    if len == 0 || line.get(len) != Some(&b'=') {
        return None;
    }
    let mut found = Found::new(order);
    if matches!(&line[..len], b"__REALTIME_TIMESTAMP" | b"PRIORITY" | b"MESSAGE") {
        found.pair(line, 0, &line[..len], len + 1..line.len());
    }
    (draft.time, draft.level) = (found.time, found.level);
    draft.message = if found.message.is_some() { len + 1..line.len() } else { 0..line.len() };
    draft.begins = line.starts_with(b"__CURSOR=");
    draft.tail = Some(Tail::Pairs(line.len(), [NOWHERE; 3]));
    Some(())
}

/// Whether a line with a time goes on with the record before: PostgreSQL writes `DETAIL:` and the like so.
fn further(line: &[u8]) -> bool {
    let head = &line[..line.len().min(256)];
    memchr::memchr_iter(b':', head).any(|at| {
        let word = head[..at].iter().rev().take_while(|byte| byte.is_ascii_uppercase()).count();
        head[at..].starts_with(b":  ") && FURTHER.contains(&&head[at - word..at])
    })
}

/// Whether a line that is not indented goes on with the record before all the same.
fn continues(line: &[u8]) -> bool {
    const OPENINGS: [&[u8]; 8] = [
        b"Caused by:",
        b"Suppressed:",
        b"at ",
        b"... ",
        b"}",
        b")",
        b"]",
        b"During handling of the above exception",
    ];
    OPENINGS.iter().any(|opening| line.starts_with(opening))
}

impl Said<'_> {
    /// Where [`Said::line`] begins in the raw line, unless it is a copy.
    pub fn start(&self) -> Option<usize> {
        self.start.filter(|_| matches!(self.line, Cow::Borrowed(_)))
    }
}
