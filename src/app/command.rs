//! The table of commands: a row here is the only place where a command exists. Keys come from the keymap;
//! help, completion and the popup of a prefix are made of the two.

use super::App;
pub use super::args::{Args, Form, Names};
use super::hits::Hits;
use super::overview::Overview;
use super::panel::Panel;
use super::{
    chain, copy, folding, hits, hosts, jump, merge, motion, overview, pair, palette, panes, picker, program,
    record, search, session, share, shown, theme, time, times, zone,
};
use crate::config::keymap::{Behind, Binding, Context, Keymap, Sort};
use crate::core::near::nearest;

/// How a command was called.
#[derive(Clone, Debug)]
pub struct Call {
    /// The digits typed before its key.
    pub count: Option<u64>,
    /// What followed its name; empty when nothing did.
    pub arg: String,
}

impl Call {
    /// The count, or 1, as a number of steps.
    pub fn times(&self) -> usize {
        usize::try_from(self.count.unwrap_or(1)).unwrap_or(usize::MAX).clamp(1, 1_000_000)
    }
}

/// What a command is about; help is ordered by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the words say it
pub enum Group {
    Move,
    Follow,
    Search,
    Filter,
    Panel,
    Histogram,
    Jump,
    Panes,
    View,
    Copy,
    Program,
}

/// How a command runs.
#[derive(Clone, Copy)]
pub enum Run {
    /// On the program.
    App(fn(&mut App, &Call)),
    /// On the filter panel, while it is open.
    Panel(fn(&mut Panel, &mut App)),
    /// On a log over time, while it is open.
    Overview(fn(&mut Overview, &mut App)),
    /// On the list of hits, while it is open.
    Hits(fn(&mut Hits, &mut App)),
}

impl Run {
    /// Where it can run, if that is not everywhere.
    fn place(self) -> Option<(Context, &'static str)> {
        match self {
            Run::App(_) => None,
            Run::Panel(_) => Some((Context::Panel, "the filter panel")),
            Run::Hits(_) => Some((Context::Hits, "the list of hits")),
            Run::Overview(_) => Some((Context::Histogram, "the histogram")),
        }
    }
}

/// A command.
pub struct Command {
    /// What it is called.
    pub name: &'static str,
    /// What may follow the name.
    pub args: Args,
    /// What it is about.
    pub group: Group,
    /// What it does, in a line.
    pub doc: &'static str,
    /// Does it.
    pub run: Run,
}

type Row = (&'static str, Args, &'static str, Run);

const NONE: Args = Args::None;

const fn app(name: &'static str, args: Args, doc: &'static str, run: fn(&mut App, &Call)) -> Row {
    (name, args, doc, Run::App(run))
}

const fn on_panel(name: &'static str, doc: &'static str, run: fn(&mut Panel, &mut App)) -> Row {
    (name, NONE, doc, Run::Panel(run))
}

const fn on_overview(name: &'static str, doc: &'static str, run: fn(&mut Overview, &mut App)) -> Row {
    (name, NONE, doc, Run::Overview(run))
}

const fn on_hits(name: &'static str, doc: &'static str, run: fn(&mut Hits, &mut App)) -> Row {
    (name, NONE, doc, Run::Hits(run))
}

const TOWARD: Args = Args::OneOf(&["left", "down", "up", "right", "next", "last", "news"]);
const WAY: Args = Args::OneOf(&["below", "beside"]);
const LAYOUTS: Args = Args::OneOf(&["grid", "rows", "columns", "main"]);
const CHROME: Args = Args::OneOf(&["none", "min", "full"]);
const SWITCH: Args = Args::OneOf(&["on", "off"]);
const ALL: Args = Args::OneOf(&["all"]);
const FORMS: Args = Args::OneOf(&["line", "pretty", "raw"]);
const TIMES: Args = Args::OneOf(&["off", "clock", "age", "delta"]);
const RE: Args = Args::Text("REGEX", Form::Pattern);

/// By each of these alone one gets out, or to any other command.
const WAYS_OUT: [&str; 4] = ["quit", "interrupt", "command", "palette"];

