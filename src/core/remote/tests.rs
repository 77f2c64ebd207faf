//! A host is simulated: files that grow and are rotated, a script that tells of them and is cut off at any byte.
//! Every byte comes exactly once, in its file's order, and no line is mixed with another.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::core::wire::{Nonce, Parser, RS};

const NONCE: u64 = 7;

/// What happens on the host, or to the link.
#[derive(Clone, Debug)]
enum Happening {
    /// Lines are written; the last may be unfinished.
    Write(u8, bool),
    /// The path's file is renamed and another made.
    Rotate,
    /// A line is added to the file before, if that ended with a whole one.
    Late,
    /// The script looks.
    Look,
    /// What the script says from this byte on is lost, and it is started again.
    Cut(u16),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        4 => (0u8..4, any::<bool>()).prop_map(|(lines, half)| Happening::Write(lines, half)),
        2 => Just(Happening::Rotate),
        1 => Just(Happening::Late),
        4 => Just(Happening::Look),
        2 => any::<u16>().prop_map(Happening::Cut),
    ]
}

/// The host's files, oldest first; numbers are not used again.
#[derive(Default)]
struct Host {
    files: Vec<Vec<u8>>,
    lines: u32,
}

/// What the script knows: how far it gave each file.
#[derive(Default)]
struct Script {
    given: BTreeMap<usize, usize>,
    entered: Option<usize>,
    said: Vec<u8>,
}

impl Host {
    fn write(&mut self, at: usize, half: bool) {
        self.lines += 1;
        let line = format!("line {} {}", self.lines, "x".repeat(self.lines as usize % 40));
        self.files[at].extend_from_slice(line.as_bytes());
        if !half {
            self.files[at].push(b'\n');
        }
    }
}

impl Script {
    fn say(&mut self, words: &str) {
        self.said.push(RS);
        self.said.extend_from_slice(Nonce::new(NONCE).digits());
        self.said.extend_from_slice(format!(" {words}\n").as_bytes());
    }

    /// Starts with what the client knows.
    fn start(resume: Option<Resume>) -> Script {
        let mut script = Script::default();
        script.say("H 1 poll 250");
        for told in resume.iter().flat_map(|resume| resume.generations.split(' ')) {
            let mut numbers = told.split(':').map(|number| number.parse().unwrap());
            let ino: usize = numbers.next().unwrap();
            script.given.insert(ino, numbers.next().unwrap());
            script.entered = Some(ino);
        }
        script
    }

    fn look(&mut self, host: &Host, begins: bool) {
        for (ino, content) in host.files.iter().enumerate() {
            let known = self.given.get(&ino).copied();
            let is_next = self.entered.is_none_or(|entered| ino > entered);
            if known.is_none() && !is_next {
                continue; // too long ago to be told of
            }
            let given = known.unwrap_or(0);
            if is_next || begins && self.entered == Some(ino) {
                self.say(&format!("O {ino} {given} {}", content.len()));
                self.entered = Some(ino);
            }
            if content.len() > given {
                self.say(&format!("D {ino} {given} {}", content.len()));
                self.said.extend_from_slice(&content[given..]);
                self.say(&format!("C {ino} {}", content.len()));
            }
            self.given.insert(ino, content.len());
        }
    }
}

/// The client's end: what came of each file, and the log.
#[derive(Default)]
struct Client {
    remote: Remote,
    files: BTreeMap<u64, Vec<u8>>,
    log: Vec<u8>,
    places: Vec<(Pos, u64, u64)>,
    wrong: Option<String>,
}

