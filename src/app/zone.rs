//! The zone in which times are shown. Zones are looked up outside: their rules stand in files.

use jiff::tz::TimeZone;

use super::App;
use super::command::Call;
use super::event::Effect;
use crate::config::settings::LOCAL;
use crate::core::near::nearest;
use crate::core::text::printable;

/// Names of the zones there are, asked for once.
#[derive(Default)]
pub(super) struct Names {
    asked: bool,
    names: Vec<String>,
}

impl Names {
    /// They came.
    pub(super) fn came(&mut self, names: Vec<String>) {
        self.names = names;
    }
}

/// Names that are no zone's but mean one.
const OURS: [&str; 2] = [LOCAL, "utc"];

pub(super) fn zone(app: &mut App, call: &Call) {
    match call.arg.trim() {
        "" => {
            let said = name(&app.zone());
            app.messages.note(format!("times are shown {said}; `:zone NAME`, `local` or `utc` changes that"));
        }
        LOCAL => {
            app.zone = None;
            app.say_zone();
        }
        other if other.eq_ignore_ascii_case("utc") => {
            app.zone = Some(TimeZone::UTC);
            app.say_zone();
        }
        other => app.effects.push(Effect::Zone(other.to_owned())),
    }
}

/// A zone in words.
pub(super) fn name(zone: &TimeZone) -> String {
    match zone.iana_name() {
        Some(name) => format!("in {name}"),
        None => "in the zone of this machine".to_owned(),
    }
}

impl App {
    /// A zone that was asked for was looked up.
    pub(super) fn zone_found(&mut self, named: &str, zone: Option<TimeZone>) {
        if let Some(zone) = zone {
            self.zone = Some(zone);
            return self.say_zone();
        }
        let known: Vec<&str> = self.zones.names.iter().map(String::as_str).collect();
        let near = nearest(named, &known).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        let named = printable(named);
        self.messages.error(format!("no zone is called {named} here{near} (Europe/Berlin, UTC, local)"));
    }

    fn say_zone(&mut self) {
        let said = name(&self.zone());
        self.messages.note(format!("times are shown {said}"));
    }

    /// What the name of a zone can be. The names are asked for with the first call.
    pub(super) fn zone_names(&self) -> Vec<String> {
        OURS.iter().map(|name| (*name).to_owned()).chain(self.zones.names.iter().cloned()).collect()
    }

    /// Asks for the names of zones, unless that was done.
    pub(super) fn ask_for_zones(&mut self) {
        if !std::mem::replace(&mut self.zones.asked, true) {
            self.effects.push(Effect::Zones);
        }
    }
}
