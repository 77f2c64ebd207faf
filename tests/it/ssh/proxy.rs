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
    /// How many bytes are let through before everything is cut: to the server, and from it.
    left: [Option<u64>; 2],
    delay: Duration,
    /// Bytes a second that come from the server at most.
    width: Option<u64>,
    stalled: bool,
    refusing: bool,
    /// How many connections were made, how often those that stood were cut, and how many bytes came from the server
    /// in how many pieces.
    connections: u64,
    cuts: u64,
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
            left: [None; 2],
            delay: Duration::ZERO,
            width: None,
            stalled: false,
            refusing: false,
            connections: 0,
            cuts: 0,
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
        self.shared.line.lock().unwrap().left = [None, Some(bytes)];
    }

    /// The same for bytes on their way to the server.
    pub fn cut_after_sending(&self, bytes: u64) {
        self.shared.line.lock().unwrap().left = [Some(bytes), None];
    }

    /// Holds every byte back for so long, in each direction, without making the line narrower.
    pub fn delay(&self, milliseconds: u64) {
        self.shared.line.lock().unwrap().delay = Duration::from_millis(milliseconds);
    }

    /// Lets no more than so many bytes a second come from the server.
    pub fn narrow(&self, width: u64) {
        self.shared.line.lock().unwrap().width = Some(width);
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

    /// How often connections that stood were cut so far.
    pub fn cuts(&self) -> u64 {
        self.shared.line.lock().unwrap().cuts
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
        self.cuts += u64::from(!self.open.is_empty());
        for stream in self.open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        self.left = [None; 2];
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

    fn one_way(self: &Arc<Self>, from: TcpStream, to: TcpStream, from_server: bool) {
        let (sender, receiver) = sync_channel(1024);
        let (reading, writing) = (Arc::clone(self), Arc::clone(self));
        std::thread::spawn(move || reading.read(from, &sender, from_server));
        std::thread::spawn(move || writing.write(&receiver, to, from_server));
    }

    fn read(&self, mut from: TcpStream, sender: &SyncSender<(Instant, Vec<u8>)>, from_server: bool) {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(n) = from.read(&mut buffer) {
            let due = Instant::now() + self.line.lock().unwrap().delay;
            if n == 0 || sender.send((due, buffer[..n].to_vec())).is_err() {
                return;
            }
            // Whoever writes has to wait too.
            if let Some(width) = self.line.lock().unwrap().width.filter(|_| from_server) {
                std::thread::sleep(Duration::from_micros(n as u64 * 1_000_000 / width));
            }
        }
    }

    fn write(&self, receiver: &Receiver<(Instant, Vec<u8>)>, mut to: TcpStream, from_server: bool) {
        while let Ok((due, mut bytes)) = receiver.recv() {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let cuts = self.let_through(&mut bytes, from_server);
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
    fn let_through(&self, bytes: &mut Vec<u8>, from_server: bool) -> bool {
        let mut line = self.line.lock().unwrap();
        while line.stalled && !self.over.load(Ordering::Relaxed) {
            line = self.changed.wait(line).unwrap();
        }
        let mut cuts = false;
        if let Some(left) = &mut line.left[usize::from(from_server)] {
            cuts = *left <= bytes.len() as u64;
            bytes.truncate((*left).min(bytes.len() as u64) as usize);
            *left -= bytes.len() as u64;
        }
        if from_server {
            line.bytes += bytes.len() as u64;
            line.pieces += 1;
        }
        cuts
    }
}
