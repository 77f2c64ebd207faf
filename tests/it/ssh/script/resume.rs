//! Going on where it was left, whatever happened meanwhile.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use std::os::unix::fs::MetadataExt;

use tailpane::core::remote::Resume;
use tailpane::source::ssh::script::From;

use super::{DEADLINE, Followed, Lack, SHELLS, each_shell, is_installed};
use crate::follow::lines;
use crate::ssh::cuts::writer::{Dice, Rotation, Writer, line};
use crate::ssh::cuts::{number, seed};

/// A file of 100 lines that was read, and the link to it cut.
fn cut_off(shell: &'static [&'static str]) -> Followed {
    let mut followed = Followed::with(shell, lines(0, 100));
    followed.expect(lines(0, 100));
    // Until it is known what else is there.
    while !followed.remote.resume().unwrap().generations.contains(":256:") {
        assert!(followed.take(Duration::from_millis(50)));
    }
    followed.cut();
    followed
}

#[test]
fn at_the_exact_byte() {
    each_shell(|shell| {
        let mut followed = cut_off(shell);
        followed.append("a.log", "hal");
        followed.connect();
        followed.expect(lines(0, 100) + "hal");
        followed.cut();
        followed.append("a.log", "f\n");
        followed.connect();
        followed.expect(lines(0, 100) + "half\n");
        followed.expect_no_more();
        assert_eq!(followed.count("Rotated") + followed.count("Gap"), 0);
    });
}

#[test]
fn after_a_rotation() {
    each_shell(|shell| {
        let mut followed = cut_off(shell);
        followed.append("a.log", "rest\n");
        followed.rename("a.log", "a.log.1");
        followed.append("a.log", "new\n");
        followed.connect();
        followed.expect(lines(0, 100) + "rest\nnew\n");
        followed.expect_no_more();
        assert_eq!((followed.count("Rotated"), followed.count("Gap")), (1, 0), "{shell:?}");
    });
}

#[test]
fn after_several_rotations_some_of_them_compressed() {
    each_shell(|shell| {
        let mut followed = cut_off(shell);
        followed.append("a.log", "rest\n");
        followed.rename("a.log", "a.log.3");
        followed.gzip("a.log.3");
        followed.append("a.log.2", "second\n");
        followed.gzip("a.log.2");
        followed.append("a.log.1", "third\n");
        followed.append("a.log", "fourth\n");
        followed.append("a.log.lock", "no generation\n");
        followed.connect();
        followed.expect(lines(0, 100) + "rest\nsecond\nthird\nfourth\n");
        followed.expect_no_more();
        assert_eq!(followed.count("Gap"), 0);
    });
}

#[test]
fn whatever_a_generation_is_compressed_with() {
    let packers = ["gzip", "bzip2", "xz", "zstd"];
    for packer in packers.into_iter().filter(|packer| !is_installed(packer)) {
        println!("left out: {packer} is not installed");
    }
    each_shell(|shell| {
        let mut followed = cut_off(shell);
        let mut wanted = lines(0, 100);
        for (n, packer) in packers.into_iter().filter(|packer| is_installed(packer)).enumerate() {
            let next = lines(1000 * (n + 1), 1000 * (n + 1) + 100);
            // The rest of the one that was being read, and all of one that came and went.
            followed.append("a.log", format!("{packer}: rest\n"));
            followed.rename("a.log", &format!("a.log.{n}2"));
            followed.pack(packer, &format!("a.log.{n}2"));
            followed.append(&format!("a.log.{n}1"), format!("{packer}: new\n"));
            followed.pack(packer, &format!("a.log.{n}1"));
            followed.append("a.log", &next);
            wanted += &format!("{packer}: rest\n{packer}: new\n{next}");
            followed.connect();
            followed.expect(&wanted);
            while !followed.remote.resume().unwrap().generations.contains(&format!(":{}:256:", next.len())) {
                assert!(followed.take(Duration::from_millis(50)), "{:?}", followed.remote.resume());
            }
            followed.cut();
        }
        assert_eq!(followed.count("Gap"), 0, "{shell:?}: {:?}", followed.events);
    });
}

#[test]
fn after_a_copy_and_a_cut() {
    each_shell(|shell| {
        let mut followed = cut_off(shell);
        followed.append("a.log", "rest\n");
        followed.copy("a.log", "a.log.1");
        followed.truncate("a.log", 0);
        followed.append("a.log", "new\n");
        followed.connect();
        followed.expect(lines(0, 100) + "rest\nnew\n");
        followed.expect_no_more();
        assert_eq!((followed.count("Truncated"), followed.count("Gap")), (1, 0), "{shell:?}");
    });
}

