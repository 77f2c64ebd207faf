//! Questions to the service, and its answers.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Child;
use std::sync::mpsc::Receiver;

use proptest::prelude::*;
use tailpane::core::wire::{End, Fingerprint, Header, Kind};
use tailpane::source::ssh::script::{Answer, Answers, Request, nonce, request, service};

use super::{DEADLINE, each_shell, names, start};

/// A service in a folder.
struct Service {
    child: Child,
    came: Receiver<Vec<u8>>,
    answers: Answers,
    asked: u64,
}

/// An answer, whole.
#[derive(Debug, Default)]
struct Whole {
    bytes: Vec<u8>,
    entries: Vec<(Kind, u64, u64, Vec<u8>)>,
    end: Option<End>,
}

impl Service {
    fn start(shell: &[&str], dir: &Path) -> Service {
        let nonce = nonce();
        let (child, came) = start(shell, &service(nonce), dir);
        Service { child, came, answers: Answers::new(nonce), asked: 0 }
    }

    fn ask(&mut self, what: &Request<'_>) -> Whole {
        self.asked += 1;
        let line = request(self.asked, what).unwrap();
        self.child.stdin.as_mut().unwrap().write_all(&line).unwrap();
        let mut whole = Whole::default();
        let asked = self.asked;
        while whole.end.is_none() {
            let came = self.came.recv_timeout(DEADLINE).unwrap();
            self.answers.feed(&came, |answer| match answer {
                Answer::Bytes { bytes, id } if id == asked => whole.bytes.extend_from_slice(bytes),
                Answer::Entry { id, kind, ino, size, path } if id == asked => {
                    whole.entries.push((kind, ino, size, path));
                }
                Answer::End { id, end } if id == asked => whole.end = Some(end),
                other => panic!("an answer to nobody: {other:?}"),
            });
        }
        whole
    }

