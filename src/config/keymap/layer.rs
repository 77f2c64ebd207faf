//! A file of keys, laid over what was bound before: the presets that are shipped and the user's own files. Every
//! mistake in a file is told with its place. Which commands there are is asked of a judge; it is not known here.

use super::{Binding, Context, Keymap, KeymapError, SHIPPED, Stroke};
use crate::app::key::{Code, Key};
use crate::config::mistake::{Mistake, told};
use crate::config::toml::{Entry, Table, parse};
use crate::config::tree::Place;
use crate::core::text::printable;

/// The presets: what each says that differs from the shipped keymap.
pub const PRESETS: [(&str, &str); 3] = [
    ("less", ""),
    ("vim", include_str!("../../../config/keymaps/vim.toml")),
    ("lnav", include_str!("../../../config/keymaps/lnav.toml")),
];

/// What takes the command of keys away.
const NOTHING: [&str; 2] = ["", "none"];

/// What is handed to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind<'a> {
    /// What is said behind its name.
    Said(&'a str),
    /// The character that is pressed.
    Char,
}

/// What a command is for who binds keys to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// It only moves, so that longer sequences may begin with its keys.
    Moves,
    /// It ends the program, or leads to any other command: some key must do that.
    WayOut,
    /// Anything else.
    Acts,
}

/// Says what a command is that is bound in a context; a sentence when it cannot be.
pub type Judge<'a> = &'a dyn Fn(Context, &str, Behind<'_>) -> Result<Sort, String>;

/// A file of keys: what messages call it, and its text.
pub struct File {
    /// Its name.
    pub place: String,
    /// All of it.
    pub text: String,
}

/// What a file says of some keys.
struct Change {
    context: Context,
    keys: Vec<Stroke>,
    /// The command and what is behind its name; `None` takes away what was bound.
    to: Option<(String, String)>,
    moves: bool,
    place: Place,
}

impl Behind<'_> {
    /// What keys hand to a command with what is said behind its name.
    pub fn of<'a>(keys: &[Stroke], said: &'a str) -> Behind<'a> {
        if keys.contains(&Stroke::Any) { Behind::Char } else { Behind::Said(said) }
    }
}

/// The keymap of a preset with some files over it, the later over the earlier.
///
/// # Errors
/// All mistakes of all files, each a sentence with file, line and column.
pub fn layered(preset: &str, files: &[File], judge: Judge<'_>) -> Result<Keymap, Vec<String>> {
    let mut map = Keymap::parse(SHIPPED).map_err(|KeymapError(sentence)| vec![sentence])?;
    let (mut mistakes, mut shut) = (Vec::new(), None);
    match PRESETS.iter().find(|(name, _)| *name == preset) {
        Some((name, text)) => {
            let own = format!("the preset {name}");
            let (changes, wrong) = read(text, &own, judge);
            mistakes.extend(told(wrong));
            map.lay(changes, judge, &mut shut);
        }
        None => {
            let names = PRESETS.map(|(name, _)| name).join(", ");
            mistakes.push(format!("there is no keymap {}; there are {names}", printable(preset)));
        }
    }
    for file in files {
        let (changes, wrong) = read(&file.text, &file.place, judge);
        mistakes.extend(told(wrong));
        map.lay(changes, judge, &mut shut);
    }
    let no_way = "with this no key is left that ends tailpane or takes a command by its name: leave one";
    mistakes.extend(shut.map(|place| place.say(no_way).into()));
    if mistakes.is_empty() { Ok(map) } else { Err(mistakes) }
}

impl Keymap {
    /// Lays changes over what is bound. Of two sequences of which one would hide the other the later layer's stays. `shut`
    /// is the place of the change by which the last way out was taken, as long as none is back.
    fn lay(&mut self, changes: Vec<Change>, judge: Judge<'_>, shut: &mut Option<Place>) {
        for Change { context, keys, to, moves, place } in changes {
            let hidden = |old: &Binding| {
                if old.context != context {
                    return false;
                }
                let (longer, shorter) = (old.keys.starts_with(&keys), keys.starts_with(&old.keys));
                let old_moves = || judge(context, &old.command, old.behind()) == Ok(Sort::Moves);
                old.keys == keys || (to.is_some() && ((longer && !moves) || (shorter && !old_moves())))
            };
            let before = self.bindings.len();
            self.bindings.retain(|old| !hidden(old));
            let taken = self.bindings.len() < before;
            if let Some((command, args)) = to {
                self.bindings.push(Binding { context, keys, command, args });
            }
            if taken || shut.is_some() {
                *shut = if self.has_way_out(judge) { None } else { shut.take().or(Some(place)) };
            }
        }
    }

    fn has_way_out(&self, judge: Judge<'_>) -> bool {
        let out = |own: &Binding| judge(own.context, &own.command, own.behind()) == Ok(Sort::WayOut);
        self.bindings.iter().any(|own| own.context == Context::Normal && out(own))
    }
}

