//! What a pane's title says: what it is, whether it is alive, what is unseen, and through which filter.
//! The most important comes first, because what does not fit is cut from the end.

use std::collections::BTreeMap;
use std::time::Instant;

use super::App;
use super::bars;
use super::chain::written;
use super::feed::Feed;
use super::folding;
use super::hosts;
use super::info::{self, thousands};
use super::layer::piece;
use super::news::{self, Unseen};
use super::pane::{Pane, PaneId};
use super::rate::Beat;
use super::rows::{counted, percent};
use super::screen::{Area, Bar, Piece, Tone};
use super::shown::hidden_names;
use super::source::{SourceId, State, Status, Watch};
use super::strand::Strand;
use crate::config::look::Look;
use crate::core::form::Way;
use crate::core::label::Crowd;
use crate::core::text;

/// From this width on a title says what `[+N]` is.
const WIDE: usize = 50;

/// Columns of a name that an age gives way to.
const NAME: usize = 12;

/// Columns that the names of hidden fields may take.
const HIDDEN: usize = 30;

/// The name of the pane that has the focus.
const REVERSED: Look = Look { fg: None, bg: None, attributes: 1 << 4 };

/// What is not cut to its first word.
const NOT_CONNECTED: &str = "not connected";
/// What is not cut at all: how far a log is behind is short, and the first word alone says too little.
const BEHIND: &str = "behind ";

/// The title of a pane. The state is never cut by the name: a long name loses its front instead.
pub fn bar(app: &App, id: PaneId, now: Instant, area: Area, percent: Option<u64>) -> Option<Bar> {
    let pane = app.desk.panes.get(&id)?;
    let feeds = app.feeds_of(pane)?;
    let width = usize::from(area.width);
    let own = feeds.first().filter(|_| pane.merged.is_none()).and_then(|feed| app.own_look(feed));
    let tone = match (app.desk.focused() == Some(id), own) {
        (true, None) => Tone::Focused,
        (true, Some(look)) => Tone::Own(look.patched(REVERSED)),
        (false, None) => Tone::Name,
        (false, Some(look)) => Tone::Own(look),
    };
    let name = app.short_name(id);
    let taken = |state: &[Piece]| -> usize { state.iter().map(|piece| text::width(&piece.text) + 1).sum() };
    let mut state = state_pieces(app, id, pane, &feeds, now, width);
    // Where the name has no room the state gives way: a reason stands in the pane too, an age grows anyway.
    for behind in [":", ",", " "] {
        let wanted = if behind == ":" { text::width(&name) } else { text::width(&name).min(NAME) };
        if taken(&state) + wanted > width {
            let shorter = |piece: &mut Piece| {
                let from = if piece.text.starts_with(NOT_CONNECTED) { NOT_CONNECTED.len() } else { 0 };
                piece.text.truncate(piece.text[from..].find(behind).map_or(piece.text.len(), |at| from + at));
            };
            state.iter_mut().filter(|piece| !piece.text.starts_with(BEHIND)).for_each(shorter);
        }
    }
    let room = width.saturating_sub(taken(&state)).max(4.min(width));
    let command = pane.merged.is_none() && feeds.iter().any(|feed| feed.is_command());
    let name = if command { shorten_end(&name, room) } else { shorten(&name, room) };
    let mut left = vec![piece(name, tone)];
    let remote = feeds.iter().flat_map(|feed| remote_pieces(app, feed));
    for part in state.into_iter().chain(remote).chain(chain_pieces(pane)).chain(hidden_pieces(pane)) {
        left.push(piece(" ", Tone::Plain));
        left.push(part);
    }
    let spark = if app.settings.sparkline { sparkline(&feeds) } else { Vec::new() };
    let mut right = Vec::new();
    let rate = feeds.iter().map(|feed| feed.rate.per_second()).sum();
    if rate > 0 {
        right.push(piece(format!("{}/s", thousands(rate)), Tone::Faint));
    }
    if let Some(percent) = percent.filter(|_| !pane.follows()) {
        right.push(piece(format!("{}{percent} %", if right.is_empty() { "" } else { " " }), Tone::Faint));
    }
    right.extend(
        alone(app, id, width)
            .map(|said| piece(format!("{}{said}", if right.is_empty() { "" } else { " " }), Tone::Faint)),
    );
    let used: usize = left.iter().map(|piece| text::width(&piece.text)).sum();
    while !right.is_empty()
        && used + 1 + right.iter().map(|piece| text::width(&piece.text)).sum::<usize>() > width
    {
        right.remove(0);
    }
    // What came in the last seconds is the first to give way.
    let wide = |pieces: &[Piece]| pieces.iter().map(|piece| text::width(&piece.text)).sum::<usize>();
    if used + wide(&right) + wide(&spark) + 2 <= width {
        let gap = (!right.is_empty() && !spark.is_empty()).then(|| piece(" ", Tone::Plain));
        right.splice(0..0, spark.into_iter().chain(gap));
    }
    Some(Bar { area, left, right })
}

