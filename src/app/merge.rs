//! The merged stream: panes of several logs shown as one pane, in the order of time, and back.

use std::collections::{BTreeMap, BTreeSet};

use super::App;
use super::command::Call;
use super::desk::Tab;
use super::eye::Eye;
use super::feed::Feed;
use super::folding::Folding;
use super::pane::{Jump, Pane, PaneId, Search};
use super::source::SourceId;
use super::strand::Strand;
use crate::core::filter::Chain;
use crate::core::label::Crowd;
use crate::core::place::Place;
use crate::core::pos::Pos;
use crate::core::stream::Next;
use crate::core::text;

/// Columns of a name, by the width of the pane: from so many columns on, at most so many. Below that there is none.
const COLUMNS: [(usize, usize); 3] = [(60, 12), (30, 6), (8, 1)];

/// What a merged pane stands for.
pub struct Merged {
    /// The tabs it took the place of, with their panes.
    pub tabs: Vec<Tab>,
    /// Which of these was in front.
    pub front: usize,
    /// What each of its logs is called.
    names: Vec<String>,
    /// A plan wants it, nobody has merged it by hand.
    pub planned: bool,
}

impl Merged {
    /// Columns that names take in a pane this wide, with a blank behind.
    pub fn columns(&self, width: usize) -> usize {
        if COLUMNS.iter().all(|(from, _)| width < *from) {
            return 0;
        }
        self.brief(width).iter().map(|name| text::width(name)).max().unwrap_or(0) + 1
    }

    /// What its logs are called in a pane this wide.
    pub fn brief(&self, width: usize) -> Vec<String> {
        let most = COLUMNS.iter().find(|(from, _)| width >= *from).map_or(1, |(_, most)| *most);
        brief(&self.names, most)
    }
}

/// What was put on a stream that was left: it is there again when the same logs are merged again.
#[derive(Clone)]
pub struct Left {
    sources: BTreeSet<SourceId>,
    chain: Chain,
    undo: Vec<Chain>,
    context: usize,
    folding: Folding,
    search: Option<Search>,
    marks: Marked,
}

/// Marked lines: which letter, of which log, where.
type Marked = Vec<(char, SourceId, Pos)>;

impl Left {
    /// The logs it was of.
    pub fn sources(&self) -> &BTreeSet<SourceId> {
        &self.sources
    }

    fn of(pane: &Pane) -> Left {
        Left {
            sources: pane.strands().map(|strand| strand.source).collect(),
            chain: pane.chain.clone(),
            undo: pane.undo.clone(),
            context: pane.context,
            folding: pane.folding,
            search: pane.search.clone(),
            marks: marked(pane),
        }
    }
}

/// The marks of a pane, by log.
fn marked(pane: &Pane) -> Marked {
    let source = |place: &Place| pane.strands().nth(place.log).map(|strand| strand.source);
    pane.marks.iter().filter_map(|(letter, place)| Some((*letter, source(place)?, place.pos))).collect()
}

pub(super) fn toggle(app: &mut App, call: &Call) {
    let Some(id) = app.desk.focused() else { return };
    if app.pane().is_some_and(|pane| pane.merged.is_some()) {
        return app.unmerge(id);
    }
    match app.chosen(call.arg.trim()) {
        Ok(panes) => {
            // All of one tab are merged there; the others stay as they are.
            if let Some(front) = app.desk.tabs.iter().position(|tab| tab.root.panes() == panes) {
                app.desk.front = front;
            }
            app.merge(&panes);
        }
        Err(sentence) => app.messages.note(sentence),
    }
}

impl App {
    /// What can be said of which panes are to be merged: `all`, groups, and names of panes.
    pub(super) fn merge_names(&self) -> Vec<String> {
        let groups = self.desk.tabs.iter().filter_map(|tab| tab.name.clone());
        let panes = self.desk.order().into_iter().map(|pane| self.short_name(pane));
        let panes = panes.filter(|name| !name.contains(' '));
        let mut names: Vec<String> = groups.chain(panes).filter(|name| !name.is_empty()).collect();
        names.sort();
        names.insert(0, "all".to_owned());
        names.dedup();
        names
    }

