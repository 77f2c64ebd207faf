//! Logs to measure with: made once, the same every time, kept under `target/corpus`.
//!
//! A mixed log is what a machine's logs look like when they are put together: web access lines, an
//! application with stack traces, JSON lines, syslog. About every 50 MiB a line holds [`NEEDLE`].

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

/// Words of the rare line.
pub const NEEDLE: &str = "Checkout lost";

/// Bytes between two rare lines.
const RARE: u64 = 50 << 20;

/// A mixed log of at least `bytes` bytes, made now if it was not made before.
///
/// # Errors
/// When it cannot be written.
pub fn mixed(bytes: u64) -> io::Result<PathBuf> {
    made("mixed", bytes, |maker| _ = maker.next_lines())
}

/// A log of JSON lines only, as [`mixed`].
///
/// # Errors
/// When it cannot be written.
pub fn json(bytes: u64) -> io::Result<PathBuf> {
    made("json", bytes, |maker| {
        maker.text.clear();
        maker.millis += maker.below(40);
        maker.json();
    })
}

fn made(name: &str, bytes: u64, next: impl Fn(&mut Maker)) -> io::Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target"), PathBuf::from);
    let folder = target.join("corpus");
    let path = folder.join(format!("{name}-{bytes}.log"));
    if path.exists() {
        return Ok(path);
    }
    fs::create_dir_all(&folder)?;
    let unfinished = path.with_extension("part");
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&unfinished)?);
    let mut maker = Maker::new(7);
    let mut written = 0;
    while written < bytes {
        next(&mut maker);
        out.write_all(maker.text.as_bytes())?;
        written += maker.text.len() as u64;
    }
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(unfinished, &path)?;
    Ok(path)
}

/// Makes log lines, one record after the other.
pub struct Maker {
    random: u64,
    text: String,
    millis: u64,
    made: u64,
    next_rare: u64,
}

impl Maker {
    /// Another seed makes another log.
    pub fn new(seed: u64) -> Maker {
        let random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        Maker { random, text: String::new(), millis: 0, made: 0, next_rare: RARE / 2 }
    }

    /// The next record: a line, or a line with its stack trace; newlines included.
    pub fn next_lines(&mut self) -> &str {
        self.text.clear();
        self.millis += self.below(40);
        if self.made >= self.next_rare {
            self.next_rare += RARE;
            self.rare();
        } else {
            match self.below(100) {
                0..40 => self.nginx(),
                40..70 => self.app(),
                70..88 => self.json(),
                _ => self.syslog(),
            }
        }
        self.made += self.text.len() as u64;
        &self.text
    }

    fn nginx(&mut self) {
        let (a, b, time, status) = (self.below(256), self.below(256), self.clock(), self.status());
        let (method, path) = (self.one_of(&["GET", "GET", "GET", "POST", "PUT", "HEAD"]), self.path());
        let (bytes, millis, agent) = (self.below(90_000), self.below(900), self.below(4));
        self.put(format_args!(
            "10.{a}.{b}.17 - - [21/Nov/2026:{time} +0000] \"{method} {path} HTTP/1.1\" {status} {bytes} \
             \"https://shop.example.com{path}\" \"Mozilla/5.0 (X11; Linux x86_64) Firefox/{}.0\" 0.{millis:03}\n",
            140 + agent
        ));
    }

    fn app(&mut self) {
        let (time, millis, thread, user) =
            (self.clock(), self.millis % 1000, self.below(32), self.below(100_000));
        let (path, took) = (self.path(), self.below(2000));
        match self.below(1000) {
            0..4 => {
                self.put(format_args!(
                    "2026-11-21 {time}.{millis:03} ERROR [worker-{thread}] c.e.shop.Cart - request failed user={user}\n\
                     java.lang.IllegalStateException: cart {user} is closed\n"
                ));
                for depth in 0..12 + self.below(20) {
                    let (line, class) = (self.below(900), self.one_of(&["Cart", "Order", "Session", "Filter"]));
                    self.put(format_args!("\tat com.example.shop.{class}.step{depth}({class}.java:{line})\n"));
                }
            }
            4..25 => self.put(format_args!(
                "2026-11-21 {time}.{millis:03} WARN  [worker-{thread}] c.e.shop.Pool - slow query {took} ms for user={user}\n"
            )),
            _ => self.put(format_args!(
                "2026-11-21 {time}.{millis:03} INFO  [worker-{thread}] c.e.shop.Web - {path} user={user} took={took}ms cache=miss\n"
            )),
        }
    }

    fn json(&mut self) {
        let (time, millis, id, path) = (self.clock(), self.millis % 1000, self.next(), self.path());
        let level = self.one_of(&["info", "info", "info", "info", "debug", "debug", "warn"]);
        let took = self.below(5000);
        self.put(format_args!(
            "{{\"time\":\"2026-11-21T{time}.{millis:03}Z\",\"level\":\"{level}\",\"request\":\"{id:016x}\",\
             \"msg\":\"handled\",\"path\":\"{path}\",\"us\":{took}}}\n"
        ));
    }

    fn syslog(&mut self) {
        let (time, host, pid, port) = (self.clock(), self.below(20), self.below(30_000), self.below(60_000));
        let what = self.one_of(&[
            "session opened for user deploy",
            "Accepted publickey for deploy",
            "Connection closed",
        ]);
        self.put(format_args!("Nov 21 {time} web{host:02} sshd[{pid}]: {what} port {port} ssh2\n"));
    }

    fn rare(&mut self) {
        let (time, millis, id) = (self.clock(), self.millis % 1000, self.next());
        self.put(format_args!(
            "2026-11-21 {time}.{millis:03} ERROR [worker-3] c.e.shop.Cart - {NEEDLE} order={id:016x} after 3 tries\n"
        ));
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        let _ = self.text.write_fmt(text); // a string takes everything
    }

    fn path(&mut self) -> &'static str {
        self.one_of(&[
            "/",
            "/cart",
            "/cart/items",
            "/api/v1/orders",
            "/api/v1/orders/42/lines",
            "/static/app.js",
            "/search?q=lamp",
            "/login",
            "/health",
            "/images/lamp-large.webp",
        ])
    }

    fn status(&mut self) -> u16 {
        match self.below(1000) {
            0..3 => 500,
            3..5 => 502,
            5..40 => 404,
            40..80 => 304,
            _ => 200,
        }
    }

    fn clock(&self) -> impl std::fmt::Display + use<> {
        let seconds = self.millis / 1000;
        format!("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
    }

    fn one_of(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len() as u64) as usize]
    }

    fn below(&mut self, bound: u64) -> u64 {
        (self.next() >> 33) % bound
    }

    /// xorshift64* (Vigna, 2016): no quality is asked of it but to be the same everywhere.
    fn next(&mut self) -> u64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        self.random.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
}
