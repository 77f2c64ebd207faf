//! What our own config file says of other hosts: plain data, read from TOML.
//!
//! ```toml
//! [ssh]
//! connects = 16              # connections being made at the same time
//! scrollback = "64 MiB"      # held of each remote file, at most
//!
//! [groups]
//! web = ["web1", "ada@web2", "db*"]
//!
//! [hosts."web*"]             # for each setting the first table that matches counts, as in an ssh config
//! transport = "openssh"      # or russh
//! follow = "tail"            # or auto, exact
//! ```

use std::collections::BTreeMap;

use super::mistake::Mistake;
use super::schema::{CONNECTS, FAR_SCROLLBACK};
use super::toml::{Entry, Table};
use crate::core::glob;

/// Who speaks SSH.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// We do.
    #[default]
    Russh,
    /// The system's `ssh`.
    OpenSsh,
}

/// How files are followed on a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FollowMode {
    /// Exactly, and with `tail -F` where that cannot be.
    #[default]
    Auto,
    /// Exactly or not at all.
    Exact,
    /// With `tail -F`.
    Tail,
}

/// Everything that is said of other hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts {
    /// Connections that are being made at the same time, at most.
    pub connects: usize,
    /// Bytes held of each remote file, at most.
    pub scrollback: u64,
    /// Names for several hosts.
    pub groups: BTreeMap<String, Vec<String>>,
    /// What is said of hosts by name, in the order of the file: for each setting the first that matches counts.
    pub rules: Vec<Rule>,
}

/// What is said of the hosts a pattern matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// A name as given on the command line, with `*` and `?`.
    pub pattern: String,
    /// Who speaks SSH, if that is said.
    pub transport: Option<Transport>,
    /// How files are followed, if that is said.
    pub follow: Option<FollowMode>,
}

impl Hosts {
    /// Reads what a config says; what is wrong is added to `wrong`.
    pub fn read(config: &Table, wrong: &mut Vec<Mistake>) -> Hosts {
        let mut hosts = Hosts::default();
        let table = |name| config.get(name).and_then(|entry| entry.table().ok());
        if let Some(ssh) = table("ssh") {
            wrong.extend(hosts.read_ssh(&ssh).err());
        }
        for members in table("groups").iter().flat_map(Table::entries) {
            match members.strings() {
                Ok(names) => drop(hosts.groups.insert(members.name().to_owned(), names)),
                Err(mistake) => wrong.push(mistake),
            }
        }
        for rule in table("hosts").iter().flat_map(Table::entries_by_weight) {
            match rule.table().and_then(|table| Rule::read(rule.pattern()?, &table)) {
                Ok(rule) => hosts.rules.push(rule),
                Err(mistake) => wrong.push(mistake),
            }
        }
        hosts
    }

