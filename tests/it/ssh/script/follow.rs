//! What happens to a file while it is followed.

use std::io::Write as _;
use std::time::{Duration, Instant};

use tailpane::source::ssh::script::From;

use super::{DEADLINE, Followed, Lack, each_shell};
use crate::follow::lines;

/// What can lack on a host, for the cases in which it matters.
fn each_shell_and_lack(test: impl Fn(&'static [&'static str], Lack) + Sync) {
    each_shell(|shell| {
        for lack in [Lack::Nothing, Lack::Inotify, Lack::Events, Lack::Proc] {
            test(shell, lack);
        }
    });
}

fn with(shell: &'static [&'static str], lack: Lack, content: &str) -> Followed {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.log"), content).unwrap();
    Followed::start(shell, dir, "a.log", From::Byte(0), lack)
}

#[test]
fn a_file_that_grows() {
    each_shell_and_lack(|shell, lack| {
        let mut followed = with(shell, lack, "one\n");
        followed.expect("one\n");
        followed.append("a.log", "tw");
        followed.expect("one\ntw");
        followed.append("a.log", "o\nthree\n");
        followed.expect("one\ntwo\nthree\n");
        assert_eq!(followed.events, ["Followed", "Begin { pos: Pos(0) }"], "{shell:?}");
    });
}

#[test]
fn the_last_lines_come_first() {
    each_shell(|shell| {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.log"), lines(0, 100_000)).unwrap();
        let mut followed = Followed::start(shell, dir, "a.log", From::Lines(20), Lack::Nothing);
        followed.expect(lines(99_980, 100_000));
        let all = lines(0, 100_000).len();
        let start = followed.remote.start().unwrap().0 as usize;
        assert_eq!(start, all - followed.log.len());
        followed.append("a.log", "more\n");
        followed.expect(lines(99_980, 100_000) + "more\n");
    });
}

#[test]
fn exactly_as_many_last_lines_however_long_they_are() {
    let long = |c: char| format!("{}\n", c.to_string().repeat(700_000));
    let content = long('a') + &long('b') + &long('c') + "\nunfinished";
    each_shell(|shell| {
        for (last, wanted) in [(1, 4), (2, 3), (3, 2), (4, 1), (5, 0), (u32::MAX, 0)] {
            let dir = tempfile::tempdir().unwrap();
            std::fs::write(dir.path().join("a.log"), &content).unwrap();
            let mut followed = Followed::start(shell, dir, "a.log", From::Last(last), Lack::Nothing);
            let start = content.split_inclusive('\n').take(wanted).map(str::len).sum::<usize>();
            followed.expect(&content[start..]);
            assert_eq!(followed.remote.start().unwrap().0 as usize, start, "{shell:?} {last}");
        }
    });
}

#[test]
fn a_start_within_a_file() {
    each_shell(|shell| {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.log"), lines(0, 20_000)).unwrap();
        let mut followed = Followed::start(shell, dir, "a.log", From::Byte(70_001), Lack::Nothing);
        followed.expect(&lines(0, 20_000)[70_001..]);
    });
}

#[test]
fn more_than_fits_into_one_round() {
    each_shell(|shell| {
        let content = lines(0, 900_000);
        let mut followed = Followed::with(shell, &content);
        followed.expect(&content);
        followed.append("a.log", "end\n");
        followed.expect(content + "end\n");
    });
}

#[test]
fn a_file_of_more_than_4_gib() {
    const FAR: u64 = (5 << 30) + 12_345;
    each_shell(|shell| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.log");
        std::fs::write(&path, "head\n").unwrap();
        std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(FAR).unwrap();
        let mut followed = Followed::start(shell, dir, "a.log", From::Byte(FAR - 3), Lack::Nothing);
        followed.expect("\0\0\0");
        followed.append("a.log", "\nfar\n");
        followed.expect("\0\0\0\nfar\n");
        followed.cut();
        followed.append("a.log", "farther\n");
        followed.connect();
        followed.expect("\0\0\0\nfar\nfarther\n");
        assert_eq!(followed.remote.current().unwrap().1, FAR + 13);
    });
}

#[test]
fn renamed_and_made_anew_again_and_again() {
    each_shell_and_lack(|shell, lack| {
        let mut followed = with(shell, lack, "0\n");
        followed.expect("0\n");
        let mut wanted = "0\n".to_owned();
        for i in 1..5 {
            followed.append("a.log", format!("rest {i}\n"));
            followed.rename("a.log", &format!("a.log.{i}"));
            followed.append("a.log", format!("new {i}\n"));
            wanted += &format!("rest {i}\nnew {i}\n");
            followed.expect(&wanted);
        }
        followed.expect_no_more();
        assert_eq!((followed.count("Rotated"), followed.count("Gap")), (4, 0), "{shell:?}");
    });
}

