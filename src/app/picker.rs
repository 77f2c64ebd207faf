//! The picker: the files of a folder, found by a few letters, with the end of the selected one beside or below. What
//! was opened or written last stands first.
//!
//! Nothing here reads a folder or a file: that is asked for, and may never be answered; the list that is there stays
//! and works meanwhile.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::App;
use super::age;
use super::command::Call;
use super::edit::Did;
use super::finder::{Entry, Finder, Place, marked};
use super::folder::{Folder, Found, Listing, LookId, Peek};
use super::info::{bytes, thousands};
use super::key::{Code, Key};
use super::layer::{Flow, Layer, piece};
use super::mouse::WHEEL;
use super::popup;
use super::preview;
use super::screen::{Area, Piece, Screen, Size, Tone};
use super::title::shorten;
use crate::core::text;

/// From this width on the end of the file stands beside the list, from this height on below it.
const BESIDE_FROM: u16 = 100;
const BELOW_FROM: u16 = 16;
/// From this width on a row says how large a file is and when it was written.
const FACTS_FROM: usize = 36;

/// A file or folder of the list.
struct Item {
    found: Found,
    /// As it is shown.
    name: String,
    /// It is one of several to be opened.
    marked: bool,
}

impl Entry for Item {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_hidden(&self) -> bool {
        self.name.starts_with('.')
    }
}

/// What is known of the end of the selected file.
#[derive(Default)]
enum Preview {
    /// Nothing was asked for.
    #[default]
    None,
    /// It was asked for.
    Asked(LookId, PathBuf),
    /// It.
    Known(PathBuf, Peek),
}

/// The picker.
pub struct Picker {
    finder: Finder<Item>,
    /// The folder that is shown, once one is.
    folder: Option<PathBuf>,
    left_out: usize,
    /// The folder that is being looked into.
    waiting: Option<LookId>,
    /// The folder that was left, to be selected in the one above it.
    from: Option<OsString>,
    /// Where the log lies is being looked into; where that cannot be, the current folder will do.
    beside: bool,
    preview: Preview,
}

pub(super) fn open(app: &mut App, _: &Call) {
    let here = app.focused().map(|(_, _, feed)| feed).filter(|feed| !feed.is_far());
    let beside = here.and_then(|feed| Some(Path::new(&feed.source.name).parent()?.to_path_buf()));
    let beside = beside.filter(|folder| folder.as_os_str() != "");
    let (beside, folder) = (beside.is_some(), beside.map_or(Folder::Current, Folder::At));
    let waiting = Some(app.look_into(folder));
    app.ask_recent();
    app.open(Picker {
        finder: Finder::new(Vec::new()),
        folder: None,
        left_out: 0,
        waiting,
        from: None,
        beside,
        preview: Preview::None,
    });
}

/// Where the list stands, and the end of the selected file, if it is shown.
fn areas(size: Size) -> (Area, Option<Area>) {
    let whole = popup::high(size, u16::MAX, u16::MAX);
    if whole.width >= BESIDE_FROM {
        let width = whole.width * 9 / 20;
        let rest = Area { x: width, width: whole.width - width, ..whole };
        return (Area { width, ..whole }, Some(rest));
    }
    if whole.height >= BELOW_FROM {
        let height = whole.height / 2;
        let rest = Area { y: height, height: whole.height - height, ..whole };
        return (Area { height, ..whole }, Some(rest));
    }
    (whole, None)
}