#[test]
fn what_is_nowhere_is_a_gap() {
    each_shell(|shell| {
        let mut followed = cut_off(shell);
        followed.remove("a.log");
        followed.append("a.log", "new\n");
        followed.connect();
        followed.expect(lines(0, 100) + "new\n");
        assert_eq!(followed.count("Gap"), 1, "{shell:?}: {:?}", followed.events);
    });
}

/// Three files, each with a line, and what is known of them by number: `{1}` and `{2}` are the numbers of `a.log.1`
/// and `a.log.2`.
fn three(shell: &'static [&'static str], generations: &str, seen: &str) -> Followed {
    let dir = tempfile::tempdir().unwrap();
    for (age, (name, text)) in
        [("a.log", "three\n"), ("a.log.1", "two\n"), ("a.log.2", "one\n")].into_iter().enumerate()
    {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        let file = std::fs::File::options().append(true).open(&path).unwrap();
        file.set_modified(std::time::SystemTime::now() - Duration::from_secs(100 * age as u64)).unwrap();
    }
    let number = |name: &str| std::fs::metadata(dir.path().join(name)).unwrap().ino().to_string();
    let (first, second) = (number("a.log.1"), number("a.log.2"));
    let say = |text: &str| text.replace("{1}", &first).replace("{2}", &second);
    let resume = Resume { generations: say(generations), seen: say(seen) };
    Followed::start(shell, dir, "a.log", From::Resume(resume), Lack::Nothing)
}

#[test]
fn a_number_that_is_used_again_hides_no_generation() {
    each_shell(|shell| {
        let mut followed = three(shell, "1:100:100:12345", "{1}:999 {2}:888");
        followed.expect("one\ntwo\nthree\n");
        assert_eq!(followed.count("Gap"), 1, "{shell:?}: {:?}", followed.events);
    });
}

#[test]
fn nor_does_one_of_a_file_of_which_nothing_was_read() {
    each_shell(|shell| {
        let mut followed = three(shell, "1:100:100:12345 {1}:0:0:0", "");
        followed.expect("one\ntwo\nthree\n");
        assert_eq!(followed.count("Gap"), 1, "{shell:?}: {:?}", followed.events);
    });
}

#[test]
fn a_file_that_was_empty_when_it_was_left_is_read_from_its_beginning() {
    each_shell(|shell| {
        let mut followed = three(shell, "{1}:0:0:0", "{2}:4");
        followed.expect("two\nthree\n");
        followed.expect_no_more();
        assert_eq!(followed.count("Gap"), 0, "{shell:?}: {:?}", followed.events);
    });
}

#[test]
fn a_generation_that_was_compressed_and_told_of_before_the_link_was_lost_again() {
    each_shell(|shell| {
        let mut followed = cut_off(shell);
        followed.append("a.log", "rest\n");
        followed.rename("a.log", "a.log.1");
        followed.append("a.log", "new\n");
        followed.gzip("a.log.1");
        let packed = std::fs::metadata(followed.path("a.log.1.gz")).unwrap();
        let mut resume = followed.remote.resume().unwrap();
        resume.seen = format!("{}:{}", packed.ino(), packed.len());
        let dir = std::mem::replace(&mut followed.dir, tempfile::tempdir().unwrap());
        let mut followed = Followed::start(shell, dir, "a.log", From::Resume(resume), Lack::Nothing);
        followed.expect("rest\nnew\n");
        assert_eq!(followed.count("Gap"), 0, "{shell:?}: {:?}", followed.events);
    });
}

#[test]
fn a_generation_that_was_given_is_no_news_where_its_number_is_another_file_s_by_now() {
    each_shell(|shell| {
        let mut followed = cut_off(shell);
        followed.rename("a.log", "a.log.1");
        followed.gzip("a.log.1");
        followed.append("a.log", lines(100, 200));
        followed.connect();
        let whole = format!(":{}:256:", lines(100, 200).len());
        while !followed.remote.resume().unwrap().generations.contains(&whole) {
            assert!(followed.take(Duration::from_millis(50)));
        }
        // As it is told where the new file got the number of the old one; and the link was cut before the script
        // had said what else is there.
        let told = followed.remote.resume().unwrap().generations;
        let (_, told) = told.split_once(':').unwrap();
        let again = |followed: &mut Followed, generations: String| {
            let dir = std::mem::replace(&mut followed.dir, tempfile::tempdir().unwrap());
            let resume = Resume { generations, seen: String::new() };
            *followed = Followed::start(shell, dir, "a.log", From::Resume(resume), Lack::Nothing);
        };
        again(&mut followed, format!("0:{told}"));
        followed.append("a.log", "more\n");
        followed.expect("more\n");
        assert_eq!(followed.count("Gap") + followed.count("Rotated"), 0, "{shell:?}: {:?}", followed.events);
        // And behind a rotation that came meanwhile.
        followed.cut();
        followed.rename("a.log", "a.log.0");
        followed.gzip("a.log.0");
        followed.append("a.log", "new\n");
        again(
            &mut followed,
            format!("0:{}", told.replace(&whole, &format!(":{}:256:", lines(100, 200).len() + 5))),
        );
        followed.expect("new\n");
        followed.expect_no_more();
    });
}

