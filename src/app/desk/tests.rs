//! How panes come on tabs and go.

use super::*;
use crate::app::source::SourceId;
use crate::app::strand::Strand;
use crate::core::pos::Pos;

fn pane(n: u32) -> Pane {
    Pane::new(Strand::new(SourceId(n), Pos(0)), 0)
}

fn desk(panes: u32, area: Area) -> Desk {
    let mut desk = Desk::default();
    for n in 0..panes {
        desk.add(pane(n), None, LayoutKind::Grid, area);
    }
    desk
}

#[test]
fn the_panes_of_a_group_stand_on_a_tab_of_their_own() {
    let mut desk = Desk::default();
    for (n, group) in [(0, None), (1, Some("web")), (2, None), (3, Some("web")), (4, Some("db"))] {
        desk.add(pane(n), group, LayoutKind::Grid, LARGE);
    }
    let names = |desk: &Desk| -> Vec<(Option<String>, usize)> {
        desk.tabs.iter().map(|tab| (tab.name.clone(), tab.root.panes().len())).collect()
    };
    let web = || Some("web".to_owned());
    assert_eq!(names(&desk), [(None, 2), (web(), 2), (Some("db".to_owned()), 1)]);
    desk.focus(PaneId(3));
    desk.settle(TILE);
    assert_eq!(names(&desk).len(), 5);
    assert_eq!((desk.tabs[2].name.clone(), desk.focused()), (web(), Some(PaneId(3))));
    desk.settle(LARGE);
    assert_eq!((names(&desk).len(), desk.focused()), (3, Some(PaneId(3))));
}

fn sizes(desk: &Desk) -> Vec<usize> {
    desk.tabs.iter().map(|tab| tab.root.panes().len()).collect()
}

const LARGE: Area = Area { x: 0, y: 0, width: 200, height: 50 };
const USUAL: Area = Area { x: 0, y: 0, width: 81, height: 23 };
const TILE: Area = Area { x: 0, y: 0, width: 20, height: 5 };

#[test]
fn panes_that_find_no_room_go_on_the_next_tab() {
    assert_eq!(sizes(&desk(6, USUAL)), [6]);
    assert_eq!(sizes(&desk(7, USUAL)), [6, 1]);
    assert_eq!(sizes(&desk(3, TILE)), [1, 1, 1]);
    assert_eq!(sizes(&desk(12, LARGE)), [12]);
}

#[test]
fn a_new_size_spreads_them_anew_and_keeps_the_focus() {
    let mut desk = desk(7, USUAL);
    desk.focus(PaneId(6));
    desk.settle(LARGE);
    assert_eq!((sizes(&desk), desk.focused()), (vec![7], Some(PaneId(6))));
    desk.settle(TILE);
    assert_eq!((desk.tabs.len(), desk.focused()), (7, Some(PaneId(6))));
}

#[test]
fn what_was_split_by_hand_stays() {
    let mut desk = desk(2, LARGE);
    desk.split(pane(0), Split::Beside);
    desk.settle(USUAL);
    assert_eq!((sizes(&desk), desk.focused()), (vec![3], Some(PaneId(2))));
}

#[test]
fn closing_goes_back_to_the_pane_before_and_keeps_the_last_one() {
    let mut desk = desk(3, LARGE);
    desk.focus(PaneId(2));
    desk.focus(PaneId(1));
    assert!(desk.close().is_some());
    assert_eq!(desk.focused(), Some(PaneId(2)));
    assert!(desk.close().is_some() && desk.close().is_none());
    assert_eq!(sizes(&desk), [1]);
}