impl Picker {
    fn place<'a>(&self, size: Size, title: &'a str) -> Place<'a> {
        Place {
            area: areas(size).0,
            title,
            footer: "Enter opens, Tab marks, Ctrl-O the whole folder, Esc leaves",
            label: "> ",
            nothing: match (&self.folder, self.finder.entries().is_empty()) {
                (None, _) if self.waiting.is_some() => "looking …",
                (_, true) => "nothing is in here",
                _ => "nothing here is called so",
            },
        }
    }

    fn page(&self, size: Size) -> usize {
        self.place(size, "").page()
    }

    fn title(&self, width: u16) -> String {
        let folder = self.folder.as_ref().map(|folder| text::printable(&folder.to_string_lossy()));
        let mut said = match (self.waiting, self.left_out) {
            (Some(_), _) => " (looking …)".to_owned(),
            (None, 0) => String::new(),
            (None, more) => format!(" (and {} older ones)", thousands(more as u64)),
        };
        let marked = self.finder.entries().iter().filter(|item| item.marked).count();
        if marked > 0 {
            said += &format!(", {marked} marked");
        }
        let room = usize::from(width).saturating_sub(6 + text::width(&said)).max(8);
        shorten(&folder.unwrap_or_default(), room) + &said
    }

    fn path(&self, item: &Item) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(&item.found.name))
    }

    fn go(&mut self, folder: Folder, app: &mut App) {
        self.from = None;
        // What is typed from now on is meant for that folder, however late it comes.
        self.finder.clear();
        self.waiting = Some(app.look_into(folder));
    }

    fn up(&mut self, app: &mut App) {
        let Some(folder) = self.folder.clone() else { return };
        if let Some(above) = folder.parent() {
            self.go(Folder::At(above.to_path_buf()), app);
            self.from = folder.file_name().map(OsString::from);
        }
    }

    fn accept(&mut self, app: &mut App) -> Flow {
        let marked: Vec<PathBuf> = self
            .finder
            .entries()
            .iter()
            .filter(|item| item.marked)
            .filter_map(|item| self.path(item))
            .collect();
        if !marked.is_empty() {
            marked.into_iter().for_each(|path| app.open_path(path));
            return Flow::Close;
        }
        let Some(item) = self.finder.selected() else { return Flow::Taken };
        let Some(path) = self.path(item) else { return Flow::Taken };
        if item.found.folder {
            self.go(Folder::At(path), app);
            return Flow::Taken;
        }
        app.open_path(path);
        Flow::Close
    }

    /// Opens the selected folder as a whole, or the one that is shown.
    fn open_folder(&mut self, app: &mut App) -> Flow {
        let selected = self.finder.selected().filter(|item| item.found.folder);
        let Some(path) = selected.and_then(|item| self.path(item)).or_else(|| self.folder.clone()) else {
            return Flow::Taken;
        };
        app.open_path(path);
        Flow::Close
    }

    fn mark(&mut self) {
        if let Some(item) = self.finder.selected_mut().filter(|item| !item.found.folder) {
            item.marked = !item.marked;
        }
        self.finder.move_by(1);
    }

    /// A folder that was typed with a `/` behind it is gone into.
    fn typed_folder(&mut self, app: &mut App) {
        let typed = self.finder.typed();
        let Some(name) = typed.strip_suffix('/') else { return };
        let folder = match name {
            "" => Some(Folder::At("/".into())),
            "~" => Some(Folder::Home),
            ".." => return self.up(app),
            name => {
                let mut items = self.finder.entries().iter();
                let item = items.find(|item| item.found.folder && item.name.strip_suffix('/') == Some(name));
                item.and_then(|item| self.path(item)).map(Folder::At)
            }
        };
        if let Some(folder) = folder {
            self.go(folder, app);
        }
    }

    /// Has the end of the selected file read, where it is shown and not known.
    fn look(&mut self, app: &mut App) {
        let Some(area) = areas(app.size).1 else { return };
        let selected = self.finder.selected().filter(|item| !item.found.folder);
        let Some(path) = selected.and_then(|item| self.path(item)) else {
            self.preview = Preview::None;
            return;
        };
        let same = match &self.preview {
            Preview::None => false,
            Preview::Asked(_, asked) => *asked == path,
            Preview::Known(known, _) => *known == path,
        };
        if !same {
            self.preview = Preview::Asked(app.peek(path.clone(), usize::from(area.height)), path);
        }
    }

    /// Puts what was opened last in front.
    fn arrange(&mut self, app: &App) {
        let Some(folder) = &self.folder else { return };
        let asked: HashMap<&Path, usize> = app.asked_for().map(Path::new).zip(0..).collect();
        // Whatever name they were opened by.
        let open: HashMap<(u64, u64), usize> = app.open_files().into_iter().zip(0..).collect();
        let before: HashMap<&Path, usize> = app.opened_before().into_iter().map(Path::new).zip(0..).collect();
        let rank = |item: &Item| {
            let path = folder.join(&item.found.name);
            let is_open = || item.found.file.and_then(|file| Some((1, *open.get(&file)?)));
            let was_open = || before.get(&*path).map(|rank| (2, *rank));
            asked.get(&*path).map(|rank| (0, *rank)).or_else(is_open).or_else(was_open)
        };
        self.finder.arrange(|item| rank(item).unwrap_or((3, 0)));
    }

    fn show(&mut self, listing: &Listing, app: &App) {
        let item = |found: &Found| {
            let slash = if found.folder { "/" } else { "" };
            let name = text::printable(&found.name.to_string_lossy()) + slash;
            Item { found: found.clone(), name, marked: false }
        };
        self.finder.replace(listing.found.iter().map(item).collect());
        (self.folder, self.left_out) = (Some(listing.path.clone()), listing.left_out);
        self.arrange(app);
        if let Some(from) = self.from.take() {
            self.finder.select(|item| item.found.name == from);
        }
    }
}

