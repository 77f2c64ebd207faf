//! The hosts whose logs are shown: which links do not stand, said in one line however many they are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use super::App;
use super::age;
use super::command::Call;
use super::event::Effect;
use super::layer::piece;
use super::link::{HostStatus, LinkState};
use super::pressed::pressed;
use super::screen::{Piece, Tone};
use super::source::SourceId;
use crate::config::keymap::Keymap;
use crate::core::text;

pub(super) fn reconnect(app: &mut App, call: &Call) {
    if call.arg == "all" {
        return app.reconnect_all();
    }
    let Some((_, pane, _)) = app.focused() else { return };
    let command = |source: SourceId| app.feeds.get(&source).is_some_and(super::feed::Feed::is_command);
    let commands: Vec<SourceId> =
        pane.strands().map(|strand| strand.source).filter(|id| command(*id)).collect();
    let far = |source: SourceId| {
        let remote = app.feeds.get(&source)?.status().remote.as_ref()?;
        Some((source, text::printable(&remote.host.name)))
    };
    let far: Vec<_> = pane.strands().filter_map(|strand| far(strand.source)).collect();
    if let [first, ..] = commands[..] {
        let said =
            if commands.len() == 1 { app.name_of(first) } else { format!("{} commands", commands.len()) };
        app.messages.note(format!("running {said} again"));
        app.effects.extend(commands.iter().map(|id| Effect::Reconnect(*id)));
    }
    if far.is_empty() && commands.is_empty() {
        return app
            .messages
            .note("this log is no other host's and no command's: there is nothing to do again");
    }
    if far.is_empty() {
        return;
    }
    let hosts: BTreeSet<&str> = far.iter().map(|(_, host)| host.as_str()).collect();
    let hosts: Vec<&str> = hosts.into_iter().collect();
    app.messages.note(format!("connecting to {} again", hosts.join(", ")));
    app.effects.extend(far.iter().map(|(source, _)| Effect::Reconnect(*source)));
}

/// Whether a link does not stand although it should.
fn is_down(host: &HostStatus) -> bool {
    matches!(host.state, LinkState::Failed { .. } | LinkState::Lost { .. } | LinkState::Refused(_))
}

/// The state of a link in a title; `began` is what seconds are counted from everywhere.
pub fn title(host: &HostStatus, now: Instant, began: Instant) -> Option<Piece> {
    match &host.state {
        LinkState::Up => None,
        LinkState::Connecting(what) => Some(piece(*what, Tone::Faint)),
        LinkState::Failed { retry, .. } => {
            Some(piece(retrying("not connected", *retry, now, began), Tone::Bad))
        }
        LinkState::Lost { retry, .. } => Some(piece(retrying("lost", *retry, now, began), Tone::Bad)),
        LinkState::Refused(why) => Some(piece(format!("not connected: {}", text::printable(why)), Tone::Bad)),
    }
}

fn retrying(state: &str, retry: Option<Instant>, now: Instant, began: Instant) -> String {
    match retry.map_or(0, |at| age::left(at, now, began)) {
        0 => format!("{state}, retrying"),
        left => format!("{state}, retry in {left}s"),
    }
}

/// Why a log shows nothing, or nothing new, while the link to its host does not stand.
pub fn below(host: &HostStatus, keymap: &Keymap) -> Option<(String, Tone)> {
    let name = text::printable(&host.name);
    Some(match &host.state {
        LinkState::Up => return None,
        LinkState::Connecting(what) => (format!("{name}: {what} …"), Tone::Faint),
        LinkState::Failed { why, .. } => (format!("not connected: {}", text::printable(why)), Tone::Note),
        LinkState::Lost { why, .. } => {
            (format!("the link to {name} is lost: {}", text::printable(why)), Tone::Note)
        }
        LinkState::Refused(_) => sentence(host, keymap),
    })
}

/// Why nothing can be found on a host to which there is no link.
pub fn unlinked(host: &HostStatus) -> Option<String> {
    match &host.state {
        LinkState::Failed { why, .. } | LinkState::Lost { why, .. } => {
            Some(format!("not connected: {}; tried again", text::printable(why)))
        }
        LinkState::Refused(why) => {
            Some(format!("not connected: {}; open it again to try again", text::printable(why)))
        }
        LinkState::Connecting(_) | LinkState::Up => None,
    }
}

