//! What names a level: words, letters, signs and numbers, each where its format has one. Which place in a line
//! speaks for it is not known here, but for the beginning of a message.

use super::line::Level;

/// The level `word` names, in any case.
pub(super) fn named(word: &[u8]) -> Option<Level> {
    let mut lower = [0; 13];
    let lower = lower.get_mut(..word.len())?;
    for (to, from) in lower.iter_mut().zip(word) {
        *to = from | 0x20;
    }
    let (first, rest) = lower.split_first()?;
    Some(match first {
        b'i' if matches!(rest, b"nfo" | b"nf" | b"nformation" | b"nformational") => Level::Info,
        b'w' if matches!(rest, b"arn" | b"arning" | b"rn" | b"rning") => Level::Warn,
        b'e' => match rest {
            b"rror" | b"rr" | b"rro" | b"ror" => Level::Error,
            b"merg" | b"mergency" => Level::Fatal,
            _ => return None,
        },
        b'd' => match rest {
            b"ebug" | b"bg" | b"ebu" | b"ebg" | [b'e', b'b', b'u', b'g', b'1'..=b'5'] => Level::Debug,
            b"efault" => Level::Info,
            b"panic" => Level::Fatal,
            _ => return None,
        },
        b't' if matches!(rest, b"race" | b"rc" | b"rac") => Level::Trace,
        b'f' => match rest {
            b"atal" | b"tl" | b"ata" | b"ault" => Level::Fatal,
            b"ine" => Level::Debug,
            b"iner" | b"inest" => Level::Trace,
            b"ail" => Level::Error,
            _ => return None,
        },
        b'c' => match rest {
            b"ritical" | b"rit" => Level::Fatal,
            b"onfig" => Level::Debug,
            _ => return None,
        },
        b's' => match rest {
            b"evere" => Level::Error,
            b"ystem" | b"uccess" => Level::Info,
            _ => return None,
        },
        b'a' if matches!(rest, b"lert") => Level::Fatal,
        b'p' if matches!(rest, b"anic" | b"ani") => Level::Fatal,
        b'v' if matches!(rest, b"erbose") => Level::Debug,
        b'n' if matches!(rest, b"otice" | b"ote") => Level::Info,
        b'l' if matches!(rest, b"og") => Level::Info,
        b'a' if matches!(rest, b"udit") => Level::Info,
        _ => return None,
    })
}

/// The level `word` names where it stands alone in the header of a line, which ordinary words may do as well.
/// Those that are words of a sentence more often than levels are left out.
pub(super) fn plain(word: &[u8]) -> Option<Level> {
    const WORDS: [&[u8]; 11] = [
        b"note", b"log", b"default", b"system", b"success", b"audit", b"fine", b"config", b"fault",
        b"verbose", b"fail",
    ];
    named(word).filter(|_| !WORDS.iter().any(|ordinary| word.eq_ignore_ascii_case(ordinary)))
}

/// The level of one capital letter, as glog, logcat, MongoDB and Ruby write it.
pub(super) fn lettered(letter: u8) -> Option<Level> {
    Some(match letter {
        b'V' | b'T' => Level::Trace,
        b'D' => Level::Debug,
        b'I' => Level::Info,
        b'W' => Level::Warn,
        b'E' => Level::Error,
        b'F' | b'C' | b'A' => Level::Fatal,
        _ => return None,
    })
}

/// The level of a sign, as Redis writes it.
pub(super) fn signed(sign: u8) -> Option<Level> {
    Some(match sign {
        b'.' | b'-' => Level::Debug,
        b'*' => Level::Info,
        b'#' => Level::Warn,
        _ => return None,
    })
}

/// The level of a severity of syslog, 0 to 7.
pub(super) fn severity(number: u32) -> Option<Level> {
    Some(match number {
        0..=2 => Level::Fatal,
        3 => Level::Error,
        4 => Level::Warn,
        5 | 6 => Level::Info,
        7 => Level::Debug,
        _ => return None,
    })
}

