//! The log that the steps of the machine make of a disk, held against all that was ever written.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::world::{Byte, World};
use crate::core::follow::Step;

/// A part of the log that is taken when its file is as it was at the look.
pub struct Part {
    pub from: u64,
    pub range: Range<u64>,
    pub head: Vec<u8>,
    pub last: Vec<u8>,
    /// The newline that ends the line before.
    pub text: bool,
    /// Bytes of it were given up, and with them the end of a line perhaps.
    pub cut: bool,
}

impl World {
    /// Does what the machine says.
    pub fn take(&mut self, steps: Vec<Step<u64>>) {
        for step in steps {
            match step {
                Step::Read { from, range, head, last, .. } => {
                    let part = Part { from, range, head, last, text: false, cut: false };
                    if let Some(bytes) = self.bytes_of(&part) {
                        let recalled = self.recalled.entry(from).or_default();
                        recalled.resize(part.range.start as usize, None);
                        recalled.extend(bytes.into_iter().map(|byte| Some(byte.0)));
                    }
                    self.parts.push_back(part);
                }
                Step::EndLine => {
                    let (head, last) = (Vec::new(), Vec::new());
                    self.parts.push_back(Part { from: 0, range: 0..0, head, last, text: true, cut: false });
                }
                Step::Truncated { .. } | Step::Missing(_) => self.truncations += 1,
                Step::Lost { of, from } => {
                    self.recalled.entry(of).and_modify(|known| known.truncate(from as usize));
                    for part in self.parts.iter_mut().filter(|part| !part.text && part.from == of) {
                        let to = part.range.end.min(from.max(part.range.start));
                        self.given_up += (part.range.end - to) as usize;
                        part.cut |= to < part.range.end;
                        part.range.end = to;
                        part.last.clear();
                        if from == 0 {
                            part.head.clear();
                        }
                    }
                }
                Step::Copied { of, copy } => {
                    self.recalled.remove(&of);
                    for part in self.parts.iter_mut().filter(|part| !part.text && part.from == of) {
                        part.from = copy;
                    }
                }
                Step::Rotated { .. } | Step::CopyTruncated { .. } => {}
            }
        }
        self.drain();
    }

    /// A part's bytes, if its file still holds what it held at the look.
    fn bytes_of(&self, part: &Part) -> Option<Vec<Byte>> {
        let all = &self.files[&part.from].bytes;
        let bytes = all.get(part.range.start as usize..part.range.end as usize)?;
        let known = part.last.len().min(bytes.len());
        let same = |known: &[u8], bytes: &[Byte]| known.iter().eq(bytes.iter().map(|byte| &byte.0));
        let head = same(&part.head, &all[..part.head.len()]);
        let last = same(&part.last[part.last.len() - known..], &bytes[bytes.len() - known..]);
        (head && last).then(|| bytes.to_vec())
    }

    /// Takes what can be had, in order; what its file does not hold is decided by the next look.
    fn drain(&mut self) {
        while let Some(part) = self.parts.front() {
            if part.text {
                // Where a line was lost there is none to end.
                if self.log.last().is_some_and(|byte| byte.0 != b'\n') {
                    self.log.push((b'\n', None));
                }
            } else if let Some(bytes) = self.bytes_of(part) {
                self.log.extend(bytes);
                if part.cut && self.log.last().is_some_and(|byte| byte.0 != b'\n') {
                    self.log.push((b'\n', None));
                }
            } else {
                return;
            }
            self.parts.pop_front();
        }
    }

    /// No byte twice; the bytes of a line in the order they were written; no byte of a hole.
    pub fn check_order(&self) {
        let mut seen = HashSet::new();
        let mut latest: HashMap<usize, usize> = HashMap::new();
        for byte in self.log.iter().filter(|byte| byte.0 != b'\n') {
            let number = byte.1.expect("a hole was read");
            assert!(
                seen.insert(number),
                "byte {number} of line {} came twice\n{}",
                self.lines[number],
                self.text()
            );
            let line = self.lines[number];
            let before = latest.insert(line, number);
            assert!(before.is_none_or(|before| before < number), "line {line} out of order");
        }
    }

    /// The bytes in the order they were written.
    pub fn check_sequence(&self) {
        let numbers: Vec<usize> = self.log.iter().filter_map(|byte| byte.1).collect();
        let wrong = numbers.windows(2).find(|two| two[0] > two[1]);
        assert!(
            wrong.is_none(),
            "line {} came before {}\n{}",
            self.lines[wrong.unwrap()[0]],
            self.lines[wrong.unwrap()[1]],
            self.text()
        );
    }

    /// Every byte came that is somewhere, or was there during a whole look.
    pub fn check_nothing_is_silent(&self) {
        let named = self.names.values().flat_map(|ino| &self.files[ino].bytes);
        let came: HashSet<usize> = self.log.iter().filter_map(|byte| byte.1).collect();
        let missing = named.filter_map(|byte| byte.1).chain(self.knowable.iter().copied());
        let missing: Option<usize> = missing.filter(|number| !came.contains(number)).min();
        assert!(
            missing.is_none() || self.truncations > 0 || self.given_up > 0,
            "line {} is missing and nobody said so\n{}",
            self.lines[missing.unwrap()],
            self.text()
        );
    }

    /// No line of two lines' bytes.
    pub fn check_lines(&self) {
        for line in self.log.split(|byte| byte.0 == b'\n') {
            let of: HashSet<usize> = line.iter().filter_map(|byte| byte.1).map(|n| self.lines[n]).collect();
            assert!(of.len() <= 1, "lines {of:?} were glued\n{}", self.text());
        }
    }

    /// Every byte came that was ever written.
    pub fn check_all_came(&self) {
        let came: HashSet<usize> = self.log.iter().filter_map(|byte| byte.1).collect();
        let missing = (0..self.lines.len()).find(|number| !came.contains(number));
        assert!(missing.is_none(), "line {} is missing\n{}", self.lines[missing.unwrap()], self.text());
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.log.iter().map(|byte| byte.0).collect::<Vec<u8>>()).into_owned()
    }
}
