//! The event loop of the screen: waits for what happens, lets the app decide, performs what it wants, and
//! draws when something changed and the terminal is ready for it.
//!
//! ```text
//! keys ──┐                              ┌─▶ effects
//! logs ──┼─▶ Happening ─▶ App::on ──────┤
//! scans ─┤   (ids only)                 └─▶ dirty ─▶ pace ─▶ App::screen ─▶ render ─▶ writer
//! time ──┘
//! ```
//!
//! What changed in logs is only noted when it happens and looked at once, before a frame, so a log that
//! grows by 500 MB/s costs one look a frame.

use std::collections::{BTreeSet, VecDeque};
use std::fs::File;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use jiff::Zoned;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::cli::Options;
use super::clipboard::{self, Between, Copying};
use super::effects::{self, Hands};
use super::happening::{Happening, Reloaded};
use super::headless;
use super::keys::{self, Input};
use super::opening::Opening;
use super::pace::Pace;
use super::picture::Picture;
use super::recent::Recent;
use super::reload::{Noted, Reload};
use super::session::{Kept, Memory, NOW_AND_THEN, Sessions};
use super::signals::{self, Signals, Told};
use super::spec::Spec;
use super::terminal;
use super::writer::Writer;
use crate::app::App;
use crate::app::event::{Effect, Event};
use crate::app::screen::Size;
use crate::app::source::SourceId;
use crate::config::keymap::Keymap;
use crate::config::session::Session;
use crate::config::settings::Settings;
use crate::source::end_commands;
use crate::source::ssh::config::Resolver;
use crate::ui::theme::Theme;

/// The exit code of a program that lost its terminal, as after a hang-up.
const HUNG_UP: u8 = 129;
/// How long the loop may take to end by itself when a signal asks for that, and writing the session at the end.
const PATIENCE: Duration = Duration::from_secs(2);
/// Time alone changes the screen no more often than this.
const SHORTEST_TICK: Duration = Duration::from_millis(16);

/// What the screen begins with besides its sources.
pub struct Start {
    /// The keys.
    pub keymap: Keymap,
    /// A session that is to be taken up.
    pub session: Option<Session>,
    /// What could not be done: a sentence each.
    pub complaints: Vec<String>,
}