#[test]
fn a_copy_of_what_is_not_cut_yet_is_no_generation() {
    each_shell(|shell| {
        let mut followed = cut_off(shell);
        followed.copy("a.log", "a.log.1");
        followed.truncate("a.log", 0);
        followed.connect();
        followed.expect_event("Truncated");
        followed.cut();
        followed.append("a.log", lines(100, 200));
        followed.copy("a.log", "a.log.2");
        followed.connect();
        followed.expect(lines(0, 200));
        followed.append("a.log", lines(200, 201));
        followed.expect(lines(0, 201));
        followed.truncate("a.log", 0);
        followed.append("a.log", "new\n");
        followed.expect(lines(0, 201) + "new\n");
        assert_eq!(followed.count("Gap"), 0, "{shell:?}: {:?}", followed.events);
    });
}

#[test]
fn a_late_line_of_the_older_file_does_not_end_the_half_line_of_the_newer() {
    each_shell(|shell| {
        let mut followed = cut_off(shell);
        followed.rename("a.log", "a.log.1");
        followed.append("a.log", "new\nhal");
        followed.connect();
        followed.expect(lines(0, 100) + "new\nhal");
        followed.cut();
        followed.append("a.log.1", "late\n");
        followed.connect();
        followed.expect_no_more();
        followed.append("a.log", "f\n");
        followed.expect(lines(0, 100) + "new\nhalf\nlate\n");
    });
}

#[test]
fn what_is_added_to_a_generation_that_came_between_comes_before_what_is_newer() {
    each_shell(|shell| {
        let mut followed = cut_off(shell);
        followed.rename("a.log", "a.log.2");
        followed.append("a.log.1", "second\n");
        followed.connect();
        followed.expect(lines(0, 100) + "second\n");
        followed.append("a.log.1", "late\n");
        followed.append("a.log", "new\n");
        followed.expect(lines(0, 100) + "second\nlate\nnew\n");
        followed.append("a.log.1", "later\n");
        followed.expect(lines(0, 100) + "second\nlate\nnew\nlater\n");
        assert_eq!(followed.count("Gap"), 0, "{shell:?}: {:?}", followed.events);
    });
}

#[test]
fn a_generation_that_got_the_number_of_one_that_was_removed_comes_too() {
    each_shell(|shell| {
        let mut followed = cut_off(shell);
        followed.rename("a.log", "a.log.3");
        followed.append("a.log.2", "second\n");
        followed.connect();
        followed.expect(lines(0, 100) + "second\n");
        // Where the file system gives free numbers again, one of the next files gets it.
        let number = |name: &str| followed.path(name).metadata().unwrap().ino();
        let free = number("a.log.3");
        followed.remove("a.log.3");
        let names = (0..50).map(|n| format!("b{n}"));
        let new: Vec<String> = names.inspect(|name| followed.append(name, "third\n")).collect();
        let same = new.iter().find(|name| number(name) == free);
        followed.rename(same.unwrap_or(&new[0]), "a.log.1");
        followed.append("a.log", "fourth\n");
        followed.expect(lines(0, 100) + "second\nthird\nfourth\n");
        assert_eq!(followed.count("Gap"), 0, "{shell:?}: {:?}", followed.events);
    });
}

/// Files that are `[name, text]`, the oldest first, of which the first was read and the last, at the path, was begun.
fn begun(shell: &'static [&'static str], files: &[[&str; 2]], compress: impl Fn(&Path)) -> Followed {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files.iter().map(|[name, text]| (name, text)) {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    compress(dir.path());
    for (age, [name, _]) in files.iter().rev().enumerate() {
        touch(&dir.path().join(name), 100 * age as u64);
    }
    let [first, text] = files[0];
    let sum =
        Command::new("cksum").stdin(std::fs::File::open(dir.path().join(first)).unwrap()).output().unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap();
    let number = |name: &str| dir.path().join(name).metadata().unwrap().ino();
    let (len, sum) = (text.len(), sum.split_once(' ').unwrap().0);
    let generations = format!("{}:{len}:{len}:{sum} {}:0:0:0", number(first), number("a.log"));
    let resume = Resume { generations, seen: String::new() };
    Followed::start(shell, dir, "a.log", From::Resume(resume), Lack::Nothing)
}

/// Makes a file so many seconds old.
fn touch(path: &Path, age: u64) {
    let file = std::fs::File::options().append(true).open(path).unwrap();
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(age)).unwrap();
}

