//! One line being read: which format it is in, what that format says, and what its message says besides.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::format::{FORMATS, FURTHER, Format, GLOG, Kind};
use super::head::Head;
use super::json;
use super::level;
use super::line::{NOWHERE, PARTS, Tail};
use super::members::Found;
use super::pairs;
use super::shape::Match;
use super::timed::timed;
use super::when::Order;
use super::zone::Zone;

/// What a line says, before its time is a moment. Filled in place, as lines are many and this is large.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) format: &'a str,
    /// Its format's place in the table, and which of its shapes it has.
    pub(super) place: Option<(usize, usize)>,
    pub(super) found: Match,
    pub(super) names: &'a [Box<str>],
    pub(super) tail: Option<Tail>,
    pub(super) begins: bool,
    /// The zone of its time, where that has none and its format says so.
    pub(super) zone: Option<&'a Zone>,
}

impl<'a> Draft<'a> {
    pub(super) fn new() -> Draft<'a> {
        let found = Match { time: None, level: None, parts: [(0, 0); PARTS], message: 0..0 };
        Draft { format: "", place: None, found, names: &[], tail: None, begins: false, zone: None }
    }

    /// Says what `line` says in one format, of whose shapes the first `depth` are tried; false when it is not
    /// in it, and what is held means nothing then. Digits alone are a time when `epoch` says so.
    #[inline]
    pub(super) fn read(
        &mut self,
        (format, depth): (&'a Format, usize),
        line: &[u8],
        head: &Head,
        epoch: bool,
    ) -> Option<usize> {
        self.begins = true;
        let mut shape = 0;
        match &format.kind {
            Kind::Shapes(shapes) => {
                let tried = &shapes[..depth.min(shapes.len())];
                shape = tried.iter().position(|shape| shape.read(line, head, &mut self.found))?;
                self.names = &shapes[shape].names;
            }
            Kind::Json => self.json(line, head.order)?,
            Kind::Pairs => self.pairs(line, head.order)?,
            Kind::Journal => self.journal(line, head.order)?,
            Kind::Timed => {
                let (time, level, message) = timed(line, head, epoch)?;
                self.begins = level.is_some() || !further(line);
                (self.found.time, self.found.level, self.found.message) = (Some(time), level, message);
            }
            Kind::Own(own) => {
                own.read(line, head.order, &mut self.found).then_some(())?;
                self.names = &own.names;
            }
        }
        if format.utc
            && let Some(time) = &mut self.found.time
        {
            time.offset = time.offset.or(Some(0));
        }
        (self.format, self.zone) = (&format.name, format.zone.as_ref());
        Some(shape)
    }

    /// Says what a line says that is in no format.
    pub(super) fn unknown(&mut self, line: &[u8]) {
        (self.found.time, self.found.level, self.found.message) = (None, None, 0..line.len());
        let indented = line.first().is_none_or(|byte| matches!(byte, b' ' | b'\t'));
        self.begins = !indented && !continues(line);
        if !indented && let Some((level, from)) = level::prefix(line) {
            self.found.level = Some(level);
            self.found.message.start = from;
        }
    }

    /// Says what the message of a line says, where the line's own format has more to say: JSON, glog or a level
    /// behind syslog, and fields.
    #[inline]
    pub(super) fn within(&mut self, line: &[u8], order: Order) {
        let range = self.found.message.clone();
        let message = &line[range.clone()];
        self.tail = Some(Tail::Pairs(range.start, [NOWHERE; 3]));
        let Some(first) = message.first().filter(|_| !self.format.is_empty()) else { return };
        if *first == b'{' {
            self.object(message, range.start, order);
        } else if self.found.level.is_none() {
            self.message(message, range.start, order);
        }
    }

    /// A message that is a JSON object.
    fn object(&mut self, message: &[u8], from: usize, order: Order) {
        if message.trim_ascii_end().last() != Some(&b'}') {
            return;
        }
        let Some(found) = walk(message, order) else { return };
        self.found.level = self.found.level.or(found.level);
        if let Some(range) = found.message {
            self.found.message = from + range.start..from + range.end;
        }
        self.found.time = found.time.filter(|time| time.offset.is_some()).or(self.found.time);
        self.tail = Some(Tail::Json(from, behind(found.used, from)));
    }

    /// A message that may begin with a level, as its line says none.
    fn message(&mut self, message: &[u8], from: usize, order: Order) {
        let first = message[0];
        if let Some((level, behind)) = level::prefix(message) {
            (self.found.level, self.found.message.start) = (Some(level), from + behind);
        } else if matches!(first, b'I' | b'W' | b'E' | b'F') && message.get(1).is_some_and(u8::is_ascii_digit)
        {
            let (mut inner, head) = (Draft::new(), Head::none(order));
            if inner.read((&FORMATS[GLOG], usize::MAX), message, &head, false).is_some() {
                self.found.level = inner.found.level;
                self.found.message.start = from + inner.found.message.start;
            }
        } else if first.is_ascii_lowercase() {
            let mut inner = Draft::new();
            if inner.pairs(message, order).is_none() {
                return;
            }
            self.found.level = inner.found.level;
            let complete = inner.found.time.filter(|time| time.offset.is_some());
            self.found.time = complete.or(self.found.time);
            let range = inner.found.message;
            self.found.message = from + range.start..from + range.end;
            if let Some(Tail::Pairs(_, used)) = inner.tail {
                self.tail = Some(Tail::Pairs(from, behind(used, from)));
            }
        }
    }

    fn take(&mut self, found: Found, line: &[u8]) -> [u32; 3] {
        (self.found.time, self.found.level) = (found.time, found.level);
        self.found.message = found.message.unwrap_or(0..line.len());
        found.used
    }

    fn json(&mut self, line: &[u8], order: Order) -> Option<()> {
        let used = self.take(walk(line, order)?, line);
        self.tail = Some(Tail::Json(0, used));
        Some(())
    }

    /// A line that begins with a pair, and is made of pairs: another follows, or the first is a time, a level
    /// or a message.
    fn pairs(&mut self, line: &[u8], order: Order) -> Option<()> {
        // The sign must be within the first word.
        let word = line.iter().take(64).position(|byte| matches!(byte, b'=' | b' ' | b'\t' | b':'))?;
        if line[word] != b'=' {
            return None;
        }
        let mut found = Found::new(order);
        let (mut behind, mut sure) = (0, false);
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
        let used = self.take(found, line);
        self.tail = Some(Tail::Pairs(0, used));
        Some(())
    }

    /// One member of an entry of the journal's export: `PRIORITY=6`. An entry begins with its cursor.
    fn journal(&mut self, line: &[u8], order: Order) -> Option<()> {
        let capital = |byte: &&u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'_';
        let len = line.iter().take(64).take_while(capital).count();
        if len == 0 || line.get(len) != Some(&b'=') {
            return None;
        }
        let mut found = Found::new(order);
        if matches!(&line[..len], b"__REALTIME_TIMESTAMP" | b"PRIORITY" | b"MESSAGE") {
            found.pair(line, 0, &line[..len], len + 1..line.len());
        }
        self.take(found, line);
        self.begins = line.starts_with(b"__CURSOR=");
        self.tail = Some(Tail::Pairs(line.len(), [NOWHERE; 3]));
        Some(())
    }
}

/// Where members that were found in a message begin in its line.
fn behind(used: [u32; 3], from: usize) -> [u32; 3] {
    used.map(|at| if at == NOWHERE { at } else { at.saturating_add(from as u32) })
}

/// Walks over an object's members until nothing better can come; `None` when there is no member at all.
fn walk(text: &[u8], order: Order) -> Option<Found> {
    let (mut found, mut members) = (Found::new(order), json::members(text, 0));
    let mut member = members.step()?;
    loop {
        found.member(text, &member);
        if found.complete() {
            return Some(found);
        }
        match members.step() {
            Some(next) => member = next,
            None => return Some(found.finished()),
        }
    }
}

/// Whether a line with a time goes on with the record before: PostgreSQL writes `DETAIL:` and the like so.
pub(super) fn further(line: &[u8]) -> bool {
    static COLON: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b":  "));
    let head = &line[..line.len().min(256)];
    COLON.find_iter(head).any(|at| {
        let word = head[..at].iter().rev().take_while(|byte| byte.is_ascii_uppercase()).count();
        FURTHER.contains(&&head[at - word..at])
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
