//! From the name of a host to everything that is to be known before it can be connected to.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::condition::Asked;
use super::expand::Names;
use super::fill::{self, Reader, fill};
use super::here::Here;
use super::printed::Query;
use super::reading::{self, Rigour};
use super::refusal;
use super::settings::{Said, Settings};
use super::{HostConfig, Proxy, Transport};
use crate::config::hosts::Hosts;
use crate::core::host::{HostPattern, Target, valid_host, valid_user};
use crate::core::text::printable;

/// Knows the user's ssh config and our own. One for the whole program; shared by threads.
pub struct Resolver {
    here: Here,
    ssh_config: Option<PathBuf>,
    /// What our own config says; it may be read again.
    ours: RwLock<Arc<Hosts>>,
    /// What `ssh -G` prints when no config says anything.
    defaults: OnceLock<Settings>,
}

impl Resolver {
    /// A resolver that reads `ssh_config` in place of the user's and the system's (`ssh -F`), and `ours`.
    pub fn new(ssh_config: Option<PathBuf>, ours: Hosts) -> Resolver {
        Resolver::at(Here::look(), ssh_config, ours)
    }

    /// The same at another place.
    pub fn at(here: Here, ssh_config: Option<PathBuf>, ours: Hosts) -> Resolver {
        Resolver { here, ssh_config, ours: RwLock::new(Arc::new(ours)), defaults: OnceLock::new() }
    }