#[test]
fn several_rotations_between_two_looks() {
    each_shell_and_lack(|shell, lack| {
        let mut followed = with(shell, lack, "first\n");
        followed.expect("first\n");
        for i in 0..3 {
            for n in (1..=i).rev() {
                followed.rename(&format!("a.log.{n}"), &format!("a.log.{}", n + 1));
            }
            followed.append("a.log", format!("rest {i}\n"));
            followed.rename("a.log", "a.log.1");
        }
        followed.append("a.log", "last\n");
        followed.expect("first\nrest 0\nrest 1\nrest 2\nlast\n");
        followed.expect_no_more();
    });
}

#[test]
fn a_late_writer_is_heard_and_cuts_no_line() {
    each_shell(|shell| {
        let mut followed = Followed::with(shell, "old\n");
        followed.expect("old\n");
        let mut writer = std::fs::OpenOptions::new().append(true).open(followed.path("a.log")).unwrap();
        followed.rename("a.log", "a.log.1");
        followed.append("a.log", "new\nhal");
        followed.expect("old\nnew\nhal");
        writer.write_all(b"late\n").unwrap();
        followed.expect_no_more();
        followed.append("a.log", "f\n");
        followed.expect("old\nnew\nhalf\nlate\n");
    });
}

#[test]
fn an_unfinished_line_is_ended_by_rotation() {
    each_shell_and_lack(|shell, lack| {
        let mut followed = with(shell, lack, "one\ntw");
        followed.expect("one\ntw");
        followed.rename("a.log", "a.log.1");
        followed.append("a.log", "three\n");
        followed.expect("one\ntw\nthree\n");
    });
}

#[test]
fn renamed_and_compressed_at_once() {
    each_shell_and_lack(|shell, lack| {
        let mut followed = with(shell, lack, &lines(0, 100));
        followed.expect(lines(0, 100));
        followed.rename("a.log", "a.log.1");
        followed.gzip("a.log.1");
        followed.append("a.log", "new\n");
        followed.expect(lines(0, 100) + "new\n");
        followed.expect_no_more();
        followed.rename("a.log.1.gz", "a.log.2.gz");
        followed.rename("a.log", "a.log.1");
        followed.append("a.log", "newer\n");
        followed.expect(lines(0, 100) + "new\nnewer\n");
        followed.expect_no_more();
    });
}

#[test]
fn renamed_away_and_back() {
    each_shell_and_lack(|shell, lack| {
        let mut followed = with(shell, lack, "one\n");
        followed.expect("one\n");
        followed.rename("a.log", "b");
        followed.expect_event("Away(Nothing)");
        followed.append("b", "two\n");
        followed.rename("b", "a.log");
        followed.append("a.log", "three\n");
        followed.expect("one\ntwo\nthree\n");
        followed.expect_no_more();
    });
}

#[test]
fn copied_and_emptied() {
    each_shell_and_lack(|shell, lack| {
        let mut followed = with(shell, lack, "one\ntwo\n");
        followed.expect("one\ntwo\n");
        let mut wanted = "one\ntwo\n".to_owned();
        for i in 0..3 {
            // As fast as can be: what stands only in the copy by now comes from there.
            followed.append("a.log", format!("unread {i}\n"));
            followed.copy("a.log", &format!("a.log.{i}"));
            followed.truncate("a.log", 0);
            followed.append("a.log", format!("{i} new\n"));
            wanted += &format!("unread {i}\n{i} new\n");
            followed.expect(&wanted);
        }
        followed.expect_no_more();
        assert_eq!((followed.count("Truncated"), followed.count("Gap")), (3, 0), "{shell:?}");
    });
}

#[test]
fn emptied_and_grown_past_its_old_size() {
    each_shell_and_lack(|shell, lack| {
        let mut followed = with(shell, lack, "one\n");
        followed.expect("one\n");
        std::fs::write(followed.path("a.log"), "other and longer\n").unwrap();
        followed.expect("one\nother and longer\n");
        // And to the same size.
        std::fs::write(followed.path("a.log"), "other but longer\n").unwrap();
        followed.expect("one\nother and longer\nother but longer\n");
    });
}

