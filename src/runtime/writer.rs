//! Writes frames to the terminal, which may be slow. One frame is on its way at a time; the next is made
//! when that has been taken, so what was not shown in between is never sent.

use std::io;
use std::sync::mpsc::{Sender, channel};

use super::terminal;

/// The thread that writes.
pub struct Writer {
    frames: Sender<Vec<u8>>,
    busy: bool,
}

impl Writer {
    /// Starts the thread; `taken` is called from it after every frame.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(taken: impl Fn(io::Result<()>) + Send + 'static) -> io::Result<Writer> {
        let (frames, jobs) = channel::<Vec<u8>>();
        std::thread::Builder::new().name("terminal".into()).spawn(move || {
            for frame in jobs {
                taken(terminal::write(&frame));
            }
        })?;
        Ok(Writer { frames, busy: false })
    }

    /// Whether the last frame was taken.
    pub fn is_free(&self) -> bool {
        !self.busy
    }

    /// Sends a frame off.
    pub fn send(&mut self, frame: Vec<u8>) {
        // Without its thread the writer stays busy, and its end has been told already.
        self.busy = true;
        let _ = self.frames.send(frame);
    }

    /// The frame was taken.
    pub fn taken(&mut self) {
        self.busy = false;
    }
}
