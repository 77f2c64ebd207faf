//! A remote log against the plain bytes it stands for.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// What the host has, and what was said about it.
struct Model {
    bytes: Vec<u8>,
    /// Which bytes the host can still give.
    there: Vec<bool>,
}

impl Model {
    fn new(history: usize) -> Model {
        let bytes: Vec<u8> = (0..history).map(byte).collect();
        Model { there: vec![true; history], bytes }
    }

    fn push(&mut self, len: usize, there: bool) -> Vec<u8> {
        let from = self.bytes.len();
        self.bytes.extend((from..from + len).map(byte));
        self.there.resize(from + len, there);
        self.bytes[from..].to_vec()
    }

    /// Does what the link would do with the next wish.
    fn fetch(&self, store: &RemoteStore, most: u64) -> bool {
        let Some(range) = store.next(most) else { return false };
        let (from, to) = (range.start.0 as usize, range.end.0 as usize);
        assert!(self.there[from..to].iter().all(|&there| there), "what is gone was asked for");
        store.take_off(&range);
        store.fill(range.start, &self.bytes[from..to]);
        store.land(&range);
        true
    }

    fn read(&self, store: &RemoteStore, pos: u64, len: usize) -> io::Result<usize> {
        let mut buf = vec![0; len];
        let n = store.read_at(Pos(pos), &mut buf)?;
        assert_eq!(buf[..n], self.bytes[pos as usize..pos as usize + n]);
        Ok(n)
    }
}

/// Lines of 50 bytes, each of them different.
fn byte(at: usize) -> u8 {
    if at % 50 == 49 { b'\n' } else { b'!' + ((at / 50 * 7 + at) % 90) as u8 }
}

#[derive(Clone, Debug)]
enum Op {
    Push(usize, bool),
    Lose(usize, usize),
    Read(usize, usize),
    Ready(usize, usize),
    Fetch(u64),
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        4 => (1usize..120_000, prop::bool::weighted(0.8)).prop_map(|(len, there)| Op::Push(len, there)),
        1 => (0usize..100, 1usize..100).prop_map(|(from, len)| Op::Lose(from, len)),
        5 => (0usize..100, 1usize..50_000).prop_map(|(at, len)| Op::Read(at, len)),
        2 => (0usize..100, 1usize..2_000_000).prop_map(|(at, len)| Op::Ready(at, len)),
        5 => (1u64..600_000).prop_map(Op::Fetch),
    ];
    prop::collection::vec(op, 1..60)
}

