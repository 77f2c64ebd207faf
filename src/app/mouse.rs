//! The mouse: the wheel scrolls what is under it, a press gives the focus, grasps a border, or goes to what it points at:
//! a tab, a place of the scrollbar, a column of a histogram, a row of a list.

use super::App;
use super::bars;
use super::extent::Extent;
use super::key::{Mouse, MouseAction};
use super::layer::Flow;
use super::layout::Border;
use super::motion;
use super::pane::{Jump, PaneId};
use super::screen::{Area, Screen};
use crate::core::text;

/// Rows a turn of the wheel scrolls.
pub const WHEEL: usize = 3;

/// The border that is being dragged.
#[derive(Debug, Default)]
pub struct Grip(Option<Border>);

fn holds(area: &Area, mouse: &Mouse) -> bool {
    let x = area.x..area.x.saturating_add(area.width);
    let y = area.y..area.y.saturating_add(area.height);
    x.contains(&mouse.x) && y.contains(&mouse.y)
}

impl App {
    pub(super) fn mouse(&mut self, mouse: Mouse) {
        if !self.layers.is_empty() {
            return self.mouse_on_layer(mouse);
        }
        let area = self.panes_area();
        let Some(tab) = self.desk.tab_mut() else { return };
        let placed = tab.place(area);
        let pane = placed.panes.iter().find(|(_, area)| holds(area, &mouse)).copied();
        match mouse.action {
            MouseAction::Press => {
                self.mouse.0 = placed.borders.into_iter().find(|border| holds(&border.area, &mouse));
                match pane {
                    Some((pane, area)) => {
                        tab.focus(pane);
                        self.press_in(pane, area, mouse);
                    }
                    None => self.press_tab(mouse),
                }
            }
            MouseAction::Drag => {
                if let Some(border) = &self.mouse.0 {
                    tab.root.drag(border, mouse.x, mouse.y);
                    tab.kind = None;
                    // The border stands elsewhere now; the next move is counted from there.
                    let moved = tab.place(area).borders.into_iter();
                    let (path, after) = (border.path.clone(), border.after);
                    self.mouse.0 = moved.into_iter().find(|new| new.path == path && new.after == after);
                }
            }
            MouseAction::Release => self.mouse.0 = None,
            MouseAction::WheelUp | MouseAction::WheelDown => {
                if let Some((pane, _)) = pane {
                    motion::scroll(self, pane, WHEEL, mouse.action == MouseAction::WheelUp);
                }
            }
        }
    }

    /// What lies on top has the mouse to itself.
    fn mouse_on_layer(&mut self, mouse: Mouse) {
        let Some(mut layer) = self.layers.pop() else { return };
        let at = self.layers.len();
        let mut flow = Flow::Taken;
        match mouse.action {
            MouseAction::WheelUp | MouseAction::WheelDown => {
                layer.wheel(mouse.action == MouseAction::WheelUp, self);
            }
            MouseAction::Press => {
                let mut screen = Screen { size: self.size, ..Screen::default() };
                layer.draw(self, &mut screen);
                let boxes = screen.popups.iter().rev().map(|popup| popup.inner());
                if let Some(inner) = boxes.into_iter().find(|inner| holds(inner, &mouse)) {
                    let (row, column) = (mouse.y - inner.y, mouse.x - inner.x);
                    flow = layer.press(usize::from(row), usize::from(column), self);
                }
            }
            MouseAction::Drag | MouseAction::Release => {}
        }
        if flow != Flow::Close {
            self.layers.insert(at, layer);
        }
    }

    fn press_tab(&mut self, mouse: Mouse) {
        let Some((bar, first)) = self.tabs_bar().filter(|(bar, _)| holds(&bar.area, &mouse)) else { return };
        let mut from = 0;
        // Labels, each with a blank behind it.
        for (tab, label) in (first..).zip(bar.left.chunks(2)) {
            let width: usize = label.iter().map(|piece| text::width(&piece.text)).sum();
            if (from..from + width).contains(&usize::from(mouse.x)) {
                self.desk.front = tab;
                return;
            }
            from += width;
        }
    }

    fn press_in(&mut self, id: PaneId, area: Area, mouse: Mouse) {
        let (band, body) = self.band(id, self.parts(area).1);
        let bar = Area { x: body.x + body.width.saturating_sub(1), width: body.width.min(1), ..body };
        if self.has_scrollbar(area) && holds(&bar, &mouse) {
            self.go_along(id, usize::from(mouse.y - bar.y), usize::from(bar.height));
        } else if let Some(band) = band.filter(|band| holds(band, &mouse))
            && let Some(span) = bars::span_at(self, id, band, mouse.x)
        {
            self.go_to_span(id, &span);
        }
    }

    /// Goes where a row of the scrollbar is: to the first hit there, if it has any, else as far into the log.
    fn go_along(&mut self, id: PaneId, row: usize, height: usize) {
        let Some(pane) = self.desk.panes.get(&id) else { return };
        let Some(feeds) = self.feeds_of(pane) else { return };
        let hits = Extent::of(pane, &feeds).tick(pane, row, height);
        match hits {
            Some(from) => {
                let jump = Jump::Hit { from: from.into(), back: false, count: 1, either: false };
                self.look_at(id, jump);
            }
            None => motion::to_part(self, id, row as u64, height.saturating_sub(1).max(1) as u64),
        }
    }
}
