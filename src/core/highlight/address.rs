//! What names a place or a thing: IP addresses, UUIDs, hexadecimal numbers, URLs and paths. Each reader
//! takes the bytes and where a token begins, and gives the position behind it.

use std::net::Ipv6Addr;

/// Whether a token ends before `byte`.
fn ends(byte: Option<&u8>) -> bool {
    !byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80)
}

/// Digits at `at`, at most `most`, with their end.
fn digits(bytes: &[u8], at: usize, most: usize) -> Option<(u32, usize)> {
    let from = bytes.get(at..)?;
    let len = from.iter().take(most + 1).take_while(|byte| byte.is_ascii_digit()).count();
    if len == 0 || len > most {
        return None;
    }
    let value = from[..len].iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    Some((value, at + len))
}

/// `8-4-4-4-12` hexadecimal digits.
pub(super) fn uuid(bytes: &[u8], at: usize) -> Option<usize> {
    let id = bytes.get(at..at + 36)?;
    let fits = id.iter().enumerate().all(|(i, byte)| match i {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    (fits && ends(bytes.get(at + 36)) && bytes.get(at + 36) != Some(&b'-')).then_some(at + 36)
}

/// `a.b.c.d` with a port or a prefix length.
pub(super) fn ipv4(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at;
    for part in 0..4 {
        if part > 0 {
            if bytes.get(end) != Some(&b'.') {
                return None;
            }
            end += 1;
        }
        let (value, next) = digits(bytes, end, 3)?;
        if value > 255 {
            return None;
        }
        end = next;
    }
    let more = bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric);
    if more || !ends(bytes.get(end)) {
        return None;
    }
    Some(suffix(bytes, end, b':', 65_535).or_else(|| suffix(bytes, end, b'/', 32)).unwrap_or(end))
}

/// The end of `sign` and a number up to `most` at `at`.
fn suffix(bytes: &[u8], at: usize, sign: u8, most: u32) -> Option<usize> {
    if bytes.get(at) != Some(&sign) {
        return None;
    }
    let (value, end) = digits(bytes, at + 1, 5)?;
    (value <= most && ends(bytes.get(end))).then_some(end)
}

/// An IPv6 address with its prefix length; it must have a digit, so that `a::b` is left to programs.
pub(super) fn ipv6(bytes: &[u8], at: usize) -> Option<usize> {
    const LONGEST: usize = 45;
    let from = &bytes[at..];
    let part = |byte: &&u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let len = from.iter().take(LONGEST + 1).take_while(part).count();
    if len > LONGEST || from[..len].iter().filter(|byte| **byte == b':').count() < 2 {
        return None;
    }
    let valid = |len: usize| {
        let text = std::str::from_utf8(from.get(..len)?).ok()?;
        (text.parse::<Ipv6Addr>().is_ok() && text.bytes().any(|byte| byte.is_ascii_digit())).then_some(len)
    };
    // A colon or a point behind it may belong to the sentence.
    let len = valid(len).or_else(|| valid(len.checked_sub(1)?))?;
    let end = at + len;
    if !ends(bytes.get(end)) {
        return None;
    }
    Some(suffix(bytes, end, b'/', 128).unwrap_or(end))
}

/// `[address]:port`, from its bracket.
pub(super) fn bracketed_ipv6(bytes: &[u8], at: usize) -> Option<usize> {
    let end = ipv6(bytes, at + 1)?;
    if bytes.get(end) != Some(&b']') {
        return None;
    }
    suffix(bytes, end + 1, b':', 65_535)
}

/// Six pairs of hexadecimal digits with colons between.
pub(super) fn mac(bytes: &[u8], at: usize) -> Option<usize> {
    let id = bytes.get(at..at + 17)?;
    let fits = id.iter().enumerate().all(|(i, byte)| match i % 3 {
        2 => *byte == b':',
        _ => byte.is_ascii_hexdigit(),
    });
    (fits && ends(bytes.get(at + 17)) && bytes.get(at + 17) != Some(&b':')).then_some(at + 17)
}

/// Whether a whole word of letters and digits is a hexadecimal number: behind `0x`, or eight digits or
/// more with letters among them (thirty-two or more may do without).
pub(super) fn is_hex(word: &[u8]) -> bool {
    if let [b'0', b'x' | b'X', digits @ ..] = word {
        return !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
    }
    if word.len() < 8 || !word.iter().all(u8::is_ascii_hexdigit) {
        return false;
    }
    let letters = word.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    word.len() >= 32 || (letters > 0 && letters < word.len())
}

/// The end of a URL whose `://` stands at `colon`; the closing punctuation of a sentence is no part of it.
pub(super) fn url(bytes: &[u8], colon: usize) -> Option<usize> {
    if !bytes[colon..].starts_with(b"://") {
        return None;
    }
    let from = colon + 3;
    let stop = |byte: &u8| {
        matches!(byte, 0..=b' ' | b'"' | b'<' | b'>' | b'|' | b'\\' | b'^' | b'`' | b'{' | b'}' | 0x7f)
    };
    let mut end = from + bytes[from..].iter().position(stop).unwrap_or(bytes.len() - from);
    let mut open = bytes[from..end].iter().filter(|byte| matches!(byte, b'(' | b'[')).count();
    let mut close = bytes[from..end].iter().filter(|byte| matches!(byte, b')' | b']')).count();
    while end > from {
        match bytes[end - 1] {
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' => {}
            b')' | b']' if close > open => close -= 1,
            b'(' | b'[' => open = open.saturating_sub(1),
            _ => break,
        }
        end -= 1;
    }
    (end > from).then_some(end)
}

/// A path from its first byte: `/x`, `./x`, `../x`, `~/x`. It must have a letter, and soon.
pub(super) fn path(bytes: &[u8], at: usize) -> Option<usize> {
    const SOON: usize = 64;
    let from = &bytes[at..];
    let root = [&b"/"[..], b"./", b"../", b"~/"].into_iter().find(|root| from.starts_with(root))?.len();
    let mut query = false;
    let inside = |byte: &&u8| {
        query |= **byte == b'?';
        byte.is_ascii_alphanumeric()
            || **byte >= 0x80
            || matches!(byte, b'/' | b'.' | b'_' | b'-' | b'+' | b'@' | b'%' | b'~' | b'#' | b'*' | b'?')
            || (query && matches!(byte, b'=' | b'&' | b':' | b',' | b'[' | b']'))
    };
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80;
    if from.get(root) == Some(&b'/') || !from[root..].iter().take(SOON).any(letter) {
        return None;
    }
    let len = root + from[root..].iter().take_while(inside).count();
    let path = from[..len].trim_end_of(b".,:?*#");
    path[root..].iter().any(letter).then_some(at + path.len())
}

/// A path of Windows from its drive letter (`C:\x`) or its server (`\\server\x`).
pub(super) fn windows_path(bytes: &[u8], at: usize) -> Option<usize> {
    let from = &bytes[at..];
    let root = match from {
        [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic() => 3,
        [b'\\', b'\\', server, ..] if server.is_ascii_alphanumeric() => 2,
        _ => return None,
    };
    let inside = |byte: &&u8| {
        !matches!(
            byte,
            0..=b' ' | b'"' | b'\'' | b'<' | b'>' | b'|' | b'*' | b'?' | b':' | b',' | b';' | 0x7f
        )
    };
    let len = from[root..].iter().take_while(inside).count();
    let rest = from[root..root + len].trim_end_of(b".)]");
    Some(at + root + rest.len())
}

trait TrimEnd {
    fn trim_end_of(&self, bytes: &[u8]) -> &[u8];
}

impl TrimEnd for [u8] {
    /// Without the bytes at its end that are among `bytes`.
    fn trim_end_of(&self, bytes: &[u8]) -> &[u8] {
        let kept = self.iter().rposition(|byte| !bytes.contains(byte)).map_or(0, |at| at + 1);
        &self[..kept]
    }
}
