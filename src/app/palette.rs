//! The palette: every command, every pane and the files that are known, found by a few letters. What was used last
//! stands first.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::App;
use super::command::{self, Args, Call, Run};
use super::edit::Did;
use super::finder::{Entry, Finder, Place, marked};
use super::folder::{Folder, Listing, LookId};
use super::key::{Code, Key};
use super::layer::{Flow, Layer, piece};
use super::mouse::WHEEL;
use super::pane::PaneId;
use super::popup;
use super::prompt::{Prompt, Purpose};
use super::screen::{Piece, Screen, Size, Tone};
use crate::core::text;

/// Most folders that are looked into for files.
const FOLDERS: usize = 8;
/// Most files.
const FILES: usize = 10_000;
/// Columns of its box at most.
const WIDTH: u16 = 110;
/// Rows of its box at most.
const HEIGHT: u16 = 24;
/// From this width on a row says what its entry does, and its keys.
const SAID_FROM: usize = 44;

/// What choosing an entry does.
#[derive(Clone)]
enum Goal {
    /// Runs a command.
    Run(&'static str, String),
    /// Goes on behind `:`, because something is wanted behind the command.
    Ask(&'static str),
    /// Goes to a pane.
    Pane(PaneId),
    /// Opens a file.
    File(PathBuf),
    /// Opens what was opened before, as it was named.
    Again(String),
}

/// An entry.
struct Offer {
    goal: Goal,
    name: String,
    said: String,
    keys: String,
}

impl Entry for Offer {
    fn name(&self) -> &str {
        &self.name
    }

    fn own(&self) -> usize {
        match self.goal {
            Goal::File(_) | Goal::Again(_) => self.name.rfind('/').map_or(0, |slash| slash + 1),
            Goal::Run(..) | Goal::Ask(_) | Goal::Pane(_) => 0,
        }
    }

    fn said(&self) -> &str {
        &self.said
    }
}

impl Offer {
    /// What it is remembered by; nothing tells panes of another session from those of this one.
    fn key(&self) -> Option<String> {
        match &self.goal {
            Goal::Run(name, arg) => Some(format!("{name} {arg}").trim_end().to_owned()),
            Goal::Ask(name) => Some(format!("{name} …")),
            Goal::Pane(_) => None,
            Goal::File(path) => path.to_str().map(str::to_owned),
            Goal::Again(named) => Some(named.clone()),
        }
    }
}

/// What is said of a file that was.
const BEFORE: &str = "opened before";

/// The palette.
pub struct Palette {
    finder: Finder<Offer>,
    /// Folders that have not answered.
    waiting: Vec<(LookId, Folder)>,
    files: usize,
}

pub(super) fn open(app: &mut App, _: &Call) {
    let offers: Vec<Offer> = panes(app).chain(commands(app)).chain(again(app)).collect();
    let folders = folders(app).into_iter();
    let waiting = folders.map(|folder| (app.look_into(folder.clone()), folder)).collect();
    app.ask_recent();
    let mut palette = Palette { finder: Finder::new(offers), waiting, files: 0 };
    palette.arrange(app);
    app.open(palette);
}

/// The panes.
fn panes(app: &App) -> impl Iterator<Item = Offer> {
    let tabs = app.desk.tabs.iter().enumerate();
    let panes = tabs.flat_map(|(tab, known)| known.root.panes().into_iter().map(move |pane| (tab, pane)));
    let names = app.names_of_all();
    panes.map(move |(tab, pane)| {
        let known = app.desk.panes.get(&pane);
        let source = known.and_then(|known| app.feeds.get(&known.strand.source));
        let full = source.map(|feed| text::printable(&feed.source.name)).unwrap_or_default();
        let own =
            known.filter(|known| known.merged.is_none()).and_then(|known| names.get(&known.strand.source));
        let name = own.cloned().unwrap_or_else(|| app.short_name(pane));
        let said = format!("pane on tab {}, {full}", tab + 1);
        Offer { goal: Goal::Pane(pane), name, said, keys: String::new() }
    })
}

/// The commands that can be typed; each choice of one that has some is an entry of its own.
fn commands(app: &App) -> impl Iterator<Item = Offer> {
    let typed = command::all().filter(|command| matches!(command.run, Run::App(_)));
    typed.flat_map(|command| {
        let keys = |arg: &str| app.keymap.keys_of(command.name, arg).into_iter().next().unwrap_or_default();
        let offer = |goal: Goal, arg: &str, keys: String| Offer {
            name: format!("{} {arg}", command.name).trim_end().to_owned(),
            said: command.doc.to_owned(),
            keys,
            goal,
        };
        let run = |arg: &str| offer(Goal::Run(command.name, arg.to_owned()), arg, keys(arg));
        // What a key alone runs wants nothing behind it.
        let alone = app.keymap.runs_alone(command.name);
        let choices: Vec<String> = match command.args {
            Args::OneOf(choices) => choices.iter().map(|choice| (*choice).to_owned()).collect(),
            Args::Theme(_) => app.theme_names(),
            _ => Vec::new(),
        };
        match command.args {
            Args::None => vec![run("")],
            Args::OneOf(_) | Args::Theme(_) => {
                let plain = alone.then(|| run(""));
                plain.into_iter().chain(choices.iter().map(|choice| run(choice))).collect()
            }
            _ if alone => vec![run("")],
            _ => vec![offer(Goal::Ask(command.name), "…", keys(""))],
        }
    })
}

/// What was opened before and is not open.
fn again(app: &App) -> Vec<Offer> {
    let open: HashSet<String> = app.feeds.values().map(|feed| app.whole_name(&feed.source.name)).collect();
    let offer = |named: &str| Offer {
        goal: match named.starts_with('/') {
            true => Goal::File(named.into()),
            false => Goal::Again(named.to_owned()),
        },
        name: text::printable(named),
        said: BEFORE.to_owned(),
        keys: String::new(),
    };
    app.opened_before().into_iter().filter(|named| !open.contains(*named)).map(offer).collect()
}

/// The folders of the files that are open here, each once.
fn folders(app: &App) -> Vec<Folder> {
    let mut folders: Vec<Folder> = Vec::new();
    for feed in app.feeds.values().filter(|feed| feed.is_file()) {
        let folder = match Path::new(&feed.source.name).parent() {
            Some(folder) if folder.as_os_str().is_empty() => Folder::Current,
            Some(folder) => Folder::At(folder.to_path_buf()),
            None => continue,
        };
        if !folders.contains(&folder) {
            folders.push(folder);
        }
        if folders.len() == FOLDERS {
            break;
        }
    }
    folders
}

impl Palette {
    fn place(&self, size: Size) -> Place<'_> {
        Place {
            area: popup::high(size, WIDTH, HEIGHT),
            title: "commands, panes and files",
            footer: "Enter does it, Esc leaves",
            label: "> ",
            nothing: "nothing is called so",
        }
    }

    /// Puts what was chosen here last in front, and files that were opened before in front of others.
    fn arrange(&mut self, app: &App) {
        let used: HashMap<&str, usize> = app.histories.newest("palette").zip(0..).collect();
        let opened: HashMap<&str, usize> = app.opened_before().into_iter().zip(0..).collect();
        self.finder.arrange(|offer| {
            let key = offer.key();
            let rank = |ranks: &HashMap<&str, usize>| key.as_deref().and_then(|key| ranks.get(key).copied());
            let file = matches!(offer.goal, Goal::File(_) | Goal::Again(_));
            let last = if file { rank(&opened).unwrap_or(usize::MAX) } else { 0 };
            (rank(&used).unwrap_or(usize::MAX), file, last)
        });
    }

    /// The entries of which none is there yet.
    fn unknown(&self, offers: Vec<Offer>) -> Vec<Offer> {
        let known: HashSet<String> = self.finder.entries().iter().filter_map(Offer::key).collect();
        offers.into_iter().filter(|offer| offer.key().is_none_or(|key| !known.contains(&key))).collect()
    }

    fn accept(&self, app: &mut App) -> Flow {
        let Some(offer) = self.finder.selected() else { return Flow::Taken };
        if let Some(key) = offer.key() {
            app.histories.add("palette", &key);
        }
        match offer.goal.clone() {
            Goal::Run(name, arg) => command::run(app, name, &Call { count: None, arg }),
            Goal::Ask(name) => {
                let prompt = Prompt::typed(Purpose::Command, &format!("{name} "), app);
                app.open(prompt);
            }
            Goal::Pane(pane) => app.desk.focus(pane),
            Goal::File(path) => app.open_path(path),
            Goal::Again(named) => {
                app.histories.add("open", &named);
                app.open_named(&named);
            }
        }
        Flow::Close
    }
}

impl Layer for Palette {
    fn key(&mut self, key: Key, app: &mut App) -> Flow {
        match key.code {
            Code::Enter => return self.accept(app),
            Code::Esc => return Flow::Close,
            Code::Backspace if self.finder.typed().is_empty() => return Flow::Close,
            _ => {
                let page = self.place(app.size).page();
                let _: Did = self.finder.key(key, page);
            }
        }
        Flow::Taken
    }