/// Every command, by group, in the order of help.
#[rustfmt::skip] // a table is read by its columns
const TABLE: &[(Group, &[Row])] = &[
    (Group::Move, &[
        app("down", NONE, "a row down; with a count, so many", motion::down),
        app("up", NONE, "a row up", motion::up),
        app("half-down", NONE, "half a page down", motion::half_down),
        app("half-up", NONE, "half a page up", motion::half_up),
        app("page-down", NONE, "a page down", motion::page_down),
        app("page-up", NONE, "a page up", motion::page_up),
        app("top", NONE, "the first line; with a count, that line", motion::top),
        app("bottom", NONE, "the end, and follow; with a count, that line", motion::bottom),
        app("percent", Args::Text("N", Form::Percent), "N percent of the way through the log", motion::percent),
        app("line", Args::Text("N", Form::Number), "line N (also `:N`)", motion::line),
        app("left", Args::Text("COLUMNS", Form::Number), "a column to the left", motion::left),
        app("right", Args::Text("COLUMNS", Form::Number), "a column to the right", motion::right),
        app("line-start", NONE, "the first column", motion::line_start),
        app("line-end", NONE, "the end of the longest line shown", motion::line_end),
    ]),
    (Group::Follow, &[
        app("follow", NONE, "follow: go to the end and stay there; thaws a frozen pane", motion::follow),
        app("freeze", NONE, "freeze the pane's picture, or let it go on", motion::freeze),
        app("reconnect", ALL, "connect to the host of the pane's log again now, or run its command again; `all` hosts that are not connected", hosts::reconnect),
    ]),
    (Group::Search, &[
        app("search", RE, "search forward as you type; Esc goes back where it began", search::forward),
        app("search-back", RE, "search backward as you type", search::backward),
        app("next-hit", NONE, "the next hit in the direction of the search", search::next),
        app("previous-hit", NONE, "the next hit against the direction of the search", search::previous),
        app("next-error", NONE, "the next line that says it is an error, or worse; takes the place of the search", search::next_error),
        app("previous-error", NONE, "the error before", search::previous_error),
        app("next-warning", NONE, "the next line that says it is a warning; takes the place of the search", search::next_warning),
        app("previous-warning", NONE, "the warning before", search::previous_warning),
        app("search-all", RE, "search in all panes as you type, and list the hits; without anything the last list", search::everywhere),
        app("hits", NONE, "the list of hits of the last search in all panes", hits::open),
        on_hits("hits-go", "in the list: go to the hit", Hits::go),
        app("search-word", NONE, "search the first hit's word in the current line, else its first word", search::word),
    ]),
    (Group::Filter, &[
        app("keep", RE, "keep only lines that match", chain::keep),
        app("drop", RE, "drop lines that match", chain::drop),
        app("or", RE, "keep lines that match too, whatever came before", chain::or),
        app("filter", Args::Text("QUERY", Form::Query), "keep what is asked for (level>=warn, status=500, since 10m); each part is a term", chain::filter),
        app("raise-level", NONE, "keep only more serious lines: from debug on, from info on, …", chain::raise_level),
        app("lower-level", NONE, "keep less serious lines too", chain::lower_level),
        app("undo", NONE, "take the last change of the filter back", chain::undo),
        app("toggle-filter", NONE, "the whole filter off or on; the line stays where it is", chain::toggle),
        app("filter-panel", NONE, "the filter's terms: edit, reorder, switch, delete; then the source and its host", chain::panel),
        app("more-context", NONE, "another line of context around each kept line", chain::more_context),
        app("less-context", NONE, "a line of context less", chain::less_context),
        app("whole-records", SWITCH, "the filter keeps and drops whole records, or single lines", folding::whole_records),
    ]),
    (Group::Panel, &[
        on_panel("term-edit", "edit the term", Panel::edit),
        on_panel("term-switch", "switch the term off or on", Panel::switch),
        on_panel("term-delete", "delete the term", Panel::delete),
        on_panel("term-later", "move the term behind the next", Panel::later),
        on_panel("term-earlier", "move the term before the one in front", Panel::earlier),
    ]),
    (Group::Histogram, &[
        app("histogram", NONE, "the log over time by level, on the whole screen", overview::open),
        app("histogram-row", NONE, "the same in a row above the text, or without", overview::band),
        on_overview("histogram-closer", "look closer at what lies around the cursor", Overview::closer),
        on_overview("histogram-column", "look at the column at the cursor only", Overview::closest),
        on_overview("histogram-wider", "look at more again", Overview::wider),
        on_overview("histogram-jump", "go to the first line of the column", Overview::jump),
    ]),
    (Group::Jump, &[
        app("next-record", NONE, "the next record; with a count, so many on", record::next),
        app("previous-record", NONE, "the record before, or the head of this one", record::previous),
        app("mark", Args::Text("LETTER", Form::Letter), "mark the current line with a letter", jump::mark),
        app("to-mark", Args::Text("LETTER", Form::Letter), "go to a mark", jump::to_mark),
        app("time", Args::Text("WHEN", Form::When), "go to a time: 14:05, 14:05:30.5, 2026-11-21 14:05, yesterday 9:00, -10m", time::go),
        app("back", NONE, "back to where you were before the last jump", jump::back),
    ]),
    (Group::Panes, &[
        app("focus", TOWARD, "go to another pane", panes::focus),
        app("split", WAY, "the same log in a second pane", panes::split),
        app("matches", NONE, "split: the lines the filter keeps, or the search finds, above, the whole log below, kept at one line", pair::open),
        app("close", NONE, "close the pane", panes::close),
        app("zoom", NONE, "give the pane the whole screen, or back", panes::zoom),
        app("swap", NONE, "exchange the pane with the next", panes::swap),
        app("taller", NONE, "make the pane taller", panes::taller),
        app("shorter", NONE, "make the pane shorter", panes::shorter),
        app("wider", NONE, "make the pane wider", panes::wider),
        app("narrower", NONE, "make the pane narrower", panes::narrower),
        app("equal", NONE, "give all panes the same space", panes::equal),
        app("layout", LAYOUTS, "this layout, or the next one", panes::layout),
        app("merge", Args::Panes("NAMES"), "the panes of the tab as one stream by time, or back; `all` of all tabs, or those whose names say NAMES", merge::toggle),
        app("lock", NONE, "the panes of the tab show one instant: moving one moves all; or no longer", time::lock),
        app("next-tab", NONE, "the next tab; with a count, that tab", panes::next_tab),
        app("previous-tab", NONE, "the tab before", panes::previous_tab),
        app("open", Args::Source("PATH"), "follow a file here or on HOST:, or all in a folder or of a glob, in new panes; `-- COMMAND` runs a command", panes::open),
        app("pick", NONE, "choose files to follow from folders, the last ones first, with the end of each", picker::open),
    ]),
    (Group::View, &[
        app("wrap", NONE, "wrap long lines, or cut them", program::wrap),
        app("numbers", NONE, "line numbers", program::numbers),
        app("form", FORMS, "JSON and logfmt: time, level, message and fields on one line, folded out (pretty), or raw as written", shown::form),
        app("hide", Args::Fields("FIELD…"), "do not show fields of JSON and logfmt; `time`, `level` and `message` are names too", shown::hide),
        app("show", Args::Fields("FIELD…|all"), "show hidden fields again", shown::show),
        app("times", TIMES, "the column of times: the clock, how long ago, the time since the line before, or none", times::times),
        app("zone", Args::Zone("NAME|local|utc"), "the zone in which times are shown", zone::zone),
        app("colours", NONE, "the log's own colours, or without them", program::colours),
        app("sparkline", NONE, "in the title what came in the last seconds, or without", program::sparkline),
        app("theme", Args::Theme("NAME"), "how everything looks: another theme", theme::theme),
        app("hints", NONE, "the keys in the last row", program::hints),
        app("config", NONE, "list what is wrong in the config", program::config),
        app("chrome", CHROME, "how much besides the log is shown", program::chrome),
        app("info", NONE, "what is known of the source", program::info),
        app("record", NONE, "the current record: time, level, fields and its whole text", record::details),
        app("fold-tails", SWITCH, "show only the first line of each record, with how many follow", folding::tails),
        app("fold-repeats", SWITCH, "show a line once that repeats itself, numbers and ids aside, with ×N", folding::repeats),
    ]),
    (Group::Copy, &[
        app("select", NONE, "select lines from the current one on: move to extend, then copy or save", copy::select),
        app("copy", NONE, "copy the selected lines, or the whole current record, to the clipboard", copy::copy),
        app("dump", NONE, "print what the pane shows plainly, for the mouse", copy::dump),
        app("save-workspace", Args::Workspace("NAME|FILE"), "save what is on the screen as a workspace, which `tailpane -w NAME` shows again", share::save),
        app("share", NONE, "copy a command that shows the same again, as far as one can say it", share::share),
        app("restore", NONE, "take up the last session with the same sources: places, marks, filters, searches", session::restore),
        app("save", Args::Path("PATH"), "save lines to a file: the selected, the kept or all", copy::save),
    ]),
    (Group::Program, &[
        app("command", NONE, "type a command by name; Tab completes", program::command),
        app("palette", NONE, "find a command, a pane or a file by some of its letters", palette::open),
        app("help", Args::Text("WORD", Form::Free), "this page, or what it says of a word", program::help),
        app("redraw", NONE, "draw everything anew", program::redraw),
        app("suspend", NONE, "back to the shell; `fg` returns", program::suspend),
        app("escape", NONE, "leave the selection, a waiting jump, or the search", program::escape),
        app("interrupt", NONE, "leave a prompt or stop following; twice within a second quits", program::interrupt),
        app("quit", NONE, "close the top popup, else un-zoom, else quit", program::quit),
    ]),
];

