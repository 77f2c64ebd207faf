//! A list that is narrowed by typing, the best first: what the palette and the picker have in common. What its
//! entries are is not known here.
//!
//! ```text
//! ╭ commands, panes and files ──────╮
//! │> lay                    4 of 97 │   what is typed
//! │layout rows  this layout, or …   │   the entries, letters that were found marked
//! │layout columns                   │
//! ╰ Enter runs it, Esc leaves ──────╯
//! ```

use super::edit::{Did, Edit};
use super::key::{Code, Key};
use super::layer::piece;
use super::popup;
use super::screen::{Area, Piece, Popup, Screen, Tone};
use crate::core::fuzzy::{Eye, Fit, Needle};
use crate::core::text;

/// Something that can be found.
pub trait Entry {
    /// What it is called, printable: letters are looked for in it.
    fn name(&self) -> &str;

    /// The byte from which on its name is its own: what stands before, the folder of a file, is looked for where that
    /// alone does not fit.
    fn own(&self) -> usize {
        0
    }

    /// What is said of it: words are looked for in it.
    fn said(&self) -> &str {
        ""
    }

    /// Whether it is to be found only by what begins with a dot.
    fn is_hidden(&self) -> bool {
        false
    }
}

/// The list.
pub struct Finder<T> {
    edit: Edit,
    entries: Vec<T>,
    needle: Needle,
    /// What was typed when `found` was made.
    typed: String,
    /// The entries that fit, by their number, the best first.
    found: Vec<(Fit, usize)>,
    /// What was found for the beginnings of what is typed, the longest last: erasing letters goes back to that.
    past: Vec<(String, Vec<(Fit, usize)>)>,
    selected: usize,
    /// The selection was moved by hand since something was typed.
    moved: bool,
}

impl<T: Entry> Finder<T> {
    /// A list of `entries`, in the order in which they stand while nothing is typed.
    pub fn new(entries: Vec<T>) -> Finder<T> {
        let mut finder = Finder {
            edit: Edit::default(),
            entries,
            needle: Needle::default(),
            typed: String::new(),
            found: Vec::new(),
            past: Vec::new(),
            selected: 0,
            moved: false,
        };
        finder.find();
        finder
    }

    /// What is typed.
    pub fn typed(&self) -> String {
        self.edit.text()
    }

    /// All entries.
    pub fn entries(&self) -> &[T] {
        &self.entries
    }

    /// The selected entry.
    pub fn selected(&self) -> Option<&T> {
        self.found.get(self.selected).map(|(_, at)| &self.entries[*at])
    }

    /// The same, to be changed in what is no part of its name.
    pub fn selected_mut(&mut self) -> Option<&mut T> {
        let (_, at) = self.found.get(self.selected)?;
        self.entries.get_mut(*at)
    }

    /// All entries, to be changed in what is no part of their names; they are to be arranged then.
    pub fn entries_mut(&mut self) -> &mut [T] {
        &mut self.entries
    }

    /// Other entries, among which the same is looked for.
    pub fn replace(&mut self, entries: Vec<T>) {
        self.entries = entries;
        (self.selected, self.moved) = (0, false);
        self.find();
    }

    /// More entries behind those there are. What was selected by hand stays selected.
    pub fn extend(&mut self, entries: Vec<T>) {
        let kept = self.found.get(self.selected).filter(|_| self.moved).map(|(_, at)| *at);
        self.entries.extend(entries);
        self.find();
        self.keep(kept);
    }

    /// Puts the entries in another order, those of the same rank as they stood. What was selected by hand stays selected.
    pub fn arrange<K: Ord>(&mut self, rank: impl Fn(&T) -> K) {
        let kept = self.found.get(self.selected).filter(|_| self.moved).map(|(_, at)| *at);
        let mut numbered: Vec<(usize, T)> =
            std::mem::take(&mut self.entries).into_iter().enumerate().collect();
        numbered.sort_by_cached_key(|(_, entry)| rank(entry));
        let kept = kept.and_then(|kept| numbered.iter().position(|(at, _)| *at == kept));
        self.entries = numbered.into_iter().map(|(_, entry)| entry).collect();
        self.find();
        self.keep(kept);
    }

    /// Selects an entry again.
    fn keep(&mut self, kept: Option<usize>) {
        let kept = kept.and_then(|kept| self.found.iter().position(|(_, at)| *at == kept));
        (self.selected, self.moved) = (kept.unwrap_or(0), kept.is_some());
    }

    /// Selects the first entry that is so.
    pub fn select(&mut self, is: impl Fn(&T) -> bool) {
        if let Some(at) = self.found.iter().position(|(_, at)| is(&self.entries[*at])) {
            (self.selected, self.moved) = (at, true);
        }
    }

