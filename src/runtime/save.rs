//! Writes lines of a log to a file, in a thread of its own. Nothing appears under the file's name before
//! it is complete, so what was there is whole until it is replaced, even when it is the very log that is
//! being saved.

use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

use super::beside::{beside, refused};
use super::sieve::{Piece, Sieve};
use crate::app::event::{Event, SaveRequest, Saved};
use crate::core::pos::Pos;
use crate::core::store::Store;
use crate::core::text::printable;
use crate::source::words;

/// How often progress is told.
const TELL: Duration = Duration::from_millis(100);

/// Bytes asked for ahead of those that are written, where they have to be fetched first.
const AHEAD: u64 = 4 << 20;

/// How the thread is told that it may go on, or must not.
#[derive(Default)]
struct Told {
    cancelled: AtomicBool,
    /// How often something has arrived.
    arrivals: Mutex<u64>,
    arrived: Condvar,
}

impl Told {
    fn lock(&self) -> MutexGuard<'_, u64> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn wake(&self) {
        *self.lock() += 1;
        self.arrived.notify_all();
    }

    /// Waits until something has arrived since there were `before`, or it is cancelled.
    fn wait(&self, before: u64) {
        let arrivals = self.lock();
        let nothing = |arrivals: &mut u64| *arrivals == before && !self.is_cancelled();
        drop(self.arrived.wait_while(arrivals, nothing));
    }
}

/// A file that is being written. Dropping it gives up, removes what was written so far and waits for that.
pub struct Saving {
    told: Arc<Told>,
    thread: Option<JoinHandle<()>>,
}

impl Saving {
    /// Starts to write; `tell` gets [`Event::Saving`] now and then and [`Event::Saved`] in the end.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(request: SaveRequest, tell: impl Fn(Event) + Send + 'static) -> io::Result<Saving> {
        let told = Arc::new(Told::default());
        let heard = Arc::clone(&told);
        let thread = std::thread::Builder::new().name("save".into()).spawn(move || {
            let saved = save(&request, &|bytes| tell(Event::Saving(bytes)), &heard);
            tell(Event::Saved(saved));
        })?;
        Ok(Saving { told, thread: Some(thread) })
    }

    /// Bytes may have come that had to be fetched.
    pub fn arrived(&self) {
        self.told.wake();
    }

    /// Whether it has ended, one way or the other.
    pub fn is_over(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for Saving {
    fn drop(&mut self) {
        self.told.cancelled.store(true, Ordering::Relaxed);
        self.told.wake();
        if let Some(thread) = self.thread.take() {
            // A panic in there has been printed already.
            let _ = thread.join();
        }
    }
}

fn save(request: &SaveRequest, progress: &dyn Fn(u64), told: &Told) -> Saved {
    let target = match target(&request.path) {
        Ok(target) => target,
        Err(sentence) => return Saved::Failed(sentence),
    };
    if target.exists && !request.overwrite {
        return Saved::Exists(request.path.clone());
    }
    let name = printable(&request.path.to_string_lossy());
    let failed = |why: &str| Saved::Failed(format!("nothing saved to {name}: {why}"));
    let mut file = match temporary(&target) {
        Ok(file) => file,
        Err(error) => return failed(&refused(&error)),
    };
    let written = match write_lines(request, file.as_file_mut(), progress, told) {
        Ok(Some(written)) => written,
        Ok(None) => return Saved::Failed(format!("saving to {name} was given up; nothing was written")),
        Err(error) => return failed(&words(&error)),
    };
    let placed =
        if request.overwrite { file.persist(&target.path) } else { file.persist_noclobber(&target.path) };
    match placed {
        Ok(_) => Saved::Done(format!("saved {} ({}) to {name}", lines(written.lines), size(written.bytes))),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            Saved::Exists(request.path.clone())
        }
        Err(error) => failed(&refused(&error.error)),
    }
}

/// Where a file is to be placed.
pub(super) struct Target {
    pub path: PathBuf,
    exists: bool,
}

/// Follows a link to the file it means; only ordinary files may be replaced.
///
/// # Errors
/// A sentence.
pub(super) fn target(path: &Path) -> Result<Target, String> {
    let name = printable(&path.to_string_lossy());
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(format!("{name} is a folder: name a file in it")),
        Ok(found) if !found.is_file() => Err(format!("{name} is no ordinary file; nothing was written")),
        Ok(_) => {
            let path = path.canonicalize().map_err(|error| format!("{name} cannot be replaced: {error}"))?;
            Ok(Target { path, exists: true })
        }
        Err(_) => Ok(Target { path: path.to_path_buf(), exists: false }),
    }
}

/// A file beside the target, with the permissions the target has or a new file gets.
fn temporary(target: &Target) -> io::Result<NamedTempFile> {
    let file = beside(&target.path, 0o666)?;
    if let Ok(found) = std::fs::metadata(&target.path) {
        file.as_file().set_permissions(found.permissions())?;
    }
    Ok(file)
}