/// Follows on the screen until the user has had enough.
///
/// # Errors
/// When the terminal cannot be taken or a thread not be started.
pub fn run(
    options: &Arc<Options>,
    start: Start,
    specs: &[Spec],
    stdin: Option<File>,
    resolver: Arc<Resolver>,
) -> anyhow::Result<ExitCode> {
    keys_from_the_terminal()?;
    let (depth, glyphs) = terminal::abilities(|name| std::env::var(name).ok());
    let theme = Theme::new(depth, glyphs, &options.settings.looks());
    let Start { keymap, session, complaints } = start;
    let app = App::new(options.settings.clone(), keymap).map_err(anyhow::Error::msg)?;
    let app = app.filtered(options.chain.clone()).named(
        options.origins(),
        options.folder(),
        options.workspace.clone(),
    );
    let app = match session {
        Some(session) => app.resuming(session),
        None => app,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let _within = runtime.enter();
    let signals = Signals::listen()?;
    end_in_spite_of_a_busy_loop()?;
    let (happened, happenings) = unbounded_channel();
    let reloaded = happened.clone();
    let mut live = Live::new(app, theme, options.settings.clone(), happened, resolver)?;
    let asked = options.asked();
    let noted = Noted::now(asked.files());
    let complaints = asked.briefly(&complaints);
    live.hands.use_places(asked);
    let places = Sessions::here().zip(Recent::here()).filter(|_| !options.demo);
    let memory = places.map(|(sessions, recent)| Memory::start(move |kept| kept.write(&sessions, &recent)));
    live.memory = memory.transpose()?;
    terminal::take(options.settings.mouse).context("the terminal cannot be used")?;
    let code = runtime.block_on(async {
        keys::prepare().context("keys cannot be read")?;
        live.begin(specs, complaints, stdin);
        live.draw(Instant::now())?;
        live.hands.listen_to_keys()?;
        let again = Arc::clone(options);
        let _reload = Reload::start(noted, move || {
            // Nobody listens any more at the very end.
            let _ = reloaded.send(Happening::Reloaded(Reloaded::read(&again)));
        })?;
        live.run(happenings, signals).await
    });
    live.remember();
    let memory = live.memory.take();
    drop(live);
    terminal::give_back();
    for sentence in memory.map(|memory| memory.finish(PATIENCE)).unwrap_or_default() {
        headless::say(&[&sentence]);
    }
    code
}

/// Whoever asks for the program's end gets it with the terminal as it was, even while the loop is held up
/// by something that takes for ever.
fn end_in_spite_of_a_busy_loop() -> io::Result<()> {
    signals::at_end(|number| {
        std::thread::sleep(PATIENCE);
        end_commands();
        terminal::give_back();
        std::process::exit(128 + i32::from(number));
    })
}

/// Keys come from the terminal even when standard input is a pipe.
fn keys_from_the_terminal() -> anyhow::Result<()> {
    if io::stdin().is_terminal() {
        return Ok(());
    }
    let terminal = File::open("/dev/tty")
        .context("there is no terminal to read keys from; --plain prints lines without one")?;
    rustix::stdio::dup2_stdin(terminal).context("keys cannot be read")
}

/// Everything the loop holds.
struct Live {
    app: App,
    hands: Hands,
    picture: Picture,
    writer: Writer,
    pace: Pace,
    size: Size,
    mouse: bool,
    /// Sources that changed since they were looked at.
    changed: BTreeSet<SourceId>,
    /// A key waits for its frame.
    urgent: bool,
    /// The picture is put aside until a key comes.
    aside: bool,
    /// Bytes for the terminal that are no picture; they go before the next frame.
    outbox: Vec<u8>,
    /// What the app wants done, in this order.
    effects: VecDeque<Effect>,
    /// What was named and is not open yet.
    opening: Opening,
    /// Set when the program is to end.
    end: Option<ExitCode>,
    /// Where sessions and files that were opened are remembered.
    memory: Option<Memory>,
    /// When that was done last.
    remembered: Instant,
}

impl Live {
    fn new(
        app: App,
        theme: Theme,
        settings: Settings,
        happened: UnboundedSender<Happening>,
        resolver: Arc<Resolver>,
    ) -> anyhow::Result<Live> {
        let taken = happened.clone();
        // Nobody listens any more at the very end.
        let writer = Writer::start(move |result| drop(taken.send(Happening::Taken(result))))?;
        Ok(Live {
            app,
            mouse: settings.mouse,
            hands: Hands::new(happened, settings, resolver)?,
            picture: Picture::new(theme),
            writer,
            pace: Pace::default(),
            size: Size::default(),
            changed: BTreeSet::new(),
            urgent: false,
            aside: false,
            outbox: Vec::new(),
            effects: VecDeque::new(),
            opening: Opening::default(),
            end: None,
            memory: None,
            remembered: Instant::now(),
        })
    }

    /// Begins to open what was named. Effects wait until the first frame has been drawn.
    fn begin(&mut self, specs: &[Spec], complaints: Vec<String>, stdin: Option<File>) {
        self.tell(Event::Wall(Zoned::now()));
        self.resize();
        self.opening = Opening::new(specs.to_vec(), stdin);
        self.open_more();
        for complaint in complaints {
            self.tell(Event::NotOpened(complaint));
        }
    }

    /// Opens more of what was named, for a short while.
    fn open_more(&mut self) {
        let until = Opening::slice();
        while let Some((spec, stdin)) = self.opening.next(until) {
            for event in self.hands.open_spec(&spec, stdin) {
                self.tell(event);
            }
        }
    }

    /// Goes round until the end.
    async fn run(
        &mut self,
        mut happenings: UnboundedReceiver<Happening>,
        mut signals: Signals,
    ) -> anyhow::Result<ExitCode> {
        loop {
            effects::leave_out_superseded(&mut self.effects);
            while let Some(effect) = self.effects.pop_front() {
                self.perform(effect)?;
            }
            if let Some(code) = self.end {
                return Ok(code);
            }
            let now = Instant::now();
            let frame = self.draw(now)?;
            if !self.effects.is_empty() {
                continue;
            }
            if self.opening.is_before_keys() {
                self.open_more();
                continue;
            }
            let tick = self.app.wake_at(now).map(|at| at.max(now + SHORTEST_TICK));
            tokio::select! {
                Some(happening) = happenings.recv() => self.on(happening),
                told = signals.next() => self.on_signal(told)?,
                () = std::future::ready(()), if !self.opening.is_done() => self.open_more(),
                () = sleep_until([frame, tick].into_iter().flatten().min()) => {}
            }
            while let Ok(happening) = happenings.try_recv() {
                self.on(happening);
            }
            if tick.is_some_and(|at| at <= Instant::now()) {
                self.tell(Event::Tick);
            }
        }
    }

    fn on(&mut self, happening: Happening) {
        match happening {
            Happening::Input(input) => self.on_input(input),
            Happening::Changed(id) => {
                self.changed.insert(id);
            }
            Happening::Counted => {
                for event in self.hands.counts() {
                    self.tell(event);
                }
            }
            Happening::Answer(event) => self.tell(*event),
            Happening::Found(name, found) => {
                for event in self.hands.found(&name, found) {
                    self.tell(event);
                }
            }
            Happening::Reloaded(Ok(reloaded)) => {
                let Reloaded { configured, hosts } = *reloaded;
                self.hands.use_config(configured.settings.clone(), hosts);
                self.tell(Event::Configured(Box::new(configured)));
            }
            Happening::Reloaded(Err(wrong)) => self.tell(Event::NotConfigured(wrong)),
            Happening::TmuxRefused(text) => self.copy(&text, Between::Tmux),
            Happening::Taken(Ok(())) => self.writer.taken(),
            Happening::Taken(Err(_)) => self.end = Some(ExitCode::from(HUNG_UP)),
        }
    }

    fn on_input(&mut self, input: Input) {
        if self.aside && matches!(input, Input::Key(_) | Input::Paste(_)) {
            self.aside = false;
            self.outbox.extend(terminal::back());
            return self.picture.forget();
        }
        self.urgent = true;
        if self.remembered.elapsed() > NOW_AND_THEN {
            self.remember();
        }
        self.tell(Event::Wall(Zoned::now()));
        match input {
            Input::Key(key) => self.tell(Event::Key(key)),
            Input::Paste(text) => self.tell(Event::Paste(text)),
            Input::Mouse(mouse) => self.tell(Event::Mouse(mouse)),
            Input::Closed => self.end = Some(ExitCode::from(HUNG_UP)),
        }
    }

    /// Has the session remembered, and which files were opened.
    fn remember(&mut self) {
        self.remembered = Instant::now();
        let Some(memory) = &self.memory else { return };
        let session = self.app.session().map(|session| (self.app.names_of(&session.desk), session));
        memory.remember(Kept { opened: self.app.opened_files(), session });
    }

    fn on_signal(&mut self, told: Told) -> anyhow::Result<()> {
        match told {
            Told::End(number) => self.end = Some(ExitCode::from(128 + number)),
            Told::Stop => {
                terminal::give_back();
                signals::stop_self()?;
                self.take_again()?;
            }
            Told::Continue => self.take_again()?,
            Told::Resized => {
                self.urgent = true;
                self.resize();
            }
        }
        Ok(())
    }

    /// The terminal is ours again, whatever was done to it.
    fn take_again(&mut self) -> anyhow::Result<()> {
        terminal::take(self.mouse).context("the terminal cannot be used again")?;
        self.aside = false;
        self.picture.forget();
        self.resize();
        Ok(())
    }

    fn resize(&mut self) {
        self.size = terminal::size();
        self.tell(Event::Resize(self.size));
    }

    /// Tells the app what happened, and keeps what it wants.
    fn tell(&mut self, event: Event) {
        self.effects.extend(self.app.on(Instant::now(), event));
    }

    /// Does what concerns the terminal; everything else is for other hands.
    fn perform(&mut self, effect: Effect) -> anyhow::Result<()> {
        match effect {
            Effect::Quit => self.end = Some(ExitCode::SUCCESS),
            Effect::Redraw => self.picture.forget(),
            Effect::Looks(looks) => self.picture.look(&looks),
            Effect::Mouse(on) => {
                self.mouse = on;
                self.outbox.extend(terminal::mouse(on).bytes());
            }
            Effect::Suspend if signals::somebody_could_continue() => signals::stop_job()?,
            Effect::Suspend => {
                self.tell(Event::NotOpened(
                    "no shell waits behind this window, so there is nothing to go back to".into(),
                ));
            }
            Effect::Dump(lines) => {
                self.aside = true;
                self.outbox.extend(terminal::aside(&lines));
            }
            Effect::Copy(text) => match clipboard::between(|name| std::env::var(name).ok()) {
                Between::Tmux => self.hands.copy_through_tmux(text)?,
                between => self.copy(&text, between),
            },
            effect => {
                for event in self.hands.perform(effect)? {
                    self.tell(event);
                }
            }
        }
        Ok(())
    }

    fn copy(&mut self, text: &str, between: Between) {
        match clipboard::copy(text, between) {
            Copying::Send(bytes, sentence) => {
                self.outbox.extend(bytes);
                self.tell(Event::Copied(sentence));
            }
            Copying::Refuse(sentence) => self.tell(Event::NotCopied(sentence)),
        }
    }

    /// Draws a frame if one is wanted and may be drawn now; otherwise says when it may.
    fn draw(&mut self, now: Instant) -> io::Result<Option<Instant>> {
        if !self.writer.is_free() {
            return Ok(None); // that it was taken wakes us
        }
        if !self.outbox.is_empty() {
            self.writer.send(std::mem::take(&mut self.outbox));
            return Ok(None);
        }
        let news = !self.changed.is_empty();
        if self.aside || !(news || self.app.dirty() || self.picture.is_forgotten()) {
            self.urgent = false;
            return Ok(None);
        }
        let due = self.pace.due(now, self.urgent || self.app.awaited());
        if due > now {
            return Ok(Some(due));
        }
        self.look();
        self.urgent = false;
        let mut bytes = Vec::new();
        if self.app.dirty() || self.picture.is_forgotten() {
            let screen = self.app.screen(now, self.size);
            let composed = now.elapsed();
            bytes = self.picture.draw(&screen);
            tracing::trace!(?composed, drawn = ?now.elapsed(), bytes = bytes.len(), "frame");
        }
        // What time alone changes, or a key, need not hold up the news that come next.
        if news {
            self.pace.drawn(now, bytes.len(), now.elapsed());
        }
        if !bytes.is_empty() {
            self.writer.send(bytes);
        }
        Ok(None)
    }

    /// Looks at what has been noted.
    fn look(&mut self) {
        if !self.changed.is_empty() {
            self.tell(Event::Wall(Zoned::now()));
        }
        for id in std::mem::take(&mut self.changed) {
            for event in [self.hands.renamed(id), self.hands.status(id)].into_iter().flatten() {
                self.tell(event);
            }
        }
    }
}

/// Waits for a moment; for ever if there is none.
async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