/// Lines a second in the last seconds, those with errors as such.
fn sparkline(feeds: &[&Feed]) -> Vec<Piece> {
    let windows = feeds.iter().map(|feed| feed.rate.beats().len()).max().unwrap_or(0);
    let mut beats = vec![Beat::default(); windows];
    for feed in feeds {
        // The newest of all stand under each other.
        for (sum, beat) in beats.iter_mut().rev().zip(feed.rate.beats().rev()) {
            (sum.lines, sum.errors) = (sum.lines + beat.lines, sum.errors + beat.errors);
        }
    }
    let most = beats.iter().map(|beat| beat.lines).max().unwrap_or(0);
    let mut pieces = Vec::new();
    for beat in beats {
        let tone = if beat.errors > 0 { Tone::Bad } else { Tone::Faint };
        bars::join(&mut pieces, bars::block(bars::scaled(beat.lines, most, 8)), tone);
    }
    pieces
}

fn state_pieces(
    app: &App,
    id: PaneId,
    pane: &Pane,
    feeds: &[&Feed],
    now: Instant,
    width: usize,
) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if pane.merged.is_some() && width >= WIDE {
        pieces.push(piece("by time", Tone::Faint));
    }
    if !pane.follows() {
        let word = if pane.frozen() { "frozen" } else { "paused" };
        let unseen = app.unseen(id);
        let brief = !pane.frozen() && width < WIDE;
        if unseen.lines == 0 || !brief {
            pieces.push(piece(word, Tone::Note));
        }
        if unseen.lines > 0 {
            let tone = if unseen.errors > 0 { Tone::Bad } else { Tone::Note };
            pieces.push(piece(format!("[{}]", unseen.text(width < WIDE)), tone));
        }
    }
    pieces.extend(together(app, pane, feeds, now));
    if app.desk.keeps_step(id) && !pane.strands().all(|strand| app.is_timeless(strand.source)) {
        pieces.push(piece("lockstep", Tone::Note));
    }
    let polled = |feed: &&Feed| {
        let Status { state, watch, .. } = feed.status();
        matches!(watch, Watch::Polling(_)) && !matches!(state, State::Ended(_))
    };
    if feeds.iter().any(polled) {
        pieces.push(piece("polling", Tone::Note));
    }
    pieces
}

/// Whether the sources of a pane are alive: of several the liveliest, and each that is not.
fn together(app: &App, pane: &Pane, feeds: &[&Feed], now: Instant) -> Vec<Piece> {
    let said = |feed: &&Feed| liveness(app, feed, now);
    let Some(merged) = &pane.merged else { return feeds.iter().map(said).collect() };
    let good = |feed: &&&Feed| said(feed).tone == Tone::Good;
    let liveliest = feeds.iter().filter(good).max_by_key(|feed| feed.status().grew).map(said);
    let names = merged.brief(usize::MAX);
    let others = feeds.iter().zip(names).map(|(feed, name)| (said(feed), name));
    let others = others.filter(|(said, _)| said.tone != Tone::Good);
    let others = others.map(|(said, name)| piece(format!("{name} {}", said.text), said.tone));
    liveliest.into_iter().chain(others).collect()
}

