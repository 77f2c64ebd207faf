use proptest::prelude::*;

use super::*;

/// Selected starts, the slow way.
fn count(starts: &[u64], range: Range<u64>) -> u64 {
    starts.iter().filter(|start| range.contains(start)).count() as u64
}

/// The counts of the stripe `number` over the starts in `covered`.
fn stripe(starts: &[u64], number: u64, covered: &Range<u64>) -> Stripe {
    let mut stripe = Stripe::EMPTY;
    for &start in starts.iter().filter(|&&start| covered.contains(&start) && start / STRIPE == number) {
        stripe.count(Pos(start));
    }
    stripe
}

/// Blocks walked forwards.
fn forwards(index: &SparseIndex) -> Vec<Block> {
    let mut pos = Pos(0);
    std::iter::from_fn(|| match index.next_block(pos) {
        Block::End => None,
        block @ (Block::Selected(..) | Block::Unknown(..)) => {
            pos = range(&block).end;
            Some(block)
        }
    })
    .collect()
}

/// Blocks walked backwards, in the order of the log.
fn backwards(index: &SparseIndex) -> Vec<Block> {
    let mut pos = Pos::MAX;
    let mut blocks: Vec<Block> = std::iter::from_fn(|| match index.prev_block(pos) {
        Block::End => None,
        block @ (Block::Selected(..) | Block::Unknown(..)) => {
            pos = range(&block).start;
            Some(block)
        }
    })
    .collect();
    blocks.reverse();
    blocks
}

fn range(block: &Block) -> Range<Pos> {
    match block {
        Block::Selected(range, _) | Block::Unknown(range) => range.clone(),
        Block::End => Pos(0)..Pos(0),
    }
}

proptest! {
    #[test]
    fn the_index_tells_what_the_naive_model_tells(
        base in prop::sample::select(vec![0, 1, STRIPE - 1, STRIPE, 977 * STRIPE + 5 * BLOCK + 17, 1 << 52]),
        mut starts in prop::collection::vec(0..5 * STRIPE, 0..60),
        history in 0..5 * STRIPE,
        mut cuts in prop::collection::vec(0..5 * STRIPE, 0..6),
        order in any::<u64>(),
        when in 0usize..6,
        looks in prop::collection::vec((0..5 * STRIPE, 0..5 * STRIPE), 8),
    ) {
        starts.sort_unstable();
        starts.dedup();
        let starts: Vec<u64> = starts.iter().map(|start| base + start).collect();
        let covered = base..base + history;
        let mut index = SparseIndex::unknown(Pos(covered.start)..Pos(covered.end));

        // The stripes come in any order, and appended tails come in between.
        let mut unknown: Vec<u64> = index.unknown_stripes().collect();
        prop_assert_eq!(index.progress(), (0, unknown.len()));
        unknown.sort_by_key(|n| n.wrapping_mul(order | 1).rotate_left(17));
        cuts.push(history);
        cuts.push(5 * STRIPE);
        cuts.sort_unstable();
        let tails: Vec<(u64, u64)> = cuts.windows(2).map(|w| (base + w[0].max(history), base + w[1].max(history))).collect();
        let mut tails = tails.iter();
        for (i, &number) in unknown.iter().enumerate() {
            if i >= when && let Some(&(from, to)) = tails.next() {
                let tail: Vec<Pos> = starts.iter().filter(|s| (from..to).contains(s)).map(|&s| Pos(s)).collect();
                index.append(&tail, Pos(to));
            }
            prop_assert!(!index.complete());
            index.set(number, stripe(&starts, number, &covered));
            index.set(number, stripe(&starts, number, &covered)); // twice is once
        }
        for &(from, to) in tails {
            let tail: Vec<Pos> = starts.iter().filter(|s| (from..to).contains(s)).map(|&s| Pos(s)).collect();
            index.append(&tail, Pos(to));
        }

        let end = base + 5 * STRIPE;
        prop_assert!(index.complete());
        prop_assert_eq!(index.covered(), Pos(base)..Pos(end));
        prop_assert_eq!(index.total(), starts.len() as u64);
        let mut expected: Vec<(u64, u32)> = Vec::new();
        for start in &starts {
            match expected.last_mut() {
                Some((block, n)) if *block == start / BLOCK => *n += 1,
                _ => expected.push((start / BLOCK, 1)),
            }
        }
        let expected: Vec<Block> = expected
            .iter()
            .map(|&(b, n)| Block::Selected(Pos((b * BLOCK).max(base))..Pos(((b + 1) * BLOCK).min(end)), n))
            .collect();
        prop_assert_eq!(&forwards(&index), &expected);
        prop_assert_eq!(&backwards(&index), &expected);
        for (a, b) in looks {
            let (a, b) = (base + a.min(b), base + a.max(b));
            let whole = if a < b { count(&starts, a / BLOCK * BLOCK..b.div_ceil(BLOCK) * BLOCK) } else { 0 };
            prop_assert_eq!(index.count_in(Pos(a)..Pos(b)), whole);
            prop_assert_eq!(index.count_before_block(Pos(a)), (count(&starts, 0..a / BLOCK * BLOCK), true));
        }
    }
}

