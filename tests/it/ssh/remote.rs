//! Following files on a real `sshd`, from outside: every line exactly once, whole, in order, whatever becomes of the
//! link.

mod days;
mod files;
pub mod history;
mod hosts;
mod outages;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tailpane::app::source::{Notice, NoticeKind, Source, SourceId, State, Status};
use tailpane::config::hosts::FollowMode;
use tailpane::core::host::{RemotePath, Target};
use tailpane::core::pos::Pos;
use tailpane::source::ssh::ask::Asker;
use tailpane::source::ssh::config::HostConfig;
use tailpane::source::ssh::reach::Reach;
use tailpane::source::ssh::reading::Reading;
use tailpane::source::{Drain, Drained, Follower, Keep};

use super::proxy::Proxy;
use super::sshd::{Options, Sshd};
use crate::follow::append;

/// How long anything may take.
const DEADLINE: Duration = Duration::from_secs(60);

/// A host whose every name is this server, reached through a proxy that can be cut.
pub struct Rig {
    pub sshd: Sshd,
    pub proxy: Proxy,
    pub follower: Follower,
    changed: Receiver<SourceId>,
}

impl Rig {
    pub fn new(keep: Keep) -> Rig {
        Rig::with(keep, |_| {}, |_| {})
    }

    pub fn with(
        keep: Keep,
        server: impl FnOnce(&mut Options),
        host: impl Fn(&mut HostConfig) + Send + Sync + 'static,
    ) -> Rig {
        Rig::connecting(keep, 16, server, host)
    }

    /// The same, with so many connections being made at once.
    pub fn connecting(
        keep: Keep,
        connects: usize,
        server: impl FnOnce(&mut Options),
        host: impl Fn(&mut HostConfig) + Send + Sync + 'static,
    ) -> Rig {
        let sshd = Sshd::start(server);
        let proxy = Proxy::start(sshd.port());
        let mut config = sshd.host_config("web1");
        config.port = proxy.port();
        config.ssh_config = Some(sshd.ssh_config_with(&sshd.host_entry("web1", proxy.port())));
        let resolve = move |target: &Target| {
            let mut config = HostConfig { target: target.clone(), ..config.clone() };
            host(&mut config);
            Ok(config)
        };
        let reach =
            Reach { resolve: Arc::new(resolve), asker: Asker::silent(), connects, scrollback: 64 << 20 };
        let (tell, changed) = channel();
        let follower = Follower::start(keep, move |id| tell.send(id).unwrap_or(())).unwrap().reaching(reach);
        Rig { sshd, proxy, follower, changed }
    }

    /// Where a log of this name is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.sshd.folder().join(name)
    }

    pub fn append(&self, name: &str, text: impl AsRef<[u8]>) {
        append(&self.path(name), text.as_ref());
    }

    pub fn rename(&self, from: &str, to: &str) {
        std::fs::rename(self.path(from), self.path(to)).unwrap();
    }

    pub fn open(&self, id: u32, name: &str) -> Source {
        self.follower.open_remote(SourceId(id), &remote("web1", &self.path(name)), Reading::default())
    }

    pub fn status(&self, id: u32) -> Status {
        self.follower.status(SourceId(id)).unwrap()
    }

    /// Waits until what is known of a source is as wanted.
    #[track_caller]
    pub fn wait_for(&self, id: u32, what: &str, wanted: impl Fn(&Status) -> bool) -> Status {
        let until = Instant::now() + DEADLINE;
        loop {
            let status = self.status(id);
            if wanted(&status) {
                return status;
            }
            assert!(Instant::now() < until, "never {what}: {status:?}\n{}", self.sshd.log());
            let _ = self.changed.recv_timeout(Duration::from_millis(50));
        }
    }

    #[track_caller]
    pub fn wait_for_state(&self, id: u32, what: &str, wanted: impl Fn(&State) -> bool) -> Status {
        self.wait_for(id, what, |status| wanted(&status.state))
    }

    /// A reader of everything that `name` ever holds.
    pub fn drain(&self, id: u32, name: &str) -> Drained1 {
        self.open(id, name);
        let drain = self.follower.drain(SourceId(id), Pos(0)).unwrap();
        Drained1 { id, drain, bytes: Vec::new(), notices: Vec::new() }
    }

    /// Waits for something to change, but not for long.
    pub fn pause(&self) {
        let _ = self.changed.recv_timeout(Duration::from_millis(50));
    }
}

pub fn remote(host: &str, path: &Path) -> RemotePath {
    use std::os::unix::ffi::OsStrExt;
    let target = Target { host: host.to_owned(), user: None, port: None };
    RemotePath { target, path: path.as_os_str().as_bytes().to_vec() }
}

/// Everything that was read of a source.
pub struct Drained1 {
    id: u32,
    drain: Drain,
    pub bytes: Vec<u8>,
    pub notices: Vec<Notice>,
}

impl Drained1 {
    /// Takes what there is now.
    pub fn take(&mut self) {
        loop {
            match self.drain.read(&mut self.bytes, 1 << 20).unwrap() {
                Drained::Bytes => {}
                Drained::Notice(notice) => self.notices.push(notice),
                Drained::Idle | Drained::Ended => return,
            }
        }
    }

    /// Waits until everything that ever came is exactly this.
    #[track_caller]
    pub fn expect(&mut self, rig: &Rig, wanted: impl AsRef<[u8]>) {
        let wanted = wanted.as_ref();
        let until = Instant::now() + DEADLINE;
        loop {
            self.take();
            let same = self.bytes.len() <= wanted.len() && wanted.starts_with(&self.bytes);
            assert!(same && Instant::now() < until, "{}", self.difference(rig, wanted));
            if self.bytes == wanted {
                return;
            }
            rig.pause();
        }
    }

    fn difference(&self, rig: &Rig, wanted: &[u8]) -> String {
        let same = self.bytes.iter().zip(wanted).take_while(|(a, b)| a == b).count();
        let show = |bytes: &[u8]| {
            let from = same.saturating_sub(60).min(bytes.len());
            String::from_utf8_lossy(&bytes[from..bytes.len().min(same + 120)]).into_owned()
        };
        let status = rig.status(self.id);
        format!(
            "differs at byte {same}\n  got {} bytes: …{:?}\n  wanted {}: …{:?}\n  notices: {:?}\n  {status:?}",
            self.bytes.len(),
            show(&self.bytes),
            wanted.len(),
            show(wanted),
            self.notices
        )
    }

    pub fn kinds(&self) -> Vec<NoticeKind> {
        self.notices.iter().map(|notice| notice.kind).collect()
    }

    pub fn count(&self, kind: NoticeKind) -> usize {
        self.notices.iter().filter(|notice| notice.kind == kind).count()
    }
}

/// A host's config that is followed in this way.
pub fn follow(mode: FollowMode) -> impl Fn(&mut HostConfig) {
    move |config| config.follow = mode
}
