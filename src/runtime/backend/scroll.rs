//! Rows that only moved up: a growing log in a pane as wide as the terminal.

use super::grid::{Cell, Grid};

/// Rows `top + by .. bottom` of what is shown are rows `top .. bottom - by` of what is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    pub(super) top: usize,
    /// Exclusive.
    pub(super) bottom: usize,
    pub(super) by: usize,
}

/// Fewest rows that must be saved for a move to be worth it.
const LEAST: usize = 3;

/// The move that saves most rows, if there is one that saves enough.
pub(super) fn find(front: &Grid, back: &Grid) -> Option<Shift> {
    let alike: Vec<bool> = (0..back.height).map(|y| front.row(y) == back.row(y)).collect();
    let changed = alike.iter().filter(|same| !**same).count();
    if changed <= LEAST {
        return None;
    }
    let (old, new) = (keys(front), keys(back));
    let mut best: Option<(usize, Shift)> = None;
    for by in 1..back.height {
        for (top, len, saved) in runs(&old, &new, &alike, by) {
            if saved > best.map_or(LEAST, |(saved, _)| saved) {
                best = Some((saved, Shift { top, bottom: top + len + by, by }));
            }
        }
    }
    let (_, shift) = best?;
    let moved = |y: usize| front.row(y + shift.by) == back.row(y);
    (shift.top..shift.bottom - shift.by).all(moved).then_some(shift)
}

/// Stretches of rows that come from `by` rows below: where they begin, how many they are, and how many of
/// them would have to be drawn otherwise. Rows that are alike anyhow and would be moved away are a loss.
fn runs(old: &[Option<u64>], new: &[Option<u64>], alike: &[bool], by: usize) -> Vec<(usize, usize, usize)> {
    let mut runs = Vec::new();
    let mut y = 0;
    while y + by < new.len() {
        let len = (y..new.len() - by).take_while(|y| new[*y] == old[y + by]).count();
        let lost = (y + len..(y + len + by).min(alike.len())).filter(|y| alike[*y]).count();
        let drawn = (y..y + len).filter(|y| !alike[*y] && new[*y].is_some()).count();
        if len > 0 {
            runs.push((y, len, drawn.saturating_sub(lost)));
        }
        y += len + 1;
    }
    runs
}

/// A number for what stands in each row, from a few of its cells; `None` for a blank one.
fn keys(grid: &Grid) -> Vec<Option<u64>> {
    (0..grid.height)
        .map(|y| grid.row(y).iter().any(|cell| *cell != Cell::BLANK).then(|| key(grid.row(y))))
        .collect()
}

/// FNV-1a over a sample: whatever it takes for alike is compared before it is believed.
fn key(row: &[Cell]) -> u64 {
    const SAMPLE: usize = 3;
    row.iter().step_by(SAMPLE).fold(0xcbf2_9ce4_8422_2325, |key, cell| {
        (key ^ u64::from(cell.symbol.number())).wrapping_mul(0x100_0000_01b3)
    })
}