/// Every command, in the order of help.
pub fn all() -> impl Iterator<Item = Command> {
    TABLE.iter().flat_map(|(group, rows)| {
        rows.iter().map(|(name, args, doc, run)| Command { name, args: *args, group: *group, doc, run: *run })
    })
}

/// The command with a name.
pub fn named(name: &str) -> Option<Command> {
    all().find(|command| command.name == name)
}

/// Runs a command on the program. Names come from a checked keymap or from [`named`].
pub fn run(app: &mut App, name: &str, call: &Call) {
    match named(name).map(|command| command.run) {
        Some(Run::App(run)) => run(app, call),
        Some(run) => {
            let place = run.place().map_or("", |(_, place)| place);
            app.messages.note(format!("{name} works in {place}"));
        }
        None => app.messages.error(format!("there is no command {name}; {} lists them", app.pressed("help"))),
    }
}

impl Group {
    /// Its heading in help.
    pub fn title(self) -> &'static str {
        match self {
            Group::Move => "Move",
            Group::Follow => "Follow",
            Group::Search => "Search",
            Group::Filter => "Filter",
            Group::Panel => "In the filter panel",
            Group::Histogram => "Over time",
            Group::Jump => "Records, marks and back",
            Group::Panes => "Panes and tabs",
            Group::View => "View",
            Group::Copy => "Copy and save",
            Group::Program => "Program",
        }
    }
}

