//! The program as a [`Screen`]: tabs, panes, the last row, and what lies over them.
//!
//! ```text
//!   tabs      when there are several
//!   title ─┐
//!   body   │  panes, side by side with a column between, or one below the other
//!   title  │
//!   body ──┘
//!   bottom    a prompt, a message, the search, or hints; where it has no row of its own it lies over
//!             the last one while there is something to say
//! ```

use std::time::Instant;

use super::App;
use super::extent::Extent;
use super::eye::Eye;
use super::feed::Feed;
use super::fold::fold;
use super::layer::piece;
use super::layout::Split;
use super::lens::Picture;
use super::pane::{Pane, PaneId};
use super::rows::{Brush, counted};
use super::screen::{Area, Bar, PaneView, Piece, Popup, Screen, Size, Tone};
use super::strand::Strand;
use super::tally::Tally;
use super::{bars, chart, info, news, popup, title};
use crate::config::look::Look;
use crate::config::settings::Chrome;
use crate::core::highlight::Choice;
use crate::core::place::Place;
use crate::core::pos::Pos;
use crate::core::text;

/// Below this height the last row belongs to the log.
pub const HINTS_FROM: u16 = 8;
/// Below this height and width of its text a pane has no histogram above it.
const BAND_FROM: u16 = 4;
const BAND_WIDTH: u16 = 12;
/// Below this width there is no scrollbar.
const SCROLLBAR_FROM: u16 = 30;

/// Rows that a message may take of a small screen too, as long as one is left: it begins with a place, and is gone with the
/// next key.
const SENTENCE: u16 = 4;

