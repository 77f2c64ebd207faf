//! What a pane keeps as one, and what it folds: whole records or single lines, the tails of records, repeated lines.
//! What is folded stands behind the filter: it is found by the same scans, and shown as a count beside the line that
//! stands for it.

use super::App;
use super::command::Call;
use super::eye::Eye;
use super::info::thousands;
use super::lens::{Entry, Picture};
use super::numbers::starts_between;
use super::pane::{Pane, PaneId};
use super::rows::{Brush, counted};
use crate::core::filter::{Chain, Filter, Grain, Test};
use crate::core::pick;
use crate::core::place::Place;
use crate::core::pos::Pos;
use crate::core::record::record_at;
use crate::core::walk::{Role, Step, StoreWalk, Walk};

/// Columns that wrapped text leaves free for counts, in panes of [`ROOMY`] columns and more.
const COUNTS: usize = 11;
/// Bytes of a tail whose lines are counted with every frame.
const TAIL: u64 = 32 << 10;
/// From this width on a count says what it counts.
const ROOMY: usize = 40;

/// What is kept as one, and what is folded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Folding {
    /// The filter keeps and drops single lines, not whole records.
    pub by_line: bool,
    /// Only the first line of a record is shown; then the filter keeps and drops whole records.
    pub tails: bool,
    /// A line that says the same as the one before is not shown.
    pub repeats: bool,
}

impl Folding {
    /// What is kept or dropped as one; `filtered`: something is.
    fn grain(self, filtered: bool) -> Grain {
        match self {
            Folding { tails: true, .. } => Grain::Head,
            Folding { by_line: true, .. } => Grain::Line,
            // Every line of every record: nobody has to read lines for that.
            _ if !filtered => Grain::Line,
            _ => Grain::Record,
        }
    }

    /// Whether the filter keeps and drops single lines.
    pub fn judges_lines(self) -> bool {
        self.grain(true) == Grain::Line
    }

    /// Whether lines are left out that the filter keeps.
    pub fn any(self) -> bool {
        self.tails || self.repeats
    }

    /// What is shown through a chain, `None` when that is every line; and while repeated lines are left out, what
    /// would be shown with them.
    pub fn filters(self, chain: &Chain) -> (Option<Filter>, Option<Filter>) {
        let filtered = chain.filter();
        let grain = self.grain(filtered.is_some());
        let kept = filtered.or_else(|| self.any().then(Filter::all));
        let folded = |repeats| kept.as_ref().map(|kept| kept.folded(grain, repeats));
        (folded(self.repeats), folded(false).filter(|_| self.repeats))
    }

    /// What is sought among the lines that are shown.
    pub fn search(self, chain: &Chain, test: impl Into<Test>) -> Filter {
        let grain = self.grain(chain.filter().is_some());
        Filter::search(chain, test).folded(grain, self.repeats)
    }

    /// Columns for text where lines are wrapped, of so many.
    pub fn text_columns(self, width: usize) -> usize {
        if self.any() && width >= ROOMY { width - COUNTS } else { width }
    }
}

pub(super) fn whole_records(app: &mut App, call: &Call) {
    let Some(by_line) = app.pane().map(|pane| pane.folding.by_line) else { return };
    let whole = switched(call, !by_line);
    app.refold(|folding| folding.by_line = !whole);
    let tails = app.pane().is_some_and(|pane| pane.folding.tails);
    app.messages.note(match whole {
        true => "the filter keeps and drops whole records".to_owned(),
        false if tails => {
            let unfold = app.pressed("fold-tails");
            format!("whole records while their tails are folded; {unfold} unfolds them")
        }
        false => "the filter keeps and drops single lines".to_owned(),
    });
}

pub(super) fn tails(app: &mut App, call: &Call) {
    let Some(tails) = app.pane().map(|pane| pane.folding.tails) else { return };
    let folded = switched(call, tails);
    if folded {
        app.look_at_head();
    }
    app.refold(|folding| folding.tails = folded);
    app.messages.note(match folded {
        true => format!(
            "only the first line of each record is shown; {} shows a whole one, {} all lines again",
            app.pressed("record"),
            app.pressed("fold-tails")
        ),
        false => "every line of a record is shown".to_owned(),
    });
}

pub(super) fn repeats(app: &mut App, call: &Call) {
    let Some(repeats) = app.pane().map(|pane| pane.folding.repeats) else { return };
    let folded = switched(call, repeats);
    app.refold(|folding| folding.repeats = folded);
    app.messages.note(match folded {
        true => format!(
            "lines that repeat themselves, numbers and ids aside, are shown once; {} shows them all",
            app.pressed("fold-repeats")
        ),
        false => "repeated lines are shown".to_owned(),
    });
}

/// What a switch is put to that is `on` now.
fn switched(call: &Call, on: bool) -> bool {
    match call.arg.as_str() {
        "on" => true,
        "off" => false,
        _ => !on,
    }
}

impl App {
    /// Shows the focused pane in another way. The line that is looked at stays where it is.
    fn refold(&mut self, change: impl FnOnce(&mut Folding)) {
        let Some(id) = self.desk.focused() else { return };
        let Some(pane) = self.desk.panes.get_mut(&id) else { return };
        let before = pane.folding;
        change(&mut pane.folding);
        if before != pane.folding {
            self.look_anew(id);
        }
    }

