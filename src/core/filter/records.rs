//! Keeping and dropping whole records: what [`Filter::scan`] does where lines are not judged one by one.
//!
//! Only records are looked at in which a line stands that a term may be about; where their heads and ends are is asked
//! of their lines and of the one behind them, of no other.

use std::ops::Range;

use memchr::memchr2;

use super::rule::{Rule, Whole};
use super::{Ahead, Filter, Grain, Plan, as_seen, decide, each_line, first_of, line_length, stored};
use crate::core::lines::content;
use crate::core::pattern::{ESC, Text, seen};
use crate::core::record::{RECORD_MAX, Records, open_record, record_length};

impl Filter {
    /// [`Filter::scan`] for records.
    pub(super) fn scan_records(&self, lines: &[u8], found: &mut dyn FnMut(usize)) {
        if memchr2(ESC, b'\r', lines).is_none() {
            return self.scan_whole(&Text::new(lines), &mut Records::new(lines, None, &*self.reader), found);
        }
        let copy = as_seen(lines);
        let mut records = Records::new(&copy, Some(lines), &*self.reader);
        self.scan_whole(&Text::new(&copy), &mut records, &mut stored(&copy, lines, found));
    }

    fn scan_whole(&self, text: &Text<'_>, records: &mut Records<'_>, found: &mut dyn FnMut(usize)) {
        let (rules, _) = self.parts();
        let (looked_for, all_but): (Vec<usize>, bool) = match &*self.plan {
            Plan::Among(rules) => (rules.clone(), false),
            Plan::AllBut => ((0..rules.len()).collect(), true),
        };
        let mut next: Vec<Ahead<'_>> = looked_for.iter().map(|&i| self.ahead(i, text)).collect();
        let mut at = 0;
        while let Some(line) = first_of(&next) {
            let record = records.around(line.start, at);
            if all_but {
                self.select(text.lines, at..record.start, records, found);
            }
            let whole = Whole::new(&text.lines[record.clone()], &*self.reader);
            let kept = decide(rules, |i| match looked_for.iter().position(|&looked| looked == i) {
                Some(place) if rules[i].is_text() => next[place].is_before(record.end),
                _ => rules[i].holds_of(&whole),
            });
            if kept {
                self.select(text.lines, record.clone(), records, found);
            }
            at = record.end;
            for next in next.iter_mut().filter(|next| next.is_before(at)) {
                next.advance(text, at);
            }
        }
        if all_but {
            self.select(text.lines, at..text.lines.len(), records, found);
        }
    }

    /// Calls `found` with the lines to select of the kept records in `range`.
    fn select(
        &self,
        lines: &[u8],
        range: Range<usize>,
        records: &mut Records<'_>,
        found: &mut dyn FnMut(usize),
    ) {
        // What is repeated is found out first, and what is sought among the rest.
        let sought = self.parts().1.filter(|_| !self.repeats);
        let mut at = range.start;
        match (self.grain, sought) {
            (Grain::Head, sought) => {
                while at < range.end {
                    let record = records.at(at);
                    if sought.is_none_or(|rule| self.shows(rule, &lines[record.clone()])) {
                        found(at);
                    }
                    at = record.end;
                }
            }
            (_, None) => each_line(lines, range, found),
            (_, Some(rule)) => each_line(lines, range.clone(), &mut |start| {
                if self.shows(rule, &lines[start..line_length(&lines[start..]) + start]) {
                    found(start);
                }
            }),
        }
    }

    /// Whether the search is about these lines of a record.
    fn shows(&self, rule: &Rule, lines: &[u8]) -> bool {
        rule.holds_of(&Whole::new(lines, &*self.reader))
    }

    /// Whether the search, if this is one, is about the line at `at` of `lines`, or where only heads are selected
    /// about its record; `lines` are as they are stored.
    pub(in crate::core) fn seeks(&self, lines: &[u8], at: usize) -> bool {
        let Some(rule) = self.parts().1 else { return true };
        let rest = &lines[at..];
        let len = match self.grain {
            Grain::Head => record_length(&*self.reader, rest),
            Grain::Line | Grain::Record => line_length(rest),
        };
        self.shows(rule, &as_seen(&rest[..len]))
    }

    /// As [`open_record`], of lines it reads.
    pub fn open_record(&self, lines: &[u8]) -> Option<usize> {
        open_record(&*self.reader, lines)
    }

    /// Bytes of the lines at the beginning of `lines`, which are as they are stored, that go on with a record of which
    /// so many bytes have passed.
    pub fn rest_of_record(&self, lines: &[u8], passed: u64) -> usize {
        let mut at = 0;
        while at < lines.len() && passed + (at as u64) < RECORD_MAX {
            let len = line_length(&lines[at..]);
            if self.reader.begins(&seen(content(&lines[at..at + len]))) {
                break;
            }
            at += len;
        }
        at
    }

    /// What a record says before all of it is there: whether it will be kept or dropped whatever comes, `None` while
    /// that depends on it. `lines` are those that are there, as they are stored.
    pub fn foresees(&self, lines: &[u8]) -> Option<bool> {
        let copy = as_seen(lines);
        let whole = Whole::new(&copy, &*self.reader);
        let mut known = Some(true);
        for (i, rule) in self.rules.iter().enumerate() {
            let about = rule.foresees(&whole);
            known = match rule.kind {
                super::Kind::Keep => and(known, about),
                super::Kind::Drop => and(known, about.map(|about| !about)),
                super::Kind::Or if i == 0 => about,
                super::Kind::Or => and(known.map(|kept| !kept), about.map(|about| !about)).map(|none| !none),
            };
        }
        known
    }
}

/// Both, as far as that is known.
fn and(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}
