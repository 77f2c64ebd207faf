//! A look in words, as in `-H 'REGEX=bold red on white'` and in themes, and as plain data.

use crate::core::near::nearest;
use crate::core::span::Color;

/// How something looks, on any terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Look {
    /// Foreground.
    pub fg: Option<Ink>,
    /// Background.
    pub bg: Option<Ink>,
    /// Which of [`ATTRIBUTES`] it has, a bit each.
    pub attributes: u8,
}

/// A colour, by what the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ink {
    /// Where there are the 16 of the terminal's palette.
    pub few: Color,
    /// Where there are 256 or more.
    pub many: Color,
}

/// Why words are no look: a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LookError(String);

/// Attributes in the order of their bits.
pub const ATTRIBUTES: [&str; 5] = ["bold", "dim", "italic", "underline", "reverse"];

/// The word for no look at all.
const PLAIN: &str = "plain";

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

impl Look {
    /// The look of `other` over this one.
    #[must_use]
    pub fn patched(self, other: Look) -> Look {
        Look {
            fg: other.fg.or(self.fg),
            bg: other.bg.or(self.bg),
            attributes: self.attributes | other.attributes,
        }
    }

    /// Whether it has one of [`ATTRIBUTES`].
    pub fn has(self, attribute: usize) -> bool {
        self.attributes & 1 << attribute != 0
    }
}

/// Reads a look: words separated by blanks, each an attribute (`bold`, `dim`, `italic`, `underline`,
/// `reverse`) or a colour (a name such as `red` or `bright-red`, a number from 0 to 255, `#rrggbb`, or two of
/// them as `red/167`, where the second is for terminals of 256 colours and more); the colour behind `on` is the
/// background. `plain` alone is no look at all.
///
/// # Errors
/// When a word is none of these (the nearest is suggested), a colour is given twice, or nothing is.
pub fn look(words: &str) -> Result<Look, LookError> {
    look_by(words, &[], |_| None)
}

/// [`look`] where words may also be names of looks, of which `known` are suggested.
///
/// # Errors
/// As [`look`].
pub fn look_by(words: &str, known: &[&str], named: impl Fn(&str) -> Option<Look>) -> Result<Look, LookError> {
    if words.trim() == PLAIN {
        return Ok(Look::default());
    }
    let mut look = Look::default();
    let mut own = Look::default();
    let mut list = words.split_ascii_whitespace().peekable();
    if list.peek().is_none() {
        return Err(LookError("a style is missing, such as `red` or `bold yellow on blue`".to_owned()));
    }
    while let Some(word) = list.next() {
        let lower = word.to_ascii_lowercase();
        if let Some(bit) = ATTRIBUTES.iter().position(|name| *name == lower) {
            own.attributes |= 1 << bit;
        } else if lower == "on" {
            let Some(word) = list.next() else {
                return Err(LookError("a colour is missing behind `on`, as in `on blue`".to_owned()));
            };
            if own.bg.replace(ink(word, None)?).is_some() {
                return Err(LookError(format!("`on {word}` is a second background; give one")));
            }
        } else if let Some(other) = named(&lower) {
            look = look.patched(other);
        } else if own.fg.replace(ink(word, Some(known))?).is_some() {
            return Err(LookError(format!(
                "`{word}` is a second colour; for a background write `on {word}`"
            )));
        }
    }
    Ok(look.patched(own))
}

/// Whether a word means something by itself, so that no look can be called so.
pub fn is_taken(name: &str) -> bool {
    name == PLAIN || name == "on" || ATTRIBUTES.contains(&name) || ink(name, None).is_ok()
}

/// The colour that a word stands for. Where the word may also be an attribute or the name of a look, `known` are those
/// names; behind `on` and on either side of a `/` only a colour may stand.
fn ink(word: &str, known: Option<&[&str]>) -> Result<Ink, LookError> {
    let Some((few, many)) = word.split_once('/') else {
        let color = color(word, known)?;
        return Ok(Ink { few: color, many: color });
    };
    if few.is_empty() || many.is_empty() {
        let side = if few.is_empty() { "before" } else { "behind" };
        return Err(LookError(format!("a colour is missing {side} `/` in `{word}`, as in `red/167`")));
    }
    Ok(Ink { few: color(few, None)?, many: color(many, None)? })
}

fn color(word: &str, known: Option<&[&str]>) -> Result<Color, LookError> {
    let lower = word.to_ascii_lowercase();
    if let Some(hex) = lower.strip_prefix('#') {
        let digits = hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let parsed = digits.then(|| u32::from_str_radix(hex, 16).ok()).flatten();
        let Some([_, r, g, b]) = parsed.map(u32::to_be_bytes) else {
            return Err(LookError(format!(
                "`{word}` is no colour: `#` takes six hexadecimal digits, as in `#ff8800`"
            )));
        };
        return Ok(Color::Rgb(r, g, b));
    }
    if !lower.is_empty() && lower.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = lower.parse().map(of_256);
        return number.map_err(|_| LookError(format!("`{word}` is no colour: the numbers go from 0 to 255")));
    }
    let name = lower.replace('_', "-");
    let name = name.strip_prefix("light-").map_or(name.clone(), |rest| format!("bright-{rest}"));
    if let Some((_, n)) = ALIASES.iter().find(|(alias, _)| *alias == name) {
        return Ok(of_256(*n));
    }
    match COLORS.iter().zip(0..).find(|(color, _)| **color == name) {
        Some((_, n)) => Ok(Color::Ansi(n)),
        None => Err(unknown(word, &name, known)),
    }
}