/// Whether a source is alive. While its link does not stand nothing else is known of it.
fn liveness(app: &App, feed: &Feed, now: Instant) -> Piece {
    let remote = feed.status().remote.as_ref();
    let host = remote.map(|remote| &*remote.host);
    if let Some(said) = host.and_then(|host| hosts::title(host, now, app.began.unwrap_or(now))) {
        return said;
    }
    let link = if host.is_some_and(|host| host.latency.is_some()) { ", link ok" } else { "" };
    match &feed.status().state {
        State::Live if let Some(behind) = remote.and_then(|remote| remote.behind) => {
            piece(format!("{BEHIND}{}", info::lapse(behind)), Tone::Note)
        }
        State::Live => match feed.quiet(now) {
            None => piece("live", Tone::Good),
            Some(age) if age.is_empty() => piece(format!("quiet{link}"), Tone::Good),
            Some(age) => piece(format!("quiet {age}{link}"), Tone::Good),
        },
        State::Opening => piece("opening", Tone::Faint),
        State::Waiting(why) => piece(format!("waiting: {why}"), Tone::Note),
        State::Failed(why) => piece(format!("failed: {why}"), Tone::Bad),
        State::Ended(why) => piece(feed.status().ended(why), Tone::Note),
    }
}

/// What else there is to know of a source that comes from another host.
fn remote_pieces(app: &App, feed: &Feed) -> Vec<Piece> {
    let Some(remote) = &feed.status().remote else { return Vec::new() };
    let mut said = Vec::new();
    if let Some((came, wanted)) = remote.fetching {
        let percent =
            app.looked_through(feed.source.id).map_or(percent(came, wanted), |percent| percent as u64);
        said.push(format!("fetching {percent} %"));
    }
    if !remote.exact {
        said.push("no exact resume".to_owned());
    }
    for caveat in &remote.host.caveats {
        let short = caveat.split_once(" (").map_or(caveat.as_str(), |(short, _)| short);
        said.push(text::printable(short));
    }
    said.into_iter().map(|said| piece(said, Tone::Note)).collect()
}

/// Which of its tab's panes it is, while the others are not seen.
fn alone(app: &App, id: PaneId, width: usize) -> Option<String> {
    let tab = app.desk.tab()?;
    let panes = tab.root.panes();
    if panes.len() < 2 || tab.place(app.panes_area()).panes.len() > 1 {
        return None;
    }
    let own = panes.iter().position(|pane| *pane == id)? + 1;
    let zoomed = if tab.zoom && width >= WIDE { "zoomed, " } else { "" };
    Some(format!("{zoomed}{own} of {}", panes.len()))
}

/// What is hidden of the lines, while they are shown in a form that hides it.
fn hidden_pieces(pane: &Pane) -> Option<Piece> {
    if pane.hidden.is_empty() || pane.look.way == Way::Raw {
        return None;
    }
    let names = hidden_names(&pane.hidden);
    let fits = text::width(&names) <= HIDDEN;
    let said = if fits { names } else { counted(pane.hidden.len() as u64, "field") };
    Some(piece(format!("hides {said}"), Tone::Faint))
}

/// The filter chain: `&error !health`, what is off shown so.
fn chain_pieces(pane: &Pane) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    if pane.chain.off && !pane.chain.terms.is_empty() {
        pieces.push(piece("off:", Tone::Off));
    }
    for term in &pane.chain.terms {
        let on = term.on && !pane.chain.off;
        pieces.push(piece(written(term), if on { Tone::Filter } else { Tone::Off }));
    }
    pieces.extend(folding::said(pane).into_iter().map(|said| piece(said, Tone::Faint)));
    if pane.context > 0 && pane.keeping().next().is_some() {
        pieces.push(piece(format!("±{}", pane.context), Tone::Faint));
    }
    pieces
}