    /// Looks at the head of the record where the focused pane looks in the midst of one: what is left of it when its
    /// tail is folded.
    fn look_at_head(&mut self) {
        let Some((id, pane, _)) = self.focused() else { return };
        let head = |place: &Place| -> Option<Place> {
            let (_, record) = self.record_of(id, place).ok()?;
            let mut head = place.clone();
            head.pos = record.start;
            Some(head)
        };
        let anchor = match &pane.eye {
            Eye::At(anchor) => head(&anchor.place),
            Eye::Bottom => None,
        };
        let current = pane.current.as_ref().and_then(head);
        let Some(pane) = self.desk.panes.get_mut(&id) else { return };
        if let (Eye::At(anchor), Some(head)) = (&mut pane.eye, anchor) {
            anchor.row = if anchor.place == head { anchor.row } else { 0 };
            anchor.place = head;
        }
        pane.current = current;
    }

    /// A line, or the one that stands for it where it is folded.
    pub(super) fn shown_for(&self, id: PaneId, place: &Place) -> Place {
        let folded = self.desk.panes.get(&id).is_some_and(|pane| pane.folding.any());
        let Some((mut lens, _)) = self.lens(id).filter(|_| folded) else { return place.clone() };
        let shown = |found: super::lens::Found| match found {
            super::lens::Found::Entry(entry) => Some(entry.place.clone()),
            super::lens::Found::Nothing(_) => None,
        };
        match shown(lens.at_or_after(place)).filter(|found| found == place) {
            Some(itself) => itself,
            None => shown(lens.before(place)).unwrap_or_else(|| place.clone()),
        }
    }
}

impl Brush<'_> {
    /// What is folded behind the lines of a picture: `+12 lines ×3`. Nothing where it is not known yet.
    pub(super) fn counts(&self, picture: &Picture) -> Vec<(Place, String)> {
        let folding = self.pane.folding;
        if !folding.any() {
            return Vec::new();
        }
        let mut walks = self.shown_walks();
        let mut counts = Vec::new();
        for entry in picture.entries().filter(|entry| entry.role == Role::Kept) {
            let mut said = Vec::new();
            let tail = folding.tails.then(|| self.tail_of(entry)).flatten();
            said.extend(tail.filter(|(lines, _)| *lines > 0).map(|(lines, more)| match more {
                true => format!("+{} or more", thousands(lines)),
                false if self.width < ROOMY => format!("+{lines}"),
                false => format!("+{}", counted(lines, "line")),
            }));
            let walk = walks.get_mut(entry.place.log).and_then(Option::as_mut);
            if let Some(times) = walk.and_then(|walk| self.times(entry, walk)).filter(|times| *times > 1) {
                said.push(format!("×{}", thousands(times)));
            }
            if !said.is_empty() {
                counts.push((entry.place.clone(), said.join(" ")));
            }
        }
        counts
    }

    /// Walks of what each log of the pane shows, where repeated lines are folded.
    fn shown_walks(&self) -> Vec<Option<StoreWalk<'_>>> {
        let strands = self.pane.strands().zip(self.feeds);
        strands.map(|(strand, feed)| strand.all.as_ref().map(|_| strand.walk(feed, 0))).collect()
    }

    /// Lines of a record behind its first, as far as [`TAIL`] reaches, and whether there may be more.
    fn tail_of(&self, entry: &Entry) -> Option<(u64, bool)> {
        let (strand, feed) = self.pane.strands().zip(self.feeds).nth(entry.place.log)?;
        let (store, reading) = (&*feed.source.store, &**feed.learner.reading());
        let end = strand.end(feed);
        let far = end.min(entry.line.end + TAIL);
        let record = record_at(store, reading, entry.line.start, far).ok()?;
        let lines = starts_between(store, entry.line.end, record.end).ok()??;
        Some((lines, record.end == far && far < end))
    }

    /// How often a line is there until another is shown.
    fn times(&self, entry: &Entry, walk: &mut StoreWalk<'_>) -> Option<u64> {
        let (strand, feed) = self.pane.strands().zip(self.feeds).nth(entry.place.log)?;
        let all = strand.all.as_ref()?;
        let end = strand.end(feed);
        let until = match walk.at_or_after(entry.line.end).ok()? {
            Step::Line(next, _) => next.start,
            Step::Edge => end,
            Step::Pending(_) => return None,
        };
        if until == entry.line.end {
            return Some(1);
        }
        let range: std::ops::Range<Pos> = entry.line.start..until;
        pick::count(&all.filter, &all.tally.index, &*feed.source.store, range, end).ok().flatten()
    }
}

/// How a pane keeps and folds, for its title; nothing where that is the usual.
pub fn said(pane: &Pane) -> Vec<&'static str> {
    let Folding { by_line, tails, repeats } = pane.folding;
    let filtered = !pane.chain.terms.is_empty() && !pane.chain.off;
    let said =
        [(by_line && filtered && !tails, "by line"), (tails, "tails folded"), (repeats, "repeats folded")];
    said.into_iter().filter(|(so, _)| *so).map(|(_, said)| said).collect()
}