#[test]
fn a_generation_that_is_being_compressed_hides_no_newer_one() {
    each_shell(|shell| {
        let files = [["a.log.2", "one\n"], ["a.log.1", "two\n"], ["a.log", ""]];
        let mut followed = begun(shell, &files, |dir| {
            // It has the time of now until it is whole.
            assert!(Command::new("gzip").arg("-k").arg(dir.join("a.log.2")).status().unwrap().success());
            touch(&dir.join("a.log.2.gz"), 0);
        });
        followed.append("a.log", "three\n");
        followed.expect("two\nthree\n");
    });
}

#[test]
fn nor_does_a_compressed_copy_of_what_is_not_cut_yet() {
    each_shell(|shell| {
        let files = [["a.log.3", "one\n"], ["a.log.2", "two\n"], ["a.log", "three\n"]];
        let mut followed = begun(shell, &files, |dir| {
            std::fs::write(dir.join("a.log.1"), "three\n").unwrap();
            assert!(Command::new("gzip").arg(dir.join("a.log.1")).status().unwrap().success());
            touch(&dir.join("a.log.1.gz"), 50);
        });
        followed.expect("two\nthree\n");
        followed.expect_no_more();
    });
}

/// A client that is told of the file's beginning and then cut off would go on there, past what is older.
#[test]
fn what_came_between_is_given_before_a_beginning_is_told() {
    each_shell(|shell| {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.log"), "").unwrap();
        let mut followed = Followed::start(shell, dir, "a.log", From::Byte(0), Lack::Events);
        followed.expect_event("Begin");
        let older = followed.path("new.1");
        std::fs::write(&older, "older\n").unwrap();
        std::fs::rename(&older, followed.path("a.log.1")).unwrap();
        followed.append("a.log", "newer\n");
        followed.expect("older\nnewer\n");
        let told = format!("{}:0:6:", followed.path("a.log").metadata().unwrap().ino());
        let early =
            followed.resumes.iter().find(|(known, len)| known.contains(&told) && *len < "older\n".len());
        assert_eq!(early, None, "{shell:?}");
        assert!(followed.resumes.iter().any(|(known, _)| known.contains(&told)), "{shell:?}: never told");
    });
}

#[test]
fn while_the_file_is_away() {
    each_shell(|shell| {
        let mut followed = cut_off(shell);
        followed.rename("a.log", "elsewhere");
        followed.connect();
        followed.expect_event("Away(Nothing)");
        followed.append("elsewhere", "more\n");
        followed.rename("elsewhere", "a.log");
        followed.expect(lines(0, 100) + "more\n");
        assert_eq!(followed.count("Gap"), 0, "{shell:?}: {:?}", followed.events);
    });
}

/// Lines are written and the file is rotated in all ways while the script is killed at random moments, and what it said
/// last is cut at any byte. `TAILPANE_CUTS` and `TAILPANE_SEED` as for the cuts of a link.
#[test]
fn cut_again_and_again() {
    for (rotation, shell, lack) in
        [(Rotation::Rename, SHELLS[0], Lack::Nothing), (Rotation::Copy, SHELLS[1], Lack::Events)]
    {
        let dir = tempfile::tempdir().unwrap();
        let (read, over) = (Arc::new(AtomicU64::new(0)), AtomicBool::new(false));
        let seed = seed();
        let mut dice = Dice(seed | 1);
        let mut writer = Writer::new(dir.path().join("a.log"), rotation, seed, read.clone());
        let cuts = number("TAILPANE_CUTS").unwrap_or(25);
        writer.every = if cuts > 100 { 10 } else { 30 };
        let mut followed = Followed::start(shell, dir, "a.log", From::Byte(0), lack);
        followed.expect_event("Begin"); // from now on it is resumed, whatever was read
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| writer.run(&over));
            for _ in 0..cuts {
                let until = Instant::now() + Duration::from_millis(dice.below(160));
                while Instant::now() < until {
                    followed.take(Duration::from_millis(5));
                }
                followed.take_part(Duration::from_millis(200), dice.below(20_000) as usize);
                followed.cut();
                read.store(memchr::memchr_iter(b'\n', &followed.log).count() as u64, Ordering::Relaxed);
                followed.connect();
            }
            over.store(true, Ordering::Relaxed);
            let (written, _) = writer.join().unwrap();
            let wanted: String = (0..written).map(line).collect();
            let until = Instant::now() + DEADLINE;
            while followed.log.len() < wanted.len() && Instant::now() < until {
                followed.take(Duration::from_millis(50));
            }
            followed.expect(wanted);
            followed.expect_no_more();
            assert_eq!(followed.count("Gap"), 0, "{:?}", followed.events);
        });
    }
}
