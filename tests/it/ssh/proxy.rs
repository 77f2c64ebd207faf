//! A TCP proxy on loopback that can be slow, stuck, or cut anywhere.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// Relays connections to a port on loopback. Everything it holds open is closed when it is dropped.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    to: Mutex<u16>,
    line: Mutex<Line>,
    changed: Condvar,
    over: AtomicBool,
}

struct Line {
    /// Both ends of every connection.
    open: Vec<TcpStream>,
    /// How many bytes from the server are let through before everything is cut.
    left: Option<u64>,
    delay: Duration,
    stalled: bool,
    refusing: bool,
    /// How many connections were made, and how many bytes came from the server in how many pieces.
    connections: u64,
    bytes: u64,
    pieces: u64,
}

impl Proxy {
    /// Starts one in front of `to`.
    pub fn start(to: u16) -> Proxy {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = Line {
            open: Vec::new(),
            left: None,
            delay: Duration::ZERO,
            stalled: false,
            refusing: false,
            connections: 0,
            bytes: 0,
            pieces: 0,
        };
        let shared = Arc::new(Shared {
            to: Mutex::new(to),
            line: Mutex::new(line),
            changed: Condvar::new(),
            over: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if accepting.over.load(Ordering::Relaxed) {
                    return;
                }
                if let Ok(stream) = stream {
                    accepting.relay(stream);
                }
            }
        });
        Proxy { port, shared }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Leads new connections to another port.
    pub fn lead_to(&self, to: u16) {
        *self.shared.to.lock().unwrap() = to;
    }

    /// Cuts every connection now.
    pub fn cut_now(&self) {
        self.shared.line.lock().unwrap().cut();
        self.shared.changed.notify_all();
    }

    /// Cuts every connection once `bytes` more have come from the server, at exactly that byte.
    pub fn cut_after(&self, bytes: u64) {
        self.shared.line.lock().unwrap().left = Some(bytes);
    }

    /// Holds every byte back for so long, in each direction, without making the line narrower.
    pub fn delay(&self, milliseconds: u64) {
        self.shared.line.lock().unwrap().delay = Duration::from_millis(milliseconds);
    }

    /// Lets nothing through any more, and closes nothing: a cable that was pulled.
    pub fn stall(&self) {
        self.shared.line.lock().unwrap().stalled = true;
    }

    /// Lets everything through again.
    pub fn resume(&self) {
        self.shared.line.lock().unwrap().stalled = false;
        self.shared.changed.notify_all();
    }

    /// Whether new connections are closed at once: an outage.
    pub fn refuse(&self, refusing: bool) {
        self.shared.line.lock().unwrap().refusing = refusing;
    }

    /// How many connections were made so far.
    pub fn connections(&self) -> u64 {
        self.shared.line.lock().unwrap().connections
    }

    /// How many bytes came from the server so far.
    pub fn bytes(&self) -> u64 {
        self.shared.line.lock().unwrap().bytes
    }

    /// In how many pieces they came: about as many as there were packets, where it is quiet.
    pub fn pieces(&self) -> u64 {
        self.shared.line.lock().unwrap().pieces
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        self.cut_now();
        let _ = TcpStream::connect(("127.0.0.1", self.port)); // wakes the one who accepts
    }
}

impl Line {
    fn cut(&mut self) {
        for stream in self.open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        self.left = None;
    }
}

impl Shared {
    fn relay(self: &Arc<Self>, client: TcpStream) {
        let Ok(server) = TcpStream::connect(("127.0.0.1", *self.to.lock().unwrap())) else { return };
        for stream in [&client, &server] {
            stream.set_nodelay(true).unwrap();
        }
        let mut line = self.line.lock().unwrap();
        if line.refusing {
            return;
        }
        line.connections += 1;
        line.open.extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
        drop(line);
        self.one_way(client.try_clone().unwrap(), server.try_clone().unwrap(), false);
        self.one_way(server, client, true);
    }

    fn one_way(self: &Arc<Self>, from: TcpStream, to: TcpStream, counted: bool) {
        let (sender, receiver) = sync_channel(1024);
        let (reading, writing) = (Arc::clone(self), Arc::clone(self));
        std::thread::spawn(move || reading.read(from, &sender));
        std::thread::spawn(move || writing.write(&receiver, to, counted));
    }

    fn read(&self, mut from: TcpStream, sender: &SyncSender<(Instant, Vec<u8>)>) {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(n) = from.read(&mut buffer) {
            let due = Instant::now() + self.line.lock().unwrap().delay;
            if n == 0 || sender.send((due, buffer[..n].to_vec())).is_err() {
                return;
            }
        }
    }

    fn write(&self, receiver: &Receiver<(Instant, Vec<u8>)>, mut to: TcpStream, counted: bool) {
        while let Ok((due, mut bytes)) = receiver.recv() {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let cuts = self.let_through(&mut bytes, counted);
            if to.write_all(&bytes).is_err() {
                break;
            }
            if cuts {
                self.line.lock().unwrap().cut();
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    }

    /// Waits while nothing may pass; takes off what lies behind the cut, and says whether there is one.
    fn let_through(&self, bytes: &mut Vec<u8>, counted: bool) -> bool {
        let mut line = self.line.lock().unwrap();
        while line.stalled && !self.over.load(Ordering::Relaxed) {
            line = self.changed.wait(line).unwrap();
        }
        if !counted {
            return false;
        }
        let mut cuts = false;
        if let Some(left) = line.left {
            cuts = left <= bytes.len() as u64;
            bytes.truncate(left.min(bytes.len() as u64) as usize);
            line.left = Some(left - bytes.len() as u64);
        }
        line.bytes += bytes.len() as u64;
        line.pieces += 1;
        cuts
    }
}
