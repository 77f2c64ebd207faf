//! The other end of a question: the program that `ssh` starts when it wants to ask something, which is ourselves.
//!
//! `ssh` runs `$SSH_ASKPASS prompt` and reads the answer from its output. Our connections set that to our own program,
//! and [`SOCKET`] to a socket in a folder that only this user can enter. Started so, the program passes the prompt on to
//! the one that runs the screen, prints what comes back, and ends: nothing else of it is reached. Without the variable,
//! or with arguments that `ssh` would not give, it is the usual program.
//!
//! ```text
//!   screen ◀─Asker─ tailpane ◀─socket─ tailpane (this file) ◀─$SSH_ASKPASS─ ssh
//! ```

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use zeroize::Zeroizing;

/// Where the questions go. Set for `ssh` alone.
pub const SOCKET: &str = "TAILPANE_ASKPASS";

/// What `ssh` wants to know beside the prompt: nothing, `confirm`, or `none` (it only tells).
const HINT: &str = "SSH_ASKPASS_PROMPT";

/// Nothing that is asked or answered is longer, in bytes.
pub const LONGEST: usize = 64 << 10;

/// Asks what `ssh` wants asked, if that is what the program was started for; to be called before anything else is done.
/// Fails when the question was cancelled or nobody is there.
pub fn run() -> Option<ExitCode> {
    let socket = std::env::var_os(SOCKET)?;
    // Whoever inherits the variable by accident (a command in the ssh config) is not meant.
    let own = std::env::current_exe().ok()?;
    if std::env::var_os("SSH_ASKPASS")? != own.as_os_str() {
        return None;
    }
    let mut args = std::env::args_os().skip(1);
    let (prompt, None) = (args.next()?, args.next()) else { return None };
    let hint = std::env::var(HINT).unwrap_or_default();
    let asked = ask(&socket, &hint, &prompt.to_string_lossy());
    Some(asked.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS))
}

fn ask(socket: &std::ffi::OsStr, hint: &str, prompt: &str) -> io::Result<()> {
    let mut stream = UnixStream::connect(socket)?;
    for part in [hint, prompt] {
        let bytes = &part.as_bytes()[..part.len().min(LONGEST)];
        stream.write_all(&u32::try_from(bytes.len()).map_err(io::Error::other)?.to_be_bytes())?;
        stream.write_all(bytes)?;
    }
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length) as usize;
    if length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut answer = Zeroizing::new(vec![0; length]);
    stream.read_exact(&mut answer)?;
    answer.push(b'\n');
    let mut output = io::stdout();
    output.write_all(&answer)?;
    output.flush()
}