impl Client {
    fn hear(&mut self, said: &[u8], chop: usize) {
        let Client { remote, files, log, places, wrong } = self;
        let mut parser = Parser::new(Nonce::new(NONCE));
        for chunk in said.chunks(chop) {
            parser.feed(chunk, |piece| {
                remote.take(piece, |step| match step {
                    Step::Append { pos, ino, offset, bytes } => {
                        let file = files.entry(ino).or_default();
                        if pos.0 != log.len() as u64 || offset != file.len() as u64 {
                            wrong.get_or_insert(format!("{pos:?} {ino} {offset}"));
                        }
                        file.extend_from_slice(bytes);
                        log.extend_from_slice(bytes);
                        places.push((pos, ino, offset));
                    }
                    Step::EndLine { .. } => log.push(b'\n'),
                    Step::Again | Step::Gap(_) | Step::Truncated { .. } => {
                        wrong.get_or_insert(format!("{step:?}"));
                    }
                    _ => {}
                });
            });
        }
    }
}

fn sorted_lines(log: &[u8]) -> Vec<String> {
    let mut lines: Vec<String> = String::from_utf8_lossy(log).lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]
    #[test]
    fn every_byte_comes_once_whatever_is_cut(
        happenings in proptest::collection::vec(happening(), 1..40),
        chop in 1usize..300,
    ) {
        let mut host = Host { files: vec![Vec::new()], lines: 0 };
        let mut client = Client::default();
        client.remote.begin();
        let mut script = Script::start(None);
        let mut begins = true;
        for what in happenings.into_iter().chain([Happening::Cut(u16::MAX), Happening::Look]) {
            let newest = host.files.len() - 1;
            match what {
                Happening::Write(lines, half) => {
                    (0..lines).for_each(|_| host.write(newest, false));
                    if half {
                        host.write(newest, true);
                    }
                }
                Happening::Rotate if host.files.len() < 7 => host.files.push(Vec::new()),
                Happening::Late if newest > 0 && host.files[newest - 1].ends_with(b"\n") => {
                    host.write(newest - 1, false);
                }
                Happening::Rotate | Happening::Late => {}
                Happening::Look => {
                    script.look(&host, begins);
                    begins = false;
                }
                Happening::Cut(at) => {
                    let at = script.said.len() * usize::from(at) / usize::from(u16::MAX);
                    client.hear(&script.said[..at], chop);
                    client.remote.begin();
                    script = Script::start(client.remote.resume());
                    begins = true;
                }
            }
        }
        client.hear(&script.said, chop);
        (0..3).for_each(|_| client.remote.take(Piece::Header(Header::Beat), |step| {
            // Late lines that waited for the newer file's last line, which nobody ends.
            match step {
                Step::EndLine { .. } => client.log.push(b'\n'),
                Step::Append { ino, bytes, .. } => {
                    client.files.entry(ino).or_default().extend_from_slice(bytes);
                    client.log.extend_from_slice(bytes);
                }
                _ => {}
            }
        }));
        prop_assert_eq!(&client.wrong, &None);
        for (ino, content) in host.files.iter().enumerate() {
            let came = client.files.get(&(ino as u64)).cloned().unwrap_or_default();
            prop_assert_eq!(String::from_utf8_lossy(&came), String::from_utf8_lossy(content), "file {}", ino);
        }
        let mut all = Vec::new();
        for content in &host.files {
            all.extend_from_slice(content);
            if !content.is_empty() && !content.ends_with(b"\n") {
                all.push(b'\n');
            }
        }
        prop_assert_eq!(sorted_lines(&client.log), sorted_lines(&all));
        prop_assert_eq!(client.remote.end().0, client.log.len() as u64);
        for (pos, ino, offset) in client.places {
            let place = client.remote.locate(pos);
            let fine = matches!(place, Some(Place::File { ino: i, offset: o, .. }) if (i, o) == (ino, offset));
            prop_assert!(fine, "{:?}: {:?}, not {} {}", pos, place, ino, offset);
        }
    }
}

fn hear(remote: &mut Remote, headers: &[&str]) -> Vec<String> {
    let mut steps = Vec::new();
    for words in headers {
        let mut step = |step: Step<'_>| steps.push(format!("{step:?}"));
        match words.strip_prefix('=') {
            Some(bytes) => remote.take(Piece::Bytes(bytes.as_bytes()), &mut step),
            None => remote.take(Piece::Header(Header::parse(words.as_bytes())), &mut step),
        }
    }
    steps
}