#[derive(Default)]
struct Written {
    lines: u64,
    bytes: u64,
}

/// Copies the kept lines; `None` when it was cancelled.
fn write_lines(
    request: &SaveRequest,
    file: &mut std::fs::File,
    progress: &dyn Fn(u64),
    told: &Told,
) -> io::Result<Option<Written>> {
    let mut out = BufWriter::with_capacity(256 << 10, file);
    let mut written = Written::default();
    let mut write = |piece: Piece<'_>| {
        let (Piece::Lines(bytes) | Piece::Begin(bytes) | Piece::More(bytes) | Piece::End(bytes)) = piece;
        written.bytes += bytes.len() as u64;
        written.lines += memchr::memchr_iter(b'\n', bytes).count() as u64;
        // An unfinished last line counts as well.
        written.lines +=
            u64::from(matches!(piece, Piece::Lines(_) | Piece::End(_)) && !bytes.ends_with(b"\n"));
        out.write_all(bytes)
    };
    let mut pos = request.from.max(request.store.range().start);
    let mut said = Instant::now();
    let judged = &request.judged;
    for (upto, filter) in [(judged.start, None), (judged.end, request.filter.clone()), (request.to, None)] {
        let mut sieve = Sieve::new(filter);
        let mut open = false;
        while pos < upto {
            if told.is_cancelled() {
                return Ok(None);
            }
            match read(request, pos..upto, &mut sieve, told)? {
                Some(Read::Gone(next)) => {
                    pos = next;
                    if open {
                        sieve.space().0.push(b'\n');
                        open = false;
                    }
                }
                Some(Read::Bytes(got, ended)) => (pos, open) = (pos + got as u64, !ended),
                Some(Read::Later) => continue,
                None => break,
            }
            sieve.pour(&mut write)?;
            if said.elapsed() > TELL {
                said = Instant::now();
                progress(pos - request.from);
            }
        }
        sieve.finish(&mut write)?;
    }
    out.flush()?;
    Ok(Some(written))
}

/// What came of reading.
enum Read {
    /// So many bytes; whether they end a line.
    Bytes(usize, bool),
    /// The bytes here have gone; the next line is there.
    Gone(Pos),
    /// They have to be fetched; something has arrived since.
    Later,
}

/// Reads some of `range` into a sieve; `None` at the end of what there is.
fn read(
    request: &SaveRequest,
    range: Range<Pos>,
    sieve: &mut Sieve,
    told: &Told,
) -> io::Result<Option<Read>> {
    let arrivals = *told.lock();
    let (buf, room) = sieve.space();
    let had = buf.len();
    buf.resize(had + room.min(usize::try_from(range.end - range.start).unwrap_or(room)), 0);
    let got = request.store.read_at(range.start, &mut buf[had..]);
    buf.truncate(had + *got.as_ref().unwrap_or(&0));
    match got {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
            if !request.store.ready(range.start..range.end.min(range.start + AHEAD)) {
                told.wait(arrivals);
            }
            Ok(Some(Read::Later))
        }
        Err(error) => Err(error),
        // Go on where there are bytes again, with another line.
        Ok(0) => {
            let first = request.store.range().start;
            let next = request.store.hole(range.start).map_or(first, |hole| hole.end);
            Ok((next > range.start).then_some(Read::Gone(next)))
        }
        Ok(got) => Ok(Some(Read::Bytes(got, buf.ends_with(b"\n")))),
    }
}

fn lines(n: u64) -> String {
    if n == 1 { "1 line".to_string() } else { format!("{n} lines") }
}

