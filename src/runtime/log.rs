//! What the program writes about itself, when it is asked to: to a file, never to the screen.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Mutex;

use anyhow::Context;
use tracing::level_filters::LevelFilter;

/// Appends what happens in the program to `path`, as much as `level` (a name such as `debug`) says.
///
/// # Errors
/// When the file cannot be written, or `level` is no level.
pub fn start(path: &Path, level: Option<&str>) -> anyhow::Result<()> {
    let level = match level {
        None | Some("") => LevelFilter::DEBUG,
        Some(name) => name
            .parse()
            .ok()
            .with_context(|| format!("TAILPANE_LOG={name}: trace, debug, info, warn or error is wanted"))?,
    };
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    let writer =
        tracing_subscriber::fmt().with_ansi(false).with_max_level(level).with_writer(Mutex::new(file));
    writer.try_init().map_err(|error| anyhow::anyhow!("{error}"))
}
