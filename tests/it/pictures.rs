//! The pictures in `docs/`: the real program on a terminal, at work. Each test goes through the scene of one picture and
//! waits for what it is to show; `TAILPANE_BLESS=1 cargo test --test it pictures` writes the pictures anew.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use tailpane::runtime::demo::backlog;
use tailpane::runtime::demo::voice::{Random, VOICES, Voice};
use tailpane::ui::svg::svg;

use crate::folder::Folder;
use crate::headless::text;
use crate::ssh::site::Site;
use crate::tty::Tty;

/// Logs such as the demo's, of a fixed time.
fn logs() -> Vec<(&'static str, String)> {
    let at = "2026-03-14T09:26:53Z".parse().unwrap();
    let log = |(number, voice): (u64, &'static Voice)| {
        (voice.file, backlog(voice, &mut Random::new(number), at, 400))
    };
    (3..).zip(VOICES).map(log).collect()
}

/// The same in files.
fn files(folder: &Folder) -> Vec<PathBuf> {
    logs().into_iter().map(|(name, log)| folder.write(name, log)).collect()
}

fn start(folder: &Folder, args: &[&str], cols: u16, rows: u16) -> Tty {
    let config = folder.path("config.toml");
    if !config.exists() {
        std::fs::write(&config, "").unwrap();
    }
    Tty::start(&[&["--config", text(&config)], args].concat(), cols, rows)
}

/// Writes the picture of a terminal, when that is asked for; a page has it in any case.
fn picture(tty: &Tty, name: &str, page: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("docs/pictures").join(name).with_extension("svg");
    if std::env::var_os("TAILPANE_BLESS").is_some() {
        settle(tty);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, svg(&cells(&tty.screen()))).unwrap();
    }
    assert!(path.exists(), "{}: TAILPANE_BLESS=1 cargo test --test it pictures", path.display());
    let shown = std::fs::read_to_string(root.join(page)).unwrap();
    assert!(shown.contains(&format!("pictures/{name}.svg")), "{page} does not show {name}");
}

/// Waits until the program draws nothing new.
fn settle(tty: &Tty) {
    let mut before = tty.text();
    while tty.shows_within(Duration::from_millis(400), |screen| screen.contents() != before) {
        before = tty.text();
    }
}

/// A terminal's cells as the picture wants them.
fn cells(screen: &vt100::Screen) -> Buffer {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    let color = |color| match color {
        vt100::Color::Default => Color::Reset,
        vt100::Color::Idx(n) => Color::Indexed(n),
        vt100::Color::Rgb(r, g, b) => Color::Rgb(r, g, b),
    };
    for (y, x) in (0..rows).flat_map(|y| (0..columns).map(move |x| (y, x))) {
        let Some(cell) = screen.cell(y, x).filter(|cell| !cell.is_wide_continuation()) else { continue };
        let mut style = Style::new().fg(color(cell.fgcolor())).bg(color(cell.bgcolor()));
        for (on, modifier) in [
            (cell.bold(), Modifier::BOLD),
            (cell.dim(), Modifier::DIM),
            (cell.italic(), Modifier::ITALIC),
            (cell.underline(), Modifier::UNDERLINED),
            (cell.inverse(), Modifier::REVERSED),
        ] {
            if on {
                style = style.add_modifier(modifier);
            }
        }
        let symbol = if cell.has_contents() { cell.contents() } else { " " };
        buffer[(x, y)].set_symbol(symbol).set_style(style);
    }
    buffer
}

#[test]
fn panes_beside_each_other() {
    let folder = Folder::new();
    let files = files(&folder);
    let args: Vec<&str> = files.iter().map(|path| text(path)).collect();
    let mut tty = start(&folder, &args, 150, 40);
    tty.wait_text(VOICES[3].file);
    tty.keys("\x17j&slow|fail\r\x17k\x17l/timeout|failed\r");
    tty.wait_text("&slow|fail");
    tty.wait_text("paused");
    picture(&tty, "panes", "README.md");
}

#[test]
fn a_chain_of_filters_in_its_panel() {
    let folder = Folder::new();
    let app = files(&folder)[1].clone();
    let mut tty = start(&folder, &[text(&app)], 110, 26);
    tty.wait_text("app.log");
    tty.keys("&pool|charging|order\r!DEBUG\r:filter level>=warn\r]");
    tty.wait_text("level>=warn");
    tty.wait_text("connection pool is");
    tty.keys("\t");
    tty.wait_text("Space on/off");
    picture(&tty, "filters", "docs/filters.md");
}

