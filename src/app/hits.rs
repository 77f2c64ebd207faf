//! The list of the hits of a search in all panes: to read through, and to jump from.

use super::App;
use super::bars;
use super::command::{self, Call, Run};
use super::hunt::Hit;
use super::info::thousands;
use super::key::{Code, Key};
use super::layer::{Flow, Layer, piece};
use super::mouse::WHEEL;
use super::pane::Jump;
use super::popup;
use super::pressed::Does;
use super::rows::counted;
use super::screen::{Piece, Screen, Tone};
use crate::config::keymap::{Context, Found};
use crate::core::highlight;
use crate::core::pattern::Pattern;
use crate::core::text;

/// From this width on a row tells the time.
const TIME_FROM: usize = 60;
/// Columns of a pane's name at most.
const NAME: usize = 16;

/// The list.
pub struct Hits;

/// Opens the list of the last search in all panes.
pub(super) fn open(app: &mut App, _: &Call) {
    match app.hunt.is_some() {
        true => app.open(Hits),
        false => {
            let search = app.pressed("search-all");
            app.messages.note(format!("no search was made in all panes; {search} makes one"));
        }
    }
}

impl Hits {
    /// Where in the list the selected hit is; the first row without one, or when it is gone.
    fn selected(app: &App, list: &[&Hit]) -> usize {
        let selected = app.hunt.as_ref().and_then(|hunt| hunt.selected.as_ref());
        let at = selected.and_then(|(source, pos)| {
            list.iter().position(|hit| (hit.source, hit.place.pos) == (*source, *pos))
        });
        at.unwrap_or(0)
    }

    fn move_by(app: &mut App, by: isize) {
        let order = app.desk.order();
        let Some(hunt) = &app.hunt else { return };
        let list = hunt.list(&order);
        let to = Hits::selected(app, &list).saturating_add_signed(by).min(list.len().saturating_sub(1));
        let selected = list.get(to).map(|hit| (hit.source, hit.place.pos)).filter(|_| to > 0);
        if let Some(hunt) = &mut app.hunt {
            hunt.selected = selected;
        }
    }

    /// Rows for hits.
    fn page(app: &App) -> usize {
        popup::rows_in(app.size).max(1)
    }

    /// Goes to the selected hit.
    pub(super) fn go(&mut self, app: &mut App) {
        let order = app.desk.order();
        let Some(hunt) = &app.hunt else { return };
        let list = hunt.list(&order);
        let Some(hit) = list.get(Hits::selected(app, &list)) else { return };
        let (pane, source, place) = (hit.pane, hit.source, hit.place.clone());
        if let Some(hunt) = &mut app.hunt {
            hunt.selected = Some((source, place.pos));
        }
        let elsewhere = app.desk.focused() != Some(pane);
        app.desk.focus(pane);
        if let Some(tab) = app.desk.tab_mut().filter(|_| elsewhere) {
            tab.zoom = false;
        }
        app.look_at(pane, Jump::Found(place.log, place.pos));
    }
}

impl Layer for Hits {
    fn key(&mut self, key: Key, app: &mut App) -> Flow {
        let name = match app.keymap.find(&[Context::Hits, Context::Normal], &[key]) {
            Found::Binding { binding, .. } => binding.command.clone(),
            _ => String::new(),
        };
        let page = isize::try_from(Hits::page(app)).unwrap_or(isize::MAX);
        // Keys may come before a screen does.
        app.gather(self.hits_wanted(app));
        match name.as_str() {
            "down" | "next-hit" => Hits::move_by(app, 1),
            "up" | "previous-hit" => Hits::move_by(app, -1),
            "half-down" => Hits::move_by(app, page / 2),
            "half-up" => Hits::move_by(app, -(page / 2)),
            "page-down" => Hits::move_by(app, page),
            "page-up" => Hits::move_by(app, -page),
            "top" => Hits::move_by(app, isize::MIN),
            "bottom" => Hits::move_by(app, isize::MAX),
            "quit" | "escape" => return Flow::Close,
            "hits-go" => {
                self.go(app);
                return Flow::Close;
            }
            _ if key.code == Code::Esc => return Flow::Close,
            _ => {
                if let Some(Run::Hits(run)) = command::named(&name).map(|command| command.run) {
                    run(self, app);
                }
            }
        }
        Flow::Taken
    }

    fn wheel(&mut self, up: bool, app: &mut App) {
        let by = isize::try_from(WHEEL).unwrap_or(1);
        Hits::move_by(app, if up { -by } else { by });
    }

    fn press(&mut self, row: usize, _: usize, app: &mut App) -> Flow {
        let order = app.desk.order();
        let Some(hunt) = &app.hunt else { return Flow::Taken };
        let list = hunt.list(&order);
        let selected = Hits::selected(app, &list);
        let at = (selected + 1).saturating_sub(Hits::page(app)) + row;
        if at == selected && !list.is_empty() {
            self.go(app);
            return Flow::Close;
        }
        let by = isize::try_from(at).unwrap_or(isize::MAX) - isize::try_from(selected).unwrap_or(isize::MAX);
        if at < list.len() {
            Hits::move_by(app, by);
        }
        Flow::Taken
    }

