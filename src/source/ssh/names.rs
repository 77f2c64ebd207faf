//! The names that one source on a host goes by, one after the other: a single one, unless there is a date in it. Which
//! file is there under a name is the host's to say; when a name is another one is said by the clock here.

use std::collections::VecDeque;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::time::Duration;

use jiff::Zoned;

use crate::core::host::{RemotePath, Target};
use crate::core::template::Template;
use crate::source::dated::Dated;

/// Names that were left and are still known: as many as the generations whose bytes can be found again.
const KNOWN: usize = 64;

/// All names of a source.
pub struct Names {
    target: Target,
    /// Those that were gone on to, oldest first; the last is the one it has now.
    had: VecDeque<Vec<u8>>,
    /// The how-manieth the first of them is.
    first: u64,
    dated: Option<(Template, Dated)>,
}

/// The names that the follower on the host is told of.
pub struct Way {
    /// The one before this, if there was one: somebody may still write to its file.
    pub before: Option<Vec<u8>>,
    /// The one it has now.
    pub now: Vec<u8>,
    /// Those to go on to, as soon as there is such a file.
    pub upcoming: Vec<Vec<u8>>,
}

impl Way {
    /// A name that stays.
    pub fn only(path: &[u8]) -> Way {
        Way { before: None, now: path.to_vec(), upcoming: Vec::new() }
    }
}

impl Names {
    /// A single one.
    pub fn single(path: &RemotePath) -> Names {
        Names { target: path.target.clone(), had: [path.path.clone()].into(), first: 0, dated: None }
    }

    /// What a name with a date in it is from this time on.
    pub fn dated(target: &Target, name: &Template, now: &Zoned) -> Names {
        let dated = Some((name.clone(), Dated::new(name.clone(), now)));
        let had = [name.at(now).into_bytes()].into();
        Names { target: target.clone(), had, first: 0, dated }
    }

    /// The name it has now.
    pub fn now(&self) -> RemotePath {
        let path = self.had.back().cloned().unwrap_or_default();
        RemotePath { target: self.target.clone(), path }
    }

    /// The name with the date in it, if there is one.
    pub fn template(&self) -> Option<&Template> {
        self.dated.as_ref().map(|(name, _)| name)
    }

    /// The name of this number, the first is 0; `None` where that was too long ago.
    pub fn numbered(&self, number: u64) -> Option<&[u8]> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.had.get(at).map(Vec::as_slice)
    }

    /// Time passes; says whether there are other names to go on to than before.
    pub fn pass(&mut self, now: &Zoned) -> bool {
        self.dated.as_mut().is_some_and(|(_, dated)| dated.pass(now))
    }

    /// How long it is until there are; `None` when that is never.
    pub fn left(&self, now: &Zoned) -> Option<Duration> {
        self.dated.as_ref()?.1.left(now)
    }

    /// What it is called from when on, in words.
    pub fn said(&self, now: &Zoned) -> Option<String> {
        self.dated.as_ref()?.1.said(now)
    }

    /// The names that the host is told of now.
    pub fn way(&self) -> Way {
        let before = self.had.len().checked_sub(2).and_then(|at| self.had.get(at)).cloned();
        let upcoming = self.dated.iter().flat_map(|(_, dated)| dated.upcoming());
        let upcoming = upcoming.map(|path| path.as_os_str().as_bytes().to_vec()).collect();
        Way { before, now: self.now().path, upcoming }
    }

    /// Goes on to the how-manieth of those that are waited for, and says what that is called.
    pub fn go_on(&mut self, nth: u32) -> Option<String> {
        let (_, dated) = self.dated.as_mut()?;
        let path = dated.go_on(nth as usize)?;
        let rule = dated.rule(Path::new(&path));
        self.had.push_back(path.as_os_str().as_bytes().to_vec());
        if self.had.len() > KNOWN {
            self.had.pop_front();
            self.first += 1;
        }
        Some(rule)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::core::template::Known;

    fn at(time: &str) -> Zoned {
        format!("2026-11-{time}+01:00[Europe/Berlin]").parse().unwrap()
    }

    #[test]
    fn a_name_with_a_date_is_another_one_from_day_to_day() {
        let known = Known { variables: &BTreeMap::new(), environment: &|_| None };
        let name = Template::parse("/x/${date:%d}", &known).unwrap();
        let target = Target { host: "web1".to_owned(), user: None, port: None };
        let mut names = Names::dated(&target, &name, &at("21T23:59:59"));
        assert_eq!(names.now().to_string(), "web1:/x/21");
        assert!(names.way().before.is_none() && names.way().upcoming.is_empty());
        assert!(names.pass(&at("23T08:00:00")) && !names.pass(&at("23T08:00:01")));
        assert_eq!(names.way().upcoming, [b"/x/22", b"/x/23"]);
        assert_eq!(names.now().to_string(), "web1:/x/21", "not before there is such a file");
        // The host found the second of them.
        assert_eq!(names.go_on(2).as_deref(), Some("another day: 23"));
        let way = names.way();
        assert_eq!((way.before.as_deref(), &*way.now), (Some(&b"/x/21"[..]), &b"/x/23"[..]));
        assert!(way.upcoming.is_empty());
        assert_eq!((names.numbered(0), names.numbered(1)), (Some(&b"/x/21"[..]), Some(&b"/x/23"[..])));
        assert_eq!(names.numbered(2), None);
        // Whatever a host says.
        assert_eq!(names.go_on(1), None);
        assert_eq!(names.go_on(0), None);
    }
}
