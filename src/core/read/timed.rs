//! A time at the beginning of a line, whatever follows: where nothing more is known of a format, a level is
//! taken only from the header between the time and the message.

use std::ops::Range;

use super::head::Head;
use super::level;
use super::line::Level;
use super::zone::Written;

/// Words and brackets of a header before its level, at most.
const TOKENS: usize = 8;

/// The time, the level and the message of a line that begins with a time. Digits alone are a time only when
/// `epoch` says so.
pub(super) fn timed(line: &[u8], head: &Head, epoch: bool) -> Option<(Written, Option<Level>, Range<usize>)> {
    let (time, end) = head.time?;
    let digits = line[head.at..end].iter().all(u8::is_ascii_digit);
    if digits && !epoch && head.at == 0 {
        return None;
    }
    let mut at = end;
    if head.at == 1 {
        // Brackets that hold more than the time are a header as well.
        at += usize::from(line.get(at) == Some(&b']'));
    }
    let from = skip(line, at);
    match header(line, from) {
        Some((level, message)) => Some((time, Some(level), message..line.len())),
        None => Some((time, None, from..line.len())),
    }
}

/// Behind what parts the values of a header.
fn skip(line: &[u8], at: usize) -> usize {
    let parts = line[at..].iter();
    at + parts.take_while(|byte| matches!(byte, b' ' | b'\t' | b':' | b'|' | b',' | b'-' | b']')).count()
}

/// The level of a header that begins at `at`, and where the message goes on.
fn header(line: &[u8], mut at: usize) -> Option<(Level, usize)> {
    for _ in 0..TOKENS {
        let rest = &line[at..];
        let closing = match rest.first()? {
            b'[' => b']',
            b'(' => b')',
            b'{' => b'}',
            b'<' => b'>',
            _ => {
                if let Some((level, len)) = word(rest) {
                    return Some((level, at + len));
                }
                let len = rest.iter().take(80).position(|byte| matches!(byte, b' ' | b'\t'))?;
                if sentence(&rest[..len]) {
                    return None;
                }
                at = skip(line, at + len);
                continue;
            }
        };
        let len = rest.iter().take(80).position(|byte| *byte == closing)?;
        let inner = rest[1..len].trim_ascii();
        let first = inner.split(|byte| matches!(byte, b' ' | b'/' | b':')).next().unwrap_or_default();
        let level = level::plain(inner).or_else(|| level::plain(first).filter(|_| capitals(first)));
        let behind = skip(line, at + len + 1);
        if let Some(level) = level {
            return Some((level, behind));
        }
        at = behind;
    }
    None
}

fn capitals(word: &[u8]) -> bool {
    word.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// A level that stands as a word of the header: in capitals, or before a colon or a bar.
fn word(rest: &[u8]) -> Option<(Level, usize)> {
    let len = rest.iter().take(16).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let word = &rest[..len];
    let level = level::plain(word)?;
    match rest.get(len) {
        None | Some(b' ' | b'\t' | b'|' | b']' | b',') if capitals(word) => Some((level, skip(rest, len))),
        Some(b':') if level::counts(&rest[skip(rest, len)..]) => None,
        Some(b':' | b'|' | b']') => Some((level, skip(rest, len))),
        Some(b' ') if rest.get(len + 1) == Some(&b'|') => Some((level, skip(rest, len))),
        _ => None,
    }
}

/// Whether a word is one of a sentence rather than a name, a number or a thread in a header.
fn sentence(word: &[u8]) -> bool {
    let sign =
        |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'/' | b'#' | b'_' | b'=' | b'@' | b'[');
    !word[..word.len().saturating_sub(1)].iter().any(sign)
        && !word.contains(&b'-')
        && !word.iter().all(|byte| byte.is_ascii_digit())
}