    /// The panes that are to be merged: all of the tab, all there are, or those whose names say one of some words.
    fn chosen(&self, words: &str) -> Result<Vec<PaneId>, String> {
        let own = self.desk.tab().map(|tab| tab.root.panes()).unwrap_or_default();
        // Where panes have so little room that each is on a tab of its own, all are meant.
        let panes = if words.is_empty() && own.len() > 1 { own } else { self.desk.order() };
        if words.is_empty() || words == "all" {
            return Ok(panes);
        }
        let group = |pane: &PaneId| {
            let tab = self.desk.tabs.iter().find(|tab| tab.root.panes().contains(pane))?;
            tab.name.clone()
        };
        let own = |id: &&PaneId| group(id).as_deref() == Some(words);
        let grouped: Vec<PaneId> = panes.iter().filter(own).copied().collect();
        if !grouped.is_empty() {
            return Ok(grouped);
        }
        let says = |pane: &PaneId, word: &str| {
            let source = self.desk.panes.get(pane).and_then(|pane| self.feeds.get(&pane.strand.source));
            source.is_some_and(|feed| feed.is_called(word))
        };
        let unknown = words.split_whitespace().find(|word| !panes.iter().any(|pane| says(pane, word)));
        if let Some(word) = unknown {
            return Err(format!("no log that is shown is called {}", text::printable(word)));
        }
        Ok(panes.into_iter().filter(|pane| words.split_whitespace().any(|word| says(pane, word))).collect())
    }

    /// Shows the logs of panes as one stream, which begins where the focused pane looks.
    pub(super) fn merge(&mut self, panes: &[PaneId]) {
        let Some((_, own, _)) = self.focused() else { return };
        let mut known = BTreeSet::new();
        let shown = panes.iter().filter_map(|id| self.desk.panes.get(id)).flat_map(Pane::strands);
        let mut strands: Vec<Strand> =
            shown.filter(|strand| known.insert(strand.source)).map(Strand::twin).collect();
        if strands.len() < 2 {
            let merge = self.pressed("merge");
            let sentence = format!("there is one log only; :open PATH follows another, {merge} merges them");
            return self.messages.note(sentence);
        }
        for strand in &mut strands {
            let end = self.feeds.get(&strand.source).map(super::feed::Feed::end);
            strand.frozen = end.filter(|_| own.frozen());
        }
        let log = strands.iter().position(|strand| strand.source == own.strand.source);
        let (look, context) = (own.look, own.context);
        let from = match &own.eye {
            Eye::At(anchor) => log.map(|log| (log, anchor.place.pos)),
            Eye::Bottom => None,
        };
        let names = self.names(strands.iter().map(|strand| strand.source).collect());
        let timeless: Vec<&str> = (strands.iter().zip(&names))
            .filter(|(strand, _)| self.is_timeless(strand.source))
            .map(|(_, name)| name.as_str())
            .collect();
        let count = strands.len();
        let merge = self.pressed("merge");
        let mut said = format!("{count} logs in the order of time; {merge} goes back to the panes");
        if !timeless.is_empty() {
            said = format!("{said}; no times in {}: above all others", timeless.join(", "));
        }
        let whole =
            panes.iter().any(|pane| !self.desk.tab().is_some_and(|tab| tab.root.panes().contains(pane)));
        let mut strands = strands.into_iter();
        let Some(first) = strands.next() else { return };
        let mut pane = Pane::new(first, context);
        (pane.others, pane.look) = (strands.collect(), look);
        (pane.look.numbers, pane.look.histogram) = (false, false);
        let focused = self.desk.focused();
        let (tabs, front) = self.desk.fold(whole);
        pane.merged = Some(Merged { tabs, front, names, planned: false });
        let id = self.desk.unite(pane);
        let first = |id: &&PaneId| Some(**id) == focused;
        let rest = panes.iter().filter(|id| !first(id));
        self.carry_over(id, panes.iter().filter(first).chain(rest));
        if let Some((log, pos)) = from {
            self.look_at(id, Jump::Byte(log, pos));
        }
        self.messages.note(said);
    }