#[test]
fn the_first_screen_begins_with_a_whole_line() {
    let mut remote = Remote::default();
    let steps = hear(&mut remote, &["O 5 100 110 cut", "D 5 100 110", "=rest", "=\nwhole", "C 5 110"]);
    assert_eq!(steps[0], "Path");
    assert_eq!(steps[1], "Begin { pos: Pos(105) }");
    assert!(steps[2].starts_with("Append { pos: Pos(105), ino: 5, offset: 105"), "{steps:?}");
    let history = remote.locate(Pos(0));
    assert_eq!(history, Some(Place::File { name: 0, ino: 5, offset: 0, len: 110, print: None }));
    assert_eq!(remote.resume().map(|resume| resume.generations), Some("5:110:0:0".to_owned()));
}

#[test]
fn what_was_cut_is_nowhere_and_what_was_copied_is_in_the_copy() {
    let mut remote = Remote::default();
    hear(&mut remote, &["O 5 0 4", "D 5 0 4", "=one\n", "C 5 4", "F 5 4 77", "T 5 0", "O 5 0 4"]);
    assert_eq!(remote.locate(Pos(1)), Some(Place::Nowhere { len: 3 }));
    hear(&mut remote, &["D 5 0 4", "=two\n", "C 5 4", "F 5 4 78"]);
    let steps =
        hear(&mut remote, &["K 5 9 4", "D 9 4 7", "=abc", "C 9 7", "T 5 0", "O 5 0 1", "D 5 0 1", "=x"]);
    assert!(steps.contains(&"Truncated { at: 0, copied: true }".to_owned()), "{steps:?}");
    let print = Header::parse(b"F 9 4 78");
    let Header::Fingerprint { print, .. } = print else { panic!("{print:?}") };
    assert_eq!(
        remote.locate(Pos(5)),
        Some(Place::File { name: 0, ino: 9, offset: 1, len: 6, print: Some(print) })
    );
    assert_eq!(remote.locate(Pos(11)), Some(Place::Newline));
    assert_eq!(remote.locate(Pos(12)), Some(Place::File { name: 0, ino: 5, offset: 0, len: 1, print: None }));
    assert_eq!(remote.locate(Pos(13)), None);
    assert_eq!(
        remote.resume().map(|resume| resume.generations),
        Some("0:4:4:77 9:7:4:78 5:1:0:0".to_owned())
    );
}

#[test]
fn what_was_given_is_told_also_when_its_number_is_used_again() {
    let mut remote = Remote::default();
    let told = |remote: &Remote| remote.resume().map(|resume| resume.generations).unwrap_or_default();
    hear(
        &mut remote,
        &["O 5 0 4", "D 5 0 4", "=one\n", "F 5 4 77", "O 6 0 4", "D 6 0 4", "=two\n", "F 6 4 78"],
    );
    hear(&mut remote, &["O 5 0 6", "D 5 0 6", "=three\n"]);
    assert_eq!(told(&remote), "0:4:4:77 6:4:4:78 5:6:0:0");
    // However often that is: the files that are still there are told of, and the newest that are not.
    for n in 0..100 {
        hear(&mut remote, &["T 5 0", "O 5 0 2", "D 5 0 2", "=x\n", &format!("F 5 2 {n}")]);
    }
    let words = told(&remote);
    let gone = words.split(' ').filter(|word| word.starts_with("0:")).count();
    assert!(words.ends_with(" 0:2:2:97 0:2:2:98 5:2:2:99") && gone == 8, "{words}");
}