/// What a command is for who binds keys to it in a context, with what is handed to it.
///
/// # Errors
/// A sentence when it is no command, cannot run there, or does not take that.
pub fn judge(context: Context, name: &str, behind: Behind<'_>) -> Result<Sort, String> {
    judge_by(&Names::ANY, context, name, behind)
}

/// [`judge`] where it is known what names there are.
///
/// # Errors
/// As [`judge`].
pub fn judge_by(names: &Names<'_>, context: Context, name: &str, behind: Behind<'_>) -> Result<Sort, String> {
    let Some(command) = named(name) else {
        let names: Vec<&str> = all().map(|command| command.name).collect();
        let near = nearest(name, &names).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        return Err(format!("`{name}` is no command{near}"));
    };
    let own = match command.run.place() {
        Some((place, _)) => place == context,
        None => matches!(context, Context::Normal | Context::Select),
    };
    if !own {
        return Err(format!("`{name}` cannot run in [{}]", context.name()));
    }
    match behind {
        Behind::Said(args) => command.args.check(name, args, names)?,
        Behind::Char if !command.args.takes_char() => {
            return Err(format!("`{name}` takes no character, and <char> would hand it one"));
        }
        Behind::Char => {}
    }
    Ok(match name {
        _ if command.group == Group::Move => Sort::Moves,
        name if WAYS_OUT.contains(&name) => Sort::WayOut,
        _ => Sort::Acts,
    })
}

