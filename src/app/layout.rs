//! Where panes stand: a tree of splits, and its geometry. It knows panes by number only.
//!
//! ```text
//! beside, weights 1 1                   main: the first on the left, the others stacked
//!   ┌ title ────┬ title ────┐             ┌ title ────┬ title ────┐
//!   │ body      │ body      │             │           ├ title ────┤
//!   │           │           │             │           ├ title ────┤
//!   └───────────┴───────────┘             └───────────┴───────────┘
//! ```
//!
//! Panes side by side have one column between them; a pane below another begins with its title, so
//! nothing stands between those.

use super::pane::PaneId;
use super::screen::Area;
use crate::config::settings::LayoutKind;

/// Which way a split goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Side by side.
    Beside,
    /// One below the other.
    Below,
}

/// A direction on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the words say it
pub enum Toward {
    Left,
    Right,
    Up,
    Down,
}

/// A part of a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A pane.
    Leaf(PaneId),
    /// Parts that share the space by their weights; at least two.
    Split(Split, Vec<(u32, Node)>),
}

/// A border that can be moved: between parts `after` and `after + 1` of the split at `path`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Border {
    /// The cells it is grasped by: the column between, if there is one, or the row of the lower title.
    pub area: Area,
    /// Which way the split goes.
    pub split: Split,
    /// From the root: which part, in turn.
    pub path: Vec<usize>,
    /// The part in front of it.
    pub after: usize,
    /// The whole split.
    pub whole: Area,
}

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// The panes in the order of the tree.
    pub panes: Vec<(PaneId, Area)>,
    /// The borders between them.
    pub borders: Vec<Border>,
}

impl Node {
    /// Panes laid out anew; `None` without panes.
    pub fn arrange(kind: LayoutKind, panes: &[PaneId]) -> Option<Node> {
        let leaves = |panes: &[PaneId]| panes.iter().copied().map(Node::Leaf).collect::<Vec<_>>();
        let (first, rest) = panes.split_first()?;
        Some(match kind {
            LayoutKind::Rows => split(Split::Below, leaves(panes)),
            LayoutKind::Columns => split(Split::Beside, leaves(panes)),
            LayoutKind::Main if rest.is_empty() => Node::Leaf(*first),
            LayoutKind::Main => {
                split(Split::Beside, vec![Node::Leaf(*first), split(Split::Below, leaves(rest))])
            }
            LayoutKind::Grid => {
                let columns = grid_columns(panes.len());
                let rows = panes.len().div_ceil(columns);
                // The shorter row comes first: its panes are the wider ones.
                let first_row = panes.len() - (rows - 1) * columns;
                let (top, others) = panes.split_at(first_row);
                let rows = std::iter::once(top).chain(others.chunks(columns));
                split(Split::Below, rows.map(|row| split(Split::Beside, leaves(row))).collect())
            }
        })
    }

    /// The panes in order.
    pub fn panes(&self) -> Vec<PaneId> {
        match self {
            Node::Leaf(pane) => vec![*pane],
            Node::Split(_, parts) => parts.iter().flat_map(|(_, node)| node.panes()).collect(),
        }
    }

    /// Where the parts stand in `area`.
    pub fn place(&self, area: Area) -> Placed {
        let mut placed = Placed::default();
        self.place_into(area, &mut Vec::new(), &mut placed);
        placed
    }

    fn place_into(&self, area: Area, path: &mut Vec<usize>, placed: &mut Placed) {
        let (split, parts) = match self {
            Node::Leaf(pane) => return placed.panes.push((*pane, area)),
            Node::Split(split, parts) => (*split, parts),
        };
        let areas = cut(split, &parts.iter().map(|(weight, _)| *weight).collect::<Vec<_>>(), area);
        for (n, ((_, node), part)) in parts.iter().zip(&areas).enumerate() {
            if let Some(before) = n.checked_sub(1).map(|before| areas[before]) {
                let end = before.x + before.width;
                let grasp = match split {
                    Split::Beside => Area { x: end, width: part.x.saturating_sub(end), ..*part },
                    Split::Below => Area { height: part.height.min(1), ..*part },
                };
                let border = Border { area: grasp, split, path: path.clone(), after: n - 1, whole: area };
                placed.borders.push(border);
            }
            path.push(n);
            node.place_into(*part, path, placed);
            path.pop();
        }
    }