#[test]
fn cut_to_its_middle() {
    each_shell(|shell| {
        let mut followed = Followed::with(shell, lines(0, 100));
        followed.expect(lines(0, 100));
        followed.truncate("a.log", lines(0, 50).len() as u64);
        followed.expect_event("Truncated { at: 390");
        followed.append("a.log", "more\n");
        followed.expect(lines(0, 100) + "more\n");
    });
}

#[test]
fn a_hole_left_by_a_writer_that_does_not_append() {
    each_shell(|shell| {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = std::fs::File::create(dir.path().join("a.log")).unwrap();
        writer.write_all(lines(0, 100).as_bytes()).unwrap();
        let mut followed = Followed::start(shell, dir, "a.log", From::Byte(0), Lack::Nothing);
        followed.expect(lines(0, 100));
        followed.truncate("a.log", 0);
        writer.write_all(b"more\n").unwrap();
        // Where the cut was noticed before the hole came, the hole is the file's beginning.
        let until = Instant::now() + DEADLINE;
        while !followed.log.ends_with(b"more\n") && Instant::now() < until {
            followed.take(Duration::from_millis(50));
        }
        let log: Vec<u8> = followed.log.iter().copied().filter(|&byte| byte != 0).collect();
        assert_eq!(String::from_utf8(log).unwrap(), lines(0, 100) + "more\n", "{shell:?}");
    });
}

#[test]
fn removed_and_made_anew() {
    each_shell_and_lack(|shell, lack| {
        let mut followed = with(shell, lack, "one\n");
        followed.expect("one\n");
        followed.remove("a.log");
        followed.expect_event("Away(Nothing)");
        std::fs::create_dir(followed.path("a.log")).unwrap();
        followed.expect_event("Away(Folder)");
        std::fs::remove_dir(followed.path("a.log")).unwrap();
        followed.append("a.log", "a longer one\n");
        followed.expect("one\na longer one\n");
    });
}

#[test]
fn not_there_yet() {
    each_shell(|shell| {
        let dir = tempfile::tempdir().unwrap();
        let mut followed = Followed::start(shell, dir, "sub/a.log", From::Lines(1), Lack::Nothing);
        followed.expect_event("Away(Nothing)");
        std::fs::create_dir(followed.path("sub")).unwrap();
        followed.append("sub/a.log", "one\ntwo\n");
        followed.expect("one\ntwo\n");
    });
}

#[test]
fn a_link_pointed_elsewhere() {
    each_shell(|shell| {
        let dir = tempfile::tempdir().unwrap();
        let point = |to: &str| {
            std::os::unix::fs::symlink(to, dir.path().join("new")).unwrap();
            std::fs::rename(dir.path().join("new"), dir.path().join("a.log")).unwrap();
        };
        std::fs::write(dir.path().join("v1"), "one\n").unwrap();
        std::fs::write(dir.path().join("v2"), "three\n").unwrap();
        point("v1");
        let target = dir.path().to_owned();
        let mut followed = Followed::start(shell, dir, "a.log", From::Byte(0), Lack::Nothing);
        followed.expect("one\n");
        followed.append("v1", "two\n");
        std::os::unix::fs::symlink("v2", target.join("new")).unwrap();
        followed.rename("new", "a.log");
        followed.expect("one\ntwo\nthree\n");
    });
}

#[test]
fn it_ends_when_nobody_listens() {
    each_shell(|shell| {
        let mut followed = Followed::with(shell, "one\n");
        followed.expect("one\n");
        let mut script = followed.run.take().unwrap();
        let (_, nobody) = std::sync::mpsc::channel();
        script.came = nobody; // the reader stops at the next byte, and closes the pipe
        let until = Instant::now() + DEADLINE;
        while script.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < until, "{shell:?} lives on");
            std::thread::sleep(Duration::from_millis(50));
        }
    });
}

#[test]
fn what_lacks_is_said() {
    each_shell(|shell| {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.log"), "one\n").unwrap();
        let script = tailpane::source::ssh::script::follower(
            b"a.log",
            tailpane::core::wire::Nonce::new(1),
            Duration::from_millis(250),
            &From::Lines(5),
        );
        let script = [b"PATH=/nowhere\n".to_vec(), script.unwrap()].concat();
        let (mut child, came) = super::start(shell, &script, dir.path());
        let said: Vec<u8> = came.iter().flatten().collect();
        child.wait().unwrap();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(
            said.contains("E tools") && said.contains("dd") && said.contains("cksum"),
            "{shell:?}: {said}"
        );
    });
}
