//! What files say of a pane: the settings and, over them, what the plan says of this very pane. A pane begins as its word
//! has it. When the word changes, whichever file it was, the pane goes with it in all that stands as it was said before:
//! what somebody has changed by hand stays.

use std::collections::{BTreeMap, BTreeSet};

use super::App;
use super::folding::Folding;
use super::pane::{Look, Pane, PaneId};
use super::said::Said;
use super::source::SourceId;
use crate::config::settings::Settings;
use crate::config::workspace::View;
use crate::core::filter::Chain;

/// What files say of a pane.
pub(super) struct Word {
    look: Look,
    folding: Folding,
    context: usize,
    /// Names of values that are not shown.
    hidden: BTreeSet<String>,
    /// Its filter, by who says it.
    filter: Vec<Said>,
    /// All of that is switched off.
    off: bool,
    /// The plan says its filter, in place of all others.
    own_filter: bool,
}

/// Which pane. A stream is another pane each time it is merged.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    Pane(PaneId),
    Stream(BTreeSet<SourceId>),
}

/// What files say of all panes.
#[derive(Default)]
pub(super) struct Words(BTreeMap<Whose, Word>);

impl Whose {
    fn of(id: PaneId, pane: &Pane) -> Whose {
        match pane.merged {
            Some(_) => Whose::Stream(pane.strands().map(|strand| strand.source).collect()),
            None => Whose::Pane(id),
        }
    }
}

impl Word {
    /// What the settings say, and over them a view; a stream has neither line numbers nor a histogram.
    fn new(settings: &Settings, view: &View, stream: bool) -> Word {
        let Settings { wrap, numbers, form, times, context, by_line, .. } = *settings;
        let look = Look {
            wrap: view.wrap.unwrap_or(wrap),
            numbers: view.numbers.unwrap_or(numbers) && !stream,
            histogram: view.histogram && !stream,
            way: view.form.unwrap_or(form),
            times: view.times.unwrap_or(times),
            left: 0,
        };
        let by_line = view.by_line.unwrap_or(by_line);
        Word {
            look,
            folding: Folding { by_line, tails: view.fold_tails, repeats: view.fold_repeats },
            context: view.context.unwrap_or(context),
            hidden: view.hide.iter().cloned().collect(),
            filter: Vec::new(),
            off: view.filters_off,
            own_filter: view.filters.is_some(),
        }
    }

    /// The filter of a pane that goes from what was said before to this.
    fn filter(&self, own: &Chain, before: Option<&Word>, open: bool) -> Chain {
        let Some(before) = before else {
            let terms = self.filter.iter().flat_map(|said| said.terms().iter().cloned()).collect();
            return Chain { terms, off: self.off };
        };
        let terms = Said::exchange(&own.terms, &before.filter, &self.filter, open);
        let off = if own.off == before.off { self.off } else { own.off };
        Chain { terms: terms.unwrap_or_else(|| own.terms.clone()), off }
    }
}

/// Takes a part of a new word into a pane that stands as the one before had it; one that had none takes everything.
fn take<T: PartialEq>(own: &mut T, before: Option<&Word>, word: &Word, part: impl Fn(&Word) -> T) {
    if before.is_none_or(|before| part(before) == *own) {
        *own = part(word);
    }
}

impl Pane {
    /// Goes from one word to another in all but its filter.
    fn take(&mut self, before: Option<&Word>, word: &Word) {
        let own = &mut self.look;
        take(&mut own.wrap, before, word, |word| word.look.wrap);
        take(&mut own.numbers, before, word, |word| word.look.numbers);
        take(&mut own.histogram, before, word, |word| word.look.histogram);
        take(&mut own.way, before, word, |word| word.look.way);
        take(&mut own.times, before, word, |word| word.look.times);
        let own = &mut self.folding;
        take(&mut own.by_line, before, word, |word| word.folding.by_line);
        take(&mut own.tails, before, word, |word| word.folding.tails);
        take(&mut own.repeats, before, word, |word| word.folding.repeats);
        take(&mut self.context, before, word, |word| word.context);
        match before {
            // Each name is hidden by itself.
            Some(before) => {
                self.hidden.retain(|name| !before.hidden.contains(name) || word.hidden.contains(name));
                self.hidden.extend(word.hidden.difference(&before.hidden).cloned());
            }
            None => self.hidden.clone_from(&word.hidden),
        }
        if word.own_filter || before.is_some_and(|before| before.own_filter) {
            self.own_filter = word.own_filter;
        }
    }
}

impl App {
    /// What files say of a pane now.
    fn word(&self, pane: PaneId, own: &Pane) -> Word {
        let planned = &self.space.planned;
        let leaf = match &own.merged {
            Some(stream) => stream.planned.map(|tab| planned.of_tab(tab).start),
            None => self.space.leaves.get(&pane).copied(),
        };
        let none = View::default();
        let view = leaf.and_then(|leaf| planned.view(leaf)).unwrap_or(&none);
        let stream = own.merged.is_some();
        let filter = match &view.filters {
            Some(terms) => vec![self.said_by_plan(terms)],
            None if stream => Vec::new(),
            None => self.begins_with(own.strand.source),
        };
        Word { filter, ..Word::new(&self.settings, view, stream) }
    }

    /// What files say of all panes now.
    pub(super) fn words(&self) -> Words {
        let panes = self.desk.panes.iter();
        Words(panes.map(|(id, pane)| (Whose::of(*id, pane), self.word(*id, pane))).collect())
    }

    /// Has a pane that came stand as files have it.
    pub(super) fn dress(&mut self, id: PaneId) {
        self.go(id, None);
    }

    /// Has all panes go with what files say now that they said otherwise `before`.
    pub(super) fn go_with_words(&mut self, before: &Words) {
        let panes: Vec<PaneId> = self.desk.panes.keys().copied().collect();
        panes.into_iter().for_each(|id| self.go(id, Some(before)));
    }

    /// Has a pane go from its word among those before to what files say of it now.
    fn go(&mut self, id: PaneId, before: Option<&Words>) {
        let Some(pane) = self.desk.panes.get(&id) else { return };
        let word = self.word(id, pane);
        let before = before.and_then(|before| before.0.get(&Whose::of(id, pane)));
        let Some(pane) = self.desk.panes.get_mut(&id) else { return };
        let (look, folding, context, hidden) = (pane.look, pane.folding, pane.context, pane.hidden.clone());
        pane.take(before, &word);
        if (look.wrap, look.way) != (pane.look.wrap, pane.look.way) {
            pane.look.left = 0;
            pane.relaid();
        } else if hidden != pane.hidden {
            pane.relaid();
        }
        let chain = word.filter(&pane.chain, before, word.own_filter || !pane.own_filter);
        let plain = pane.chain.terms.is_empty();
        if !chain.is_like(&pane.chain) {
            // What a pane begins with is no change that could be taken back.
            match before {
                None if plain => self.use_chain(id, chain),
                _ => self.change_chain(id, chain),
            }
            return self.number_shown(id, look.numbers);
        }
        // The same, perhaps said by others.
        pane.chain = chain;
        if (folding, context) != (pane.folding, pane.context) {
            self.look_anew(id);
        }
        self.number_shown(id, look.numbers);
    }

    /// Begins to count the lines of a pane that shows their numbers and did not before.
    fn number_shown(&mut self, id: PaneId, before: bool) {
        let shown = self.desk.panes.get(&id).filter(|pane| pane.look.numbers && !before);
        if let Some(source) = shown.map(|pane| pane.strand.source) {
            let near = self.near(id, 0);
            self.number_lines(source, near);
        }
    }
}
