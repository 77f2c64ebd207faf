//! Where sessions are kept: a file for each set of sources in the state folder, for nobody's eyes but the user's. They are
//! written in a thread of its own: a disk that takes its time holds nobody up.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, SystemTime};

use ring::digest::{SHA256, digest};

use super::cli::Options;
use super::here::here;
use super::own;
use super::recent::Recent;
use super::state;
use crate::app::session::names;
use crate::config::session::{Session, read, write};
use crate::config::settings::Settings;
use crate::config::workspace::Here;
use crate::core::text::printable;
use crate::source::words;

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
    let sources = settings.workspace.sources.iter().chain(&named).cloned().collect();
    let names = names(&settings.workspace.with(sources), &options.folder());
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

/// What is to be remembered.
#[derive(Default)]
pub struct Kept {
    /// The files that were opened, the newest last.
    pub opened: Vec<String>,
    /// The session, and the names it is found by.
    pub session: Option<(Vec<String>, Session)>,
}

impl Kept {
    /// Writes it: one of the two may be written where the other cannot be.
    ///
    /// # Errors
    /// A sentence for each that could not be written.
    pub fn write(&self, sessions: &Sessions, recent: &Recent) -> Result<(), Vec<String>> {
        let opened = recent.add(&self.opened);
        let session =
            self.session.as_ref().map_or(Ok(()), |(names, session)| sessions.remember(names, session));
        let lost = [
            session.err().map(|error| lost("the session is not remembered", &sessions.folder, &error)),
            opened
                .err()
                .map(|error| lost("which files were open is not remembered", recent.folder(), &error)),
        ];
        let lost: Vec<String> = lost.into_iter().flatten().collect();
        if lost.is_empty() { Ok(()) } else { Err(lost) }
    }
}

/// What could not be written into a folder, and how nobody is told any more.
fn lost(what: &str, folder: &Path, error: &io::Error) -> String {
    let (folder, why) = (printable(&folder.to_string_lossy()), words(error));
    format!("{what}: {folder} cannot be written: {why} (with sessions = false nothing is to be)")
}

/// Remembers sessions in the background, one behind the other.
pub struct Memory {
    wanted: Sender<Kept>,
    /// Tells what could not be written last, and hangs up when all is done.
    done: Receiver<Vec<String>>,
}

impl Memory {
    /// With what writes it.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(write: impl Fn(&Kept) -> Result<(), Vec<String>> + Send + 'static) -> io::Result<Memory> {
        let (wanted, next) = channel::<Kept>();
        let (end, done) = channel::<Vec<String>>();
        thread::Builder::new().name("sessions".into()).spawn(move || {
            let mut failed = None;
            for kept in next {
                // While logs are looked at that is of no concern.
                failed = write(&kept).err();
                for sentence in failed.iter().flatten() {
                    tracing::warn!("{sentence}");
                }
            }
            // Nobody may have the patience.
            let _ = failed.map(|sentences| end.send(sentences));
        })?;
        Ok(Memory { wanted, done })
    }

    /// Has something written.
    pub fn remember(&self, kept: Kept) {
        // The thread ends when this does, not before.
        let _ = self.wanted.send(kept);
    }

    /// Waits until all is written, but no longer than `patience`; what of the last could not be written, a sentence
    /// each.
    pub fn finish(self, patience: Duration) -> Vec<String> {
        drop(self.wanted);
        self.done.recv_timeout(patience).unwrap_or_default()
    }
}

/// The sessions of a user.
#[derive(Clone, Debug)]
pub struct Sessions {
    folder: PathBuf,
    /// What paths mean here.
    here: Arc<Here>,
}

impl Sessions {
    /// Those of this user; none where there is no place for them.
    pub fn here() -> Option<Sessions> {
        Some(Sessions { folder: state::folder()?.join(FOLDER), here: here() })
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
        self.load(&self.file(names))
    }