    /// Selects the entry on a row of the list, where `page` are seen; whether it was selected before.
    pub fn press(&mut self, row: usize, page: usize) -> Option<bool> {
        let at = self.top(page) + row;
        let before = self.selected == at;
        (at < self.found.len()).then(|| (self.selected, self.moved) = (at, true))?;
        Some(before)
    }

    /// Moves the selection.
    pub fn move_by(&mut self, by: isize) {
        let last = self.found.len().saturating_sub(1);
        (self.selected, self.moved) = (self.selected.saturating_add_signed(by).min(last), true);
    }

    /// A key that moves or types, where `page` entries are seen; [`Did::Changed`] when others are found now.
    pub fn key(&mut self, key: Key, page: usize) -> Did {
        let page = isize::try_from(page.max(1)).unwrap_or(isize::MAX);
        match (key.code, key.ctrl) {
            (Code::Up, _) | (Code::Char('p'), true) => self.move_by(-1),
            (Code::Down, _) | (Code::Char('n'), true) => self.move_by(1),
            (Code::PageUp, _) => self.move_by(-page),
            (Code::PageDown, _) => self.move_by(page),
            _ => {
                let did = self.edit.key(key);
                if did == Did::Changed {
                    self.changed();
                }
                return did;
            }
        }
        Did::Moved
    }

    /// Text was pasted.
    pub fn paste(&mut self, text: &str) {
        self.edit.insert(text);
        self.changed();
    }

    /// Nothing is typed any more.
    pub fn clear(&mut self) {
        self.edit = Edit::default();
        self.changed();
    }

    fn changed(&mut self) {
        let typed = self.edit.text();
        let before = std::mem::replace(&mut self.typed, typed);
        self.needle = Needle::new(&self.typed);
        let found = std::mem::take(&mut self.found);
        if !before.is_empty() {
            self.past.push((before, found));
        }
        self.past.retain(|(past, _)| self.typed.starts_with(past));
        (self.selected, self.moved) = (0, false);
        // What goes on from what was typed finds no more than that did.
        self.found = match self.past.pop_if(|(past, _)| *past == self.typed) {
            Some((_, found)) => found,
            None => match self.past.last() {
                Some((_, past)) => self.fitting(past.iter().map(|(_, at)| *at)),
                None => self.fitting(0..self.entries.len()),
            },
        };
    }

    /// Looks through other entries than before.
    fn find(&mut self) {
        (self.selected, self.moved) = (0, false);
        self.past.clear();
        self.found = self.fitting(0..self.entries.len());
    }

    /// The entries of some numbers that fit, the best first.
    fn fitting(&self, numbers: impl Iterator<Item = usize>) -> Vec<(Fit, usize)> {
        let hidden = self.typed.starts_with('.');
        let mut eye = Eye::default();
        let fit = |at: usize| {
            let entry = self.entries.get(at).filter(|entry| hidden || !entry.is_hidden())?;
            Some((self.needle.fit_end(entry.name(), entry.own(), entry.said(), &mut eye)?, at))
        };
        let mut found: Vec<(Fit, usize)> = numbers.filter_map(fit).collect();
        // Those that fit as well stand as they stood.
        found.sort_unstable_by_key(|(fit, at)| (std::cmp::Reverse(*fit), *at));
        found
    }

    fn top(&self, page: usize) -> usize {
        (self.selected + 1).saturating_sub(page.max(1))
    }
}

/// Where the list stands, and what is written around it.
pub struct Place<'a> {
    /// Its box.
    pub area: Area,
    /// In the frame's top.
    pub title: &'a str,
    /// In its bottom.
    pub footer: &'a str,
    /// Before what is typed.
    pub label: &'a str,
    /// In place of entries when nothing is found.
    pub nothing: &'a str,
}