/// The state of a link in words.
pub fn sentence(host: &HostStatus, keymap: &Keymap) -> (String, Tone) {
    let again = pressed(keymap, "reconnect");
    match &host.state {
        LinkState::Up => ("stands".to_owned(), Tone::Good),
        LinkState::Connecting(what) => ((*what).to_owned(), Tone::Note),
        LinkState::Failed { why, retry } => {
            (format!("not connected: {}; {}", text::printable(why), next(*retry, &again)), Tone::Bad)
        }
        LinkState::Lost { why, retry, .. } => {
            (format!("lost: {}; {}", text::printable(why), next(*retry, &again)), Tone::Bad)
        }
        LinkState::Refused(why) => {
            (format!("not connected: {}; {again} tries again", text::printable(why)), Tone::Bad)
        }
    }
}

fn next(retry: Option<Instant>, again: &str) -> String {
    match retry {
        Some(_) => format!("tried again soon, or now by {again}"),
        None => "being tried again".to_owned(),
    }
}

impl App {
    /// The hosts by name, each with one of the sources that come from it.
    fn hosts(&self) -> BTreeMap<&str, (SourceId, &Arc<HostStatus>)> {
        let remote = self.feeds.iter().filter_map(|(id, feed)| Some((*id, feed.status().remote.as_ref()?)));
        remote.map(|(id, remote)| (&*remote.host.name, (id, &remote.host))).collect()
    }

    /// The hosts whose links do not stand, in the order in which their sources were opened.
    pub(super) fn hosts_down(&self) -> Vec<&HostStatus> {
        self.sources_down().into_iter().map(|(_, host)| host).collect()
    }

    /// The same, each with one of its sources.
    fn sources_down(&self) -> Vec<(SourceId, &HostStatus)> {
        let hosts = self.hosts().into_values().map(|(id, host)| (id, &**host));
        let mut down: Vec<_> = hosts.filter(|(_, host)| is_down(host)).collect();
        down.sort_by_key(|(id, _)| *id);
        down
    }

    fn reconnect_all(&mut self) {
        let down: Vec<SourceId> = self.sources_down().into_iter().map(|(id, _)| id).collect();
        self.messages.note(match down.len() {
            0 => "all links stand".to_owned(),
            1 => "connecting to one host again".to_owned(),
            n => format!("connecting to {n} hosts again"),
        });
        self.effects.extend(down.into_iter().map(Effect::Reconnect));
    }

    /// One line for all links that do not stand, as long as has room. A single one whose pane is in sight is told
    /// by its title.
    pub(super) fn hosts_line(&self, width: usize) -> Option<Piece> {
        let down = self.hosts_down();
        let shown: BTreeSet<&str> =
            self.shown_feeds().filter_map(|feed| Some(&*feed.status().remote.as_ref()?.host.name)).collect();
        let told = |host: &&HostStatus| shown.contains(&*host.name);
        if down.is_empty() || (down.len() == 1 && down.iter().all(told)) {
            return None;
        }
        let count = format!("{} of {} hosts not connected", down.len(), self.hosts().len());
        let names: Vec<String> = down
            .iter()
            .map(|host| {
                let word = match host.state {
                    LinkState::Refused(_) => "refused",
                    LinkState::Failed { .. } => "failed",
                    _ => "lost",
                };
                format!("{} ({word})", text::printable(&host.name))
            })
            .collect();
        let info = self.pressed("info");
        let with = |n: usize| {
            let more = if n < names.len() { ", …" } else { "" };
            format!("{count}: {}{more}; {info} shows why", names[..n].join(", "))
        };
        // No name takes fewer columns than that.
        let forms = (1..=names.len().min(width / 8)).rev().map(with);
        let short = [
            format!("{count}; {info} shows why"),
            count.clone(),
            format!("{}/{} hosts down", down.len(), self.hosts().len()),
        ];
        let mut forms = forms.chain(short);
        let said =
            forms.find(|said| text::width(said) <= width).unwrap_or_else(|| format!("{} down", down.len()));
        Some(piece(said, Tone::Bad))
    }
}