/// Whether a keymap can be used.
///
/// # Errors
/// A sentence when it binds keys to what is no command or where it cannot run, or when one sequence hides
/// another.
pub fn check(keymap: &Keymap) -> Result<(), String> {
    let judged = |binding: &Binding| judge(binding.context, &binding.command, binding.behind());
    for binding in keymap.bindings() {
        judged(binding).map_err(|why| format!("the keymap binds `{}`: {why}", binding.keys_text()))?;
    }
    for (short, long) in keymap.overlaps() {
        if judged(short) != Ok(Sort::Moves) || short.keys == long.keys {
            let (short, long) = (short.keys_text(), long.keys_text());
            return Err(format!("the keymap binds `{short}` and `{long}`: one hides the other"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::keymap::{PRESETS, layered};

    fn complaint(keymap: &str) -> String {
        check(&Keymap::parse(keymap).unwrap()).unwrap_err()
    }

    #[test]
    fn shipped_keys_name_commands_and_hide_nothing() {
        assert_eq!(check(&Keymap::shipped().unwrap()), Ok(()));
    }

    #[test]
    fn every_preset_is_sound_and_every_command_is_reachable() {
        for (preset, _) in PRESETS {
            let keymap = layered(preset, &[], &judge).unwrap();
            assert_eq!(check(&keymap), Ok(()), "{preset}");
            for command in all() {
                let keyed = keymap.bindings().iter().any(|binding| binding.command == command.name);
                let typed = matches!(command.run, Run::App(_));
                assert!(keyed || typed, "{} can be neither pressed nor typed with {preset}", command.name);
            }
            for needed in ["help", "command", "quit", "search", "merge", "freeze", "info", "times"] {
                assert!(
                    keymap.bindings().iter().any(|binding| binding.command == needed),
                    "{preset} {needed}"
                );
            }
        }
    }

    #[test]
    fn the_presets_say_only_what_differs() {
        let shipped = Keymap::shipped().unwrap();
        for (preset, text) in PRESETS {
            for (keys, said) in Keymap::parse(text).unwrap().bindings().iter().map(|b| (&b.keys, &b.command))
            {
                let same =
                    shipped.bindings().iter().find(|old| old.keys == *keys && old.context == Context::Normal);
                let known = same.map(|old| format!("{} {}", old.command, old.args));
                assert_ne!(known, Some(format!("{said} ")), "{preset}");
            }
        }
    }

    #[test]
    fn what_a_command_does_not_take_is_told_before_a_key_is_pressed() {
        let zone = |name: &str| name == "Europe/Berlin";
        let theme =
            |name: &str| if name == "mine" { Ok(()) } else { Err(format!("no theme is called {name}")) };
        let names = Names { theme: &theme, zone: &zone };
        let judged = |line: &str| {
            let (name, args) = line.split_once(' ').unwrap_or((line, ""));
            judge_by(&names, Context::Normal, name, Behind::Said(args))
        };
        for wrong in [
            "keep (",
            "search-all [a",
            "filter level>=wran",
            "zone Mars",
            "theme nope",
            "time foo",
            "mark",
            "mark ab",
            "mark 1",
            "line x",
            "percent 5x",
            "left -1",
            "layout cube",
            "close x",
        ] {
            assert!(judged(wrong).is_err(), "{wrong}");
        }
        for fine in [
            "keep a|b",
            "filter level>=warn since 1h",
            "zone Europe/Berlin",
            "zone UTC",
            "zone local",
            "zone",
            "theme mine",
            "time 14:05",
            "time -10m",
            "mark a",
            "line 12",
            "percent 50%",
            "left 10",
            "open web1:/a.log",
            "keep",
            "help x",
        ] {
            assert!(judged(fine).is_ok(), "{fine} {:?}", judged(fine));
        }
        let pressed = |name: &str| judge(Context::Normal, name, Behind::Char);
        assert!(pressed("close").unwrap_err().contains("takes no character"));
        assert!(pressed("layout").is_err() && pressed("mark").is_ok() && pressed("search").is_ok());
    }

    #[test]
    fn names_are_unique() {
        for command in all() {
            assert_eq!(all().filter(|other| other.name == command.name).count(), 1, "{}", command.name);
        }
    }

    #[test]
    fn a_bad_keymap_is_refused_with_a_sentence() {
        assert!(complaint("[normal]\nj = \"dwon\"").contains("`dwon` is no command; did you mean down?"));
        assert!(complaint("[normal]\nj = \"term-edit\"").contains("cannot run in [normal]"));
        assert!(complaint("[normal]\nj = \"layout cube\"").contains("`cube` is none"));
        assert!(complaint("[normal]\nz = \"wrap\"\n\"z z\" = \"zoom\"").contains("`z` and `zz`"));
    }
}
