//! Where sessions are kept: a file for each set of sources in the state folder, for nobody's eyes but the user's. They are
//! written in a thread of its own: a disk that takes its time holds nobody up.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, SystemTime};

use directories::ProjectDirs;
use ring::digest::{SHA256, digest};

use super::cli::Options;
use super::own;
use crate::config::session::{Session, read, write};
use crate::config::settings::Settings;
use crate::config::workspace::Origin;
use crate::core::text::printable;

/// The folder of sessions in the state folder.
const FOLDER: &str = "sessions";
/// How many are kept; the oldest go.
const MOST: usize = 200;

/// How often what is going on is remembered at most, while keys are pressed.
pub const NOW_AND_THEN: Duration = Duration::from_secs(60);

/// The session that is to be taken up at the start, if one is asked for and there is one; otherwise perhaps why not.
pub fn wanted(options: &Options, settings: &Settings) -> (Option<Session>, Option<String>) {
    let Some(sessions) = Sessions::here().filter(|_| settings.restore && !options.demo) else {
        return (None, None);
    };
    let named = options.origins();
    let names: Vec<String> = settings.workspace.sources.iter().chain(&named).map(Origin::typed).collect();
    let found = match names.is_empty() {
        false => sessions.of(&names),
        true if options.restore => sessions.newest(),
        true => Ok(None),
    };
    match found {
        Ok(Some(session)) => (Some(session), None),
        Ok(None) if options.restore => (None, Some("nothing is remembered of these sources".to_owned())),
        Ok(None) => (None, None),
        Err(sentence) => (None, Some(sentence)),
    }
}

/// Remembers sessions in the background, one behind the other.
pub struct Memory {
    wanted: Sender<(Vec<String>, Session)>,
    /// Hangs up when all is written.
    done: Receiver<()>,
}

impl Memory {
    /// With what writes a session under a set of names.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(
        write: impl Fn(&[String], &Session) -> io::Result<()> + Send + 'static,
    ) -> io::Result<Memory> {
        let (wanted, next) = channel::<(Vec<String>, Session)>();
        let (end, done) = channel::<()>();
        thread::Builder::new().name("sessions".into()).spawn(move || {
            let _end = end;
            for (names, session) in next {
                // What cannot be written is of no concern to anybody who looks at logs.
                if let Err(error) = write(&names, &session) {
                    tracing::warn!(%error, "the session cannot be remembered");
                }
            }
        })?;
        Ok(Memory { wanted, done })
    }

    /// Has a session written.
    pub fn remember(&self, names: Vec<String>, session: Session) {
        // The thread ends when this does, not before.
        let _ = self.wanted.send((names, session));
    }

    /// Waits until all is written, but no longer than `patience`.
    pub fn finish(self, patience: Duration) {
        drop(self.wanted);
        // That it hangs up is what is waited for.
        let _ = self.done.recv_timeout(patience);
    }
}

/// The sessions of a user.
#[derive(Clone, Debug)]
pub struct Sessions {
    folder: PathBuf,
}

impl Sessions {
    /// Those of this user; none where there is no place for them.
    pub fn here() -> Option<Sessions> {
        let dirs = ProjectDirs::from("", "", "tailpane")?;
        let state = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir());
        Some(Sessions { folder: state.join(FOLDER) })
    }

    /// The file for a set of names, whatever their order.
    fn file(&self, names: &[String]) -> PathBuf {
        let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        let hash = digest(&SHA256, names.join("\0").as_bytes());
        let digits: String = hash.as_ref().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(format!("{digits}.toml"))
    }

    /// What is remembered of a set of names.
    ///
    /// # Errors
    /// A sentence when the file cannot be read or is no session.
    pub fn of(&self, names: &[String]) -> Result<Option<Session>, String> {
        load(&self.file(names))
    }

    /// The newest session.
    ///
    /// # Errors
    /// As with [`Sessions::of`].
    pub fn newest(&self) -> Result<Option<Session>, String> {
        match self.by_age().first() {
            Some(path) => load(path),
            None => Ok(None),
        }
    }

    /// All files, the newest first.
    fn by_age(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let aged = |file: std::fs::DirEntry| {
            let path = file.path();
            let ours = path.extension().is_some_and(|end| end == "toml");
            Some((file.metadata().ok()?.modified().ok()?, path)).filter(|_| ours)
        };
        let mut files: Vec<(SystemTime, PathBuf)> = files.filter_map(aged).collect();
        files.sort_by(|a, b| b.cmp(a));
        files.into_iter().map(|(_, path)| path).collect()
    }

    /// Remembers a session, whole or not at all, and forgets the oldest beyond those that are kept.
    ///
    /// # Errors
    /// What the system says.
    pub fn remember(&self, names: &[String], session: &Session) -> io::Result<()> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        // It may have been made by somebody else.
        std::fs::set_permissions(&self.folder, Permissions::from_mode(0o700))?;
        let mut file = tempfile::Builder::new().prefix(".session-").tempfile_in(&self.folder)?;
        file.write_all(write(session).as_bytes())?;
        file.persist(self.file(names)).map_err(|error| error.error)?;
        for old in self.by_age().into_iter().skip(MOST) {
            // One that another program has removed is gone as well.
            let _ = std::fs::remove_file(old);
        }
        Ok(())
    }
}

