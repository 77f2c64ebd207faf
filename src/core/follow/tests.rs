//! The follow machine against a simulated disk: whatever happens between two looks, every byte comes
//! exactly once and in order, and where one cannot come that is said.

mod history;
mod log;
mod world;

use proptest::prelude::*;

use history::{Run, backup, lossless, lossy, odd, orderly, unkind, watched};
use world::Soon;

/// How many histories are tried: `PROPTEST_CASES` if it is set.
fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(400), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_byte_comes_once_while_it_is_somewhere(acts in lossless()) {
        let mut run = Run::new();
        run.look(0);
        acts.into_iter().for_each(|act| run.act(act));
        run.finish();
        run.world.check_order();
        run.world.check_lines();
        run.world.check_all_came();
        prop_assert_eq!(run.world.truncations, 0, "a gap was told and there was none");
    }

    #[test]
    fn what_is_cut_away_is_never_silent_and_nothing_comes_twice(acts in lossy()) {
        let mut run = Run::new();
        run.look(0);
        acts.into_iter().for_each(|act| run.act(act));
        run.finish();
        run.world.check_order();
        prop_assert!(run.world.cut == 0 || run.world.truncations > 0, "lines were lost in silence");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(150),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// The disk changes between any two questions to it.
    #[test]
    fn every_byte_comes_once_whatever_happens_during_a_look(
        history in prop::collection::vec(orderly(), 1..30),
    ) {
        let world = watched(history).world;
        world.check_all_came();
        world.check_sequence();
        prop_assert_eq!(world.given_up, 0);
        prop_assert_eq!(world.truncations, 0, "a gap was told and there was none");
    }

    #[test]
    fn odd_things_during_a_look_cost_no_byte(
        history in prop::collection::vec(prop_oneof![6 => orderly(), 2 => odd(), 1 => backup()], 1..30),
    ) {
        let world = watched(history).world;
        world.check_all_came();
        prop_assert_eq!(world.given_up, 0);
        prop_assert_eq!(world.truncations, 0, "a gap was told and there was none");
    }

    #[test]
    fn what_is_taken_away_during_a_look_is_never_silent(
        history in prop::collection::vec(prop_oneof![6 => orderly(), 2 => odd(), 1 => unkind()], 1..30),
    ) {
        watched(history).world.check_nothing_is_silent();
    }
}

/// Copied and cut before anybody had seen a byte of it, at any moment while it is read for the first time:
/// first bytes and last bytes of two times are nobody's.
#[test]
fn what_is_cut_while_it_is_read_for_the_first_time_comes() {
    let write = |finish| Soon::Write { len: 0, finish };
    for moment in 0..120 {
        let history = vec![
            vec![(10, Soon::Rotate { anew: true })],
            vec![(100, write(false)), (0, Soon::BeginCopy { over: false }), (moment, Soon::EndCopy)],
            vec![(2, Soon::Truncate), (0, write(false)), (0, write(true)), (0, write(false))],
        ];
        watched(history).world.check_all_came();
    }
}

/// `cp a a.1; : > a` at any moment, where `a.1` is known: what is copied over it while it is judged is news.
#[test]
fn what_is_copied_over_a_file_while_it_is_looked_at_comes() {
    let write = |finish| Soon::Write { len: 11, finish };
    let copy = |over| [(2, Soon::BeginCopy { over }), (0, Soon::EndCopy), (0, Soon::Truncate)].to_vec();
    for moment in 400..700 {
        let line = vec![(moment, write(false)), (7, write(true))];
        watched(vec![copy(false), line, copy(true)]).world.check_all_came();
    }
}

/// `cp a a.1; : > a`, where `a.1` was there before anybody looked, and `a` was empty.
#[test]
fn what_was_copied_over_a_file_that_was_known_comes() {
    let mut run = Run::new();
    run.world.at_path();
    run.look(5000);
    run.look(5000);
    let ino = run.world.at_path();
    run.world.write(ino, 30, true);
    run.world.copy_to_first(true);
    run.world.truncate(0, false);
    run.world.write(ino, 20, true);
    run.finish();
    run.world.check_order();
    run.world.check_all_came();
    assert_eq!(run.world.names["a.1"], 1);
}

/// A late writer adds to what was there before anybody looked: that is not of the time that is followed.
#[test]
fn what_grows_that_was_there_before_does_not_come() {
    let mut run = Run::new();
    run.world.write_first();
    run.look(1);
    let old = run.world.names["a.1"];
    for _ in 0..3 {
        let stamp = run.world.stamp();
        let file = run.world.files.get_mut(&old).unwrap();
        file.bytes.extend(b"late\n".map(|byte| (byte, None)));
        file.mtime = stamp;
        run.look(100);
        run.world.rotate();
        run.world.write_first();
        run.look(100);
    }
    run.finish();
    run.world.check_order();
    run.world.check_all_came();
}