    /// Puts `new` behind `at`, sharing its space.
    pub fn split(&mut self, at: PaneId, new: PaneId, way: Split) {
        match self {
            Node::Leaf(pane) if *pane == at => {
                *self = Node::Split(way, vec![(1, Node::Leaf(at)), (1, Node::Leaf(new))]);
            }
            Node::Leaf(_) => {}
            Node::Split(own, parts) => {
                let place = parts.iter().position(|(_, node)| *node == Node::Leaf(at));
                match place {
                    Some(n) if *own == way => {
                        // Halves need whole weights.
                        parts
                            .iter_mut()
                            .for_each(|(weight, _)| *weight = weight.saturating_mul(2).min(1 << 20));
                        let half = (parts[n].0 / 2).max(1);
                        parts[n].0 = half;
                        parts.insert(n + 1, (half, Node::Leaf(new)));
                    }
                    _ => parts.iter_mut().for_each(|(_, node)| node.split(at, new, way)),
                }
            }
        }
    }

    /// The tree without a pane, `None` when nothing is left.
    pub fn without(self, gone: PaneId) -> Option<Node> {
        match self {
            Node::Leaf(pane) => (pane != gone).then_some(self),
            Node::Split(way, parts) => {
                let left = |(weight, node): (u32, Node)| node.without(gone).map(|node| (weight, node));
                let mut parts: Vec<_> = parts.into_iter().filter_map(left).collect();
                match parts.len() {
                    0 => None,
                    1 => parts.pop().map(|(_, node)| node),
                    _ => Some(Node::Split(way, parts)),
                }
            }
        }
    }

    /// Exchanges two panes.
    pub fn swap(&mut self, a: PaneId, b: PaneId) {
        match self {
            Node::Leaf(pane) if *pane == a => *pane = b,
            Node::Leaf(pane) if *pane == b => *pane = a,
            Node::Leaf(_) => {}
            Node::Split(_, parts) => parts.iter_mut().for_each(|(_, node)| node.swap(a, b)),
        }
    }

    /// Gives all parts the same weight again.
    pub fn even(&mut self) {
        if let Node::Split(_, parts) = self {
            for (weight, node) in parts {
                *weight = 1;
                node.even();
            }
        }
    }

    /// Makes a pane larger by `by` cells (smaller if negative) along a split, at its neighbour's cost.
    pub fn resize(&mut self, pane: PaneId, way: Split, by: i32, area: Area) {
        let placed = self.place(area);
        // The innermost split along `way` that holds the pane: the longest path to it.
        let path = self.path_to(pane);
        let own =
            placed.borders.iter().filter(|border| border.split == way && path.starts_with(&border.path));
        let Some(border) = own.max_by_key(|border| border.path.len()) else { return };
        let depth = border.path.len();
        let (path_of_split, whole) = (border.path.clone(), border.whole);
        let part = path.get(depth).copied().unwrap_or(0);
        let last = self.at(&path_of_split).map_or(0, |(_, parts)| parts.len().saturating_sub(1));
        // The last part has its neighbour in front and grows towards it.
        let (after, by) = if part < last { (part, by) } else { (part.saturating_sub(1), -by) };
        self.push_border(&path_of_split, after, by, whole);
    }

    /// Moves a border to a column or row of the screen.
    pub fn drag(&mut self, border: &Border, x: u16, y: u16) {
        let to = match border.split {
            Split::Beside => i32::from(x) - i32::from(border.area.x),
            Split::Below => i32::from(y) - i32::from(border.area.y),
        };
        self.push_border(&border.path, border.after, to, border.whole);
    }

    fn push_border(&mut self, path: &[usize], after: usize, by: i32, whole: Area) {
        let Some((way, parts)) = self.at(path) else { return };
        let weights: Vec<u32> = parts.iter().map(|(weight, _)| *weight).collect();
        let length = |area: &Area| u32::from(if way == Split::Beside { area.width } else { area.height });
        let mut cells: Vec<u32> = cut(way, &weights, whole).iter().map(length).collect();
        if after + 1 >= cells.len() {
            return;
        }
        let least = if way == Split::Beside { 4 } else { 2 };
        let both = cells[after] + cells[after + 1];
        if both < 2 * least {
            return;
        }
        let moved = i64::from(cells[after]) + i64::from(by);
        cells[after] = u32::try_from(moved.max(0)).unwrap_or(0).clamp(least, both - least);
        cells[after + 1] = both - cells[after];
        for ((weight, _), cells) in parts.iter_mut().zip(cells) {
            *weight = cells.max(1);
        }
    }