    fn paste(&mut self, text: &str, _: &mut App) {
        self.finder.paste(text);
    }

    fn wheel(&mut self, up: bool, _: &mut App) {
        let by = isize::try_from(WHEEL).unwrap_or(1);
        self.finder.move_by(if up { -by } else { by });
    }

    fn press(&mut self, row: usize, _: usize, app: &mut App) -> Flow {
        let page = self.place(app.size).page();
        match row.checked_sub(1).and_then(|row| self.finder.press(row, page)) {
            Some(true) => self.accept(app),
            _ => Flow::Taken,
        }
    }

    fn listed(&mut self, id: LookId, listing: &Result<Listing, String>, app: &mut App) {
        let Some(at) = self.waiting.iter().position(|(waiting, _)| *waiting == id) else { return };
        let (_, asked) = self.waiting.remove(at);
        // A folder that cannot be read has no files to offer; its pane says what is wrong.
        let Ok(listing) = listing else { return };
        // What is open was named as its folder was.
        let named = match &asked {
            Folder::At(folder) => folder.as_path(),
            Folder::Current | Folder::Home | Folder::Typed(_) => Path::new(""),
        };
        let open = |path: &Path| app.feeds.values().any(|feed| Path::new(&feed.source.name) == path);
        let files = listing.found.iter().filter(|found| !found.folder && !is_hidden(found));
        let files = files.filter(|found| !open(&named.join(&found.name)));
        let files = files.map(|found| listing.path.join(&found.name)).filter(|path| !open(path));
        let offer = |path: PathBuf| Offer {
            name: text::printable(&path.to_string_lossy()),
            said: String::new(),
            keys: String::new(),
            goal: Goal::File(path),
        };
        let mut new = self.unknown(files.map(offer).collect());
        new.truncate(FILES - self.files);
        self.files += new.len();
        self.finder.extend(new);
    }