#[test]
fn a_number_that_is_used_again_is_another_file() {
    let mut remote = Remote::default();
    hear(&mut remote, &["O 5 0 4", "D 5 0 4", "=one\n", "C 5 4", "O 6 0 4", "D 6 0 4", "=two\n", "C 6 4"]);
    let steps = hear(&mut remote, &["O 5 0 6", "D 5 0 6", "=three\n", "C 5 6"]);
    assert_eq!(steps[0], "Rotated");
    assert!(steps[1].starts_with("Append { pos: Pos(8), ino: 5, offset: 0"), "{steps:?}");
}

#[test]
fn a_gap_is_said_even_where_no_script_leads() {
    let mut remote = Remote::default();
    let steps = hear(&mut remote, &["O 5 0 4", "D 5 0 4", "=ab", "D 5 3 4", "=d", "D 5 2 4", "=cde"]);
    assert!(steps.contains(&"Gap(Some(1))".to_owned()), "{steps:?}");
    assert_eq!(remote.current().map(|(_, read, _)| read), Some(5), "bytes that are known are not told twice");
}

#[test]
fn a_miscount_is_noticed() {
    let mut remote = Remote::default();
    let steps = hear(&mut remote, &["O 5 0 4", "D 5 0 4", "=abc", "C 5 4"]);
    assert_eq!(steps.last().map(String::as_str), Some("Again"));
}

#[test]
fn what_came_in_another_way_goes_on_where_its_last_bytes_are_found() {
    let mut remote = Remote::behind(Pos(100), b"one\ntw".to_vec());
    assert_eq!(remote.resume(), None, "nothing is known that could be resumed");
    let steps =
        hear(&mut remote, &["O 5 900 920 cut", "D 5 900 920", "=ne\none\n", "D 5 907 920", "=two\nthree\n"]);
    assert_eq!(steps, ["Path"], "it may still come");
    let steps = hear(&mut remote, &["C 5 917"]);
    assert_eq!(steps[0], "Joined { found: true }");
    assert!(steps[1].starts_with("Append { pos: Pos(100), ino: 5, offset: 909"), "{steps:?}");
    assert_eq!((steps[2].as_str(), remote.end()), ("CaughtUp", Pos(108)));
    assert_eq!(remote.locate(Pos(0)), Some(Place::Nowhere { len: 100 }));
    assert_eq!(
        remote.locate(Pos(100)),
        Some(Place::File { name: 0, ino: 5, offset: 909, len: 8, print: None })
    );
    assert_eq!(remote.resume().map(|resume| resume.generations), Some("5:917:0:0".to_owned()));
}

#[test]
fn what_is_not_found_again_begins_with_a_whole_line() {
    let mut remote = Remote::behind(Pos(100), b"tw".to_vec());
    let steps = hear(&mut remote, &["O 5 900 920 cut", "D 5 900 920", "=our\nfive\n", "C 5 909"]);
    assert_eq!(steps[1..3], ["EndLine { pos: Pos(100) }", "Joined { found: false }"]);
    assert!(steps[3].starts_with("Append { pos: Pos(101), ino: 5, offset: 904"), "{steps:?}");
    // The link may be lost before it is known.
    let mut remote = Remote::behind(Pos(100), b"one\n".to_vec());
    hear(&mut remote, &["O 5 0 920", "D 5 0 920", "=one\nhalf of"]);
    remote.begin();
    let steps = hear(&mut remote, &["O 5 0 20", "D 5 0 20", "=one\ntwo\n", "C 5 8"]);
    assert!(steps[2].starts_with("Append { pos: Pos(100), ino: 5, offset: 4"), "{steps:?}");
    // Another file takes the path's place before all of the first has come.
    let mut remote = Remote::behind(Pos(100), b"one\n".to_vec());
    let steps = hear(&mut remote, &["O 5 0 8", "D 5 0 8", "=one\ntwo", "O 6 0 2", "D 6 0 2", "=x\n"]);
    assert_eq!(steps[3..5], ["EndLine { pos: Pos(103) }", "Rotated"]);
}

