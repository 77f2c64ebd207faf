//! A stream of several logs held against the plain list of all their lines.

use proptest::prelude::*;

use super::*;
use crate::core::dates::tests::{line, reading};
use crate::core::filter::{Chain, Filter, Kind, Term};
use crate::core::index::SparseIndex;
use crate::core::pattern::Pattern;
use crate::core::read::Reading;
use crate::core::sparse::Sparse;
use crate::core::store::Store;
use crate::core::walk::Selection;

/// Lines of a log: the second each was written in, if it says, and whether the filter keeps it.
type Log = Vec<(Option<i64>, bool)>;

fn text(log: &Log) -> Vec<u8> {
    let line = |(second, kept): &(Option<i64>, bool)| line(*second, 1 + usize::from(*kept)).into_bytes();
    log.iter().flat_map(line).collect()
}

fn starts(log: &Log) -> Vec<Pos> {
    let mut start = 0;
    let next = |(second, kept): &(Option<i64>, bool)| {
        let own = Pos(start);
        start += line(*second, 1 + usize::from(*kept)).len() as u64;
        own
    };
    log.iter().map(next).collect()
}

/// Logs that are in order but for lines that are a little late.
fn in_order() -> impl Strategy<Value = Vec<Log>> {
    let step = (0..4_i64, prop::option::weighted(0.7, 0..3_i64), any::<bool>());
    let log = prop::collection::vec(step, 0..30).prop_map(|steps| {
        let mut now = 100;
        let line = |(n, (step, late, kept)): (usize, (i64, Option<i64>, bool))| {
            now += step;
            (late.map(|late| if n % 3 == 0 { now } else { now - late }), kept)
        };
        steps.into_iter().enumerate().map(line).collect::<Log>()
    });
    prop::collection::vec(log, 2..5)
}

/// Logs of clocks that do as they like.
fn wild() -> impl Strategy<Value = Vec<Log>> {
    let line = (prop::option::weighted(0.6, 0..1000_i64), any::<bool>());
    prop::collection::vec(prop::collection::vec(line, 0..40), 2..5)
}

/// All lines in the order in which they are to be shown, as log and start.
fn plain(logs: &[Log], filtered: bool) -> Vec<(usize, Pos)> {
    let mut all = Vec::new();
    for (log, lines) in logs.iter().enumerate() {
        // Before its first time a log has that time; a log without any stands above all others.
        let mut moment = lines.iter().find_map(|(second, _)| *second).unwrap_or(i64::MIN);
        for (start, (second, kept)) in starts(lines).into_iter().zip(lines) {
            moment = moment.max(second.unwrap_or(i64::MIN));
            if *kept || !filtered {
                all.push((moment, log, start));
            }
        }
    }
    all.sort();
    all.into_iter().map(|(_, log, start)| (log, start)).collect()
}

fn filter() -> Filter {
    Chain { terms: vec![Term::new(Kind::Keep, Pattern::new("xx").unwrap())], off: false }.filter().unwrap()
}

struct World<'w, S> {
    logs: &'w [Log],
    stores: &'w [S],
    reading: &'w Reading,
    filter: Option<&'w Filter>,
    index: SparseIndex,
}

impl<'w, S: Store> World<'w, S> {
    fn new(logs: &'w [Log], stores: &'w [S], reading: &'w Reading, filter: Option<&'w Filter>) -> Self {
        World { logs, stores, reading, filter, index: SparseIndex::default() }
    }

    /// A stream over the first so many lines of each log.
    fn stream(&self, lines: &[usize]) -> Stream<'_> {
        let branch = |((log, store), lines): ((&Log, &'w S), &usize)| {
            let end = starts(log).get(*lines).copied().unwrap_or(store.range().end);
            let selection =
                self.filter.map(|filter| Selection { filter, index: &self.index, context: 0, memory: None });
            let timed = log.iter().any(|(second, _)| second.is_some());
            let dates = timed.then(|| Dates::new(store, end, self.reading));
            Branch::new(StoreWalk::new(store, end, selection), dates)
        };
        Stream::merged(self.logs.iter().zip(self.stores).zip(lines).map(branch).collect())
    }