#[test]
fn logs_merged_by_time_with_a_histogram() {
    let folder = Folder::new();
    let files = files(&folder);
    let args: Vec<&str> = files.iter().map(|path| text(path)).collect();
    let mut tty = start(&folder, &args, 130, 30);
    tty.wait_text("app.log");
    tty.keys("iT");
    tty.wait_text("4 logs");
    picture(&tty, "time", "docs/time.md");
    tty.keys("T");
    tty.wait_gone("4 logs");
    tty.keys("\x17j-H");
    tty.wait_text("events.json over time");
    tty.wait_text("errors");
    picture(&tty, "histogram", "docs/levels.md");
}

#[test]
fn json_for_people() {
    let folder = Folder::new();
    let events = files(&folder)[2].clone();
    let mut tty = start(&folder, &[text(&events)], 110, 30);
    tty.wait_text("events.json");
    tty.keys("J");
    tty.wait_text("host: ");
    picture(&tty, "view", "docs/view.md");
}

#[test]
fn files_on_other_hosts() {
    let site = Site::new();
    let logs = logs();
    let names: Vec<String> = ["web1", "web2", "db1"]
        .iter()
        .zip(&logs)
        .map(|(host, (name, log))| {
            site.write(name, log);
            site.on(host, name)
        })
        .chain([site.on("dead", "app.log")])
        .collect();
    let mut tty = site.tty(&names, 130, 30);
    tty.wait_text("link ok");
    tty.wait_for("the refused host", |screen| screen.contents().contains("dead"));
    tty.wait_for("all three logs", |screen| screen.contents().matches("link ok").count() >= 3);
    tty.keys("\x17l");
    picture(&tty, "hosts", "docs/ssh.md");
}

#[test]
fn commands_panes_and_files_by_a_few_letters() {
    let folder = Folder::new();
    let files = files(&folder);
    let args: Vec<&str> = files[..2].iter().map(|path| text(path)).collect();
    let mut tty = start(&folder, &args, 120, 28);
    tty.wait_text("app.log");
    tty.keys("\x10lay");
    tty.wait_text("layout rows");
    picture(&tty, "palette", "docs/finding.md");
    tty.keys("\x1b");
    tty.wait_gone("layout rows");
    tty.keys("aev");
    tty.wait_text("events.json");
    tty.wait_text("\"lease ren");
    picture(&tty, "picker", "docs/finding.md");
}

#[test]
fn a_mistake_in_the_config_and_the_keys_that_go_on() {
    let folder = Folder::new();
    let app = files(&folder)[1].clone();
    folder.write("config.toml", "[logs.'app*']\nlabel = 'shop'\n");
    let mut tty = Tty::shell(
        &format!("cd {} && exec $TAILPANE --config config.toml {}", text(&folder.path("")), text(&app)),
        100,
        20,
    );
    tty.wait_text("shop");
    tty.keys("\x17");
    tty.wait_text("split below");
    picture(&tty, "keys", "docs/keymaps.md");
    tty.keys("\x1b");
    tty.wait_gone("split below");
    folder.write("config.toml", "[logs.'app*']\nlabel = 'shop'\nfilters = ['levle>=warn']\ncolour = 'red'\n");
    tty.wait_text("1 more: :config lists them");
    picture(&tty, "mistake", "docs/configuration.md");
}

#[test]
fn rules_that_mark_what_took_long() {
    let folder = Folder::new();
    let app = files(&folder)[1].clone();
    let rules = "[[highlight]]\npattern = 'order \\d+'\nstyle = 'bold magenta'\n\
                 [[highlight]]\npattern = '(?<ms>\\d+) ms'\nstyle = 'black on yellow'\nwhen = { group = 'ms', above = 200 }\n\
                 [[highlight]]\npattern = '(?<ms>\\d+) ms'\nstyle = 'bold white on red'\nwhen = { group = 'ms', above = 400 }\n";
    folder.write("config.toml", rules.replace("\\\\", "\\"));
    let mut tty = start(&folder, &["--theme", "dark", text(&app)], 110, 20);
    tty.wait_text("app.log");
    tty.keys("&paid in|pool\r");
    tty.wait_text("connection pool");
    picture(&tty, "highlights", "docs/highlighting.md");
}
