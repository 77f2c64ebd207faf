//! Going on under the next day's name.

use std::time::Duration;

use tailpane::source::ssh::script::From;

use super::{Followed, Lack, each_shell};
use crate::follow::lines;

/// The first of the month, 100 lines long, that was read.
fn first(shell: &'static [&'static str], lack: Lack) -> Followed {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a-01.log"), lines(0, 100)).unwrap();
    let mut followed = Followed::start(shell, dir, "a-01.log", From::Byte(0), lack);
    followed.expect(lines(0, 100));
    while !followed.remote.resume().unwrap().generations.contains(":256:") {
        assert!(followed.take(Duration::from_millis(50)));
    }
    followed
}

#[test]
fn the_old_file_is_followed_until_the_new_one_is_there_and_late_lines_are_heard() {
    each_shell(|shell| {
        for lack in [Lack::Nothing, Lack::Proc] {
            let mut followed = first(shell, lack);
            followed.turn(&["a-02.log"]);
            followed.append("a-01.log", "still the old one\n");
            followed.expect_more("still the old one\n");
            followed.append("a-01.log", "its last\n");
            followed.append("a-02.log", "new\n");
            followed.expect_more("its last\nnew\n");
            followed.append("a-01.log", "late\n");
            followed.expect_more("late\n");
            followed.append("a-02.log", "more\n");
            followed.expect_more("more\n");
            followed.expect_no_more();
            let counts = (followed.count("Named"), followed.count("Rotated"), followed.count("Gap"));
            assert_eq!(counts, (1, 1, 0), "{shell:?}: {:?}", followed.events);
        }
    });
}

#[test]
fn a_link_that_was_cut_for_days_goes_through_all_that_are_there() {
    each_shell(|shell| {
        let mut followed = first(shell, Lack::Nothing);
        followed.cut();
        followed.append("a-01.log", "rest\n");
        followed.append("a-03.log.1", "rotated before anybody came\n");
        followed.append("a-03.log", "third\n");
        followed.append("a-04.log", "fourth\n");
        followed.turn(&["a-02.log", "a-03.log", "a-04.log", "a-05.log"]);
        followed.expect_more("rest\nrotated before anybody came\nthird\nfourth\n");
        // What is written to the one before while the link is cut comes too, and what comes after that.
        followed.cut();
        followed.append("a-03.log", "late\n");
        followed.connect();
        followed.expect_more("late\n");
        followed.append("a-03.log", "later\n");
        followed.expect_more("later\n");
        followed.append("a-04.log", "more\n");
        followed.expect_more("more\n");
        followed.expect_no_more();
        assert_eq!((followed.count("Named"), followed.count("Gap")), (2, 0), "{:?}", followed.events);
    });
}

#[test]
fn the_old_file_is_found_by_what_it_was_renamed_to() {
    each_shell(|shell| {
        let mut followed = first(shell, Lack::Nothing);
        followed.cut();
        followed.append("a-01.log", "rest\n");
        followed.gzip("a-01.log");
        followed.append("a-02.log", "new\n");
        followed.turn(&["a-02.log"]);
        followed.expect_more("rest\nnew\n");
        followed.expect_no_more();
        assert_eq!(followed.count("Gap"), 0, "{shell:?}: {:?}", followed.events);
    });
}

#[test]
fn an_old_file_that_is_gone_is_a_gap_and_holds_nobody_up() {
    each_shell(|shell| {
        let mut followed = first(shell, Lack::Nothing);
        followed.cut();
        followed.remove("a-01.log");
        followed.append("a-02.log", "new\n");
        followed.turn(&["a-02.log"]);
        followed.expect_more("new\n");
        assert_eq!((followed.count("Gap"), followed.count("Named")), (1, 1), "{:?}", followed.events);
    });
}

#[test]
fn an_unfinished_line_is_waited_for_and_a_file_that_was_never_there_is_not() {
    each_shell(|shell| {
        let mut followed = first(shell, Lack::Nothing);
        followed.append("a-01.log", "half");
        followed.turn(&["a-02.log"]);
        followed.append("a-02.log", "new\n");
        followed.append("a-01.log", " whole\n");
        followed.expect_more("half whole\nnew\n");

        let dir = tempfile::tempdir().unwrap();
        let mut followed = Followed::start(shell, dir, "a-01.log", From::Last(1), Lack::Nothing);
        followed.expect_event("Away(Nothing)");
        followed.append("a-02.log", "one\ntwo\n");
        followed.turn(&["a-02.log"]);
        followed.expect("one\ntwo\n");
        assert_eq!(followed.count("Rotated"), 0);
    });
}

#[test]
fn names_are_only_names() {
    each_shell(|shell| {
        let dir = tempfile::tempdir().unwrap();
        let name = |day: &str| format!("it's \"$(touch x)\" `touch x` * $next1\n -{day}.log");
        std::fs::write(dir.path().join(name("01")), "one\n").unwrap();
        let mut followed = Followed::start(shell, dir, &name("01"), From::Byte(0), Lack::Nothing);
        followed.expect("one\n");
        followed.turn(&[&name("02")]);
        followed.append(&name("02"), "two\n");
        followed.expect("one\ntwo\n");
        followed.cut();
        followed.append(&name("01"), "late\n");
        followed.connect();
        followed.expect("one\ntwo\nlate\n");
        assert!(!followed.path("x").exists(), "{shell:?}");
    });
}

#[test]
fn cuts_at_any_byte_around_a_turn_lose_and_double_nothing() {
    each_shell(|shell| {
        for most in [1, 20, 40, 60, 90, 130, 200, 300] {
            let mut followed = first(shell, Lack::Nothing);
            followed.append("a-01.log", "rest\n");
            followed.append("a-02.log", "new\n");
            followed.turn(&["a-02.log"]);
            // So much of each piece is heard, then the link is cut.
            for _ in 0..3 {
                followed.take_part(Duration::from_secs(5), most);
                followed.cut();
                followed.connect();
            }
            followed.expect(lines(0, 100) + "rest\nnew\n");
            followed.append("a-02.log", "more\n");
            followed.expect_more("more\n");
            assert_eq!((followed.count("Named"), followed.count("Gap")), (1, 0), "{:?}", followed.events);
        }
    });
}
