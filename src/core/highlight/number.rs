//! Numbers and their units.

use crate::core::span::{Class, Span};

/// Units that may follow a number directly; behind a blank only those marked `true` may.
const UNITS: [(&[u8], bool); 75] = [
    (b"%", true),
    (b"B", true),
    (b"G", false),
    (b"GB", true),
    (b"GHz", true),
    (b"Gb", true),
    (b"Gbit", true),
    (b"Gbps", true),
    (b"Gi", false),
    (b"GiB", true),
    (b"Hz", true),
    (b"K", false),
    (b"KB", true),
    (b"Kbps", true),
    (b"Ki", false),
    (b"KiB", true),
    (b"M", false),
    (b"MB", true),
    (b"MHz", true),
    (b"Mb", true),
    (b"Mbit", true),
    (b"Mbps", true),
    (b"Mi", false),
    (b"MiB", true),
    (b"PB", true),
    (b"PiB", true),
    (b"T", false),
    (b"TB", true),
    (b"Ti", false),
    (b"TiB", true),
    (b"W", false),
    (b"b", false),
    (b"bit", true),
    (b"bits", true),
    (b"bps", true),
    (b"byte", true),
    (b"bytes", true),
    (b"d", false),
    (b"dB", true),
    (b"day", true),
    (b"days", true),
    (b"fps", true),
    (b"h", false),
    (b"hour", true),
    (b"hours", true),
    (b"hr", true),
    (b"hrs", true),
    (b"k", false),
    (b"kB", true),
    (b"kHz", true),
    (b"kW", false),
    (b"kb", true),
    (b"kbit", true),
    (b"kbps", true),
    (b"km", false),
    (b"m", false),
    (b"mW", false),
    (b"millis", true),
    (b"min", true),
    (b"mins", true),
    (b"minute", true),
    (b"minutes", true),
    (b"mm", false),
    (b"ms", true),
    (b"msec", true),
    (b"ns", true),
    (b"qps", true),
    (b"rps", true),
    (b"s", true),
    (b"sec", true),
    (b"second", true),
    (b"seconds", true),
    (b"secs", true),
    (b"us", true),
    (b"x", false),
];

/// What a rate may be counted per, as in `MB/s`.
const PER: [&[u8]; 9] = [b"s", b"sec", b"second", b"m", b"min", b"h", b"d", b"op", b"req"];

/// The longest unit there is, with what it is counted per.
const LONGEST: usize = 16;

/// Adds the spans of the number at `at` (a digit) and of its unit, and says where it ends; several of them
/// in `1h2m`. `None` when the digits begin a word, as in `3rd`.
pub(super) fn number(bytes: &[u8], at: usize, spans: &mut Vec<Span>) -> Option<usize> {
    const PARTS: usize = 8;
    let before = spans.len();
    let mut from = at;
    for _ in 0..PARTS {
        let digits = digits_end(bytes, from);
        let unit = adjacent(bytes, digits);
        spans.push(Span { range: from..digits, class: Class::Number });
        spans.extend(unit.map(|end| Span { range: digits..end, class: Class::Unit }));
        let end = unit.unwrap_or(digits);
        let behind = bytes.get(end).copied().unwrap_or(b' ');
        if unit.is_some() && behind.is_ascii_digit() {
            from = end;
            continue;
        }
        let joined = behind == b'-' && bytes.get(end + 1).is_some_and(u8::is_ascii_alphabetic);
        if behind.is_ascii_alphanumeric() || behind == b'_' || behind >= 0x80 || joined {
            break;
        }
        let spaced = if unit.is_none() && behind == b' ' { spaced(bytes, end + 1) } else { None };
        spans.extend(spaced.map(|unit| Span { range: end + 1..unit, class: Class::Unit }));
        return Some(spaced.unwrap_or(end));
    }
    spans.truncate(before);
    None
}

/// The end of digits with points between them (a decimal or a version) and an exponent.
fn digits_end(bytes: &[u8], at: usize) -> usize {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = at;
    while digit(end) || (bytes.get(end) == Some(&b'.') && end > at && digit(end + 1)) {
        end += 1;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let from = end + 1 + sign;
        let exponent =
            bytes[from.min(bytes.len())..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
        if exponent > 0 && !bytes.get(from + exponent).is_some_and(u8::is_ascii_alphanumeric) {
            return from + exponent;
        }
    }
    end
}

/// The letters at `at`, or a percent sign, with their end; a micro sign is taken for the letter `u`.
fn letters(bytes: &[u8], at: usize) -> ([u8; LONGEST], usize, usize) {
    let (mut letters, mut len, mut end) = ([0; LONGEST], 0, at);
    while len < LONGEST {
        let (letter, size) = match bytes.get(end..) {
            Some([b'%', ..]) if len == 0 => (b'%', 1),
            Some([letter, ..]) if letter.is_ascii_alphabetic() => (*letter, 1),
            Some([0xC2, 0xB5, ..] | [0xCE, 0xBC, ..]) => (b'u', 2),
            _ => break,
        };
        letters[len] = letter;
        len += 1;
        end += size;
        if letter == b'%' {
            break;
        }
    }
    (letters, len, end)
}

/// The unit at `at` with its end, and whether a blank may stand before it.
fn unit(bytes: &[u8], at: usize) -> Option<(usize, bool)> {
    let (letters, len, end) = letters(bytes, at);
    if len == 0 {
        return None;
    }
    let found = UNITS.binary_search_by(|(name, _)| name.cmp(&&letters[..len])).ok()?;
    Some((per(bytes, end), UNITS[found].1))
}

/// The end of a unit right at `at`.
fn adjacent(bytes: &[u8], at: usize) -> Option<usize> {
    let first = bytes.get(at)?;
    let letter = first.is_ascii_alphabetic() || matches!(first, b'%' | 0xC2 | 0xCE);
    letter.then(|| unit(bytes, at).map(|(end, _)| end)).flatten()
}

/// The end of a unit at `at`, behind the blank that follows its number.
fn spaced(bytes: &[u8], at: usize) -> Option<usize> {
    let (end, blank) = unit(bytes, at)?;
    let behind = bytes.get(end).copied().unwrap_or(b' ');
    let word =
        behind.is_ascii_alphanumeric() || matches!(behind, b'_' | b'-' | b'=' | b'/') || behind >= 0x80;
    (blank && !word).then_some(end)
}

/// The end of `/s` and the like at `at`, or `at`.
fn per(bytes: &[u8], at: usize) -> usize {
    if bytes.get(at) != Some(&b'/') {
        return at;
    }
    let (letters, len, end) = letters(bytes, at + 1);
    let word = bytes.get(end).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b == b'/');
    if PER.contains(&&letters[..len]) && !word { end } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_in_order() {
        assert!(UNITS.is_sorted_by(|a, b| a.0 < b.0));
    }
}