    fn hits_wanted(&self, app: &App) -> usize {
        let order = app.desk.order();
        let at = app.hunt.as_ref().map_or(0, |hunt| Hits::selected(app, &hunt.list(&order)));
        at + 2 * Hits::page(app)
    }

    fn draw(&self, app: &App, screen: &mut Screen) {
        let Some(hunt) = &app.hunt else { return };
        let order = app.desk.order();
        let list = hunt.list(&order);
        let (width, page) = (popup::columns_in(screen.size), popup::rows_in(screen.size).max(1));
        let selected = Hits::selected(app, &list);
        let top = (selected + 1).saturating_sub(page);
        let (all, way) = app.hunted();
        let name = |hit: &Hit| app.name_of(hit.source);
        let names = list.iter().skip(top).take(page).map(|hit| text::width(&name(hit))).max().unwrap_or(0);
        let columns = Columns { name: names.min(NAME).min(width / 4), width, time: width >= TIME_FROM };
        let rows = list.iter().skip(top).take(page);
        let mut rows: Vec<Vec<Piece>> =
            rows.map(|hit| columns.row(app, hit, &name(hit), &hunt.pattern)).collect();
        if rows.is_empty() {
            let said =
                if way < 100 || hunt.due { format!("looking, {way} %") } else { "no line matches".into() };
            rows.push(vec![piece(said, Tone::Note)]);
        }
        // It is as wide as it can be, and does not change its width while rows go by.
        if let Some(first) = rows.first_mut() {
            let used: usize = first.iter().map(|piece| text::width(&piece.text)).sum();
            first.push(piece(" ".repeat(width.saturating_sub(used)), Tone::Plain));
        }
        let said = text::printable(hunt.pattern.source());
        let so_far = if way < 100 { format!(", {way} %") } else { String::new() };
        let most = if hunt.overlaps() { "at most " } else { "" };
        let title = format!("{said}: {most}{}{so_far}", counted(all, "hit"));
        let older = if hunt.is_cut() {
            format!("the newest {} a pane, ", thousands(super::hunt::MOST as u64))
        } else {
            String::new()
        };
        let does: [Does; 3] = [(&["down", "up"], "move"), (&["hits-go"], "there"), (&["quit"], "closes")];
        let footer = older + &app.keys_said(Context::Hits, &does);
        let chosen = (!list.is_empty()).then_some(selected - top);
        popup::middle(screen, &title, rows, chosen, &footer);
    }

    fn hints(&self, app: &App) -> Vec<(String, String)> {
        let does: [Does; 4] = [
            (&["down", "up"], "move"),
            (&["page-down", "page-up"], "page"),
            (&["hits-go"], "there"),
            (&["quit"], "close"),
        ];
        app.keys_in(Context::Hits, &does)
    }
}

/// How the rows of the list are laid out.
struct Columns {
    name: usize,
    time: bool,
    width: usize,
}

impl Columns {
    fn row(&self, app: &App, hit: &Hit, name: &str, pattern: &Pattern) -> Vec<Piece> {
        let name = super::title::shorten(name, self.name);
        let pad = " ".repeat(self.name.saturating_sub(text::width(&name)) + 1);
        let mut row = vec![piece(format!("{name}{pad}"), Tone::Name)];
        let mut used = self.name + 1;
        if self.time {
            let clock = hit.time.map(|time| bars::clock(time, 1_000_000_000, &app.zone()));
            let clock = format!("{:<9}", clock.unwrap_or_default());
            used += text::width(&clock);
            row.push(piece(clock, Tone::Faint));
        }
        row.extend(coloured(&hit.text, pattern, self.width.saturating_sub(used)));
        row
    }
}

/// A text with its matches coloured, so cut that the first of them is in sight.
fn coloured(shown: &str, pattern: &Pattern, room: usize) -> Vec<Piece> {
    let first = highlight::hits(shown, pattern).first().map(|span| span.range.clone());
    let end = first.as_ref().map_or(0, |range| text::width(&shown[..range.end]));
    let left = if end <= room {
        0
    } else {
        let start = first.map_or(0, |range| text::width(&shown[..range.start]));
        start.saturating_sub(room / 3)
    };
    let (range, _) = text::window(shown, left, room);
    let (shown, mut at, mut pieces) = (&shown[range], 0, Vec::new());
    for span in highlight::hits(shown, pattern) {
        pieces.push(piece(&shown[at..span.range.start], Tone::Plain));
        pieces.push(piece(&shown[span.range.clone()], Tone::Filter));
        at = span.range.end;
    }
    pieces.push(piece(&shown[at..], Tone::Plain));
    pieces
}
