//! Why there is no connection, in sentences.

use std::io;
use std::time::Duration;

use russh::{ChannelOpenFailure, Error};

use super::super::link::Refusal;
use super::session::Shared;
use super::stream::{NoTcp, clean};

/// A TCP connection that did not come about.
pub(super) fn no_tcp(shared: &Shared, why: NoTcp, limit: Duration) -> Refusal {
    let host = &shared.host;
    let (name, at) = (shared.name(), address(shared));
    Refusal::Temporary(match why {
        NoTcp::Name(why) => {
            format!(
                "{name}: the name {} cannot be looked up ({why}); check the name and the network",
                host.hostname
            )
        }
        NoTcp::Bind(from, why) => format!(
            "{name} cannot be connected from {from}, as BindAddress says: {why}; check BindAddress in the ssh config"
        ),
        NoTcp::TimedOut => format!("{name}: nobody answers at {at} within {} s", limit.as_secs()),
        NoTcp::Fault(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            format!("{name} refused the connection at {at}: no SSH server listens there")
        }
        NoTcp::Fault(error) => {
            format!("{name} cannot be reached at {at}: {}", clean(&error.to_string(), 200))
        }
    })
}

/// A command that is the way to a host did not start.
pub(super) fn no_command(shared: &Shared, command: &str, error: &io::Error) -> Refusal {
    Refusal::Final(format!(
        "{}: the ProxyCommand {} did not start: {error}",
        shared.name(),
        clean(command, 200)
    ))
}

/// A host that is the way to another one did not go on to it.
pub(super) fn no_jump(shared: &Shared, via: &Shared, error: &Error) -> Refusal {
    let (via, on) = (via.name(), address(shared));
    match error {
        Error::ChannelOpenFailure(ChannelOpenFailure::AdministrativelyProhibited) => Refusal::Final(format!(
            "{via} does not let anybody through to {on} (AllowTcpForwarding or PermitOpen of its sshd)"
        )),
        Error::ChannelOpenFailure(_) => Refusal::Temporary(format!("{via} cannot reach {on}")),
        _ => Refusal::Temporary(format!("{via} went away on the way to {on}")),
    }
}

/// Nothing came in time.
pub(super) fn too_slow(shared: &Shared, limit: Duration) -> Refusal {
    let at = address(shared);
    Refusal::Temporary(format!("{} does not speak SSH at {at} within {} s", shared.name(), limit.as_secs()))
}

/// A handshake that failed.
pub(super) fn no_handshake(shared: &Shared, error: &Error) -> Refusal {
    if let Some(refusal) = shared.refusal() {
        return refusal;
    }
    let (name, at) = (shared.name(), address(shared));
    let first = shared.trace.first_line();
    let is_ssh = first.as_ref().is_some_and(|line| line.starts_with("SSH-"));
    match error {
        Error::NoCommonAlgo { kind, ours, theirs } => Refusal::Final(format!(
            "{name}: no common {}: it offers {}; we offer {}",
            match kind {
                russh::AlgorithmKind::Kex => "key exchange",
                russh::AlgorithmKind::Key => "kind of host key",
                russh::AlgorithmKind::Cipher => "cipher",
                russh::AlgorithmKind::Compression => "compression",
                russh::AlgorithmKind::Mac => "MAC",
            },
            clean(&theirs.join(","), 300),
            clean(&ours.join(","), 300),
        )),
        _ if is_ssh => {
            let end = shared.end.borrow().clone();
            let why = shared.trace.fault().unwrap_or_else(|| match error {
                Error::Disconnect | Error::HUP | Error::IO(_) => "it hung up".to_string(),
                error => clean(&error.to_string(), 200),
            });
            Refusal::Temporary(end.unwrap_or_else(|| format!("{name}: the handshake failed: {why}")))
        }
        Error::Version => {
            let said = first.map_or(String::new(), |line| format!(" (it says: {line})"));
            Refusal::Final(format!("{name}: what listens at {at} is not an SSH server{said}"))
        }
        _ => Refusal::Temporary(match (first, shared.trace.fault()) {
            (Some(line), _) => format!("{name} hung up before the handshake: {line}"),
            (None, Some(fault)) => format!("{name} hung up before the handshake: {fault}"),
            (None, None) => format!("{name} hung up before the handshake; it may be too busy (MaxStartups)"),
        }),
    }
}

fn address(shared: &Shared) -> String {
    match shared.host.hostname.contains(':') {
        true => format!("[{}]:{}", shared.host.hostname, shared.host.port),
        false => format!("{}:{}", shared.host.hostname, shared.host.port),
    }
}
