//! What SSH is spoken over: a TCP connection, a command's input and output, a channel of another link. It can
//! be cut from outside, and it remembers how it ended.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::{TcpSocket, TcpStream};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{oneshot, watch};

use super::super::config::{Family, HostConfig};

/// How much of what a peer says first is kept: its name, or what it says instead of one.
const FIRST_BYTES: usize = 512;
/// How much of what a command complains about is kept.
const COMPLAINT: u64 = 512;
/// How long that is waited for.
const COMPLAINT_LIMIT: Duration = Duration::from_secs(2);
/// How long one of several addresses may take before the next one is tried.
const ADDRESS_LIMIT: Duration = Duration::from_secs(5);

/// A stream of bytes in both directions.
pub(super) trait Both: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Both for T {}

/// What became of a stream.
#[derive(Clone, Default)]
pub(super) struct Trace(Arc<Mutex<Traced>>);

#[derive(Default)]
struct Traced {
    first: Vec<u8>,
    error: Option<String>,
    complaint: Vec<u8>,
    /// Its sender is gone when the command has complained enough, or ended.
    complaining: Option<watch::Receiver<()>>,
    heard: u64,
}

impl Trace {
    fn edit(&self, edit: impl FnOnce(&mut Traced)) {
        edit(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// How many bytes the peer has sent.
    pub(super) fn heard(&self) -> u64 {
        let mut heard = 0;
        self.edit(|traced| heard = traced.heard);
        heard
    }

    /// The first line the peer sent, printable.
    pub(super) fn first_line(&self) -> Option<String> {
        let mut line = None;
        self.edit(|traced| line = printable(&traced.first));
        line
    }

    /// Waits a moment for what a command that ended has to complain about: that comes by another way than its end.
    pub(super) async fn settled(&self) {
        let mut complaining = None;
        self.edit(|traced| complaining = traced.complaining.clone());
        if let Some(mut complaining) = complaining {
            let _ = tokio::time::timeout(COMPLAINT_LIMIT, complaining.changed()).await; // then without
        }
    }

    /// The fault it ended with, and the first line of what the command complained about.
    pub(super) fn fault(&self) -> Option<String> {
        let mut fault = None;
        self.edit(|traced| fault = printable(&traced.complaint).or_else(|| traced.error.clone()));
        fault
    }
}

/// The first line of it, without anything a terminal would obey; `None` if it is empty.
fn printable(bytes: &[u8]) -> Option<String> {
    let line = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).find(|line| !line.is_empty())?;
    Some(clean(&String::from_utf8_lossy(line), 200))
}

/// A text of the remote's in a sentence of ours: one line of at most `limit` characters, nothing a terminal would obey.
pub(super) fn clean(text: &str, limit: usize) -> String {
    let text = text.trim();
    let mut clean: String =
        text.chars().take(limit).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(limit).is_some() {
        clean.push('…');
    }
    crate::core::text::printable(&clean)
}

/// A stream that ends when the other half of its pair ([`Hold`]) is dropped.
pub(super) struct Line {
    both: Box<dyn Both>,
    cut: oneshot::Receiver<()>,
    over: bool,
    trace: Trace,
}

/// Keeps a [`Line`] open; dropping it ends the line and whatever runs over it.
pub(super) struct Hold {
    _cut: oneshot::Sender<()>,
}

impl Line {
    pub(super) fn new(both: Box<dyn Both>, trace: Trace) -> (Line, Hold) {
        let (sender, cut) = oneshot::channel();
        (Line { both, cut, over: false, trace }, Hold { _cut: sender })
    }