/// Reads a file: what it changes, and what is wrong with it.
fn read(text: &str, place: &str, judge: Judge<'_>) -> (Vec<Change>, Vec<Mistake>) {
    let tree = match parse(text, place, 0) {
        Ok(tree) => tree,
        Err(sentence) => return (Vec::new(), vec![sentence]),
    };
    let (mut changes, mut mistakes) = (Vec::new(), Vec::new());
    for entry in Table::of(&tree).entries() {
        match table(&entry, judge) {
            Ok((read, wrong)) => {
                changes.extend(read);
                mistakes.extend(wrong);
            }
            Err(sentence) => mistakes.push(sentence),
        }
    }
    (changes, mistakes)
}

/// Reads the table of a context.
fn table(entry: &Entry<'_>, judge: Judge<'_>) -> Result<(Vec<Change>, Vec<Mistake>), Mistake> {
    let names = Context::ALL.map(Context::name);
    let context = Context::ALL.into_iter().find(|context| context.name() == entry.name());
    let context = context.ok_or_else(|| entry.unknown(&names))?;
    let (mut read, mut mistakes): (Vec<(Entry<'_>, Change)>, Vec<Mistake>) = (Vec::new(), Vec::new());
    for entry in entry.table()?.entries() {
        match change(context, &entry, judge) {
            Ok(change) => match conflict(&read, &entry, &change) {
                None => read.push((entry, change)),
                Some(sentence) => mistakes.push(sentence),
            },
            Err(sentence) => mistakes.push(sentence),
        }
    }
    Ok((read.into_iter().map(|(_, change)| change).collect(), mistakes))
}

fn change(context: Context, entry: &Entry<'_>, judge: Judge<'_>) -> Result<Change, Mistake> {
    let keys = strokes(entry)?;
    let (said, place) = (entry.text()?.trim(), entry.named().clone());
    if NOTHING.contains(&said) {
        return Ok(Change { context, keys, to: None, moves: false, place });
    }
    let (name, args) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    let args = args.trim();
    let behind = Behind::of(&keys, args);
    if behind == Behind::Char && !args.is_empty() {
        return Err(
            entry.wrong(&format!("<char> is handed to `{name}` in place of `{args}`: write one of the two"))
        );
    }
    let moves = judge(context, name, behind).map_err(|sentence| entry.wrong(&sentence))? == Sort::Moves;
    Ok(Change { context, keys, to: Some((name.to_owned(), args.to_owned())), moves, place })
}

fn strokes(entry: &Entry<'_>) -> Result<Vec<Stroke>, Mistake> {
    let mut keys = Vec::new();
    for name in entry.name().split_whitespace() {
        let stroke = match name {
            "<char>" => Some(Stroke::Any),
            name => Key::named(name).map(Stroke::Key),
        };
        let stroke = stroke.ok_or_else(|| entry.misnamed(&no_key(name)))?;
        if let Stroke::Key(key) = stroke
            && let Some(why) = key.lost()
        {
            return Err(entry.misnamed(&format!("{why}: bind another key")));
        }
        if stroke == Stroke::Any && keys.contains(&stroke) {
            return Err(entry.misnamed("<char> stands here twice, and a command takes one character"));
        }
        keys.push(stroke);
    }
    match keys.first() {
        None => Err(entry.misnamed("no key is named here")),
        Some(Stroke::Key(Key { code: Code::Char('1'..='9'), ctrl: false, alt: false, .. })) => {
            Err(entry.misnamed("a digit begins a count, so no command can begin with one"))
        }
        Some(_) => Ok(keys),
    }
}

/// Why a word names no key.
fn no_key(name: &str) -> String {
    let bare = name.rsplit('-').next().unwrap_or(name);
    let shifted = name.to_lowercase().contains("shift-") && bare.chars().count() == 1;
    if shifted {
        return format!(
            "{name} names no key: with Shift a character is another one ({})",
            bare.to_uppercase()
        );
    }
    let many = name.chars().count();
    if many == 2 && name.chars().all(|c| c.is_ascii_alphanumeric()) {
        let apart: Vec<String> = name.chars().map(String::from).collect();
        return format!(
            "{name} names no key; keys pressed one after the other have a space between: \"{}\"",
            apart.join(" ")
        );
    }
    format!(
        "{name} names no key: a key is a character (j, G, ?) or a name (Enter, PgUp, Space, F1), with Ctrl-, Alt- \
         or Shift- in front"
    )
}

/// What is wrong with a change beside those of the same table: the same keys, or keys that hide others.
fn conflict(read: &[(Entry<'_>, Change)], entry: &Entry<'_>, change: &Change) -> Option<Mistake> {
    read.iter().find_map(|(other, before)| {
        let (earlier, own) = (other.name(), entry.name());
        if before.keys == change.keys {
            return Some(entry.misnamed(&format!("\"{own}\" are the same keys as \"{earlier}\" above")));
        }
        if before.to.is_none() || change.to.is_none() {
            return None;
        }
        let hides = |short: &Change, long: &Change| long.keys.starts_with(&short.keys) && !short.moves;
        let (short, long) = match () {
            () if hides(before, change) => (earlier, own),
            () if hides(change, before) => (own, earlier),
            () => return None,
        };
        Some(entry.misnamed(&format!(
            "\"{long}\" cannot be reached: \"{short}\" runs a command as soon as it is pressed (only what moves may \
             begin longer keys)"
        )))
    })
}

#[cfg(test)]
mod tests;
