//! The mouse: the wheel scrolls the pane under it, a press gives the focus or grasps a border.

use super::App;
use super::key::{Mouse, MouseAction};
use super::layout::Border;
use super::motion;
use super::screen::Area;

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
        if let Some(mut layer) = self.layers.pop() {
            if matches!(mouse.action, MouseAction::WheelUp | MouseAction::WheelDown) {
                layer.wheel(mouse.action == MouseAction::WheelUp, self);
            }
            return self.layers.push(layer);
        }
        let area = self.panes_area();
        let Some(tab) = self.desk.tab_mut() else { return };
        let placed = tab.place(area);
        let pane = placed.panes.iter().find(|(_, area)| holds(area, &mouse)).map(|(pane, _)| *pane);
        match mouse.action {
            MouseAction::Press => {
                self.mouse.0 = placed.borders.into_iter().find(|border| holds(&border.area, &mouse));
                if let Some(pane) = pane {
                    tab.focus(pane);
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
                if let Some(pane) = pane {
                    motion::scroll(self, pane, WHEEL, mouse.action == MouseAction::WheelUp);
                }
            }
        }
    }
}
