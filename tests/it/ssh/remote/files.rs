//! What becomes of a file while it is followed over a link that stands.

use tailpane::app::source::{NoticeKind, SourceId, State};
use tailpane::config::hosts::FollowMode;
use tailpane::core::pos::Pos;
use tailpane::source::Keep;

use super::{Rig, follow};
use crate::follow::lines;

#[test]
fn what_is_there_and_what_is_written_comes_whole_and_in_order() {
    let rig = Rig::new(Keep::Unread);
    rig.append("a.log", lines(0, 5000));
    let mut log = rig.drain(1, "a.log");
    log.expect(&rig, lines(0, 5000));
    let status = rig.wait_for_state(1, "live", |state| *state == State::Live);
    assert!(status.remote.unwrap().exact);
    rig.append("a.log", "line 5000");
    rig.append("a.log", "\nline 5001\n");
    log.expect(&rig, lines(0, 5002));
    assert_eq!(log.notices, []);
}

#[test]
fn a_file_that_is_missing_is_waited_for() {
    let rig = Rig::new(Keep::Unread);
    let mut log = rig.drain(1, "new/a.log");
    rig.wait_for_state(
        1,
        "missing",
        |state| matches!(state, State::Waiting(why) if why.contains("not there")),
    );
    std::fs::create_dir(rig.path("new")).unwrap();
    rig.append("new/a.log", lines(0, 10));
    log.expect(&rig, lines(0, 10));
    rig.wait_for_state(1, "live", |state| *state == State::Live);
}

#[test]
fn a_folder_is_no_file() {
    let rig = Rig::new(Keep::Unread);
    std::fs::create_dir(rig.path("a.log")).unwrap();
    rig.open(1, "a.log");
    rig.wait_for_state(
        1,
        "a folder",
        |state| matches!(state, State::Waiting(why) if why.contains("a folder")),
    );
}

#[test]
fn rotated_truncated_copied_and_made_anew() {
    let rig = Rig::new(Keep::Unread);
    rig.append("a.log", lines(0, 10));
    let mut log = rig.drain(1, "a.log");
    log.expect(&rig, lines(0, 10));

    rig.append("a.log", lines(10, 20));
    rig.rename("a.log", "a.log.1");
    rig.append("a.log", lines(20, 30));
    log.expect(&rig, lines(0, 30));

    // Cut in place.
    std::fs::write(rig.path("a.log"), lines(30, 32)).unwrap();
    log.expect(&rig, lines(0, 32));

    // Copied, then cut.
    std::fs::copy(rig.path("a.log"), rig.path("a.log.2")).unwrap();
    std::fs::write(rig.path("a.log"), "").unwrap();
    rig.append("a.log", lines(32, 33));
    log.expect(&rig, lines(0, 33));

    std::fs::remove_file(rig.path("a.log")).unwrap();
    rig.wait_for_state(1, "gone", |state| matches!(state, State::Waiting(_)));
    rig.append("a.log", lines(33, 50));
    log.expect(&rig, lines(0, 50));
    assert!(log.kinds().contains(&NoticeKind::Rotated) && log.kinds().contains(&NoticeKind::Truncated));
    assert_eq!(log.count(NoticeKind::Gap), 0, "{:?}", log.notices);
}

#[test]
fn where_no_script_runs_plain_tail_does_and_says_so() {
    // Whatever is asked for, this server runs only tail.
    let rig = Rig::with(
        Keep::Unread,
        |options| {
            options.line("ForceCommand case $SSH_ORIGINAL_COMMAND in tail*) eval \"exec $SSH_ORIGINAL_COMMAND\";; *) echo no; exit 3;; esac");
        },
        |_| {},
    );
    rig.append("a.log", lines(0, 10));
    let mut log = rig.drain(1, "a.log");
    log.expect(&rig, lines(0, 10));
    rig.append("a.log", lines(10, 20));
    log.expect(&rig, lines(0, 20));
    let status = rig.wait_for_state(1, "live", |state| *state == State::Live);
    assert!(!status.remote.unwrap().exact);
}

