//! Taking new settings into effect while the program runs: what the config changed changes, what the user has changed
//! since then stays, and no pane loses its place.

use super::App;
use super::command;
use super::event::Effect;
use super::pane::PaneId;
use super::source::SourceId;
use crate::config::keymap::Keymap;
use crate::config::settings::Settings;

/// What the program is told of its config.
pub struct Configured {
    /// The settings.
    pub settings: Settings,
    /// The keys.
    pub keymap: Keymap,
}

/// A source that the config has in another group now.
struct Regrouped {
    source: SourceId,
    from: Option<String>,
    to: Option<String>,
}

impl App {
    /// The config says something else now.
    pub(super) fn configured(&mut self, configured: Configured) {
        let Configured { settings: new, keymap } = configured;
        if let Err(sentence) = command::check(&keymap) {
            return self.messages.error(sentence);
        }
        self.keymap = keymap;
        let old = std::mem::replace(&mut self.configured, new.clone());
        let words = self.words();
        let mut next = new.clone();
        // These have commands of their own.
        let own = &self.settings;
        for (next, own, old, new) in [
            (&mut next.sgr, own.sgr, old.sgr, new.sgr),
            (&mut next.hints, own.hints, old.hints, new.hints),
            (&mut next.sparkline, own.sparkline, old.sparkline, new.sparkline),
        ] {
            *next = if old == new { own } else { new };
        }
        next.chrome = if old.chrome == new.chrome { own.chrome } else { new.chrome };
        next.layout = if old.layout == new.layout { own.layout } else { new.layout };
        // So has the theme, as long as it exists.
        if old.theme == new.theme && new.themes.has(&own.theme) {
            next.theme.clone_from(&own.theme);
        }
        let looked = (own.looks(), own.highlights.clone(), own.logs.clone());
        self.settings = next;
        let looks = (self.settings.looks(), new.highlights.clone(), new.logs.clone());
        if looks != looked {
            self.use_looks();
        }
        if old.zone != new.zone {
            self.zone.clone_from(&new.zone);
        }
        if old.mouse != new.mouse {
            self.effects.push(Effect::Mouse(new.mouse));
        }
        let regrouped = self.read_by(&old);
        if old.layout != new.layout {
            self.desk.follow(new.layout);
        }
        self.group_by(regrouped);
        if old.workspace != new.workspace {
            self.plan(new.workspace);
        }
        self.go_with_words(&words);
        self.resize(self.size);
        self.withdraw_mistakes();
        // That what was saved is read is no news.
        if self.space.saved.take_if(|saved| self.configured.kept.is_from(saved)).is_none() {
            self.messages.note("the config was read again");
        }
        if self.configured.unheeded.is_empty() {
            old.unheeded.iter().for_each(|sentence| self.messages.withdraw(sentence));
        }
        // Once is enough, however often the file is written.
        for sentence in self.configured.unheeded.iter().filter(|_| old.unheeded.is_empty()) {
            self.messages.in_vain(sentence.as_str());
        }
    }

    /// Panes that stand with the group that their source had go with it.
    fn group_by(&mut self, changed: Vec<Regrouped>) {
        for Regrouped { source, from, to } in changed {
            let panes = self.desk.panes.iter();
            let panes = panes.filter(|(_, pane)| pane.merged.is_none() && pane.strand.source == source);
            let panes: Vec<PaneId> = panes.map(|(id, _)| *id).filter(|id| !self.is_planned(*id)).collect();
            for id in panes {
                let tab = self.desk.tabs.iter().find(|tab| tab.root.panes().contains(&id));
                if tab.is_some_and(|tab| tab.name == from) {
                    self.desk.regroup(id, to.as_deref(), self.settings.layout, self.panes_area());
                }
            }
        }
    }

    /// What is said of sources, and how their lines are read; those whose group changed.
    fn read_by(&mut self, old: &Settings) -> Vec<Regrouped> {
        let mut regrouped = Vec::new();
        let ids: Vec<SourceId> = self.feeds.keys().copied().collect();
        for id in ids {
            let Some(feed) = self.feeds.get_mut(&id) else { continue };
            let said = self.settings.log(&feed.source.name);
            let before = std::mem::replace(&mut feed.said, said.clone());
            let source = feed.source.clone();
            if before.group != said.group {
                let (from, to) = (before.group.clone(), said.group.clone());
                regrouped.push(Regrouped { source: id, from, to });
            }
            let same = before.zone == said.zone
                && old.format_of(&source.name) == self.settings.format_of(&source.name)
                && old.own_formats == self.settings.own_formats;
            if same {
                continue;
            }
            let learner = self.learner(&source, &said);
            if let Some(feed) = self.feeds.get_mut(&id) {
                feed.learner = learner;
            }
            self.count_levels_anew(id);
            self.read_anew(id);
        }
        regrouped
    }
}
