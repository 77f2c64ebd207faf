//! Sentences name the keys that are in effect.

use super::harness::{Desk, numbered};
use crate::app::event::Event;
use crate::app::link::LinkState;

/// Other keys for everything that a sentence names.
const OWN: &str = "[normal]
'F' = 'none'\n'R' = 'none'\n'&' = 'none'\n'!' = 'none'\n'>' = 'none'\n'C' = 'none'\n'U' = 'none'
'Ctrl-W q' = 'none'\n'T' = 'none'\n'z a' = 'none'\n'z r' = 'none'\n'p' = 'none'\n'/' = 'none'\n'g /' = 'none'
's' = 'none'\n'm <char>' = 'none'\n\"' <char>\" = 'none'\n'q' = 'none'\n'%' = 'none'\n'=' = 'none'\n't' = 'none'
'Ctrl-R' = 'reconnect'\n'B' = 'merge'\n'Ctrl-T <char>' = 'to-mark'\n'A' = 'keep'\n'X' = 'toggle-filter'
'F1' = 'none'\n'g ?' = 'none'\n'F2' = 'help'\n'F3' = 'keep error'
'}' = 'none'
[histogram]
'-' = 'none'\n'F4' = 'histogram-wider'
[panel]
'Space' = 'none'\n'J' = 'none'\n'F5' = 'term-switch'
[hits]
'Enter' = 'none'\n'F6' = 'hits-go'
";

/// A desk over two logs with the shipped keys, and one with others.
fn desks() -> [Desk; 2] {
    [false, true].map(|own| {
        let mut desk = Desk::new(120, 30);
        desk.open("/a.log", &numbered(1..=100));
        desk.open("/b.log", &numbered(1..=100));
        if own {
            desk.bind(OWN);
        }
        desk
    })
}

/// What is said in the last row after these keys or commands: with the shipped keys, and with others.
fn said(typed: [&str; 2]) -> [String; 2] {
    let mut said = desks().into_iter().zip(typed).map(|(mut desk, typed)| desk.keys(typed).bottom());
    [said.next().unwrap(), said.next().unwrap()]
}

#[test]
fn notes_name_the_keys_in_effect_or_how_it_is_typed() {
    for (typed, shipped, own) in [
        (":toggle-filter<Enter>", "; & keeps lines, ! drops lines", "; A keeps lines, :drop drops lines"),
        (":lower-level<Enter>", "; > raises the level", "; :raise-level raises the level"),
        (":merge all<Enter>", "; T goes back to the panes", "; B goes back to the panes"),
        (":merge all<Enter>:numbers<Enter>", "T goes back to the panes", "B goes back to the panes"),
        (":merge all<Enter>:line 5<Enter>", "; t goes to a time; T goes", "; :time goes to a time; B goes"),
        (":merge all<Enter>:split<Enter>", "T goes back to the panes", "B goes back to the panes"),
        (":merge all<Enter>:histogram<Enter>", "T goes back to the panes", "B goes back to the panes"),
        (":merge all<Enter>:save x<Enter>", "; y copies its lines; T goes", "; y copies its lines; B goes"),
        (
            ":fold-tails<Enter>",
            "; p shows a whole one, za all",
            "; :record shows a whole one, :fold-tails all",
        ),
        (":fold-repeats<Enter>", "; zr shows them all", "; :fold-repeats shows them all"),
        (":hits<Enter>", "; g/ makes one", "; :search-all makes one"),
        (":next-hit<Enter>", "; / begins", "; :search begins"),
        (":matches<Enter>", "which lines? & keeps some, or / finds", "which lines? A keeps some, or :search"),
        (":mark 5<Enter>", "a mark is a letter: ma", "a mark is a letter: :mark a"),
        (":mark x<Enter>", "; 'x comes back here", "; Ctrl-T x comes back here"),
        (":to-mark<Enter>", "a mark is a letter: 'a", "a mark is a letter: Ctrl-T a"),
        (":percent<Enter>", "comes first: 50%", "comes first: :percent 50"),
        (":close<Enter>:close<Enter>", "; q quits", "; :quit quits"),
        (":interrupt<Enter>", "Ctrl-C again quits; F follows on", "Ctrl-C again quits; :follow follows on"),
        (":xyzzy<Enter>", "there is no command xyzzy", "there is no command xyzzy"),
        ("<F9>", "F1 lists the keys", "F2 lists the keys"),
    ] {
        let [with_shipped, with_own] = said([typed, typed]);
        assert!(with_shipped.contains(shipped), "{typed}: {with_shipped}");
        assert!(with_own.contains(own), "{typed}: {with_own}");
    }
}

#[test]
fn what_stands_in_place_of_lines_names_the_keys_in_effect() {
    for (mut desk, [switch, undo]) in desks().into_iter().zip([["C", "U"], ["X", ":undo"]]) {
        desk.keys(":keep nowhere<Enter>");
        let lines = desk.lines().concat();
        let sentence = format!("the filter keeps no line; {switch} switches it off, {undo} takes");
        assert!(lines.contains(&sentence), "{lines}");
    }
}

#[test]
fn links_that_do_not_stand_name_the_key_that_tries_again() {
    for (own, again, info) in [(false, "R", "="), (true, "Ctrl-R", ":info")] {
        let mut desk = Desk::new(120, 30);
        desk.open_far("web1:/a.log", "one\n", 0);
        desk.open_far("web2:/a.log", "one\n", 0);
        if own {
            desk.bind(OWN);
        }
        for log in [0, 1] {
            desk.link(log, LinkState::Refused("the key has changed".into()));
        }
        let bottom = desk.keys("k").bottom();
        assert!(bottom.contains(&format!("; {info} shows why")), "{bottom}");
        let lines = desk.lines().concat() + &desk.keys(":info<Enter>").popup().concat();
        assert!(lines.contains(&format!("{again} tries again")), "{lines}");
    }
}

#[test]
fn what_cannot_be_copied_can_be_saved() {
    for (mut desk, save) in desks().into_iter().zip(["s", ":save"]) {
        desk.send(Event::NotCopied("99 kB are too much".into()));
        let said = desk.bottom();
        assert!(said.contains(&format!("99 kB are too much; {save} saves lines to a file")), "{said}");
    }
}

#[test]
fn layers_name_the_keys_in_effect_below_and_in_the_last_row() {
    let panel = "Space on/off, J K move, d delete, Tab source, q close";
    let own_panel = "F5 on/off, K move, d delete, Tab source, Esc close";
    for (typed, shipped, own, hint) in [
        (":keep 1<Enter>:filter-panel<Enter>", panel, own_panel, "F5 on/off"),
        (":help<Enter>", "more rows; q closes", "more rows; Esc closes", "f b page"),
        (":record<Enter>", "y copies, { } go on, q closes", "y copies, { go on, Esc closes", "{ record"),
        (":search-all line<Enter>", "j k move, Enter there, q closes", "j k move, F6 there, Esc", "F6 there"),
        (":histogram<Enter>", "q closes", "Esc closes", "+ F4 closer, back"),
    ] {
        for (mut desk, footer) in desks().into_iter().zip([shipped, own]) {
            let screen = desk.keys(typed).screen();
            let said = &screen.popups.last().expect(typed).footer;
            assert!(said.contains(footer), "{typed}: {said}");
            if footer == own {
                assert!(desk.bottom().contains(hint), "{typed}: {}", desk.bottom());
            }
        }
    }
}