fn of_256(n: u8) -> Color {
    if n < 16 { Color::Ansi(n) } else { Color::Indexed(n) }
}

fn unknown(word: &str, name: &str, known: Option<&[&str]>) -> LookError {
    let colors = COLORS.into_iter().chain(ALIASES.map(|(alias, _)| alias));
    let others = known.iter().flat_map(|known| ATTRIBUTES.iter().chain(*known).copied());
    let names: Vec<&str> = colors.chain(others).collect();
    let (what, such) = match known {
        None => ("colour", "`red` or `bright-blue`"),
        Some([]) => ("colour or attribute", "`red`, `bright-blue` or `bold`"),
        Some(_) => ("colour, attribute or style", "`red`, `bright-blue` or `bold`"),
    };
    LookError(match nearest(name, &names).filter(|_| name.len() > 2) {
        Some(near) => format!("`{word}` is no {what}; did you mean `{near}`?"),
        None => {
            format!("`{word}` is no {what}: give a name such as {such}, a number from 0 to 255, or `#rrggbb`")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Look {
        look(words).unwrap()
    }

    fn wrong(words: &str) -> String {
        look(words).unwrap_err().to_string()
    }

    fn of(fg: Color) -> Look {
        Look { fg: Some(Ink { few: fg, many: fg }), ..Look::default() }
    }

    #[test]
    fn looks_are_read_from_words() {
        assert_eq!(read("red"), of(Color::Ansi(1)));
        assert_eq!(read("light_green"), of(Color::Ansi(10)));
        assert_eq!(read("white"), of(Color::Ansi(7)));
        assert_eq!(read("#FF8800"), of(Color::Rgb(255, 136, 0)));
        let blue = Ink { few: Color::Ansi(4), many: Color::Ansi(4) };
        let loud = Look { bg: Some(blue), attributes: 1, ..of(Color::Ansi(9)) };
        assert_eq!(read("bold Bright-Red on BLUE"), loud);
        assert_eq!(read("208 on 3").fg, of(Color::Indexed(208)).fg);
        assert_eq!(read("dim italic underline reverse").attributes, 0b11110);
        assert_eq!(read("red/167").fg, Some(Ink { few: Color::Ansi(1), many: Color::Indexed(167) }));
        assert_eq!(read("plain"), Look::default());
    }

    #[test]
    fn names_of_looks_are_words_too_and_what_is_said_beside_them_counts_more() {
        let named = |name: &str| (name == "alert").then(|| read("bold red on white"));
        let alert = look_by("underline Alert blue", &["alert"], named).unwrap();
        assert_eq!(alert, read("underline bold blue on white"));
        let wrong = look_by("alret", &["alert"], named).unwrap_err().to_string();
        assert_eq!(wrong, "`alret` is no colour, attribute or style; did you mean `alert`?");
        for words in ["on alert", "red on bold", "red/alert"] {
            let wrong = look_by(words, &["alert"], named).unwrap_err().to_string();
            assert!(wrong.contains("` is no colour: give a name such as `red` or"), "{wrong}");
        }
        assert!(
            is_taken("red") && is_taken("bold") && is_taken("7") && is_taken("plain") && !is_taken("alert")
        );
    }

    #[test]
    fn mistakes_are_named_with_the_nearest_word() {
        assert_eq!(wrong("rde"), "`rde` is no colour or attribute; did you mean `red`?");
        assert_eq!(
            wrong("bold brigth-blue"),
            "`brigth-blue` is no colour or attribute; did you mean `bright-blue`?"
        );
        assert_eq!(wrong("undreline"), "`undreline` is no colour or attribute; did you mean `underline`?");
        assert!(wrong("sparkling").contains("give a name such as"));
        assert!(wrong("256").contains("from 0 to 255"));
        assert!(wrong("99999999999999999999").contains("from 0 to 255"));
        assert!(wrong("#ff88").contains("six hexadecimal digits"));
        assert!(wrong("#+12345").contains("six hexadecimal digits"));
        assert!(wrong("red on").contains("missing behind `on`"));
        assert!(wrong("red blue").contains("for a background write `on blue`"));
        assert!(wrong("on red on blue").contains("second background"));
        assert!(wrong("red/").contains("a colour is missing behind `/`"));
        assert!(wrong("/167").contains("a colour is missing before `/`"));
        assert!(wrong("ornage").contains("did you mean `orange`?") && wrong("purpel").contains("`purple`"));
        assert!(wrong("  ").contains("a style is missing"));
    }
}