#[test]
fn what_is_unknown_is_said_to_be() {
    let mut index = SparseIndex::unknown(Pos(100)..Pos(3 * STRIPE + 5));
    assert_eq!(index.progress(), (0, 4));
    index.set(1, stripe(&[STRIPE + 7], 1, &(0..u64::MAX)));
    let selected = Block::Selected(Pos(STRIPE)..Pos(STRIPE + BLOCK), 1);
    assert_eq!(
        forwards(&index),
        [
            Block::Unknown(Pos(100)..Pos(STRIPE)),
            selected,
            Block::Unknown(Pos(2 * STRIPE)..Pos(3 * STRIPE)),
            Block::Unknown(Pos(3 * STRIPE)..Pos(3 * STRIPE + 5)),
        ]
    );
    assert_eq!(backwards(&index), forwards(&index));
    assert_eq!(index.count_before_block(Pos(2 * STRIPE)), (1, false));
    index.append(&[Pos(3 * STRIPE + 5)], Pos(3 * STRIPE + 9));
    assert_eq!(index.total(), 2);
    assert_eq!(index.count_in(Pos(0)..Pos::MAX), 2);
    assert_eq!(index.prev_block(Pos::MAX), Block::Unknown(Pos(3 * STRIPE)..Pos(3 * STRIPE + 9)));
    index.set(3, Stripe::EMPTY);
    assert_eq!(index.total(), 2);
    assert_eq!(index.prev_block(Pos::MAX), Block::Selected(Pos(3 * STRIPE)..Pos(3 * STRIPE + 9), 1));
    index.set(99, stripe(&[99 * STRIPE], 99, &(0..u64::MAX)));
    assert_eq!(index.total(), 2);
}

#[test]
fn an_empty_beginning_counts_what_comes() {
    let end = Pos(7 * STRIPE + 12);
    let mut index = SparseIndex::unknown(end..end);
    assert!(index.complete());
    assert_eq!((index.next_block(Pos(0)), index.prev_block(Pos::MAX)), (Block::End, Block::End));
    index.append(&[end], end + 3);
    index.append(&[], end + 3);
    assert_eq!(index.next_block(Pos(0)), Block::Selected(end..end + 3, 1));
    assert_eq!(index.total(), 1);
    assert_eq!(SparseIndex::default().next_block(Pos(0)), Block::End);
}

#[test]
fn a_snapshot_stays_as_it_was_and_shares_what_did_not_change() {
    let mut index = SparseIndex::unknown(Pos(0)..Pos(0));
    index.append(&[Pos(1), Pos(STRIPE + 1)], Pos(STRIPE + 9));
    let snapshot = index.clone();
    index.append(&[Pos(STRIPE + 10)], Pos(STRIPE + 20));
    assert_eq!((snapshot.total(), index.total()), (2, 3));
    assert_eq!(snapshot.count_in(Pos(STRIPE)..Pos::MAX), 1);
    let pointers = |index: &SparseIndex| index.stripes.iter().flatten().map(Arc::as_ptr).collect::<Vec<_>>();
    assert_eq!(pointers(&snapshot)[0], pointers(&index)[0]);
    assert_ne!(pointers(&snapshot)[1], pointers(&index)[1]);
}

#[test]
fn of_a_log_longer_than_any_the_end_is_counted() {
    let end = Pos(1 << 62);
    let index = SparseIndex::unknown(Pos(0)..end);
    assert_eq!(index.covered().end, end);
    assert!(index.covered().start > Pos(0) && index.progress().1 < 1 << 24);
}
