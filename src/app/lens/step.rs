//! Steps of the eye over rows, and what it holds so that the same rows are seen again.

use std::collections::VecDeque;

use super::{Lens, Picture, Side, Slot};
use crate::app::eye::{Anchor, Eye};

impl Lens<'_> {
    /// The eye moved `n` rows down; at the bottom it stays there and follows.
    pub fn down(&mut self, eye: &Eye, height: usize, n: usize) -> Eye {
        let Eye::At(_) = eye else { return Eye::Bottom };
        let top = self.picture(eye, height);
        let Some(anchor) = top.anchor(0) else { return eye.clone() };
        if n < top.gap {
            return Eye::At(anchor.below_top(top.gap - n));
        }
        let n = n - top.gap;
        let held = top.anchor(top.from).map_or(anchor, |held| Anchor { at: top.from, ..held });
        let mut picture = self.around(&held, height + n);
        if picture.below == Side::Edge && (top.below == Side::Edge || self.ends_with(&picture, &top, height))
        {
            return Eye::Bottom;
        }
        let moved = n.min(picture.slots.len().saturating_sub(height));
        picture.slots.drain(..moved);
        picture.from = picture.from.saturating_sub(moved);
        self.hold_rows(picture, height).map_or(Eye::Bottom, Eye::At)
    }

    /// The eye moved `n` rows up; where nothing is above it stays as it was. Rows that are not known yet are left
    /// free, but one row stays that is.
    pub fn up(&mut self, eye: &Eye, height: usize, n: usize) -> Eye {
        let mut picture = self.picture(eye, height);
        let Some(Slot::Entry(entry, row)) = picture.slots.front().cloned() else { return eye.clone() };
        let n = n.saturating_add(picture.gap);
        let mut above = VecDeque::new();
        let side = self.fill_up(&mut above, entry, row, n);
        let gap = if side == Side::Pending { n - above.len() } else { 0 };
        if gap == 0 && above.is_empty() {
            return eye.clone();
        }
        picture.from += above.len();
        above.append(&mut picture.slots);
        picture.slots = above;
        if gap > 0 {
            let at = gap.min(height.saturating_sub(1));
            return picture.anchor(0).map_or(eye.clone(), |anchor| Eye::At(anchor.below_top(at)));
        }
        self.hold_rows(picture, height).map_or(eye.clone(), Eye::At)
    }

    /// Whether the last rows, seen from the end, hold all those of a picture that `seen` does not reach.
    fn ends_with(&mut self, picture: &Picture, seen: &Picture, height: usize) -> bool {
        if self.stream.logs() < 2 {
            return true;
        }
        let bottom = self.at_bottom(height);
        let mut new = picture.slots.iter().skip(seen.slots.len());
        new.all(|slot| bottom.slots.contains(slot))
    }

    /// The eye where it is now, held at its place instead of at the bottom.
    pub fn hold(&mut self, eye: &Eye, height: usize) -> Eye {
        match eye {
            Eye::Bottom => {
                let picture = self.picture(eye, height);
                self.hold_rows(picture, height).map_or(eye.clone(), Eye::At)
            }
            Eye::At(_) => eye.clone(),
        }
    }

    /// What is to be held for the first rows of a picture to be seen: the first, and where the lines below that one are
    /// others, because clocks jumped back, the row the picture was drawn from, or the last in sight if that is above.
    fn hold_rows(&mut self, mut picture: Picture, height: usize) -> Option<Anchor> {
        picture.slots.truncate(height);
        let top = picture.anchor(0)?;
        let from = picture.from.min(height.saturating_sub(1));
        if from == 0 || self.stream.logs() < 2 {
            return Some(top);
        }
        let drawn = self.at_anchor(&top, height);
        if picture.slots.iter().eq(drawn.slots.iter().take(picture.slots.len())) {
            return Some(top);
        }
        Some(picture.anchor(from).map_or(top, |held| Anchor { at: from, ..held }))
    }

    /// The eye on the pane's first row, once it is known which line the one that stands in for it was held for.
    pub fn settled(&mut self, eye: &Eye, height: usize) -> Option<Eye> {
        let Eye::At(Anchor { stand_in: true, .. }) = eye else { return None };
        let picture = self.picture(eye, height);
        let known = |side: &Side| matches!(side, Side::More | Side::Edge);
        let known = known(&picture.above) && known(&picture.below);
        known.then(|| self.hold_rows(picture, height).map(Eye::At))?
    }
}
