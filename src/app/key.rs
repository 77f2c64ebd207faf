//! Keys and mouse as the program knows them, whatever terminal library delivered them.

use std::fmt;

/// A key with its modifiers. Shift is part of the character for characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Control was held.
    pub ctrl: bool,
    /// Alt was held.
    pub alt: bool,
    /// Shift was held; always false with [`Code::Char`].
    pub shift: bool,
}

/// Which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names on the keys
pub enum Code {
    Char(char),
    F(u8),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}

impl From<char> for Key {
    fn from(c: char) -> Key {
        Key { code: Code::Char(c), ctrl: false, alt: false, shift: false }
    }
}

impl From<Code> for Key {
    fn from(code: Code) -> Key {
        Key { code, ctrl: false, alt: false, shift: false }
    }
}

/// Keys with a name of more than one character; the first name of a code is the one that is shown.
const NAMES: [(&str, Code); 20] = [
    ("Enter", Code::Enter),
    ("Esc", Code::Esc),
    ("Tab", Code::Tab),
    ("BackTab", Code::BackTab),
    ("Backspace", Code::Backspace),
    ("Del", Code::Delete),
    ("Delete", Code::Delete),
    ("Ins", Code::Insert),
    ("Insert", Code::Insert),
    ("Up", Code::Up),
    ("Down", Code::Down),
    ("Left", Code::Left),
    ("Right", Code::Right),
    ("Home", Code::Home),
    ("End", Code::End),
    ("PgUp", Code::PageUp),
    ("PageUp", Code::PageUp),
    ("PgDn", Code::PageDown),
    ("PageDown", Code::PageDown),
    ("Space", Code::Char(' ')),
];

impl Key {
    /// The key `c` with Control held.
    pub fn ctrl(c: char) -> Key {
        Key { ctrl: true, ..Key::from(c) }
    }

    /// The key that `name` names: a character (`j`, `G`, `?`), a name in any case (`PgUp`, `space`,
    /// `F1`), with `Ctrl-`, `Alt-` and `Shift-` in front. `None` when it names no key.
    pub fn named(name: &str) -> Option<Key> {
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        let mut rest = name;
        loop {
            let (head, tail) = rest.split_once('-').unwrap_or((rest, ""));
            let flag = match head.to_ascii_lowercase().as_str() {
                "ctrl" => &mut ctrl,
                "alt" => &mut alt,
                "shift" => &mut shift,
                _ => break,
            };
            if tail.is_empty() {
                break;
            }
            *flag = true;
            rest = tail;
        }
        let mut code = code_named(rest)?;
        if let Code::Char(c) = &mut code {
            // Terminals send Control with the lower-case letter, and Shift as the character itself.
            *c = if ctrl { c.to_ascii_lowercase() } else { *c };
            if shift {
                return None;
            }
        }
        // Shift with Tab is a key of its own.
        if shift && code == Code::Tab {
            (code, shift) = (Code::BackTab, false);
        }
        Some(Key { code, ctrl, alt, shift })
    }

    /// Why no terminal sends this key as itself, if none does: a sentence. Terminals are asked for no other way of sending
    /// keys than the one that all have, in which Control has a byte of its own with few characters, and Control and Shift
    /// are lost with keys that have been one byte since teletypes.
    pub fn lost(self) -> Option<String> {
        match self {
            Key { code: Code::F(21..), .. } => return Some(format!("{self} never comes from a terminal")),
            Key { code: Code::Char('[' | 'O'), ctrl: false, alt: true, .. } => {
                return Some(format!("{self} begins what a terminal sends for other keys"));
            }
            _ => {}
        }
        let other = self.arrives_as();
        (other != self).then(|| format!("{self} comes from a terminal as {other}"))
    }

    fn arrives_as(self) -> Key {
        match self.code {
            Code::Char(c) if self.ctrl => Key { alt: self.alt, ..with_control(c) },
            Code::Esc => Code::Esc.into(),
            Code::Enter | Code::Tab | Code::BackTab => Key { ctrl: false, shift: false, ..self },
            Code::Backspace if self.ctrl => Key { alt: self.alt, ..Key::ctrl('h') },
            Code::Backspace => Key { shift: false, ..self },
            _ => self,
        }
    }
}

/// The key that a terminal sends for Control with a character.
fn with_control(c: char) -> Key {
    match c {
        'j' | 'm' => Code::Enter.into(),
        'i' => Code::Tab.into(),
        '[' | '3' | '{' => Code::Esc.into(),
        '?' | '8' => Code::Backspace.into(),
        '@' | '2' | '`' => Key::ctrl(' '),
        '\\' | '|' => Key::ctrl('4'),
        ']' | '}' => Key::ctrl('5'),
        '^' | '~' => Key::ctrl('6'),
        '_' | '/' => Key::ctrl('7'),
        'a'..='z' | ' ' | '4'..='7' => Key::ctrl(c),
        c => c.into(),
    }
}

fn code_named(name: &str) -> Option<Code> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_whitespace() && !c.is_control()).then_some(Code::Char(c));
    }
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return Some(*code);
    }
    let number = name.strip_prefix(['F', 'f'])?.parse().ok()?;
    (1..=24).contains(&number).then_some(Code::F(number))
}

impl fmt::Display for Key {
    /// The name [`Key::named`] reads back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        if let Some((name, _)) = NAMES.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            Code::Char(c) if self.ctrl => write!(f, "{}", c.to_ascii_uppercase()),
            Code::Char(c) => write!(f, "{c}"),
            Code::F(n) => write!(f, "F{n}"),
            code => write!(f, "{code:?}"),
        }
    }
}

/// What the mouse did, and where (column and row of the screen, from zero).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What.
    pub action: MouseAction,
    /// Column.
    pub x: u16,
    /// Row.
    pub y: u16,
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseAction {
    /// The left button went down.
    Press,
    /// The mouse moved with the left button down.
    Drag,
    /// The left button came up.
    Release,
    /// The wheel was turned away from the user.
    WheelUp,
    /// The wheel was turned towards the user.
    WheelDown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written_the_same() {
        for name in ["j", "G", "?", "-", "Ctrl-W", "Alt-x", "PgUp", "Space", "F1", "Shift-Left", "Ctrl--"] {
            assert_eq!(Key::named(name).map(|key| key.to_string()).as_deref(), Some(name));
        }
        assert_eq!(Key::named("ctrl-w"), Some(Key::ctrl('w')));
        assert_eq!(Key::named("pagedown"), Some(Key::from(Code::PageDown)));
    }

    #[test]
    fn what_names_no_key_is_refused() {
        for name in ["", "gg", "F0", "F25", "Hyper-x", "Shift-a", "Ctrl-"] {
            assert_eq!(Key::named(name), None, "{name}");
        }
    }
}