    fn read_ssh(&mut self, table: &Table) -> Result<(), Mistake> {
        for entry in table.entries() {
            match entry.name() {
                "connects" => self.connects = usize::try_from(entry.number(CONNECTS)?).unwrap_or(usize::MAX),
                "scrollback" => self.scrollback = entry.size(FAR_SCROLLBACK)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Who speaks SSH with a host.
    pub fn transport(&self, host: &str) -> Transport {
        self.of(host).find_map(|rule| rule.transport).unwrap_or_default()
    }

    /// How files are followed on a host.
    pub fn follow(&self, host: &str) -> FollowMode {
        self.of(host).find_map(|rule| rule.follow).unwrap_or_default()
    }

    fn of(&self, host: &str) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| glob::matches(&rule.pattern, host))
    }
}

impl Rule {
    fn read(pattern: &str, table: &Table) -> Result<Rule, Mistake> {
        let mut rule = Rule { pattern: pattern.to_owned(), ..Rule::default() };
        for entry in table.entries() {
            match entry.name() {
                "transport" => rule.transport = Some(transport(&entry)?),
                "follow" => rule.follow = Some(follow(&entry)?),
                _ => {}
            }
        }
        Ok(rule)
    }
}

fn transport(entry: &Entry) -> Result<Transport, Mistake> {
    entry.one_of(&[("russh", Transport::Russh), ("openssh", Transport::OpenSsh)])
}

fn follow(entry: &Entry) -> Result<FollowMode, Mistake> {
    entry.one_of(&[("auto", FollowMode::Auto), ("exact", FollowMode::Exact), ("tail", FollowMode::Tail)])
}

impl Default for Hosts {
    fn default() -> Hosts {
        Hosts { connects: 16, scrollback: 64 << 20, groups: BTreeMap::new(), rules: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::{example, read};

    fn wrong(text: &str) -> String {
        let wrong = read(&[text]).expect_err(text);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        wrong.concat()
    }

    fn hosts(layers: &[&str]) -> Hosts {
        read(layers).unwrap().hosts
    }

    #[test]
    fn all_that_can_be_said() {
        let hosts = hosts(&[
            "[ssh]\nconnects = 4\nscrollback = \"1.5 GiB\"\n[groups]\nweb = [\"web1\", \"db*\"]\n\
             [hosts.\"web1\"]\nfollow = \"tail\"\n[hosts.\"web*\"]\ntransport = \"openssh\"\nfollow = \"exact\"\n\
             [hosts.\"*\"]\ntransport = \"russh\"\n",
        ]);
        assert_eq!((hosts.connects, hosts.scrollback), (4, 3 << 29));
        assert_eq!(hosts.groups["web"], ["web1", "db*"]);
        assert_eq!((hosts.transport("web1"), hosts.follow("web1")), (Transport::OpenSsh, FollowMode::Tail));
        assert_eq!((hosts.transport("web2"), hosts.follow("web2")), (Transport::OpenSsh, FollowMode::Exact));
        assert_eq!((hosts.transport("db"), hosts.follow("db")), (Transport::Russh, FollowMode::Auto));
    }

    #[test]
    fn what_a_later_layer_says_of_hosts_counts_first() {
        let hosts = hosts(&[
            "[hosts.web1]\nfollow = 'exact'\ntransport = 'openssh'\n[groups]\nweb = ['a']",
            "[hosts.'*']\nfollow = 'tail'\n[groups]\nweb = ['b', 'c']\ndb = ['d']",
        ]);
        assert_eq!((hosts.transport("web1"), hosts.follow("web1")), (Transport::OpenSsh, FollowMode::Tail));
        assert_eq!((hosts.groups["web"].len(), hosts.groups["db"].len()), (2, 1));
    }

    #[test]
    fn the_example_above_is_one_and_an_empty_file_is_the_default() {
        let example = hosts(&[&example(include_str!("hosts.rs"))]);
        assert_eq!((example.connects, example.scrollback, example.rules.len()), (16, 64 << 20, 1));
        assert_eq!(hosts(&[""]), Hosts::default());
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let text = wrong("[ssh]\n  connect = 4\n");
        assert!(text.starts_with("0.toml:2:3: ") && text.contains("connects"), "{text}");
        assert!(wrong("[hots.x]\n").contains("did you mean hosts?"));
        assert!(!wrong("[zzzzzz]\n").contains("did you mean"));
        assert!(wrong("[hosts.x]\nfollow = \"tial\"").starts_with("0.toml:2:10: "));
        assert!(wrong("[hosts.x]\nfollow = \"tial\"").contains("did you mean tail?"));
        assert!(wrong("[hosts]\nx = 1").contains("a table"));
        assert!(wrong("[groups]\nx = [1]").contains("a list of texts"));
        assert!(wrong("[ssh]\nconnects = 0").contains("from 1 to 256"));
        assert!(wrong("[ssh]\nconnects = \"many\"").contains("a whole number"));
        assert!(wrong("[ssh]\nscrollback = \"64 MB/s\"").contains("64 MiB"));
        assert!(wrong("[ssh]\nscrollback = \"1 kB\"").contains("from 32 MiB"));
    }
}