    /// The newest session.
    ///
    /// # Errors
    /// As with [`Sessions::of`].
    pub fn newest(&self) -> Result<Option<Session>, String> {
        match self.by_age().first() {
            Some(path) => self.load(path),
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
        state::write(&self.file(names), write(session).as_bytes())?;
        for old in self.by_age().into_iter().skip(MOST) {
            // One that another program has removed is gone as well.
            let _ = std::fs::remove_file(old);
        }
        Ok(())
    }

    fn load(&self, path: &Path) -> Result<Option<Session>, String> {
        let shown = printable(&path.to_string_lossy());
        let ignored = |why: String| format!("{why}; the session is not taken up");
        let text = match own::read(path, "the session") {
            Ok(text) => text,
            Err(unread) if unread.missing => return Ok(None),
            Err(unread) => return Err(ignored(unread.sentence)),
        };
        read(&text, &shown, &self.here).map(Some).map_err(ignored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

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
        let sessions = Sessions { folder: folder.path().join("state/sessions"), here: Arc::default() };
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
        let memory = Memory::start(move |kept| {
            // The disk takes its time for the first one.
            let _ = held.recv();
            let _ = wrote.send(kept.opened.clone());
            Ok(())
        });
        let memory = memory.unwrap();
        memory.remember(Kept { opened: names(&["/a"]), session: None });
        memory.remember(Kept { opened: names(&["/b"]), session: None });
        assert!(written.try_recv().is_err(), "it is not written yet, and nobody waits");
        drop(release);
        assert!(memory.finish(Duration::from_secs(60)).is_empty());
        assert_eq!(written.try_iter().collect::<Vec<_>>(), [names(&["/a"]), names(&["/b"])]);
    }

    #[test]
    fn what_cannot_be_written_is_told_at_the_end() {
        let memory = Memory::start(|_| Err(names(&["no room"]))).unwrap();
        memory.remember(Kept::default());
        assert_eq!(memory.finish(Duration::from_secs(60)), ["no room"]);
    }

    #[test]
    fn which_of_the_two_could_not_be_written_is_told_with_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let sessions = Sessions { folder: state.join("sessions"), here: Arc::default() };
        let recent = Recent::in_folder(&state);
        let write = |name: &str| {
            let kept = Kept { opened: names(&[name]), session: Some((names(&[name]), session(name))) };
            kept.write(&sessions, &recent).err().unwrap_or_default()
        };
        let told = |what: &str, path: &Path, why: &str| {
            format!(
                "{what}: {} cannot be written: {why} (with sessions = false nothing is to be)",
                path.display()
            )
        };
        assert!(write("/a").is_empty());
        std::fs::remove_dir_all(&sessions.folder).unwrap();
        std::fs::write(&sessions.folder, "").unwrap();
        assert_eq!(write("/b"), [told("the session is not remembered", &sessions.folder, "File exists")]);
        assert_eq!(recent.names(), ["/b", "/a"], "the other one is");
        std::fs::remove_file(&sessions.folder).unwrap();
        std::fs::remove_file(state.join("recent")).unwrap();
        std::fs::create_dir(state.join("recent")).unwrap();
        let lost = told("which files were open is not remembered", &state, "Is a directory");
        assert_eq!(write("/c"), [lost]);
        assert!(sessions.of(&names(&["/c"])).unwrap().is_some(), "the other one is");
        std::fs::remove_dir_all(&state).unwrap();
        std::fs::write(&state, "").unwrap();
        assert_eq!(write("/d").len(), 2);
    }

    #[test]
    fn a_disk_that_never_answers_does_not_keep_the_program() {
        let (release, held) = channel::<()>();
        let memory = Memory::start(move |_| {
            let _ = held.recv();
            Ok(())
        });
        let memory = memory.unwrap();
        memory.remember(Kept::default());
        assert!(memory.finish(Duration::from_millis(10)).is_empty());
        drop(release);
    }

    #[test]
    fn the_oldest_go_and_what_is_broken_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let sessions = Sessions { folder: folder.path().to_owned(), here: Arc::default() };
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