    /// What our own config says from now on.
    pub fn use_hosts(&self, ours: Hosts) {
        *self.ours.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ours);
    }

    fn ours(&self) -> Arc<Hosts> {
        Arc::clone(&self.ours.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is to be known of a host. Blocks: it may run `ssh -G`, which may run what the user's config says
    /// (`Match exec`) and look names up, for up to half a minute. Nothing is remembered: the config may have been put right.
    ///
    /// # Errors
    /// A sentence, with file and line where there is one.
    pub fn resolve(&self, target: &Target) -> Result<HostConfig, String> {
        self.find(target, &mut Vec::new(), false)
    }

    /// The hosts a pattern stands for, each once: groups and braces in the order written, globs in the order of
    /// the config files. Reads files and runs nothing.
    ///
    /// # Errors
    /// A sentence, when a part of it stands for none.
    pub fn expand(&self, pattern: &HostPattern) -> Result<Vec<Target>, String> {
        Names { here: &self.here, config: self.ssh_config.as_deref(), ours: &self.ours() }.expand(pattern)
    }

    /// The hosts that config files name, in their order, and groups with an `@` in front. Reads files and runs nothing;
    /// what cannot be read names none.
    pub fn names(&self) -> Vec<String> {
        let hosts = HostPattern::parse("*", false).and_then(|all| self.expand(&all)).unwrap_or_default();
        let ours = self.ours();
        let groups = ours.groups.keys().map(|group| format!("@{group}"));
        hosts.into_iter().map(|target| target.host).chain(groups).collect()
    }

    /// Connections that are being made at the same time, at most.
    pub fn connects(&self) -> usize {
        self.ours().connects
    }

    /// Bytes held of each remote file, at most.
    pub fn scrollback(&self) -> u64 {
        self.ours().scrollback
    }

    /// A host on the way through `through`; one that is `jumped` to needs no proxy of its own.
    fn find(&self, target: &Target, through: &mut Vec<Target>, jumped: bool) -> Result<HostConfig, String> {
        self.check(target)?;
        if through.contains(target) {
            let way: Vec<String> = through.iter().chain([target]).map(Target::to_string).collect();
            return Err(format!("ProxyJump goes in a circle: {}", way.join(", ")));
        }
        let transport = self.ours().transport(&target.host);
        if transport == Transport::OpenSsh && self.here.ssh.is_none() {
            return Err(format!(
                "{target}: transport = \"openssh\" needs the program ssh, and none is on the path"
            ));
        }
        let settings = self.settings(target, jumped)?;
        let reader = match self.here.ssh {
            Some(_) => Reader::Ssh(self.defaults()),
            None => Reader::Ours,
        };
        let mut host = match fill(&settings, reader, target, &self.here) {
            // Its ssh understands what we do not.
            Err(_) if transport == Transport::OpenSsh => HostConfig::new(target.clone(), &self.here.user),
            host => host?,
        };
        host.transport = transport;
        host.follow = self.ours().follow(&target.host);
        host.ssh_config = self.ssh_config.clone();
        if transport == Transport::OpenSsh {
            // It finds its own way.
            host.proxy = Proxy::None;
            return Ok(host);
        }
        self.tell_blanks(&mut host, &settings, reader)?;
        refusal::check(&host, &settings, reader, &|| self.places(target))?;
        if jumped {
            host.proxy = Proxy::None;
        } else if let Some(jump) =
            settings.text("proxyjump").filter(|jump| !jump.eq_ignore_ascii_case("none"))
        {
            through.push(target.clone());
            host.proxy = Proxy::Jump(self.jumps(&jump, target, through)?);
            through.pop();
        }
        Ok(host)
    }

    /// A name that came from elsewhere than the command line is looked at too.
    fn check(&self, target: &Target) -> Result<(), String> {
        let wrong = |why: String| format!("{}: {why}", printable(&target.to_string()));
        valid_host(&target.host, false).map_err(wrong)?;
        target.user.as_deref().map_or(Ok(()), valid_user).map_err(wrong)
    }

    fn settings(&self, target: &Target, jumped: bool) -> Result<Settings, String> {
        let Some(ssh) = &self.here.ssh else {
            let settings = self.read(target, jumped, Rigour::Exact)?;
            let canonical = settings.first("canonicalizehostname").filter(|said| said.text() != "no");
            return match canonical.and_then(|said| said.place.clone()) {
                Some(place) => Err(format!(
                    "{place}: canonicalizehostname needs the program ssh; install it, or name hosts in full"
                )),
                None => Ok(settings),
            };
        };
        let query = Query {
            ssh,
            config: self.ssh_config.as_deref(),
            user: target.user.as_deref(),
            port: target.port,
            jumped,
            host: &target.host,
        };
        query.ask()
    }

    /// What we read ourselves.
    fn read(&self, target: &Target, jumped: bool, rigour: Rigour) -> Result<Settings, String> {
        let mut first = Settings::default();
        let mut say =
            |keyword: &str, text: String| first.add(keyword, Said { words: vec![text], place: None });
        if let Some(user) = &target.user {
            say("user", user.clone());
        }
        if let Some(port) = target.port {
            say("port", port.to_string());
        }
        if jumped {
            say("proxyjump", "none".to_owned());
        }
        let asked = Asked { host: target.host.clone() };
        reading::read(&self.here, self.ssh_config.as_deref(), &asked, first, rigour)
    }

    /// What we read ourselves, for its places only.
    fn places(&self, target: &Target) -> Settings {
        self.read(target, false, Rigour::Places).unwrap_or_default()
    }

    fn defaults(&self) -> &Settings {
        self.defaults.get_or_init(|| {
            let ssh = self.here.ssh.as_deref().unwrap_or(Path::new("ssh"));
            let none = Some(Path::new("none"));
            let query = Query { ssh, config: none, user: None, port: None, jumped: false, host: "localhost" };
            // Without it, defaults are taken for words of the user's.
            query.ask().unwrap_or_default()
        })
    }

    /// `ssh -G` prints lists of files with blanks between them: where a name has a blank in it or begins at no root,
    /// ours says which it is, if it comes to the same.
    fn tell_blanks(&self, host: &mut HostConfig, settings: &Settings, reader: Reader) -> Result<(), String> {
        if let Reader::Ours = reader {
            return Ok(());
        }
        for keyword in ["userknownhostsfile", "globalknownhostsfile"] {
            let Some(said) =
                settings.first(keyword).filter(|said| said.words.iter().any(|path| path.contains(' ')))
            else {
                continue;
            };
            let own = self.places(&host.target);
            let files = fill::known_hosts(&own, Reader::Ours, host, &self.here, keyword)?;
            let joined: Vec<_> = files.iter().map(|path| path.to_string_lossy()).collect();
            if joined.join(" ") == said.text() {
                match keyword {
                    "userknownhostsfile" => host.user_known_hosts = files,
                    _ => host.global_known_hosts = files,
                }
            }
        }
        Ok(())
    }

    /// The hosts of a `ProxyJump`, the nearest first.
    fn jumps(
        &self,
        jump: &str,
        target: &Target,
        through: &mut Vec<Target>,
    ) -> Result<Vec<HostConfig>, String> {
        let mut way = Vec::new();
        for text in jump.split(',') {
            let text = text.trim();
            let named = text.strip_prefix("ssh://").unwrap_or(text);
            let hop = HostPattern::parse(named, true).and_then(|pattern| {
                pattern.single().ok_or_else(|| "a jump goes through one host".to_owned())
            });
            let hop = hop.map_err(|why| format!("{target}: ProxyJump {}: {why}", printable(text)))?;
            let mut host = self
                .find(&hop, through, !way.is_empty())
                .map_err(|why| format!("{target} is reached through {hop}: {why}"))?;
            if host.transport == Transport::OpenSsh {
                return Err(format!(
                    "{target} is reached through {hop}, which has transport = \"openssh\"; {target} needs the same"
                ));
            }
            if let Proxy::Jump(before) = &mut host.proxy {
                way.append(before);
                host.proxy = Proxy::None;
            }
            way.push(host);
        }
        Ok(way)
    }
}