impl Layer for Picker {
    fn key(&mut self, key: Key, app: &mut App) -> Flow {
        let empty = self.finder.typed().is_empty();
        match (key.code, key.ctrl) {
            (Code::Enter, _) => {
                if self.accept(app) == Flow::Close {
                    return Flow::Close;
                }
            }
            (Code::Esc, _) => return Flow::Close,
            (Code::Tab, _) => self.mark(),
            (Code::Char('o'), true) => return self.open_folder(app),
            (Code::Char('~'), false) if empty => self.go(Folder::Home, app),
            (Code::Backspace, _) if empty => self.up(app),
            _ => {
                let page = self.page(app.size);
                if self.finder.key(key, page) == Did::Changed {
                    self.typed_folder(app);
                }
            }
        }
        self.look(app);
        Flow::Taken
    }

    fn paste(&mut self, text: &str, app: &mut App) {
        self.finder.paste(text);
        self.look(app);
    }

    fn wheel(&mut self, up: bool, app: &mut App) {
        let by = isize::try_from(WHEEL).unwrap_or(1);
        self.finder.move_by(if up { -by } else { by });
        self.look(app);
    }

    fn press(&mut self, row: usize, _: usize, app: &mut App) -> Flow {
        let page = self.page(app.size);
        let flow = match row.checked_sub(1).and_then(|row| self.finder.press(row, page)) {
            Some(true) => self.accept(app),
            _ => Flow::Taken,
        };
        self.look(app);
        flow
    }

    fn listed(&mut self, id: LookId, listing: &Result<Listing, String>, app: &mut App) {
        if self.waiting != Some(id) {
            return;
        }
        self.waiting = None;
        match listing {
            Ok(listing) => {
                self.beside = false;
                self.show(listing, app);
            }
            Err(_) if std::mem::take(&mut self.beside) => {
                self.waiting = Some(app.look_into(Folder::Current));
            }
            Err(why) => {
                self.finder.clear();
                app.messages.error(why.clone());
            }
        }
        self.look(app);
    }

    fn recent_came(&mut self, app: &mut App) {
        self.arrange(app);
        self.look(app);
    }

    fn peeked(&mut self, id: LookId, peek: &Peek) {
        if let Preview::Asked(asked, path) = &self.preview
            && *asked == id
        {
            self.preview = Preview::Known(path.clone(), peek.clone());
        }
    }

    fn draw(&self, app: &App, screen: &mut Screen) {
        let (list, rest) = areas(screen.size);
        (screen.tabs, screen.dividers) = (None, Vec::new());
        screen.panes.clear();
        if let Some(area) = rest {
            let selected = self.finder.selected();
            let known = match &self.preview {
                Preview::Known(_, peek) => Some(peek),
                Preview::None | Preview::Asked(..) => None,
            };
            let (name, facts) = match selected {
                Some(item) => (item.name.as_str(), facts(&item.found)),
                None => ("", String::new()),
            };
            let folder = selected.is_none_or(|item| item.found.folder);
            screen.panes.push(preview::view(app, area, name, &facts, known.filter(|_| !folder), folder));
        }
        let title = self.title(list.width);
        self.place(screen.size, &title).draw(&self.finder, screen, row);
    }

    fn hints(&self, _: &App) -> Vec<(String, String)> {
        let hint = |key: &str, what: &str| (key.to_owned(), what.to_owned());
        vec![
            hint("Enter", "open"),
            hint("Tab", "mark"),
            hint("Backspace", "up"),
            hint("~", "home"),
            hint("Esc", "leave"),
        ]
    }
}

/// How large a file is and when it was written.
fn facts(found: &Found) -> String {
    let size = found.size.filter(|_| !found.folder).map(bytes).unwrap_or_default();
    format!("{size:>8} {:>4}", found.age.map(written).unwrap_or_default())
}

fn written(age: Duration) -> String {
    age::text(age).unwrap_or_else(|| "now".to_owned())
}

fn row(item: &Item, letters: &[usize], width: usize) -> Vec<Piece> {
    let facts = if width >= FACTS_FROM { facts(&item.found) } else { String::new() };
    let mark = if item.marked { "+ " } else { "" };
    let room = width.saturating_sub(text::width(mark) + text::width(&facts) + 1);
    let tone = if item.found.folder { Tone::Name } else { Tone::Plain };
    let mut row = Vec::new();
    if item.marked {
        row.push(piece(mark, Tone::Good));
    }
    row.extend(marked(&item.name, letters, tone, room));
    let used: usize = row.iter().map(|piece| text::width(&piece.text)).sum();
    row.push(piece(" ".repeat(width.saturating_sub(used + text::width(&facts))), Tone::Plain));
    row.push(piece(facts, Tone::Faint));
    row
}
