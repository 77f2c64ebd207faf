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
        self.show_theme();
    }

    /// Shows how everything looks in a theme that is not chosen yet, or again in the one that is.
    pub(super) fn try_theme(&mut self, tried: Option<String>) {
        let before = self.shown_theme().to_owned();
        self.tried_theme = tried;
        if self.shown_theme() != before {
            self.show_theme();
        }
    }

    fn show_theme(&mut self) {
        let looks = self.settings.looks_in(self.shown_theme());
        self.effects.push(Effect::Looks(Box::new(looks)));
        self.dirty = true;
    }

    /// The theme in which everything is shown.
    fn shown_theme(&self) -> &str {
        self.tried_theme.as_deref().unwrap_or(&self.settings.theme)
    }

    /// Which highlight rules are for a source.
    pub(super) fn choice<'f>(&self, feed: &'f Feed) -> &'f Choice {
        feed.choice.get_or_init(|| self.settings.highlights_of(&feed.source.name))
    }

    /// How the config has the name of a source look, in the theme that is shown.
    pub(super) fn own_look(&self, feed: &Feed) -> Option<Look> {
        let style = feed.said.color.as_ref()?;
        Some(self.settings.themes.look(self.shown_theme(), &style.words))
    }

    /// What the name of a theme can be.
    pub(super) fn theme_names(&self) -> Vec<String> {
        self.settings.themes.names().map(str::to_owned).collect()
    }
}
