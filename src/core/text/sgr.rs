//! SGR sequences (`ESC [ … m`), the only escapes of a log that are understood.

use crate::core::span::{Color, Sgr};

/// The byte an escape sequence begins with.
pub(super) const ESC: u8 = 0x1b;

/// The SGR sequence at the start of `bytes`, from its escape to its `m`; `None` for anything else, also
/// for private sequences like `ESC [ ? 1 m`.
pub(super) fn sequence(bytes: &[u8]) -> Option<&[u8]> {
    let parameters = bytes.strip_prefix(&[ESC, b'['])?;
    let end = parameters.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b';' | b':'))?;
    (parameters[end] == b'm').then(|| &bytes[..end + 3])
}

/// What holds after `sequence`, if `before` held before it. Parameters that are unknown, or that would
/// hide text or make it blink, change nothing.
pub(super) fn apply(before: Sgr, sequence: &[u8]) -> Sgr {
    let mut sgr = before;
    let parameters = &sequence[2..sequence.len() - 1];
    let mut fields = parameters.split(|byte| *byte == b';');
    while let Some(field) = fields.next() {
        let mut parts = field.split(|byte| *byte == b':').map(number);
        let code = parts.next().flatten().unwrap_or(0);
        let colons = field.contains(&b':');
        match code {
            38 | 48 | 58 => {
                let color =
                    if colons { colon_color(&parts.collect::<Vec<_>>()) } else { plain_color(&mut fields) };
                match (code, color) {
                    (38, Some(color)) => sgr.fg = Some(color),
                    (48, Some(color)) => sgr.bg = Some(color),
                    _ => {}
                }
            }
            4 if colons => sgr.underline = parts.next().flatten() != Some(0),
            _ if !colons => simple(&mut sgr, code),
            _ => {}
        }
    }
    sgr
}

/// A parameter that stands for itself.
fn simple(sgr: &mut Sgr, code: u16) {
    // Every arm narrows `code` to what fits a byte.
    let ansi = |from: u16, to: u8| Some(Color::Ansi((code - from) as u8 + to));
    match code {
        0 => *sgr = Sgr::default(),
        1 => sgr.bold = true,
        2 => sgr.dim = true,
        3 => sgr.italic = true,
        4 | 21 => sgr.underline = true,
        7 => sgr.reverse = true,
        22 => (sgr.bold, sgr.dim) = (false, false),
        23 => sgr.italic = false,
        24 => sgr.underline = false,
        27 => sgr.reverse = false,
        30..=37 => sgr.fg = ansi(30, 0),
        39 => sgr.fg = None,
        40..=47 => sgr.bg = ansi(40, 0),
        49 => sgr.bg = None,
        90..=97 => sgr.fg = ansi(90, 8),
        100..=107 => sgr.bg = ansi(100, 8),
        _ => {}
    }
}

/// The colour behind `38;`: `5;n` or `2;r;g;b`, taken from the fields that follow.
fn plain_color<'a>(fields: &mut impl Iterator<Item = &'a [u8]>) -> Option<Color> {
    let mut next = || fields.next().map(number);
    match next()?? {
        5 => indexed(next()?),
        2 => rgb([next()?, next()?, next()?]),
        _ => None,
    }
}

/// The colour behind `38:`: `5:n`, `2:r:g:b`, or `2:space:r:g:b` with or without more behind it.
fn colon_color(parts: &[Option<u16>]) -> Option<Color> {
    match *parts {
        [Some(5), n, ..] => indexed(n),
        [Some(2), r, g, b] => rgb([r, g, b]),
        [Some(2), _, r, g, b, ..] => rgb([r, g, b]),
        _ => None,
    }
}

fn indexed(n: Option<u16>) -> Option<Color> {
    let n = u8::try_from(n.unwrap_or(0)).ok()?;
    Some(if n < 16 { Color::Ansi(n) } else { Color::Indexed(n) })
}

fn rgb(parts: [Option<u16>; 3]) -> Option<Color> {
    let [r, g, b] = parts.map(|part| u8::try_from(part.unwrap_or(0)).ok());
    Some(Color::Rgb(r?, g?, b?))
}

/// A decimal parameter; `None` when it is empty. What is too large stays too large.
fn number(digits: &[u8]) -> Option<u16> {
    let add = |n: u16, digit: &u8| n.saturating_mul(10).saturating_add(u16::from(digit - b'0'));
    (!digits.is_empty()).then(|| digits.iter().fold(0, add))
}
