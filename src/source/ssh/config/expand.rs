//! Which hosts a glob, a brace list or a group stands for.

use std::path::{Path, PathBuf};

use super::file::{self, Root, roots};
use super::here::Here;
use super::line::Line;
use crate::config::hosts::Hosts;
use crate::core::glob;
use crate::core::host::{HostPattern, Target, valid_host};
use crate::core::text::printable;

/// Where names are looked for.
pub struct Names<'a> {
    /// Who and where we are.
    pub here: &'a Here,
    /// `-F`.
    pub config: Option<&'a Path>,
    /// Our own config.
    pub ours: &'a Hosts,
}

impl Names<'_> {
    /// The hosts a pattern stands for, each once.
    ///
    /// # Errors
    /// A sentence, when one of its parts stands for none.
    pub fn expand(&self, pattern: &HostPattern) -> Result<Vec<Target>, String> {
        let mut found = Vec::new();
        self.add(pattern, &mut Vec::new(), &mut found)?;
        Ok(found)
    }

    /// Adds the hosts of a pattern; `within` are the groups it was found in.
    fn add(
        &self,
        pattern: &HostPattern,
        within: &mut Vec<String>,
        found: &mut Vec<Target>,
    ) -> Result<(), String> {
        for name in pattern.alternatives()? {
            if let Some(group) = name.strip_prefix('@') {
                self.add_group(group, pattern, within, found)?;
                continue;
            }
            let hosts = if glob::is_pattern(&name) { self.matching(&name)? } else { vec![name] };
            for host in hosts {
                let target = pattern.on(&host);
                if !found.contains(&target) {
                    found.push(target);
                }
            }
        }
        Ok(())
    }

    fn add_group(
        &self,
        group: &str,
        asked: &HostPattern,
        within: &mut Vec<String>,
        found: &mut Vec<Target>,
    ) -> Result<(), String> {
        let Some(members) = self.ours.groups.get(group) else {
            let known: Vec<String> = self.ours.groups.keys().map(|name| printable(name)).collect();
            return Err(match known.is_empty() {
                true => {
                    format!("there is no group {group}: [groups] in tailpane's config would name its hosts")
                }
                false => format!("there is no group {group}; there are {}", known.join(", ")),
            });
        };
        if within.iter().any(|open| open == group) {
            return Err(format!("the group {group} contains itself"));
        }
        within.push(group.to_owned());
        for member in members {
            let mut pattern = member_pattern(member)
                .map_err(|why| format!("in the group {group}, {}: {why}", printable(member)))?;
            // What was said where the group was named counts more.
            pattern.user = asked.user.clone().or(pattern.user);
            pattern.port = asked.port.or(pattern.port);
            self.add(&pattern, within, found)?;
        }
        within.pop();
        Ok(())
    }

    /// The named hosts a glob matches, in the order of the files.
    fn matching(&self, pattern: &str) -> Result<Vec<String>, String> {
        let mut names = self.of_ssh()?;
        names.extend(self.ours.rules.iter().map(|rule| rule.pattern.clone()));
        let members = self.ours.groups.values().flatten().filter_map(|member| member_pattern(member).ok());
        names.extend(members.filter_map(|member| member.single()).map(|target| target.host));
        let mut found: Vec<String> = Vec::new();
        for name in names {
            if glob::matches(pattern, &name) && valid_host(&name, false).is_ok() && !found.contains(&name) {
                found.push(name);
            }
        }
        match found.is_empty() {
            false => Ok(found),
            true => Err(format!(
                "no host matches {pattern}: neither a Host line of the ssh config nor tailpane's config names one"
            )),
        }
    }

    /// The names on `Host` lines, patterns among them.
    fn of_ssh(&self) -> Result<Vec<String>, String> {
        let mut names = Vec::new();
        for root in roots(self.here, self.config) {
            let lines = root.lines(self.here)?;
            self.collect(&root, lines, &mut vec![root.path.clone()], &mut names)?;
        }
        Ok(names)
    }

    fn collect(
        &self,
        root: &Root,
        lines: Vec<Line>,
        files: &mut Vec<PathBuf>,
        names: &mut Vec<String>,
    ) -> Result<(), String> {
        for line in lines {
            match line.keyword.as_str() {
                "host" => names.extend(line.words()?.into_iter().filter(|name| !name.starts_with('!'))),
                "include" => {
                    for path in root.included(self.here, &line, files)? {
                        let lines = file::lines(&path).map_err(|error| {
                            format!(
                                "{}: {} cannot be read: {error}",
                                line.place,
                                printable(&path.to_string_lossy())
                            )
                        })?;
                        files.push(path);
                        self.collect(root, lines, files, names)?;
                        files.pop();
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// A member of a group: `web1`, `ada@web*`, `@other`, `ssh://ada@web1:2222`.
fn member_pattern(member: &str) -> Result<HostPattern, String> {
    match member.strip_prefix("ssh://") {
        Some(rest) => HostPattern::parse(rest.trim_end_matches('/'), true),
        None => HostPattern::parse(member, false),
    }
}