    fn names(&mut self, what: &Request<'_>) -> Vec<Vec<u8>> {
        let whole = self.ask(what);
        assert_eq!(whole.end, Some(End::Done));
        whole.entries.into_iter().map(|(_, _, _, path)| path).collect()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn print(content: &[u8]) -> Fingerprint {
    let head = &content[..content.len().min(256)];
    let mut child = std::process::Command::new("cksum");
    let mut child =
        child.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(head).unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let line = format!("F 1 {} {}", head.len(), said.split(' ').next().unwrap());
    let Header::Fingerprint { print, .. } = Header::parse(line.as_bytes()) else { panic!("{line}") };
    print
}

#[test]
fn a_generation_is_found_whatever_it_is_called_by_now() {
    each_shell(|shell| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.log");
        let content: Vec<u8> = (0..200_000u32).flat_map(u32::to_le_bytes).collect();
        std::fs::write(&path, &content).unwrap();
        let ino = std::fs::metadata(&path).unwrap().ino();
        let head = print(&content);
        let mut service = Service::start(shell, dir.path());
        let mut range = |offset: u64, len: u64| {
            let print = Some(&head);
            service.ask(&Request::Range { path: path.as_os_str().as_bytes(), ino, print, offset, len })
        };
        let mut whole = |what: &str| {
            for (offset, len) in [(0, 10), (1, 70_000), (131_072, 131_072), (70_001, 500_000), (799_999, 1)] {
                let answer = range(offset, len);
                let wanted = &content[offset as usize..(offset + len).min(800_000) as usize];
                assert_eq!(answer.end, Some(End::Done), "{shell:?} {what}");
                assert!(answer.bytes == wanted, "{shell:?} {what}: {offset} {len}: {}", answer.bytes.len());
            }
            let beyond = range(799_990, 100);
            assert_eq!((beyond.bytes.len(), beyond.end), (10, Some(End::Done)), "{shell:?} {what}");
        };
        whole("as it is");
        std::fs::rename(&path, dir.path().join("a.log.1")).unwrap();
        std::fs::write(&path, "another\n").unwrap();
        whole("renamed");
        assert!(
            std::process::Command::new("gzip").arg(dir.path().join("a.log.1")).status().unwrap().success()
        );
        whole("compressed");
        std::fs::remove_file(dir.path().join("a.log.1.gz")).unwrap();
        assert_eq!(range(0, 10).end, Some(End::Gone), "{shell:?}");
    });
}

#[test]
fn a_path_is_what_it_is() {
    each_shell(|shell| {
        let dir = tempfile::tempdir().unwrap();
        let mut service = Service::start(shell, dir.path());
        for name in names::HOSTILE {
            std::fs::write(dir.path().join(OsStr::from_bytes(name)), "12345").unwrap();
            let answer = service.ask(&Request::Kind(name));
            let path = if name.starts_with(b"-") { [b"./", name].concat() } else { name.to_vec() };
            let ino = std::fs::metadata(dir.path().join(OsStr::from_bytes(name))).unwrap().ino();
            assert_eq!(answer.entries, [(Kind::File, ino, 5, path)], "{shell:?}");
        }
        assert_eq!(service.ask(&Request::Kind(b"missing")).end, Some(End::Gone), "{shell:?}");
        assert_eq!(service.ask(&Request::Kind(b".")).entries[0].0, Kind::Folder, "{shell:?}");
        assert_eq!(service.ask(&Request::Kind(b"/dev/null")).entries[0].0, Kind::Special, "{shell:?}");
        assert!(!dir.path().join("owned").exists());
        let listed: BTreeSet<Vec<u8>> = service.names(&Request::List(b".")).into_iter().collect();
        let wanted = names::HOSTILE.iter().map(|name| [b"./", *name].concat()).collect();
        assert_eq!(listed, wanted, "{shell:?}");
        assert_eq!(service.ask(&Request::List(b"missing")).end, Some(End::Gone));
    });
}

/// Whether a name matches a pattern: the plainest way to say it.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let Some((&first, rest)) = pattern.split_first() else { return name.is_empty() };
    match (first, name.split_first()) {
        (b'*', _) => (0..=name.len()).any(|at| matches(rest, &name[at..])),
        (b'?', Some((_, name))) => matches(rest, name),
        (first, Some((&byte, name))) => first == byte && matches(rest, name),
        (_, None) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn a_glob_finds_what_matches_and_executes_nothing(
        files in proptest::collection::btree_set(names::name(), 1..5),
        at in any::<proptest::sample::Index>(),
        holes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<bool>()), 0..3),
    ) {
        // Text only: what `?` means for bytes that are none, shells do not agree about.
        let text = |name: &Vec<u8>| name.is_ascii() && name[0] != b'.' && name[0] != b'-';
        let files: BTreeSet<Vec<u8>> = files.into_iter().filter(text).collect();
        prop_assume!(!files.is_empty());
        let mut pattern = files.iter().nth(at.index(files.len())).unwrap().clone();
        for (at, star) in holes {
            let at = at.index(pattern.len());
            pattern[at] = if star { b'*' } else { b'?' };
        }
        prop_assume!(!pattern.contains(&b'['));
        let wanted: BTreeSet<Vec<u8>> = files.iter().filter(|name| matches(&pattern, name)).cloned().collect();
        each_shell(|shell| {
            let dir = tempfile::tempdir().unwrap();
            for name in &files {
                std::fs::write(dir.path().join(OsString::from_vec(name.clone())), "").unwrap();
            }
            let mut service = Service::start(shell, dir.path());
            let found: BTreeSet<Vec<u8>> = service.names(&Request::Glob(&pattern)).into_iter().collect();
            assert_eq!(found, wanted, "{shell:?} {}", String::from_utf8_lossy(&pattern));
            assert!(files.contains(&b"owned"[..]) || !dir.path().join("owned").exists());
        });
    }
}

#[test]
fn brackets_in_a_pattern() {
    each_shell(|shell| {
        let dir = tempfile::tempdir().unwrap();
        for name in ["%ab", "a1", "b1", "c1", "]1", "-1", "^1", "[x", "'1", "$1"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let mut service = Service::start(shell, dir.path());
        for (pattern, wanted) in [
            ("./[ab]1", vec!["a1", "b1"]),
            ("./[a-b]1", vec!["a1", "b1"]),
            ("./[!a-c]1", vec!["$1", "'1", "-1", "]1", "^1"]),
            ("./[]^]1", vec!["]1", "^1"]),
            ("./['$]1", vec!["$1", "'1"]),
            ("./[x", vec!["[x"]),
            ("./[a-]1", vec!["-1", "a1"]),
            ("./none*", vec![]),
            ("./%??", vec!["%ab"]),
        ] {
            let mut found = service.names(&Request::Glob(pattern.as_bytes()));
            found.sort();
            let wanted: Vec<Vec<u8>> = wanted.iter().map(|name| format!("./{name}").into_bytes()).collect();
            assert_eq!(found, wanted, "{shell:?} {pattern}");
        }
        assert_eq!(service.names(&Request::Glob(b"%??")), [b"%ab"], "{shell:?}");
    });
}
