//! Settings that stand in the environment: `TAILPANE_LAYOUT=rows`, `TAILPANE_SSH_CONNECTS=4`, `TAILPANE_HINTS=off`. One
//! that is empty is as if it were not there.

use std::sync::Arc;

use super::mistake::Mistake;
use super::schema::{self, Setting};
use super::tree::{Branch, Node, Place, Source};
use crate::core::near::nearest;
use crate::core::text::printable;

/// What all names of ours begin with.
pub const PREFIX: &str = "TAILPANE_";

/// Variables of ours that are no settings: what they say is read elsewhere.
pub const OTHERS: [(&str, &str); 2] = [
    ("TAILPANE_PROFILE", "the profile, as --profile"),
    ("TAILPANE_LOG", "how much --log-file tells: trace, debug, info, warn or error"),
];

impl Setting {
    /// The variable that says it.
    pub fn variable(&self) -> String {
        let names: Vec<String> = self.path.iter().map(|name| name.to_uppercase().replace('-', "_")).collect();
        format!("{PREFIX}{}", names.join("_"))
    }
}

/// Reads what of an environment is ours, as a layer of the config. What is wrong is added to `wrong`.
pub fn read(
    variables: impl IntoIterator<Item = (String, String)>,
    layer: usize,
    wrong: &mut Vec<Mistake>,
) -> Branch {
    let settings = schema::settings();
    let says = |(name, value): &(String, String)| name.starts_with(PREFIX) && !value.is_empty();
    let mut ours: Vec<(String, String)> = variables.into_iter().filter(says).collect();
    ours.sort();
    let mut branch = Branch::default();
    for (name, value) in ours {
        if OTHERS.iter().any(|(other, _)| *other == name) {
            continue;
        }
        let Some(setting) = settings.iter().find(|setting| setting.variable() == name) else {
            wrong.push(Mistake::new(layer, 0, unknown(&name, &settings)));
            continue;
        };
        let source = Source::new(name, value.as_str(), false, layer);
        let place = Place { span: 0..value.len(), source: Arc::new(source) };
        let value = setting.row.kind.value_of(&value);
        branch.put(&setting.path, Node { place, value });
    }
    branch
}

fn unknown(name: &str, settings: &[Setting]) -> String {
    let others = OTHERS.iter().map(|(other, _)| (*other).to_owned());
    let known: Vec<String> = settings.iter().map(Setting::variable).chain(others).collect();
    // What all begin with says nothing of what was meant, and slips are looked for in lower case.
    let own = |name: &str| name[PREFIX.len()..].to_lowercase();
    let words: Vec<String> = known.iter().map(|known| own(known)).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let meant = match nearest(&own(name), &words) {
        Some(near) => format!("did you mean {PREFIX}{}?", near.to_uppercase()),
        None => "`--show-config` lists all".to_owned(),
    };
    format!("{}: there is no such setting; {meant}", printable(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::mistake::told;
    use crate::config::toml::parse;
    use crate::config::{Config, settings::LayoutKind};

    fn with(variables: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        let variables = variables.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        let mut wrong = Vec::new();
        let mut tree = parse("layout = 'main'\n[ssh]\nconnects = 3", "config.toml", 0).unwrap();
        tree.lay(read(variables, 1, &mut wrong));
        let config = crate::config::read(&tree, &|_| None, &std::sync::Arc::default());
        match wrong.is_empty() {
            true => config.map_err(told),
            false => Err(told(wrong)),
        }
    }

    #[test]
    fn the_environment_says_settings_by_name() {
        let config = with(&[
            ("TAILPANE_LAYOUT", "rows"),
            ("TAILPANE_SSH_CONNECTS", "5"),
            ("TAILPANE_HINTS", "off"),
            ("TAILPANE_PROFILE", "prod"),
            ("HOME", "/root"),
        ]);
        let config = config.unwrap();
        assert_eq!((config.settings.layout, config.settings.hints), (LayoutKind::Rows, false));
        assert_eq!(config.hosts.connects, 5);
    }

    #[test]
    fn an_empty_variable_says_nothing() {
        let shipped = with(&[]).unwrap();
        for setting in schema::settings() {
            assert_eq!(with(&[(&setting.variable(), "")]).as_ref(), Ok(&shipped), "{}", setting.variable());
        }
        for (other, _) in OTHERS {
            assert_eq!(with(&[(other, "")]).as_ref(), Ok(&shipped));
        }
    }

    #[test]
    fn a_switch_may_be_written_in_any_case() {
        let hints = |value| with(&[("TAILPANE_HINTS", value)]).map(|config| config.settings.hints);
        for (on, off) in [("True", "False"), ("TRUE", "FALSE"), ("Yes", "NO"), ("ON", "Off"), ("1", "0")] {
            assert_eq!((hints(on), hints(off)), (Ok(true), Ok(false)));
        }
        assert!(hints("tru").unwrap_err().concat().starts_with("TAILPANE_HINTS: true or false is wanted"));
    }

    #[test]
    fn mistakes_name_the_variable() {
        let wrong = |name, value| with(&[(name, value)]).unwrap_err().concat();
        let text = wrong("TAILPANE_LAYOUT", "rwos");
        assert!(text.starts_with("TAILPANE_LAYOUT: ") && text.ends_with("did you mean rows?"), "{text}");
        assert!(wrong("TAILPANE_SSH_CONNECTS", "many").starts_with("TAILPANE_SSH_CONNECTS: a whole number"));
        assert!(wrong("TAILPANE_LAYUOT", "rows").contains("did you mean TAILPANE_LAYOUT?"));
        assert!(wrong("TAILPANE_XYZZYPLUGH", "1").contains("--show-config"));
    }
}
