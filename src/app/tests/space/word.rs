//! What files say of a pane changes while it is open: it stands as after a fresh start, but for what was changed by hand.

use super::change::reload;
use super::{desk, settings};
use crate::app::chain::written;
use crate::app::pane::Pane;
use crate::app::tests::harness::{Desk, settings as config};

/// What can be said over everything.
pub const TOPS: [&str; 4] = [
    "",
    "times = 'age'\nnumbers = true\nform = 'raw'\nwrap = true\ncontext = 4\nby-line = true\n",
    "times = 'delta'\ncontext = 1\n[[filter]]\nname = 'a'\nquery = 'line'\n",
    "[[filter]]\nname = 'a'\nquery = 'line 1'\n",
];

/// What can be said of the source of a pane.
pub const OF_SOURCES: [&str; 2] = ["", ", filters = ['level>=info']"];

/// What can be said of a pane.
pub const OF_PANES: [&str; 6] = [
    "",
    ", times = 'clock', numbers = false, form = 'pretty', wrap = false, context = 2, by-line = false",
    ", filters = ['7', { drop = '3' }], fold-tails = true, histogram = true, hide = ['x', 'y']",
    ", filters = ['7', { drop = '3', on = false }], filters-off = true, fold-repeats = true, hide = ['y']",
    ", filters-off = true, times = 'off', by-line = true",
    ", filters = []",
];

pub fn says(top: &str, source: &str, pane: &str, kind: &str) -> String {
    let (set, tables) = top.split_at(top.find("[[").unwrap_or(top.len()));
    format!(
        "{set}sources = [{{ path = '/srv/p.log', name = 'p'{source} }}, '/srv/g.log']\n{tables}[[tabs]]\n{kind} = [{{ pane = 'p'{pane} \
         }}, '/srv/g.log']\n"
    )
}

/// How a pane stands.
pub fn stands(pane: &Pane) -> String {
    let terms = pane.chain.terms.iter().map(|term| format!("{} {}", written(term), term.on));
    let filter = (terms.collect::<Vec<_>>(), pane.chain.off);
    let kept = pane.strands().map(|strand| strand.kept.is_some()).collect::<Vec<_>>();
    let shows = pane.strands().map(|strand| strand.source).collect::<Vec<_>>();
    let how = (pane.look, pane.folding, pane.context, &pane.hidden);
    format!("{shows:?}: {how:?} {filter:?} {kept:?}")
}

/// How all panes stand, the ones behind a stream too.
fn all_stand(desk: &Desk) -> Vec<String> {
    let panes = desk.app.desk.panes.values();
    let mut panes: Vec<String> = panes.map(|pane| format!("{} {}", stands(pane), pane.own_filter)).collect();
    panes.sort();
    panes
}

#[test]
fn whatever_becomes_of_a_file_panes_stand_as_after_a_fresh_start() {
    for kind in ["rows", "merged"] {
        let mut texts = Vec::new();
        for top in TOPS {
            for source in OF_SOURCES {
                texts.extend(OF_PANES.map(|pane| says(top, source, pane, kind)));
            }
        }
        let mut open = desk(&texts[0], 120, 40);
        // Far and near in turn, so that everything comes and goes beside everything.
        let order = (0..texts.len()).flat_map(|n| [n, (n * 7 + 5) % texts.len(), (n * 11 + 2) % texts.len()]);
        for text in order.map(|n| &texts[n]) {
            reload(&mut open, text);
            assert_eq!(all_stand(&open), all_stand(&desk(text, 120, 40)), "{text}");
        }
    }
}

#[test]
fn a_tab_that_goes_leaves_its_panes_as_the_settings_have_them() {
    let text = says("times = 'clock'\n", OF_SOURCES[1], OF_PANES[2], "rows");
    let plain = text.split("[[tabs]]").next().unwrap();
    let mut open = desk(&text, 120, 40);
    reload(&mut open, plain);
    assert_eq!(all_stand(&open), all_stand(&desk(plain, 120, 40)));
    reload(&mut open, &text);
    assert_eq!(all_stand(&open), all_stand(&desk(&text, 120, 40)));
}

#[test]
fn what_was_changed_by_hand_stays_whatever_the_files_say_of_it() {
    let with = |pane| says("", "", pane, "rows");
    let mut open = desk(&with(", filters = ['7'], times = 'age', context = 2, hide = ['x']"), 120, 40);
    open.keys(":times delta<Enter>:hide y<Enter>&1<Enter>");
    reload(&mut open, &says("times = 'clock'\ncontext = 1\n", "", "", "rows"));
    let own = open.app.pane().unwrap();
    assert_eq!(own.look.times, crate::config::settings::Times::Delta);
    assert_eq!(own.hidden.iter().collect::<Vec<_>>(), ["y"]);
    assert_eq!(own.context, 1);
    assert_eq!(own.chain.terms.iter().map(written).collect::<Vec<_>>(), ["&1"]);
    // The filter is exchanged as any: that can be taken back.
    open.keys("U");
    assert!(open.title().contains("7 &1"), "{}", open.title());
}

#[test]
fn what_a_stream_was_given_by_hand_stays_when_other_tabs_are_edited() {
    let text = |third: &str| {
        let merged = says("", "", ", times = 'clock', filters = ['line']", "merged");
        format!("{merged}[[tabs]]\nrows = [{third}]\n")
    };
    let mut open = desk(&text("'/srv/g.log'"), 120, 40);
    open.keys(":times age<Enter>&7<Enter>");
    reload(&mut open, &text("{ pane = '/srv/g.log', wrap = true }"));
    let own = open.app.pane().unwrap();
    assert_eq!(own.look.times, crate::config::settings::Times::Age);
    assert_eq!(own.chain.terms.iter().map(written).collect::<Vec<_>>(), ["line", "&7"]);
    // What its own part says otherwise is exchanged.
    reload(&mut open, &text("'/srv/g.log'").replace("'line'", "'4'"));
    assert_eq!(open.app.pane().unwrap().chain.terms.iter().map(written).collect::<Vec<_>>(), ["4", "&7"]);
}

#[test]
fn a_filter_of_the_command_line_comes_back_when_the_file_has_none_any_more() {
    let text = |pane| says("", "", pane, "rows");
    let mut open = Desk::with(settings(&text(", filters = ['7']")), 120, 40);
    let app = std::mem::replace(&mut open.app, Desk::new(1, 1).app);
    let mut asked = Desk::with(config(""), 120, 40);
    asked.open("/srv/a.log", "x\n");
    asked.keys("&2<Enter>");
    open.app = app.filtered(asked.app.pane().unwrap().chain.clone());
    open.open("/srv/p.log", "line 27\n");
    assert!(!open.title().contains("&2"), "{}", open.title());
    reload(&mut open, &text(""));
    assert!(open.title().contains("&2") && !open.title().contains('7'), "{}", open.title());
}
