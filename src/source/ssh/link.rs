//! A connection to a host, whoever speaks SSH over it, and its channels.

use std::time::Duration;

use super::ask::Asker;
use super::config::{HostConfig, Transport};
use super::native::{NativeChannel, NativeLink};
use super::system::{System, SystemChannel};

/// A connection that stands and is logged in.
pub struct Link {
    way: Way,
}

enum Way {
    Native(Box<NativeLink>),
    System(Box<System>),
}

/// A command that runs on the host.
pub struct Channel {
    way: ChannelWay,
}

enum ChannelWay {
    Native(Box<NativeChannel>),
    System(Box<SystemChannel>),
}

/// What a command gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Bytes of its standard output.
    Out(Vec<u8>),
    /// Bytes of its standard error.
    Err(Vec<u8>),
    /// It ended with this code (`None`: by a signal, or nobody said).
    Exit(Option<u32>),
}

/// Why there is no connection. Every text is a sentence: what, where, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Worth trying again: nobody answers, the server is too busy.
    Temporary(String),
    /// Not worth trying again by itself: a changed host key, no way to log in, a question that was cancelled.
    Final(String),
}

/// Why a command was not started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExecError {
    /// The server allows no more channels on this connection (`MaxSessions`).
    NoMoreChannels,
    /// The link is gone.
    Gone,
    /// Refused: a sentence.
    Refused(String),
}

impl Link {
    /// Connects, verifies the host, logs in. Every step has a time limit; questions may take as long as the server waits.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn connect(host: &HostConfig, asker: &Asker) -> Result<Link, Refusal> {
        match host.transport {
            Transport::Russh => {
                let link = NativeLink::connect(host, asker).await?;
                Ok(Link { way: Way::Native(Box::new(link)) })
            }
            Transport::OpenSsh => {
                let link = System::connect(host, asker).await?;
                Ok(Link { way: Way::System(Box::new(link)) })
            }
        }
    }

    /// Runs a command line on the host, without a terminal. Whether the host runs it is not waited for, so that what
    /// is written to it arrives one round trip sooner: a host that does not ends the channel without an exit.
    ///
    /// # Errors
    /// See [`ExecError`].
    pub async fn exec(&self, command: &str) -> Result<Channel, ExecError> {
        let way = match &self.way {
            Way::Native(link) => ChannelWay::Native(Box::new(link.exec(command).await?)),
            Way::System(link) => ChannelWay::System(Box::new(link.exec(command).await?)),
        };
        Ok(Channel { way })
    }

    /// Asks the server for a sign of life and says how long it took.
    ///
    /// # Errors
    /// When the link is gone. No answer at all is the caller's to notice.
    pub async fn ping(&self) -> Result<Duration, ExecError> {
        match &self.way {
            Way::Native(link) => link.ping().await,
            Way::System(link) => link.ping().await,
        }
    }

    /// Waits until the link is gone and says why.
    pub async fn gone(&self) -> String {
        match &self.way {
            Way::Native(link) => link.gone().await,
            Way::System(link) => link.gone().await,
        }
    }

    /// What is known of it: auth method, host key fingerprint, kex, cipher, mac, compression.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        match &self.way {
            Way::Native(link) => link.facts(),
            Way::System(link) => link.facts(),
        }
    }

    /// What the user should know: `host key not checked (StrictHostKeyChecking no)`.
    pub fn caveats(&self) -> Vec<String> {
        match &self.way {
            Way::Native(link) => link.caveats(),
            Way::System(link) => link.caveats(),
        }
    }

    /// Ends it.
    pub async fn close(self) {
        match self.way {
            Way::Native(link) => link.close().await,
            Way::System(link) => link.close().await,
        }
    }
}

impl Channel {
    /// Writes to the command's standard input.
    ///
    /// # Errors
    /// When the channel is gone.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), ExecError> {
        match &mut self.way {
            ChannelWay::Native(channel) => channel.write(bytes).await,
            ChannelWay::System(channel) => channel.write(bytes).await,
        }
    }

    /// Ends the command's standard input.
    pub async fn end_input(&mut self) {
        match &mut self.way {
            ChannelWay::Native(channel) => channel.end_input().await,
            ChannelWay::System(channel) => channel.end_input().await,
        }
    }

    /// The next output; `None` when there will be no more. Whoever opens a channel has to call this without pause:
    /// what is not taken waits in memory, up to 32 MiB; then the channel is closed. A channel that ends without
    /// [`Output::Exit`] was closed so, or was refused, or its link is gone.
    pub async fn next(&mut self) -> Option<Output> {
        match &mut self.way {
            ChannelWay::Native(channel) => channel.next().await,
            ChannelWay::System(channel) => channel.next().await,
        }
    }

    /// Closes it: the command gets a broken pipe at its next write.
    pub async fn close(self) {
        match self.way {
            ChannelWay::Native(channel) => channel.close().await,
            ChannelWay::System(channel) => channel.close().await,
        }
    }
}
