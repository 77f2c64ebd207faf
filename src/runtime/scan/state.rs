//! What all scans have come to, behind the one lock: which piece is the most urgent, and where a result goes.

use std::io;
use std::sync::atomic::Ordering;

use super::job::{Job, Stage};
use super::task::{Done, Task, What};
use crate::app::event::{ChartRequest, Event, ScanId};
use crate::app::source::SourceId;
use crate::core::scan::Scanner;

#[derive(Default)]
pub(super) struct State {
    /// The newest last.
    pub(super) jobs: Vec<Job>,
    pub(super) failed: Vec<(ScanId, String)>,
    /// Histograms to be made, the newest last, and those that were.
    pub(super) charts: Vec<ChartRequest>,
    pub(super) charted: Vec<Event>,
    /// `changed` was called, and nobody has taken anything since.
    pub(super) told: bool,
    pub(super) closed: bool,
    /// Counts tails, so that every log gets its turn.
    pub(super) turn: u64,
}

impl State {
    /// The most urgent task: where a scan begins, then what was appended, then the stripes of the
    /// newest scan; what is for nobody in particular after all others.
    pub(super) fn next_task(&mut self) -> Option<Task> {
        if let Some(job) = self.jobs.iter_mut().rev().find(|job| job.is_new()) {
            job.stage = Stage::Starting;
            let scanner = Scanner::new(&job.request.select);
            return Some(job.task(What::Start { scanner, end: job.opened }));
        }
        self.next_of(false).or_else(|| self.next_of(true))
    }

    /// The most urgent task of the scans that somebody waits for, or of the others.
    pub(super) fn next_of(&mut self, idle: bool) -> Option<Task> {
        let jobs = self.jobs.iter_mut().filter(|job| job.is_idle() == idle);
        let due = jobs.filter_map(|job| Some((job.tail_due()?, job)));
        if let Some((_, job)) = due.min_by_key(|(turn, _)| *turn) {
            self.turn += 1;
            let (turn, end) = (self.turn, job.end);
            let counting = job.counting()?;
            counting.tail.turn = turn;
            let (from, searched) = (counting.index.covered().end, counting.tail.searched);
            let scanner = counting.tail.scanner.take()?;
            return Some(job.task(What::Tail { scanner, from, searched, end }));
        }
        self.jobs.iter_mut().rev().filter(|job| job.is_idle() == idle).find_map(|job| {
            let counting = job.counting().filter(|counting| counting.parked.is_empty())?;
            let number = counting.pending.pop()?;
            let range = counting.history.clone();
            Some(job.task(What::Stripe { number, range }))
        })
    }

    /// A scanner of its own for a worker that has a stripe of scan `id` to count.
    pub(super) fn scanner(&self, id: ScanId) -> Option<Scanner> {
        Some(Scanner::new(&self.jobs.iter().find(|job| job.request.id == id)?.request.select))
    }

    /// Puts a result in its place; says whether there is something new to take.
    pub(super) fn put(&mut self, id: ScanId, arrivals: u64, done: io::Result<Done>) -> bool {
        let Some(job) = self.jobs.iter_mut().find(|job| job.request.id == id) else { return false };
        match done {
            Ok(Done::Later(part)) => {
                job.put_aside(part);
                if job.arrivals != arrivals {
                    job.arrived();
                }
                false
            }
            Ok(done) => {
                let fresh = job.put(done);
                job.fresh |= fresh;
                fresh
            }
            Err(error) => {
                self.failed
                    .push((id, format!("not all lines were counted: the log cannot be read ({error})")));
                self.remove(|job| job.request.id == id);
                true
            }
        }
    }

    /// Whether a scan was stopped, or rests and waits for nothing.
    pub(super) fn is_over(&self, id: ScanId) -> bool {
        let job = self.jobs.iter().find(|job| job.request.id == id);
        job.is_none_or(|job| job.rests && !job.waits_for_bytes())
    }

    /// Takes up again what was put aside; whether anything was.
    pub(super) fn arrived(&mut self, source: SourceId) -> bool {
        let jobs = self.jobs.iter_mut().filter(|job| job.request.source == source);
        jobs.fold(false, |due, job| due | job.arrived())
    }

    pub(super) fn remove(&mut self, which: impl Fn(&Job) -> bool) {
        self.jobs.retain(|job| {
            let stays = !which(job);
            job.cancelled.fetch_or(!stays, Ordering::Relaxed);
            stays
        });
    }
}
