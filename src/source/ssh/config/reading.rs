//! Reads an ssh config for one host as OpenSSH does: the first value of a keyword counts, `Host` and `Match` choose.

use std::path::{Path, PathBuf};

use super::condition::{self, Asked};
use super::file::{self, Root, roots};
use super::here::Here;
use super::keyword::{self, Use};
use super::line::Line;
use super::settings::{Said, Settings};
use super::token::Tokens;
use crate::core::text::printable;

/// How exact a reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rigour {
    /// In place of `ssh`: what cannot be known is an error.
    Exact,
    /// Beside `ssh -G`, only to find where something was said: what cannot be known is taken to be so.
    Places,
}

/// What is said for a host. `first` is what the command line said before any file.
///
/// # Errors
/// A sentence with the place; none with [`Rigour::Places`].
pub fn read(
    here: &Here,
    named: Option<&Path>,
    asked: &Asked,
    first: Settings,
    rigour: Rigour,
) -> Result<Settings, String> {
    let mut reading =
        Reading { here, asked, rigour, settings: first, ignored: Vec::new(), last: false, again: false };
    reading.files(named)?;
    let hostname = reading.hostname()?;
    reading.settings.replace("hostname", &hostname);
    if reading.again {
        reading.last = true;
        reading.files(named)?;
    }
    Ok(reading.settings)
}

struct Reading<'a> {
    here: &'a Here,
    asked: &'a Asked,
    rigour: Rigour,
    settings: Settings,
    /// Patterns of unknown keywords that may be said.
    ignored: Vec<String>,
    /// The second time through.
    last: bool,
    /// A second time is wanted: there is a `Match final`.
    again: bool,
}

impl Reading<'_> {
    fn files(&mut self, named: Option<&Path>) -> Result<(), String> {
        for root in roots(self.here, named) {
            let lines = self.forgiven(root.lines(self.here))?;
            self.lines(&root, lines, &mut vec![root.path.clone()], true)?;
        }
        Ok(())
    }

    /// Nothing in place of an error when only places are looked for.
    fn forgiven<T: Default>(&self, result: Result<T, String>) -> Result<T, String> {
        match self.rigour {
            Rigour::Exact => result,
            Rigour::Places => Ok(result.unwrap_or_default()),
        }
    }

    /// Reads the lines of one file. What `Host` and `Match` choose in it ends with it; where it is included for other
    /// hosts only (`open` is false), nothing in it can be chosen.
    fn lines(
        &mut self,
        root: &Root,
        lines: Vec<Line>,
        files: &mut Vec<PathBuf>,
        open: bool,
    ) -> Result<(), String> {
        let mut active = open;
        for line in lines {
            match line.keyword.as_str() {
                "host" | "match" => {
                    let chosen = self.chosen(&line);
                    active = self.forgiven(chosen)? && open;
                }
                "include" => {
                    let included = root.included(self.here, &line, files);
                    for path in self.forgiven(included)? {
                        let lines = file::lines(&path).map_err(|error| {
                            format!(
                                "{}: {} cannot be read: {error}",
                                line.place,
                                printable(&path.to_string_lossy())
                            )
                        });
                        let lines = self.forgiven(lines)?;
                        files.push(path);
                        self.lines(root, lines, files, active)?;
                        files.pop();
                    }
                }
                _ => {
                    let said = self.setting(&line, active);
                    self.forgiven(said)?;
                }
            }
        }
        Ok(())
    }

    fn chosen(&mut self, line: &Line) -> Result<bool, String> {
        let words = line.words()?;
        if words.is_empty() {
            return Err(format!("{}: {} names nothing", line.place, line.keyword));
        }
        if line.keyword == "host" {
            // The second time it is the new name that is looked for.
            let name = if self.last { self.hostname()? } else { self.asked.host.clone() };
            return Ok(condition::host(&words, &name));
        }
        let hostname = self.hostname()?;
        let user = self.settings.text("user").unwrap_or_else(|| self.here.user.clone());
        let facts = condition::Facts {
            host: &hostname,
            original: &self.asked.host,
            user: &user,
            local_user: &self.here.user,
            last: self.last,
            exec: self.rigour == Rigour::Places,
        };
        let met = condition::matches(&words, &facts).map_err(|why| format!("{}: {why}", line.place))?;
        self.again |= met.last;
        Ok(met.yes)
    }

    /// What `HostName` makes of the name, so far.
    fn hostname(&self) -> Result<String, String> {
        let Some(said) = self.settings.first("hostname") else {
            return Ok(self.asked.host.to_lowercase());
        };
        let Some(place) = &said.place else { return Ok(said.text()) };
        let tokens = Tokens { known: &[('h', &self.asked.host)], env: None };
        let name = tokens.expand(&said.text()).map_err(|why| format!("{place}: in HostName {why}"))?;
        Ok(name.to_lowercase())
    }

    fn setting(&mut self, line: &Line, active: bool) -> Result<(), String> {
        let Some((name, used)) = keyword::find(&line.keyword) else {
            let fine = |pattern: &String| crate::core::glob::matches(pattern, &line.keyword);
            return match self.ignored.iter().any(fine) || self.rigour == Rigour::Places {
                true => {
                    // A newer ssh may know it, and the place is looked for then.
                    if active {
                        let said = Said { words: vec![line.rest.clone()], place: Some(line.place.clone()) };
                        self.settings.add_first(&line.keyword, said);
                    }
                    Ok(())
                }
                false => Err(format!("{}: nothing is called {}", line.place, printable(&line.keyword))),
            };
        };
        let words = match used {
            Use::Raw | Use::Ignored(_) => vec![line.rest.clone()],
            _ => line.words()?,
        };
        let wrong = |why: &str| Err(format!("{}: {why}", line.place));
        if words.iter().all(String::is_empty) {
            return wrong("no value follows");
        }
        if words.len() > 1 && used != Use::List && !matches!(used, Use::Refused(_)) {
            return wrong("more than one value follows");
        }
        if name == "ignoreunknown" {
            self.ignored.extend(words[0].split(',').map(str::to_ascii_lowercase));
        }
        if active {
            self.say(name, used, Said { words, place: Some(line.place.clone()) });
        }
        Ok(())
    }

    fn say(&mut self, name: &str, used: Use, said: Said) {
        let none = |said: Option<&Said>| said.is_some_and(|said| said.text().eq_ignore_ascii_case("none"));
        match (name, used) {
            // Whichever of the two is said first counts; a jump through `none` leaves room for a command.
            ("proxyjump", _) if self.settings.first("proxycommand").is_some() => {}
            ("proxycommand", _) => {
                let jump = self.settings.first("proxyjump");
                if jump.is_none() || none(jump) {
                    self.settings.add_first(name, said);
                }
            }
            (_, Use::Each) if !self.settings.all(name).iter().any(|old| old.words == said.words) => {
                self.settings.add(name, said);
            }
            _ => self.settings.add_first(name, said),
        }
    }
}
