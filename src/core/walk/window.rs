//! A window on a store: the bytes around the place a walker stands at, read once.

use std::io;
use std::ops::Range;

use crate::core::lines::Bytes;
use crate::core::pos::Pos;
use crate::core::store::Store;

/// Bytes read at once.
const SIZE: usize = 64 << 10;
/// A window begins at least this far before the byte asked for, so that walking back finds it too.
const BEFORE: u64 = 16 << 10;

/// A store and some of its bytes.
pub(in crate::core) struct Window<'a> {
    store: &'a dyn Store,
    start: Pos,
    bytes: Vec<u8>,
}

impl<'a> Window<'a> {
    pub(in crate::core) fn new(store: &'a dyn Store) -> Window<'a> {
        Window { store, start: Pos(0), bytes: Vec::new() }
    }

    pub(in crate::core) fn store(&self) -> &'a dyn Store {
        self.store
    }

    /// The bytes held from `pos` on.
    fn held(&self, pos: Pos) -> &[u8] {
        let from = if pos < self.start {
            usize::MAX
        } else {
            usize::try_from(pos - self.start).unwrap_or(usize::MAX)
        };
        self.bytes.get(from..).unwrap_or_default()
    }

    fn move_to(&mut self, start: Pos) -> io::Result<()> {
        self.start = start;
        self.bytes.resize(SIZE, 0);
        let got = self.store.read_at(self.start, &mut self.bytes);
        self.bytes.truncate(*got.as_ref().unwrap_or(&0));
        got.map(|_| ())
    }
}

impl Bytes for Window<'_> {
    fn range(&self) -> Range<Pos> {
        self.store.range()
    }

    fn held(&self, pos: Pos) -> Range<Pos> {
        self.store.held(pos)
    }

    fn hole(&self, pos: Pos) -> Option<Range<Pos>> {
        self.store.hole(pos)
    }

    fn read_at(&mut self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        if self.held(pos).is_empty() && buf.len() < SIZE {
            if self.store.hole(pos).is_some() {
                return Ok(0);
            }
            let near = self.store.held(pos);
            let floor = if near.contains(&pos) { near.start } else { self.store.range().start };
            self.move_to(Pos(pos.0 / BEFORE * BEFORE).back(BEFORE).max(floor))?;
            if self.held(pos).is_empty() {
                self.move_to(pos)?; // a store may give less at once, the end of a part for example
            }
        }
        let held = self.held(pos);
        if held.is_empty() {
            return self.store.read_at(pos, buf);
        }
        let n = held.len().min(buf.len());
        buf[..n].copy_from_slice(&held[..n]);
        Ok(n)
    }
}