#[test]
fn trying_a_host_anew_tries_the_script_again() {
    let sign = tempfile::tempdir().unwrap();
    let (sign, _folder) = (sign.path().join("open"), sign);
    let rig = Rig::with(
        Keep::Generations,
        |options| {
            let sign = sign.display();
            let line = format!(
                "ForceCommand case $SSH_ORIGINAL_COMMAND in tail*) eval \"exec $SSH_ORIGINAL_COMMAND\";; *) [ -e {sign} ] && exec sh; exit 3;; esac"
            );
            options.line(&line);
        },
        |_| {},
    );
    rig.append("a.log", lines(0, 10));
    let source = rig.open(1, "a.log");
    let begun = lines(0, 10);
    let end = |text: &str| text.len() as u64;
    rig.wait_for(1, "plain", |status| status.state == State::Live && status.end.0 == end(&begun));
    let reconnect = |exact| {
        rig.follower.reconnect(SourceId(1));
        rig.wait_for(1, "back", |status| {
            let back = status.notices.last().is_some_and(|notice| notice.kind == NoticeKind::Back);
            back && status.remote.as_ref().unwrap().exact == exact
        });
    };
    // As long as nothing has changed there, plain tail goes on.
    reconnect(false);
    std::fs::write(&sign, "").unwrap();
    rig.append("a.log", lines(10, 20));
    let all = lines(0, 30);
    reconnect(true);
    rig.append("a.log", lines(20, 30));
    let status = rig.wait_for(1, "all of it", |status| status.end.0 >= end(&all));
    let mut bytes = vec![0; all.len()];
    assert_eq!(source.store.read_at(Pos(0), &mut bytes).unwrap(), all.len());
    assert_eq!(String::from_utf8(bytes).unwrap(), all, "nothing is missing and nothing doubled");
    assert_eq!(status.end.0, end(&all));
    // And from here on it is exact: a lost link leaves no doubt.
    rig.proxy.cut_now();
    rig.append("a.log", lines(30, 40));
    let status = rig.wait_for(1, "the rest", |status| status.end.0 == end(&lines(0, 40)));
    let doubts = status.notices.iter().filter(|notice| notice.kind == NoticeKind::Gap).count();
    assert_eq!(doubts, 2, "{:?}", status.notices);
}

#[test]
fn plain_tail_says_after_a_lost_link_that_it_cannot_be_sure() {
    let rig = Rig::with(Keep::Unread, |_| {}, follow(FollowMode::Tail));
    rig.append("a.log", lines(0, 10));
    let mut log = rig.drain(1, "a.log");
    log.expect(&rig, lines(0, 10));
    rig.proxy.cut_now();
    rig.wait_for(1, "lost", |status| status.notices.iter().any(|notice| notice.kind == NoticeKind::Lost));
    rig.append("a.log", lines(10, 20));
    log.expect(&rig, lines(0, 20));
    rig.wait_for(1, "back", |status| status.notices.iter().any(|notice| notice.kind == NoticeKind::Back));
    log.take();
    assert_eq!(log.kinds(), [NoticeKind::Lost, NoticeKind::Gap, NoticeKind::Back], "{:?}", log.notices);
}

#[test]
fn where_exactness_is_asked_for_nothing_else_is_done() {
    let rig = Rig::with(
        Keep::Unread,
        |options| {
            options.line("ForceCommand echo this is an appliance; exit 3");
        },
        follow(FollowMode::Exact),
    );
    rig.append("a.log", lines(0, 10));
    rig.open(1, "a.log");
    rig.wait_for_state(
        1,
        "failed",
        |state| matches!(state, State::Failed(why) if why.contains("no shell runs there (exit 3): this is an appliance")),
    );
}
