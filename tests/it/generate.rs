//! What `--generate` prints, and what real shells make of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use super::tty::Tty;

/// A home with a config that names hosts, and a workspace.
struct Home(TempDir);

impl Home {
    fn new() -> Home {
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join("config/tailpane");
        std::fs::create_dir_all(config.join("workspaces")).unwrap();
        std::fs::write(config.join("config.toml"), "[groups]\nshop = [\"webshop1\", \"webshop2\"]\n")
            .unwrap();
        std::fs::write(config.join("workspaces/counter.toml"), "").unwrap();
        std::fs::write(home.path().join("webshop.log"), "").unwrap();
        Home(home)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn variables(&self) -> Vec<(&'static str, std::ffi::OsString)> {
        let folder = Path::new(env!("CARGO_BIN_EXE_tailpane")).parent().unwrap();
        let path = std::env::var_os("PATH").unwrap();
        let path =
            std::env::join_paths([folder.to_path_buf()].into_iter().chain(std::env::split_paths(&path)));
        vec![
            ("PATH", path.unwrap()),
            ("HOME", self.path().into()),
            ("XDG_CONFIG_HOME", self.path().join("config").into()),
            ("XDG_STATE_HOME", self.path().join("state").into()),
            ("XDG_DATA_HOME", self.path().join("data").into()),
        ]
    }

    fn run(&self, program: &str, args: &[&str]) -> String {
        let mut command = Command::new(program);
        let output = command.args(args).envs(self.variables()).current_dir(self.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn generate(&self, what: &str) -> String {
        self.run("tailpane", &["--generate", what])
    }

    /// Writes a script where it can be sourced.
    fn script(&self, what: &str) -> PathBuf {
        let path = self.path().join(what);
        std::fs::write(&path, self.generate(what)).unwrap();
        path
    }

    /// A shell in a terminal.
    fn shell(&self, program: &str, args: &[&str]) -> Tty {
        let mut command = CommandBuilder::new(program);
        command.args(args);
        for (name, value) in self.variables() {
            command.env(name, value);
        }
        command.env("PS1", "$ ");
        Tty::command(command, 100, 30)
    }
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

#[test]
fn hosts_and_workspaces_are_printed_one_a_line() {
    let home = Home::new();
    let hosts = home.generate("hosts");
    for name in ["webshop1", "webshop2", "@shop"] {
        assert!(hosts.lines().any(|line| line == name), "{hosts}");
    }
    assert_eq!(home.generate("workspaces"), "counter\n");
}

#[test]
fn the_schema_and_the_keys_are_what_they_say() {
    let home = Home::new();
    let schema: serde_json::Value = serde_json::from_str(&home.generate("schema")).unwrap();
    assert!(schema["properties"]["layout"].is_object());
    let keys = home.generate("keys");
    assert!(keys.contains("\"Ctrl-P\" = \"palette\""), "{keys}");
    // What is printed may be the user's own file, and comes to the same keys.
    std::fs::write(home.path().join("config/tailpane/keymap.toml"), format!("{keys}\"F9\" = \"hits-go\"\n"))
        .unwrap();
    let again = home.generate("keys");
    assert!(
        again.contains("\"F9\" = \"hits-go\"") && again.lines().count() == keys.lines().count() + 1,
        "{again}"
    );
    assert!(home.generate("man").contains("COMMANDS AND KEYS"));
    assert!(home.generate("complete-powershell").contains("Register-ArgumentCompleter"));
}

#[test]
fn a_mistake_in_the_config_breaks_no_completion() {
    let home = Home::new();
    std::fs::write(home.path().join("config/tailpane/config.toml"), "layout = [").unwrap();
    assert_eq!(home.generate("workspaces"), "counter\n");
    home.generate("hosts");
}

#[test]
fn bash_completes_options_hosts_and_files() {
    let home = Home::new();
    let script = home.script("complete-bash");
    let mut bash = home.shell("bash", &["--norc", "--noprofile", "-i"]);
    bash.keys(&format!("cd {}; . {}; clear\r", home.path().display(), script.display()));
    bash.wait_text("$ ");
    bash.keys("tailpane --check-c\t");
    bash.wait_text("tailpane --check-config");
    bash.keys("\x15tailpane --layout co\t");
    bash.wait_text("tailpane --layout columns");
    bash.keys("\x15tailpane --theme colo\t");
    bash.wait_text("tailpane --theme colour-blind");
    bash.keys("\x15tailpane webshop2\t");
    bash.wait_text("tailpane webshop2:");
    // Of hosts and files that go on so all are told.
    bash.keys("\x15tailpane webs\t\t\t");
    bash.wait_text("webshop.log");
    bash.wait_text("webshop1:");
    bash.keys("\x15tailpane -w cou\t");
    bash.wait_text("tailpane -w counter");
    bash.keys("\x15exit\r");
}

#[test]
fn zsh_completes_options_hosts_and_files() {
    if !is_there("zsh") {
        return;
    }
    let home = Home::new();
    let script = home.script("complete-zsh");
    let mut zsh = home.shell("zsh", &["-f", "-i"]);
    let begin =
        "cd ~; autoload -U compinit; compinit -u -D; zstyle ':completion:*' menu no; unsetopt beep auto_menu";
    zsh.keys(&format!("PROMPT='> '; {begin}; . {}; clear; print ready\r", script.display()));
    zsh.wait_for("the script to be read", |screen| screen.contents().lines().any(|line| line == "ready"));
    zsh.keys("tailpane --check-c\t");
    zsh.wait_text("tailpane --check-config");
    zsh.keys("\x15tailpane --layout=col\t");
    zsh.wait_text("tailpane --layout=columns");
    zsh.keys("\x15tailpane --theme=colo\t");
    zsh.wait_text("tailpane --theme=colour-blind");
    zsh.keys("\x15tailpane webshop2\t");
    zsh.wait_text("tailpane webshop2:");
    zsh.keys("\x15tailpane webshop.\t");
    zsh.wait_text("tailpane webshop.log");
    zsh.keys("\x15tailpane -w cou\t");
    zsh.wait_text("tailpane -w counter");
    zsh.keys("\x15exit\r");
}

#[test]
fn fish_completes_options_hosts_and_files() {
    if !is_there("fish") {
        return;
    }
    let home = Home::new();
    let script = home.script("complete-fish");
    let ask = |line: &str| {
        let line = format!("source {}; complete -C '{line}'", script.display());
        home.run("fish", &["--no-config", "-c", &line])
    };
    assert!(ask("tailpane --check-c").starts_with("--check-config"));
    assert!(ask("tailpane --layout co").starts_with("columns"));
    assert!(ask("tailpane --theme colo").starts_with("colour-blind"));
    assert!(ask("tailpane -w cou").starts_with("counter"));
    let names = ask("tailpane webs");
    for name in ["webshop1:", "webshop2:", "webshop.log"] {
        assert!(names.lines().any(|line| line.split('\t').next() == Some(name)), "{names}");
    }
}

/// A name that runs a command wherever a shell expands it.
const HOSTILE: &str = "x$(touch PWNED)`touch PWNED`";

impl Home {
    fn with_hostile_names() -> Home {
        let home = Home::new();
        let workspace = format!("config/tailpane/workspaces/{HOSTILE}.toml");
        std::fs::write(home.path().join(workspace), "").unwrap();
        home
    }

    fn assert_nothing_ran(&self) {
        assert!(!self.path().join("PWNED").exists(), "a name was executed");
    }
}

#[test]
fn bash_and_zsh_execute_no_name_and_insert_it_quoted() {
    let zsh = "cd ~; autoload -U compinit; compinit -u -D; unsetopt beep auto_menu; bindkey -e; PROMPT='> '";
    let shells = [
        ("bash", "complete-bash", &["--norc", "--noprofile", "-i"][..], "cd ~"),
        ("zsh", "complete-zsh", &["-f", "-i"], zsh),
    ];
    for (name, script, args, begin) in shells.into_iter().filter(|(name, ..)| is_there(name)) {
        let home = Home::with_hostile_names();
        let script = home.script(script);
        let mut shell = home.shell(name, args);
        shell.keys(&format!("{begin}; . {}; clear; printf '%s\\n' ready\r", script.display()));
        let ready = |screen: &vt100::Screen| screen.contents().lines().any(|line| line == "ready");
        shell.wait_for("the script to be read", ready);
        shell.keys("tailpane -w x\t");
        shell.wait_text(r"tailpane -w x\$\(");
        home.assert_nothing_ran();
        // Nor does the line that comes of it.
        shell.keys("\x01printf '<%s>' \x05\r");
        shell.wait_text(&format!("<{HOSTILE}>"));
        home.assert_nothing_ran();
        shell.keys("exit\r");
    }
}

#[test]
fn fish_executes_no_name() {
    if !is_there("fish") {
        return;
    }
    let home = Home::with_hostile_names();
    let script = home.script("complete-fish");
    let line = format!("source {}; complete -C 'tailpane -w x'", script.display());
    assert!(home.run("fish", &["--no-config", "-c", &line]).starts_with(HOSTILE));
    home.assert_nothing_ran();
}