    /// What was put on the stream that was left last is put on the stream of these panes too.
    pub(super) fn leave_for(&mut self, panes: &[PaneId]) {
        let shown = panes.iter().filter_map(|id| self.desk.panes.get(id)).flat_map(Pane::strands);
        let sources = shown.map(|strand| strand.source).collect();
        if let Some(left) = &mut self.left {
            left.sources = sources;
        }
    }

    /// Puts on a stream what was on it when it was left, and the marks of the panes it takes the place of. Of two lines
    /// with one letter the first pane's has it, or that which had it in the stream.
    fn carry_over<'p>(&mut self, id: PaneId, panes: impl Iterator<Item = &'p PaneId>) {
        let marks: Marked = panes.filter_map(|pane| self.desk.panes.get(pane)).flat_map(marked).collect();
        let Some(pane) = self.desk.panes.get(&id) else { return };
        let sources: Vec<SourceId> = pane.strands().map(|strand| strand.source).collect();
        let left = self.left.clone().filter(|left| left.sources == sources.iter().copied().collect());
        let first = left.iter().flat_map(|left| &left.marks).filter(|mark| marks.contains(mark));
        let mut places: BTreeMap<char, Place> = BTreeMap::new();
        for (letter, source, pos) in first.chain(&marks) {
            let Some(log) = sources.iter().position(|own| own == source) else { continue };
            if !places.contains_key(letter) {
                // While it is not known what of the others stands above it is a mark all the same.
                let place = self.locate(id, log, *pos).unwrap_or_else(|_| Place::of(log, *pos));
                places.insert(*letter, place);
            }
        }
        let Some(pane) = self.desk.panes.get_mut(&id) else { return };
        pane.marks = places;
        if let Some(Left { chain, undo, context, folding, search, .. }) = left {
            (pane.undo, pane.context, pane.folding, pane.search) = (undo, context, folding, search);
            self.use_chain(id, chain);
        }
    }

    /// The line a stream is looked at by, and what of the other logs stands above it, whatever the stream's filter
    /// leaves out of these; none at the end.
    fn looked_at(&self, id: PaneId) -> Option<Place> {
        let pane = self.desk.panes.get(&id)?;
        let Eye::At(anchor) = &pane.eye else { return None };
        let mut stream = pane.stream(&self.feeds)?;
        let place = match stream.at_or_after(&anchor.place) {
            Ok(Next::Line(place, ..)) => place,
            _ => return Some(anchor.place.clone()),
        };
        Some(stream.locate(place.log, place.pos).unwrap_or(place))
    }

    /// Shows the panes of a merged stream again, each at the instant that was looked at.
    pub(super) fn unmerge(&mut self, id: PaneId) {
        let reference = self.looked_at(id);
        let Some((pane, shown)) = self.desk.part(id) else { return };
        let left = Left::of(&pane);
        for tally in pane.tallies() {
            self.stop(tally);
        }
        for (log, strand) in pane.strands().enumerate() {
            let end = self.feeds.get(&strand.source).map(|feed| strand.end(feed)).unwrap_or_default();
            for own in &shown {
                let Some(own) = self.desk.panes.get_mut(own).filter(|own| own.shows(strand.source)) else {
                    continue;
                };
                own.strand.seen = own.strand.seen.max(strand.seen);
                let marks = left.marks.iter().filter(|(_, source, _)| *source == strand.source);
                own.marks.extend(marks.map(|(letter, _, pos)| (*letter, Place::from(*pos))));
                let Some(place) = &reference else {
                    own.eye = Eye::Bottom;
                    continue;
                };
                own.leave();
                own.eye = if place.above(log) < end { Eye::top(place.above(log)) } else { Eye::Bottom };
                own.jump = None;
                own.current = (place.log == log).then(|| place.pos.into());
            }
        }
        self.left = Some(left);
        let source = |place: &Place| Some(pane.strands().nth(place.log)?.source);
        let source = reference.as_ref().and_then(source);
        let focus = shown.iter().find(|id| {
            self.desk.panes.get(id).is_some_and(|pane| source.is_some_and(|source| pane.shows(source)))
        });
        if let Some(focus) = focus {
            self.desk.focus(*focus);
        }
        self.resize(self.size);
    }

    /// Takes the streams apart that show a source.
    pub(super) fn part_with(&mut self, source: SourceId) {
        let merged = |pane: &&PaneId| {
            self.desk.panes.get(pane).is_some_and(|pane| pane.merged.is_some() && pane.shows(source))
        };
        let panes: Vec<PaneId> = self.desk.order().iter().filter(merged).copied().collect();
        panes.into_iter().for_each(|id| self.unmerge(id));
    }

    /// Whether no line of a source is known to say when it was written, although there are some.
    pub(super) fn is_timeless(&self, source: SourceId) -> bool {
        self.feeds.get(&source).is_some_and(|feed| feed.learner.zone().is_none() && feed.end().0 > 0)
    }

    /// What tells sources from each other.
    fn names(&self, sources: Vec<SourceId>) -> Vec<String> {
        let feeds = || sources.iter().map(|id| self.feeds.get(id));
        let all = Crowd::new(feeds().flatten().map(Feed::name));
        feeds().map(|own| own.map(|own| own.name_among(&all)).unwrap_or_default()).collect()
    }
}

