//! Scripts by which shells complete the command line. What the program's options are is written into them; hosts and
//! workspaces, which come and go, they ask the program for (`--generate hosts`, `--generate workspaces`).

use clap::{Command, ValueHint};
use clap_complete::Shell;

use super::powershell;
use crate::runtime::cli;

const NAME: &str = "tailpane";

/// The script for a shell.
pub fn script(shell: Shell) -> String {
    let mut command = cli::command();
    match shell {
        Shell::PowerShell => return powershell::script(command),
        Shell::Zsh => command = hinted(command),
        _ => {}
    }
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, NAME, &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    match shell {
        Shell::Bash => script + &bash(&command),
        Shell::Zsh => zsh(&script),
        Shell::Fish => script + FISH,
        _ => script,
    }
}

/// The options that want something behind them, as the patterns of a `case`.
fn wanting(command: &Command) -> String {
    let options = command.get_arguments().filter(|option| !option.is_positional());
    let wanting = options.filter(|option| option.get_action().takes_values());
    let names = wanting.flat_map(|option| {
        let short = option.get_short().map(|short| format!("-{short}"));
        short.into_iter().chain(option.get_long().map(|long| format!("--{long}")))
    });
    names.collect::<Vec<_>>().join("|")
}

/// What is laid over the function that was generated: it completes what it knows, we add what it cannot know.
fn bash(command: &Command) -> String {
    let wanting = wanting(command);
    format!(
        r#"
# Offers each line that goes on from what was typed, with $1 behind it. A name may hold anything: it is never expanded,
# and what is inserted is quoted.
_tailpane_offer() {{
    local line quoted
    while IFS= read -r line; do
        printf -v quoted '%q' "$line"
        if [[ "$line" == "$cur"* || "$quoted" == "$cur"* ]]; then
            COMPREPLY+=("$quoted$1")
        fi
    done
}}

_tailpane_and_names() {{
    local cur="${{COMP_WORDS[COMP_CWORD]}}" prev="${{COMP_WORDS[COMP_CWORD-1]}}"
    COMPREPLY=()
    case "$prev" in
        -w|--workspace)
            _tailpane_offer '' < <("$1" --generate workspaces 2>/dev/null)
            _tailpane_offer '' < <(compgen -f -- "$cur")
            return
            ;;
        :|{wanting})
            _tailpane "$@"
            return
            ;;
    esac
    case "$cur" in
        -*|*/*|:*)
            _tailpane "$@"
            return
            ;;
    esac
    # Behind a host's colon the shell begins another word: that is a path there, and not known here.
    _tailpane_offer : < <("$1" --generate hosts 2>/dev/null)
    if [ "${{#COMPREPLY[@]}}" -gt 0 ]; then
        compopt -o nospace 2>/dev/null
        _tailpane_offer '' < <(compgen -f -- "$cur")
    fi
}}

complete -F _tailpane_and_names -o bashdefault -o default tailpane
"#
    )
}

/// What stands in the script for names that we put in ourselves: hints that none of our options has.
fn hinted(command: Command) -> Command {
    let command = command.mut_arg("files", |files| files.value_hint(ValueHint::Url));
    command.mut_arg("workspace", |workspace| workspace.value_hint(ValueHint::EmailAddress))
}

fn zsh(script: &str) -> String {
    let script =
        script.replace("_urls", "_tailpane_sources").replace("_email_addresses", "_tailpane_workspaces");
    let own = r#"
_tailpane_sources() {
    local -a hosts
    if [[ $PREFIX != */* ]]; then
        hosts=(${(f)"$(_call_program hosts command tailpane --generate hosts 2>/dev/null)"})
        compadd -S : -- $hosts
    fi
    _files
}

_tailpane_workspaces() {
    local -a workspaces
    workspaces=(${(f)"$(_call_program workspaces command tailpane --generate workspaces 2>/dev/null)"})
    compadd -- $workspaces
    _files -g '*.toml'
}

"#;
    // They must be known before the last lines of the script call what it defines.
    match script.find("_tailpane() {") {
        Some(at) => format!("{}{}{}", &script[..at], &own[1..], &script[at..]),
        None => script,
    }
}

/// What is added to the script that was generated.
const FISH: &str = r#"
function __tailpane_hosts
    string match -q '*/*' -- (commandline -ct); and return
    for host in (command tailpane --generate hosts 2>/dev/null)
        echo "$host:"
    end
end

complete -c tailpane -a '(__tailpane_hosts)'
complete -c tailpane -s w -l workspace -r -a '(command tailpane --generate workspaces 2>/dev/null)'
"#;