/// A pane's state in whole sentences, for help and the information page.
pub fn sentences(app: &App, id: PaneId) -> Vec<String> {
    let Some(pane) = app.desk.panes.get(&id) else { return Vec::new() };
    let feeds = app.feeds_of(pane).unwrap_or_default();
    let mut said: Vec<String> = feeds
        .iter()
        .map(|feed| format!("{}: {}", feed.source.name, info::state_of(feed, &app.keymap)))
        .collect();
    said.push(match (pane.frozen(), pane.follows()) {
        (true, _) => format!("frozen; {} came meanwhile", app.unseen(id).sentence()),
        (_, true) => "at the end, following".to_owned(),
        _ => format!("paused; {} below that nobody saw", app.unseen(id).sentence()),
    });
    if !pane.chain.terms.is_empty() {
        let terms: Vec<String> =
            pane.chain.terms.iter().map(|term| written(term) + if term.on { "" } else { " (off)" }).collect();
        said.push(format!("filter{}: {}", if pane.chain.off { " (all off)" } else { "" }, terms.join("  ")));
    }
    said.extend(folding::said(pane).into_iter().map(str::to_owned));
    if !pane.hidden.is_empty() {
        let raw = if pane.look.way == Way::Raw { " (but all is shown raw)" } else { "" };
        said.push(format!("hidden: {}{raw}", hidden_names(&pane.hidden)));
    }
    if let Some(search) = &pane.search {
        let sought = search.sought.pattern().map(|pattern| text::printable(pattern.source()));
        said.push(format!("search: {}", sought.unwrap_or_else(|| format!("{}s", search.sought.hit()))));
    }
    said
}

/// A name cut to fit. It loses its front, because files are told apart by their end; a folder stands in
/// front only where it is what tells them apart, so it stays as far as it leaves room for the end.
pub(super) fn shorten(name: &str, width: usize) -> String {
    if text::width(name) <= width {
        return name.to_owned();
    }
    let head = match name.split_once('/') {
        Some((folder, _)) if !folder.is_empty() && text::width(folder) + 5 <= width => format!("{folder}/"),
        _ => String::new(),
    };
    let mut kept = String::new();
    for c in name.chars().rev() {
        let longer = format!("{c}{kept}");
        if text::width(&head) + 1 + text::width(&longer) > width {
            break;
        }
        kept = longer;
    }
    format!("{head}…{kept}")
}

/// A command cut to fit: it loses its end.
fn shorten_end(command: &str, width: usize) -> String {
    if text::width(command) <= width {
        return command.to_owned();
    }
    let mut kept = String::new();
    for c in command.chars() {
        kept.push(c);
        if text::width(&kept) >= width {
            kept.pop();
            break;
        }
    }
    kept + "…"
}

impl App {
    /// The shortest name of a pane's source that no other open source has; of a merged stream, how many logs it is of.
    pub(super) fn short_name(&self, id: PaneId) -> String {
        let several = self.desk.panes.get(&id).filter(|pane| pane.merged.is_some());
        if let Some(pane) = several {
            return format!("{} logs", pane.strands().count());
        }
        let Some(source) = self.desk.panes.get(&id).map(|pane| pane.strand.source) else {
            return String::new();
        };
        self.name_of(source)
    }

    /// The shortest name of a source that no other open source has.
    pub(super) fn name_of(&self, source: SourceId) -> String {
        let Some(own) = self.feeds.get(&source) else { return String::new() };
        let others = self.feeds.iter().filter(|(other, _)| **other != source).map(|(_, feed)| feed);
        own.short_name(others)
    }

    /// The same of all open sources: a thousand of them are not held against each other one by one.
    pub(super) fn names_of_all(&self) -> BTreeMap<SourceId, String> {
        let all = Crowd::new(self.feeds.values().map(Feed::name));
        self.feeds.iter().map(|(id, feed)| (*id, feed.name_among(&all))).collect()
    }

    /// Lines of a pane that nobody saw.
    pub(super) fn unseen(&self, id: PaneId) -> Unseen {
        let Some(pane) = self.desk.panes.get(&id) else { return Unseen::default() };
        let unseen = |strand: &Strand| Some(news::unseen(strand, self.feeds.get(&strand.source)?));
        pane.strands().filter_map(unseen).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_loses_its_front() {
        assert_eq!(shorten("/var/log/syslog", 8), "…/syslog");
        assert_eq!(shorten("a", 8), "a");
        assert_eq!(shorten("日本語", 4), "…語");
        assert_eq!(shorten_end("journalctl -fu app", 10), "journalct…");
        assert_eq!(shorten_end("日本語", 4), "日…");
        assert_eq!(shorten("web1/access.log", 12), "web1/…ss.log");
        assert_eq!(shorten("a-very-long-folder/access.log", 12), "…/access.log");
    }
}
