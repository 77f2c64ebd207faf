//! Zones as they stand behind a time.

use super::digits::{byte, two};

/// `Z`, `+01:00`, `+0100`, `-05`, or behind a blank also a name: seconds east of Greenwich.
#[inline]
pub(super) fn offset(bytes: &[u8], at: usize) -> Option<(i32, usize)> {
    match byte(bytes, at) {
        b'Z' | b'z' => Some((0, at + 1)),
        b'+' | b'-' => numbers(bytes, at, false),
        b' ' => match byte(bytes, at + 1) {
            b'+' | b'-' => numbers(bytes, at + 1, true),
            b'A'..=b'Z' => name(bytes, at + 1),
            _ => None,
        },
        _ => None,
    }
}

/// `whole` when hours alone are no offset.
fn numbers(bytes: &[u8], at: usize, whole: bool) -> Option<(i32, usize)> {
    let hours = two(bytes, at + 1).filter(|hours| *hours <= 14)?;
    let colon = usize::from(byte(bytes, at + 3) == b':');
    let minutes = two(bytes, at + 3 + colon).filter(|minutes| *minutes < 60);
    let end = match minutes {
        Some(_) => at + 5 + colon,
        None if whole || colon == 1 => return None,
        None => at + 3,
    };
    let seconds = (i32::from(hours) * 60 + i32::from(minutes.unwrap_or(0))) * 60;
    let end = end + place(&bytes[end.min(bytes.len())..]);
    Some((if bytes[at] == b'-' { -seconds } else { seconds }, end))
}

/// The length of a name in brackets behind an offset, as Java writes it: `[Europe/Berlin]`.
fn place(bytes: &[u8]) -> usize {
    if bytes.first() != Some(&b'[') {
        return 0;
    }
    let name = &bytes[1..bytes.len().min(40)];
    let len =
        name.iter().take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'_')).count();
    if name[..len].contains(&b'/') && name.get(len) == Some(&b']') { len + 2 } else { 0 }
}

/// Zones by name that mean one thing only: minutes east of Greenwich.
const ZONES: [(&[u8], i32); 27] = [
    (b"UTC", 0),
    (b"GMT", 0),
    (b"Z", 0),
    (b"WET", 0),
    (b"WEST", 60),
    (b"CET", 60),
    (b"CEST", 120),
    (b"EET", 120),
    (b"EEST", 180),
    (b"MSK", 180),
    (b"EST", -300),
    (b"EDT", -240),
    (b"CDT", -300),
    (b"MDT", -360),
    (b"MST", -420),
    (b"PST", -480),
    (b"PDT", -420),
    (b"AKST", -540),
    (b"HST", -600),
    (b"JST", 540),
    (b"KST", 540),
    (b"HKT", 480),
    (b"SGT", 480),
    (b"AEST", 600),
    (b"AEDT", 660),
    (b"NZST", 720),
    (b"NZDT", 780),
];

fn name(bytes: &[u8], at: usize) -> Option<(i32, usize)> {
    let rest = &bytes[at..];
    let len = rest.iter().take(5).take_while(|byte| byte.is_ascii_uppercase()).count();
    if rest.get(len).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
        return None;
    }
    let (_, minutes) = ZONES.iter().find(|(name, _)| *name == &rest[..len])?;
    Some((minutes * 60, at + len))
}
