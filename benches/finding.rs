//! What a key costs in the palette and the picker, with many files to find among.
//!
//! `cargo bench --bench finding` runs it; a key and its screen are to take less than 5 ms among 10,000 files.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tailpane::app::App;
use tailpane::app::event::{Effect, Event};
use tailpane::app::folder::{Found, Listing};
use tailpane::app::key::{Code, Key};
use tailpane::app::screen::Size;
use tailpane::app::source::{Exact, Source, SourceId, State, Status, Watch};
use tailpane::config::keymap::Keymap;
use tailpane::config::settings::Settings;
use tailpane::core::pos::Pos;

const SIZE: Size = Size { width: 120, height: 40 };
/// The worst of a key's times counts, the best of so many runs.
const TIMES: usize = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for files in [10_000, 20_000] {
        println!("{files} files, the best of {TIMES} runs: each key with its screen");
        for (what, key) in [("palette", Key::ctrl('p')), ("picker", 'a'.into())] {
            let runs: Result<Vec<_>, _> = (0..TIMES).map(|_| run(key, files)).collect();
            let runs = runs?;
            let best = |n: usize| runs.iter().map(|run| run[n]).min().unwrap_or_default();
            let times: Vec<Duration> = (0..runs[0].len()).map(best).collect();
            let worst = times.iter().max().copied().unwrap_or_default();
            println!("  {what:<8} worst {worst:>8.2?}   {times:.2?}");
        }
    }
    Ok(())
}

/// The times of the answer of the folder, and of each key.
fn run(open: Key, files: usize) -> Result<Vec<Duration>, Box<dyn std::error::Error>> {
    let mut app = App::new(Settings::default(), Keymap::shipped()?)?;
    let now = Instant::now();
    app.on(now, Event::Resize(SIZE));
    app.on(now, Event::Opened(log()));
    let asked = app.on(now, Event::Key(open)).into_iter().find_map(|effect| match effect {
        Effect::List(id, _) => Some(id),
        _ => None,
    });
    let mut times = Vec::new();
    let mut time = |app: &mut App, event: Event| {
        let start = Instant::now();
        app.on(start, event);
        app.screen(start, SIZE);
        times.push(start.elapsed());
    };
    let id = asked.ok_or("no folder was asked for")?;
    time(&mut app, Event::Listed(id, Ok(listing(files))));
    for c in "log w3 99".chars() {
        time(&mut app, Event::Key(c.into()));
    }
    time(&mut app, Event::Key(Code::Backspace.into()));
    Ok(times)
}

/// A log in the folder.
fn log() -> Source {
    let status = Status {
        state: State::Live,
        end: Pos(0),
        grew: None,
        watch: Watch::Events,
        notices: Arc::new([]),
        facts: Vec::new(),
        remote: None,
        file: None,
    };
    let name = "/var/log/services/one.log".to_owned();
    Source { id: SourceId(0), name, exact: Exact::Shown, store: Arc::new(Vec::new()), status }
}

fn names(files: usize) -> impl Iterator<Item = String> {
    (0..files).map(|n| format!("web{}-service-{}.{n:05}.log", n % 17, n % 101))
}

fn listing(files: usize) -> Listing {
    let found = names(files).map(|name| Found {
        name: name.into(),
        folder: false,
        file: None,
        size: Some(4096),
        age: Some(Duration::from_secs(60)),
    });
    Listing { path: PathBuf::from("/var/log/services"), found: found.collect(), left_out: 0 }
}
