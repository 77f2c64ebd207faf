//! A style in words, as in `-H 'REGEX=bold red on white'`.

use ratatui::style::{Color, Modifier, Style};

use super::color::{ANSI, of_256};
use crate::core::near::nearest;

/// Why words are no style: a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StyleError(String);

/// The names of the 16 colours in the order of their numbers.
const COLORS: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

/// Other names people use.
const ALIASES: [(&str, u8); 4] = [("gray", 8), ("grey", 8), ("purple", 5), ("orange", 208)];

const ATTRIBUTES: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underline", Modifier::UNDERLINED),
    ("reverse", Modifier::REVERSED),
];

/// Reads a style: words separated by blanks, each an attribute (`bold`, `dim`, `italic`, `underline`,
/// `reverse`) or a colour (a name such as `red` or `bright-red`, a number from 0 to 255, `#rrggbb`); the
/// colour behind `on` is the background.
///
/// # Errors
/// When a word is none of these (the nearest is suggested), a colour is given twice, or nothing is.
pub fn style(words: &str) -> Result<Style, StyleError> {
    let mut style = Style::default();
    let mut list = words.split_ascii_whitespace();
    while let Some(word) = list.next() {
        let lower = word.to_ascii_lowercase();
        if let Some((_, modifier)) = ATTRIBUTES.iter().find(|(name, _)| *name == lower) {
            style = style.add_modifier(*modifier);
        } else if lower == "on" {
            let Some(word) = list.next() else {
                return Err(StyleError("a colour is missing behind `on`, as in `on blue`".to_owned()));
            };
            let bg = color(word)?;
            if style.bg.replace(bg).is_some() {
                return Err(StyleError(format!("`on {word}` is a second background; give one")));
            }
        } else {
            let fg = color(word)?;
            if style.fg.replace(fg).is_some() {
                return Err(StyleError(format!(
                    "`{word}` is a second colour; for a background write `on {word}`"
                )));
            }
        }
    }
    if style == Style::default() {
        return Err(StyleError("a style is missing, such as `red` or `bold yellow on blue`".to_owned()));
    }
    Ok(style)
}

fn color(word: &str) -> Result<Color, StyleError> {
    let lower = word.to_ascii_lowercase();
    if let Some(hex) = lower.strip_prefix('#') {
        let digits = hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let parsed = digits.then(|| u32::from_str_radix(hex, 16).ok()).flatten();
        let Some([_, r, g, b]) = parsed.map(u32::to_be_bytes) else {
            return Err(StyleError(format!(
                "`{word}` is no colour: `#` takes six hexadecimal digits, as in `#ff8800`"
            )));
        };
        return Ok(Color::Rgb(r, g, b));
    }
    if lower.bytes().all(|byte| byte.is_ascii_digit()) {
        return lower
            .parse()
            .map(of_256)
            .map_err(|_| StyleError(format!("`{word}` is no colour: the numbers go from 0 to 255")));
    }
    let name = lower.replace('_', "-");
    let name = name.strip_prefix("light-").map_or(name.clone(), |rest| format!("bright-{rest}"));
    if let Some((_, n)) = ALIASES.iter().find(|(alias, _)| *alias == name) {
        return Ok(of_256(*n));
    }
    match COLORS.iter().position(|color| *color == name) {
        Some(n) => Ok(ANSI[n]),
        None => Err(unknown(word, &name)),
    }
}

fn unknown(word: &str, name: &str) -> StyleError {
    let names = COLORS.iter().copied().chain(ATTRIBUTES.iter().map(|(name, _)| *name));
    let names: Vec<&str> = names.collect();
    StyleError(match nearest(name, &names) {
        Some(known) => format!("`{word}` is no colour or attribute; did you mean `{known}`?"),
        None => format!(
            "`{word}` is no colour or attribute: give a name such as `red`, `bright-blue` or `bold`, a \
             number from 0 to 255, or `#rrggbb`"
        ),
    })
}
