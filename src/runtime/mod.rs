//! The terminal, the event loop, worker threads, and the performing of effects. Knows everyone and decides
//! nothing.
//!
//! ```text
//! cli, spec, config  what was asked for       live         the event loop: events in, effects out
//! headless      printing without a screen     effects      what the app wants done
//! folders       looking into folders          generate     manual, completions, schema, keys
//! demo          logs made up on the spot      terminal     taken and given back
//! log           about ourselves, to a file    pace, writer when and how frames leave
//! reload        config files that change       sources      what is followed: opened, found, closed
//! beside        files written whole
//! happening     what wakes the loop            opening      what was named, opened bit by bit
//! ```

pub mod backend;
pub mod beside;
pub mod cli;
pub mod clipboard;
pub mod config;
pub mod demo;
pub mod effects;
pub mod folders;
pub mod generate;
pub mod happening;
pub mod headless;
pub mod here;
pub mod keymap;
pub mod keys;
pub mod live;
pub mod log;
pub mod opening;
pub mod own;
pub mod pace;
pub mod picture;
pub mod recent;
pub mod reload;
pub mod save;
pub mod scan;
pub mod session;
pub mod sieve;
pub mod signals;
pub mod sources;
pub mod spec;
pub mod state;
pub mod terminal;
pub mod whole;
pub mod workspace;
pub mod writer;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Config;
use crate::config::keymap::Keymap;
use crate::core::text::printable;
use crate::source::end_commands;
use crate::source::ssh::config::Resolver;
use cli::{Options, Refusal};
use demo::Demo;
use spec::{Names, Spec};
use whole::Whole;

/// The exit code for a command line that makes no sense.
const USAGE: u8 = 2;

/// Runs the program.
pub fn main() -> ExitCode {
    // Before anything else: `ssh` may have started us to ask something, and nothing but that is to be done then.
    if let Some(code) = crate::source::ssh::system::askpass::run() {
        return code;
    }
    terminal::give_back_on_panic();
    open_as_many_files_as_allowed();
    match cli::parse(std::env::args_os()) {
        Ok(options) => run(options).unwrap_or_else(|error| {
            headless::say(&[&format!("{error:#}")]);
            ExitCode::FAILURE
        }),
        Err(Refusal::Clap(refusal)) => {
            // Nobody is left to be told when this fails.
            let _ = refusal.print();
            ExitCode::from(u8::try_from(refusal.exit_code()).unwrap_or(USAGE))
        }
        Err(Refusal::Sentence(sentence)) => {
            tell(&format!("tailpane: {sentence}\n"));
            ExitCode::from(USAGE)
        }
    }
}

/// A file that is followed is kept open, and the limit that is set at first is low for the sake of programs
/// that cannot deal with more.
fn open_as_many_files_as_allowed() {
    let limit = getrlimit(Resource::Nofile);
    // With the lower limit the files beyond it say so in their panes.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
}

/// Puts text on standard output as it is. Nobody is left to be told when that fails.
fn show(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}

