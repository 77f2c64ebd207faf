use super::*;

/// A few commands: what moves, what does not, what takes a character, and what runs in the panel only.
fn judge(context: Context, name: &str, behind: Behind<'_>) -> Result<Sort, String> {
    match (name, behind) {
        ("down" | "top", Behind::Said("")) => Ok(Sort::Moves),
        ("wrap" | "numbers", Behind::Said("")) => Ok(Sort::Acts),
        ("quit", Behind::Said("")) => Ok(Sort::WayOut),
        ("mark", Behind::Char) => Ok(Sort::Acts),
        ("term-edit", Behind::Said("")) if context == Context::Panel => Ok(Sort::Acts),
        ("layout", Behind::Said("grid")) => Ok(Sort::Acts),
        (_, Behind::Said(args)) => Err(format!("`{name} {args}` cannot be")),
        (_, Behind::Char) => Err(format!("`{name}` takes no character")),
    }
}

fn any(_: Context, _: &str, _: Behind<'_>) -> Result<Sort, String> {
    Ok(Sort::WayOut)
}

fn map(texts: &[&str]) -> Result<Keymap, Vec<String>> {
    let file = |(n, text): (usize, &&str)| File { place: format!("{n}.toml"), text: (*text).to_owned() };
    let files: Vec<File> = texts.iter().enumerate().map(file).collect();
    layered("less", &files, &judge)
}

fn keys(texts: &[&str], command: &str) -> Vec<String> {
    map(texts).unwrap().keys_of(command, "")
}

fn wrong(text: &str) -> Vec<String> {
    map(&[text]).unwrap_err()
}

#[test]
fn later_files_win_and_nothing_unbinds() {
    let user = "[normal]\n\"Ctrl-G\" = \"numbers\"\n\"#\" = \"none\"\n\"- N\" = \"\"\n";
    assert_eq!(keys(&[user], "numbers"), ["Ctrl-G"]);
    let later = "[normal]\n\"ctrl-g\" = \"quit\"\nx = \"numbers\"";
    assert_eq!(keys(&[user, later], "numbers"), ["x"]);
    assert!(keys(&[user, later], "quit").contains(&"Ctrl-G".to_owned()));
}

#[test]
fn of_keys_that_hide_each_other_the_later_file_s_stay() {
    assert!(keys(&[], "fold-repeats").contains(&"zr".to_owned()));
    assert!(keys(&["[normal]\nz = \"wrap\""], "fold-repeats").is_empty(), "z runs at once");
    assert_eq!(
        keys(&["[normal]\n\"q q\" = \"quit\""], "quit"),
        ["qq"],
        "q alone would never let it be reached"
    );
    let moves = keys(&["[normal]\n\"j j\" = \"wrap\""], "down");
    assert!(moves.contains(&"j".to_owned()), "a move may begin longer keys: {moves:?}");
}

#[test]
fn all_mistakes_are_told_with_their_places() {
    let text = "[normal]\n\"ctrl-ww\" = \"down\"\nj = \"dwon\"\nzz = \"wrap\"\n\"Shift-a\" = \"wrap\"\n\"3\" = \"wrap\"\n\
                k = 7\n[norml]\nj = \"down\"\n";
    let told = wrong(text);
    let begins =
        ["0.toml:2:1: ctrl-ww names no key", "0.toml:3:5: `dwon ` cannot be", "0.toml:4:1: zz names no key"];
    for begin in begins {
        assert!(told.iter().any(|sentence| sentence.starts_with(begin)), "{begin}: {told:#?}");
    }
    assert!(told.iter().any(|sentence| sentence.contains("(A)")), "{told:#?}");
    assert!(
        told.iter().any(|sentence| sentence.starts_with("0.toml:6:1: a digit begins a count")),
        "{told:#?}"
    );
    assert!(told.iter().any(|sentence| sentence.starts_with("0.toml:7:5: a text is wanted")), "{told:#?}");
    assert!(told.iter().any(|sentence| sentence.contains("did you mean normal?")), "{told:#?}");
    assert_eq!(told.len(), 7);
}

#[test]
fn conflicts_within_a_file_are_mistakes() {
    let same = wrong("[normal]\n\"Ctrl-w\" = \"wrap\"\n\"ctrl-W\" = \"quit\"\n");
    assert!(same[0].starts_with("0.toml:3:1: ") && same[0].contains("the same keys"), "{same:?}");
    let hidden = wrong("[normal]\n\"x y\" = \"wrap\"\nx = \"quit\"\n");
    assert!(hidden[0].contains("\"x y\" cannot be reached"), "{hidden:?}");
    assert!(map(&["[normal]\n\"x y\" = \"wrap\"\nx = \"top\"\n"]).is_ok(), "a move may begin longer keys");
    assert!(wrong("[normal\n")[0].contains("this is no TOML"));
}