/// Names cut to so many columns, in which they can still be told apart.
fn brief(names: &[String], most: usize) -> Vec<String> {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    // That a log is one need not be said.
    let bare: Vec<&str> = names.iter().map(|name| name.strip_suffix(".log").unwrap_or(name)).collect();
    if bare.iter().collect::<BTreeSet<_>>().len() == names.len() && !bare.contains(&"") {
        names = bare;
    }
    let cut =
        |names: &[&str]| -> Vec<String> { names.iter().map(|name| first_columns(name, most)).collect() };
    let told = |names: &[String]| names.iter().collect::<BTreeSet<_>>().len() == names.len();
    let whole = cut(&names);
    if told(&whole) {
        return whole;
    }
    // What they all begin with tells nothing.
    let shared = |a: &str, b: &str| a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let alike = names.iter().map(|name| shared(name, names.first().unwrap_or(name))).min().unwrap_or(0);
    let parts: Vec<&str> = names
        .iter()
        .map(|name| name.char_indices().nth(alike).map_or("", |(at, _)| &name[at..]))
        .map(|rest| rest.trim_start_matches(|c: char| !c.is_alphanumeric()))
        .collect();
    let parts = cut(&parts);
    if told(&parts) && parts.iter().all(|part| !part.is_empty()) {
        return parts;
    }
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap_or(0)).to_string();
    if most < 3 {
        return (0..names.len()).map(letter).collect();
    }
    let number = |(n, name): (usize, &&str)| {
        let number = (n + 1).to_string();
        first_columns(name, most.saturating_sub(number.len())) + &number
    };
    names.iter().enumerate().map(number).collect()
}

/// The first columns of a name.
fn first_columns(name: &str, columns: usize) -> String {
    let end = text::wrap(name, columns.max(1)).into_iter().next().map_or(0, |row| row.end);
    name[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str], most: usize) -> Vec<String> {
        brief(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), most)
    }

    #[test]
    fn names_are_cut_to_what_tells_them_apart() {
        assert_eq!(names(&["api.log", "web.log"], 12), ["api", "web"]);
        assert_eq!(names(&["api.log", "web.txt"], 12), ["api", "web.txt"]);
        assert_eq!(names(&["api.log", "api", ".log"], 12), ["api.log", "api", ".log"]);
        assert_eq!(names(&["service-alpha.log", "service-beta.log"], 6), ["alpha", "beta"]);
        assert_eq!(names(&["api.log", "web.log"], 1), ["a", "w"]);
        assert_eq!(names(&["api.log", "app.log"], 1), ["i", "p"]);
        assert_eq!(names(&["api.log", "app.log", "web.log", "worker.log"], 1), ["a", "b", "c", "d"]);
        assert_eq!(
            names(&["one-and-the-same-1x", "one-and-the-same-1y", "other"], 6),
            ["one-a1", "one-a2", "other3"]
        );
    }
}