    fn recent_came(&mut self, app: &mut App) {
        let again = again(app);
        // Folders may have answered first.
        let known: HashSet<String> = again.iter().filter_map(Offer::key).collect();
        let met = |offer: &&mut Offer| offer.key().is_some_and(|key| known.contains(&key));
        self.finder.entries_mut().iter_mut().filter(met).for_each(|offer| offer.said = BEFORE.to_owned());
        let new = self.unknown(again);
        self.finder.extend(new);
        self.arrange(app);
    }

    fn draw(&self, app: &App, screen: &mut Screen) {
        self.place(screen.size)
            .draw(&self.finder, screen, |offer, letters, width| row(app, offer, letters, width));
    }

    fn hints(&self, _: &App) -> Vec<(String, String)> {
        let hint = |key: &str, what: &str| (key.to_owned(), what.to_owned());
        vec![hint("Up Down", "choose"), hint("Enter", "do it"), hint("Esc", "leave")]
    }
}

fn is_hidden(found: &super::folder::Found) -> bool {
    found.name.as_encoded_bytes().starts_with(b".")
}

fn row(app: &App, offer: &Offer, letters: &[usize], width: usize) -> Vec<Piece> {
    let tone = match offer.goal {
        Goal::Run(..) | Goal::Ask(_) => Tone::Plain,
        Goal::Pane(_) => Tone::Focused,
        Goal::File(_) | Goal::Again(_) => Tone::Name,
    };
    let mut row = marked(&offer.name, letters, tone, width);
    let used: usize = row.iter().map(|piece| text::width(&piece.text)).sum();
    if width < SAID_FROM || app.size.width == 0 {
        return row;
    }
    let keys = text::width(&offer.keys);
    let column = used.max(20) + 2;
    let room = width.saturating_sub(column + keys + 1);
    let (part, _) = text::window(&offer.said, 0, room);
    let said = &offer.said[part];
    row.push(piece(" ".repeat(column - used), Tone::Plain));
    row.push(piece(said, Tone::Faint));
    if keys > 0 && column + text::width(said) + keys < width {
        row.push(piece(" ".repeat(width - column - text::width(said) - keys), Tone::Plain));
        row.push(piece(offer.keys.clone(), Tone::Key));
    }
    row
}