/// A number of bytes for people.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::filter::{Chain, Grain, Kind, Term};
    use crate::core::pattern::Pattern;
    use crate::core::sparse::Sparse;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    fn request(path: PathBuf, text: &str) -> SaveRequest {
        SaveRequest {
            store: Arc::new(text.as_bytes().to_vec()),
            from: Pos(0),
            to: Pos(text.len() as u64),
            filter: None,
            judged: Pos(0)..Pos(text.len() as u64),
            path,
            overwrite: false,
        }
    }

    fn run(request: &SaveRequest) -> Saved {
        save(request, &|_| {}, &Told::default())
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn all_lines_or_the_kept_ones() {
        let dir = tempfile::tempdir().unwrap();
        let mut request = request(dir.path().join("out.txt"), "apple\nbread\nmore apples");
        assert_eq!(
            run(&request),
            Saved::Done(format!("saved 3 lines (23 bytes) to {}", request.path.display()))
        );
        assert_eq!(std::fs::read_to_string(&request.path).unwrap(), "apple\nbread\nmore apples");
        let term = Term::new(Kind::Keep, Pattern::new("apple").unwrap());
        request.filter = Chain { terms: vec![term], off: false }.filter();
        request.overwrite = true;
        assert!(matches!(run(&request), Saved::Done(text) if text.starts_with("saved 2 lines")));
        assert_eq!(std::fs::read_to_string(&request.path).unwrap(), "apple\nmore apples");
        assert_eq!(names(dir.path()), ["out.txt"]);
    }

    #[test]
    fn whole_records_are_saved_and_parts_of_them_as_they_are() {
        let dir = tempfile::tempdir().unwrap();
        let text = "a\n\tpart\nno\n\tno more\nyes\n\tmore\nlast\n\tpart\n\tcut";
        let mut request = request(dir.path().join("out.txt"), text);
        let term = Term::new(Kind::Drop, Pattern::new("no|part").unwrap());
        let chain = Chain { terms: vec![term], off: false };
        request.filter = chain.filter().map(|filter| filter.folded(Grain::Record, false));
        let at = |part: &str| Pos(text.find(part).unwrap() as u64);
        (request.from, request.to) = (at("\tpart"), at("\tcut"));
        request.judged = at("no")..at("last");
        assert!(matches!(run(&request), Saved::Done(_)));
        let saved = std::fs::read_to_string(&request.path).unwrap();
        assert_eq!(saved, "\tpart\nyes\n\tmore\nlast\n\tpart\n");
    }

    #[test]
    fn what_is_there_is_not_replaced_unasked() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out.txt");
        std::fs::write(&path, "precious").unwrap();
        assert_eq!(run(&request(path.clone(), "new\n")), Saved::Exists(path.clone()));
        assert_eq!(std::fs::read_to_string(path).unwrap(), "precious");
    }

    #[test]
    fn a_replaced_file_keeps_its_permissions_and_a_link_stays_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let (path, link) = (dir.path().join("out.txt"), dir.path().join("link"));
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let request = SaveRequest { overwrite: true, ..request(link.clone(), "new\n") };
        assert!(matches!(run(&request), Saved::Done(_)));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new\n");
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn folders_and_devices_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        for path in [dir.path(), Path::new("/dev/null"), Path::new("/no/such/folder/out")] {
            let request = SaveRequest { overwrite: true, ..request(path.to_path_buf(), "x\n") };
            assert!(matches!(run(&request), Saved::Failed(_)), "{}", path.display());
        }
    }

    #[test]
    fn why_nothing_is_saved_names_no_file_but_the_one_that_was_meant() {
        let told = run(&request(PathBuf::from("/no/such/folder/out"), "x\n"));
        let said = "nothing saved to /no/such/folder/out: the folder is not there";
        assert_eq!(told, Saved::Failed(said.to_owned()));
    }

    fn fetched(log: &Arc<Sparse>, path: PathBuf) -> SaveRequest {
        let whole = log.range();
        SaveRequest { store: log.clone(), to: whole.end, judged: whole, ..request(path, "") }
    }

    #[test]
    fn bytes_that_have_to_be_fetched_are_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let text = "a line of a log far away\n".repeat(1_000);
        let log = Arc::new(Sparse::new(text.as_bytes(), 20_000));
        let request = fetched(&log, dir.path().join("out.txt"));
        let (tell, told) = std::sync::mpsc::channel();
        let saving = Saving::start(request.clone(), move |event| drop(tell.send(event))).unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        let saved = loop {
            assert!(Instant::now() < deadline, "it waits for ever");
            if log.fetch() {
                saving.arrived();
            }
            match told.recv_timeout(Duration::from_millis(5)) {
                Ok(Event::Saved(saved)) => break saved,
                _ => continue,
            }
        };
        assert!(matches!(saved, Saved::Done(_)), "{saved:?}");
        assert_eq!(std::fs::read_to_string(&request.path).unwrap(), text);
    }

    #[test]
    fn what_is_gone_in_the_midst_of_a_log_ends_a_line() {
        let dir = tempfile::tempdir().unwrap();
        let log = Arc::new(Sparse::with_holes("one\ntwo is gone\nthree\nfour\n", vec![7..11, 22..24]));
        let request = fetched(&log, dir.path().join("out.txt"));
        run(&request);
        assert_eq!(std::fs::read_to_string(&request.path).unwrap(), "one\ntwo\ngone\nthree\nur\n");
    }

    #[test]
    fn waiting_for_bytes_can_be_given_up() {
        let dir = tempfile::tempdir().unwrap();
        let log = Arc::new(Sparse::new("never to come\n", 100));
        let saving = Saving::start(fetched(&log, dir.path().join("out.txt")), |_| {}).unwrap();
        drop(saving);
        assert_eq!(names(dir.path()), Vec::<String>::new());
    }

    #[test]
    fn giving_up_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let request = request(dir.path().join("out.txt"), "x\n");
        let told = Told { cancelled: AtomicBool::new(true), ..Told::default() };
        let saved = save(&request, &|_| {}, &told);
        assert!(matches!(saved, Saved::Failed(_)));
        assert_eq!(names(dir.path()), Vec::<String>::new());
    }
}
