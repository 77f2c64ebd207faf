//! What was chosen on the screen for everything that is shown, in place of what the config says of it: it is saved and
//! shared with the rest. What panes have of their own is said of each of them.

use super::App;
use crate::config::settings::{CHROMES, Chrome, LOCAL};
use crate::config::workspace::{Kept, Setting};

impl App {
    /// What is said besides sources and tabs: by the workspace's file, by the command line over it, and on the screen over
    /// both.
    pub(super) fn kept(&self) -> Kept {
        self.settings.kept.with(self.chosen_for_all())
    }

    /// The settings that are not as the config has them. A theme that is only tried is none of them.
    fn chosen_for_all(&self) -> Vec<Setting> {
        let (own, said) = (&self.settings, &self.configured);
        let mut chosen = Vec::new();
        if own.theme != said.theme {
            chosen.push(Setting::text("theme", &own.theme));
        }
        if own.chrome != said.chrome {
            chosen.push(Setting::text("chrome", word(own.chrome)));
        }
        if self.zone != said.zone {
            let zone = self.zone.as_ref().map_or(Some(LOCAL), |zone| zone.iana_name());
            chosen.extend(zone.map(|zone| Setting::text("zone", zone)));
        }
        if own.sgr != said.sgr {
            chosen.push(Setting::switch("log-colors", own.sgr));
        }
        if own.hints != said.hints {
            chosen.push(Setting::switch("hints", own.hints));
        }
        if own.sparkline != said.sparkline {
            chosen.push(Setting::switch("sparkline", own.sparkline));
        }
        chosen
    }
}

fn word(chrome: Chrome) -> &'static str {
    CHROMES.iter().find(|(_, known)| *known == chrome).map_or("", |(word, _)| word)
}