#[test]
fn what_is_cut_before_its_first_whole_line_was_found_begins_at_its_beginning() {
    let mut remote = Remote::default();
    let steps =
        hear(&mut remote, &["O 5 900 920 cut", "D 5 900 20", "=half of", "T 5 0", "D 5 0 8", "=one\ntwo\n"]);
    assert!(steps.iter().any(|step| step == "Begin { pos: Pos(0) }"), "{steps:?}");
    assert!(steps.last().unwrap().starts_with("Append { pos: Pos(0), ino: 5, offset: 0"), "{steps:?}");
    // Nor does one who says so of a file that was never opened confuse anything.
    let mut remote = Remote::default();
    let steps = hear(&mut remote, &["T 0 0", "D 0 0 1", "=\n", "O 1 2 0"]);
    assert_eq!(steps[0], "Begin { pos: Pos(0) }");
    assert_eq!(remote.end(), Pos(1));
}

/// What a host that lies may say: words that mean something, with numbers that may not.
fn lie() -> impl Strategy<Value = Vec<u8>> {
    let number = || {
        prop_oneof![
            4 => 0u64..6,
            1 => any::<u64>(),
            1 => Just(u64::MAX),
            1 => Just(1u64 << 63),
            1 => Just((1u64 << 62) - 1),
        ]
    };
    let header = ("[HSODCFKTGMEBXANZ]", number(), number(), number()).prop_map(|(word, a, b, c)| {
        let mut line = vec![RS];
        line.extend_from_slice(Nonce::new(NONCE).digits());
        line.extend_from_slice(format!(" {word} {a} {b} {c}\n").as_bytes());
        line
    });
    prop_oneof![3 => header, 2 => proptest::collection::vec(prop_oneof![Just(b'\n'), any::<u8>()], 0..9)]
}

proptest! {
    #[test]
    fn a_host_that_lies_breaks_nothing(
        lies in proptest::collection::vec(lie(), 0..60),
        last in proptest::option::of("[a\n]{1,3}"),
    ) {
        let mut remote = Remote::default();
        let mut parser = Parser::new(Nonce::new(NONCE));
        let mut end = None;
        if let Some(last) = last {
            remote = Remote::behind(Pos(100), last.into_bytes());
            end = Some(Pos(100));
        }
        for lie in &lies {
            let mut misplaced = None;
            parser.feed(lie, |piece| remote.take(piece, |step| {
                let (at, len) = match step {
                    Step::Begin { pos } => (pos, 0),
                    Step::Append { pos, bytes, .. } => (pos, bytes.len() as u64),
                    Step::EndLine { pos } => (pos, 1),
                    _ => return,
                };
                if at != *end.get_or_insert(at) {
                    misplaced = Some((at, end));
                }
                end = Some(at + len);
            }));
            prop_assert_eq!(misplaced, None);
            prop_assert_eq!(remote.end(), end.unwrap_or(Pos(0)));
            if let Some(resume) = remote.resume() {
                let fine = |c: char| c.is_ascii_alphanumeric() || ": ".contains(c);
                prop_assert!(resume.generations.chars().chain(resume.seen.chars()).all(fine));
            }
            let mut at = 0;
            for _ in 0..10_000 {
                let Some(place) = remote.locate(Pos(at)) else { break };
                let len = match place {
                    Place::File { len, .. } | Place::Nowhere { len } => len,
                    Place::Newline => 1,
                };
                prop_assert!(len > 0, "nothing stands at {}", at);
                at += len;
            }
            prop_assert!(Pos(at) >= remote.end() || remote.start().is_none());
        }
    }
}