/// Puts text on standard error as it is. Nobody is left to be told when that fails.
fn tell(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Sentences that are told at once; a screenful is mended first.
const TOLD: usize = 50;

/// Says what is wrong with what was asked for.
fn complain(wrong: &[String]) -> ExitCode {
    wrong.iter().take(TOLD).for_each(|sentence| tell(&format!("tailpane: {sentence}\n")));
    if wrong.len() > TOLD {
        tell(&format!("tailpane: … and {} more\n", wrong.len() - TOLD));
    }
    ExitCode::from(USAGE)
}

fn run(mut options: Options) -> anyhow::Result<ExitCode> {
    options.read_piped();
    if let Some(what) = options.generate {
        return Ok(match generate::text(what, &options) {
            Ok(text) => {
                show(&text);
                ExitCode::SUCCESS
            }
            Err(wrong) => complain(&wrong),
        });
    }
    if let Some(path) = &options.log_file {
        log::start(path, std::env::var("TAILPANE_LOG").ok().as_deref())?;
    }
    let (config, keymap) = match config_of(&options) {
        Ok(Asked::Run(config, keymap)) => (*config, keymap),
        Ok(Asked::Done) => return Ok(ExitCode::SUCCESS),
        Err(wrong) => return Ok(complain(&wrong)),
    };
    let Config { settings, hosts } = config;
    let screen = io::stdout().is_terminal() && !options.plain && !options.json;
    let (session, unsaid) = if screen { session::wanted(&options, &settings) } else { (None, None) };
    let workspace = Arc::clone(&settings.workspace);
    let resumed = session.as_ref().filter(|_| options.names_nothing() && workspace.sources.is_empty());
    let planned = resumed.map_or(&workspace.sources, |session| &session.desk.sources);
    let demo = options.demo.then(Demo::start).transpose().context("the demo's logs cannot be written")?;
    let names: Vec<OsString> = match &demo {
        Some(demo) => demo.files().into_iter().map(OsString::from).collect(),
        None if !options.commands.is_empty() => options.files.clone(),
        None if options.files.is_empty() && !planned.is_empty() => Vec::new(),
        None if options.files.is_empty() && io::stdin().is_terminal() => {
            match unsaid {
                Some(sentence) => tell(&format!("tailpane: {sentence}\n")),
                None => tell(&cli::short_help()),
            }
            return Ok(ExitCode::from(USAGE));
        }
        None if options.files.is_empty() => vec!["-".into()],
        None => options.files.clone(),
    };
    let places = if resumed.is_none() { Arc::clone(&settings.places) } else { Arc::default() };
    options.settings = settings;
    if let Some(session) = session.as_ref().filter(|session| session.desk.sources == *planned) {
        // What was open then is found where it was then.
        options.settings.sources.variables.extend(session.desk.variables.clone());
    }
    let options = &Arc::new(options);
    let resolver = Arc::new(Resolver::new(options.ssh_config.clone(), hosts));
    let by = Names { resolver: &resolver, sources: &options.settings.sources };
    let (mut specs, mut complaints) = spec::planned(planned, &places, &by);
    let (named, more) = spec::expand(&names, &by);
    let commands = options.commands.iter().cloned().map(Spec::Command);
    specs.extend(named.into_iter().chain(commands).filter(|spec| !specs.contains(spec)).collect::<Vec<_>>());
    complaints.extend(more.into_iter().chain(unsaid));
    if !screen || specs.is_empty() {
        for complaint in complaints.iter().chain(&options.settings.unheeded) {
            headless::say(&[complaint]);
        }
    }
    if specs.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    let stdin = if specs.contains(&Spec::Stdin) { piped_stdin()? } else { None };
    if screen {
        let start = live::Start { keymap, session, complaints };
        return live::run(options, start, &specs, stdin, resolver);
    }
    let demo = Arc::new(Mutex::new(demo));
    let commands = specs.iter().any(|spec| matches!(spec, Spec::Command(_)));
    if commands || options.demo {
        clean_up_at_end(&demo)?;
    }
    let code = headless::run(options, &specs, stdin, resolver);
    drop(demo.lock().unwrap_or_else(PoisonError::into_inner).take());
    code
}

/// What the config was asked for.
enum Asked {
    /// To run the program with it.
    Run(Box<Config>, Keymap),
    /// To be shown or checked: that is done.
    Done,
}

/// Reads the config, or shows or checks it.
///
/// # Errors
/// All that is wrong in it, a sentence each.
fn config_of(options: &Options) -> Result<Asked, Vec<String>> {
    let asked = options.asked();
    let Whole { read, settings, keymap } = Whole::read(options, &asked)?;
    if options.show_config {
        show(&read.shown(&options.beside));
    } else if options.check_config {
        let files: Vec<PathBuf> = asked.files().into_iter().filter(|path| path.exists()).collect();
        let names: Vec<String> = files.iter().map(|path| printable(&path.to_string_lossy())).collect();
        let names = if names.is_empty() { "no files".to_owned() } else { names.join(", ") };
        settings.unheeded.iter().for_each(|sentence| tell(&format!("tailpane: {sentence}\n")));
        show(&format!("nothing is wrong in the config ({names})\n"));
    } else {
        return Ok(Asked::Run(Box::new(Config { settings, ..read.config }), keymap));
    }
    Ok(Asked::Done)
}

/// Standard input as a file of its own, unless it is a terminal.
fn piped_stdin() -> anyhow::Result<Option<File>> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Ok(None);
    }
    let own = stdin.as_fd().try_clone_to_owned().context("standard input cannot be used")?;
    Ok(Some(File::from(own)))
}

/// A signal ends the mode without a screen as it ends any program; only commands and the demo's folder must not stay.
fn clean_up_at_end(demo: &Arc<Mutex<Option<Demo>>>) -> io::Result<()> {
    let demo = Arc::clone(demo);
    signals::at_end(move |number| {
        end_commands();
        drop(demo.lock().unwrap_or_else(PoisonError::into_inner).take());
        std::process::exit(128 + i32::from(number));
    })
}