/// Cells as the screen counts them.
pub fn cells(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

impl App {
    /// What is seen at a size. It notes what has been on the screen, hence `mut`.
    pub fn screen(&mut self, now: Instant, size: Size) -> Screen {
        if size != self.size {
            self.resize(size);
        }
        (self.dirty, self.awaited, self.ages_due) = (false, false, None);
        let area = self.panes_area();
        let placed = self.desk.tab().map(|tab| tab.place(area)).unwrap_or_default();
        let mut screen = Screen { size, tabs: self.tabs_bar().map(|(bar, _)| bar), ..Screen::default() };
        let beside = placed.borders.iter().filter(|border| border.split == Split::Beside);
        screen.dividers = beside.map(|border| border.area).filter(|area| area.width > 0).collect();
        for (id, area) in placed.panes {
            screen.panes.extend(self.pane_view(now, id, area));
        }
        if screen.panes.is_empty() {
            screen.panes.extend(self.empty_view(area));
        }
        screen.bottom = self.bottom();
        self.draw_message(&mut screen);
        self.draw_mistakes(&mut screen);
        self.look_back_in_sight();
        let charts: Vec<_> = self.layers.iter().filter_map(|layer| layer.chart(self)).collect();
        for (pane, span, columns) in charts {
            self.show_chart(now, pane, chart::Place::Layer, span, columns);
        }
        self.charts.settle();
        match self.layers.iter().map(|layer| layer.hits_wanted(self)).max().unwrap_or(0) {
            0 => self.hunt.iter_mut().for_each(|hunt| hunt.due = false),
            wanted => self.gather(wanted),
        }
        for layer in &self.layers {
            layer.draw(self, &mut screen);
        }
        self.draw_continuations(&mut screen);
        self.draw_waiting_question(&mut screen);
        screen
    }

    /// Where panes stand: the screen without the tabs and the last row.
    pub(super) fn panes_area(&self) -> Area {
        let top = u16::from(self.has_tabs());
        let bottom = u16::from(self.has_bottom());
        let height = self.size.height.saturating_sub(top + bottom);
        Area { x: 0, y: top.min(self.size.height), width: self.size.width, height }
    }

    fn has_tabs(&self) -> bool {
        self.desk.tabs.len() > 1 && self.settings.chrome != Chrome::None && self.size.height >= 4
    }

    fn has_bottom(&self) -> bool {
        self.settings.chrome == Chrome::Full && self.settings.hints && self.size.height >= HINTS_FROM
    }

    pub(super) fn has_scrollbar(&self, area: Area) -> bool {
        self.settings.chrome == Chrome::Full && area.width >= SCROLLBAR_FROM && area.height > 2
    }

    /// The title's and the body's place in a pane.
    pub(super) fn parts(&self, area: Area) -> (Option<Area>, Area) {
        if self.settings.chrome == Chrome::None || area.height < 2 {
            return (None, area);
        }
        let body = Area { y: area.y + 1, height: area.height - 1, ..area };
        (Some(Area { height: 1, ..area }), body)
    }

    /// A pane's body without the histogram above it, and where that stands.
    pub(super) fn band(&self, id: PaneId, body: Area) -> (Option<Area>, Area) {
        let wanted = self.desk.panes.get(&id).is_some_and(|pane| pane.look.histogram);
        if !wanted || body.height < BAND_FROM || body.width < BAND_WIDTH {
            return (None, body);
        }
        let rest = Area { y: body.y + 1, height: body.height - 1, ..body };
        (Some(Area { height: 1, ..body }), rest)
    }

    /// Columns and rows a pane has for lines.
    pub(super) fn body(&self, id: PaneId) -> (usize, usize) {
        let placed = self.desk.tab().map(|tab| tab.place(self.panes_area())).unwrap_or_default();
        let area = placed.panes.iter().find(|(pane, _)| *pane == id).map(|(_, area)| *area);
        let Some(area) = area else { return (0, 0) };
        let bar = u16::from(self.has_scrollbar(area));
        let (_, body) = self.band(id, self.parts(area).1);
        (usize::from(body.width - bar.min(body.width)), usize::from(body.height))
    }

    fn pane_view(&mut self, now: Instant, id: PaneId, area: Area) -> Option<PaneView> {
        let (width, height) = self.body(id);
        let (title, body) = self.parts(area);
        let (band, body) = self.band(id, body);
        if let Some(band) = band {
            self.show_chart(now, id, chart::Place::Band, None, bars::columns_of_band(band));
        }
        let (mut lens, _) = self.lens(id)?;
        let pane = self.desk.panes.get(&id)?;
        let feeds = self.feeds_of(pane)?;
        let feed = *feeds.first()?;
        let picture = lens.picture(&pane.eye, height);
        let times = self.times(now, pane, &feeds, &mut lens, &picture);
        let due = self.age_due(now, &times);
        let choices: Vec<&Choice> = feeds.iter().map(|feed| self.choice(feed)).collect();
        let own: Vec<Option<Look>> = feeds.iter().map(|feed| self.own_look(feed)).collect();
        let (rules, keymap) = (&self.rules, &self.keymap);
        let brush =
            Brush { pane, feed, feeds: &feeds, own: &own, rules, choices: &choices, width, times, keymap };
        let rows = brush.rows(&lens, &picture, height);
        let seen = seen(pane, &feeds, &picture);
        let extent = Extent::of(pane, &feeds);
        let percent = extent.percent(&picture);
        let scrollbar = self.has_scrollbar(area).then(|| extent.scrollbar(pane, &picture, height));
        drop(lens);
        if let Some(pane) = self.desk.panes.get_mut(&id) {
            pane.strands_mut().zip(seen).for_each(|(strand, seen)| strand.seen = strand.seen.max(seen));
        }
        self.ages_due = self.ages_due.into_iter().chain(due).min();
        let title = title.and_then(|area| title::bar(self, id, now, area, percent));
        let band = band.and_then(|area| bars::band(self, id, area));
        Some(PaneView { title, band, focused: self.desk.focused() == Some(id), body, rows, scrollbar })
    }

    fn empty_view(&self, area: Area) -> Option<PaneView> {
        let nothing =
            || format!("nothing is open; :open PATH follows a file, {} quits", self.pressed("quit"));
        let note = self.sought.clone().unwrap_or_else(nothing);
        let rows =
            if area.height > 0 { vec![super::screen::Row::Note(note, Tone::Faint)] } else { Vec::new() };
        Some(PaneView { title: None, band: None, focused: true, body: area, rows, scrollbar: None })
    }

    /// The row of tabs, and the first that is in it.
    pub(super) fn tabs_bar(&self) -> Option<(Bar, usize)> {
        if !self.has_tabs() {
            return None;
        }
        let mut left = Vec::new();
        let tabs = self.desk.tabs.iter().enumerate();
        // The one in front is always in sight: tabs before it give way.
        let room = usize::from(self.size.width);
        let labels: Vec<Piece> = tabs.map(|(n, tab)| self.tab_label(n, tab)).collect();
        let upto_front = |first: usize| -> usize {
            labels[first..=self.desk.front].iter().map(|label| text::width(&label.text) + 1).sum()
        };
        let first = (0..=self.desk.front).find(|first| upto_front(*first) <= room).unwrap_or(self.desk.front);
        for label in &labels[first..] {
            left.push(label.clone());
            left.push(piece(" ", Tone::Plain));
        }
        let area = Area { x: 0, y: 0, width: self.size.width, height: 1 };
        Some((Bar { area, left, right: Vec::new() }, first))
    }

    fn tab_label(&self, n: usize, tab: &super::desk::Tab) -> Piece {
        let panes = tab.root.panes();
        let others = if panes.len() > 1 { format!(" +{}", panes.len() - 1) } else { String::new() };
        let front = n == self.desk.front;
        let unseen = panes.iter().filter(|_| !front).map(|pane| self.unseen(*pane));
        let (news, errors) = unseen.fold((false, false), |(news, errors), unseen| {
            (news || unseen.lines > 0, errors || unseen.errors > 0)
        });
        let (tone, star) = match (front, news, errors) {
            (true, ..) => (Tone::Focused, ""),
            (_, _, true) => (Tone::Bad, "!"),
            (_, true, _) => (Tone::Note, "*"),
            _ => (Tone::Name, ""),
        };
        let name = match &tab.name {
            Some(name) => text::printable(name),
            None => self.short_name(tab.focus) + &others,
        };
        piece(format!("{}:{name}{star}", n + 1), tone)
    }

    /// The last row: a message, what is typed so far, the search, or hints.
    fn bottom(&self) -> Option<Bar> {
        let Size { width, height } = self.size;
        if width == 0 || height == 0 {
            return None;
        }
        let area = Area { x: 0, y: height - 1, width, height: 1 };
        // The list of the hits in all panes says for itself how many there are.
        let listed = self.layers.iter().any(|layer| layer.hits_wanted(self) > 0);
        let mut right = if listed { Vec::new() } else { self.search_pieces() };
        if let Some((text, tone, more)) = self.messages.front() {
            if more > 0 {
                right = vec![piece(format!("{more} more"), Tone::Faint)];
            }
            let left = vec![piece(self.folded(text).pop().unwrap_or_default(), tone)];
            return Some(Bar { area, left, right });
        }
        if self.input.waits() {
            return Some(Bar { area, left: vec![piece(self.input.text(), Tone::Key)], right });
        }
        if let Some(said) = self.waiting_question() {
            return Some(Bar { area, left: vec![said], right });
        }
        if !right.is_empty() && !self.has_bottom() {
            // It lies over a row of the log, so it is not there for longer than it is news.
            return (self.found || self.counts()).then(|| Bar { area, left: right, right: Vec::new() });
        }
        // Where it has no row of its own it gives way to the log with the next key.
        let down = self.hosts_line(usize::from(width)).filter(|_| {
            self.layers.is_empty() && (self.has_bottom() || self.hosts_down().len() > self.down_read)
        });
        if let Some(down) = down {
            return Some(Bar { area, left: vec![down], right: Vec::new() });
        }
        if let Some(mark) = self.mistakes.mark() {
            right.insert(0, piece(format!("{mark} "), Tone::Bad));
        }
        self.has_bottom().then(|| Bar { area, left: self.hints(), right })
    }

    /// Where the last row is the log's, a word over its end says that the config is wrong until that was read.
    fn draw_mistakes(&self, screen: &mut Screen) {
        let Some(mark) = self.mistakes.word().filter(|_| screen.bottom.is_none()) else { return };
        let Size { width, height } = self.size;
        let wide = cells(text::width(mark));
        if self.layers.is_empty() && width > wide && height > 0 {
            let area = Area { x: width - wide, y: height - 1, width: wide, height: 1 };
            let rows = vec![vec![piece(mark, Tone::Bad)]];
            screen.popups.push(Popup { area, rows, ..Popup::default() });
        }
    }

    /// A message in rows, as many as it needs but no more than half of the screen, or [`SENTENCE`] where that is little.
    fn folded(&self, message: &str) -> Vec<String> {
        let mut rows = fold(&text::printable(message), usize::from(self.size.width));
        let most = (self.size.height / 2).max(SENTENCE.min(self.size.height.saturating_sub(1))).max(1);
        let most = usize::from(most);
        if rows.len() > most {
            let rest = rows.split_off(most - 1).join(" ");
            rows.push(rest);
        }
        rows
    }

    /// The rows of a long message above the last one.
    fn draw_message(&self, screen: &mut Screen) {
        let Some((text, tone, _)) = self.messages.front() else { return };
        let rows = self.folded(text);
        for (row, above) in rows.iter().rev().skip(1).zip(2..) {
            let y = self.size.height.saturating_sub(above);
            let area = Area { x: 0, y, width: self.size.width, height: 1 };
            screen.popups.push(Popup { area, rows: vec![vec![piece(row, tone)]], ..Popup::default() });
        }
    }

    /// Whether the search of the focused pane, or a jump in it, waits for a scan.
    fn counts(&self) -> bool {
        let Some(pane) = self.pane() else { return false };
        pane.jump.is_some() || pane.searching().any(Tally::runs)
    }

    /// Five keys that matter now.
    fn hints(&self) -> Vec<Piece> {
        let hints = match self.layers.last() {
            Some(layer) => layer.hints(self),
            None => self.pane_hints(),
        };
        let pieces = hints
            .into_iter()
            .flat_map(|(key, what)| [piece(key, Tone::Key), piece(format!(" {what}  "), Tone::Faint)]);
        pieces.collect()
    }

    fn pane_hints(&self) -> Vec<(String, String)> {
        let pane = self.pane();
        let wanted: [(&str, &str); 5] = match pane {
            Some(pane) if pane.selected.is_some() => [
                ("down", "extend"),
                ("copy", "copy"),
                ("save", "save"),
                ("escape", "leave"),
                ("help", "help"),
            ],
            Some(pane) if pane.search.is_some() => [
                ("next-hit", "next"),
                ("previous-hit", "previous"),
                ("escape", "end search"),
                ("keep", "keep"),
                ("help", "help"),
            ],
            Some(pane) if !pane.follows() => [
                ("follow", "follow"),
                ("search", "search"),
                ("keep", "keep"),
                ("select", "select"),
                ("help", "help"),
            ],
            Some(pane) if !pane.chain.terms.is_empty() => [
                ("toggle-filter", "filter on/off"),
                ("undo", "undo"),
                ("filter-panel", "terms"),
                ("more-context", "context"),
                ("help", "help"),
            ],
            _ => {
                [("search", "search"), ("keep", "keep"), ("drop", "drop"), ("help", "help"), ("quit", "quit")]
            }
        };
        let key = |command: &str| {
            let of = |context| self.keymap.key_in(context, command);
            self.contexts().iter().rev().find_map(|context| of(*context))
        };
        wanted.iter().filter_map(|(command, what)| Some((key(command)?, (*what).to_owned()))).collect()
    }

    /// Which hit the line at a place is, if it is one and all hits before it are counted.
    fn rank(&self, id: PaneId, place: &Place) -> Option<u64> {
        let pane = self.desk.panes.get(&id)?;
        let (strand, feed) = pane.strands().zip(self.feeds_of(pane)?).nth(place.log)?;
        let hit = news::count(&mut strand.walk_hits(feed)?, place.pos, place.pos + 1);
        if hit != Some(1) {
            return None;
        }
        let mut logs = pane.strands().zip(self.feeds_of(pane)?).enumerate();
        let before = logs.try_fold(0, |sum, (log, (strand, feed))| {
            Some(sum + hits_before(strand, feed, place.above(log))?)
        });
        before.map(|before| before + 1)
    }

    /// How far the search of the focused pane has come: `3 of 1,204 hits, 45 %`.
    pub(super) fn search_pieces(&self) -> Vec<Piece> {
        let Some((id, pane, feed)) = self.focused() else { return Vec::new() };
        let counting = feed.lines.as_ref().filter(|_| matches!(pane.jump, Some(super::pane::Jump::Line(_))));
        if let Some(lines) = counting {
            return vec![piece(format!("counting lines, {} %", lines.percent()), Tone::Note)];
        }
        let Some(search) = &pane.search else { return Vec::new() };
        let mut tallies = pane.searching();
        if let Some(why) = tallies.clone().find_map(|tally| tally.failed.clone()) {
            return vec![piece(why, Tone::Bad)];
        }
        let rank = pane.current.as_ref().and_then(|place| self.rank(id, place));
        let total = tallies.clone().map(|tally| tally.index.total()).sum();
        let mut said = counted(total, search.sought.hit());
        if let Some(rank) = rank {
            said = format!("{} of {said}", info::thousands(rank));
        }
        let complete = tallies.clone().all(Tally::complete);
        let tone = if total == 0 && complete { Tone::Bad } else { Tone::Faint };
        let mut pieces = vec![piece(said, tone)];
        if !complete {
            let percent = tallies.clone().map(Tally::percent).min().unwrap_or(100);
            let stopped = if tallies.any(|tally| tally.stopped) { ", stopped" } else { "" };
            pieces.push(piece(format!(", {percent} %{stopped}"), Tone::Note));
        }
        pieces
    }

    /// What a prefix can go on with.
    fn draw_continuations(&self, screen: &mut Screen) {
        if self.input.typed.is_empty() || self.input.moved.is_some() {
            return;
        }
        let typed = &self.input.typed;
        let mut rows: Vec<(String, String)> = Vec::new();
        for binding in self.keymap.continuing(self.contexts(), typed) {
            let keys: Vec<String> = binding.keys[typed.len()..].iter().map(ToString::to_string).collect();
            let doc = match binding.args.as_str() {
                "" => super::command::named(&binding.command).map_or("", |command| command.doc).to_owned(),
                args => format!("{} {args}", binding.command),
            };
            match rows.iter_mut().find(|(_, known)| *known == doc) {
                // A blank stands between keys that are pressed one after the other.
                Some((known, _)) => *known = format!("{known}, {}", keys.join(" ")),
                None => rows.push((keys.join(" "), doc)),
            }
        }
        let width = rows.iter().map(|(keys, _)| keys.chars().count()).max().unwrap_or(0);
        let row = |(keys, doc): (String, String)| {
            vec![piece(format!("{keys:width$}  "), Tone::Key), piece(doc, Tone::Plain)]
        };
        popup::above(screen, &self.input.text(), rows.into_iter().map(row).collect(), None, "");
    }
}

/// How far each log of a pane has been seen, with this picture on the screen.
fn seen(pane: &Pane, feeds: &[&Feed], picture: &Picture) -> Vec<Pos> {
    let last = picture.entries().next_back();
    let bottom = pane.eye == Eye::Bottom;
    let seen = |(log, (strand, feed)): (usize, (&Strand, &&Feed))| match last {
        _ if bottom => strand.end(feed),
        Some(entry) => entry.place.behind(entry.line.end).above(log),
        None => Pos(0),
    };
    pane.strands().zip(feeds).enumerate().map(seen).collect()
}

/// Hits of a log before `pos`, if all of them are counted.
fn hits_before(strand: &Strand, feed: &Feed, pos: Pos) -> Option<u64> {
    let index = &strand.hits.as_ref()?.tally.index;
    let (before, known) = index.count_before_block(pos);
    let block = Pos(pos.0 / crate::core::index::BLOCK * crate::core::index::BLOCK);
    let from = block.max(index.covered().start);
    let mut hits = strand.walk_hits(feed)?;
    let since = news::count(&mut hits, from, pos).filter(|_| known)?;
    Some(before + since)
}