#[test]
fn a_utf8_mark_is_given_of_no_file_and_of_its_beginning_only() {
    for chop in 1..12 {
        let mut client = Client::default();
        client.remote.begin();
        let mut script = Script::default();
        let mut file = |ino: usize, content: &[u8]| {
            script.say(&format!("O {ino} 0 {}", content.len()));
            script.say(&format!("D {ino} 0 {}", content.len()));
            script.said.extend_from_slice(content);
            script.say(&format!("C {ino} {}", content.len()));
        };
        file(1, "\u{feff}one\n\u{feff}two\n".as_bytes());
        file(2, b"\xef");
        file(3, b"\xef\xbb!\n");
        file(4, "\u{feff}\u{feff}three\n".as_bytes());
        file(5, "\u{feff}".as_bytes());
        script.say("D 5 3 8");
        script.said.extend_from_slice(b"four\n");
        client.hear(&script.said, chop);
        let wanted = b"one\n\xef\xbb\xbftwo\n\xef\n\xef\xbb!\n\xef\xbb\xbfthree\nfour\n";
        assert_eq!(client.log, wanted, "{:?}", String::from_utf8_lossy(&client.log));
        let place = client.remote.locate(Pos(0));
        assert!(matches!(place, Some(Place::File { ino: 1, offset: 3, len: 11, .. })), "{place:?}");
        assert_eq!(client.remote.current(), Some((5, 8, 8)));
    }
}

#[test]
fn what_may_become_a_mark_goes_on_behind_a_lost_link() {
    for (rest, wanted) in [("\u{feff}x", "x"), ("x", "\\xefx")] {
        let mut remote = Remote::default();
        let mut bytes = Vec::new();
        let mut take = |remote: &mut Remote, piece| {
            remote.take(piece, |step| {
                if let Step::Append { bytes: came, .. } = step {
                    bytes.extend_from_slice(came);
                }
            });
        };
        let header = |words: &str| Piece::Header(Header::parse(words.as_bytes()));
        take(&mut remote, header("O 5 0 1"));
        take(&mut remote, header("D 5 0 1"));
        take(&mut remote, Piece::Bytes(b"\xef"));
        remote.begin();
        assert_eq!(remote.resume().unwrap().generations, "5:1:0:0");
        take(&mut remote, header("O 5 1 9"));
        take(&mut remote, header("D 5 1 9"));
        let rest = rest.as_bytes();
        take(&mut remote, Piece::Bytes(rest.strip_prefix(b"\xef").unwrap_or(rest)));
        assert_eq!(bytes.escape_ascii().to_string(), wanted);
    }
}

#[test]
fn another_name_is_a_rotation_that_is_found_there() {
    let mut remote = Remote::default();
    hear(&mut remote, &["O 5 0 4", "D 5 0 4", "=one\n", "C 5 4", "O 6 0 4", "D 6 0 4", "=two\n"]);
    let steps = hear(&mut remote, &["O 7 0 6 on 2", "D 7 0 6", "=three\n", "D 6 4 9", "=late\n"]);
    assert_eq!(steps[..2], ["Named(2)", "Rotated"]);
    let name = |at| match remote.locate(Pos(at)) {
        Some(Place::File { name, ino, .. }) => (name, ino),
        place => panic!("{place:?}"),
    };
    assert_eq!([name(0), name(4), name(8), name(14)], [(0, 5), (0, 6), (1, 7), (0, 6)]);
    // The same file by another name is read on.
    let steps = hear(&mut remote, &["O 7 6 6 on 1", "D 7 6 8", "=x\n"]);
    assert_eq!(steps[..2], ["Named(1)", "Rotated"]);
    assert!(steps[2].starts_with("Append { pos: Pos(19), ino: 7, offset: 6"), "{steps:?}");
    assert!(matches!(remote.locate(Pos(19)), Some(Place::File { name: 2, ino: 7, offset: 6, .. })));
    // Also where nothing was there before.
    assert_eq!(hear(&mut Remote::default(), &["M nothing", "O 7 0 6 on 1"])[..2], ["Path", "Path"]);
}

#[test]
fn no_host_can_name_what_is_not_waited_for() {
    let steps = hear(&mut Remote::default(), &["O 5 0 4 on 0", "O 5 0 4 on -1", "O 5 0 4 on 99999999999"]);
    assert_eq!(steps, Vec::<String>::new());
}
