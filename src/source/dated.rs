//! A path with a date in it: which files it has led to since they were last looked for, and when it leads to the next.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{Timestamp, Zoned};

use crate::core::template::Template;

/// Names that are waited for; where more have passed, the oldest are given up.
const WAITED_FOR: usize = 64;
/// Turns of the clock that are gone through one by one after a long sleep.
const TURNS: usize = 1000;

/// A path with a date in it.
#[derive(Debug)]
pub(super) struct Dated {
    name: Template,
    /// Where it has led to since a file was last gone on to, oldest first; the last is where it leads now.
    upcoming: VecDeque<PathBuf>,
    /// When it leads elsewhere.
    turns: Option<Timestamp>,
}

impl Dated {
    /// From this time on.
    pub fn new(name: Template, now: &Zoned) -> Dated {
        let turns = name.next_change(now);
        Dated { name, upcoming: VecDeque::new(), turns }
    }

    /// Time passes; says whether the path leads elsewhere.
    pub fn pass(&mut self, now: &Zoned) -> bool {
        let mut turned = false;
        for turn in 0.. {
            let Some(at) = self.turns.filter(|at| *at <= now.timestamp()) else { break };
            let at = if turn < TURNS { at.to_zoned(now.time_zone().clone()) } else { now.clone() };
            self.turns = self.name.next_change(&at);
            self.upcoming.push_back(self.name.at(&at).into());
            if self.upcoming.len() > WAITED_FOR {
                self.upcoming.pop_front();
            }
            turned = true;
        }
        turned
    }

    /// The file to go on to, if one is there: those before it will not come any more.
    pub fn turn(&mut self, is_there: impl Fn(&Path) -> bool) -> Option<PathBuf> {
        let at = self.upcoming.iter().position(|path| is_there(path))?;
        self.go_on(at + 1)
    }

    /// Goes on to the how-manieth of the files that are waited for; `None` when there are not so many.
    pub fn go_on(&mut self, nth: usize) -> Option<PathBuf> {
        let at = nth.checked_sub(1).filter(|at| *at < self.upcoming.len())?;
        self.upcoming.drain(..at);
        self.upcoming.pop_front()
    }

    /// The files that are waited for.
    pub fn upcoming(&self) -> impl Iterator<Item = &PathBuf> {
        self.upcoming.iter()
    }

    /// How long the path leads where it does.
    pub fn left(&self, now: &Zoned) -> Option<Duration> {
        let left = self.turns?.as_nanosecond() - now.timestamp().as_nanosecond();
        Some(Duration::from_nanos(u64::try_from(left).unwrap_or(0)))
    }

    /// When the path leads elsewhere, in words.
    pub fn said(&self, now: &Zoned) -> Option<String> {
        let at = self.turns?.to_zoned(now.time_zone().clone());
        Some(format!("{} at {}", self.name.at(&at), at.strftime("%Y-%m-%d %H:%M:%S")))
    }

    /// What going on to a file is called.
    pub fn rule(&self, file: &Path) -> String {
        let what = if self.name.is_daily() { "another day" } else { "the next file" };
        let name = file.file_name().unwrap_or(file.as_os_str());
        format!("{what}: {}", name.to_string_lossy())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::core::template::Known;

    fn template(text: &str) -> Template {
        let known = Known { variables: &BTreeMap::new(), environment: &|_| None };
        Template::parse(text, &known).unwrap()
    }

    fn at(time: &str) -> Zoned {
        format!("{time}[Europe/Berlin]").parse().unwrap()
    }

    #[test]
    fn a_new_day_is_gone_on_to_when_its_file_is_there_and_none_is_left_out() {
        let mut dated = Dated::new(template("/x/${date:%F}"), &at("2026-11-21T23:59:00+01:00"));
        assert!(!dated.pass(&at("2026-11-21T23:59:59+01:00")));
        assert_eq!(dated.left(&at("2026-11-21T23:59:59+01:00")), Some(Duration::from_secs(1)));
        assert!(dated.pass(&at("2026-11-24T08:00:00+01:00")), "three days later");
        assert_eq!(dated.turn(|_| false), None);
        let there = |path: &Path| path.ends_with("2026-11-23") || path.ends_with("2026-11-24");
        assert_eq!(dated.turn(there), Some("/x/2026-11-23".into()));
        assert_eq!(dated.turn(there), Some("/x/2026-11-24".into()));
        assert_eq!(dated.turn(there), None);
        assert!(!dated.pass(&at("2026-11-24T08:00:01+01:00")));
        assert_eq!(dated.rule(Path::new("/x/2026-11-24")), "another day: 2026-11-24");
    }

    #[test]
    fn what_turns_often_is_waited_for_within_bounds() {
        let mut dated = Dated::new(template("${date:%H%M%S}"), &at("2026-11-21T12:00:00+01:00"));
        assert!(dated.pass(&at("2026-11-23T12:00:00+01:00")));
        assert_eq!(dated.upcoming().count(), WAITED_FOR);
        assert_eq!(dated.upcoming().last(), Some(&"120000".into()));
        assert_eq!(dated.rule(Path::new("120000")), "the next file: 120000");
    }
}