    fn note(&self, error: &io::Error) {
        let text = clean(&error.to_string(), 200);
        self.trace.edit(|traced| {
            traced.error.get_or_insert(text);
        });
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let line = &mut *self;
        if line.over || Pin::new(&mut line.cut).poll(cx).is_ready() {
            line.over = true;
            return Poll::Ready(Ok(())); // the end
        }
        let before = buf.filled().len();
        let polled = Pin::new(&mut line.both).poll_read(cx, buf);
        match &polled {
            Poll::Ready(Err(error)) => line.note(error),
            Poll::Ready(Ok(())) => line.trace.edit(|traced| {
                let new = buf.filled().get(before..).unwrap_or_default();
                traced.heard += new.len() as u64;
                let room = FIRST_BYTES.saturating_sub(traced.first.len());
                traced.first.extend(new.iter().take(room));
            }),
            Poll::Pending => {}
        }
        polled
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.over {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        // A peer that reads nothing must not keep a writer for ever: the cut is looked at here too.
        if Pin::new(&mut self.cut).poll(cx).is_ready() {
            self.over = true;
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let polled = Pin::new(&mut self.both).poll_write(cx, buf);
        if let Poll::Ready(Err(error)) = &polled {
            self.note(error);
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.over { Poll::Ready(Ok(())) } else { Pin::new(&mut self.both).poll_flush(cx) }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.over { Poll::Ready(Ok(())) } else { Pin::new(&mut self.both).poll_shutdown(cx) }
    }
}

/// Why there is no TCP connection.
pub(super) enum NoTcp {
    /// The name means nothing to the resolver; what it said.
    Name(String),
    /// Nobody answers.
    TimedOut,
    /// It cannot be connected from the address that `BindAddress` names; why.
    Bind(String, String),
    /// Refused, unreachable, …
    Fault(io::Error),
}

/// Connects to the first of the host's addresses that answers.
pub(super) async fn tcp(host: &HostConfig, limit: Duration) -> Result<TcpStream, NoTcp> {
    let end = tokio::time::Instant::now() + limit;
    let lookup = tokio::time::timeout_at(end, tokio::net::lookup_host((host.hostname.as_str(), host.port)));
    let wanted = |address: &SocketAddr| match host.family {
        Family::Any => true,
        Family::V4 => address.is_ipv4(),
        Family::V6 => address.is_ipv6(),
    };
    let addresses: Vec<_> = match lookup.await {
        Ok(Ok(addresses)) => addresses.filter(wanted).collect(),
        Ok(Err(error)) => return Err(NoTcp::Name(clean(&error.to_string(), 200))),
        Err(_) => return Err(NoTcp::Name("the name server does not answer".to_string())),
    };
    let here = match &host.bind_address {
        None => Vec::new(),
        Some(name) => match tokio::time::timeout_at(end, tokio::net::lookup_host((name.as_str(), 0))).await {
            Ok(Ok(addresses)) => addresses.collect(),
            _ => return Err(NoTcp::Bind(clean(name, 200), "it is no address of this machine".to_string())),
        },
    };
    let mut fault = NoTcp::Name("it has no address".to_string());
    let last = addresses.len().saturating_sub(1);
    for (n, address) in addresses.into_iter().enumerate() {
        let until = if n == last { end } else { end.min(tokio::time::Instant::now() + ADDRESS_LIMIT) };
        match tokio::time::timeout_at(until, from(host, &here, address)).await {
            Ok(Ok(stream)) => {
                let _ = stream.set_nodelay(true); // slower without, no worse
                return Ok(stream);
            }
            Ok(Err(error)) => fault = error,
            Err(_) => fault = NoTcp::TimedOut,
        }
    }
    Err(fault)
}

/// Connects from the address of ours that the config names, if it names one.
async fn from(host: &HostConfig, here: &[SocketAddr], address: SocketAddr) -> Result<TcpStream, NoTcp> {
    let Some(name) = &host.bind_address else {
        return TcpStream::connect(address).await.map_err(NoTcp::Fault);
    };
    let bind = |why: String| NoTcp::Bind(clean(name, 200), why);
    let same = here.iter().find(|here| here.is_ipv4() == address.is_ipv4());
    let own = same.ok_or_else(|| bind("it is of another family than the host's address".to_string()))?;
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    let socket = socket.map_err(NoTcp::Fault)?;
    socket.bind(*own).map_err(|error| bind(clean(&error.to_string(), 200)))?;
    socket.connect(address).await.map_err(NoTcp::Fault)
}

/// A command whose input and output are the connection (`ProxyCommand`). It and its children end with the stream.
pub(super) struct Piped {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Piped {
    /// Starts it; what it says on standard error goes to `trace`.
    pub(super) fn start(command: &str, trace: &Trace) -> io::Result<Piped> {
        let mut child = Command::new("sh")
            .args(["-c", command])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0) // keys pressed here are not for it, and its children go with it
            .kill_on_drop(true)
            .spawn()?;
        let missing = || io::Error::other("a pipe is missing");
        let input = child.stdin.take().ok_or_else(missing)?;
        let output = child.stdout.take().ok_or_else(missing)?;
        let mut complaints = child.stderr.take().ok_or_else(missing)?;
        let trace = trace.clone();
        let (complaining, watch) = watch::channel(());
        trace.edit(|traced| traced.complaining = Some(watch));
        tokio::spawn(async move {
            let mut first = Vec::new();
            let _ = (&mut complaints).take(COMPLAINT).read_to_end(&mut first).await;
            trace.edit(|traced| traced.complaint = first);
            drop(complaining);
            // The rest is read and dropped, so that a talkative command goes on.
            let _ = tokio::io::copy(&mut complaints, &mut tokio::io::sink()).await;
        });
        Ok(Piped { child, input, output })
    }
}

impl Drop for Piped {
    fn drop(&mut self) {
        let group = self.child.id().and_then(|id| Pid::from_raw(id as i32));
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL); // it may be gone
        }
    }
}

impl AsyncRead for Piped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.output).poll_read(cx, buf)
    }
}

impl AsyncWrite for Piped {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.input).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.input).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.input).poll_shutdown(cx)
    }
}