/// The level of a number that grows with what is at stake: bunyan and pino count tens from 10, Monolog hundreds
/// from 100.
pub(super) fn counted(number: u32) -> Option<Level> {
    Some(match number {
        10..20 => Level::Trace,
        20..30 => Level::Debug,
        30..40 => Level::Info,
        40..50 => Level::Warn,
        50..60 => Level::Error,
        60..70 => Level::Fatal,
        100 => Level::Debug,
        200 | 250 => Level::Info,
        300 => Level::Warn,
        400 => Level::Error,
        500 | 550 | 600 => Level::Fatal,
        _ => return None,
    })
}

/// The level of Python's `levelno`.
pub(super) fn python(number: u32) -> Option<Level> {
    counted(number + 10).filter(|_| (10..60).contains(&number))
}

/// The level of OpenTelemetry's severity number, 1 to 24.
pub(super) fn telemetry(number: u32) -> Option<Level> {
    Some(match number {
        1..=4 => Level::Trace,
        5..=8 => Level::Debug,
        9..=12 => Level::Info,
        13..=16 => Level::Warn,
        17..=20 => Level::Error,
        21..=24 => Level::Fatal,
        _ => return None,
    })
}

/// The level that `text` begins with, where text begins that may be a message already: in brackets
/// (`[error]`, `<warn>`), before a colon (`Error: `), or in capitals (`ERROR `). Gives also where the message
/// goes on.
///
/// `error: 0` and `Errors: none` count something and claim nothing.
pub(super) fn prefix(text: &[u8]) -> Option<(Level, usize)> {
    let opening = *text.first()?;
    let open = usize::from(matches!(opening, b'[' | b'<' | b'('));
    let len = text[open..].iter().take(14).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if len < 3 {
        return None;
    }
    let word = &text[open..open + len];
    let level = plain(word)?;
    let mut end = open + len;
    let next = text.get(end).copied().unwrap_or(b' ');
    if open == 1 {
        let padding = text[end..].iter().take(8).take_while(|byte| **byte == b' ').count();
        end += padding;
        let closing = match opening {
            b'[' => b']',
            b'<' => b'>',
            _ => b')',
        };
        return (text.get(end) == Some(&closing)).then(|| (level, behind(text, end + 1)));
    }
    let shouted = word.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    match next {
        b':' if text.get(end + 1).is_none_or(|byte| *byte == b' ' || *byte == b'\t') => {
            let from = behind(text, end);
            (!counts(&text[from.min(text.len())..])).then_some((level, from))
        }
        b' ' | b'\t' if shouted && claims(&text[end..]) => Some((level, behind(text, end))),
        b'|' if shouted => Some((level, behind(text, end))),
        _ => None,
    }
}

/// Where text goes on behind a level: signs that only part the two are passed over.
fn behind(text: &[u8], at: usize) -> usize {
    let rest = text[at.min(text.len())..].iter();
    let passed = rest.take_while(|byte| matches!(byte, b' ' | b'\t' | b':' | b'|')).count();
    at.min(text.len()) + passed
}

/// Whether what stands behind `error: ` is a number or "nothing".
pub(super) fn counts(value: &[u8]) -> bool {
    let len = value.iter().take(8).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let (word, next) = (&value[..len], value.get(len).copied().unwrap_or(b' '));
    let ends = matches!(next, b' ' | b',' | b';' | b'.' | b')');
    let nothing = [&b"none"[..], b"nil", b"null", b"false", b"no", b"off"];
    let nothing =
        nothing.iter().any(|no| word.eq_ignore_ascii_case(no)) && (word.len() > 2 || value.len() == len);
    ends && len > 0 && (word.iter().all(u8::is_ascii_digit) || nothing)
}

/// Whether a word in capitals stands alone, rather than in a sentence in capitals: `ERROR CODE 5`, `INFO = 3`.
fn claims(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    let word = rest.iter().take(24).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let shouted = word > 1 && rest[..word].iter().all(u8::is_ascii_uppercase);
    let ends = !rest
        .get(word)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.' | b'-' | b'_' | b']'));
    let sign = matches!(rest, [b'=' | b'/', b' ', ..]);
    !(sign || shouted && ends)
}
