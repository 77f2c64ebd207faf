//! Themes by name, and highlight rules: what is used of the settings for how lines look.

use super::App;
use super::command::Call;
use super::event::Effect;
use super::feed::Feed;
use crate::config::highlights;
use crate::config::look::Look;
use crate::core::highlight::{Choice, Rules};

pub(super) fn theme(app: &mut App, call: &Call) {
    let name = call.arg.trim();
    if name.is_empty() {
        let names: Vec<&str> = app.settings.themes.names().collect();
        let (used, names) = (&app.settings.theme, names.join(", "));
        return app.messages.note(format!("the theme is {used}; `:theme NAME` takes another: {names}"));
    }
    match app.settings.themes.check(name) {
        Ok(()) => {
            app.settings.theme = name.to_owned();
            app.use_looks();
        }
        Err(sentence) => app.messages.error(sentence),
    }
}

impl App {
    /// Uses what the settings say of themes and highlight rules.
    pub(super) fn use_looks(&mut self) {
        self.rules = Rules::new(highlights::rules(&self.settings.highlights));
        self.feeds.values_mut().for_each(|feed| _ = feed.choice.take());
        self.show_theme(None);
    }

    /// Shows how everything looks in a theme that is not chosen yet, or again in the one that is.
    pub(super) fn show_theme(&mut self, tried: Option<&str>) {
        let looks = self.settings.looks_in(tried.unwrap_or(&self.settings.theme));
        self.effects.push(Effect::Looks(Box::new(looks)));
        self.dirty = true;
    }

    /// Which highlight rules are for a source.
    pub(super) fn choice<'f>(&self, feed: &'f Feed) -> &'f Choice {
        feed.choice.get_or_init(|| self.settings.highlights_of(&feed.source.name))
    }

    /// How the config has the name of a source look, in the theme in use.
    pub(super) fn own_look(&self, feed: &Feed) -> Option<Look> {
        feed.said.color.as_ref().map(|style| self.settings.look_of(style))
    }

    /// What the name of a theme can be.
    pub(super) fn theme_names(&self) -> Vec<String> {
        self.settings.themes.names().map(str::to_owned).collect()
    }
}