#[test]
fn a_preset_that_is_none_is_told() {
    assert!(layered("emacs", &[], &judge).unwrap_err()[0].contains("there are less, vim, lnav"));
    for (name, _) in PRESETS {
        assert!(layered(name, &[], &any).is_ok(), "{name}");
    }
}

#[test]
fn keys_that_a_terminal_sends_as_others_are_told() {
    for (name, other) in [("Ctrl-J", "Enter"), ("ctrl-m", "Enter"), ("Ctrl-I", "Tab"), ("Ctrl-[", "Esc")] {
        let told = wrong(&format!("[normal]\n\"g {name}\" = \"wrap\"\n"));
        let end = format!(" comes from a terminal as {other}: bind another key");
        assert!(told[0].starts_with("0.toml:2:1: ") && told[0].ends_with(&end), "{told:?}");
    }
    assert!(wrong("[normal]\n\"Ctrl-3\" = \"wrap\"")[0].contains("as Esc"));
    assert!(map(&["[normal]\n\"Ctrl-4\" = \"wrap\"\n\"Ctrl-H\" = \"numbers\""]).is_ok());
}

#[test]
fn keys_that_a_terminal_never_sends_as_themselves_are_told() {
    for (name, other) in [
        ("Ctrl-Enter", "Enter"),
        ("Shift-Enter", "Enter"),
        ("Ctrl-Alt-Enter", "Alt-Enter"),
        ("Ctrl-Tab", "Tab"),
        ("Ctrl-Esc", "Esc"),
        ("Shift-Esc", "Esc"),
        ("Alt-Esc", "Esc"),
        ("Ctrl-Backspace", "Ctrl-H"),
        ("Shift-Backspace", "Backspace"),
        ("Ctrl-,", ","),
        ("Ctrl-;", ";"),
        ("Ctrl-é", "é"),
        ("Ctrl--", "-"),
        ("Ctrl-~", "Ctrl-6"),
    ] {
        let told = wrong(&format!("[normal]\n\"g {name}\" = \"wrap\"\n"));
        let end = format!(" comes from a terminal as {other}: bind another key");
        assert!(told[0].starts_with("0.toml:2:1: ") && told[0].ends_with(&end), "{name} {told:?}");
    }
    assert!(
        wrong("[normal]\n\"Alt-[\" = \"wrap\"")[0]
            .contains("Alt-[ begins what a terminal sends for other keys")
    );
    assert!(wrong("[normal]\nF21 = \"wrap\"")[0].contains("F21 never comes"));
    let fine = "[normal]\n\"Alt-Enter\" = \"wrap\"\n\"Shift-Tab\" = \"wrap\"\n\"Ctrl-Up\" = \"wrap\"\n\"Ctrl-Space\" = \"wrap\"\n\
                \"Alt-Backspace\" = \"wrap\"\n\"Alt-]\" = \"wrap\"\n";
    assert!(map(&[fine]).is_ok(), "{:?}", map(&[fine]));
    assert!(keys(&[fine], "wrap").contains(&"BackTab".to_owned()), "Shift-Tab is that key");
}

#[test]
fn what_char_hands_over_must_be_taken() {
    let told = wrong(
        "[normal]\n\"m <char>\" = \"quit\"\n\"x <char>\" = \"mark a\"\n\"y <char> <char>\" = \"mark\"\n",
    );
    assert!(told[0].starts_with("0.toml:2:14: `quit` takes no character"), "{told:?}");
    assert!(told[1].starts_with("0.toml:3:14: ") && told[1].contains("in place of `a`"), "{told:?}");
    assert!(told[2].starts_with("0.toml:4:1: ") && told[2].contains("twice"), "{told:?}");
    assert!(map(&["[normal]\n\"m <char>\" = \"mark\""]).is_ok());
}

#[test]
fn the_last_way_out_cannot_be_taken_away() {
    let shut = "[normal]\nj = \"none\"\nq = \"none\"\nk = \"none\"\n";
    let told = wrong(shut);
    assert!(told.len() == 1 && told[0].starts_with("0.toml:3:1: with this no key is left"), "{told:?}");
    assert!(wrong("[normal]\nq = \"wrap\"\n")[0].starts_with("0.toml:2:1: with this no key is left"));
    assert!(map(&["[normal]\nq = \"none\"\nx = \"quit\"\n"]).is_ok(), "another key does it");
    assert!(map(&[shut, "[normal]\nx = \"quit\"\n"]).is_ok(), "a later file gives one");
    assert!(map(&["[normal]\nq = \"none\"\n[select]\nq = \"quit\"\n"]).is_err(), "it is not always at hand");
}