impl Place<'_> {
    fn popup(&self) -> Popup {
        let bare = self.area.height < popup::FRAMED_FROM;
        Popup {
            area: self.area,
            title: self.title.into(),
            footer: self.footer.into(),
            bare,
            ..Popup::default()
        }
    }

    /// Entries that are seen at a time.
    pub fn page(&self) -> usize {
        usize::from(self.popup().inner().height).saturating_sub(1).max(1)
    }

    /// Adds the list to the screen; `row` draws an entry, with the numbers of the characters that were found, in so
    /// many columns.
    pub fn draw<T: Entry>(
        &self,
        finder: &Finder<T>,
        screen: &mut Screen,
        row: impl Fn(&T, &[usize], usize) -> Vec<Piece>,
    ) {
        let mut popup = self.popup();
        let inner = popup.inner();
        if inner.width == 0 || inner.height == 0 {
            return;
        }
        let (width, page) = (usize::from(inner.width), self.page());
        let (typed, cursor) = self.typed(finder, width);
        popup.rows.push(typed);
        let (top, mut eye) = (finder.top(page), Eye::default());
        for (_, at) in finder.found.iter().skip(top).take(page) {
            let entry = &finder.entries[*at];
            popup.rows.push(row(entry, &finder.needle.letters(entry.name(), entry.own(), &mut eye), width));
        }
        match finder.found.is_empty() {
            true => popup.rows.push(vec![piece(self.nothing, Tone::Note)]),
            false => popup.selected = Some(1 + finder.selected - top),
        }
        popup.rows.truncate(usize::from(inner.height));
        screen.cursor = Some((inner.x + cursor.min(inner.width - 1), inner.y));
        screen.popups.push(popup);
    }

    /// The row that is typed in, and the column of the cursor.
    fn typed<T: Entry>(&self, finder: &Finder<T>, width: usize) -> (Vec<Piece>, u16) {
        let label = if width < 24 { "" } else { self.label };
        let room = width.saturating_sub(text::width(label) + 1);
        let (first, shown) = finder.edit.window(room);
        let before: usize = shown.iter().take(finder.edit.cursor() - first).map(|c| text::width(c)).sum();
        let cursor = text::width(label) + before;
        let typed = shown.concat();
        let used = text::width(label) + text::width(&typed);
        let mut row = vec![piece(label, Tone::Key), piece(typed, Tone::Plain)];
        let count = format!("{} of {}", finder.found.len(), finder.entries.len());
        if used + text::width(&count) + 4 <= width {
            row.push(piece(" ".repeat(width - used - text::width(&count)), Tone::Plain));
            row.push(piece(count, Tone::Faint));
        }
        (row, super::compose::cells(cursor))
    }
}

/// A name with the characters marked that were found. Where it is wider than `room` it loses its front: files are told
/// apart by their end.
pub fn marked(name: &str, letters: &[usize], tone: Tone, room: usize) -> Vec<Piece> {
    let chars: Vec<char> = name.chars().collect();
    let widths: Vec<usize> = chars.iter().map(|c| text::width(c.encode_utf8(&mut [0; 4]))).collect();
    let mut left: usize = widths.iter().sum();
    let mut first = 0;
    let mut pieces: Vec<Piece> = Vec::new();
    if left > room {
        while first < chars.len() && left + 1 > room {
            left -= widths[first];
            first += 1;
        }
        pieces.push(piece("…", tone));
    }
    for (at, c) in chars.iter().enumerate().skip(first) {
        let tone = if letters.binary_search(&at).is_ok() { Tone::Match } else { tone };
        match pieces.last_mut() {
            Some(last) if last.tone == tone => last.text.push(*c),
            _ => pieces.push(piece(*c, tone)),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Entry for String {
        fn name(&self) -> &str {
            self
        }

        fn is_hidden(&self) -> bool {
            self.starts_with('.')
        }
    }

    fn finder(names: &[&str]) -> Finder<String> {
        Finder::new(names.iter().map(|name| (*name).to_owned()).collect())
    }

    fn found(finder: &Finder<String>) -> Vec<&str> {
        finder.found.iter().map(|(_, at)| &*finder.entries[*at]).collect()
    }

    fn typing(finder: &mut Finder<String>, text: &str) {
        text.chars().for_each(|c| {
            finder.key(c.into(), 10);
        });
    }

    #[test]
    fn what_fits_as_well_stands_in_its_order() {
        let mut finder = finder(&["b.log", "a.log", "c.txt", ".log"]);
        assert_eq!(found(&finder), ["b.log", "a.log", "c.txt"]);
        typing(&mut finder, "log");
        assert_eq!(found(&finder), ["b.log", "a.log"]);
        finder.key(Code::Down.into(), 10);
        finder.extend(vec!["d.log".into()]);
        assert_eq!(finder.selected().map(String::as_str), Some("a.log"));
        finder.clear();
        typing(&mut finder, ".l");
        assert!(found(&finder).contains(&".log"));
    }

    #[test]
    fn going_on_and_back_finds_what_typing_it_at_once_finds() {
        let names: Vec<String> = (0..500).map(|n| format!("web{}/app-{n}.log", n % 7)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for text in ["w3 1.log", "web app", "we1lg"] {
            let (mut slow, mut fast) = (finder(&names), finder(&names));
            typing(&mut slow, text);
            fast.paste(text);
            assert_eq!(found(&slow), found(&fast), "{text}");
            for kept in (0..text.len()).rev() {
                slow.key(Code::Backspace.into(), 10);
                let mut fresh = finder(&names);
                fresh.paste(&text[..kept]);
                assert_eq!(found(&slow), found(&fresh), "{text} back to {kept}");
            }
        }
    }

    #[test]
    fn a_long_name_loses_its_front_and_keeps_its_marks() {
        let pieces = marked("/var/log/app.log", &[9, 10], Tone::Plain, 8);
        let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(texts, ["…", "ap", "p.log"]);
        assert_eq!(pieces[1].tone, Tone::Match);
    }
}