    fn whole(&self) -> Stream<'_> {
        self.stream(&self.logs.iter().map(Vec::len).collect::<Vec<_>>())
    }
}

fn down(stream: &mut Stream<'_>, from: &Place) -> Vec<Place> {
    let (mut places, mut next) = (Vec::new(), stream.at_or_after(from).unwrap());
    while let Next::Line(place, line, _) = next {
        next = stream.after(&place, line.end).unwrap();
        places.push(place);
    }
    assert_eq!(next, Next::Edge);
    places
}

fn up(stream: &mut Stream<'_>, from: &Place) -> Vec<Place> {
    let (mut places, mut next) = (Vec::new(), stream.before(from).unwrap());
    while let Next::Line(place, ..) = next {
        next = stream.before(&place).unwrap();
        places.push(place);
    }
    assert_eq!(next, Next::Edge);
    places.reverse();
    places
}

fn names(places: &[Place]) -> Vec<(usize, Pos)> {
    places.iter().map(|place| (place.log, place.pos)).collect()
}

fn stores(logs: &[Log]) -> Vec<Vec<u8>> {
    logs.iter().map(text).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn both_ways_the_lines_are_those_of_all_logs_sorted(logs in in_order(), filtered in any::<bool>()) {
        let (stores, reading, filter) = (stores(&logs), reading(), filter());
        let world = World::new(&logs, &stores, &reading, filtered.then_some(&filter));
        let all = plain(&logs, filtered);
        let mut stream = world.whole();
        let (start, end) = (stream.start(), stream.end());
        prop_assert_eq!(&names(&down(&mut stream, &start)), &all);
        prop_assert_eq!(&names(&up(&mut stream, &end)), &all);
        // From every place, and from every line found by its moment alone.
        for (n, place) in down(&mut stream, &start).iter().enumerate() {
            prop_assert_eq!(&names(&down(&mut world.whole(), place)), &all[n..]);
            prop_assert_eq!(&names(&up(&mut world.whole(), place)), &all[..n]);
            let located = world.whole().locate(place.log, place.pos).unwrap();
            prop_assert_eq!(&names(&down(&mut world.whole(), &located)), &all[n..]);
            prop_assert_eq!(&names(&up(&mut world.whole(), &located)), &all[..n]);
        }
    }

    #[test]
    fn however_clocks_go_no_line_is_lost_and_none_is_doubled(
        logs in wild(), filtered in any::<bool>(), from in any::<prop::sample::Index>(), back in any::<bool>(),
    ) {
        let (stores, reading, filter) = (stores(&logs), reading(), filter());
        let world = World::new(&logs, &stores, &reading, filtered.then_some(&filter));
        let mut all = plain(&logs, filtered);
        all.sort();
        let mut stream = world.whole();
        let (start, end) = (stream.start(), stream.end());
        let places = if back { up(&mut stream, &end) } else { down(&mut stream, &start) };
        prop_assume!(!places.is_empty());
        let place = from.get(&places);
        let (mut above, below) = (names(&up(&mut world.whole(), place)), names(&down(&mut world.whole(), place)));
        prop_assert_eq!(below.first(), Some(&(place.log, place.pos)), "the line that is held stays the first");
        above.extend(&below);
        for log in 0..logs.len() {
            let own: Vec<Pos> = above.iter().filter(|(of, _)| *of == log).map(|(_, pos)| *pos).collect();
            prop_assert!(own.is_sorted(), "the lines of one log keep their order");
        }
        above.sort();
        prop_assert_eq!(above, all);
    }

    #[test]
    fn what_comes_later_sorts_in_and_moves_nobody(
        logs in in_order(), seen in prop::collection::vec(0..30_usize, 5), from in any::<prop::sample::Index>(),
    ) {
        let (stores, reading) = (stores(&logs), reading());
        let world = World::new(&logs, &stores, &reading, None);
        let mut then = world.stream(&seen);
        let end = then.end();
        let places = up(&mut then, &end);
        prop_assume!(!places.is_empty());
        let place = from.get(&places);
        // Of logs that had lines below, what comes is below those: only there is the whole in order.
        // And as long as a log has said no time, nobody knows yet when its first lines were written.
        let told = logs.iter().zip(&seen).all(|(log, seen)| {
            let seen = &log[..log.len().min(*seen)];
            seen.is_empty() || seen.iter().any(|(second, _)| second.is_some())
        });
        let sorted =
            told && (0..logs.len()).all(|log| log == place.log || place.above(log) == end.above(log));
        let (above, below) = (names(&up(&mut world.whole(), place)), names(&down(&mut world.whole(), place)));
        prop_assert_eq!(below.first(), Some(&(place.log, place.pos)));
        let all = plain(&logs, false);
        if sorted {
            let at = all.iter().position(|line| *line == below[0]).unwrap();
            prop_assert_eq!((&above[..], &below[..]), (&all[..at], &all[at..]));
        }
        let mut both = [above, below].concat();
        both.sort();
        let mut all = all;
        all.sort();
        prop_assert_eq!(both, all);
    }

    #[test]
    fn far_logs_are_the_same_when_their_bytes_came(logs in in_order()) {
        let reading = reading();
        let stores: Vec<Sparse> = logs.iter().map(|log| Sparse::new(text(log), text(log).len() as u64)).collect();
        let world = World::new(&logs, &stores, &reading, None);
        let (mut found, mut waited) = (Vec::new(), 0);
        let mut at = world.whole().end();
        loop {
            match world.whole().before(&at).unwrap() {
                Next::Line(place, ..) => {
                    found.insert(0, (place.log, place.pos));
                    at = place;
                }
                Next::Edge => break,
                Next::Pending => {
                    let came = stores.iter().filter(|store| store.fetch()).count();
                    prop_assert!(came > 0, "it waits for something that was asked for");
                    waited += 1;
                }
            }
        }
        prop_assert_eq!(found, plain(&logs, false));
        prop_assert!(waited < 200);
    }

    #[test]
    fn a_time_is_found_in_all_logs_at_once(logs in in_order(), second in 90..200_i64) {
        let (stores, reading) = (stores(&logs), reading());
        let world = World::new(&logs, &stores, &reading, None);
        let time = Time((1_795_219_200 + second) * 1_000_000_000);
        let place = world.whole().locate_time(time).unwrap();
        let late = |(log, start): &&(usize, Pos)| {
            let lines = &logs[*log];
            let n = starts(lines).iter().position(|own| own == start).unwrap();
            let moment = lines[..=n].iter().filter_map(|(second, _)| *second).max();
            let first = || lines.iter().find_map(|(second, _)| *second);
            moment.or_else(first).is_some_and(|moment| moment >= second)
        };
        let all = plain(&logs, false);
        prop_assert_eq!(names(&down(&mut world.whole(), &place)), all.iter().filter(late).copied().collect::<Vec<_>>());
    }
}

#[test]
fn lines_of_ten_megabytes_stand_where_their_times_say() {
    let reading = reading();
    let long: Vec<u8> = (0..4).flat_map(|n| line(Some(n * 10), 10 << 20).into_bytes()).collect();
    let short: Vec<u8> = (0..40).flat_map(|n| line(Some(n), 3).into_bytes()).collect();
    let stream = || {
        let branch = |store| {
            let end = Store::range(store).end;
            Branch::new(StoreWalk::new(store, end, None), Some(Dates::new(store, end, &reading)))
        };
        Stream::merged(vec![branch(&long), branch(&short)])
    };
    let (start, end) = (stream().start(), stream().end());
    let (on, back) = (down(&mut stream(), &start), up(&mut stream(), &end));
    assert_eq!((on.len(), &names(&on)), (44, &names(&back)));
    let long: Vec<usize> = (0..on.len()).filter(|n| on[*n].log == 0).collect();
    assert_eq!(long, [0, 11, 22, 33]);
}
