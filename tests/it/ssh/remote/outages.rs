//! Links that are lost, one at a time, and what is said of that.

use std::time::{Duration, Instant};

use tailpane::app::link::LinkState;
use tailpane::app::source::{NoticeKind, SourceId, State, Status};
use tailpane::source::Keep;

use super::Rig;
use crate::follow::lines;
use crate::ssh::sshd::until;

fn is_lost(status: &Status) -> bool {
    matches!(status.remote.as_ref().unwrap().host.state, LinkState::Lost { .. })
}

fn is_up(status: &Status) -> bool {
    status.remote.as_ref().unwrap().host.state == LinkState::Up
}

#[test]
fn what_is_written_during_an_outage_is_filled_in_and_both_ends_are_marked() {
    let rig = Rig::new(Keep::Unread);
    rig.append("a.log", lines(0, 10));
    let mut log = rig.drain(1, "a.log");
    log.expect(&rig, lines(0, 10));
    rig.proxy.refuse(true);
    rig.proxy.cut_now();
    let status = rig.wait_for(1, "lost", is_lost);
    assert_eq!(status.state, State::Live, "what was known of the file stays");
    rig.append("a.log", lines(10, 20));
    rig.proxy.refuse(false);
    log.expect(&rig, lines(0, 20));
    let status = rig.wait_for(1, "up", is_up);
    assert_eq!(status.remote.unwrap().host.reconnects, 1);
    rig.wait_for(1, "marked", |status| status.notices.len() == 2);
    log.take();
    assert_eq!(log.kinds(), [NoticeKind::Lost, NoticeKind::Back]);
    assert!(log.notices[0].text.starts_with("link lost ") && log.notices[0].text.len() == 18);
    assert!(log.notices[1].text.ends_with("80 B filled"), "{:?}", log.notices[1]);
    assert_eq!(log.notices[0].pos.0 as usize, lines(0, 10).len());
    assert_eq!(log.notices[1].pos.0 as usize, lines(0, 20).len());
}

#[test]
fn rotated_and_compressed_while_nobody_looked() {
    let rig = Rig::new(Keep::Unread);
    rig.append("a.log", lines(0, 1000));
    let mut log = rig.drain(1, "a.log");
    log.expect(&rig, lines(0, 1000));
    rig.proxy.refuse(true);
    rig.proxy.cut_now();
    rig.wait_for(1, "lost", is_lost);
    rig.append("a.log", lines(1000, 2000));
    rig.rename("a.log", "a.log.1");
    rig.append("a.log", lines(2000, 3000));
    rig.rename("a.log.1", "a.log.2");
    let zipped = std::process::Command::new("gzip").arg(rig.path("a.log.2")).status().unwrap();
    assert!(zipped.success());
    rig.rename("a.log", "a.log.1");
    rig.append("a.log", lines(3000, 3010));
    rig.proxy.refuse(false);
    log.expect(&rig, lines(0, 3010));
    assert_eq!(log.count(NoticeKind::Gap), 0, "{:?}", log.notices);
}

#[test]
fn a_server_that_is_killed_and_comes_back() {
    let mut rig = Rig::new(Keep::Unread);
    rig.append("a.log", lines(0, 10));
    let mut log = rig.drain(1, "a.log");
    log.expect(&rig, lines(0, 10));
    rig.sshd.kill();
    rig.wait_for(1, "lost", is_lost);
    rig.append("a.log", lines(10, 20));
    rig.sshd.restart();
    log.expect(&rig, lines(0, 20));
}

#[test]
fn a_link_that_says_nothing_any_more_is_dead() {
    let rig = Rig::with(
        Keep::Unread,
        |_| {},
        |config| {
            config.alive_interval = Some(Duration::from_millis(500));
            config.alive_count = Some(2);
        },
    );
    rig.append("a.log", lines(0, 10));
    let mut log = rig.drain(1, "a.log");
    log.expect(&rig, lines(0, 10));
    rig.proxy.stall();
    let status = rig.wait_for(1, "lost", is_lost);
    let seen = Instant::now();
    let LinkState::Lost { why, since, .. } = &status.remote.unwrap().host.state else { panic!() };
    assert!(why.contains("no answer"), "{why}");
    assert!(seen - *since >= Duration::from_secs(1), "lost since the last word, not since that was noticed");
    rig.append("a.log", lines(10, 20));
    rig.proxy.cut_now();
    rig.proxy.resume();
    log.expect(&rig, lines(0, 20));
    rig.wait_for(1, "marked", |status| status.notices.len() == 2);
    log.take();
    let back = log.notices[1].text.strip_prefix("back after ").unwrap();
    let after = back.split(' ').next().unwrap().parse::<f64>();
    assert!(back.contains(" m ") || after.is_ok_and(|after| after >= 1.0), "{back}");
}

#[test]
fn what_follows_and_is_ended_there_is_told_and_begun_anew() {
    let rig = Rig::new(Keep::Unread);
    rig.append("a.log", lines(0, 10));
    let mut log = rig.drain(1, "a.log");
    log.expect(&rig, lines(0, 10));
    rig.sshd.end_commands();
    rig.append("a.log", lines(10, 20));
    log.expect(&rig, lines(0, 20));
    rig.wait_for(1, "marked", |status| status.notices.len() == 2);
    log.take();
    assert!(log.notices[0].text.starts_with("not followed since "), "{:?}", log.notices);
    assert!(log.notices[1].text.ends_with("80 B filled"), "{:?}", log.notices);
    let status = rig.wait_for_state(1, "live", |state| *state == State::Live);
    assert_eq!(status.remote.unwrap().host.reconnects, 0, "the link is well");
    assert_eq!(rig.proxy.connections(), 1);
}

#[test]
fn reconnecting_by_hand_does_not_wait() {
    let rig = Rig::new(Keep::Unread);
    rig.append("a.log", lines(0, 10));
    let mut log = rig.drain(1, "a.log");
    log.expect(&rig, lines(0, 10));
    rig.follower.reconnect(SourceId(1));
    let status = rig.wait_for(1, "made anew", |status| {
        is_up(status) && status.remote.as_ref().unwrap().host.reconnects == 1
    });
    assert!(status.remote.is_some());
    rig.append("a.log", lines(10, 20));
    log.expect(&rig, lines(0, 20));
}

#[test]
fn a_wait_for_the_next_try_is_cut_short_by_hand() {
    let rig = Rig::new(Keep::Unread);
    rig.append("a.log", lines(0, 10));
    let mut log = rig.drain(1, "a.log");
    log.expect(&rig, lines(0, 10));
    rig.proxy.refuse(true);
    rig.proxy.cut_now();
    let ahead = Duration::from_secs(3);
    let waits = |status: &Status| match status.remote.as_ref().unwrap().host.state {
        LinkState::Lost { retry: Some(at), .. } => Some(at).filter(|at| *at > Instant::now() + ahead),
        _ => None,
    };
    let due = waits(&rig.wait_for(1, "a long wait", |status| waits(status).is_some()));
    let before = rig.proxy.connections();
    rig.proxy.refuse(false);
    rig.follower.reconnect(SourceId(1));
    until("tried", super::DEADLINE, || rig.proxy.connections() > before);
    assert!(due.is_none_or(|due| Instant::now() < due), "it came by itself");
    rig.append("a.log", lines(10, 20));
    log.expect(&rig, lines(0, 20));
}
