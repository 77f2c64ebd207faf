use proptest::prelude::*;

use super::*;

fn ids(n: u32) -> Vec<PaneId> {
    (0..n).map(PaneId).collect()
}

fn kind() -> impl Strategy<Value = LayoutKind> {
    prop::sample::select(vec![LayoutKind::Grid, LayoutKind::Rows, LayoutKind::Columns, LayoutKind::Main])
}

fn cells(area: &Area) -> impl Iterator<Item = (u16, u16)> + use<> {
    let area = *area;
    (area.y..area.y + area.height).flat_map(move |y| (area.x..area.x + area.width).map(move |x| (x, y)))
}

fn check(node: &Node, area: Area, panes: usize) -> Result<(), TestCaseError> {
    let placed = node.place(area);
    prop_assert_eq!(placed.panes.len(), panes);
    let mut taken = std::collections::HashSet::new();
    let dividers = placed.borders.iter().filter(|border| border.split == Split::Beside);
    let between = dividers.map(|border| border.area);
    for part in placed.panes.iter().map(|(_, area)| *area).chain(between) {
        prop_assert!(
            part.x + part.width <= area.x + area.width && part.y + part.height <= area.y + area.height
        );
        for cell in cells(&part) {
            prop_assert!(taken.insert(cell), "{cell:?} is taken twice");
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn parts_lie_inside_and_never_on_each_other(
        kind in kind(),
        n in 1u32..20,
        (width, height) in (0u16..240, 0u16..80),
        moves in prop::collection::vec((0u32..20, any::<bool>(), -30i32..30, 0u8..3), 0..8),
    ) {
        let area = Area { x: 0, y: 1, width, height };
        let mut node = Node::arrange(kind, &ids(n)).unwrap();
        let mut panes = n;
        check(&node, area, panes as usize)?;
        for (pane, beside, by, what) in moves {
            let way = if beside { Split::Beside } else { Split::Below };
            let pane = PaneId(pane % panes);
            match what {
                0 => node.resize(pane, way, by, area),
                1 => {
                    node.split(pane, PaneId(panes), way);
                    panes += 1;
                }
                _ => node.swap(pane, PaneId(0)),
            }
            check(&node, area, panes as usize)?;
        }
        let placed = node.place(area);
        for border in &placed.borders {
            node.drag(border, width / 2, height / 2);
            check(&node, area, panes as usize)?;
        }
        let mut left = Some(node);
        for pane in ids(panes) {
            left = left.and_then(|node| node.without(pane));
        }
        prop_assert!(left.is_none());
    }
}

#[test]
fn everything_is_used_when_it_fits() {
    let area = Area { x: 0, y: 0, width: 81, height: 24 };
    let placed = Node::arrange(LayoutKind::Grid, &ids(4)).unwrap().place(area);
    let areas: Vec<_> = placed.panes.iter().map(|(_, a)| (a.x, a.y, a.width, a.height)).collect();
    assert_eq!(areas, [(0, 0, 40, 12), (41, 0, 40, 12), (0, 12, 40, 12), (41, 12, 40, 12)]);
}

#[test]
fn no_column_is_taken_from_panes_that_have_none_between_them() {
    let area = Area { x: 0, y: 0, width: 5, height: 2 };
    let placed = Node::arrange(LayoutKind::Columns, &ids(3)).unwrap().place(area);
    let widths: Vec<_> = placed.panes.iter().map(|(_, a)| (a.x, a.width)).collect();
    assert_eq!(widths, [(0, 1), (1, 2), (3, 2)]);
    assert!(placed.borders.iter().all(|border| border.area.width == 0), "{:?}", placed.borders);
}

#[test]
fn a_grid_is_nearly_square() {
    assert_eq!([1, 2, 3, 4, 6, 7, 9, 12, 13].map(grid_columns), [1, 1, 2, 2, 2, 3, 3, 3, 4]);
}

#[test]
fn neighbours_are_where_they_are_seen() {
    let area = Area { x: 0, y: 0, width: 81, height: 24 };
    let placed = Node::arrange(LayoutKind::Main, &ids(3)).unwrap().place(area);
    let from = |pane, toward| neighbour(&placed.panes, PaneId(pane), toward).map(|pane| pane.0);
    assert_eq!(from(0, Toward::Right), Some(1));
    assert_eq!(from(2, Toward::Left), Some(0));
    assert_eq!(from(1, Toward::Down), Some(2));
    assert_eq!((from(0, Toward::Left), from(0, Toward::Up)), (None, None));
}

#[test]
fn a_pane_grows_by_what_was_asked() {
    let area = Area { x: 0, y: 0, width: 81, height: 24 };
    let mut node = Node::arrange(LayoutKind::Main, &ids(3)).unwrap();
    node.resize(PaneId(0), Split::Beside, 10, area);
    node.resize(PaneId(2), Split::Below, 4, area);
    let heights: Vec<_> = node.place(area).panes.iter().map(|(_, a)| (a.width, a.height)).collect();
    assert_eq!(heights, [(50, 24), (30, 8), (30, 16)]);
}
