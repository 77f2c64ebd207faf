//! A lens held against the plain list of all rows.

use proptest::prelude::*;

use super::*;
use crate::app::eye::{Anchor, Eye};
use crate::app::source::NoticeKind;
use crate::core::filter::{Chain, Filter, Kind, Term};
use crate::core::index::{STRIPE, SparseIndex};
use crate::core::pattern::Pattern;
use crate::core::pos::Pos;
use crate::core::scan::{Scanner, Select};
use crate::core::walk::{Selection, StoreWalk};

const TEXT: TextOptions = TextOptions { tab: 8, sgr: false, limit: 1 << 20 };

#[derive(Clone, Debug)]
struct Case {
    log: String,
    /// Lines before which something happened; a number behind the last line means the end.
    notices: Vec<usize>,
    filtered: bool,
    wrap: Option<usize>,
    height: usize,
}

fn case() -> impl Strategy<Value = Case> {
    let line = "[ab]{0,12}";
    let log = (prop::collection::vec(line, 0..25), any::<bool>()).prop_map(|(lines, finished)| {
        let text = lines.join("\n");
        if finished && !lines.is_empty() { text + "\n" } else { text }
    });
    let notices = prop::collection::vec(0usize..26, 0..4);
    (log, notices, any::<bool>(), prop::option::of(1usize..6), 1usize..12)
        .prop_map(|(log, notices, filtered, wrap, height)| Case { log, notices, filtered, wrap, height })
}

fn notices(case: &Case) -> Vec<Notice> {
    let mut starts = vec![0];
    starts.extend(case.log.match_indices('\n').map(|(at, _)| at + 1));
    let place = |line: &usize| Pos(starts.get(*line).copied().unwrap_or(case.log.len()) as u64);
    let mut places: Vec<Pos> = case.notices.iter().map(place).collect();
    places.sort();
    places.into_iter().map(|pos| Notice { pos, kind: NoticeKind::Rotated, text: String::new() }).collect()
}

/// All rows, from the top: where each line starts and which of its rows it is; `None` is a notice at the
/// end.
fn plain(case: &Case, notices: &[Notice], filter: Option<&Filter>) -> Vec<Option<(u64, usize)>> {
    let (mut rows, mut start, mut drawn) = (Vec::new(), 0, 0);
    for line in case.log.split_inclusive('\n') {
        let text = line.trim_end_matches('\n');
        if filter.is_none_or(|filter| filter.keeps(text.as_bytes())) {
            let upto = notices.iter().filter(|notice| notice.pos.0 <= start).count();
            let wide = case.wrap.map_or(1, |width| text.len().div_ceil(width).max(1));
            rows.extend((0..upto - drawn + wide).map(|row| Some((start, row))));
            drawn = upto;
        }
        start += line.len() as u64;
    }
    rows.extend((drawn..notices.len()).map(|_| None));
    rows
}

fn shown(picture: &Picture) -> Vec<Option<(u64, usize)>> {
    let row = |slot: &Slot| match slot {
        Slot::Entry(entry, row) => Some((entry.line.start.0, *row)),
        Slot::Tail(..) => None,
    };
    picture.slots.iter().map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_seen_is_a_part_of_all_rows(case in case(), from in any::<prop::sample::Index>(), n in 1usize..15) {
        let notices = notices(&case);
        let store = case.log.clone().into_bytes();
        let end = Pos(store.len() as u64);
        let term = Term::new(Kind::Keep, Pattern::new("a").unwrap());
        let filter = Chain { terms: vec![term], off: false }.filter().filter(|_| case.filtered);
        let mut index = SparseIndex::unknown(Pos(0)..end);
        if let Some(filter) = &filter {
            let mut scanner = Scanner::new(&Select::Kept(filter.clone()));
            for number in 0..end.0.div_ceil(STRIPE) {
                index.set(number, scanner.stripe(&store, number, Pos(0)..end, &|| false).unwrap().unwrap());
            }
        }
        let lens = || {
            let selection = filter.as_ref().map(|filter| Selection { filter, index: &index, context: 0, memory: None });
            Lens::new(Stream::of(StoreWalk::new(&store, end, selection)), vec![&notices], TEXT, case.wrap)
        };
        let rows = plain(&case, &notices, filter.as_ref());
        let height = case.height;
        let last = rows.len().saturating_sub(height);
        prop_assert_eq!(&shown(&lens().picture(&Eye::Bottom, height)), &rows[last..]);

        // A row of a line at the top; one near the end shows the end.
        let lines = rows.iter().filter(|row| row.is_some()).count();
        prop_assume!(lines > 0);
        let at = from.index(lines);
        let (pos, row) = rows[at].unwrap();
        let eye = Eye::At(Anchor::new(Pos(pos), row, 0));
        let first = at.min(last);
        prop_assert_eq!(&shown(&lens().picture(&eye, height)), &rows[first..rows.len().min(first + height)]);

        let down = lens().down(&eye, height, n);
        // Behind the last line there is nothing to hold on to: that is the bottom too.
        let bottom = first + n >= last || rows[first + n].is_none();
        let moved = if bottom { last } else { first + n };
        prop_assert_eq!(down == Eye::Bottom, bottom, "the bottom resumes, and nothing else does");
        prop_assert_eq!(&shown(&lens().picture(&down, height)), &rows[moved..rows.len().min(moved + height)]);

        let up = lens().up(&eye, height, n);
        let moved = first.saturating_sub(n);
        prop_assert_eq!(&shown(&lens().picture(&up, height)), &rows[moved..rows.len().min(moved + height)]);

        // Held anywhere, a row stands where it is held, as far as there are rows above and below.
        let held = Eye::At(Anchor::new(Pos(pos), row, n));
        let first = at.saturating_sub(n.min(height - 1)).min(last);
        prop_assert_eq!(&shown(&lens().picture(&held, height)), &rows[first..rows.len().min(first + height)]);
    }
}