/// A bound that these small logs reach.
fn small(keep: Keep) -> RemoteStore {
    let allowance = Allowance { bound: 512 << 10, ..Allowance::new(keep, 0) };
    RemoteStore::new(allowance, Arc::default())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn gives_the_bytes_of_the_host_and_nothing_else(history in 0usize..900_000, ops in ops()) {
        let store = small(Keep::Generations);
        let mut model = Model::new(history);
        store.begin(Pos(history as u64));
        for op in ops {
            let end = model.bytes.len();
            let at = |percent: usize| (end * percent / 100).min(end.saturating_sub(1));
            match op {
                Op::Push(len, there) => store.append(&model.push(len, there), there),
                Op::Lose(from, len) => {
                    let range = at(from)..(at(from) + end * len / 100).min(end);
                    model.there[range.clone()].fill(false);
                    store.lose(Pos(range.start as u64)..Pos(range.end as u64));
                }
                Op::Read(pos, len) => {
                    let pos = at(pos) as u64;
                    let start = store.range().start.0;
                    match model.read(&store, pos, len) {
                        Ok(0) if pos < start || pos as usize == end => {}
                        Ok(0) => prop_assert!(store.hole(Pos(pos)).is_some_and(|hole| hole.contains(&Pos(pos)))),
                        Ok(_) => prop_assert!(pos >= start && store.hole(Pos(pos)).is_none()),
                        Err(error) => {
                            prop_assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
                            prop_assert!(store.progress().is_some());
                            // Whoever looks is served before everybody else.
                            prop_assert!(model.fetch(&store, 8 << 20));
                            // What comes is what stands between places that are gone.
                            let mut here = model.read(&store, pos, len);
                            for _ in 0..20 {
                                if here.is_err() {
                                    prop_assert!(model.fetch(&store, 8 << 20));
                                    here = model.read(&store, pos, len);
                                }
                            }
                            prop_assert!(here.unwrap() > 0 || pos < store.range().start.0);
                        }
                    }
                }
                Op::Ready(from, len) => {
                    let from = at(from) as u64;
                    let range = Pos(from)..Pos(from + len as u64);
                    let mut tries = 0;
                    while !store.ready(range.clone()) {
                        prop_assert!(model.fetch(&store, 8 << 20), "nobody fetches what is not ready");
                        tries += 1;
                        prop_assert!(tries < 100);
                    }
                }
                Op::Fetch(most) => drop(model.fetch(&store, most)),
            }
            prop_assert_eq!(store.range().end, Pos(model.bytes.len() as u64));
            prop_assert!(store.held_bytes() <= (512 << 10) + BLOCK as u64, "{}", store.held_bytes());
            let start = store.range().start.0 as usize;
            let range = store.range();
            for pos in (start..model.bytes.len()).step_by(40_001) {
                let known = store.held(Pos(pos as u64));
                prop_assert!(known.start >= range.start && known.end <= range.end);
                let hole = store.hole(Pos(pos as u64));
                prop_assert_eq!(hole.is_some(), !known.contains(&Pos(pos as u64)) && !model.there[pos]);
            }
            for hole in store.holes() {
                prop_assert_eq!(store.hole(hole.start), Some(hole.clone()));
                prop_assert!(hole.start > range.start, "the log begins with a hole");
                prop_assert!(model.there[hole.start.0 as usize..hole.end.0 as usize].iter().all(|there| !there));
            }
            // What the host has can be read, but for the rest of a line whose beginning has gone.
            let longest = model.there[..start].split(|there| !there).map(<[bool]>::len).max();
            prop_assert!(longest < Some(50), "{:?} readable bytes were given up", longest);
        }
    }

    #[test]
    fn a_drain_gets_everything_that_is_not_lost_however_slowly_it_reads(
        history in 0usize..1_000_000,
        pushes in prop::collection::vec((1usize..600_000, 1usize..600_000), 1..30),
        lost in prop::option::of((0usize..1_000_000, 1usize..500_000)),
    ) {
        let store = small(Keep::Unread);
        let mut model = Model::new(history);
        store.begin(Pos(history as u64));
        let mark = store.enlist(Pos(0));
        let mut at = 0u64;
        let mut missing = BTreeSet::new();
        let mut take = |model: &Model, mut want: usize| {
            while want > 0 {
                let mut bytes = Vec::new();
                match store.place(Pos(at), want, &mut bytes) {
                    Place::Memory(n) => {
                        assert_eq!(n, bytes.len());
                        assert_eq!(bytes, model.bytes[at as usize..at as usize + bytes.len()]);
                        at += bytes.len() as u64;
                        want -= bytes.len();
                        mark.store(at, Ordering::Release);
                        store.release();
                    }
                    Place::Lost(to) => {
                        assert!(to.0 > at);
                        missing.insert((at, to.0));
                        assert!((at..to.0).all(|pos| !model.there[pos as usize]));
                        at = to.0;
                    }
                    Place::Away => assert!(model.fetch(&store, 1 << 20)),
                    Place::End => return,
                }
            }
        };
        for (push, want) in pushes {
            if !store.is_full() {
                store.append(&model.push(push, true), true);
            }
            take(&model, want);
        }
        if let Some((from, len)) = lost {
            let range = from.min(model.bytes.len())..(from + len).min(model.bytes.len());
            model.there[range.clone()].fill(false);
            store.lose(Pos(range.start as u64)..Pos(range.end as u64));
        }
        take(&model, usize::MAX);
        prop_assert_eq!(at as usize, model.bytes.len());
        prop_assert!(store.held_bytes() <= BLOCK as u64 + 1);
        prop_assert!(missing.len() <= 1 || lost.is_some());
    }
}

#[test]
fn what_somebody_looks_at_comes_before_what_a_search_wants() {
    let store = RemoteStore::new(Allowance::new(Keep::Generations, 64 << 20), Arc::default());
    store.begin(Pos(100 << 20));
    assert!(!store.ready(Pos(8 << 20)..Pos(16 << 20)));
    assert!(store.read_at(Pos(50 << 20), &mut [0; 100]).is_err());
    let take = |most| store.next(most).inspect(|range| store.take_off(range));
    let next = take(8 << 20).unwrap();
    assert!(next.contains(&Pos(50 << 20)) && next.end - next.start <= 2 * BLOCK as u64);
    let around = take(8 << 20).unwrap();
    assert!(around.start < next.start && next.start - around.start <= AROUND);
    take(8 << 20).unwrap();
    assert_eq!(take(8 << 20), Some(Pos(8 << 20)..Pos(16 << 20)));
    assert_eq!(take(8 << 20), None, "everything is on its way");
}

#[test]
fn what_nobody_asks_for_again_is_fetched_no_further() {
    let mut wants = Wants::default();
    let (held, gone) = (Held::default(), Ranges::default());
    let now = Instant::now();
    wants.ask(0..1000, Haste::Bulk);
    wants.came(&(0..10), now);
    let later = now + std::time::Duration::from_secs(60);
    assert!(wants.next(&held, &gone, now).is_some());
    assert_eq!(wants.progress(&held, &gone, now).map(|(came, _)| came), Some(10));
    wants.ask(0..1000, Haste::Bulk);
    assert!(wants.next(&held, &gone, later).is_some(), "asked for again since");
    wants.came(&(10..20), now);
    assert_eq!(wants.next(&held, &gone, later), None);
}

