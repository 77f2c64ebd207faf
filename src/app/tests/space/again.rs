//! Whatever stands on the screen, it is the same again from the file that it was saved as.

use std::sync::Arc;

use proptest::prelude::*;

use super::settings;
use crate::app::tests::harness::Desk;
use crate::config::logs::Logs;
use crate::config::settings::{LayoutKind, Settings, Times};
use crate::config::workspace::{
    Direction, Kept, Origin, Origins, Part, TabPlan, TermKind, TermPlan, View, Workspace, write,
};
use crate::core::form::Way;

/// Terms as they are written again just so.
fn term() -> impl Strategy<Value = TermPlan> {
    let kinds = prop_oneof![
        Just((TermKind::Keep, "a\\d+ \"b\"")),
        Just((TermKind::Drop, "it's")),
        Just((TermKind::Or, "x|y")),
        Just((TermKind::Query, "level>=warn")),
        Just((TermKind::Query, "!status=500")),
    ];
    (kinds, any::<bool>()).prop_map(|((kind, text), on)| TermPlan { kind, text: text.to_owned(), on })
}

fn view(sources: usize) -> impl Strategy<Value = View> {
    let switches = proptest::array::uniform6(any::<bool>());
    let ways = prop_oneof![Just(None), Just(Some(Way::Pretty)), Just(Some(Way::Raw))];
    let times = prop_oneof![Just(None), Just(Some(Times::Clock)), Just(Some(Times::Delta))];
    let terms = proptest::option::weighted(0.3, proptest::collection::vec(term(), 1..3));
    (0..sources, switches, ways, times, terms, 0..4_usize).prop_map(
        |(source, on, form, times, filters, context)| View {
            source: format!("/srv/{source}.log"),
            filters_off: on[0] && filters.is_some(),
            filters,
            context: Some(context).filter(|lines| *lines > 0),
            by_line: on[1].then_some(true),
            fold_tails: on[2],
            wrap: on[3].then_some(true),
            numbers: on[4].then_some(true),
            histogram: on[5],
            form,
            times,
            hide: if on[1] { vec!["pid".to_owned(), "it's".to_owned()] } else { Vec::new() },
            ..View::default()
        },
    )
}

fn part(sources: usize) -> impl Strategy<Value = Part> {
    let leaf = view(sources).prop_map(Part::Pane);
    leaf.prop_recursive(3, 8, 3, |part| {
        let parts = proptest::collection::vec((1..4_u32, part), 2..4);
        (any::<bool>(), parts).prop_map(|(rows, parts)| {
            Part::Split(if rows { Direction::Rows } else { Direction::Columns }, parts)
        })
    })
}

fn workspace_plan() -> impl Strategy<Value = Workspace> {
    (1..5_usize).prop_flat_map(|sources| {
        let tab = (part(sources), any::<bool>(), any::<bool>()).prop_map(|(root, zoom, named)| TabPlan {
            name: named.then(|| "a \"tab\"".to_owned()),
            root,
            merged: false,
            front: false,
            zoom,
            locked: false,
        });
        proptest::collection::vec(tab, 1..4).prop_map(move |tabs| Workspace {
            sources: (0..sources).map(|n| Origin::path(&format!("/srv/{n}.log"), "")).collect(),
            tabs,
            ..Workspace::default()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_saved_is_the_same_screen_when_it_is_loaded(plan in workspace_plan(), keys in 0..4_usize) {
        let logs = Logs::new(&plan, Origins::new(&plan, &plan.sources), Vec::new());
        let workspace = Arc::new(plan.clone());
        let mut first = Desk::with(Settings { logs: Arc::new(logs), workspace, ..Settings::default() }, 200, 60);
        for origin in &plan.sources {
            first.open(&origin.typed(), "text\n");
        }
        first.keys(["", "gt", "<Ctrl-W>w", "<Ctrl-W>+<Ctrl-W>>"][keys]);
        let saved = first.app.snapshot();
        let text = write(&saved, "saved", LayoutKind::Grid, &Kept::default());
        let read = settings(&text);
        prop_assert_eq!(&*read.workspace, &saved, "{}", text);
        let mut second = Desk::with(read, 200, 60);
        for origin in &saved.sources {
            second.open(&origin.typed(), "text\n");
        }
        prop_assert_eq!(&second.app.snapshot(), &saved, "{}", text);
        let areas = |desk: &mut Desk| desk.screen().panes.iter().map(|pane| (pane.body, pane.focused)).collect::<Vec<_>>();
        prop_assert_eq!(areas(&mut second), areas(&mut first), "{}", text);
    }
}
