//! What was written before anybody looked, and logs that are larger than what is held of them.

use std::time::Instant;

use tailpane::app::source::{NoticeKind, Source, State};
use tailpane::core::pos::Pos;
use tailpane::source::Keep;

use super::{DEADLINE, Rig};
use crate::follow::lines;

/// Reads some bytes, and waits for those that have to be fetched.
pub fn read(rig: &Rig, source: &Source, pos: u64, len: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let until = Instant::now() + DEADLINE;
    while bytes.len() < len {
        let mut buf = vec![0; len - bytes.len()];
        match source.store.read_at(Pos(pos + bytes.len() as u64), &mut buf) {
            Ok(0) => break,
            Ok(n) => bytes.extend_from_slice(&buf[..n]),
            Err(error) => {
                assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
                assert!(Instant::now() < until, "nothing comes: {:?}", rig.status(source.id.0));
                rig.status(source.id.0);
                rig.pause();
            }
        }
    }
    bytes
}

#[test]
fn the_last_lines_come_first_and_the_others_when_they_are_looked_at() {
    let rig = Rig::new(Keep::Generations);
    let text = lines(0, 300_000);
    rig.append("a.log", &text);
    let source = rig.open(1, "a.log");
    rig.wait_for(1, "the end", |status| status.end.0 == text.len() as u64 && status.state == State::Live);
    assert_eq!(source.store.range(), Pos(0)..Pos(text.len() as u64));
    let fetched = rig.status(1).remote.unwrap().host.bytes;
    assert!((1000..200_000).contains(&fetched), "only the end is fetched at first: {fetched} B");
    let tail = text.len() - 1000;
    assert_eq!(source.store.held(Pos(tail as u64)).end.0 as usize, text.len());
    assert_eq!(read(&rig, &source, 1_000_000, 5000), text.as_bytes()[1_000_000..1_005_000]);
    assert_eq!(read(&rig, &source, 0, 100), text.as_bytes()[..100]);
    assert_eq!(read(&rig, &source, 0, text.len()), text.as_bytes());
    rig.wait_for(1, "nothing is wanted", |status| status.remote.as_ref().unwrap().fetching.is_none());
}

#[test]
fn what_is_on_its_way_for_somebody_who_has_had_enough_is_not_waited_for() {
    let rig = Rig::new(Keep::Generations);
    let text = lines(0, 1_000_000);
    rig.append("a.log", &text);
    let source = rig.open(1, "a.log");
    rig.wait_for(1, "the end", |status| status.end.0 == text.len() as u64 && status.state == State::Live);
    assert_eq!(read(&rig, &source, 8_000_000, 100), text.as_bytes()[8_000_000..8_000_100]);
    rig.wait_for(1, "no more is wanted", |status| status.remote.as_ref().unwrap().fetching.is_none());
    rig.proxy.stall();
    let before = rig.proxy.bytes();
    assert!(!source.store.ready(Pos(0)..Pos(4 << 20)));
    rig.wait_for(1, "it is asked for", |status| status.remote.as_ref().unwrap().fetching.is_some());
    rig.pause();
    source.store.enough();
    assert!(rig.status(1).remote.unwrap().fetching.is_none(), "nothing is wanted any more");
    rig.pause();
    rig.proxy.resume();
    // What is looked at now does not queue up behind two pieces of a MiB that nobody wants. The host may have begun with
    // the first before it hears of it; without a word of it more than four MiB come.
    assert_eq!(read(&rig, &source, 5_000_000, 100), text.as_bytes()[5_000_000..5_000_100]);
    rig.wait_for(1, "no more is wanted", |status| status.remote.as_ref().unwrap().fetching.is_none());
    let came = rig.proxy.bytes() - before;
    assert!(came < 2 << 20, "{came} bytes came");
}

#[test]
fn older_generations_are_read_where_they_are_now_and_are_lost_when_they_are_gone() {
    let rig = Rig::new(Keep::Generations);
    let text = lines(0, 100_000);
    rig.append("a.log", &text);
    let source = rig.open(1, "a.log");
    rig.wait_for(1, "the end", |status| status.end.0 == text.len() as u64 && status.state == State::Live);
    rig.rename("a.log", "a.log.1");
    rig.append("a.log", lines(0, 10));
    let all = format!("{text}{}", lines(0, 10));
    rig.wait_for(1, "rotated", |status| status.end.0 == all.len() as u64);
    assert_eq!(read(&rig, &source, 500_000, 1000), all.as_bytes()[500_000..501_000]);
    std::fs::remove_file(rig.path("a.log.1")).unwrap();
    assert_eq!(read(&rig, &source, 0, 1000), b"", "nobody has it any more");
    let start = source.store.range().start.0 as usize;
    assert!(0 < start && start <= 500_000 && all.as_bytes()[start - 1] == b'\n');
    assert_eq!(
        read(&rig, &source, 500_000, 1000),
        all.as_bytes()[500_000..501_000],
        "what was fetched stays"
    );
    let hole = source.store.hole(Pos(900_000)).unwrap();
    assert!(hole.start.0 >= 501_000 && hole.end.0 < text.len() as u64, "{hole:?}");
    assert_eq!(read(&rig, &source, hole.end.0, all.len()), all.as_bytes()[hole.end.0 as usize..]);
    let status = rig.status(1);
    let gaps = status.notices.iter().filter(|notice| notice.kind == NoticeKind::Gap);
    assert_eq!(gaps.map(|gap| gap.pos).collect::<Vec<_>>(), [Pos(start as u64), hole.end]);
}