#[test]
fn who_has_had_enough_gets_no_more_and_others_do() {
    let store = RemoteStore::new(Allowance::new(Keep::Generations, 64 << 20), Arc::default());
    store.begin(Pos(100 << 20));
    assert!(!store.ready(Pos(8 << 20)..Pos(16 << 20)));
    let much = store.next(1 << 20).unwrap();
    store.take_off(&much);
    assert!(!store.is_vain(&much));
    assert!(store.read_at(Pos(50 << 20), &mut [0; 100]).is_err());
    store.enough();
    assert!(store.is_vain(&much));
    let (came, wanted) = store.progress().unwrap();
    assert!(came == 0 && wanted <= 2 * AROUND + 2 * BLOCK as u64, "only what is looked at: {wanted}");
    let next = store.next(8 << 20).unwrap();
    assert!(next.contains(&Pos(50 << 20)));
    // Somebody else waits for it.
    assert!(!store.ready(Pos(8 << 20)..Pos(9 << 20)));
    assert!(!store.is_vain(&much));
    store.enough();
    store.land(&much);
    assert!(!store.is_vain(&much), "it is not on its way any more");
    store.take_off(&next);
    store.enough();
    assert!(!store.is_vain(&next), "that is looked at");
}

#[test]
fn when_the_file_is_gone_the_log_begins_with_the_first_line_that_is_held() {
    let store = RemoteStore::new(Allowance::new(Keep::Generations, 64 << 20), Arc::default());
    store.begin(Pos(1000));
    store.append(b"one\ntwo\n", true);
    store.lose(Pos(0)..Pos(1008));
    assert_eq!(store.range(), Pos(1000)..Pos(1008));
    assert_eq!(store.lost(), 1000);
    assert_eq!(store.read_at(Pos(10), &mut [0; 4]).unwrap(), 0);
    let mut buf = [0; 8];
    assert_eq!(store.read_at(Pos(1000), &mut buf).unwrap(), 8);
    assert_eq!(&buf, b"one\ntwo\n");
}

#[test]
fn what_is_gone_in_the_midst_of_a_log_hides_nothing_before_it() {
    let store = RemoteStore::new(Allowance::new(Keep::Generations, 64 << 20), Arc::default());
    store.begin(Pos(1000));
    store.append(b"one\ntwo\n", true);
    store.lose(Pos(400)..Pos(900));
    assert_eq!(store.range(), Pos(0)..Pos(1008));
    assert_eq!(store.holes(), [Pos(400)..Pos(900)]);
    assert_eq!(store.read_at(Pos(500), &mut [0; 4]).unwrap(), 0);
    assert_eq!(store.read_at(Pos(390), &mut [0; 4]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    store.lose(Pos(0)..Pos(400));
    assert_eq!((store.range().start, store.holes()), (Pos(900), vec![]));
}

#[test]
fn many_tiny_files_fit_into_the_bound_too() {
    let store = RemoteStore::new(Allowance::new(Keep::Generations, 0), Arc::default());
    store.begin(Pos(0));
    for _ in 0..150_000 {
        store.append(b"x", true);
        store.end_line();
    }
    let weight = store.lock().held.weight();
    assert!(weight <= BOUND_MIN, "{weight} bytes are held");
    let range = store.range();
    assert_eq!(range.end, Pos(300_000));
    assert!(range.start > Pos(0), "nothing went");
    let mut last = [0; 4];
    assert!(matches!(store.read_at(Pos(299_996), &mut last), Ok(4)) && &last == b"x\nx\n");
}

#[test]
fn a_utf8_mark_before_the_history_is_no_part_of_the_log() {
    let log = "\u{feff}one\n\u{feff}two\n".as_bytes();
    for (begun, pieces) in
        [(7, vec![0..1, 1..7]), (14, vec![0..1, 1..2, 2..3, 3..14]), (14, vec![7..14, 0..7])]
    {
        let store = RemoteStore::new(Allowance::new(Keep::Generations, 0), Arc::default());
        store.begin(Pos(begun));
        assert_eq!(store.range().start, Pos(0), "nobody knows yet");
        for piece in pieces {
            store.fill(Pos(piece.start as u64), &log[piece]);
        }
        assert_eq!(store.range().start, Pos(3));
        let mut buf = [0; 4];
        assert_eq!(store.read_at(Pos(3), &mut buf).unwrap(), 4);
        assert_eq!((&buf, store.lost(), store.holes()), (b"one\n", 0, vec![]));
    }
    // Only history begins where its file does.
    let live = RemoteStore::new(Allowance::new(Keep::Generations, 0), Arc::default());
    live.append(log, true);
    live.fill(Pos(0), log);
    assert_eq!(live.range().start, Pos(0));
}
