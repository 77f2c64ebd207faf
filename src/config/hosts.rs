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
use std::ops::RangeInclusive;

use super::toml::{Document, Entry, Table};
use crate::core::glob;

/// What [`Hosts::connects`] may be.
const CONNECTS: RangeInclusive<u64> = 1..=256;

/// What [`Hosts::scrollback`] may be.
const SCROLLBACK: RangeInclusive<u64> = (32 << 20)..=(1 << 40);

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
    /// Reads a config file; `place` is what messages call it.
    ///
    /// # Errors
    /// A sentence with file, line and column: what is there, and what was perhaps meant.
    pub fn parse(text: &str, place: &str) -> Result<Hosts, String> {
        let mut hosts = Hosts::default();
        for entry in Document::parse(text, place)?.table().entries() {
            match entry.name() {
                "ssh" => hosts.read_ssh(&entry.table()?)?,
                "groups" => {
                    for members in entry.table()?.entries() {
                        hosts.groups.insert(members.name().to_owned(), members.strings()?);
                    }
                }
                "hosts" => {
                    for rule in entry.table()?.entries() {
                        hosts.rules.push(Rule::read(rule.name(), &rule.table()?)?);
                    }
                }
                // Others' to read: `config::formats`, `config::filters`.
                "format" | "filter" => {}
                _ => return Err(entry.unknown(&["ssh", "groups", "hosts", "format", "filter"])),
            }
        }
        Ok(hosts)
    }

    fn read_ssh(&mut self, table: &Table) -> Result<(), String> {
        for entry in table.entries() {
            match entry.name() {
                "connects" => self.connects = usize::try_from(entry.number(CONNECTS)?).unwrap_or(usize::MAX),
                "scrollback" => self.scrollback = entry.size(SCROLLBACK)?,
                _ => return Err(entry.unknown(&["connects", "scrollback"])),
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
    fn read(pattern: &str, table: &Table) -> Result<Rule, String> {
        let mut rule = Rule { pattern: pattern.to_owned(), ..Rule::default() };
        for entry in table.entries() {
            match entry.name() {
                "transport" => rule.transport = Some(transport(&entry)?),
                "follow" => rule.follow = Some(follow(&entry)?),
                _ => return Err(entry.unknown(&["transport", "follow"])),
            }
        }
        Ok(rule)
    }
}

fn transport(entry: &Entry) -> Result<Transport, String> {
    entry.one_of(&[("russh", Transport::Russh), ("openssh", Transport::OpenSsh)])
}

fn follow(entry: &Entry) -> Result<FollowMode, String> {
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

    fn wrong(text: &str) -> String {
        Hosts::parse(text, "config.toml").expect_err(text)
    }

    #[test]
    fn all_that_can_be_said() {
        let hosts = Hosts::parse(
            "[ssh]\nconnects = 4\nscrollback = \"1.5 GiB\"\n[groups]\nweb = [\"web1\", \"db*\"]\n\
             [hosts.\"web1\"]\nfollow = \"tail\"\n[hosts.\"web*\"]\ntransport = \"openssh\"\nfollow = \"exact\"\n\
             [hosts.\"*\"]\ntransport = \"russh\"\n",
            "config.toml",
        )
        .unwrap();
        assert_eq!((hosts.connects, hosts.scrollback), (4, 3 << 29));
        assert_eq!(hosts.groups["web"], ["web1", "db*"]);
        assert_eq!((hosts.transport("web1"), hosts.follow("web1")), (Transport::OpenSsh, FollowMode::Tail));
        assert_eq!((hosts.transport("web2"), hosts.follow("web2")), (Transport::OpenSsh, FollowMode::Exact));
        assert_eq!((hosts.transport("db"), hosts.follow("db")), (Transport::Russh, FollowMode::Auto));
    }

    #[test]
    fn the_example_above_is_one_and_an_empty_file_is_the_default() {
        let own = include_str!("hosts.rs");
        let lines = own.lines().skip_while(|line| !line.ends_with("```toml")).skip(1);
        let example: Vec<&str> =
            lines.map_while(|line| line.strip_prefix("//! ").or(line.strip_prefix("//!"))).collect();
        let example = example.join("\n");
        let hosts = Hosts::parse(example.split("```").next().unwrap(), "x").unwrap();
        assert_eq!((hosts.connects, hosts.scrollback, hosts.rules.len()), (16, 64 << 20, 1));
        assert_eq!(Hosts::parse("", "x"), Ok(Hosts::default()));
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let text = wrong("[ssh]\n  connect = 4\n");
        assert!(text.starts_with("config.toml:2:3: ") && text.contains("connects"), "{text}");
        assert!(wrong("[hots.x]\n").contains("did you mean hosts?"));
        assert!(!wrong("[zzzzzz]\n").contains("did you mean"));
        assert!(wrong("[hosts.x]\nfollow = \"tial\"").starts_with("config.toml:2:10: "));
        assert!(wrong("[hosts.x]\nfollow = \"tial\"").contains("did you mean tail?"));
        assert!(wrong("[hosts]\nx = 1").contains("a table"));
        assert!(wrong("[groups]\nx = [1]").contains("a list of texts"));
        assert!(wrong("[ssh]\nconnects = 0").contains("from 1 to 256"));
        assert!(wrong("[ssh]\nconnects = \"many\"").contains("a whole number"));
        assert!(wrong("[ssh]\nscrollback = \"64 MB/s\"").contains("64 MiB"));
        assert!(wrong("[ssh]\nscrollback = \"1 kB\"").contains("from 32 MiB"));
        assert!(wrong("[ssh\n").starts_with("config.toml:1:"));
        assert!(wrong("[ssh]\nconnects = 1\nconnects = 2").starts_with("config.toml:3:"));
    }
}