#[test]
fn a_reader_that_is_slower_than_the_host_gets_everything() {
    let rig = Rig::new(Keep::Unread);
    rig.append("a.log", lines(0, 10));
    let mut log = rig.drain(1, "a.log");
    log.expect(&rig, lines(0, 10));
    let much = lines(10, 4_000_000);
    rig.append("a.log", &much);
    // Nobody reads: what comes is bounded, and the channel is not kept waiting but closed.
    rig.wait_for(1, "full", |status| status.end.0 > 31 << 20);
    let until = Instant::now() + DEADLINE;
    while rig.sshd.commands().iter().any(|command| command.starts_with("sh")) {
        assert!(Instant::now() < until, "still running: {:?}", rig.sshd.commands());
        rig.pause();
    }
    let end = rig.status(1).end.0;
    assert!(end < (32 << 20) + (4 << 20), "{end} bytes came with nobody to read them");
    log.expect(&rig, lines(0, 10) + &much);
    assert_eq!(log.notices, []);
}

#[test]
fn a_file_that_grows_faster_than_anybody_looks_takes_bounded_memory_and_holds_up_no_other() {
    let rig = Rig::new(Keep::Generations);
    rig.append("fast.log", lines(0, 10));
    rig.append("slow.log", lines(0, 10));
    let fast = rig.open(1, "fast.log");
    rig.open(2, "slow.log");
    for id in [1, 2] {
        rig.wait_for_state(id, "live", |state| *state == State::Live);
    }
    let text = lines(10, 7_500_000);
    let begin = rig.status(1).end.0;
    rig.append("fast.log", &text);
    rig.wait_for(1, "much of it", |status| status.end.0 > 10 << 20);
    rig.append("slow.log", "a line\n");
    let slow = lines(0, 10).len() as u64 + 7;
    rig.wait_for(2, "a line", |status| status.end.0 == slow);
    rig.wait_for(1, "all of it", |status| status.end.0 == begin + text.len() as u64);
    let held = fast.store.held(Pos(begin + text.len() as u64 - 1));
    assert!(held.end - held.start <= (64 << 20) + (64 << 10), "{held:?} is held");
    // What has left the memory is fetched again.
    assert_eq!(fast.store.range().start, Pos(0));
    assert_eq!(read(&rig, &fast, begin, 100_000), text.as_bytes()[..100_000]);
    assert_eq!(rig.status(1).notices.len(), 0);
}

#[test]
fn a_utf8_mark_is_no_text_wherever_its_file_is_read_from() {
    let rig = Rig::new(Keep::Generations);
    let text = lines(0, 100_000);
    rig.append("a.log", format!("\u{feff}{text}"));
    rig.append("b.log", "\u{feff}one\n");
    let (long, short) = (rig.open(1, "a.log"), rig.open(2, "b.log"));
    rig.wait_for(1, "the end", |status| {
        status.end.0 as usize == text.len() + 3 && status.state == State::Live
    });
    assert!(long.store.read_at(Pos(0), &mut [0; 9]).is_err(), "it has to be fetched");
    rig.wait_for(1, "fetched", |_| long.store.range().start == Pos(3));
    assert_eq!(read(&rig, &long, 3, text.len()), text.as_bytes());
    rig.wait_for(2, "the line", |status| status.end.0 == 4);
    rig.append("b.log", "\u{feff}two\n");
    rig.wait_for(2, "another", |status| status.end.0 == 11);
    rig.rename("b.log", "b.log.1");
    rig.append("b.log", "\u{feff}three\n");
    rig.wait_for(2, "rotated", |status| status.end.0 == 17);
    assert_eq!(read(&rig, &short, 0, 17), "one\n\u{feff}two\nthree\n".as_bytes());
    for id in [1, 2] {
        let gaps = rig.status(id).notices.iter().filter(|notice| notice.kind == NoticeKind::Gap).count();
        assert_eq!(gaps, 0, "{:?}", rig.status(id).notices);
    }
    // What is printed is what is shown.
    let printed = Rig::new(Keep::Unread);
    printed.append("a.log", format!("\u{feff}{text}"));
    let mut log = printed.drain(1, "a.log");
    log.expect(&printed, &text);
    assert_eq!(log.notices, []);
}