    fn at(&mut self, path: &[usize]) -> Option<(Split, &mut Vec<(u32, Node)>)> {
        match (self, path.split_first()) {
            (Node::Split(way, parts), None) => Some((*way, parts)),
            (Node::Split(_, parts), Some((first, rest))) => parts.get_mut(*first)?.1.at(rest),
            (Node::Leaf(_), _) => None,
        }
    }

    fn path_to(&self, pane: PaneId) -> Vec<usize> {
        let Node::Split(_, parts) = self else { return Vec::new() };
        let holds = |(_, node): &(u32, Node)| node.panes().contains(&pane);
        let Some(n) = parts.iter().position(holds) else { return Vec::new() };
        let mut path = vec![n];
        path.extend(parts[n].1.path_to(pane));
        path
    }
}

/// The columns of a grid of `n` panes: as many as rows, or one less.
pub fn grid_columns(n: usize) -> usize {
    (1..=n).find(|columns| columns * (columns + 1) >= n).unwrap_or(1)
}

/// The pane next to `from` in a direction: of those that lie there and overlap, the nearest one; of
/// several, the first.
pub fn neighbour(panes: &[(PaneId, Area)], from: PaneId, toward: Toward) -> Option<PaneId> {
    let own = panes.iter().find(|(pane, _)| *pane == from)?.1;
    let (left, right) = (|a: &Area| i32::from(a.x), |a: &Area| i32::from(a.x) + i32::from(a.width));
    let (top, bottom) = (|a: &Area| i32::from(a.y), |a: &Area| i32::from(a.y) + i32::from(a.height));
    let gap = |area: &Area| match toward {
        Toward::Left => left(&own) - right(area),
        Toward::Right => left(area) - right(&own),
        Toward::Up => top(&own) - bottom(area),
        Toward::Down => top(area) - bottom(&own),
    };
    let overlaps = |area: &Area| match toward {
        Toward::Left | Toward::Right => top(area) < bottom(&own) && top(&own) < bottom(area),
        Toward::Up | Toward::Down => left(area) < right(&own) && left(&own) < right(area),
    };
    let there = panes.iter().filter(|(pane, area)| *pane != from && gap(area) >= 0 && overlaps(area));
    there.min_by_key(|(_, area)| gap(area)).map(|(pane, _)| *pane)
}

fn split(way: Split, mut nodes: Vec<Node>) -> Node {
    match nodes.len() {
        1 => nodes.remove(0),
        _ => Node::Split(way, nodes.into_iter().map(|node| (1, node)).collect()),
    }
}

/// Cuts `area` into parts by weight; side by side with a column between, as long as there is room.
fn cut(way: Split, weights: &[u32], area: Area) -> Vec<Area> {
    let n = u32::try_from(weights.len()).unwrap_or(u32::MAX);
    let length = u32::from(if way == Split::Beside { area.width } else { area.height });
    let between = u32::from(way == Split::Beside && length >= 2 * n);
    let room = u64::from(length.saturating_sub(between * n.saturating_sub(1)));
    let all: u64 = weights.iter().map(|weight| u64::from(*weight)).sum::<u64>().max(1);
    let (mut sum, mut areas) = (0, Vec::with_capacity(weights.len()));
    for (n, weight) in weights.iter().enumerate() {
        let from = room * sum / all;
        sum += u64::from(*weight);
        let cells = narrow(room * sum / all - from);
        let offset = narrow(from + u64::from(between) * n as u64);
        areas.push(match way {
            Split::Beside => Area { x: area.x + offset, width: cells, ..area },
            Split::Below => Area { y: area.y + offset, height: cells, ..area },
        });
    }
    areas
}

fn narrow(cells: u64) -> u16 {
    u16::try_from(cells).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests;