fn load(path: &Path) -> Result<Option<Session>, String> {
    let shown = printable(&path.to_string_lossy());
    let ignored = |why: String| format!("{why}; the session is not taken up");
    let text = match own::read(path, "the session") {
        Ok(text) => text,
        Err(unread) if unread.missing => return Ok(None),
        Err(unread) => return Err(ignored(unread.sentence)),
    };
    read(&text, &shown).map(Some).map_err(ignored)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::workspace::{Origin, Workspace};

    fn session(name: &str) -> Session {
        let sources = vec![Origin::path(name, "")];
        Session { desk: Workspace { sources, ..Workspace::default() }, ..Session::default() }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_session_is_found_by_its_set_of_names_and_read_by_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let sessions = Sessions { folder: folder.path().join("state/sessions") };
        assert_eq!(sessions.of(&names(&["/a"])), Ok(None));
        assert_eq!(sessions.newest(), Ok(None));
        sessions.remember(&names(&["/a", "/b"]), &session("/a")).unwrap();
        assert_eq!(sessions.of(&names(&["/b", "/a"])), Ok(Some(session("/a"))));
        assert_eq!(sessions.of(&names(&["/a"])), Ok(None));
        assert_eq!(sessions.newest(), Ok(Some(session("/a"))));
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&sessions.folder), 0o700);
        assert_eq!(mode(&sessions.by_age()[0]), 0o600);
        sessions.remember(&names(&["/a", "/b"]), &session("/b")).unwrap();
        assert_eq!(sessions.of(&names(&["/a", "/b"])), Ok(Some(session("/b"))), "the last wins");
        assert_eq!(std::fs::read_dir(&sessions.folder).unwrap().count(), 1);
    }

    #[test]
    fn nobody_waits_for_the_disk_but_at_the_end() {
        let (release, held) = channel::<()>();
        let (wrote, written) = channel();
        let memory = Memory::start(move |names, _| {
            // The disk takes its time for the first one.
            let _ = held.recv();
            let _ = wrote.send(names.to_vec());
            Ok(())
        });
        let memory = memory.unwrap();
        memory.remember(names(&["/a"]), session("/a"));
        memory.remember(names(&["/b"]), session("/b"));
        assert!(written.try_recv().is_err(), "it is not written yet, and nobody waits");
        drop(release);
        memory.finish(Duration::from_secs(60));
        assert_eq!(written.try_iter().collect::<Vec<_>>(), [names(&["/a"]), names(&["/b"])]);
    }

    #[test]
    fn a_disk_that_never_answers_does_not_keep_the_program() {
        let (release, held) = channel::<()>();
        let memory = Memory::start(move |_, _| {
            let _ = held.recv();
            Ok(())
        });
        let memory = memory.unwrap();
        memory.remember(names(&["/a"]), session("/a"));
        memory.finish(Duration::from_millis(10));
        drop(release);
    }

    #[test]
    fn the_oldest_go_and_what_is_broken_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let sessions = Sessions { folder: folder.path().to_owned() };
        let old = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        for n in 0..MOST + 5 {
            let path = folder.path().join(format!("{n:04}.toml"));
            std::fs::File::create(&path)
                .unwrap()
                .set_modified(old + std::time::Duration::from_secs(n as u64))
                .unwrap();
        }
        sessions.remember(&names(&["/a"]), &session("/a")).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), MOST);
        assert!(!folder.path().join("0005.toml").exists() && folder.path().join("0006.toml").exists());
        std::fs::write(sessions.file(&names(&["/a"])), "version = 1\nsources = [").unwrap();
        let told = sessions.of(&names(&["/a"])).unwrap_err();
        assert!(told.contains("this is no TOML") && told.ends_with("the session is not taken up"), "{told}");
    }
}
