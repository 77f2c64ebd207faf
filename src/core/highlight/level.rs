//! Words that name a level, and where such a word speaks for the whole line.

use crate::core::span::Level;

/// The level `word` names, in any case.
pub(super) fn named(word: &[u8]) -> Option<Level> {
    if !(3..=11).contains(&word.len()) {
        return None;
    }
    let mut lower = [0; 11];
    for (to, from) in lower.iter_mut().zip(word) {
        *to = from.to_ascii_lowercase();
    }
    Some(match &lower[..word.len()] {
        b"trace" | b"trc" => Level::Trace,
        b"debug" | b"dbg" => Level::Debug,
        b"info" | b"inf" | b"information" | b"notice" => Level::Info,
        b"warn" | b"warning" | b"wrn" => Level::Warn,
        b"error" | b"err" | b"severe" => Level::Error,
        b"fatal" | b"ftl" | b"critical" | b"crit" | b"alert" | b"emerg" | b"emergency" | b"panic" => {
            Level::Fatal
        }
        _ => return None,
    })
}

/// The level a JSON number stands for, as bunyan and pino write it.
pub(super) fn numbered(digits: &[u8]) -> Option<Level> {
    Some(match digits {
        b"10" => Level::Trace,
        b"20" => Level::Debug,
        b"30" => Level::Info,
        b"40" => Level::Warn,
        b"50" => Level::Error,
        b"60" => Level::Fatal,
        _ => return None,
    })
}

/// What stands around a word that names a level.
pub(super) struct Place {
    /// The two bytes before it (blanks at the line's start).
    pub(super) before: [u8; 2],
    /// The byte behind it (a blank at the line's end).
    pub(super) after: u8,
    /// The first byte behind it that is no blank.
    pub(super) next: u8,
    /// It stands between brackets.
    pub(super) bracketed: bool,
    /// It is written in capitals.
    pub(super) capitals: bool,
    /// Ordinary words before it.
    pub(super) words: usize,
    /// Only blanks stand between it and an ordinary word in capitals.
    pub(super) shouted: bool,
    /// A time stands before it.
    pub(super) timed: bool,
}

impl Place {
    /// Whether this is where a level stands, rather than a word in a sentence: in brackets, right behind
    /// the time, before a colon at the start of the message, or in capitals near the line's beginning
    /// (behind a host, a program and a thread, at most).
    pub(super) fn claims(&self) -> bool {
        const WORDS: usize = 3;
        if self.words > WORDS || !matches!(self.after, b' ' | b'\t' | b':' | b']' | b')' | b'>' | b'|' | b',')
        {
            return false;
        }
        let closed = match self.before[1] {
            b'[' => self.next == b']',
            b'<' => self.next == b'>',
            b'(' => self.next == b')' && self.words == 0,
            b'|' => self.next == b'|',
            b':' => self.bracketed && self.next == b']',
            _ => false,
        };
        if closed {
            return true;
        }
        if self.capitals {
            return !self.shouted && self.after != b')';
        }
        let first = self.words == 0 && !self.bracketed;
        match self.after {
            b':' => first || self.before == *b": ",
            b' ' => first && self.timed,
            _ => false,
        }
    }
}
