//! Two panes of one log that are kept at one line: the lines a filter keeps above, the whole log below.
//!
//! The line is the current one of the pane that has the focus; the other marks it too, or where it does not show it
//! the last line before it that it shows. Each is a pane like any other: the pair is nothing but each one's number
//! in the other.

use super::App;
use super::command::Call;
use super::eye::{Anchor, Eye};
use super::layout::Split;
use super::lens::Found;
use super::pane::{Pane, PaneId, Sought};
use super::panes::OF_STREAM;
use crate::core::filter::{Chain, Kind, Term};
use crate::core::place::Place;

/// Where a pane that leads another looked when it did last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Led {
    pane: PaneId,
    current: Option<Place>,
    eye: Eye,
}

pub(super) fn open(app: &mut App, _: &Call) {
    let Some((id, pane, _)) = app.focused() else { return };
    if pane.merged.is_some() {
        return app.not_of_streams(OF_STREAM);
    }
    if pane.pair.is_some() {
        let close = app.pressed("close");
        return app.messages.note(format!("this pane has its match already; {close} closes either"));
    }
    let sought = pane.search.as_ref().and_then(|search| search.sought.pattern()).cloned();
    let term = match (pane.chain.filter().is_some(), sought) {
        (true, _) => None,
        (false, Some(pattern)) => Some(Term::new(Kind::Keep, pattern)),
        (false, None) => {
            let (keep, search) = (app.pressed("keep"), app.pressed("search"));
            return app.messages.note(format!(
                "which lines? {keep} keeps some, or {search} finds some, and then this shows them"
            ));
        }
    };
    if !app.desk.can_split(Split::Below, app.panes_area()) {
        return app.messages.note("there is no room for another pane");
    }
    let current = app.current_line().map(|(_, place)| place);
    let Some(pane) = app.desk.panes.get_mut(&id) else { return };
    let whole = Pane { chain: Chain::default(), own_filter: true, pair: Some(id), ..pane.twin() };
    if !pane.follows() {
        pane.current = current;
    }
    if let Some(term) = term {
        let chain = pane.chain.clone();
        let terms = chain.terms.into_iter().chain([term]).collect();
        app.change_chain(id, Chain { terms, off: false });
    }
    let other = app.desk.split(whole, Split::Below);
    app.desk.focus(id);
    if let Some(pane) = app.desk.panes.get_mut(&id) {
        pane.pair = Some(other);
    }
    let search = app.desk.panes.get(&id).and_then(|pane| pane.search.clone());
    if let Some(Sought::Pattern(pattern)) = search.map(|search| search.sought) {
        app.start_search(other, Sought::Pattern(pattern), false);
    }
    app.paired = None;
}

impl App {
    /// Panes whose other half was closed are by themselves again.
    pub(super) fn unpair(&mut self) {
        let there: Vec<PaneId> = self.desk.panes.keys().copied().collect();
        for pane in self.desk.panes.values_mut() {
            pane.pair.take_if(|pair| !there.contains(pair));
        }
    }

    /// Brings the other pane of a pair to the line the focused one is at, when that is another one now.
    pub(super) fn keep_pair(&mut self) {
        let Some((id, pane, _)) = self.focused() else { return };
        let Some(other) = pane.pair.filter(|other| self.desk.panes.contains_key(other)) else { return };
        let now = Led { pane: id, current: pane.current.clone(), eye: pane.eye.clone() };
        if self.paired.as_ref() == Some(&now) {
            return;
        }
        // It comes into the other one's hands as it stands.
        if self.paired.as_ref().is_some_and(|led| led.pane != id) {
            self.paired = Some(now);
            return;
        }
        // At the end there is no line to keep: both follow.
        if pane.eye == Eye::Bottom {
            for pane in [id, other] {
                let bottom = |pane: &mut Pane| (pane.eye, pane.current) = (Eye::Bottom, None);
                self.desk.panes.entry(pane).and_modify(bottom);
            }
            self.paired = Some(Led { current: None, ..now });
            return;
        }
        let Some((_, place)) = self.current_line() else { return };
        if self.bring(other, &place) {
            self.paired = Some(now);
        }
    }

    /// Marks a line in a pane, or the last before it that is shown there, and has it in sight. False while it is not
    /// known which that is.
    fn bring(&mut self, id: PaneId, place: &Place) -> bool {
        let Some(eye) = self.desk.panes.get(&id).map(|pane| pane.eye.clone()) else { return true };
        let Some((mut lens, height)) = self.lens(id) else { return true };
        let found = match lens.before(&place.behind(place.pos + 1)) {
            Found::Nothing(super::lens::Side::Edge) => lens.at_or_after(place),
            found => found,
        };
        let Found::Entry(entry) = found else {
            return matches!(found, Found::Nothing(super::lens::Side::Edge | super::lens::Side::Failed(_)));
        };
        let place = entry.place.clone();
        let held = lens.hold(&eye, height);
        let eye = match lens.picture(&held, height).row_of(&place) {
            Some(_) => held,
            None => Eye::At(Anchor::new(place.clone(), 0, height / 3)),
        };
        drop(lens);
        if let Some(pane) = self.desk.panes.get_mut(&id) {
            (pane.eye, pane.current) = (eye, Some(place));
        }
        self.dirty = true;
        true
    }
}
