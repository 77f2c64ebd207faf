//! Many names side by side, looked up: with a thousand of them none is held against all others.

use std::collections::{HashMap, HashSet};

use super::{Name, short};

/// Names of which each is to be told from all others.
pub struct Crowd<'a> {
    /// The hosts of those that end in a part.
    hosts: HashMap<Option<&'a str>, HashSet<Option<&'a str>>>,
    /// How many end in some parts, on a host and anywhere.
    ends: HashMap<(Scope<'a>, String), usize>,
    /// All hosts, and how many are on each.
    known: HashMap<&'a str, usize>,
}

/// Among which names one is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Scope<'a> {
    All,
    Host(Option<&'a str>),
}

impl<'a> Crowd<'a> {
    /// These; what is called the same in full is one.
    pub fn new(names: impl Iterator<Item = Name<'a>>) -> Crowd<'a> {
        let mut crowd = Crowd { hosts: HashMap::new(), ends: HashMap::new(), known: HashMap::new() };
        let mut seen = HashSet::new();
        for name in names.filter(|name| seen.insert(*name)) {
            name.host.into_iter().for_each(|host| *crowd.known.entry(host).or_default() += 1);
            crowd.hosts.entry(name.parts().next()).or_default().insert(name.host);
            for end in ends(name) {
                *crowd.ends.entry((Scope::All, end.clone())).or_default() += 1;
                *crowd.ends.entry((Scope::Host(name.host), end)).or_default() += 1;
            }
        }
        crowd
    }

    /// The shortest name of one of them that no other has: as [`super::shortest`] finds it.
    pub fn shortest(&self, own: Name<'a>) -> String {
        let several = self.hosts.get(&own.parts().next()).is_some_and(|hosts| hosts.len() > 1);
        let scope = if several { Scope::Host(own.host) } else { Scope::All };
        let ends: Vec<String> = ends(own).collect();
        let rival = |n: usize| {
            let end = ends.get(n - 1).cloned().unwrap_or_default();
            self.ends.get(&(scope, end)).is_some_and(|count| *count > 1)
        };
        let is_host = |name: &str| {
            let mut colons = name.match_indices(':');
            colons.any(|(at, _)| {
                let (host, own) = (&name[..at], usize::from(own.host == Some(&name[..at])));
                self.known.get(host).is_some_and(|count| *count > own)
            })
        };
        short(own, several, rival, is_host)
    }
}

/// What a name ends in: its last part, its last two, and so on.
fn ends(name: Name<'_>) -> impl Iterator<Item = String> {
    let mut end = String::new();
    name.parts().map(move |part| {
        // No part has this character in it, as no path has.
        end.push('\0');
        end.push_str(part);
        end.clone()
    })
}
