//! The script by which PowerShell completes the command line. It is written by PowerShell's documentation: options, their
//! values, then names as the other shells ask for them, then files.

use std::fmt::Write as _;

use clap::{Arg, Command};

/// The script for a command line.
pub fn script(mut command: Command) -> String {
    // Help and version are added by then.
    command.build();
    let options: Vec<&Arg> = command.get_arguments().filter(|option| !option.is_positional()).collect();
    let (mut values, mut names) = (String::new(), String::new());
    for option in &options {
        let tip = quoted(&option.get_help().map(ToString::to_string).unwrap_or_default());
        let known = known(option);
        for name in called(option).iter().map(|name| quoted(name)) {
            let _ = writeln!(names, "        Option {name} {tip}");
            if let Some(known) = &known {
                let _ = writeln!(values, "        {name} {{ {known} }}");
            }
        }
    }
    SCRIPT.replace("{values}", values.trim_end()).replace("{options}", names.trim_end())
}

/// How an option is written.
fn called(option: &Arg) -> Vec<String> {
    let short = option.get_short().map(|short| format!("-{short}"));
    short.into_iter().chain(option.get_long().map(|long| format!("--{long}"))).collect()
}

/// What is done about the word behind an option, if one stands there.
fn known(option: &Arg) -> Option<String> {
    if !option.get_action().takes_values() {
        return None;
    }
    let words = option.get_possible_values();
    let words: Vec<String> = words.iter().map(|word| quoted(word.get_name())).collect();
    Some(match (option.get_id().as_str(), &words[..]) {
        ("workspace", _) => "Names (& tailpane --generate workspaces 2>$null) ''; Files; return".to_owned(),
        (_, []) => "Files; return".to_owned(),
        (_, words) => format!("Names @({}) ''; return", words.join(", ")),
    })
}

/// A text between apostrophes: nothing in it is expanded, and each of its own, curly ones too, is doubled.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for c in text.chars().map(|c| if c.is_control() { ' ' } else { c }) {
        quoted.push(c);
        if matches!(c, '\'' | '\u{2018}'..='\u{201b}') {
            quoted.push(c);
        }
    }
    quoted + "'"
}

/// What does not depend on the options.
const SCRIPT: &str = r#"
Register-ArgumentCompleter -Native -CommandName 'tailpane' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # A name may hold anything: where it is not plain it is put between apostrophes, and its own are doubled.
    function Quoted($text) {
        if ($text -cmatch '\A[A-Za-z0-9_./-][A-Za-z0-9_./:=-]*\z') { return $text }
        return "'" + ($text -replace '([''\u2018-\u201b])', '$1$1') + "'"
    }

    # Offers a text if it goes on from what was typed.
    function Offer($text, $kind, $tip) {
        if ($text -and $text.StartsWith($word, [System.StringComparison]::Ordinal)) {
            [System.Management.Automation.CompletionResult]::new((Quoted ($lead + $text)), $text, $kind, $tip)
        }
    }

    function Names($names, $behind) {
        foreach ($name in $names) { Offer ($name + $behind) 'ParameterValue' $name }
    }

    function Option($name, $tip) {
        Offer $name 'ParameterName' $tip
    }

    function Files() {
        if ($lead -eq '') { [System.Management.Automation.CompletionCompleters]::CompleteFilename($word) }
    }

    # The word that is completed, without the quote that it may begin with, and the one before it.
    $word = $wordToComplete -replace '\A[''"]', ''
    $lead = ''
    $before = $commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        Select-Object -Last 1
    $option = "$before"
    if ($word -cmatch '\A(--[a-z-]+)=(.*)\z') {
        $option = $Matches[1]
        $lead = $Matches[1] + '='
        $word = $Matches[2]
    }

    switch -CaseSensitive ($option) {
{values}
    }

    if ($word.StartsWith('-')) {
{options}
        return
    }

    # Hosts and workspaces come and go: the program is asked for them.
    if ($word -notmatch '[/:]') { Names (& tailpane --generate hosts 2>$null) ':' }
    Files
}
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::cli;

    #[test]
    fn every_option_and_every_value_is_in_it() {
        let script = script(cli::command());
        let mut command = cli::command();
        command.build();
        for option in command.get_arguments().filter(|option| !option.is_positional()) {
            for name in called(option) {
                assert!(script.contains(&format!("Option '{name}' '")), "{name}");
                let wants = option.get_action().takes_values();
                assert_eq!(script.contains(&format!("        '{name}' {{ ")), wants, "{name}");
            }
            for value in option.get_possible_values() {
                assert!(script.contains(&quoted(value.get_name())), "{}", value.get_name());
            }
        }
        assert!(script.contains("'--layout' { Names @('grid', 'rows', 'columns', 'main') ''; return }"));
        assert!(script.contains("'--theme' { Names @('terminal', 'dark', "));
        assert!(
            script.contains("'-w' { Names (& tailpane --generate workspaces 2>$null) ''; Files; return }")
        );
        assert!(script.contains("tailpane --generate hosts") && script.contains("Option '--version' '"));
    }

    /// The script without its strings and comments, as PowerShell reads them.
    fn code(script: &str) -> String {
        let (mut code, mut chars) = (String::new(), script.chars().peekable());
        while let Some(c) = chars.next() {
            match c {
                '#' => while chars.next_if(|c| *c != '\n').is_some() {},
                '\'' | '"' => loop {
                    let inner = chars.next().expect("a string is not closed");
                    assert!(c == '\'' || inner != '`', "no backtick is wanted in a string");
                    // One that is doubled is a character of the string.
                    if inner == c && chars.next_if_eq(&c).is_none() {
                        break;
                    }
                },
                c => code.push(c),
            }
        }
        code
    }

    #[test]
    fn strings_and_braces_are_closed() {
        let code = code(&script(cli::command()));
        let mut open = Vec::new();
        for c in code.chars() {
            match c {
                '{' | '(' | '[' => open.push(c),
                '}' | ')' | ']' => assert!(
                    matches!((open.pop(), c), (Some('{'), '}') | (Some('('), ')') | (Some('['), ']')),
                    "{code}"
                ),
                _ => {}
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }

    #[test]
    fn nothing_that_is_read_is_executed() {
        let code = code(&script(cli::command())).to_lowercase();
        for word in ["invoke-expression", "iex", "create(", "invokescript", "."] {
            let calls = code.split_whitespace().filter(|part| *part == word).count();
            assert_eq!(calls, 0, "{word}");
        }
        let called: Vec<&str> =
            code.split('&').skip(1).map(|call| call.split("2>").next().unwrap()).collect();
        let (workspaces, hosts) = (" tailpane --generate workspaces ", " tailpane --generate hosts ");
        assert_eq!(called, [workspaces, workspaces, hosts], "nothing else is called");
    }

    #[test]
    fn apostrophes_are_doubled() {
        assert_eq!(quoted("it's ‘so’ $(x) `y` \"z\"\n"), "'it''s ‘‘so’’ $(x) `y` \"z\" '");
    }
}
