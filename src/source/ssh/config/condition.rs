//! Which hosts a `Host` or `Match` line chooses. Knows no file.

use crate::core::glob;
use crate::core::text::printable;

/// The host as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its name, before `HostName` makes something else of it.
    pub host: String,
}

/// What a `Match` may ask for.
pub struct Facts<'a> {
    /// The name as far as `HostName` has changed it.
    pub host: &'a str,
    /// The name that was asked for.
    pub original: &'a str,
    /// Who to be there.
    pub user: &'a str,
    /// Who we are here.
    pub local_user: &'a str,
    /// The second time through the files.
    pub last: bool,
    /// Take an `exec` for true in place of refusing it.
    pub exec: bool,
}

/// What a `Match` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Met {
    /// What follows holds.
    pub yes: bool,
    /// The files are to be read a second time.
    pub last: bool,
}

/// Whether a `Host` line chooses a host: a pattern does, and none with a `!` takes it out.
pub fn host(patterns: &[String], host: &str) -> bool {
    let taken_out =
        |pattern: &String| pattern.strip_prefix('!').is_some_and(|pattern| glob::matches(pattern, host));
    patterns.iter().any(|pattern| glob::matches(pattern, host)) && !patterns.iter().any(taken_out)
}

/// What a `Match` line says.
///
/// # Errors
/// Half a sentence, for a condition that is none or cannot be known.
pub fn matches(words: &[String], facts: &Facts) -> Result<Met, String> {
    let mut met = Met { yes: true, last: false };
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let (name, joined) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        let (negated, name) = match name.strip_prefix('!') {
            Some(name) => (true, name),
            None => (false, name),
        };
        let name = name.to_ascii_lowercase();
        let alone = match name.as_str() {
            "all" => Some(true),
            "canonical" => Some(facts.last),
            "final" => {
                met.last = true;
                Some(facts.last)
            }
            _ => None,
        };
        let holds = match alone {
            Some(holds) => holds,
            None => {
                let value = joined.or_else(|| words.next()).filter(|value| !value.is_empty());
                let value = value.ok_or_else(|| format!("Match {} has no value", printable(&name)))?;
                holds(&name, value, facts, met.yes)?
            }
        };
        met.yes &= holds != negated;
    }
    Ok(met)
}

/// Whether one condition holds; `asked` is false when it makes no difference any more.
fn holds(name: &str, value: &str, facts: &Facts, asked: bool) -> Result<bool, String> {
    let lower = |text: &str| text.to_lowercase();
    match name {
        "host" => Ok(list(&lower(value), &lower(facts.host))),
        "originalhost" => Ok(list(&lower(value), &lower(facts.original))),
        "user" => Ok(list(value, facts.user)),
        "localuser" => Ok(list(value, facts.local_user)),
        "exec" | "localnetwork" | "tagged" | "command" | "sessiontype" | "version" => {
            match asked && !facts.exec {
                true => Err(format!(
                    "Match {name} cannot be answered without the program ssh; install it, or take the line out"
                )),
                false => Ok(true),
            }
        }
        _ => Err(format!("Match knows no condition {}", printable(name))),
    }
}

/// Whether a list of patterns between commas matches: one does, and none with a `!`.
fn list(patterns: &str, text: &str) -> bool {
    let patterns: Vec<String> = patterns.split(',').map(str::to_owned).collect();
    host(&patterns, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: Facts = Facts {
        host: "web1.example.com",
        original: "web1",
        user: "ada",
        local_user: "root",
        last: false,
        exec: false,
    };

    fn yes(line: &str) -> bool {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        matches(&words, &FACTS).unwrap().yes
    }

    #[test]
    fn a_negated_pattern_takes_out_wherever_it_stands() {
        let chosen = |patterns: &[&str]| {
            host(&patterns.iter().map(|pattern| (*pattern).to_owned()).collect::<Vec<_>>(), "web1")
        };
        assert!(chosen(&["db*", "web?"]));
        assert!(!chosen(&["*", "!web1"]) && !chosen(&["!web1", "*"]) && !chosen(&["!db1"]));
        assert!(!chosen(&["WEB1"]), "Host tells upper from lower case");
    }

    #[test]
    fn all_conditions_have_to_hold() {
        assert!(yes("all") && yes("host WEB1.* user ada") && !yes("host web1") && yes("originalhost web1"));
        assert!(yes("!host web1") && yes("host=*.com") && yes("localuser root,joe"));
        assert!(!yes("user *,!ada") && !yes("canonical all") && yes("!canonical"));
        assert!(!yes("user bob exec x"), "what makes no difference need not be known");
    }

    #[test]
    fn what_cannot_be_known_is_said() {
        let wrong = |line: &str| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            matches(&words, &FACTS).unwrap_err()
        };
        assert!(wrong("user ada exec true").contains("without the program ssh"));
        assert!(wrong("nope x").contains("nope"));
        assert!(wrong("host").contains("no value"));
    }
}
